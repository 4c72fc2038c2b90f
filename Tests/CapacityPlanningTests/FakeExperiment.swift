import SimulationEngine

/// Small experiments with known numbers.
enum FakeExperiment {
  static let definitions: [MetricDefinition] = [
    MetricDefinition("skew.cpu.stddev.mean", .share, .lowerIsBetter, headline: true, "spread of CPU use") { _ in nil },
    MetricDefinition("migrations.perMachineDay", .perMachineDay, .lowerIsBetter, headline: true, "moves") { _ in nil },
    MetricDefinition("downtime.pause.total", .seconds, .lowerIsBetter, headline: true, "pauses") { _ in nil },
    MetricDefinition("downtime.pause.p99", .seconds, .lowerIsBetter, headline: true, "p99 of pauses") { _ in nil },
    MetricDefinition("migrations.requested", .count, .neutral, "moves asked for") { _ in nil },
  ]

  /// One contestant per entry: rows are replications, columns the definitions above.
  static func make(
    _ contestants: [(label: String, rows: [[Double?]])], refusals: [(reason: String, count: Int)] = [],
    evidence: [Evidence] = []
  ) -> ExperimentResult {
    ExperimentResult(
      scenarioName: "october", scenarioHash: "1f2e3d4c5b6a7988", seed: 42,
      replications: contestants.first?.rows.count ?? 0,
      nodeCount: 6, machineCount: 68, horizonSeconds: 604_800, warmUpSeconds: 21_600,
      contestants: contestants.map { contestant in
        .init(
          label: contestant.label, balancer: contestant.label == "none" ? "none" : "greedy-variance",
          runs: contestant.rows.map { row in
            RunResult(values: row, refusals: contestant.label == "none" ? [] : refusals, eventCount: 1000)
          })
      }, evidence: evidence)
  }

  /// `none` around 0.10, `strong` clearly lower, `weak` lower by less than the noise.
  static func three(replications: Int = 10) -> ExperimentResult {
    let noise = [0.3, -0.7, 1.1, -0.2, 0.6, -1.3, 0.9, -0.5, 0.1, -0.3]
    func rows(_ base: Double, _ spread: Double, _ moves: Double, _ pause: Double, shift: Int) -> [[Double?]] {
      (0..<replications).map { index in
        let common = 0.01 * noise[index % 10]
        let own = spread * noise[(index + shift) % 10]
        return [
          base + common + own, moves + moves * 0.02 * noise[(index + shift) % 10], pause + pause * 0.1 * own,
          pause > 0 ? pause / 10 : nil, moves * 10,
        ]
      }
    }
    return make([
      ("none", rows(0.10, 0, 0, 0, shift: 0)), ("strong", rows(0.06, 0.002, 2.1, 0.8, shift: 3)),
      ("weak", rows(0.0995, 0.004, 0.3, 0.1, shift: 5)),
    ])
  }
}

/// Swift Testing has an `Expectation` of its own.
typealias Gate = SimulationEngine.Expectation
