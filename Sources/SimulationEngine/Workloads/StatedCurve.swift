import ClusterModel
import EventKernel
import LiveMigration

/// The figures of a dirty curve, first the workload type's, then with what was measured in their place.
///
/// A stated interval is drawn: its ends at the 5th and 95th percentile, never beyond them. One deviate moves all three
/// figures of the curve: a longer `τ` goes with a larger hot set and a smaller cold rate, as fits of one curve trade
/// them, so that what is drawn still explains what was measured.
struct StatedCurve {
  var hotSetBytes: Double
  var tauSeconds: Double
  var coldBytesPerSecond: Double
  var capBytes: Double

  /// - Parameters:
  ///   - usedBytes: memory in use, the cap where a hot set or a cold rate is stated and no working set.
  ///   - curveDeviate: of the three figures of the curve.
  func overridden(
    by stated: DirtyStatement, usedBytes: Double, curveDeviate: Double, workingSetDeviate: Double
  ) -> DirtyPageProfile {
    var result = self
    if let figure = stated.tauSeconds { result.tauSeconds = figure.value(at: curveDeviate) }
    if let figure = stated.hotSetBytes { result.hotSetBytes = figure.value(at: curveDeviate) }
    if let figure = stated.coldBytesPerSecond { result.coldBytesPerSecond = figure.value(at: -curveDeviate) }
    if let figure = stated.workingSetBytes {
      result.capBytes = figure.value(at: workingSetDeviate)
    } else if stated.hotSetBytes != nil || stated.coldBytesPerSecond != nil {
      result.capBytes = usedBytes
    }
    result.capBytes = min(usedBytes, result.capBytes)
    return DirtyPageProfile(
      hotSetBytes: min(result.hotSetBytes, result.capBytes), tauSeconds: result.tauSeconds,
      coldBytesPerSecond: result.coldBytesPerSecond, capBytes: result.capBytes)
  }
}

extension DirtyStatement.Figure {
  /// Half normal on either side of the typical value, of the logarithm where the low value allows; inside the interval.
  func value(at deviate: Double) -> Double {
    let share = min(1, abs(deviate) / 1.645)
    let end = deviate < 0 ? low : high
    guard low > 0, typical > 0, end.isFinite else {
      return end.isFinite ? typical + (end - typical) * share : typical
    }
    return (typical * DeterministicMath.pow(end / typical, share)).clamped(to: low...high)
  }
}
