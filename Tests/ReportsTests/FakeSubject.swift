import CapacityPlanning
import Reports
import SimulationEngine

/// A comparison of three balancers with known numbers, and hostile names on demand.
enum FakeSubject {
  static let definitions: [MetricDefinition] = [
    metric("headroom.usage.cpu.mean", .share, .higherIsBetter),
    metric("headroom.request.memory.mean", .share, .higherIsBetter),
    metric("headroom.n1.fits", .share, .higherIsBetter),
    metric("skew.cpu.stddev.mean", .share, .lowerIsBetter),
    metric("skew.memory.stddev.mean", .share, .lowerIsBetter),
    metric("downtime.pause.total", .seconds, .lowerIsBetter),
    metric("downtime.pause.p99", .seconds, .lowerIsBetter),
    metric("migrations.perMachineDay", .perMachineDay, .lowerIsBetter),
    metric("migrations.bytes", .bytes, .lowerIsBetter),
    metric("migrations.requested", .count, .neutral, headline: false),
    metric("contention.cpu.lostShare", .share, .lowerIsBetter),
  ]

  private static func metric(
    _ name: String, _ unit: MetricDefinition.Unit, _ direction: MetricDefinition.Direction, headline: Bool = true
  ) -> MetricDefinition {
    MetricDefinition(name, unit, direction, headline: headline, "test") { _ in nil }
  }

  private static let noise = [0.3, -0.7, 1.1, -0.2, 0.6, -1.3, 0.9, -0.5, 0.1, -0.3]

  private static func runs(_ values: [Double?], shift: Int, count: Int, refusals: Int) -> [RunResult] {
    (0..<count).map { index in
      RunResult(
        values: values.enumerated().map { column, value in
          value.map { $0 * (1 + 0.05 * noise[index % 10] + 0.02 * noise[(index + shift + column) % 10]) }
        },
        refusals: refusals > 0 ? [("anti-affinity", refusals / 3), ("the target has no room", refusals + index)] : [],
        failures: refusals > 0 ? [("completion timeout", index % 2)] : [])
    }
  }

  static func experiment(
    labels: [String] = ["none", "low-node-utilization", "greedy-variance"], replications: Int = 10
  )
    -> ExperimentResult
  {
    let rows: [[Double?]] = [
      [0.41, 0.22, 0.6, 0.14, 0.11, 0, nil, 0, 0, 0, 0.012],
      [0.41, 0.22, 0.8, 0.137, 0.09, 3.1, 0.31, 0.62, 400e9, 40, 0.009],
      [0.41, 0.22, 1, 0.083, 0.07, 12.4, 0.35, 2.1, 1.6e12, 150, 0.004],
    ]
    return ExperimentResult(
      scenarioName: "october-what-if", scenarioHash: "1f2e3d4c5b6a7988", seed: 42, replications: replications,
      nodeCount: 6,
      machineCount: 68, horizonSeconds: 604_800, warmUpSeconds: 21_600,
      contestants: labels.enumerated().map { index, label in
        .init(
          label: label, balancer: index == 0 ? "none" : label,
          runs: runs(rows[index % 3], shift: index * 3, count: replications, refusals: index % 3 == 1 ? 12 : index % 3))
      },
      evidence: [
        Evidence(type: "database", grade: .a, machineCount: 8),
        Evidence(type: "general-purpose", grade: .b, machineCount: 60),
      ])
  }

  static let expectations = [
    Gate(
      text: "skew.cpu.stddev.mean <= 10%", metric: "skew.cpu.stddev.mean", comparison: .atMost, value: 0.10,
      balancer: nil),
    Gate(
      text: "downtime.pause.p99 <= 1s", metric: "downtime.pause.p99", comparison: .atMost, value: 1, balancer: nil),
  ]

  static func make(_ experiment: ExperimentResult = experiment(), isComparison: Bool = true) -> ReportSubject {
    ReportSubject(
      Comparison(experiment, definitions: definitions, expectations: expectations, rankBy: "skew.cpu.stddev.mean"),
      tool: ToolVersion(version: "0.1.0"), isComparison: isComparison)
  }

  /// Names that attack terminals, spreadsheets, pages and the order of text.
  static let hostileNames = [
    "\u{1B}[2J\u{1B}]0;owned\u{07}", "=HYPERLINK(\"http://x\",\"y\")", "| a | <script>alert(1)</script> **b**",
    "abc\u{202E}fdp.exe", "line\nbreak\r\tend", "\u{9B}31mC1", "数据库节点" + String(repeating: "很", count: 200),
    "@team [x](http://y)", "+1", "-1", "  =1+1", "\u{FEFF}\u{200B}hidden", "\"quoted\",comma;semi",
    String(repeating: "long", count: 500), "",
  ]

  static func hostile() -> ReportSubject {
    var experiment = experiment(labels: ["none"] + hostileNames)
    experiment.scenarioName = hostileNames.joined(separator: " ")
    experiment.evidence = hostileNames.map { Evidence(type: $0, grade: .c, machineCount: 1) }
    experiment.remarks = hostileNames
    for index in experiment.contestants.indices {
      for run in experiment.contestants[index].runs.indices {
        experiment.contestants[index].runs[run].refusals = hostileNames.sorted().map { ($0, 3) }
      }
    }
    return make(experiment)
  }
}

/// Swift Testing has an `Expectation` of its own.
typealias Gate = SimulationEngine.Expectation
