import LiveMigration
import SimulationEngine

/// Several predictions side by side: a line for each value tried, each hour, or each number at a time.
package enum PredictionTable {
  /// A line for each combination of varied values.
  package static func text(_ rows: [PredictionRow], width: Int, color: Bool) -> String {
    let keys = rows.first?.varied.map(\.key) ?? []
    let isNarrow = width < 90
    var columns = keys.map { TerminalTable.Column($0, .right, leastWidth: 6) }
    columns += [.init("ends"), .init("draws", .right), .init("transfer", .right)]
    if !isNarrow { columns.append(.init("90 % of draws", .right)) }
    columns.append(.init("pause", .right))
    if !isNarrow { columns += [.init("readings", .right), .init("sent", .right)] }
    columns.append(.init("throttle", .right))
    var table = TerminalTable(columns)
    for row in rows {
      let verdict = row.subject.verdict
      let median = verdict.median.median
      var cells = row.varied.map { TerminalTable.Cell($0.value) } + ends(verdict)
      cells.append(.init(PredictionWords.time(median.totalSeconds)))
      if !isNarrow {
        cells.append(.init(PredictionWords.range(verdict.median.totalSecondsRange) { PredictionWords.time($0) }))
      }
      cells.append(.init(PredictionWords.time(median.downtimeSeconds)))
      if !isNarrow { cells += [.init("\(median.iterations)"), .init(PredictionWords.bytes(median.transferredBytes))] }
      cells.append(
        .init(median.throttlePercentMax > 0 ? PredictionWords.percent(median.throttlePercentMax / 100) : "–"))
      table.add(cells)
    }
    return TerminalStyle.bold.wrap(TerminalText.wrapped(summary(rows), width: width, indent: "  "), color) + "\n\n"
      + table.text(width: width, color: color)
  }

  private static func ends(_ verdict: MigrationVerdict) -> [TerminalTable.Cell] {
    let style: TerminalStyle =
      switch verdict.outcome {
      case .converges: .good
      case .throttled, .postCopy, .paused: .plain
      case .cancelled: .bad
      }
    let mark = verdict.isNearEdge ? " ?" : ""
    return [
      .init(PredictionWords.outcome(verdict.outcome) + mark, style: style),
      .init(PredictionWords.percent(verdict.share(verdict.outcome))),
    ]
  }

  private static func summary(_ rows: [PredictionRow]) -> String {
    let good = rows.count { $0.subject.verdict.outcome == .converges }
    let lost = rows.count { $0.subject.verdict.outcome == .cancelled }
    let start =
      good == rows.count
      ? "All \(rows.count) converge" : "\(good) of \(rows.count) converge by themselves, \(lost) are cancelled"
    let near = rows.count { $0.subject.verdict.isNearEdge }
    return start + (near > 0 ? "; ? marks those near the edge, where only the class counts." : ".")
  }

  // MARK: Hours

  /// A line and a bar for each hour of a working day.
  package static func hours(_ rows: [PredictionRow], width: Int, color: Bool) -> String {
    let holds = rows.map { $0.subject.verdict.outcome == .converges }
    let longest =
      rows.map { $0.subject.verdict.outcome == .cancelled ? 0 : $0.subject.verdict.median.median.totalSeconds }
      .max() ?? 0
    var table = TerminalTable([
      .init("hour", .right), .init("use", .right), .init("ends", leastWidth: 11), .init("draws", .right),
      .init("transfer", .right), .init("", leastWidth: 4), .init("pause", .right), .init("slowest 5 %", .right),
    ])
    let barWidth = max(4, min(32, width - 66))
    for row in rows {
      let subject = row.subject
      let median = subject.verdict.median
      let ratio = subject.question.profile.useRatio(hourOfDay: subject.question.hourOfDay ?? 0)
      let isLost = subject.verdict.outcome == .cancelled
      let length = longest > 0 && !isLost ? median.median.totalSeconds / longest * Double(barWidth) : 0
      let bar = isLost ? String(repeating: "×", count: barWidth) : bar(length)
      table.add(
        [.init(PredictionAssumptions.clock(subject.question.hourOfDay ?? 0)), .init(PredictionWords.percent(ratio))]
          + ends(subject.verdict) + [
            .init(PredictionWords.time(median.median.totalSeconds)), .init(bar, style: isLost ? .bad : .good),
            .init(PredictionWords.time(median.median.downtimeSeconds)),
            .init(PredictionWords.time(median.totalSecondsRange.upperBound)),
          ])
    }
    let start = TerminalText.wrapped(hoursSummary(holds, rows), width: width, indent: "  ")
    return TerminalStyle.bold.wrap(start, color) + "\n\n" + table.text(width: width, color: color)
  }

  private static func bar(_ length: Double) -> String {
    let eighths = max(1, Int((length * 8).rounded()))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  private static func hoursSummary(_ holds: [Bool], _ rows: [PredictionRow]) -> String {
    let name = rows.first?.subject.question.profile.name ?? ""
    let end = " Use is that of a typical working day, relative to its mean."
    guard holds.contains(false) else { return "Converges at every hour of a working day (\(name))." + end }
    guard holds.contains(true) else {
      return "Converges by itself at no hour of a working day (\(name))." + end
    }
    return "Converges \(PredictionWords.hours(holds)), and not \(PredictionWords.hours(holds.map { !$0 })) (\(name))."
      + end
  }

  // MARK: Waves

  /// A line for each number at a time.
  package static func waves(_ waves: [PredictionWave], width: Int, color: Bool) -> String {
    let isNarrow = width < 90
    var columns: [TerminalTable.Column] = [
      .init("at a time", .right), .init("across", .right), .init("last done", .right), .init("90 % of runs", .right),
    ]
    if !isNarrow { columns.append(.init("with pod starts", .right)) }
    columns += [.init("longest pause", .right), .init("sent", .right)]
    var table = TerminalTable(columns)
    for wave in waves {
      let makespan = wave.spread(\.makespanSeconds)
      let isLost = wave.completed < Double(wave.count) - 0.05
      var cells: [TerminalTable.Cell] = [
        .init("\(wave.parallel)"),
        .init("\(mean(wave.completed)) of \(wave.count)", style: isLost ? .bad : .good),
        .init(PredictionWords.time(makespan.median)),
        .init(PredictionWords.range(makespan.range) { PredictionWords.time($0) }),
      ]
      if !isNarrow { cells.append(.init(PredictionWords.time(makespan.median + wave.startSeconds))) }
      let pause = wave.spread { $0.predictions.map(\.downtimeSeconds).max() ?? 0 }
      cells += [
        .init(PredictionWords.time(pause.median)),
        .init(PredictionWords.bytes(wave.spread(\.transferredBytes).median)),
      ]
      table.add(cells)
    }
    let start = TerminalText.wrapped(wavesSummary(waves), width: width, indent: "  ")
    return TerminalStyle.bold.wrap(start, color) + "\n\n" + table.text(width: width, color: color)
  }

  /// `10`, `9.4`.
  private static func mean(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// The most machines across, then the shortest time.
  package static func best(_ waves: [PredictionWave]) -> PredictionWave? {
    waves.min { a, b in
      a.completed != b.completed
        ? a.completed > b.completed : a.spread(\.makespanSeconds).median < b.spread(\.makespanSeconds).median
    }
  }

  private static func wavesSummary(_ waves: [PredictionWave]) -> String {
    guard let best = best(waves) else { return "" }
    let time = PredictionWords.time(best.spread(\.makespanSeconds).median)
    let all = best.completed >= Double(best.count) - 0.05
    let choice = waves.count > 1 ? "Best \(best.parallel) at a time: " : "\(best.parallel) at a time: "
    return choice
      + (all
        ? "all \(best.count) machines are across after \(time)."
        : "\(mean(best.completed)) of \(best.count) machines get across, the last ends after \(time).")
  }
}

extension PredictionWave {
  /// Typical starts of target pods that a slot waits for, one after another.
  var startSeconds: Double {
    let phases = MigrationPhases()
    let turns = (Double(count) / Double(max(1, parallel))).rounded(.up)
    return turns * (phases.targetPodStart.typicalSeconds + phases.prepare.typicalSeconds)
  }
}
