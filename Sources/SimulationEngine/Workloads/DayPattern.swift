import EventKernel

extension WorkloadProfile {
  /// Mean CPU use at an hour of a working day over the use that the profile states, without chance.
  ///
  /// For a daily wave the stated use is the mean of a working day, for a window the level while busy; as in
  /// `DemandModel`: `exp(a cos(2π (h − 14) / 24))` over its mean `I₀(a)`, a being half of ln(peak / trough).
  package func useRatio(hourOfDay: Double, peakToTrough: Double? = nil) -> Double {
    let amplitude = DeterministicMath.log(max(1, peakToTrough ?? dayPeakToTrough.typical)) / 2
    let wave = PatternValues(hourOfWeek: hourOfDay)
    let square = amplitude * amplitude
    let mean = pattern == .business ? square / 4 - square * square / 64 : 0
    return wave.factor(pattern) * DeterministicMath.exp(wave.exponent(pattern, amplitude: amplitude) - mean)
  }

  /// How busily the guest writes at `ratio` times its stated use: 0.1 + 0.9 · ratio, at most 2.5.
  package static func activity(useRatio ratio: Double) -> Double { min(2.5, 0.1 + 0.9 * max(0, ratio)) }

  /// Whether the hour of the day changes anything.
  package var hasHours: Bool { pattern != .steady }
}
