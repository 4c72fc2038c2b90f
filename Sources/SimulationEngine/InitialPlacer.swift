import Balancing
package import ClusterModel
import EventKernel

/// Where machines are when a run starts.
///
/// Machines whose node a dump or the scenario names are put there first, whatever the rules say, as a real cluster may
/// break them. The rest follow in the order of the scenario's groups, by kube-scheduler's choice, packed, or at random.
package enum InitialPlacer {
  package struct Outcome: Sendable {
    package var state: ClusterState
    /// Running machines that no node takes.
    package var unplaced: [MachineID]
    /// Machines whose named node is not in the inventory.
    package var unknownNodes: [MachineID]
  }

  package static func place(_ setup: SimulationSetup, replication: Int) -> Outcome {
    var state = ClusterState(setup.inventory, rules: setup.rules)
    var outcome = Outcome(state: state, unplaced: [], unknownNodes: [])
    var rest: [MachineID] = []
    for (index, machine) in setup.inventory.machines.enumerated() where machine.isRunning {
      guard let name = setup.settings[index].startNode else {
        rest.append(MachineID(index))
        continue
      }
      if let node = setup.inventory.node(named: name) {
        state.placeAsDumped(MachineID(index), on: node)
      } else {
        outcome.unknownNodes.append(MachineID(index))
        rest.append(MachineID(index))
      }
    }
    rest.sort { a, b in
      let (x, y) = (setup.settings[a.index].order, setup.settings[b.index].order)
      return x != y ? x < y : a < b
    }
    var random = setup.stream(.placement, replication: replication)
    if setup.scenario.cluster.initialPlacement == .random { random.shuffle(&rest) }
    for machine in rest {
      if let node = node(for: machine, setup, &state, &random) {
        state.place(machine, on: node)
      } else {
        outcome.unplaced.append(machine)
      }
    }
    outcome.state = state
    return outcome
  }

  private static func node(
    for machine: MachineID, _ setup: SimulationSetup, _ state: inout ClusterState, _ random: inout RandomStream
  ) -> NodeID? {
    let count = setup.inventory.nodes.count
    switch setup.scenario.cluster.initialPlacement {
    case .scheduler: return state.bestNode(for: machine)
    case .packed: return (0..<count).lazy.map { NodeID($0) }.first { state.mayRun(machine, on: $0) }
    case .random:
      for _ in 0..<8 where count > 0 {
        let node = NodeID(random.uniform(below: count))
        if state.mayRun(machine, on: node) { return node }
      }
      let feasible = (0..<count).map { NodeID($0) }.filter { state.mayRun(machine, on: $0) }
      return feasible.isEmpty ? nil : feasible[random.uniform(below: feasible.count)]
    }
  }
}
