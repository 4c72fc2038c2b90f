import InputFormats
import Reports

/// `headroom validate FILE...`: every problem of every file, nothing simulated.
enum ValidateCommand {
  static let definition = CommandDefinition(
    name: "validate", operands: "<file>...", operandKind: .files, operandCount: 1...Int.max,
    summary: "every problem of every file, nothing simulated",
    details: [
      "Exit status 0 when there is no error, else 2; warnings alone are no failure. A folder, such as a must-gather, is "
        + "read whole and counts as one dump, or as one trace where it holds nothing but traces."
    ],
    examples: [
      "headroom validate scenarios/*.yaml", "headroom validate must-gather/",
      "headroom validate cluster.json --format json",
    ],
    flags: [FlagTable.validateFormat, FlagTable.color, FlagTable.quiet, FlagTable.help]
  ) { invocation in
    let validation = Validation(vocabulary: .standard, source: ScenarioInput.source)
    let verdicts = invocation.operands.map { validation.verdict(of: $0) }
    if invocation.value("format") == "json" {
      try FileAccess.write(JSONWriter.text(document(verdicts)), to: nil)
    } else {
      let color = invocation.value("color")
      Program.say(
        verdicts.flatMap(\.diagnostics), limit: .max,
        color: Terminal.usesColor(color, descriptor: Terminal.standardError), isQuiet: invocation.has("quiet"))
      if !invocation.has("quiet") {
        let isColored = Terminal.usesColor(color, descriptor: Terminal.standardOutput)
        try FileAccess.write(verdicts.map { summary($0, isColored) }.joined(), to: nil)
      }
    }
    return verdicts.contains { $0.errorCount > 0 } ? .invalidInput : .success
  }

  /// `october.yaml: scenario, no problems`.
  private static func summary(_ verdict: FileVerdict, _ color: Bool) -> String {
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    var parts: [String] = []
    if verdict.errorCount > 0 { parts.append(TerminalStyle.bad.wrap(count(verdict.errorCount, "error"), color)) }
    if verdict.warningCount > 0 { parts.append(count(verdict.warningCount, "warning")) }
    if parts.isEmpty { parts = [TerminalStyle.good.wrap("no problems", color)] }
    let objects = verdict.objects.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
    let kind = verdict.kind.rawValue + (objects.isEmpty ? "" : " (\(objects))")
    return "\(TerminalText.shown(verdict.path)): \(kind), \(parts.joined(separator: ", "))\n"
  }

  private static func document(_ verdicts: [FileVerdict]) -> JSONValue {
    .document(
      tool: Program.tool,
      [
        (
          "files",
          .array(
            verdicts.map { verdict in
              let diagnostics = DiagnosticRenderer.sorted(verdict.diagnostics)
              let positions = DiagnosticRenderer.positions(of: diagnostics)
              return .object([
                ("path", .string(verdict.path)), ("kind", .string(verdict.kind.rawValue)),
                (
                  "objects",
                  .object(verdict.objects.map { ($0.kind, .integer(Int64($0.count))) })
                ),
                ("diagnostics", .array(zip(diagnostics, positions).map(diagnostic))),
              ])
            })
        ),
        ("errors", .integer(Int64(verdicts.reduce(0) { $0 + $1.errorCount }))),
        ("warnings", .integer(Int64(verdicts.reduce(0) { $0 + $1.warningCount }))),
      ])
  }

  private static func diagnostic(_ diagnostic: Diagnostic, at position: (line: Int, column: Int)?) -> JSONValue {
    .object([
      ("severity", .string(diagnostic.severity.rawValue)),
      ("code", .string(diagnostic.code)),
      ("message", .string(diagnostic.message)),
      ("line", position.map { .integer(Int64($0.line)) }),
      ("column", position.map { .integer(Int64($0.column)) }),
      ("help", diagnostic.help.map { .string($0) }),
      ("notes", diagnostic.notes.isEmpty ? nil : .array(diagnostic.notes.map { .string($0) })),
    ])
  }
}
