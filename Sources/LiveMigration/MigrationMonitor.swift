/// The completion time-out of KubeVirt's migration monitor on its grid of polls.
///
/// The monitor polls every 400 ms and acts when the elapsed whole seconds exceed the limit: a limit of 300 s acts at the
/// first poll from 301 s on, which is 301.2 s.
struct MonitorDeadline: Sendable, Equatable {
  private let pollSeconds: Double
  private let clockSeconds: Double
  private let offsetSeconds: Double
  private(set) var limitSeconds: Double

  /// A limit of 0, or one that is not finite, never acts.
  init(limitSeconds: Double, model: MigrationModel) {
    pollSeconds = max(1e-3, model.monitorPollSeconds)
    clockSeconds = max(0, model.monitorClockSeconds)
    offsetSeconds = max(0, model.monitorOffsetSeconds)
    self.limitSeconds = limitSeconds > 0 && limitSeconds.isFinite ? limitSeconds : .infinity
  }

  /// When the monitor acts, in seconds from the start of the transfer.
  var actsAtSeconds: Double { poll(after: limitSeconds, from: 0) }

  mutating func double() { limitSeconds *= 2 }

  /// The first poll at or after a time.
  func poll(notBefore seconds: Double) -> Double {
    guard seconds < .infinity else { return .infinity }
    return max(0, ((seconds - offsetSeconds) / pollSeconds - 1e-9).rounded(.up)) * pollSeconds + offsetSeconds
  }

  /// The first poll at which more than `limit` seconds have passed since `start`.
  func poll(after limit: Double, from start: Double) -> Double {
    guard limit < .infinity else { return .infinity }
    let reached = clockSeconds > 0 ? ((limit / clockSeconds).rounded(.down) + 1) * clockSeconds : limit
    return ((start + reached - offsetSeconds) / pollSeconds - 1e-9).rounded(.up) * pollSeconds + offsetSeconds
  }
}

/// When the transfer last made progress, as the monitor sees it.
struct ProgressWatch: Sendable, Equatable {
  private(set) var lastProgressSeconds = 0.0
  private var leastRemaining = Double.infinity

  /// Notes what remains at `now`, after a stretch in which bytes moved or not.
  mutating func note(remaining: Double, moved: Bool, now: Double, rule: MigrationModel.ProgressRule) {
    switch rule {
    case .anyTransfer:
      if moved { lastProgressSeconds = now }
    case .newMinimum:
      guard remaining < leastRemaining else { return }
      leastRemaining = remaining
      lastProgressSeconds = now
    }
  }
}

/// What was dirtied and sent since auto-converge last looked.
struct SyncPeriod: Sendable, Equatable {
  var startSeconds = 0.0
  var dirtiedBytes = 0.0
  var sentAtStart = 0.0
}
