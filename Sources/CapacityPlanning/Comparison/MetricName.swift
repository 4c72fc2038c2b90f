/// Metrics that verdict and advice speak of, and the words for them; each is left out where the catalogue lacks it.
enum MetricName {
  static let migrationsPerMachineDay = "migrations.perMachineDay"
  static let migrationsRequested = "migrations.requested"
  static let pauseTotal = "downtime.pause.total"
  static let pauseTail = "downtime.pause.p99"

  /// Words for a metric in a sentence; other metrics go by their name.
  static func words(for metric: String) -> String { words.first { $0.name == metric }?.text ?? metric }

  private static let words: [(name: String, text: String)] = [
    ("skew.cpu.stddev.mean", "CPU skew"),
    ("skew.memory.stddev.mean", "memory skew"),
    ("skew.request.cpu.stddev.mean", "skew of CPU requests"),
    ("skew.request.memory.stddev.mean", "skew of memory requests"),
    ("headroom.usage.cpu.mean", "free CPU"),
    ("headroom.usage.memory.mean", "free memory"),
    ("headroom.request.cpu.mean", "unrequested CPU"),
    ("headroom.request.memory.mean", "unrequested memory"),
    ("headroom.n1.fits", "time in which the loss of any node is survived"),
    (pauseTotal, "downtime"),
    (pauseTail, "p99 downtime"),
    ("downtime.cold.total", "cold downtime"),
    ("downtime.crash.total", "crash downtime"),
    ("contention.cpu.lost", "lost CPU time"),
    ("contention.cpu.lostShare", "share of CPU demand lost"),
    ("contention.node.time", "node time in contention"),
    (migrationsPerMachineDay, "migrations per machine-day"),
    ("migrations.failed", "failed migrations"),
    ("migrations.bytes", "bytes migrated"),
    ("migrations.duration.p95", "p95 migration duration"),
  ]
}
