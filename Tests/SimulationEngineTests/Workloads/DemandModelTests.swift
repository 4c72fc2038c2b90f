import ClusterModel
import EventKernel
import TestSupport
import Testing

@testable import SimulationEngine

struct DemandModelTests {
  /// Demand series by machine name.
  private func series(_ scenario: Scenario, samples: Int, replication: Int = 0) -> [String: [Double]] {
    let simulation = Simulation.started(scenario, replication: replication)
    var model = simulation.demand
    var share = ContiguousArray(repeating: 0.0, count: simulation.profiles.count)
    var rows = [[Double]](repeating: [], count: share.count)
    for _ in 0..<samples {
      model.next(into: &share)
      for index in rows.indices { rows[index].append(share[index]) }
    }
    let names = simulation.setup.inventory.machines.map(\.name)
    return Dictionary(uniqueKeysWithValues: zip(names, rows))
  }

  private func scenario(
    _ groups: [MachineGroup], startHour: Double = 0, everyMinutes: Double = 5, correlation: Double = 0.3
  ) -> Scenario {
    Build.scenario(nodes: [Build.nodes(1)], machines: groups) {
      $0.demand.startHourOfWeek = startHour
      $0.demand.sampleEvery = .minutes(everyMinutes)
      $0.demand.groupCorrelation = correlation
    }
  }

  private func steady(_ count: Int, type: String = "edge-iot", share: Double = 0.1) -> MachineGroup {
    Build.machines("m", count, type: type) { $0.meanCPUShare = share }
  }

  private func mean(_ values: some Sequence<Double>) -> Double {
    let all = Array(values)
    return all.reduce(0, +) / Double(all.count)
  }

  private func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (x, y) = (mean(a), mean(b))
    let products = zip(a, b).map { ($0 - x) * ($1 - y) }
    let squares = (a.map { ($0 - x) * ($0 - x) }, b.map { ($0 - y) * ($0 - y) })
    return mean(products) / (mean(squares.0) * mean(squares.1)).squareRoot()
  }

  @Test(arguments: [("edge-iot", 0.1), ("general-purpose", 0.15), ("database", 0.2)] as [(String, Double)])
  func `the mean over working days is the stated one`(type: String, share: Double) {
    // 200 independent machines over 3 days from Monday; the standard error is below 2 %.
    let rows = series(
      scenario([steady(200, type: type, share: share)], everyMinutes: 30, correlation: 0), samples: 144)
    let realised = mean(rows.values.flatMap { $0 })
    #expect(abs(realised / share - 1) < 0.08, "\(realised) instead of \(share)")
  }

  @Test func `demand an hour apart correlates with about 0.46`() {
    let rows = series(scenario([steady(60)], everyMinutes: 15, correlation: 0), samples: 400)
    let logs = rows.values.map { row in row.map { DeterministicMath.log($0) } }
    let hourly = mean(logs.map { correlation(Array($0.dropLast(4)), Array($0.dropFirst(4))) })
    #expect(abs(hourly - 0.46) < 0.04, "\(hourly)")
  }

  @Test(arguments: [0.0, 0.3, 0.8])
  func `machines of one application correlate as asked, others do not`(asked: Double) {
    let groups = (0..<30).map { Build.machines("g\($0)", 2, type: "edge-iot") { $0.meanCPUShare = 0.05 } }
    let rows = series(scenario(groups, everyMinutes: 30, correlation: asked), samples: 400)
    func pair(_ a: String, _ b: String) -> Double {
      correlation(rows[a]?.map { DeterministicMath.log($0) } ?? [], rows[b]?.map { DeterministicMath.log($0) } ?? [])
    }
    let inside = mean((0..<30).map { pair("g\($0)-1", "g\($0)-2") })
    let across = mean((0..<29).map { pair("g\($0)-1", "g\($0 + 1)-1") })
    #expect(abs(inside - asked) < 0.06, "\(inside)")
    #expect(abs(across) < 0.06, "\(across)")
  }

  @Test func `demand stays between 0 and 1`() {
    let groups = WorkloadCatalog.all.map { Build.machines($0.name, 3, type: $0.name) { $0.meanCPUShare = 0.9 } }
    let rows = series(scenario(groups), samples: 600)
    #expect(rows.values.joined().allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(rows.count == 3 * WorkloadCatalog.all.count)
  }

  // MARK: Patterns

  @Test func `business machines do 30 percent less at weekends`() {
    let week = PatternValues(hourOfWeek: 4 * 24 + 14)
    let weekend = PatternValues(hourOfWeek: 5 * 24 + 14)
    #expect(week.factor(.business) == 1 && weekend.factor(.business) == 0.7)
    #expect(weekend.factor(.steady) == 1 && weekend.factor(.nightly) == 1)
    #expect(PatternValues(hourOfWeek: 168 + 14).factor(.business) == 1)
  }

  @Test func `the daily wave peaks at 14:00 and is lowest at 2:00`() {
    let waves = (0..<24).map { PatternValues(hourOfWeek: Double($0)).exponent(.business, amplitude: 0.5) }
    #expect(waves.indices.max { waves[$0] < waves[$1] } == 14)
    #expect(waves.indices.min { waves[$0] < waves[$1] } == 2)
    #expect(abs(waves[14] - 0.5) < 1e-9 && abs(waves[2] + 0.5) < 1e-9)
  }

  @Test(arguments: [(5.99, true), (6, false), (19.99, false), (20, true), (123, true)] as [(Double, Bool)])
  func `nightly machines are busy from 20:00 to 6:00`(hour: Double, isBusy: Bool) {
    #expect(PatternValues(hourOfWeek: hour).exponent(.nightly, amplitude: 1) == (isBusy ? 0 : -2))
  }

  @Test(
    arguments: [(8.99, false), (9, true), (17.99, true), (18, false), (132, false), (36, true)] as [(Double, Bool)])
  func `office machines are busy from 9:00 to 18:00 on working days`(hour: Double, isBusy: Bool) {
    #expect(PatternValues(hourOfWeek: hour).exponent(.officeHours, amplitude: 1) == (isBusy ? 0 : -2))
  }

  // MARK: Traces

  @Test func `a trace is replayed exactly and from the start after its end`() {
    let rows: [[Float]] = [[0.25, 0.5, 0.75], [1, 0, 2]]
    let demand = series(scenario([Build.replayed("t", rows)]), samples: 7)
    #expect(demand["t-1"] == [0.25, 0.5, 0.75, 0.25, 0.5, 0.75, 0.25])
    #expect(demand["t-2"] == [1, 0, 1, 1, 0, 1, 1])
  }

  @Test func `a trace with longer steps holds each value`() {
    let demand = series(scenario([Build.replayed("t", [[0.25, 0.5]], everyMinutes: 10)]), samples: 5)
    #expect(demand["t-1"] == [0.25, 0.25, 0.5, 0.5, 0.25])
  }

  @Test(arguments: [0.1, 0.7, 1.1, 300])
  func `a trace sampled at its own step never slips, whatever the step`(seconds: Double) {
    let row = (0..<50).map { Float($0) / 64 }
    let scenario = scenario([Build.replayed("t", [row], everyMinutes: seconds / 60)], everyMinutes: seconds / 60)
    #expect(series(scenario, samples: 50)["t-1"] == row.map { Double($0) })
  }

  // MARK: Streams

  @Test func `another machine does not change a machine's demand`() {
    let alone = series(scenario([Build.machines("a", 3)]), samples: 100)
    let both = series(scenario([Build.machines("0", 2), Build.machines("a", 3), Build.machines("z", 1)]), samples: 100)
    for name in ["a-1", "a-2", "a-3"] { #expect(alone[name] == both[name]) }
  }

  @Test func `replications and seeds differ, the same ones do not`() {
    let groups = [Build.machines("a", 2)]
    var other = scenario(groups)
    other.seed += 1
    let first = series(scenario(groups), samples: 20)
    #expect(first == series(scenario(groups), samples: 20))
    #expect(first != series(scenario(groups), samples: 20, replication: 1))
    #expect(first != series(other, samples: 20))
  }
}
