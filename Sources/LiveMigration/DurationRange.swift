/// A duration known as low, typical and high.
package struct DurationRange: Sendable, Equatable {
  package var lowSeconds: Double
  package var typicalSeconds: Double
  package var highSeconds: Double

  package init(_ low: Double, _ typical: Double, _ high: Double) {
    lowSeconds = low
    typicalSeconds = typical
    highSeconds = high
  }

  /// The quantile at `uniform`: low at 0, typical (the median) at 0.5, high at 1, straight lines between.
  package func sample(_ uniform: Double) -> Double {
    let u = uniform > 0 ? min(uniform, 1) : 0
    return u < 0.5
      ? lowSeconds + (typicalSeconds - lowSeconds) * 2 * u
      : typicalSeconds + (highSeconds - typicalSeconds) * (2 * u - 1)
  }
}
