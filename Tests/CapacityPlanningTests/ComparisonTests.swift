import CapacityPlanning
import EventKernel
import SimulationEngine
import Testing

@Suite struct ComparisonTests {
  private func compare(
    _ experiment: ExperimentResult, expect: [Gate] = [], rankBy: String = "skew.cpu.stddev.mean"
  ) -> Comparison {
    Comparison(experiment, definitions: FakeExperiment.definitions, expectations: expect, rankBy: rankBy)
  }

  @Test func `the interval of a mean is the t interval`() throws {
    let rows: [[Double?]] = [[1.0], [2.0], [3.0], [4.0], [5.0]].map { $0 + [0, 0, nil, 0] }
    let summary = try #require(compare(FakeExperiment.make([("none", rows)])).contestants[0].metric(0))
    #expect(summary.mean == 3)
    // t(0.975, 4) = 2.776445, s = 1.581139, √5 = 2.236068.
    #expect(abs((summary.halfWidth ?? 0) - 1.963243) < 1e-5)
    #expect(summary.samples == [1, 2, 3, 4, 5])
  }

  @Test func `one replication has no interval and no significance`() throws {
    let comparison = compare(FakeExperiment.three(replications: 1))
    #expect(comparison.contestants.allSatisfy { $0.metrics.allSatisfy { $0?.low == nil && $0?.high == nil } })
    #expect(!comparison.differences.contains { $0.significant || $0.low != nil })
    #expect(comparison.ranking?.winner == nil)
    #expect(comparison.advice.contains { $0.code == "one-replication" })
    #expect(comparison.verdict[0].contains("No winner"))
  }

  @Test func `paired differences see what separate intervals hide`() throws {
    // Both vary by ±5 together; the difference is 0.1 ± 0.01.
    let base: [Double] = [5, -5, 4, -4, 3, -3, 2, -2]
    let jitter = [0.01, -0.01, 0.005, -0.005, 0.01, -0.01, 0, 0]
    let a: [[Double?]] = base.map { [10 + $0, 0, 0, nil, 0] }
    let b: [[Double?]] = zip(base, jitter).map { [9.9 + $0 + $1, 0, 0, nil, 0] }
    let comparison = compare(FakeExperiment.make([("none", a), ("other", b)]))
    let difference = try #require(comparison.differences.first { $0.metric == 0 })
    #expect(difference.significant)
    #expect(abs(difference.mean - -0.1) < 1e-9)
    let (none, other) = (comparison.contestants[0].metrics[0], comparison.contestants[1].metrics[0])
    #expect((none?.low ?? 0) < (other?.mean ?? 0), "the intervals of the means overlap")
  }

  @Test func `intervals of differences widen with the number of pairs`() throws {
    let three = FakeExperiment.three()
    var two = three
    two.contestants.removeLast()
    let wide = try #require(compare(three).differences.first { $0.metric == 0 && $0.a == 0 && $0.b == 1 })
    let narrow = try #require(compare(two).differences.first { $0.metric == 0 })
    #expect(wide.mean == narrow.mean)
    #expect((wide.halfWidth ?? 0) > (narrow.halfWidth ?? .infinity))
  }

  @Test func `a difference is significant exactly when its adjusted p value says so`() {
    var significant = 0
    for experiment in [FakeExperiment.three(), chain()] {
      for difference in compare(experiment).differences {
        #expect(difference.significant == (difference.adjustedP < 0.05))
        significant += difference.significant ? 1 : 0
      }
    }
    #expect(significant > 3)
  }

  @Test func `swapping two balancers turns the sign and nothing else`() throws {
    let experiment = FakeExperiment.three()
    var swapped = experiment
    swapped.contestants.reverse()
    let one = try #require(compare(experiment).differences.first { $0.metric == 0 && $0.labelB == "strong" })
    let other = try #require(
      compare(swapped).differences.first { $0.metric == 0 && $0.labelA == "strong" && $0.labelB == "none" })
    #expect(one.mean == -other.mean)
    #expect(one.significant == other.significant)
    #expect(abs((one.low ?? 0) + (other.high ?? 0)) < 1e-15)
  }

  @Test func `neighbours that cannot be told apart share a rank`() throws {
    let ranking = try #require(compare(FakeExperiment.three()).ranking)
    #expect(ranking.entries.map(\.label) == ["strong", "weak", "none"])
    #expect(ranking.entries.map(\.rank) == [1, 2, 2])
    #expect(ranking.winner?.label == "strong")
    #expect(ranking.entries[0].betterThan == ["weak", "none"])
    #expect(ranking.entries[1].betterThan.isEmpty)
  }

  /// `first` beats `last` only; `middle` can be told apart from neither.
  private func chain() -> ExperimentResult {
    let noise = [0.3, -0.7, 1.1, -0.2, 0.6, -1.3, 0.9, -0.5, 0.1, -0.3]
    func rows(_ base: Double, _ spread: Double, shift: Int) -> [[Double?]] {
      noise.indices.map { [base + spread * noise[($0 + shift) % 10], 0, 0, nil, 0] }
    }
    return FakeExperiment.make([
      ("none", rows(0.110, 0.001, shift: 0)), ("first", rows(0.100, 0.001, shift: 3)),
      ("middle", rows(0.105, 0.02, shift: 5)),
    ])
  }

  @Test func `the first is best only when it is better than every other one`() throws {
    let comparison = compare(chain())
    let ranking = try #require(comparison.ranking)
    #expect(ranking.entries.map(\.label) == ["first", "middle", "none"])
    #expect(ranking.entries[0].betterThan == ["none"])
    #expect(ranking.winner == nil)
    #expect(ranking.entries.map(\.rank) == [1, 1, 2])
    #expect(comparison.verdict[0] == "No winner by CPU skew: first cannot be told apart from middle.")
  }

  @Test func `a loss to a neighbour's neighbour is a rank of its own`() throws {
    // Neighbours differ by less than their noise, the ends by more: no chain of ties makes the last a first.
    var experiment = chain()
    experiment.contestants.swapAt(0, 2)
    let ranking = try #require(compare(experiment).ranking)
    #expect(ranking.entries.map(\.rank) == [1, 1, 2] && ranking.entries.last?.label == "none")
    #expect(ranking.besideFirst.map(\.label) == ["middle"])
  }

  @Test func `the direction of the metric decides who is first`() throws {
    var definitions = FakeExperiment.definitions
    definitions[0].direction = .higherIsBetter
    let comparison = Comparison(FakeExperiment.three(), definitions: definitions, rankBy: "skew.cpu.stddev.mean")
    #expect(comparison.ranking?.entries.last?.label == "strong")
    definitions[0].direction = .neutral
    #expect(Comparison(FakeExperiment.three(), definitions: definitions, rankBy: "skew.cpu.stddev.mean").ranking == nil)
  }

  @Test func `changes are relative to none wherever it stands`() throws {
    var experiment = FakeExperiment.three()
    experiment.contestants.reverse()
    let comparison = compare(experiment)
    #expect(comparison.reference == 2 && comparison.baselines == [2, 2, nil])
    let change = try #require(comparison.change(of: 1, metric: 0))
    #expect(abs(change.percent - -40) < 1)
    #expect((change.halfWidth ?? 0) > 0)
    #expect(comparison.change(of: 1, metric: 1) == nil, "no share of zero")
  }

  @Test func `without none the first balancer is the baseline`() {
    var experiment = FakeExperiment.three()
    experiment.contestants.removeFirst()
    #expect(compare(experiment).baselines == [nil, 0])
    experiment.contestants.removeLast()
    #expect(compare(experiment).reference == nil)
    #expect(compare(experiment).differences.isEmpty)
  }

  @Test func `each variant is measured against its own none`() throws {
    var experiment = FakeExperiment.three()
    experiment.contestants += experiment.contestants
    for index in experiment.contestants.indices {
      experiment.contestants[index].variant = index < 3 ? "today" : "grown"
      experiment.contestants[index].label += " @ " + experiment.contestants[index].variant
    }
    for run in 0..<10 { for index in 3..<6 { experiment.contestants[index].runs[run].values[0]? *= 2 } }
    let comparison = compare(experiment)
    #expect(comparison.baselines == [nil, 0, 0, 0, 3, 3])
    let change = try #require(comparison.change(of: 4, metric: 0))
    #expect(abs(change.percent - -40) < 1 && change.baseline == 3)
    #expect(comparison.verdict.contains { $0.hasPrefix("strong @ grown cut") && $0.hasSuffix("none @ grown.") })
    experiment.contestants.removeAll { $0.balancer == "none" }
    #expect(compare(experiment).baselines == [nil, 0, 0, 0])
  }

  @Test func `the interval of a change holds for all pairs together`() throws {
    var two = FakeExperiment.three()
    two.contestants.removeLast()
    let wide = try #require(compare(FakeExperiment.three()).change(of: 1, metric: 0)?.halfWidth)
    let narrow = try #require(compare(two).change(of: 1, metric: 0)?.halfWidth)
    #expect(wide > narrow * 1.1)
  }

  @Test func `rounding in the last bits is no difference`() {
    let rows: [[Double?]] = (1...6).map { [0.1 * Double($0), 1, 1, nil, 1] }
    let dusty = rows.map { row in row.map { value in value.map { $0 * (1 + 1e-15) } } }
    let comparison = compare(FakeExperiment.make([("none", rows), ("twin", dusty)]))
    #expect(!comparison.differences.contains { $0.significant })
    #expect(comparison.verdict[1].contains("left CPU skew as it was"))
  }

  @Test func `an interval covers the true difference about as often as it says`() {
    var covered = 0
    let rounds = 400
    for round in 0..<rounds {
      var random = RandomStream(seed: UInt64(round), replication: 0, purpose: .demand)
      func sample() -> Double { random.normal() }
      let rows = (0..<2).map { _ in (0..<8).map { _ in [sample(), 0, 0, nil, 0] as [Double?] } }
      let comparison = compare(FakeExperiment.make([("none", rows[0]), ("other", rows[1])]))
      if let d = comparison.differences.first, let low = d.low, let high = d.high, low <= 0, high >= 0 { covered += 1 }
    }
    #expect(covered > 365 && covered < 395, "covered \(covered) of \(rounds)")
  }
}

@Suite struct GateTests {
  private func gates(_ expectation: Gate, _ experiment: ExperimentResult = FakeExperiment.three()) -> [GateResult] {
    Comparison(
      experiment, definitions: FakeExperiment.definitions, expectations: [expectation], rankBy: "skew.cpu.stddev.mean"
    ).gates
  }

  private func skew(_ comparison: Gate.Comparison, _ value: Double, _ balancer: String? = nil) -> Gate {
    Gate(
      text: "skew.cpu.stddev.mean \(comparison.rawValue) \(value)", metric: "skew.cpu.stddev.mean",
      comparison: comparison,
      value: value, balancer: balancer)
  }

  @Test func `a gate without a balancer holds for all but none`() {
    let results = gates(skew(.atMost, 0.07))
    #expect(results.map(\.balancer) == ["strong", "weak"])
    #expect(results.map(\.passed) == [true, false])
  }

  @Test func `a gate for a label holds in every variant`() {
    var experiment = FakeExperiment.three()
    experiment.contestants += experiment.contestants
    for index in experiment.contestants.indices {
      experiment.contestants[index].variant = index < 3 ? "a" : "b"
      experiment.contestants[index].label += " @ " + experiment.contestants[index].variant
    }
    #expect(gates(skew(.atMost, 0.07, "strong"), experiment).map(\.balancer) == ["strong @ a", "strong @ b"])
  }

  @Test func `a gate applies to none when it is alone`() {
    var experiment = FakeExperiment.three()
    experiment.contestants.removeLast(2)
    #expect(gates(skew(.less, 0.2), experiment).map(\.balancer) == ["none"])
  }

  @Test func `a gate for an absent balancer fails and says why`() {
    let results = gates(skew(.atMost, 1, "nobody"))
    #expect(results.map(\.passed) == [false])
    #expect(!results[0].note.isEmpty)
  }

  @Test func `a gate near its limit warns that the interval reaches across`() throws {
    let mean = try #require(gates(skew(.atMost, 1, "strong"))[0].value)
    let near = gates(skew(.atMost, mean + 1e-6, "strong"))[0]
    #expect(near.passed && near.note.contains("interval"))
    #expect(gates(skew(.atMost, 1, "strong"))[0].note.isEmpty)
  }

  @Test func `a limit on what never happened holds and a demand for it does not`() {
    var experiment = FakeExperiment.three()
    experiment.contestants.removeLast(2)
    func pause(_ comparison: Gate.Comparison) -> GateResult {
      gates(
        Gate(text: "p", metric: "downtime.pause.p99", comparison: comparison, value: 1, balancer: nil), experiment)[0]
    }
    #expect(pause(.atMost).passed && pause(.atMost).value == nil && !pause(.atMost).note.isEmpty)
    #expect(!pause(.atLeast).passed)
  }

  @Test(arguments: [
    (Gate.Comparison.atMost, [true, true, false]), (.less, [true, false, false]), (.atLeast, [false, true, true]),
    (.greater, [false, false, true]), (.equal, [false, true, false]),
  ])
  func `each comparison means what it says`(_ comparison: Gate.Comparison, _ expected: [Bool]) {
    let results = [1.0, 2.0, 3.0].map { value in
      gates(skew(comparison, 2), FakeExperiment.make([("none", [[value, 0, 0, nil, 0]])]))[0].passed
    }
    #expect(results == expected)
  }
}
