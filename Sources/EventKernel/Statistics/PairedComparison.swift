/// Two alternatives compared replication by replication under common random numbers (paired t test).
package struct PairedComparison: Sendable, Equatable {
  /// Mean and interval of b − a.
  package let difference: ConfidenceInterval
  /// Two-sided probability of a mean difference this large if there were none; 1 below two pairs.
  package let pValue: Double
  /// Of the differences.
  package let standardDeviation: Double

  /// Values at the same position belong to the same replication; what has no partner is left out.
  package init(a: [Double], b: [Double], confidence: Double = 0.95) {
    let moments = Welford(zip(a, b).map { Self.difference($0, $1) })
    standardDeviation = moments.standardDeviation
    difference = ConfidenceInterval(moments, confidence: confidence)
    if moments.count < 2 {
      pValue = 1
    } else if moments.variance == 0 {
      pValue = moments.mean == 0 ? 1 : 0
    } else {
      pValue = StudentT.twoSided(moments.mean / moments.standardError, degrees: Double(moments.count - 1))
    }
  }

  /// b − a, and 0 when it is no more than rounding leaves: |b − a| ≤ 1e-12 · max(|a|, |b|).
  ///
  /// Sums in another order differ in their last bits; the same difference in every pair would count as certain.
  package static func difference(_ a: Double, _ b: Double) -> Double {
    let difference = b - a
    return abs(difference) <= 1e-12 * max(abs(a), abs(b)) ? 0 : difference
  }
}
