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

  package static func document(_ rows: [PredictionRow], name: String, tool: ToolVersion) -> JSONValue {
    let items = rows.map { row in
      JSONValue.object(
        members(row.subject) + [("varied", .object(row.varied.map { ($0.key, .string($0.value)) }))])
    }
    return .document(tool: tool, [(name, .array(items)), ("assumed", rows.first.map { assumed($0.subject) })])
  }

  package static func document(
    _ waves: [PredictionWave], _ subject: PredictionSubject, tool: ToolVersion
  ) -> JSONValue {
    let items = waves.map { wave in
      let makespan = wave.spread(\.makespanSeconds)
      let pause = wave.spread { $0.predictions.map(\.downtimeSeconds).max() ?? 0 }
      return JSONValue.object([
        ("parallel", .integer(Int64(wave.parallel))), ("count", .integer(Int64(wave.count))),
        ("allAcrossShare", .number(rounded(wave.allAcrossShare))), ("completedMean", .number(rounded(wave.completed))),
        ("makespanSeconds", .number(rounded(makespan.median))), ("makespanSecondsRange", range(makespan.range)),
        ("makespanWithPodStartsSeconds", .number(rounded(makespan.median + wave.startSeconds))),
        ("longestDowntimeSeconds", .number(rounded(pause.median))),
        ("transferredBytes", .number(wave.spread(\.transferredBytes).median.rounded())),
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
    return PredictionDocument.members(verdict.median) + [
      ("iterationsRange", range(verdict.iterationsRange)),
      ("transferredBytesRange", range(verdict.transferredBytesRange)),
      ("throttlePercentMaxRange", range(verdict.throttlePercentRange)),
      ("brownOutSeconds", .number(rounded(verdict.median.median.brownOutSeconds))),
      ("brownOutSecondsRange", range(verdict.brownOutSecondsRange)),
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
    [
      ("outcome", .string(MigrationVerdict.Outcome(prediction).rawValue)),
      ("status", .string(prediction.status.rawValue)),
      ("reason", prediction.reason.map { .string($0.rawValue) }),
      ("totalSeconds", .number(rounded(prediction.totalSeconds))),
      ("downtimeSeconds", .number(rounded(prediction.downtimeSeconds))),
      ("iterations", .integer(Int64(prediction.iterations))),
      ("transferredBytes", .number(prediction.transferredBytes.rounded())),
      ("throttlePercentMax", .number(rounded(prediction.throttlePercentMax))),
      ("brownOutSeconds", .number(rounded(prediction.brownOutSeconds))),
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

  private static func assumed(_ subject: PredictionSubject) -> JSONValue {
    let setting = subject.setting
    let (question, guest) = (subject.question, subject.guests.typical)
    let configuration = setting.configuration
    func tau() -> Double {
      guest.dirty[0].writesBytesPerSecond > 0 ? guest.dirty[0].setBytes / guest.dirty[0].writesBytesPerSecond : 0
    }
    return .object([
      ("type", .string(question.profile.name)), ("evidence", .string(question.profile.grade.rawValue)),
      ("stated", .array(subject.stated.map { .string($0) })), ("preset", .string(subject.presetName)),
      ("vCPUs", .integer(Int64(question.vCPUs))), ("memoryBytes", .integer(question.memoryBytes)),
      ("usedBytes", .number(guest.usedBytes.rounded())), ("hotSetBytes", .number(guest.dirty[0].setBytes.rounded())),
      ("hotSetTimeConstantSeconds", .number(rounded(tau()))),
      ("coldBytesPerSecond", .number(guest.dirty[1].writesBytesPerSecond.rounded())),
      ("workingSetBytes", .number(guest.dirty.workingSetBytes.rounded())),
      ("activity", .number(rounded(guest.activity))), ("busyShare", .number(rounded(guest.busyShare))),
      ("hourOfDay", question.hourOfDay.map { .number($0) }),
      ("lineBytesPerSecond", .number(setting.lineBytesPerSecond)), ("mtuBytes", .integer(Int64(setting.mtuBytes))),
      ("linkBytesPerSecond", .number(setting.linkBytesPerSecond.rounded())),
      ("bandwidthBytesPerSecond", .number(setting.roundBytesPerSecond.rounded())),
      ("channels", .integer(Int64(setting.channels))),
      ("downtimeLimitSeconds", .number(Double(configuration.downtimeLimitMs) / 1000)),
      ("completionTimeoutSeconds", .number(setting.completionTimeoutSeconds)),
      ("autoConverge", .bool(configuration.allowAutoConverge)), ("postCopy", .bool(configuration.allowPostCopy)),
    ])
  }

  private static func range(_ value: ClosedRange<Double>) -> JSONValue {
    .array([.number(rounded(value.lowerBound)), .number(rounded(value.upperBound))])
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
