import Balancing
import CapacityPlanning
import InputFormats
import LiveMigration
import Reports
import SimulationEngine

/// `headroom list …`: what the catalogues hold.
enum ListCommand {
  static let definition = CommandDefinition(
    name: "list", operands: "<topic>", operandKind: .words(words),
    operandCount: 1...1, summary: "what there is to choose from",
    details: [
      "Topics are \(words.joined(separator: ", ")).",
      "'schema' is the JSON Schema of scenario files, for editors; 'keys' says the same to people.",
    ],
    examples: ["headroom list schema > headroom.schema.json"],
    flags: [FlagTable.listFormat, FlagTable.color, FlagTable.help]
  ) { invocation in
    if invocation.operands[0] == schema {
      let document = SchemaDocument.document(
        ScenarioSchema.schema(.standard), identifier: ScenarioSchema.identifier)
      try FileAccess.write(JSONWriter.text(document), to: nil)
      return .success
    }
    let entries = topics.first { $0.name == invocation.operands[0] }?.entries() ?? []
    if invocation.value("format") == "json" {
      let items = entries.map { JSONValue.object([("name", .string($0.name))] + $0.more) }
      try FileAccess.write(
        JSONWriter.text(.document(tool: Program.tool, [(invocation.operands[0], .array(items))])), to: nil)
    } else {
      let color = Terminal.usesColor(invocation.value("color"), descriptor: Terminal.standardOutput)
      let width = Terminal.width()
      let isOfKeys = invocation.operands[0] == "keys"
      let text = isOfKeys ? keys(width: width, color: color) : text(entries, width: width, color: color)
      try FileAccess.write(text, to: nil)
    }
    return .success
  }

  private static let schema = "schema"
  private static let words = topics.map(\.name) + [schema]

  private struct Entry {
    var name: String
    /// Short facts beside the name: a unit, a grade.
    var facts: [String] = []
    var summary: String
    /// One line each below: parameters.
    var parameters: [(name: String, text: String)] = []
    var more: [(String, JSONValue?)] = []
  }

  private struct Topic: Sendable {
    var name: String
    var entries: @Sendable () -> [Entry]
  }

  private static let topics = [
    Topic(name: "balancers") { BalancerCatalog.all.map(balancer) },
    Topic(name: "workloads") { WorkloadCatalog.all.map(workload) },
    Topic(name: "metrics") { MetricCatalog.all.map(metric) },
    Topic(name: "presets") { MigrationPreset.all.map(preset) },
    Topic(name: "formats") { inputFormats + ReportCatalog.all.map(reportFormat) },
    Topic(name: "keys") { DocumentedKey.all(.standard).map(key) },
  ]

  private static func balancer(_ definition: BalancerDefinition) -> Entry {
    Entry(
      name: definition.name, summary: definition.summary,
      parameters: definition.parameters.map { ($0.name, $0.summary + " [\(ParameterText.value($0))]") },
      more: [
        ("summary", .string(definition.summary)), ("source", .string(definition.source)),
        (
          "parameters",
          .array(
            definition.parameters.map {
              .object([
                ("name", .string($0.name)), ("summary", .string($0.summary)), ("kind", .string(ParameterText.kind($0))),
                ("default", .optional($0.defaultValue)), ("least", .number($0.range.lowerBound)),
                ("most", .number($0.range.upperBound)),
              ])
            })
        ),
      ])
  }

  private static func workload(_ profile: WorkloadProfile) -> Entry {
    Entry(
      name: profile.name, facts: ["evidence \(profile.grade.rawValue)"],
      summary: "\(profile.summary); \(profile.migrationAdvice)",
      more: [
        ("summary", .string(profile.summary)), ("evidence", .string(profile.grade.rawValue)),
        ("meanCPUPercent", .number(profile.meanCPUPercent.typical)),
        ("memoryUsedPercent", .number(profile.memoryUsedPercent.typical)),
        ("comfortablePauseMilliseconds", .number(profile.comfortablePauseMilliseconds)),
        ("migrationAdvice", .string(profile.migrationAdvice)),
      ])
  }

  private static func metric(_ definition: MetricDefinition) -> Entry {
    let better =
      switch definition.direction {
      case .lowerIsBetter: "lower is better"
      case .higherIsBetter: "higher is better"
      case .neutral: "neutral"
      }
    let words = MetricName.words(for: definition.name)
    return Entry(
      name: definition.name,
      facts: [definition.unit.rawValue, better] + (words == definition.name ? [] : ["shown as '\(words)'"]),
      summary: definition.definition,
      more: [
        ("unit", .string(definition.unit.rawValue)), ("direction", .string(definition.direction.rawValue)),
        ("definition", .string(definition.definition)), ("headline", .bool(definition.isHeadline)),
        ("words", words == definition.name ? nil : .string(words)),
      ])
  }

  private static func preset(_ preset: MigrationPreset) -> Entry {
    let isDefault = preset.name == MigrationPreset.defaultName
    return Entry(
      name: preset.name, facts: isDefault ? ["default"] : [], summary: preset.summary,
      more: [("summary", .string(preset.summary)), ("default", .bool(isDefault))])
  }

  private static var inputFormats: [Entry] {
    FormatCatalog.all.map {
      Entry(
        name: $0.name, facts: ["input"], summary: $0.summary, parameters: $0.columns.map { ($0.name, $0.summary) },
        more: [
          ("direction", .string("input")), ("kind", .string($0.kind.rawValue)), ("summary", .string($0.summary)),
          ("endings", .array($0.endings.map { .string($0) })),
          (
            "columns",
            .array($0.columns.map { .object([("name", .string($0.name)), ("summary", .string($0.summary))]) })
          ),
        ])
    }
  }

  private static func reportFormat(_ definition: ReportDefinition) -> Entry {
    Entry(
      name: definition.name, facts: ["output"], summary: definition.summary,
      more: [("direction", .string("output")), ("summary", .string(definition.summary))])
  }

  /// What stands in several places is listed once, below all others.
  private static func keys(width: Int, color: Bool) -> String {
    let outline = KeyOutline(.standard)
    let forms = outline.forms.map { form in
      let heading = TerminalText.wrapped("'\(form.name)': \(form.summary)", width: width, indent: "  ")
      return "\n" + heading + "\n" + text(form.keys.map(key), width: width, color: color)
    }
    let remark = TerminalText.wrapped("Keys that stand in several places, as said above:", width: width)
    return text(outline.keys.map(key), width: width, color: color) + "\n" + remark + "\n" + forms.joined()
  }

  private static func key(_ key: DocumentedKey) -> Entry {
    let definition = key.definition
    let start = definition.defaultText.map { "; default: \($0.isEmpty ? "empty" : $0)" } ?? ""
    return Entry(
      name: key.path, facts: definition.isRequired ? ["required"] : [],
      summary: "\(definition.meaning) [\(key.kind)\(start)]",
      more: [
        ("kind", .string(key.kind)), ("summary", .string(definition.meaning)),
        ("default", definition.defaultText.map { .string($0) }), ("required", .bool(definition.isRequired)),
        ("hasEffect", .bool(!definition.hasNoEffect)),
      ])
  }

  private static func text(_ entries: [Entry], width: Int, color: Bool) -> String {
    entries.map { entry in
      let facts = entry.facts.isEmpty ? "" : "  (\(entry.facts.joined(separator: ", ")))"
      let name = pathLines(entry.name, width: width)
      let isShort = (name.last ?? "").count + facts.count <= width
      var block =
        name.map { TerminalStyle.bold.wrap($0, color) }.joined(separator: "\n") + (isShort ? facts : "") + "\n"
      if !isShort { block += indented(String(facts.dropFirst(2)), by: 2, width: width) }
      block += indented(entry.summary, by: 2, width: width)
      for parameter in entry.parameters {
        block += indented("\(parameter.name): \(parameter.text)", by: 4, width: width)
      }
      return block
    }.joined()
  }

  /// A path that is longer than a line goes on behind its dots.
  private static func pathLines(_ path: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for (position, part) in path.split(separator: ".", omittingEmptySubsequences: false).enumerated() {
      let piece = position == 0 ? String(part) : "." + part
      if !line.isEmpty, line.count + piece.count > width {
        lines.append(line)
        line = "    "
      }
      line += piece
    }
    return lines + [line]
  }

  /// Wrapped lines behind spaces, later ones two further in.
  private static func indented(_ text: String, by count: Int, width: Int) -> String {
    let margin = String(repeating: " ", count: count)
    let lines = TerminalText.wrapped(text, width: width - count, indent: count > 2 ? "  " : "")
    return lines.split(separator: "\n").map { margin + $0 + "\n" }.joined()
  }
}
