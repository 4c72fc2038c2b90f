import ClusterModel
import InputFormats
import LiveMigration
import Reports
import SimulationEngine

/// `headroom predict --memory …`: one migration described by flags, or several that differ in a few values.
enum PredictMachine {
  /// Draws behind one answer, behind each line of a table, and behind each line about a wave.
  private static let draws = 64
  private static let drawsOfRow = 64
  private static let drawsOfWave = 20

  static func run(_ invocation: Invocation) throws -> ExitStatus {
    try check(invocation)
    let question = PredictQuestion(invocation)
    let isJSON = invocation.value("format") == "json"
    let color =
      invocation.value("output") == nil
      && Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardOutput)
    let width = Terminal.width()
    let answer: (json: () -> JSONValue, text: () -> String)
    var warnings = try question.warnings()
    if invocation.has("vary") {
      let variation = try PredictVariation(invocation.all("vary"))
      warnings += try variation.rows.flatMap { varied in
        try varied.reduce(question) { $0.with($1.key, $1.value) }.warnings()
      }
      let draws = min(drawsOfRow, max(32, 24 * drawsOfRow / variation.rows.count))
      let rows = try variation.rows.map { varied in
        let changed = varied.reduce(question) { $0.with($1.key, $1.value) }
        return PredictionRow(varied: varied, subject: try changed.subject(draws: draws))
      }
      answer = (
        { PredictionAnswerDocument.document(rows, name: "rows", tool: Program.tool) },
        { PredictionTable.text(rows, width: width, color: color) }
      )
    } else if invocation.has("hours") {
      let rows = try hours(question)
      answer = (
        { PredictionAnswerDocument.document(rows, name: "hours", tool: Program.tool) },
        { PredictionHourChart.text(rows, width: width, color: color) }
      )
    } else if let count = invocation.number("count") {
      let subject = try question.subject(draws: draws)
      let runs = max(5, min(drawsOfWave, 200 / Int(count)))
      var first = subject
      first.guests.drawn = Array(subject.guests.drawn.prefix(runs))
      let waves = try parallel(invocation, subject).map {
        PredictionWave(first, count: Int(count), parallel: $0, runs: runs)
      }
      answer = (
        { PredictionAnswerDocument.document(waves, subject, tool: Program.tool) },
        { PredictionWaveTable.text(waves, width: width, color: color) }
      )
    } else {
      let subject = try question.subject(draws: draws)
      let whole = PredictionAnswer(subject, notes: PredictionNotes.notes(subject))
      answer = (
        { PredictionAnswerDocument.document(whole, tool: Program.tool) },
        { PredictionText(whole, width: width, color: color).text(tool: Program.tool) }
      )
    }
    tell(warnings + waveWarnings(question, invocation), invocation)
    try FileAccess.write(isJSON ? JSONWriter.text(answer.json()) : answer.text(), to: invocation.value("output"))
    return .success
  }

  /// Each once, though several rows may share them.
  private static func tell(_ warnings: [Diagnostic], _ invocation: Invocation) {
    var told: [Diagnostic] = []
    for warning in warnings where !told.contains(where: { $0.message == warning.message }) { told.append(warning) }
    let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardError)
    Program.say(told, color: color, isQuiet: invocation.has("quiet"))
  }

  /// Limits of several migrations say nothing about one, nor beside `--parallel`.
  private static func waveWarnings(_ question: PredictQuestion, _ invocation: Invocation) -> [Diagnostic] {
    guard !invocation.has("count") || invocation.has("parallel") else { return [] }
    return PredictQuestion.keysOfWaves.filter(question.isSet).map { key in
      let why = invocation.has("count") ? "beside --parallel" : "for one machine"
      return Diagnostic(
        severity: .warning, code: DiagnosticCode.notModelled.rawValue, message: "'\(key)' changes nothing \(why)",
        help: invocation.has("count") ? "leave out --parallel" : "add --count 10 for machines that leave one node")
    }
  }

  /// A subject for each hour; hours of equal use have one answer.
  private static func hours(_ question: PredictQuestion) throws -> [PredictionRow] {
    var rows: [PredictionRow] = []
    for hour in 0..<24 {
      let changed = question.with("hour", "\(hour)")
      let use = try changed.guest().useRatio
      let varied = [(key: "hour", value: "\(hour)")]
      var subject =
        try rows.first { $0.subject.question.useRatio == use }?.subject ?? changed.subject(draws: drawsOfRow)
      subject.question.hourOfDay = Double(hour)
      // Nobody stated this hour.
      subject.stated.removeAll { $0 == "hour" }
      rows.append(PredictionRow(varied: varied, subject: subject))
    }
    return rows
  }

  /// Flags that ask for different things.
  private static func check(_ invocation: Invocation) throws {
    func exclude(_ flag: String, _ others: [String], _ why: String) throws {
      guard invocation.has(flag), let other = others.first(where: invocation.has) else { return }
      throw ProgramError.usage("--\(flag) and --\(other) do not go together: \(why)", help: "leave out --\(other)")
    }
    try exclude("hours", ["hour"], "--hours answers for every hour")
    try exclude("hours", ["vary"], "write --vary hour=… with the hours that matter")
    try exclude("count", ["hours", "vary"], "a wave has one line for each number at a time")
    guard !invocation.has("parallel") || invocation.has("count") else {
      throw ProgramError.usage("--parallel is for several machines", help: "add --count 10")
    }
    guard (invocation.number("count") ?? 2) <= 200 else {
      throw ProgramError.usage(
        "--count takes at most 200", help: "a node rarely holds more; use 'headroom run' for that")
    }
  }

  private static func parallel(_ invocation: Invocation, _ subject: PredictionSubject) throws -> [Int] {
    guard let text = invocation.value("parallel") else {
      let configuration = subject.setting.configuration
      return [min(configuration.parallelOutboundMigrationsPerNode, configuration.parallelMigrationsPerCluster)]
    }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int(String($0)) ?? 0 }
    guard numbers.allSatisfy({ $0 >= 1 }), numbers.count <= 20 else {
      throw ProgramError.usage("--parallel takes whole numbers from 1, not '\(text)'", help: "write --parallel 1,2,4")
    }
    return numbers
  }
}

/// Doubts about the question itself.
enum PredictionNotes {
  /// A measured rate this near to the line's is taken for the line's.
  private static let nearLine = 0.05

  static func notes(_ subject: PredictionSubject) -> [String] {
    var notes: [String] = []
    if let rate = subject.question.dirtyBytesPerSecond {
      let rates = [subject.setting.roundBytesPerSecond, subject.setting.payloadBytesPerSecond]
      if let line = rates.first(where: { abs(rate / $0 - 1) <= nearLine }) {
        notes.append(
          "\(MemorySize.formatted(bytes: rate))/s is what the migration sends (\(MemorySize.formatted(bytes: line))/s). A "
            + "rate read while a migration stalls is the line's, and the guest's own may be any higher one; measure it "
            + "while nothing migrates.")
      }
    }
    let profile = subject.question.profile
    let pause = subject.verdict.median.median.downtimeSeconds
    if subject.verdict.outcome != .cancelled, pause * 1000 > 1.2 * profile.comfortablePauseMilliseconds {
      notes.append(
        "the pause is longer than the \(DurationText.formatted(seconds: profile.comfortablePauseMilliseconds / 1000)) that "
          + "machines of type \(profile.name) are taken to bear well; advice for the type: \(profile.migrationAdvice).")
    }
    if !subject.isStated("type"), !subject.isStated("hot-set"), !subject.isStated("dirty-rate") {
      notes.append("no --type is given; \(profile.name) stands for it.")
    }
    return notes
  }
}
