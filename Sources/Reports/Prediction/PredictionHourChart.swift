import LiveMigration
import SimulationEngine

/// The hours of a working day: a line for each, with a bar for the odds of converging.
package enum PredictionHourChart {
  package static func text(_ rows: [PredictionRow], width: Int, color: Bool) -> String {
    let isNarrow = width < 80
    var columns: [TerminalTable.Column] = [
      .init("hour", .right), .init("use", .right), .init("ends", leastWidth: 11),
      .init(isNarrow ? "odds" : "odds to converge", leastWidth: 9), .init("transfer", .right),
    ]
    if !isNarrow { columns.append(.init("90 % range", .right, leastWidth: 12)) }
    columns.append(.init("pause", .right))
    var table = TerminalTable(columns)
    let barWidth = max(8, min(30, width - (isNarrow ? 52 : 70)))
    for row in rows {
      let subject = row.subject
      let median = subject.verdict.median
      let hour = subject.question.hourOfDay ?? 0
      let odds = odds(row)
      let percent = PredictionWords.percent(odds)
      var cells: [TerminalTable.Cell] = [
        .init(PredictionAssumptions.clock(hour)),
        .init(PredictionWords.percent(subject.question.profile.useRatio(hourOfDay: hour))),
        PredictionTable.ends(subject.verdict)[0],
        .init(
          String(repeating: " ", count: max(0, 5 - percent.count)) + percent + " " + bar(odds * Double(barWidth)),
          style: odds >= 0.9 ? .good : odds < 0.5 ? .bad : .plain),
        .init(PredictionTable.transfer(median.median)),
      ]
      if !isNarrow {
        cells.append(.init(PredictionTable.transferRange(median)))
      }
      table.add(cells + [.init(PredictionTable.pause(median.median))])
    }
    let start = TerminalText.wrapped(summary(rows), width: width, indent: "  ").split(separator: "\n")
    return start.map { TerminalStyle.bold.wrap(String($0), color) + "\n" }.joined() + "\n"
      + table.text(width: width, color: color)
      + TerminalText.wrapped(note(rows), width: width, indent: "  ") + "\n"
  }

  /// Share of draws that get across live, throttled or not.
  private static func odds(_ row: PredictionRow) -> Double {
    row.subject.verdict.share(.converges) + row.subject.verdict.share(.throttled)
  }

  private static func bar(_ length: Double) -> String {
    let eighths = Int((length * 8).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  private static func summary(_ rows: [PredictionRow]) -> String {
    guard let first = rows.first else { return "" }
    let holds = rows.map { $0.subject.verdict.outcome == .converges }
    let throttled = rows.count { $0.subject.verdict.outcome == .throttled }
    let start: String
    if !holds.contains(false) {
      start = "Converges at every hour of a working day"
    } else if holds.contains(true) {
      start = "Converges \(PredictionWords.hours(holds)), not \(PredictionWords.hours(holds.map { !$0 }))"
    } else {
      start =
        "Converges by itself at no hour of a working day"
        + (throttled == 0 ? "" : throttled == rows.count ? ", at each with auto-converge" : "")
    }
    let best = rows.max { odds($0) < odds($1) } ?? first
    let worst =
      rows.min { a, b in
        odds(a) != odds(b) ? odds(a) < odds(b) : a.subject.question.useRatio > b.subject.question.useRatio
      } ?? first
    func clock(_ row: PredictionRow) -> String { PredictionAssumptions.clock(row.subject.question.hourOfDay ?? 0) }
    return odds(best) == odds(worst)
      ? start + "."
      : start + ": odds of \(PredictionWords.percent(odds(best))) at \(clock(best)), "
        + "\(PredictionWords.percent(odds(worst))) at \(clock(worst))."
  }

  private static func note(_ rows: [PredictionRow]) -> String {
    let profile = rows.first?.subject.question.profile
    let near =
      rows.contains { $0.subject.verdict.isNearEdge } ? " ? is near the edge, where only the class counts." : ""
    return "Use is the typical working day of type \(profile?.name ?? ""), against the use its profile states (C)."
      + near
  }
}
