/// When QEMU looks at its threshold, and what pacing does inside a round.
///
/// QEMU sends in slices and compares what remains with the threshold only between them: every 50 ms when nothing paces
/// it, at the start of each 100 ms window when `bandwidthPerMigration` does. The burst inside a window (a budget goes
/// out at link speed, then QEMU sleeps) is not modelled; it belongs here.
struct RateWindow: Sendable, Equatable {
  let checkSeconds: Double

  init(configuration: MigrationConfiguration) {
    let model = configuration.model
    let seconds = configuration.bandwidthPerMigration > 0 ? model.rateWindowSeconds : model.checkIntervalSeconds
    checkSeconds = max(1e-3, seconds)
  }

  /// Seconds to the next bitmap reading: the first check at or after `crossing`, or the end of the round if earlier.
  func secondsUntilSync(crossing: Double, roundEnd: Double, sinceSync: Double) -> Double {
    guard crossing < .infinity else { return .infinity }
    let checks = max(1, ((sinceSync + crossing) / checkSeconds - 1e-9).rounded(.up))
    return min(max(0, checks * checkSeconds - sinceSync), roundEnd)
  }
}
