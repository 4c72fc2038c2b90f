import CapacityPlanning
import EventKernel
import SimulationEngine

/// Live migrations by workload type: who moved, whose migrations failed, how long they took and paused.
enum WorkloadTable {
  /// Contestants that migrated machines of more than one type.
  static func worthShowing(_ comparison: Comparison) -> [ContestantSummary] {
    comparison.contestants.filter { contestant in
      contestant.workloads.count { $0.succeeded.mean > 0 || $0.failed.mean > 0 } > 1
    }
  }

  static func text(_ comparison: Comparison, _ style: ReportStyle) -> String {
    let shown = worthShowing(comparison)
    guard !shown.isEmpty else { return "" }
    var table = TerminalTable([
      TerminalTable.Column("", leastWidth: 20), TerminalTable.Column("machines", .right),
      TerminalTable.Column("moved", .right), TerminalTable.Column("failed", .right),
      TerminalTable.Column("median transfer", .right), TerminalTable.Column("longest pause", .right),
    ])
    for contestant in shown {
      table.add(heading: "  " + contestant.label)
      for row in contestant.workloads where row.succeeded.mean > 0 || row.failed.mean > 0 {
        table.add([
          "    " + row.type, String(row.machineCount), count(row.succeeded), count(row.failed),
          row.medianSeconds.map { NumberFormat.value($0, .seconds) } ?? "–",
          row.longestPauseSeconds > 0 ? NumberFormat.value(row.longestPauseSeconds, .seconds) : "–",
        ])
      }
    }
    let title = "Live migrations by workload type (mean per replication)"
    return TerminalStyle.bold.wrap(title, style.color) + "\n" + table.text(width: style.width, color: style.color)
  }

  private static func count(_ interval: ConfidenceInterval) -> String {
    NumberFormat.interval(interval.mean, interval.halfWidth.isFinite ? interval.halfWidth : nil, .count)
  }

  static func json(_ contestant: ContestantSummary) -> JSONValue {
    .array(
      contestant.workloads.map { row in
        .object([
          ("type", .string(row.type)), ("machines", .integer(Int64(row.machineCount))),
          ("succeededMeanCount", .number(row.succeeded.mean)), ("failedMeanCount", .number(row.failed.mean)),
          ("medianTransferSeconds", .optional(row.medianSeconds)),
          ("longestPauseSeconds", .number(row.longestPauseSeconds)),
        ])
      })
  }
}
