import ClusterModel
import LiveMigration
import SimulationEngine

/// One migration for people: the verdict, its figures, what would change it, what was assumed.
package struct PredictionText {
  private let answer: PredictionAnswer
  private let width: Int
  private let color: Bool

  package init(_ answer: PredictionAnswer, width: Int, color: Bool) {
    self.answer = answer
    self.width = width
    self.color = color
  }

  private var subject: PredictionSubject { answer.subject }

  package func text(tool: ToolVersion) -> String {
    var output = heading(PredictionWords.headline(answer))
    output += paragraph(PredictionWords.because(subject))
    for note in answer.notes { output += paragraph("Note: " + note) }
    output += "\n" + figures
    let lines = LabelledLines(width: width, color: color)
    let advice = PredictionAdviceWords(answer)
    output += paragraph(ends)
    output += "\n" + lines.text(title: advice.title, advice.lines)
    output += "\n" + lines.text(title: "Assumed", PredictionAssumptions(subject).lines)
    output += "\n" + paragraph(PredictionWords.accuracy(subject.verdict))
    let footer = Self.footer(subject, tool: tool)
    return output + TerminalStyle.faint.wrap(TerminalText.wrapped(footer, width: width, indent: "  "), color) + "\n"
  }

  /// What the figures rest on and how to get them again.
  static func footer(_ subject: PredictionSubject, tool: ToolVersion) -> String {
    "\(subject.guests.drawn.count) draws of the machine and of chance on the way, the same in every run · evidence: A measured on "
      + "KubeVirt, B related, C reasoned · \(tool.name) \(tool.version)"
  }

  private func heading(_ text: String) -> String {
    TerminalText.wrapped(text, width: width, indent: "  ").split(separator: "\n")
      .map { TerminalStyle.bold.wrap(String($0), color) + "\n" }.joined()
  }

  private func paragraph(_ text: String) -> String { TerminalText.wrapped(text, width: width, indent: "  ") + "\n" }

  private var figures: String {
    let verdict = subject.verdict
    let median = verdict.median.median
    var table = TerminalTable([
      .init("", leastWidth: 14), .init("median", .right), .init("90 % of draws", .right, leastWidth: 12),
    ])
    func row(_ name: String, _ value: Double, _ range: ClosedRange<Double>, _ text: (Double) -> String) {
      table.add([name, text(value), PredictionWords.range(range, text)])
    }
    func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }
    let isCancelled = median.status == .cancelled
    guard !median.neverEnds else {
      table.add(["Until cancelled", PredictionWords.never, "–"])
      if median.throttlePercentMax > 0 {
        row("Highest throttle", median.throttlePercentMax, verdict.throttlePercentRange) { whole($0) + " %" }
      }
      return table.text(width: width, color: color)
    }
    row(isCancelled ? "Until cancelled" : "Transfer", median.totalSeconds, verdict.median.totalSecondsRange) {
      PredictionWords.time($0)
    }
    row("Pause in total", median.downtimeSeconds, verdict.median.downtimeSecondsRange) { PredictionWords.time($0) }
    row("Rounds as QEMU counts", Double(median.iterations), verdict.iterationsRange, whole)
    row("Sent", median.transferredBytes, verdict.transferredBytesRange) { PredictionWords.bytes($0) }
    if verdict.throttlePercentRange.upperBound > 0 {
      row("Highest throttle", median.throttlePercentMax, verdict.throttlePercentRange) { whole($0) + " %" }
    }
    row("Work lost to slow-down", median.brownOutSeconds, verdict.brownOutSecondsRange) { PredictionWords.time($0) }
    return table.text(width: width, color: color)
  }

  private var ends: String {
    let ends = zip(MigrationVerdict.Outcome.allCases, subject.verdict.shares).filter { $0.1 > 0 }
      .sorted { $0.1 > $1.1 }
    let shares = zip(ends, PredictionWords.percents(ends.map(\.1))).map { "\(PredictionWords.outcome($0.0)) \($1)" }
    let phases = MigrationPhases()
    func sum(_ path: KeyPath<DurationRange, Double>) -> String {
      PredictionWords.time(phases.targetPodStart[keyPath: path] + phases.prepare[keyPath: path])
    }
    let after = phases.sourceTeardown
    return "Of all draws: \(shares.joined(separator: ", ")). Around the transfer: before it \(sum(\.typicalSeconds)) "
      + "(\(sum(\.lowSeconds)) to \(sum(\.highSeconds))) until the target pod is ready, after it "
      + "\(PredictionWords.time(after.typicalSeconds)) (\(PredictionWords.time(after.lowSeconds)) to "
      + "\(PredictionWords.time(after.highSeconds))) until the source is gone."
  }
}

/// Lines of a label and a text that wraps beside it.
struct LabelledLines {
  var width: Int
  var color: Bool

  func text(title: String, _ lines: [(label: String, text: String)]) -> String {
    let column = min((lines.map { TerminalText.width($0.label) }.max() ?? 0) + 4, max(27, width / 3))
    let indent = String(repeating: " ", count: column)
    var output = TerminalStyle.bold.wrap(TerminalText.wrapped(title, width: width), color) + "\n"
    for line in lines {
      let label = "  " + TerminalText.truncated(line.label, to: column - 4)
      let wrapped = TerminalText.wrapped(line.text, width: max(width - column, 20)).split(separator: "\n")
      output +=
        label + String(repeating: " ", count: column - TerminalText.width(label))
        + wrapped.joined(separator: "\n" + indent) + "\n"
    }
    return output
  }
}
