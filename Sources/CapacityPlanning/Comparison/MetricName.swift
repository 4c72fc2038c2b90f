/// Metrics that verdict and advice speak of, and the words for them; each is left out where the catalogue lacks it.
enum MetricName {
  static let migrationsPerMachineDay = "migrations.succeeded.perMachineDay"
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
    ("headroom.usage.cpu.min", "least free CPU"),
    ("headroom.usage.memory.min", "least free memory"),
    ("headroom.request.cpu.min", "least unrequested CPU"),
    ("headroom.request.memory.min", "least unrequested memory"),
    (pauseTotal, "downtime"),
    (pauseTail, "p99 downtime"),
    ("contention.cpu.lost", "lost CPU time"),
    (migrationsPerMachineDay, "migrations per machine-day"),
  ]
}
