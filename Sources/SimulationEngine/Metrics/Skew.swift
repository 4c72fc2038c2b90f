/// How unevenly a resource is used over the nodes: five measures of the same utilisations.
package struct Skew: Sendable, Equatable {
  /// Population standard deviation of the nodes' shares.
  package var standardDeviation = 0.0
  /// Standard deviation over mean; 0 where nothing is used.
  package var coefficientOfVariation = 0.0
  package var maximumOverMean = 0.0
  package var range = 0.0
  /// Mean absolute difference over twice the mean: 0 is equal.
  package var gini = 0.0

  /// - Complexity: O(n log n) with `withGini`, else O(n).
  package init(_ shares: [Double], withGini: Bool = true) {
    guard let first = shares.first else { return }
    var sum = 0.0
    var low = first
    var high = first
    for value in shares {
      sum += value
      low = min(low, value)
      high = max(high, value)
    }
    let count = Double(shares.count)
    let mean = sum / count
    var squares = 0.0
    for value in shares { squares += (value - mean) * (value - mean) }
    standardDeviation = (squares / count).squareRoot()
    range = high - low
    guard mean > 0 else { return }
    coefficientOfVariation = standardDeviation / mean
    maximumOverMean = high / mean
    guard withGini else { return }
    var weighted = 0.0
    for (index, value) in shares.sorted().enumerated() { weighted += (2 * Double(index + 1) - count - 1) * value }
    gini = weighted / (count * sum)
  }
}
