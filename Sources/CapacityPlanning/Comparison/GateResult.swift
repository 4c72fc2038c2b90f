import SimulationEngine

/// One expectation held against one balancer: the mean over the replications decides.
package struct GateResult: Sendable, Equatable {
  package let expression: String
  package let balancer: String
  /// Position of the metric in the definitions; nil when no such metric exists.
  package let metric: Int?
  /// Mean over the replications and its 95 % interval; nil where the metric has no value.
  package let value: Double?
  package let low: Double?
  package let high: Double?
  package let passed: Bool
  /// What to know before trusting the answer; empty when nothing.
  package let note: String

  /// One result for the balancer named; without a name for each balancer but `none`, or for `none` when it is alone.
  static func all(
    _ expectation: Expectation, definitions: [MetricDefinition], contestants: [ContestantSummary]
  ) -> [GateResult] {
    let metric = definitions.firstIndex { $0.name == expectation.metric }
    if let name = expectation.balancer {
      let named = contestants.filter {
        $0.label == name || $0.balancer == name || (!$0.variant.isEmpty && $0.label == "\(name) @ \($0.variant)")
      }
      guard !named.isEmpty else { return [unanswered(expectation, balancer: name, "this balancer does not take part")] }
      return named.map { make(expectation, metric, definitions, $0) }
    }
    let active = contestants.filter { $0.balancer != "none" }
    return (active.isEmpty ? contestants : active).map { make(expectation, metric, definitions, $0) }
  }

  private static func make(
    _ expectation: Expectation, _ metric: Int?, _ definitions: [MetricDefinition], _ contestant: ContestantSummary
  ) -> GateResult {
    guard let metric else {
      return unanswered(expectation, balancer: contestant.label, "there is no metric '\(expectation.metric)'")
    }
    guard let summary = contestant.metric(metric) else {
      return withoutValue(expectation, metric, definitions[metric], balancer: contestant.label)
    }
    var notes: [String] = []
    if let low = summary.low, let high = summary.high, straddles(low...high, expectation) {
      notes.append("the interval reaches across the limit: more replications may turn the answer")
    }
    let missing = summary.samples.count - summary.valueCount
    if missing > 0 { notes.append("no value in \(missing) of \(summary.samples.count) replications") }
    return GateResult(
      expression: expectation.text, balancer: contestant.label, metric: metric, value: summary.mean, low: summary.low,
      high: summary.high, passed: holds(summary.mean, expectation), note: notes.joined(separator: "; "))
  }

  /// Nothing happened that could be measured: an upper limit on something unwanted then holds, anything else does not.
  private static func withoutValue(
    _ expectation: Expectation, _ metric: Int, _ definition: MetricDefinition, balancer: String
  ) -> GateResult {
    let isLimit = expectation.comparison == .atMost || expectation.comparison == .less
    return GateResult(
      expression: expectation.text, balancer: balancer, metric: metric, value: nil, low: nil, high: nil,
      passed: isLimit && definition.direction == .lowerIsBetter, note: "nothing was measured in any replication")
  }

  private static func unanswered(_ expectation: Expectation, balancer: String, _ note: String) -> GateResult {
    GateResult(
      expression: expectation.text, balancer: balancer, metric: nil, value: nil, low: nil, high: nil, passed: false,
      note: note)
  }

  private static func holds(_ value: Double, _ expectation: Expectation) -> Bool {
    switch expectation.comparison {
    case .atMost: value <= expectation.value
    case .atLeast: value >= expectation.value
    case .less: value < expectation.value
    case .greater: value > expectation.value
    case .equal: value == expectation.value
    }
  }

  private static func straddles(_ interval: ClosedRange<Double>, _ expectation: Expectation) -> Bool {
    expectation.comparison == .equal
      ? interval.lowerBound < interval.upperBound && interval.contains(expectation.value)
      : holds(interval.lowerBound, expectation) != holds(interval.upperBound, expectation)
  }
}
