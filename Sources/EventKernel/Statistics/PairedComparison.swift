/// Two alternatives compared replication by replication under common random numbers (paired t test).
package struct PairedComparison: Sendable, Equatable {
  /// Mean and interval of b − a.
  package let difference: ConfidenceInterval
  /// Two-sided probability of a mean difference this large if there were none; 1 below two pairs.
  package let pValue: Double

  /// Values at the same position belong to the same replication; what has no partner is left out.
  package init(a: [Double], b: [Double], confidence: Double = 0.95) {
    let moments = Welford(zip(a, b).map { $1 - $0 })
    difference = ConfidenceInterval(moments, confidence: confidence)
    if moments.count < 2 {
      pValue = 1
    } else if moments.variance == 0 {
      pValue = moments.mean == 0 ? 1 : 0
    } else {
      pValue = StudentT.twoSided(moments.mean / moments.standardError, degrees: Double(moments.count - 1))
    }
  }

  /// True when the interval excludes zero.
  package var isSignificant: Bool { difference.count > 1 && !difference.contains(0) }

  /// P-values adjusted for testing several hypotheses at once, in the order given (Holm, 1979).
  ///
  /// The i-th smallest of m becomes the largest of (m − j + 1) p(j) for j ≤ i, at most 1.
  package static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
