import LiveMigration

/// Equal machines that leave one node: a line for each number at a time.
package enum PredictionWaveTable {
  package static func text(_ waves: [PredictionWave], width: Int, color: Bool) -> String {
    let isNarrow = width < 90
    var columns: [TerminalTable.Column] = [
      .init("at a time", .right), .init("all across", .right, leastWidth: 13), .init("last done", .right),
    ]
    if !isNarrow { columns += [.init("90 % range", .right, leastWidth: 12), .init("with pod starts", .right)] }
    columns += [.init(isNarrow ? "pause" : "longest pause", .right), .init("sent", .right)]
    var table = TerminalTable(columns)
    for wave in waves {
      let makespan = wave.spread(\.makespanSeconds)
      let share = wave.allAcrossShare
      var cells: [TerminalTable.Cell] = [
        .init("\(wave.parallel)"),
        .init(
          share > 0 ? "\(PredictionWords.percent(share)) of runs" : "\(mean(wave.completed)) of \(wave.count)",
          style: share >= 0.9 ? .good : share < 0.5 ? .bad : .plain),
        .init(wave.neverEnds ? PredictionWords.never : PredictionWords.time(makespan.median)),
      ]
      if !isNarrow {
        cells += [
          .init(wave.neverEnds ? "–" : PredictionWords.range(makespan.range) { PredictionWords.time($0) }),
          .init(wave.neverEnds ? "–" : PredictionWords.time(makespan.median + wave.startSeconds)),
        ]
      }
      let pause = wave.spread { $0.predictions.map(\.downtimeSeconds).max() ?? 0 }
      cells += [
        .init(pause.median > 0 ? PredictionWords.time(pause.median) : "–"),
        .init(wave.neverEnds ? "–" : PredictionWords.bytes(wave.spread(\.transferredBytes).median)),
      ]
      table.add(cells)
    }
    let start = TerminalText.wrapped(summary(waves), width: width, indent: "  ").split(separator: "\n")
    let note =
      "Times are of the runs in which all get across, where there are any. The machines are equal in each run and leave "
      + "one node over one line, the next as soon as one is done; \(waves.first?.outcomes.count ?? 0) runs."
    return start.map { TerminalStyle.bold.wrap(String($0), color) + "\n" }.joined() + "\n"
      + table.text(width: width, color: color) + TerminalText.wrapped(note, width: width, indent: "  ") + "\n"
  }

  /// The most machines across, then the shortest time; nil where none gets across.
  package static func best(_ waves: [PredictionWave]) -> PredictionWave? {
    waves.filter { $0.completed > 0 }.min { a, b in
      a.completed != b.completed
        ? a.completed > b.completed : a.spread(\.makespanSeconds).median < b.spread(\.makespanSeconds).median
    }
  }

  /// `10`, `9.4`.
  private static func mean(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  private static func summary(_ waves: [PredictionWave]) -> String {
    guard let first = waves.first else { return "" }
    guard let best = best(waves) else {
      let none = "none of \(first.count) machines gets across"
      return waves.count > 1 ? "However many at a time, \(none)." : "\(first.parallel) at a time: \(none)."
    }
    let time = PredictionWords.time(best.spread(\.makespanSeconds).median)
    let choice = waves.count > 1 ? "Best \(best.parallel) at a time: " : "\(best.parallel) at a time: "
    guard best.allAcrossShare > 0 else {
      let end = best.neverEnds ? "and others never end" : "the last ends after \(time)"
      return choice + "of \(best.count) machines \(mean(best.completed)) get across, \(end)."
    }
    let odds = best.allAcrossShare > 0.995 ? "" : " in \(PredictionWords.percent(best.allAcrossShare)) of runs"
    return choice + "all \(best.count) machines are across after \(time)\(odds)."
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
