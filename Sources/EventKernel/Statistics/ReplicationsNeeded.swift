/// How many replications bring the interval of a mean down to a wanted half-width.
package enum ReplicationsNeeded {
  /// The least n ≥ 2 with t(1 − α/2, n − 1) s / √n ≤ `halfWidth`, taking the pilot's deviation s as true.
  ///
  /// Nil when the half-width is not positive or more than a billion replications would be needed.
  package static func count(
    standardDeviation: Double, halfWidth: Double, confidence: Double = 0.95
  ) -> Int? {
    guard halfWidth > 0, standardDeviation >= 0, confidence > 0, confidence < 1 else { return nil }
    func reaches(_ n: Int) -> Bool {
      let t = StudentT.quantile(0.5 + confidence / 2, degrees: Double(n - 1))
      return t * standardDeviation <= halfWidth * Double(n).squareRoot()
    }
    var high = 2
    while !reaches(high) {
      guard high < 1_000_000_000 else { return nil }
      high *= 2
    }
    var low = high / 2
    while low + 1 < high {
      let middle = (low + high) / 2
      if reaches(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
