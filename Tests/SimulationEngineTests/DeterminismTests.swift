import Balancing
import EventKernel
import TestSupport
import Testing

@testable import SimulationEngine

struct DeterminismTests {
  private func scenario(seed: UInt64 = 3) -> Scenario {
    Build.scenario(
      hours: 4, seed: seed, replications: 3, nodes: [Build.nodes(3)],
      machines: [
        Build.machines("web", 8, on: ["node-1"]), Build.machines("db", 4, gib: 4, type: "database", on: ["node-2"]),
      ],
      balancers: [
        Build.balancer("none"), Build.balancer("greedy-variance", ["deadBand": 1]),
        Build.balancer("low-node-utilization", ["metric": 1, "useDeviationThresholds": 1]),
      ], placement: .random)
  }

  private func runs(_ scenario: Scenario, jobs: Int) async throws -> [[RunResult]] {
    try await Experiment.run(scenario, jobs: jobs).contestants.map(\.runs)
  }

  @Test func `the same scenario gives the same numbers, with one job or with many`() async throws {
    let first = try await runs(scenario(), jobs: 1)
    #expect(first.count == 3 && first.allSatisfy { $0.count == 3 })
    #expect(try await runs(scenario(), jobs: 1) == first)
    #expect(try await runs(scenario(), jobs: 2) == first)
    #expect(try await runs(scenario(), jobs: 16) == first)
  }

  @Test func `replications differ from each other and seeds give other numbers`() async throws {
    let first = try await runs(scenario(), jobs: 2)
    #expect(first[0][0] != first[0][1])
    #expect(try await runs(scenario(seed: 4), jobs: 2) != first)
  }

  @Test func `every balancer meets the same demand and the same machines`() {
    let scenario = scenario()
    let setup = SimulationSetup(scenario)
    let placement = InitialPlacer.place(setup, replication: 1).state
    let recordings = scenario.balancers.map { setting in
      var simulation = Simulation(
        setup, placement: placement,
        balancer: BalancerCatalog.named(setting.name)?.make(setting.parameters) ?? NoBalancer(), setting: setting,
        replication: 1)
      simulation.start()
      var samples: [[Double]] = []
      while simulation.step() {
        let share = Array(simulation.usage.demandShare)
        if samples.last != share { samples.append(share) }
      }
      return (samples, simulation.profiles)
    }
    #expect(recordings[0].0.count >= 48)
    for other in recordings.dropFirst() {
      #expect(other.0 == recordings[0].0)
      #expect(other.1 == recordings[0].1)
    }
  }

  @Test func `adding a contestant leaves the others as they were`() async throws {
    var one = scenario()
    one.balancers = [one.balancers[1]]
    let alone = try await runs(one, jobs: 2)
    #expect(try await runs(scenario(), jobs: 2)[1] == alone[0])
  }

  @Test func `an experiment without nodes or with a name twice says so`() async {
    await #expect(throws: ExperimentError.self) {
      try await Experiment.run(Build.scenario(nodes: [], machines: []), jobs: 1)
    }
    let twice = Build.scenario(nodes: [Build.nodes(1), Build.nodes(1)], machines: [])
    await #expect(throws: ExperimentError.self) { try await Experiment.run(twice, jobs: 1) }
    let machines = Build.scenario(nodes: [Build.nodes(1)], machines: [Build.machines("a", 1), Build.machines("a", 1)])
    await #expect(throws: ExperimentError.self) { try await Experiment.run(machines, jobs: 1) }
  }

  @Test func `an experiment without machines runs`() async throws {
    let result = try await Experiment.run(Build.scenario(nodes: [Build.nodes(2)], machines: []), jobs: 1)
    #expect(result.contestants[0].runs[0].values.contains { $0 != nil })
  }
}
