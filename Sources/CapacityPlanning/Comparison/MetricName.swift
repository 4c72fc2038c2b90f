/// Metrics that verdict and advice speak of, and the words for them; each is left out where the catalogue lacks it.
package enum MetricName {
  static let migrationsPerMachineDay = "migrations.perMachineDay"
  static let migrationsRequested = "migrations.requested"
  static let pauseTotal = "downtime.pause.total"
  static let pauseTail = "downtime.pause.p99"

  /// Words for a metric in a sentence; other metrics go by their name.
  package static func words(for metric: String) -> String { words.first { $0.name == metric }?.text ?? metric }

  private static let words: [(name: String, text: String)] = [
    ("skew.cpu.stddev.mean", "CPU skew"),
    ("skew.memory.stddev.mean", "memory skew"),
    ("skew.request.cpu.stddev.mean", "skew of CPU requests"),
    ("skew.request.memory.stddev.mean", "skew of memory requests"),
    ("headroom.usage.cpu.mean", "free CPU by use"),
    ("headroom.usage.memory.mean", "free memory by use"),
    ("headroom.request.cpu.mean", "free CPU by request"),
    ("headroom.request.memory.mean", "free memory by request"),
    ("headroom.n1.fits", "time safe from a node loss"),
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
