import CapacityPlanning
import SimulationEngine
import Testing

@Suite struct VerdictTests {
  private func compare(_ experiment: ExperimentResult) -> Comparison {
    Comparison(experiment, definitions: FakeExperiment.definitions, rankBy: "skew.cpu.stddev.mean")
  }

  @Test func `the verdict names the winner with size certainty and price`() {
    #expect(
      compare(FakeExperiment.three()).verdict == [
        "strong is best by CPU skew.",
        "strong cut CPU skew by 40 % ± 2 at 2.1 migrations per machine-day; downtime +0.8000 s ± 0.0001 in all against none.",
        "weak changed CPU skew by 0.0 ± 0.3 points, which is not significant, at 0.30 migrations per machine-day; "
          + "downtime +100.0 ms ± <0.1 in all against none.",
      ])
  }

  @Test func `what is not significant is told with the interval of its test`() throws {
    // Twice the value in every replication: a steady ratio and a wildly varying difference.
    let values = [0.01, 0.02, 0.5, 0.01, 0.03, 0.02]
    let comparison = compare(
      FakeExperiment.make([
        ("none", values.map { [$0, 0, 0, nil, 0] }), ("double", values.map { [2 * $0, 0, 0, nil, 0] }),
      ]))
    let sentence = comparison.verdict[1]
    #expect(sentence.hasPrefix("double changed CPU skew by +10 ± 21 points, which is not significant"), "\(sentence)")
  }

  @Test func `one balancer gets its value and no comparison`() {
    var experiment = FakeExperiment.three()
    experiment.contestants = [experiment.contestants[1]]
    #expect(compare(experiment).verdict.count == 1)
    #expect(compare(experiment).verdict[0].hasPrefix("strong: CPU skew 6.0 %"))
  }

  @Test func `metrics that the catalogue lacks are left out`() {
    var experiment = FakeExperiment.three()
    for index in experiment.contestants.indices {
      for run in experiment.contestants[index].runs.indices {
        experiment.contestants[index].runs[run].values.removeLast(4)
      }
    }
    let comparison = Comparison(
      experiment, definitions: [FakeExperiment.definitions[0]], rankBy: "skew.cpu.stddev.mean")
    #expect(comparison.verdict[1] == "strong cut CPU skew by 40 % ± 2 against none.")
  }

  @Test func `an unknown ranking metric is said plainly`() {
    let comparison = Comparison(
      FakeExperiment.three(), definitions: FakeExperiment.definitions, rankBy: "no.such.metric")
    #expect(comparison.ranking == nil)
    #expect(comparison.verdict[0].contains("rankBy"))
  }

  @Test func `identical results are a tie and not a winner`() {
    let rows: [[Double?]] = (0..<5).map { [0.1 + 0.01 * Double($0), 0, 0, nil, 0] }
    let comparison = compare(FakeExperiment.make([("none", rows), ("twin", rows)]))
    #expect(comparison.ranking?.entries.map(\.rank) == [1, 1])
    #expect(comparison.verdict[0].contains("cannot be told apart"))
    #expect(comparison.verdict[1].contains("left CPU skew as it was"))
  }
}

@Suite struct AdviceTests {
  private func advice(_ experiment: ExperimentResult) -> [Advice] {
    Comparison(experiment, definitions: FakeExperiment.definitions, rankBy: "skew.cpu.stddev.mean").advice
  }

  @Test func `a wide interval asks for the replications that narrow it`() throws {
    let values = [1.0, 2.2, 1.4, 0.8, 1.9, 1.2, 1.1, 2.0, 1.5, 1.3]
    let experiment = FakeExperiment.make([("none", values.map { [0.1, 1, 1, $0, 1] })])
    let wide = try #require(advice(experiment).first { $0.code == "wide-interval" })
    #expect(
      wide.message
        == "10 replications give ±23 % on p99 downtime of none; about 90 are needed for ±7 %; try --replications 90")
  }

  @Test func `narrow intervals need no advice`() {
    let experiment = FakeExperiment.make([("none", (0..<10).map { [0.1 + 0.0001 * Double($0), 1, 1, 1, 1] })])
    #expect(advice(experiment).isEmpty)
  }

  @Test func `dominating refusals and grade C inputs are pointed out`() {
    let experiment = FakeExperiment.make(
      [("busy", (0..<5).map { _ in [0.1, 1, 1, 1, 10] })], refusals: [("node full", 6), ("anti-affinity", 2)],
      evidence: [
        Evidence(type: "database", grade: .a, machineCount: 12), Evidence(type: "edge C (", grade: .b, machineCount: 1),
        Evidence(type: "edge", grade: .c, machineCount: 3),
      ])
    let found = advice(experiment)
    #expect(found.contains { $0.code == "refused-moves" && $0.message.contains("75 % of them: node full") })
    #expect(
      found.contains { $0.code == "grade-c" && $0.message.contains("in use: edge C (3);") })
  }

  @Test func `values missing in some replications are pointed out`() {
    let experiment = FakeExperiment.make([("none", [[0.1, 1, 1, nil, 1], [0.1, 1, 1, 2, 1], [0.1, 1, 1, 2, 1]])])
    #expect(advice(experiment).contains { $0.code == "missing-values" && $0.message.contains("2 of 3") })
  }
}

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (1.005, 1, "1.0"), (2.5, 0, "3"), (-2.5, 0, "-3"), (0.05, 1, "0.1"),
    (1_234_567.891, 1, "1,234,567.9"), (999.96, 1, "1,000.0"), (1e300, 1, "1e+300"), (.infinity, 1, "infinite"),
    (.nan, 1, "unknown"),
  ])
  func `decimals are rounded and grouped`(_ value: Double, _ places: Int, _ expected: String) {
    #expect(NumberFormat.decimal(value, places: places) == expected)
  }

  @Test func `values side by side have one unit and the same decimals`() {
    func row(_ items: [(Double, Double?)?], _ unit: MetricDefinition.Unit) -> [String?] {
      NumberFormat.row(items.map { item in item.map { (mean: $0.0, halfWidth: $0.1) } }, unit)
    }
    #expect(row([(0.848, 0), (0.84841, 0.000049)], .share) == ["84.80 % ± 0", "84.84 % ± <0.01"])
    #expect(row([(0.482, 0.104), (12.5, 1.2), nil], .seconds) == ["0.48 s ± 0.10", "12.50 s ± 1.20", nil])
    #expect(row([(0, 0), (2.1, 0.02)], .perMachineDay) == ["0 ± 0", "2.10 ± 0.02"])
    #expect(row([(0.002, 0.0001), (3600, 60)], .seconds) == ["2.00 ms ± 0.10", "60.00 min ± 1.00"])
    #expect(row([(5, nil), (7.25, nil)], .count) == ["5.00", "7.25"])
    #expect(row([], .count).isEmpty)
  }

  @Test(arguments: [
    (0.1234, MetricDefinition.Unit.share, "12.3 %"), (0.35, .seconds, "350 ms"), (0.8, .seconds, "0.800 s"),
    (1.5, .seconds, "1.50 s"), (604_800, .seconds, "7 d"), (0, .seconds, "0 s"), (4.5 * 0x1p30, .bytes, "4.50 GiB"),
    (12, .count, "12"), (12.3456, .count, "12.3"), (3.25, .cores, "3.25 cores"), (2.1, .perMachineDay, "2.10"),
  ])
  func `a value is shown in the unit that suits it`(_ value: Double, _ unit: MetricDefinition.Unit, _ expected: String)
  {
    #expect(NumberFormat.value(value, unit) == expected)
  }

  @Test(arguments: [
    (0.123456, 0.0042, MetricDefinition.Unit.share, "12.3 % ± 0.4"), (0.41, 0.03, .share, "41 % ± 3"),
    (41.26, 1.26, .count, "41.3 ± 1.3"), (1234.5, 234.2, .count, "1,235 ± 234"), (0.0, 0.5, .ratio, "0.0 ± 0.5"),
    (5.0, 0.0, .count, "5 ± 0"), (2.0, 1e-9, .ratio, "2.000 ± <0.001"), (0.8, 0.2, .seconds, "0.8 s ± 0.2"),
  ])
  func `the interval decides the digits`(_ mean: Double, _ half: Double, _ unit: MetricDefinition.Unit, _ text: String)
  {
    #expect(NumberFormat.interval(mean, half, unit) == text)
  }
}
