/// Chooses a node as kube-scheduler's default profile does, among the nodes that pass every filter.
///
/// Score = LeastAllocated + BalancedAllocation + 3 × TaintToleration, each 0…100; ties go to the lowest node id where
/// kube-scheduler draws one at random.
/// - Complexity: O(nodes) checks a machine.
package enum Scheduler {
  package static func bestNode(for machine: MachineID, in state: ClusterState, excluding excluded: NodeID = .none)
    -> NodeID?
  {
    let rules = state.rules
    var most: UInt8 = 0
    if rules.hasDislikedTaints {
      for index in 0..<rules.nodeCount where NodeID(index) != excluded && state.mayRun(machine, on: NodeID(index)) {
        most = max(most, dislikedTaints(machine, index, rules))
      }
    }
    var best: NodeID?
    var bestScore = Int64.min
    for index in 0..<rules.nodeCount {
      let node = NodeID(index)
      if node == excluded || !state.mayRun(machine, on: node) { continue }
      let requestedMillicores = state.requestedMillicores[index] + rules.cpuRequest[machine.index]
      let requestedBytes = state.requestedBytes[index] + rules.memoryRequest[machine.index]
      var score = NodeResourcesFit.leastAllocatedScore(
        requestedMillicores: requestedMillicores, allocatableMillicores: rules.allocatableMillicores[index],
        requestedBytes: requestedBytes, allocatableBytes: rules.allocatableBytes[index])
      score += NodeResourcesFit.balancedAllocationScore(
        requestedMillicores: requestedMillicores, allocatableMillicores: rules.allocatableMillicores[index],
        requestedBytes: requestedBytes, allocatableBytes: rules.allocatableBytes[index])
      if most > 0 { score += 3 * (100 - 100 * Int64(dislikedTaints(machine, index, rules)) / Int64(most)) }
      if score > bestScore {
        bestScore = score
        best = node
      }
    }
    return best
  }

  /// Nodes that refuse, counted by plugin, for a message such as `0/3 nodes: 2 NodeResourcesFit, 1 TaintToleration`.
  package static func refusalSummary(for machine: MachineID, in state: ClusterState) -> String {
    var counts = [Int](repeating: 0, count: FilterPlugin.allCases.count)
    var feasible = 0
    for index in 0..<state.rules.nodeCount {
      if let refusal = state.refusal(machine, on: NodeID(index)) {
        counts[FilterPlugin.allCases.firstIndex(of: refusal.plugin) ?? 0] += 1
      } else {
        feasible += 1
      }
    }
    let parts = zip(FilterPlugin.allCases, counts).filter { $0.1 > 0 }.map { "\($0.1) refused by \($0.0.rawValue)" }
    return "\(feasible)/\(state.rules.nodeCount) nodes fit" + (parts.isEmpty ? "" : ": ")
      + parts.joined(separator: ", ")
  }

  @inline(__always)
  private static func dislikedTaints(_ machine: MachineID, _ node: Int, _ rules: SchedulingRules) -> UInt8 {
    rules.dislikedTaints[Int(rules.classOfMachine[machine.index]) * rules.nodeCount + node]
  }
}
