/// Count, mean, variance and range of a sequence in one pass, without cancellation.
package struct Welford: Sendable, Equatable {
  package private(set) var count = 0
  package private(set) var mean = 0.0
  package private(set) var minimum = Double.infinity
  package private(set) var maximum = -Double.infinity
  private var squares = 0.0

  package init() {}
  package init(_ values: some Sequence<Double>) {
    for value in values { add(value) }
  }

  package mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
    if value < minimum { minimum = value }
    if value > maximum { maximum = value }
  }

  /// Adds all values that `other` has seen (Chan, Golub and LeVeque).
  package mutating func merge(_ other: Welford) {
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let difference = other.mean - mean
    squares += other.squares + difference * difference * Double(count) * Double(other.count) / total
    mean += difference * Double(other.count) / total
    count += other.count
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }

  /// The unbiased estimate with n − 1; zero below two values.
  package var variance: Double { count > 1 ? squares / Double(count - 1) : 0 }
  /// The variance of the values themselves, with n.
  package var populationVariance: Double { count > 0 ? squares / Double(count) : 0 }
  package var standardDeviation: Double { variance.squareRoot() }
  package var standardError: Double { count > 0 ? (variance / Double(count)).squareRoot() : 0 }
}
