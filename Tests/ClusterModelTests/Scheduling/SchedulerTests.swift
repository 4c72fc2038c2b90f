import ClusterModel
import EventKernel
import TestSupport
import Testing

struct SchedulerTests {
  @Test func `the choice has the best score of a brute-force twin, the first among equals`() {
    Seeds.each(300) { seed in
      var cluster = RandomCluster(seed: seed, machines: 1...10)
      let state = cluster.scattered()
      let excluded = cluster.random.bernoulli(0.3) ? cluster.random.pick(cluster.nodeIDs) : .none
      for machine in cluster.machineIDs {
        let scores = Self.scores(machine, state, excluding: excluded)
        let best = scores.max { $0.score != $1.score ? $0.score < $1.score : $0.node > $1.node }?.node
        let chosen = Scheduler.bestNode(for: machine, in: state, excluding: excluded)
        if chosen != best { return "machine \(machine.index): chose \(chosen as Any) of \(scores)" }
      }
      return nil
    }
  }

  /// LeastAllocated + BalancedAllocation + 3 × inverted count of soft taints, from the definitions.
  private static func scores(
    _ machine: MachineID, _ state: ClusterState, excluding excluded: NodeID
  ) -> [(node: NodeID, score: Int)] {
    let inventory = state.inventory
    let vm = inventory.machines[machine.index]
    let feasible = inventory.nodes.indices.map { NodeID($0) }.filter { $0 != excluded && state.mayRun(machine, on: $0) }
    let disliked = feasible.map { node in
      inventory.nodes[node.index].taints.filter { taint in
        taint.effect == .preferNoSchedule && !vm.tolerations.contains { TaintToleration.tolerates($0, taint) }
      }.count
    }
    let most = disliked.max() ?? 0
    return feasible.enumerated().map { position, node in
      let spec = inventory.nodes[node.index]
      let requested = [
        (state.requestedMillicores[node.index] + vm.cpuRequestMillicores, spec.cpuMillicores),
        (state.requestedBytes[node.index] + vm.memoryRequestBytes, spec.memoryBytes),
      ]
      let free = requested.map { used, all in used > all ? 0 : Int((all - used) * 100 / all) }
      let shares = requested.map { min(1, Double($0.0) / Double($0.1)) }
      let balanced = Int((1 - abs(shares[0] - shares[1]) / 2) * 100)
      let taints = most == 0 ? 100 : 100 - 100 * disliked[position] / most
      return (node, free.reduce(0, +) / 2 + balanced + 3 * taints)
    }
  }

  @Test func `one soft taint outweighs an empty node`() throws {
    let tainted = Node(
      name: "empty", taints: [Taint(key: "old", effect: .preferNoSchedule)], cpuMillicores: 8000, memoryBytes: 64 << 30)
    let busy = Node(name: "used", cpuMillicores: 8000, memoryBytes: 64 << 30)
    let machines = (0..<5).map { VirtualMachine(name: "vm-\($0)", vCPUs: 8, guestMemoryBytes: 8 << 30) }
    var state = ClusterState(Inventory(nodes: [tainted, busy], machines: machines))
    for machine in 0..<4 { state.place(MachineID(machine), on: NodeID(1)) }
    #expect(Scheduler.bestNode(for: MachineID(4), in: state) == NodeID(1))
    #expect(Scheduler.bestNode(for: MachineID(4), in: state, excluding: NodeID(1)) == NodeID(0))
  }

  @Test func `the refusal summary counts every node once`() {
    let nodes = (0..<4).map { index in
      var node = Node(name: "n\(index)", cpuMillicores: index == 1 ? 1 : 8000, memoryBytes: 64 << 30)
      node.isCordoned = index == 2
      if index == 3 { node.taints = [Taint(key: "gpu", effect: .noSchedule)] }
      return node
    }
    let state = ClusterState(
      Inventory(nodes: nodes, machines: [VirtualMachine(name: "vm", vCPUs: 2, guestMemoryBytes: 1 << 30)]))
    #expect(
      Scheduler.refusalSummary(for: MachineID(0), in: state)
        == "1/4 nodes fit: 1 refused by NodeUnschedulable, 1 refused by TaintToleration, 1 refused by NodeResourcesFit")
  }
}
