import CapacityPlanning
import SimulationEngine

/// The answer for programs: values in the metric's own unit, nothing rounded.
///
/// `difference` in `comparisons` is b − a. A replication without a value is `null` in `samples`; a metric without any
/// value is absent.
enum JSONReport {
  static let definition = ReportDefinition(
    name: "json", summary: "for programs: all metrics, samples, tests, ranking and gates", fileExtensions: ["json"]
  ) { subject, _ in JSONWriter.text(document(subject)) }

  static func document(_ subject: ReportSubject) -> JSONValue {
    let comparison = subject.comparison
    let experiment = comparison.experiment
    let run = JSONValue.object([
      ("scenario", .string(experiment.scenarioName)),
      ("scenarioHash", .string(experiment.scenarioHash)),
      ("seed", .unsigned(experiment.seed)),
      ("replications", .integer(Int64(experiment.replications))),
      ("nodes", .integer(Int64(experiment.nodeCount))),
      ("machines", .integer(Int64(experiment.machineCount))),
      ("horizonSeconds", .number(experiment.horizonSeconds)),
      ("warmUpSeconds", .number(experiment.warmUpSeconds)),
    ])
    var members: [(String, JSONValue?)] = [
      ("results", .array(comparison.contestants.indices.map { result($0, comparison) })),
      ("gates", .array(comparison.gates.map { gate($0) })),
      ("verdict", .array(comparison.verdict.map { .string($0) })),
      ("advice", .array(comparison.advice.map(advice))),
      ("evidence", .array(experiment.evidence.map { .string($0.text) })),
    ]
    if subject.isComparison {
      members.append(("comparisons", .array(comparison.differences.map { difference($0, comparison) })))
      members.append(("ranking", ranking(comparison)))
      members.append(("baseline", comparison.reference.map { .string(comparison.contestants[$0].label) }))
    }
    return .document(tool: subject.tool, run: run, members)
  }

  private static func result(_ index: Int, _ comparison: Comparison) -> JSONValue {
    let contestant = comparison.contestants[index]
    let metrics = comparison.definitions.enumerated().compactMap { index, definition -> (String, JSONValue?)? in
      contestant.metric(index).map { (definition.name, metric($0, definition)) }
    }
    return .object([
      ("balancer", .string(contestant.label)),
      ("algorithm", .string(contestant.balancer)),
      ("variant", contestant.variant.isEmpty ? nil : .string(contestant.variant)),
      ("baseline", comparison.baselines[index].map { .string(comparison.contestants[$0].label) }),
      ("scenario", .string(comparison.experiment.scenarioName)),
      ("replications", .integer(Int64(comparison.experiment.replications))),
      ("metrics", .object(metrics)),
      ("refused", .array(contestant.refusals.map { reason($0) })),
      ("failed", .array(contestant.failures.map { reason($0) })),
      ("workloads", WorkloadTable.json(contestant)),
    ])
  }

  private static func metric(_ summary: MetricSummary, _ definition: MetricDefinition) -> JSONValue {
    .object([
      ("mean", .number(summary.mean)),
      ("low", .optional(summary.low)),
      ("high", .optional(summary.high)),
      ("unit", .string(definition.unit.rawValue)),
      ("direction", .string(definition.direction.rawValue)),
      ("samples", .array(summary.samples.map { $0.map { .number($0) } ?? .null })),
    ])
  }

  private static func reason(_ count: ReasonCount) -> JSONValue {
    .object([("reason", .string(count.reason)), ("meanCount", .number(count.mean))])
  }

  private static func difference(_ difference: MetricDifference, _ comparison: Comparison) -> JSONValue {
    .object([
      ("metric", .string(comparison.definitions[difference.metric].name)),
      ("a", .string(difference.labelA)),
      ("b", .string(difference.labelB)),
      ("difference", .number(difference.mean)),
      ("low", .optional(difference.low)),
      ("high", .optional(difference.high)),
      ("significant", .bool(difference.significant)),
      ("adjustedP", difference.low == nil ? nil : .number(difference.adjustedP)),
    ])
  }

  private static func ranking(_ comparison: Comparison) -> JSONValue {
    guard let ranking = comparison.ranking else { return .array([]) }
    return .array(
      ranking.entries.map { entry in
        .object([
          ("rank", .integer(Int64(entry.rank))),
          ("balancer", .string(entry.label)),
          ("metric", .string(comparison.definitions[ranking.metric].name)),
          ("mean", .number(entry.mean)),
          ("betterThan", .array(entry.betterThan.map { .string($0) })),
        ])
      })
  }

  private static func gate(_ gate: GateResult) -> JSONValue {
    .object([
      ("expression", .string(gate.expression)),
      ("balancer", .string(gate.balancer)),
      ("value", .optional(gate.value)),
      ("low", .optional(gate.low)),
      ("high", .optional(gate.high)),
      ("passed", .bool(gate.passed)),
      ("note", gate.note.isEmpty ? nil : .string(gate.note)),
    ])
  }

  private static func advice(_ advice: Advice) -> JSONValue {
    .object([("code", .string(advice.code)), ("message", .string(advice.message))])
  }
}
