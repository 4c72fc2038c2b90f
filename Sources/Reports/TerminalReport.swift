package import CapacityPlanning
import SimulationEngine

/// The answer for people at a terminal: verdict, table, refusals, gates, doubts, and what it takes to run it again.
package enum TerminalReport {
  static let definition = ReportDefinition(
    name: "terminal", summary: "for people: verdict, table, gates and doubts", fileExtensions: ["txt"]
  ) { subject, style in text(subject, style) }

  static func text(_ subject: ReportSubject, _ style: ReportStyle) -> String {
    let comparison = subject.comparison
    let sections = [
      verdict(comparison, style),
      metrics(comparison, style),
      WorkloadTable.text(comparison, style),
      reasons("Refused moves (mean per replication)", comparison, \.refusals, style),
      reasons("Failed migrations (mean per replication)", comparison, \.failures, style),
      gates(comparison, style),
      advice(comparison, style),
      footer(subject, style),
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func verdict(_ comparison: Comparison, _ style: ReportStyle) -> String {
    comparison.verdict.enumerated().map { index, sentence in
      let wrapped = TerminalText.wrapped(TerminalText.shown(sentence), width: style.width, indent: "  ")
      return (index == 0 ? TerminalStyle.bold.wrap(wrapped, style.color) : wrapped) + "\n"
    }.joined()
  }

  // MARK: Metrics

  private static let longestLabel = 22

  private static func metrics(_ comparison: Comparison, _ style: ReportStyle) -> String {
    let rows = MetricRows(comparison)
    guard !rows.groups.isEmpty else { return "" }
    let chunks = chunks(of: comparison, rows, width: style.width)
    var output = chunks.map { table(comparison, rows, $0, style) }.joined(separator: "\n")
    if rows.hasBest {
      output += TerminalText.wrapped("* " + MetricRows.bestNote, width: style.width, indent: "  ") + "\n"
    }
    return output
  }

  private static func table(
    _ comparison: Comparison, _ rows: MetricRows, _ contestants: Range<Int>, _ style: ReportStyle
  ) -> String {
    let titles = comparison.contestants[contestants].map {
      TerminalTable.Column($0.label, .right, leastWidth: 10, mostTitle: longestLabel)
    }
    var table = TerminalTable([TerminalTable.Column("", leastWidth: 16)] + titles)
    for group in rows.groups {
      table.add(heading: group.title)
      for row in group.rows {
        let cells = row.values[contestants].map {
          TerminalTable.Cell($0.text + ($0.isBest ? " *" : "  "), style: $0.isBest ? .good : .plain)
        }
        table.add([TerminalTable.Cell("  " + row.label)] + cells)
      }
    }
    return table.text(width: style.width, color: style.color)
  }

  /// Balancers side by side as far as they fit, then the next ones below.
  private static func chunks(of comparison: Comparison, _ rows: MetricRows, width: Int) -> [Range<Int>] {
    let all = rows.groups.flatMap(\.rows)
    let labelWidth = 2 + (all.map { TerminalText.width($0.label) }.max() ?? 0)
    let widths = comparison.contestants.enumerated().map { index, contestant in
      max(titleWidth(contestant), 2 + (all.map { TerminalText.width($0.values[index].text) }.max() ?? 0))
    }
    return chunks(labelWidth: labelWidth, columnWidths: widths, width: width)
  }

  private static func chunks(labelWidth: Int, columnWidths: [Int], width: Int) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var start = 0
    var used = labelWidth
    for (index, columnWidth) in columnWidths.enumerated() {
      if used + 2 + columnWidth > width, index > start {
        chunks.append(start..<index)
        start = index
        used = labelWidth
      }
      used += 2 + columnWidth
    }
    return chunks + [start..<columnWidths.count]
  }

  private static func titleWidth(_ contestant: ContestantSummary) -> Int {
    min(longestLabel, TerminalText.width(TerminalText.escaped(contestant.label)))
  }

  // MARK: Reasons, gates, advice

  private static let mostReasons = 8
  private static let leastReasonWidth = 24

  private static func reasons(
    _ title: String, _ comparison: Comparison, _ list: (ContestantSummary) -> [ReasonCount], _ style: ReportStyle
  ) -> String {
    let shown = comparison.contestants.filter { !list($0).isEmpty }
    guard !shown.isEmpty else { return "" }
    let rows = ReasonRows(shown.map(list)).rows
    let parts = chunks(
      labelWidth: leastReasonWidth, columnWidths: shown.map { max(8, titleWidth($0)) }, width: style.width)
    let tables = parts.map { part in
      let titles = shown[part].map {
        TerminalTable.Column($0.label, .right, mostTitle: longestLabel)
      }
      var table = TerminalTable([TerminalTable.Column("", leastWidth: leastReasonWidth)] + titles)
      for row in rows.prefix(mostReasons) {
        table.add(["  " + row.reason] + row.means[part].map { $0 == 0 ? "–" : NumberFormat.value($0, .count) })
      }
      if rows.count > mostReasons { table.add(heading: "  and \(rows.count - mostReasons) more reasons") }
      return table.text(width: style.width, color: style.color)
    }
    return TerminalStyle.bold.wrap(title, style.color) + "\n" + tables.joined(separator: "\n")
  }

  private static func gates(_ comparison: Comparison, _ style: ReportStyle) -> String {
    guard !comparison.gates.isEmpty else { return "" }
    let title = "Gates: " + gateSummary(comparison.gates)
    return TerminalStyle.bold.wrap(title, style.color) + "\n" + gateTable(comparison, comparison.gates, style)
  }

  /// `all 3 passed`, `1 of 3 failed`; of one gate alone `passed` or `failed`.
  static func gateSummary(_ gates: [GateResult]) -> String {
    let failed = gates.count { !$0.passed }
    if gates.count == 1 { return failed == 0 ? "passed" : "failed" }
    return failed == 0 ? "all \(gates.count) passed" : "\(failed) of \(gates.count) failed"
  }

  /// What did not hold, for standard error beside an answer in another format.
  package static func failedGates(_ comparison: Comparison, _ style: ReportStyle) -> String {
    let failed = comparison.gates.filter { !$0.passed }
    guard !failed.isEmpty else { return "" }
    let count = comparison.gates.count
    let title = count == 1 ? "the gate failed" : "\(failed.count) of \(count) gates failed"
    return TerminalStyle.bad.wrap(title, style.color) + "\n" + gateTable(comparison, failed, style)
  }

  private static func gateTable(_ comparison: Comparison, _ gates: [GateResult], _ style: ReportStyle) -> String {
    var table = TerminalTable([
      TerminalTable.Column("", leastWidth: 6), TerminalTable.Column("", leastWidth: 20),
      TerminalTable.Column("", leastWidth: 10), TerminalTable.Column("", .right, leastWidth: 10),
    ])
    for gate in gates {
      table.add([
        TerminalTable.Cell(gate.passed ? "  pass" : "  FAIL", style: gate.passed ? .good : .bad),
        TerminalTable.Cell(gate.expression), TerminalTable.Cell(gate.balancer),
        TerminalTable.Cell(gateValue(gate, comparison)),
      ])
      if !gate.note.isEmpty { table.add(heading: "        " + gate.note) }
    }
    return table.text(width: style.width, color: style.color)
  }

  static func gateValue(_ gate: GateResult, _ comparison: Comparison) -> String {
    guard let value = gate.value, let metric = gate.metric else { return "–" }
    return NumberFormat.interval(value, gate.high.map { $0 - value }, comparison.definitions[metric].unit)
  }

  private static func advice(_ comparison: Comparison, _ style: ReportStyle) -> String {
    guard !comparison.advice.isEmpty else { return "" }
    return TerminalStyle.bold.wrap("Before you rely on this", style.color) + "\n"
      + comparison.advice.map {
        TerminalText.wrapped("- " + TerminalText.shown($0.message), width: style.width - 2, indent: "  ")
          .split(separator: "\n").map { "  " + $0 + "\n" }.joined()
      }.joined()
  }

  // MARK: Footer

  private static func footer(_ subject: ReportSubject, _ style: ReportStyle) -> String {
    let lines = footerLines(subject).map {
      TerminalText.wrapped(TerminalText.shown($0), width: style.width, indent: "  ")
    }
    return TerminalStyle.faint.wrap(lines.joined(separator: "\n"), style.color) + "\n"
  }

  /// What it takes to run it again, and how well the inputs are known.
  static func footerLines(_ subject: ReportSubject) -> [String] {
    let experiment = subject.comparison.experiment
    func plural(_ count: Int, _ noun: String) -> String {
      "\(NumberFormat.value(Double(count), .count)) \(noun)\(count == 1 ? "" : "s")"
    }
    var time = "\(NumberFormat.value(experiment.horizonSeconds, .seconds)) simulated"
    if experiment.warmUpSeconds > 0 {
      time += " of which \(NumberFormat.value(experiment.warmUpSeconds, .seconds)) warm-up"
    }
    var lines = [
      "\(experiment.scenarioName): \(plural(experiment.nodeCount, "node")), \(plural(experiment.machineCount, "machine")), "
        + time,
      "seed \(experiment.seed) · \(plural(experiment.replications, "replication")) · scenario \(experiment.scenarioHash)"
        + " · \(subject.tool.name) \(subject.tool.version)",
    ]
    if experiment.replications > 1 { lines.append(intervalNote(subject.comparison)) }
    if !experiment.evidence.isEmpty {
      lines.append(
        "evidence (A measured on KubeVirt, B related, C reasoned): "
          + experiment.evidence.map(\.text).joined(separator: ", "))
    }
    return lines
  }

  /// What `±` means in the table and in the verdict.
  private static func intervalNote(_ comparison: Comparison) -> String {
    let note = "± is the 95 % t-interval over replications"
    let pairs = comparison.contestants.count * (comparison.contestants.count - 1) / 2
    return switch pairs {
    case 0: note
    case 1: note + "; of the verdict's changes, that of paired differences"
    default:
      note + "; of the verdict's changes, that of paired differences, widened so that all \(pairs) pairs hold together"
    }
  }
}
