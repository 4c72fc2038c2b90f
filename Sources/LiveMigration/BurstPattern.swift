/// Writes that come in bursts: at the profile's rate for `onSeconds`, none for `offSeconds`, over and over.
package struct BurstPattern: Sendable, Equatable {
  package let onSeconds: Double
  package let offSeconds: Double
  /// How far into a period the migration starts, in seconds; a period begins with its burst.
  package var phaseSeconds: Double

  package init(onSeconds: Double, offSeconds: Double, phaseSeconds: Double = 0) {
    self.onSeconds = onSeconds > 0 && onSeconds.isFinite ? onSeconds : 0
    self.offSeconds = offSeconds > 0 && offSeconds.isFinite ? offSeconds : 0
    self.phaseSeconds = phaseSeconds
  }

  package var periodSeconds: Double { onSeconds + offSeconds }

  /// Seconds of burst between two times since the start of the migration.
  package func activeSeconds(from start: Double, to end: Double) -> Double {
    guard periodSeconds > 0 else { return 0 }
    return active(until: end + phaseSeconds) - active(until: start + phaseSeconds)
  }

  private func active(until time: Double) -> Double {
    let periods = (time / periodSeconds).rounded(.down)
    return periods * onSeconds + min(onSeconds, time - periods * periodSeconds)
  }
}
