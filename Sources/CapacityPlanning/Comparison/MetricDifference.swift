import EventKernel

/// One metric compared between two balancers, replication by replication (paired t test).
///
/// Intervals are widened for the number of pairs m (Bonferroni: confidence 1 − 0.05 / m), so that all intervals of one
/// metric hold together at 95 %. `significant` is what that interval says, hence never at odds with the bounds shown.
package struct MetricDifference: Sendable, Equatable {
  package let metric: Int
  /// Positions and labels of the two balancers.
  package let a: Int
  package let b: Int
  package let labelA: String
  package let labelB: String
  /// Mean of b − a over the replications in which both have a value.
  package let mean: Double
  /// Bounds of the widened interval; nil with fewer than two pairs.
  package let low: Double?
  package let high: Double?
  /// Two-sided, adjusted over the pairs of the metric (Holm); 1 with fewer than two pairs.
  package let adjustedP: Double
  package let standardDeviation: Double

  /// True when the interval excludes zero.
  package var significant: Bool {
    guard let low, let high else { return false }
    return low > 0 || high < 0
  }
  package var halfWidth: Double? { high.map { $0 - mean } }

  /// The same test read from the other side.
  package var reversed: MetricDifference {
    MetricDifference(
      metric: metric, a: b, b: a, labelA: labelB, labelB: labelA, mean: 0 - mean, low: high.map { 0 - $0 },
      high: low.map { 0 - $0 }, adjustedP: adjustedP, standardDeviation: standardDeviation)
  }

  static func all(_ samples: [MetricSamples], labels: [String], metricCount: Int) -> [MetricDifference] {
    let pairs = samples.indices.flatMap { a in samples.indices.dropFirst(a + 1).map { (a: a, b: $0) } }
    guard !pairs.isEmpty else { return [] }
    let confidence = 1 - (1 - Comparison.confidence) / Double(pairs.count)
    let byMetric = (0..<metricCount).map { metric in
      let values = pairs.map { MetricSamples.pairs(samples[$0.a], samples[$0.b], metric: metric) }
      let tests = values.map { PairedComparison(a: $0.a, b: $0.b, confidence: confidence) }
      let adjusted = PairedComparison.holm(tests.map(\.pValue))
      return pairs.indices.map { index in
        make(
          tests[index].difference, metric: metric, pair: pairs[index], labels: labels, adjustedP: adjusted[index],
          deviation: Welford(zip(values[index].a, values[index].b).map { $1 - $0 }).standardDeviation)
      }
    }
    return pairs.indices.flatMap { pair in byMetric.compactMap { $0[pair] } }
  }

  private static func make(
    _ interval: ConfidenceInterval, metric: Int, pair: (a: Int, b: Int), labels: [String], adjustedP: Double,
    deviation: Double
  ) -> MetricDifference? {
    guard interval.count > 0 else { return nil }
    let isKnown = interval.count > 1
    return MetricDifference(
      metric: metric, a: pair.a, b: pair.b, labelA: labels[pair.a], labelB: labels[pair.b], mean: interval.mean,
      low: isKnown ? interval.low : nil, high: isKnown ? interval.high : nil, adjustedP: adjustedP,
      standardDeviation: deviation)
  }
}

/// One metric of one balancer as a change in percent of the baseline's mean.
///
/// With means x̄ of the baseline and ȳ, the change is ȳ / x̄ − 1; its deviation is that of y − (ȳ / x̄) x over the
/// replications, divided by |x̄| (delta method for a ratio of paired means), its interval a 95 % t-interval.
package struct RelativeChange: Sendable, Equatable {
  package let metric: Int
  package let contestant: Int
  package let percent: Double
  /// Bounds of the interval in percent; nil with fewer than two pairs.
  package let low: Double?
  package let high: Double?

  package var halfWidth: Double? { high.map { $0 - percent } }

  static func all(_ samples: [MetricSamples], against baseline: Int?, metricCount: Int) -> [RelativeChange] {
    guard let baseline else { return [] }
    return samples.indices.filter { $0 != baseline }.flatMap { contestant in
      (0..<metricCount).compactMap { metric in
        let (before, after) = MetricSamples.pairs(samples[baseline], samples[contestant], metric: metric)
        return RelativeChange(metric: metric, contestant: contestant, before: before, after: after)
      }
    }
  }

  private init?(metric: Int, contestant: Int, before: [Double], after: [Double]) {
    let base = Welford(before).mean
    guard base != 0, !before.isEmpty else { return nil }
    let ratio = Welford(after).mean / base
    guard ratio.isFinite else { return nil }
    self.metric = metric
    self.contestant = contestant
    percent = (ratio - 1) * 100
    let interval = ConfidenceInterval(
      of: zip(before, after).map { ($1 - ratio * $0) / base * 100 }, confidence: Comparison.confidence)
    low = interval.count > 1 ? percent - interval.halfWidth : nil
    high = interval.count > 1 ? percent + interval.halfWidth : nil
  }
}
