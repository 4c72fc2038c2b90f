import EventKernel
import SimulationEngine

/// One metric of one balancer over the replications.
package struct MetricSummary: Sendable, Equatable {
  package let mean: Double
  /// Bounds of the 95 % t-interval around the mean; nil with fewer than two values.
  package let low: Double?
  package let high: Double?
  package let standardDeviation: Double
  /// By replication; nil where the metric has no value, such as the p99 of no pauses.
  package let samples: [Double?]

  /// Nil when no replication has a value.
  package init?(_ samples: [Double?]) {
    let moments = Welford(samples.compactMap { $0 })
    guard moments.count > 0 else { return nil }
    let interval = ConfidenceInterval(moments, confidence: Comparison.confidence)
    mean = moments.mean
    low = moments.count > 1 ? interval.low : nil
    high = moments.count > 1 ? interval.high : nil
    standardDeviation = moments.standardDeviation
    self.samples = samples
  }

  package var halfWidth: Double? { high.map { $0 - mean } }
  package var valueCount: Int { samples.count { $0 != nil } }
}

/// One balancer over the replications.
package struct ContestantSummary: Sendable {
  package let label: String
  package let balancer: String
  /// Empty where the scenario has no variants.
  package let variant: String
  /// In the order of the definitions; nil where no replication has a value.
  package let metrics: [MetricSummary?]
  /// Refused moves and failed migrations by reason, mean per replication, most frequent first.
  package let refusals: [ReasonCount]
  package let failures: [ReasonCount]
  package let workloads: [WorkloadSummary]

  init(_ contestant: ExperimentResult.Contestant, _ samples: MetricSamples) {
    label = contestant.label
    balancer = contestant.balancer
    variant = contestant.variant
    metrics = (contestant.runs.first?.values ?? []).indices.map { MetricSummary(samples[$0]) }
    refusals = ReasonCount.means(contestant.runs.map(\.refusals))
    failures = ReasonCount.means(contestant.runs.map(\.failures))
    workloads = WorkloadSummary.all(contestant.runs)
  }

  package func metric(_ index: Int) -> MetricSummary? { metrics.indices.contains(index) ? metrics[index] : nil }
}

/// How often something happened for one reason, mean per replication.
package struct ReasonCount: Sendable, Equatable {
  package let reason: String
  package let mean: Double

  package init(reason: String, mean: Double) {
    self.reason = reason
    self.mean = mean
  }

  static func means(_ runs: [[(reason: String, count: Int)]]) -> [ReasonCount] {
    let all = runs.joined().sorted { $0.reason < $1.reason }
    var sums: [(reason: String, count: Double)] = []
    for entry in all {
      if sums.last?.reason == entry.reason {
        sums[sums.count - 1].count += Double(entry.count)
      } else {
        sums.append((entry.reason, Double(entry.count)))
      }
    }
    return sums.map { ReasonCount(reason: $0.reason, mean: $0.count / Double(max(runs.count, 1))) }
      .filter { $0.mean > 0 }
      .sorted { ($1.mean, $0.reason) < ($0.mean, $1.reason) }
  }
}
