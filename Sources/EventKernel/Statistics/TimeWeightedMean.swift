/// The average over time of a value that changes in steps.
///
/// mean = (1/T) ∫ value dt. The integral is kept relative to the first value, so a large constant part does not eat digits.
package struct TimeWeightedMean: Sendable, Equatable {
  package private(set) var value: Double
  package private(set) var minimum: Double
  package private(set) var maximum: Double
  private var start: SimulationTime
  private var last: SimulationTime
  private var origin: Double
  private var integral = 0.0
  private var squares = 0.0

  package init(_ value: Double = 0, at start: SimulationTime = .zero) {
    self.value = value
    minimum = value
    maximum = value
    origin = value
    self.start = start
    last = start
  }

  /// The value changes at `time`; a time before the last change counts as that change's time.
  package mutating func update(to newValue: Double, at time: SimulationTime) {
    advance(to: time)
    value = newValue
    if newValue < minimum { minimum = newValue }
    if newValue > maximum { maximum = newValue }
  }

  package mutating func add(_ change: Double, at time: SimulationTime) { update(to: value + change, at: time) }

  /// Forgets the past, for the end of a warm-up; the current value stays.
  package mutating func restart(at time: SimulationTime) { self = TimeWeightedMean(value, at: time) }

  /// The mean from the start to `end`; the current value if no time has passed.
  package func mean(at end: SimulationTime) -> Double {
    let seconds = (end - start).seconds
    guard seconds > 0 else { return value }
    return origin + sums(at: end).integral / seconds
  }

  /// The variance over time around `mean(at:)`.
  package func variance(at end: SimulationTime) -> Double {
    let seconds = (end - start).seconds
    guard seconds > 0 else { return 0 }
    let (integral, squares) = sums(at: end)
    let mean = integral / seconds
    return max(0, squares / seconds - mean * mean)
  }

  /// ∫ value dt in value × seconds.
  package func integral(at end: SimulationTime) -> Double {
    sums(at: end).integral + origin * (end - start).seconds
  }

  private mutating func advance(to time: SimulationTime) {
    (integral, squares) = sums(at: time)
    last = max(last, time)
  }

  private func sums(at end: SimulationTime) -> (integral: Double, squares: Double) {
    let seconds = max(0, (end - last).seconds)
    let offset = value - origin
    return (integral + offset * seconds, squares + offset * offset * seconds)
  }
}
