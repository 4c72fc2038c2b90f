import LiveMigration
import SimulationEngine

/// Answers about single migrations as JSON; a case's keys keep their names.
package enum PredictionAnswerDocument {
  package static func document(_ answer: PredictionAnswer, tool: ToolVersion) -> JSONValue {
    let members =
      members(answer.subject) + [
        ("advice", .array(answer.advice.map(advice))),
        ("notes", answer.notes.isEmpty ? nil : .array(answer.notes.map { .string($0) })),
        (
          "hoursConverging",
          answer.outcomesByHour.map { hours in
            .array(hours.indices.filter { hours[$0] == .converges }.map { .integer(Int64($0)) })
          }
        ),
        ("assumed", assumed(answer.subject)),
      ]
    return .document(tool: tool, members)
  }

  /// What all rows assume stands beside them; what differs stands in each.
  package static func document(_ rows: [PredictionRow], name: String, tool: ToolVersion) -> JSONValue {
    let lists = rows.map { assumptions($0.subject) }
    let first = lists.first ?? []
    let common = first.indices.filter { place in
      lists.allSatisfy { $0[place].value == first[place].value }
    }
    let items = zip(rows, lists).map { row, assumed in
      let own = assumed.indices.filter { !common.contains($0) }.map { assumed[$0] }
      return JSONValue.object(
        members(row.subject) + [
          ("varied", .object(row.varied.map { ($0.key, .string($0.value)) })),
          ("assumed", own.isEmpty ? nil : .object(own)),
        ])
    }
    return .document(
      tool: tool, [(name, .array(items)), ("assumed", first.isEmpty ? nil : .object(common.map { first[$0] }))])
  }

  package static func document(
    _ waves: [PredictionWave], _ subject: PredictionSubject, tool: ToolVersion
  ) -> JSONValue {
    let items = waves.map { wave in
      let makespan = wave.spread(\.makespanSeconds)
      let pause = wave.spread { $0.predictions.map(\.downtimeSeconds).max() ?? 0 }
      func known(_ value: JSONValue) -> JSONValue? { wave.neverEnds ? nil : value }
      return JSONValue.object([
        ("parallel", .integer(Int64(wave.parallel))), ("count", .integer(Int64(wave.count))),
        ("allAcrossShare", .number(rounded(wave.allAcrossShare))), ("completedMean", .number(rounded(wave.completed))),
        ("makespanSeconds", known(.number(rounded(makespan.median)))),
        ("makespanSecondsRange", known(range(makespan.range))),
        ("makespanWithPodStartsSeconds", known(.number(rounded(makespan.median + wave.startSeconds)))),
        ("longestDowntimeSeconds", .number(rounded(pause.median))),
        ("transferredBytes", known(whole(wave.spread(\.transferredBytes).median))),
      ])
    }
    return .document(
      tool: tool,
      [
        ("waves", .array(items)), ("best", PredictionWaveTable.best(waves).map { .integer(Int64($0.parallel)) }),
        ("alone", .object(members(subject))), ("assumed", assumed(subject)),
      ])
  }

  /// A prediction's keys, its class and the odds.
  private static func members(_ subject: PredictionSubject) -> [(String, JSONValue?)] {
    let verdict = subject.verdict
    let phases = MigrationPhases()
    let neverEnds = verdict.median.median.neverEnds
    func known(_ value: JSONValue) -> JSONValue? { neverEnds ? nil : value }
    return PredictionDocument.members(verdict.median) + [
      ("iterationsRange", known(wholeRange(verdict.iterationsRange))),
      ("transferredBytesRange", known(wholeRange(verdict.transferredBytesRange))),
      ("throttlePercentMaxRange", range(verdict.throttlePercentRange)),
      ("brownOutSeconds", known(.number(rounded(verdict.median.median.brownOutSeconds)))),
      ("brownOutSecondsRange", known(range(verdict.brownOutSecondsRange))),
      ("beforeTransferSeconds", .number(phases.secondsBeforeTransfer(0.5))),
      ("beforeTransferSecondsRange", range(phases.secondsBeforeTransfer(0)...phases.secondsBeforeTransfer(1))),
      ("afterTransferSeconds", .number(phases.sourceTeardown.typicalSeconds)),
      (
        "afterTransferSecondsRange", range(phases.sourceTeardown.lowSeconds...phases.sourceTeardown.highSeconds)
      ),
      ("draws", .integer(Int64(subject.guests.drawn.count))),
      (
        "verdict",
        .object([
          ("outcome", .string(verdict.outcome.rawValue)),
          ("nearEdge", .bool(verdict.isNearEdge)),
          ("dirtyShareOfRate", .number(rounded(verdict.dirtyShareOfRate))),
          (
            "shares",
            .object(
              zip(MigrationVerdict.Outcome.allCases, verdict.shares).map { ($0.0.rawValue, .number(rounded($0.1))) })
          ),
          ("typical", .object(typical(verdict.typical))),
        ])
      ),
    ]
  }

  private static func typical(_ prediction: MigrationPrediction) -> [(String, JSONValue?)] {
    func known(_ value: JSONValue) -> JSONValue? { prediction.neverEnds ? nil : value }
    return [
      ("outcome", .string(MigrationVerdict.Outcome(prediction).rawValue)),
      ("status", .string(prediction.status.rawValue)),
      ("reason", prediction.reason.map { .string($0.rawValue) }),
      ("totalSeconds", known(.number(rounded(prediction.totalSeconds)))),
      ("downtimeSeconds", .number(rounded(prediction.downtimeSeconds))),
      ("iterations", known(.integer(Int64(prediction.iterations)))),
      ("transferredBytes", known(whole(prediction.transferredBytes))),
      ("throttlePercentMax", .number(rounded(prediction.throttlePercentMax))),
      ("brownOutSeconds", known(.number(rounded(prediction.brownOutSeconds)))),
    ]
  }

  private static func advice(_ advice: MigrationAdvice) -> JSONValue {
    let unit: String =
      switch advice.change {
      case .bandwidth, .cap: "BytesPerSecond"
      case .downtimeLimit: "Seconds"
      case .completionTimeout: "SecondsPerGB"
      case .writes: "Times"
      case .autoConverge, .postCopy, .disruption: ""
      }
    func value(_ number: Double?) -> JSONValue? { number.map { .number(rounded($0)) } }
    let name = advice.change == .writes ? "greatest" : "least"
    return .object([
      ("change", .string(advice.change.rawValue)),
      (name + unit, value(advice.value)), ("leastForMost" + unit, value(advice.valueForMost)),
      ("agreement", value(advice.share)), ("typical", advice.typical.map { .object(typical($0)) }),
    ])
  }

  private static func assumed(_ subject: PredictionSubject) -> JSONValue { .object(assumptions(subject)) }

  private static func assumptions(_ subject: PredictionSubject) -> [(key: String, value: JSONValue?)] {
    let setting = subject.setting
    let (question, guest) = (subject.question, subject.guests.typical)
    let configuration = setting.configuration
    func tau() -> Double {
      guest.dirty[0].writesBytesPerSecond > 0 ? guest.dirty[0].setBytes / guest.dirty[0].writesBytesPerSecond : 0
    }
    return [
      ("type", .string(question.profile.name)), ("evidence", .string(question.profile.grade.rawValue)),
      ("stated", .array(subject.stated.map { .string($0) })), ("preset", .string(subject.presetName)),
      ("vCPUs", .integer(Int64(question.vCPUs))), ("memoryBytes", .integer(question.memoryBytes)),
      ("usedBytes", whole(guest.usedBytes)), ("hotSetBytes", whole(guest.dirty[0].setBytes)),
      ("hotSetTimeConstantSeconds", .number(rounded(tau()))),
      ("coldBytesPerSecond", whole(guest.dirty[1].writesBytesPerSecond)),
      ("workingSetBytes", whole(guest.dirty.workingSetBytes)),
      ("activity", .number(rounded(guest.activity))), ("busyShare", .number(rounded(guest.busyShare))),
      ("hourOfDay", question.hourOfDay.map { .number($0) }),
      ("lineBytesPerSecond", .number(setting.lineBytesPerSecond)), ("mtuBytes", .integer(Int64(setting.mtuBytes))),
      ("linkBytesPerSecond", .number(setting.linkBytesPerSecond.rounded())),
      ("bandwidthBytesPerSecond", .number(setting.roundBytesPerSecond.rounded())),
      ("channels", .integer(Int64(setting.channels))),
      ("downtimeLimitSeconds", .number(Double(configuration.downtimeLimitMs) / 1000)),
      ("completionTimeoutSeconds", .number(setting.completionTimeoutSeconds)),
      ("autoConverge", .bool(configuration.allowAutoConverge)), ("postCopy", .bool(configuration.allowPostCopy)),
    ]
  }

  private static func range(_ value: ClosedRange<Double>) -> JSONValue {
    .array([.number(rounded(value.lowerBound)), .number(rounded(value.upperBound))])
  }

  /// A count or bytes.
  private static func whole(_ value: Double) -> JSONValue { .integer(Int64(min(value.rounded(), 9e18))) }

  private static func wholeRange(_ value: ClosedRange<Double>) -> JSONValue {
    .array([whole(value.lowerBound), whole(value.upperBound)])
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
