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
  /// Two-sided, times the number of pairs and at most 1 (Bonferroni, as the interval); 1 with fewer than two pairs.
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
    let confidence = confidence(balancerCount: samples.count)
    let byMetric = (0..<metricCount).map { metric in
      pairs.map { pair -> MetricDifference? in
        let values = MetricSamples.pairs(samples[pair.a], samples[pair.b], metric: metric)
        let test = PairedComparison(a: values.a, b: values.b, confidence: confidence)
        let interval = test.difference
        guard interval.count > 0 else { return nil }
        let isKnown = interval.count > 1
        return MetricDifference(
          metric: metric, a: pair.a, b: pair.b, labelA: labels[pair.a], labelB: labels[pair.b], mean: interval.mean,
          low: isKnown ? interval.low : nil, high: isKnown ? interval.high : nil,
          adjustedP: min(1, test.pValue * Double(pairs.count)), standardDeviation: test.standardDeviation)
      }
    }
    return pairs.indices.flatMap { pair in byMetric.compactMap { $0[pair] } }
  }

  /// Confidence of one interval such that those of all pairs hold together at 95 %.
  static func confidence(balancerCount: Int) -> Double {
    1 - (1 - Comparison.confidence) / Double(max(1, balancerCount * (balancerCount - 1) / 2))
  }
}

/// One metric of one balancer as a change in percent of the baseline's mean.
///
/// With means x̄ of the baseline and ȳ, the change is ȳ / x̄ − 1; its deviation is that of y − (ȳ / x̄) x over the
/// replications, divided by |x̄| (delta method for a ratio of paired means), its interval a t-interval widened for the
/// number of pairs as those of the differences are.
package struct RelativeChange: Sendable, Equatable {
  package let metric: Int
  package let contestant: Int
  package let baseline: Int
  package let percent: Double
  /// Bounds of the interval in percent; nil with fewer than two pairs.
  package let low: Double?
  package let high: Double?

  package var halfWidth: Double? { high.map { $0 - percent } }

  /// - Parameter baselines: by contestant; nil for the one that all others are measured against.
  static func all(_ samples: [MetricSamples], against baselines: [Int?], metricCount: Int) -> [RelativeChange] {
    let confidence = MetricDifference.confidence(balancerCount: samples.count)
    return zip(samples.indices, baselines).flatMap { contestant, baseline -> [RelativeChange] in
      guard let baseline else { return [] }
      return (0..<metricCount).compactMap { metric in
        let (before, after) = MetricSamples.pairs(samples[baseline], samples[contestant], metric: metric)
        return RelativeChange(
          metric: metric, contestant: contestant, baseline: baseline, before: before, after: after,
          confidence: confidence)
      }
    }
  }

  private init?(
    metric: Int, contestant: Int, baseline: Int, before: [Double], after: [Double], confidence: Double
  ) {
    let after = zip(before, after).map { $0 + PairedComparison.difference($0, $1) }
    let base = Welford(before).mean
    guard base != 0, !before.isEmpty else { return nil }
    let ratio = Welford(after).mean / base
    guard ratio.isFinite else { return nil }
    self.metric = metric
    self.contestant = contestant
    self.baseline = baseline
    percent = (ratio - 1) * 100
    let interval = ConfidenceInterval(
      of: zip(before, after).map { ($1 - ratio * $0) / base * 100 }, confidence: confidence)
    low = interval.count > 1 ? percent - interval.halfWidth : nil
    high = interval.count > 1 ? percent + interval.halfWidth : nil
  }
}
