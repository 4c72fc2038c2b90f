/// A mean with the range that covers the true mean at the given confidence: mean ± t(1 − α/2, n − 1) s / √n.
///
/// Assumes independent, roughly normal values: means over replications are.
package struct ConfidenceInterval: Sendable, Equatable {
  package let mean: Double
  /// Infinite below two values.
  package let halfWidth: Double
  package let count: Int

  package init(mean: Double, halfWidth: Double, count: Int) {
    self.mean = mean
    self.halfWidth = halfWidth
    self.count = count
  }

  package init(of values: [Double], confidence: Double = 0.95) {
    self.init(Welford(values), confidence: confidence)
  }

  package init(_ moments: Welford, confidence: Double = 0.95) {
    mean = moments.mean
    count = moments.count
    let level = min(max(confidence, 0), 1)
    halfWidth =
      count < 2
      ? .infinity
      : moments.variance == 0
        ? 0 : StudentT.quantile(0.5 + level / 2, degrees: Double(count - 1)) * moments.standardError
  }

  package var low: Double { mean - halfWidth }
  package var high: Double { mean + halfWidth }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
