/// Whether a cluster survives the loss of a node: every machine of it is placed again elsewhere, under every rule.
///
/// Machines go in falling order of memory request, then CPU request, then id, each to the node that has least memory
/// left after it (best fit). Greedy, so "does not fit" may be wrong where an exact packing exists; "fits" is proven by
/// the placement itself. Machines that migrate count on their source.
/// - Complexity: O(machines of the node × nodes) checks.
package enum Evacuation {
  package struct Outcome: Sendable, Equatable {
    package var node: NodeID
    /// Machines that no remaining node takes.
    package var stranded: [MachineID]
  }

  /// Loses `node`; `state` is a scratch copy and is restored before returning.
  package static func lose(_ node: NodeID, machines: [MachineID], state: inout ClusterState) -> Outcome {
    let rank = state.rules.rankBySize
    let order = machines.sorted { rank[$0.index] < rank[$1.index] }
    var stranded: [MachineID] = []
    for machine in order { state.remove(machine) }
    for machine in order {
      if let target = tightestNode(for: machine, in: state, excluding: node) {
        state.place(machine, on: target)
      } else {
        stranded.append(machine)
      }
    }
    for machine in order {
      state.remove(machine)
    }
    for machine in order { state.place(machine, on: node) }
    return Outcome(node: node, stranded: stranded.sorted())
  }

  /// Every node in turn; `stranded` lists per node, in node order.
  package static func eachNode(_ state: ClusterState) -> [Outcome] {
    var scratch = state
    for index in scratch.reservedNode.indices { scratch.cancelReservation(MachineID(index)) }
    let lists = scratch.machinesByNode()
    return lists.indices.map { lose(NodeID($0), machines: lists[$0], state: &scratch) }
  }

  private static func tightestNode(for machine: MachineID, in state: ClusterState, excluding excluded: NodeID)
    -> NodeID?
  {
    let allocatable = state.rules.allocatableBytes
    let requested = state.requestedBytes
    var best: NodeID?
    var bestLeft = Int64.max
    for index in allocatable.indices {
      let left = allocatable[index] - requested[index]
      guard left < bestLeft, NodeID(index) != excluded, state.mayRun(machine, on: NodeID(index)) else { continue }
      best = NodeID(index)
      bestLeft = left
    }
    return best
  }
}
