/// Where the transient of a run ends, by the MSER-5 rule (White, Cobb and Spratt, 2000).
///
/// The series is averaged in batches of five; the cut d minimises Σ (xᵢ − x̄)² / (n − d)² over the batches kept. A minimum in
/// the second half means that the series never settled.
package struct MSER5: Sendable, Equatable {
  /// Observations to drop at the start, a multiple of five.
  package let truncation: Int
  /// False when the best cut lies in the second half or the series is shorter than ten batches.
  package let isSettled: Bool

  /// - Complexity: O(n).
  package init(_ series: [Double]) {
    let batches = (0..<series.count / 5).map { (batch: Int) -> Double in
      series[batch * 5..<batch * 5 + 5].reduce(0, +) / 5
    }
    guard batches.count >= 10 else {
      truncation = 0
      isSettled = false
      return
    }
    var kept = Welford()
    var best = (statistic: Double.infinity, cut: 0)
    for cut in batches.indices.reversed() {
      kept.add(batches[cut])
      // The last few batches look calm by chance.
      guard kept.count >= 5 else { continue }
      let statistic = kept.populationVariance / Double(kept.count)
      if statistic <= best.statistic { best = (statistic, cut) }
    }
    truncation = best.cut * 5
    isSettled = best.cut <= batches.count / 2
  }
}
