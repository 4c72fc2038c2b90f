import EventKernel
package import SimulationEngine

/// Every answer drawn from one experiment: summaries, tests between balancers, ranking, gates, words and doubts.
///
/// A value: reports only lay it out. All balancers of a replication meet the same demand and failures (common random
/// numbers), so differences are taken replication by replication.
package struct Comparison: Sendable {
  package let experiment: ExperimentResult
  /// The metrics, in the order of every `RunResult.values`.
  package let definitions: [MetricDefinition]
  package let contestants: [ContestantSummary]
  /// Every pair of balancers on every metric, pairs in order and metrics within a pair.
  package let differences: [MetricDifference]
  /// What each contestant's changes are stated against: `none` of the same variant, or else the reference, which is
  /// `none` of the first variant or the first contestant; nil for the reference itself.
  package let baselines: [Int?]
  /// Every contestant but the reference on every metric.
  package let changes: [RelativeChange]
  package let ranking: Ranking?
  package let gates: [GateResult]
  package let verdict: [String]
  package let advice: [Advice]

  package static let confidence = 0.95

  /// - Complexity: balancers² × metrics × replications.
  package init(
    _ experiment: ExperimentResult, definitions: [MetricDefinition], expectations: [Expectation] = [], rankBy: String
  ) {
    self.experiment = experiment
    self.definitions = definitions
    let samples = experiment.contestants.map { MetricSamples($0, metricCount: definitions.count) }
    let contestants = zip(experiment.contestants, samples).map { ContestantSummary($0, $1) }
    let differences = MetricDifference.all(samples, labels: contestants.map(\.label), metricCount: definitions.count)
    let baselines = Self.baselines(of: experiment.contestants)
    let changes = RelativeChange.all(samples, against: baselines, metricCount: definitions.count)
    let ranking = definitions.firstIndex { $0.name == rankBy }.flatMap {
      Ranking(by: $0, definitions[$0].direction, contestants: contestants, differences: differences)
    }
    let found = Findings(
      experiment: experiment, definitions: definitions, contestants: contestants, differences: differences,
      baselines: baselines, changes: changes, ranking: ranking)
    self.contestants = contestants
    self.differences = differences
    self.baselines = baselines
    self.changes = changes
    self.ranking = ranking
    gates = expectations.flatMap { GateResult.all($0, definitions: definitions, contestants: contestants) }
    verdict = Verdict.sentences(found)
    advice = Advice.all(found)
  }

  package func change(of contestant: Int, metric: Int) -> RelativeChange? {
    changes.first { $0.contestant == contestant && $0.metric == metric }
  }

  /// The contestant that has no baseline itself; nil where there is nothing to compare.
  package var reference: Int? { contestants.count > 1 ? baselines.firstIndex { $0 == nil } : nil }

  private static func baselines(of contestants: [ExperimentResult.Contestant]) -> [Int?] {
    func idle(_ variant: String) -> Int? {
      contestants.firstIndex { $0.balancer == "none" && $0.variant == variant }
    }
    guard contestants.count > 1 else { return contestants.map { _ in nil } }
    let reference = idle(contestants[0].variant) ?? 0
    return contestants.enumerated().map { index, contestant in
      let own = idle(contestant.variant)
      if let own, own != index { return own }
      return index == reference ? nil : reference
    }
  }
}

/// What verdict and advice are drawn from.
struct Findings {
  var experiment: ExperimentResult
  var definitions: [MetricDefinition]
  var contestants: [ContestantSummary]
  var differences: [MetricDifference]
  var baselines: [Int?]
  var changes: [RelativeChange]
  var ranking: Ranking?

  func metric(_ name: String) -> Int? { definitions.firstIndex { $0.name == name } }

  /// The difference of `b` from `a` on a metric, whichever way round it was tested.
  func difference(from a: Int, to b: Int, metric: Int) -> MetricDifference? {
    differences.first { $0.metric == metric && $0.a == min(a, b) && $0.b == max(a, b) }.map { a < b ? $0 : $0.reversed }
  }
}

/// The values of one balancer, by metric and replication.
struct MetricSamples {
  private let values: [[Double?]]

  init(_ contestant: ExperimentResult.Contestant, metricCount: Int) {
    values = (0..<metricCount).map { metric in
      contestant.runs.map { run in
        guard run.values.indices.contains(metric), let value = run.values[metric], value.isFinite else { return nil }
        return value
      }
    }
  }

  subscript(metric: Int) -> [Double?] { values[metric] }

  /// The values of two balancers in the replications in which both have one.
  static func pairs(_ a: MetricSamples, _ b: MetricSamples, metric: Int) -> (a: [Double], b: [Double]) {
    var left: [Double] = []
    var right: [Double] = []
    for case (let x?, let y?) in zip(a[metric], b[metric]) {
      left.append(x)
      right.append(y)
    }
    return (left, right)
  }
}
