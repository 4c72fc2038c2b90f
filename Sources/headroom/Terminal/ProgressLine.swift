import Synchronization

/// `12 of 60 runs` on standard error: only on a terminal, only after half a second, erased at the end.
final class ProgressLine: Sendable {
  private struct State {
    var lastShown: ContinuousClock.Instant?
  }

  private let isEnabled: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(isQuiet: Bool) { isEnabled = !isQuiet && Terminal.isTerminal(Terminal.standardError) }

  /// From any task.
  func update(done: Int, total: Int) {
    guard isEnabled, total > 0 else { return }
    let now = ContinuousClock.now
    guard now - start >= .milliseconds(500) else { return }
    state.withLock { state in
      if let last = state.lastShown, now - last < .milliseconds(100) { return }
      state.lastShown = now
      let share = done * 20 / total
      let bar = String(repeating: "█", count: share) + String(repeating: "░", count: 20 - share)
      FileAccess.writeToStandardError("\r\u{1B}[K\(bar) \(done) of \(total) runs")
    }
  }

  func finish() {
    state.withLock { state in
      if state.lastShown != nil { FileAccess.writeToStandardError("\r\u{1B}[K") }
      state.lastShown = nil
    }
  }
}
