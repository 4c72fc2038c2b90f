import ClusterModel
import EventKernel
import TestSupport
import Testing

@testable import SimulationEngine

struct InitialPlacerTests {
  private func place(_ scenario: Scenario, replication: Int = 0) -> InitialPlacer.Outcome {
    InitialPlacer.place(SimulationSetup(scenario), replication: replication)
  }

  private func counts(_ outcome: InitialPlacer.Outcome) -> [Int] { outcome.state.podCount.map { Int($0) } }

  private func scenario(
    _ placement: InitialPlacement, _ machines: [MachineGroup] = [Build.machines("m", 10, gib: 8)]
  ) -> Scenario {
    Build.scenario(nodes: [Build.nodes(4, gib: 64)], machines: machines, placement: placement)
  }

  @Test func `the scheduler spreads machines evenly`() {
    #expect(counts(place(scenario(.scheduler))).sorted() == [2, 2, 3, 3])
  }

  @Test func `packed fills node after node and leaves the last ones empty`() {
    #expect(counts(place(scenario(.packed))) == [7, 3, 0, 0])
  }

  @Test func `random placement differs by replication and repeats with the same one`() {
    let scenario = scenario(.random)
    let places = (0..<4).map { place(scenario, replication: $0).state.nodeOfMachine }
    #expect(Set(places.map { Array($0) }).count == 4)
    #expect(place(scenario, replication: 2).state.nodeOfMachine == places[2])
  }

  @Test func `random placement keeps to the rules and finds the one node that fits`() {
    Seeds.each(40) { seed in
      var scenario = scenario(.random)
      scenario.seed = seed
      scenario.cluster.machineGroups.append(
        Build.machines("pinned", 1) { $0.nodeSelector = ["kubernetes.io/hostname": "node-4"] })
      let outcome = place(scenario)
      if !outcome.state.overfullNodes().isEmpty { return "a node is overfull" }
      return outcome.state.nodeOfMachine[10] == NodeID(3) && outcome.unplaced.isEmpty ? nil : "not on node-4"
    }
  }

  @Test func `start nodes are dealt in turn, whatever the rules say`() {
    let outcome = place(scenario(.scheduler, [Build.machines("m", 9, gib: 40, on: ["node-2", "node-4"])]))
    #expect(counts(outcome) == [0, 5, 0, 4])
    #expect(outcome.state.overfullNodes() == [NodeID(1), NodeID(3)])
  }

  @Test func `groups are placed in the order written, after those with a start node`() {
    // One node with room for one: the group written first gets it, whatever its name.
    let scenario = Build.scenario(
      nodes: [Build.nodes(1, gib: 16)], machines: [Build.machines("z", 1, gib: 10), Build.machines("a", 1, gib: 10)])
    let outcome = place(scenario)
    #expect(outcome.unplaced == [MachineID(0)])
    #expect(outcome.state.nodeOfMachine[1] == NodeID(0))
  }

  @Test func `halted machines stay down and are not missed`() {
    let outcome = place(scenario(.scheduler, [Build.machines("m", 3) { $0.runStrategy = .halted }]))
    #expect(counts(outcome) == [0, 0, 0, 0] && outcome.unplaced.isEmpty)
  }

  @Test func `an unknown start node is remarked on by name and the scheduler places the machine`() async throws {
    let scenario = scenario(.scheduler, [Build.machines("m", 2, on: ["nowhere"])])
    let result = try await Experiment.run(scenario, jobs: 1)
    #expect(counts(place(scenario)).reduce(0, +) == 2)
    #expect(
      result.remarks.contains(
        "2 machines on a node that is not in the cluster (default/m-1 on nowhere) placed by the scheduler"))
  }

  @Test func `machines that fit nowhere and nodes that start overfull are remarked on`() async throws {
    let scenario = scenario(
      .scheduler, [Build.machines("huge", 1, gib: 999), Build.machines("m", 3, gib: 40, on: ["node-2"])])
    let remarks = try await Experiment.run(scenario, jobs: 1).remarks
    #expect(remarks.contains { $0.hasPrefix("no room at the start for 1 machine, first default/huge") })
    #expect(remarks.contains("more requested than allocatable at the start on 1 node, first node-2"))
  }
}
