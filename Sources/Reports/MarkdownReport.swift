import CapacityPlanning
import SimulationEngine

/// The answer as a summary page of a CI run (GitHub-flavoured Markdown).
enum MarkdownReport {
  static let definition = ReportDefinition(
    name: "markdown", summary: "for CI summaries: verdict, gates and tables", fileExtensions: ["md", "markdown"]
  ) { subject, _ in text(subject) }

  static func text(_ subject: ReportSubject) -> String {
    let comparison = subject.comparison
    var output = "## Headroom: \(escaped(comparison.experiment.scenarioName))\n\n"
    for (index, sentence) in comparison.verdict.enumerated() {
      output += index == 0 ? "**\(escaped(sentence))**\n" : "\n\(line(sentence))\n"
    }
    output += gates(comparison)
    output += metrics(comparison)
    output += reasons("Refused moves", comparison.contestants, \.refusals)
    output += reasons("Failed migrations", comparison.contestants, \.failures)
    if !comparison.advice.isEmpty {
      output += "\n### Before you rely on this\n\n"
      output += comparison.advice.map { "- \(line($0.message))\n" }.joined()
    }
    return output + "\n---\n\n" + TerminalReport.footerLines(subject).map { line($0) }.joined(separator: "<br>\n")
      + "\n"
  }

  private static func gates(_ comparison: Comparison) -> String {
    guard !comparison.gates.isEmpty else { return "" }
    var output = "\n### Gates: \(TerminalReport.gateSummary(comparison.gates))\n\n"
    output += "| | gate | balancer | value | note |\n|---|---|---|---:|---|\n"
    for gate in comparison.gates {
      output += row([
        gate.passed ? "pass" : "**FAIL**", escaped(gate.expression), escaped(gate.balancer),
        escaped(TerminalReport.gateValue(gate, comparison)), escaped(gate.note),
      ])
    }
    return output
  }

  private static func metrics(_ comparison: Comparison) -> String {
    let rows = MetricRows(comparison)
    guard !rows.groups.isEmpty else { return "" }
    var output = "\n### Metrics\n\n" + row(["metric"] + comparison.contestants.map { escaped($0.label) })
    output += "|---|" + comparison.contestants.map { _ in "---:|" }.joined() + "\n"
    for line in rows.groups.flatMap(\.rows) {
      output += row(
        [escaped(comparison.definitions[line.metric].name)]
          + line.values.map { $0.isBest ? "**\(escaped($0.text))**" : escaped($0.text) })
    }
    if rows.hasBest { output += "\nBold: \(MetricRows.bestNote).\n" }
    return output
  }

  private static func reasons(
    _ title: String, _ contestants: [ContestantSummary], _ list: (ContestantSummary) -> [ReasonCount]
  ) -> String {
    let shown = contestants.filter { !list($0).isEmpty }
    guard !shown.isEmpty else { return "" }
    var output = "\n### \(title) (mean per replication)\n\n" + row(["reason"] + shown.map { escaped($0.label) })
    output += "|---|" + shown.map { _ in "---:|" }.joined() + "\n"
    for line in ReasonRows(shown.map(list)).rows {
      output += row([escaped(line.reason)] + line.means.map { $0 == 0 ? "–" : NumberFormat.value($0, .count) })
    }
    return output
  }

  private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }

  /// Text at the start of a line: no list, no rule, no block of code.
  static func line(_ text: String) -> String {
    let text = escaped(String(text.drop { $0 == " " }))
    let digits = text.prefix { $0.isNumber }
    let rest = text.dropFirst(digits.count)
    if digits.isEmpty, let first = rest.first, "-+=".contains(first) { return "\\" + text }
    if !digits.isEmpty, let first = rest.first, ".)".contains(first) { return digits + "\\" + rest }
    return text
  }

  /// Text that stays text: no markup, no table cell, no HTML, no link, no mention of a person, no control characters.
  ///
  /// Endless names are cut, as the page is for people; the JSON report has them whole.
  static func escaped(_ text: String) -> String {
    var output = ""
    for scalar in TerminalText.shown(text).unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "@": output += "&#64;"
      case ":" where isScheme(output): output += "&#58;"
      case "." where output.suffix(3).lowercased() == "www": output += "&#46;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "!", "~", "$", "{", "}":
        output += "\\"
        output.unicodeScalars.append(scalar)
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  /// Whether what stands before a colon makes GitHub write a link.
  private static func isScheme(_ text: String) -> Bool {
    let end = text.suffix(6).lowercased()
    return ["http", "https", "ftp", "mailto", "xmpp"].contains(where: end.hasSuffix)
  }
}
