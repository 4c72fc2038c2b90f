import LiveMigration
import SimulationEngine

/// Several predictions side by side: a line for each combination of values tried.
package enum PredictionTable {
  package static func text(_ rows: [PredictionRow], width: Int, color: Bool) -> String {
    let keys = rows.first?.varied.map(\.key) ?? []
    let keysWidth = keys.reduce(2 * keys.count - 2) { $0 + TerminalText.width($1) }
    let isNarrow = width - max(keysWidth, 12) < 78
    let isTight = isNarrow && width - keysWidth < 39
    // A key that is cut is no key: long ones take the room of other columns, while there is any.
    var columns = keys.map { key in
      TerminalTable.Column(key, .right, leastWidth: keysWidth <= width - 32 ? TerminalText.width(key) : 6)
    }
    columns.append(.init("ends", leastWidth: 12))
    if !isTight { columns.append(.init("across", .right)) }
    columns.append(.init("transfer", .right))
    if !isNarrow { columns.append(.init("90 % range", .right, leastWidth: 14)) }
    columns.append(.init("pause", .right))
    if !isNarrow { columns += [.init("rounds", .right), .init("sent", .right)] }
    let isThrottled =
      !isNarrow
      && rows.contains { $0.subject.verdict.median.median.throttlePercentMax > 0 }
    if isThrottled { columns.append(.init("throttle", .right)) }
    var table = TerminalTable(columns)
    for row in rows {
      let verdict = row.subject.verdict
      let median = verdict.median.median
      var cells = row.varied.map { TerminalTable.Cell($0.value) } + ends(verdict).prefix(isTight ? 1 : 2)
      cells.append(.init(transfer(median)))
      if !isNarrow { cells.append(.init(transferRange(verdict.median))) }
      cells.append(.init(pause(median)))
      if !isNarrow {
        cells +=
          median.neverEnds
          ? [.init("–"), .init("–")]
          : [.init("\(median.iterations)"), .init(PredictionWords.bytes(median.transferredBytes))]
      }
      if isThrottled {
        let throttle = median.throttlePercentMax
        cells.append(.init(throttle > 0 ? PredictionWords.percent(throttle / 100) : "–"))
      }
      table.add(cells)
    }
    return TerminalStyle.bold.wrap(TerminalText.wrapped(summary(rows), width: width, indent: "  "), color) + "\n\n"
      + table.text(width: width, color: color)
  }

  static func ends(_ verdict: MigrationVerdict) -> [TerminalTable.Cell] {
    let style: TerminalStyle =
      switch verdict.outcome {
      case .converges: .good
      case .throttled, .postCopy, .paused: .plain
      case .cancelled: .bad
      }
    let mark = verdict.isNearEdge ? " ?" : ""
    return [
      .init(PredictionWords.outcome(verdict.outcome) + mark, style: style),
      .init(PredictionWords.percent(verdict.acrossShare)),
    ]
  }

  /// How many answers end in each way: `Of 9 answers 6 converge, 3 are cancelled.`.
  private static func summary(_ rows: [PredictionRow]) -> String {
    let words: [(MigrationVerdict.Outcome, String)] = [
      (.converges, "converge"), (.throttled, "need auto-converge"), (.postCopy, "end by post-copy"),
      (.paused, "end by a long pause"), (.cancelled, "are cancelled"),
    ]
    let parts = words.compactMap { outcome, text -> String? in
      let count = rows.count { $0.subject.verdict.outcome == outcome }
      return count == 0 ? nil : count == rows.count ? "all \(text)" : "\(count) \(text)"
    }
    let near = rows.count { $0.subject.verdict.isNearEdge }
    return "Of \(rows.count) answers \(parts.joined(separator: ", "))"
      + (near > 0 ? "; ? marks those near the edge, where only the class counts." : ".")
  }

  static func transfer(_ median: MigrationPrediction) -> String {
    median.neverEnds ? PredictionWords.never : PredictionWords.time(median.totalSeconds)
  }

  static func transferRange(_ answer: RangedPrediction) -> String {
    answer.median.neverEnds ? "–" : PredictionWords.range(answer.totalSecondsRange) { PredictionWords.time($0) }
  }

  /// The pause, or a dash where nothing came to that.
  static func pause(_ median: MigrationPrediction) -> String {
    median.status == .cancelled && median.downtimeSeconds == 0 ? "–" : PredictionWords.time(median.downtimeSeconds)
  }
}
