/// Exact quantiles of a sample.
package struct Quantiles: Sendable, Equatable {
  /// Ascending, without NaN.
  package let sorted: [Double]

  package init(_ values: [Double]) { sorted = values.filter { !$0.isNaN }.sorted() }

  package var count: Int { sorted.count }
  package var minimum: Double? { sorted.first }
  package var maximum: Double? { sorted.last }
  package var median: Double? { self[0.5] }

  /// The quantile at probability `p` (clamped to 0…1), linear between order statistics; nil for an empty sample.
  ///
  /// Type 7 of Hyndman and Fan (1996): position (n − 1) p, as spreadsheets, NumPy and R do by default.
  package subscript(p: Double) -> Double? {
    guard !sorted.isEmpty, !p.isNaN else { return nil }
    let position = min(max(p, 0), 1) * Double(sorted.count - 1)
    let index = min(Int(position), sorted.count - 1)
    let fraction = position - Double(index)
    guard fraction > 0, index + 1 < sorted.count else { return sorted[index] }
    return sorted[index] + fraction * (sorted[index + 1] - sorted[index])
  }

  /// Two order statistics that enclose the distribution's quantile with at least this confidence, whatever the distribution.
  ///
  /// The number of values below the quantile is binomial(n, p); the lower end is the largest order statistic i with
  /// P(B < i) ≤ α/2, the upper end the smallest j with P(B ≥ j) ≤ α/2. Nil when the sample is too small.
  package func interval(at p: Double, confidence: Double = 0.95) -> ClosedRange<Double>? {
    guard p > 0, p < 1, confidence > 0, confidence < 1, !sorted.isEmpty else { return nil }
    let tail = (1 - confidence) / 2
    let n = sorted.count
    // P(B ≥ i) = I_p(i, n − i + 1)
    func atLeast(_ i: Int) -> Double { SpecialFunctions.incompleteBeta(p, Double(i), Double(n - i + 1)) }
    let low = partitionPoint(in: 1...n) { 1 - atLeast($0) <= tail } - 1
    let high = partitionPoint(in: 1...n) { atLeast($0) > tail }
    guard low >= 1, high <= n else { return nil }
    return sorted[low - 1]...sorted[high - 1]
  }

  /// The first number of `range` that fails a test which holds up to some point; one past the end if all pass.
  private func partitionPoint(in range: ClosedRange<Int>, _ passes: (Int) -> Bool) -> Int {
    var low = range.lowerBound
    var high = range.upperBound + 1
    while low < high {
      let middle = (low + high) / 2
      if passes(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
