import EventKernel
import TestSupport
import Testing

@testable import ClusterModel

/// A cluster's state against the scheduler's definitions, with machines placed, migrating, gone and cordons changing.
struct ClusterPlacementTests {
  /// What the naive twin sees of a state: machines and reservations are pods like any other.
  private static func pods(_ state: ClusterState) -> PlacementCluster {
    var cluster = PlacementCluster(state.inventory)
    for index in cluster.nodes.indices {
      let isOpen = state.inventory.nodes[index].isReady && state.inventory.nodes[index].isVirtualizationHost
      cluster.nodes[index].isCordoned = isOpen && !state.isSchedulable[index]
    }
    for (index, machine) in state.inventory.machines.enumerated() {
      for node in [state.nodeOfMachine[index], state.reservedNode[index]] where node != .none {
        var pod = PodSpecification(machine)
        pod.nodeName = state.inventory.nodes[node.index].name
        cluster.pods.append(pod)
      }
    }
    return cluster
  }

  private static func busy(_ cluster: inout RandomCluster) -> ClusterState {
    var state = cluster.scattered()
    for machine in cluster.machineIDs where cluster.random.bernoulli(0.3) {
      let node = cluster.random.pick(cluster.nodeIDs)
      if state.nodeOfMachine[machine.index] != node { state.reserve(machine, on: node) }
    }
    for node in cluster.nodeIDs where cluster.random.bernoulli(0.2) {
      state.setCordoned(node, cluster.random.bernoulli(0.5))
    }
    return state
  }

  @Test func `every refusal is that of the definitions, with placements, reservations and cordons`() {
    var refused: Set<PlacementFilter> = []
    Seeds.each(400) { seed in
      var cluster = RandomCluster(seed: seed, machines: 1...12)
      cluster.dropClaims()
      let state = Self.busy(&cluster)
      let pods = Self.pods(state)
      for machine in cluster.machineIDs {
        let verdicts = NaivePlacement(pods, PodSpecification(state.inventory.machines[machine.index])).report().verdicts
        for node in cluster.nodeIDs {
          let isClosed = state.rules.emptyCluster[0].isClosed[node.index]
          let expected = isClosed ? .nodeUnschedulable : verdicts[node.index].rejections.filters.first
          let found = state.refusal(machine, on: node)
          if let found { refused.insert(found) }
          if found != expected || state.mayRun(machine, on: node) != (expected == nil) {
            return "machine \(machine.index) on node \(node.index): \(found as Any), expected \(expected as Any)"
          }
        }
      }
      return nil
    }
    #expect(
      refused.isSuperset(of: [
        .nodeUnschedulable, .taintToleration, .nodeAffinity, .nodeResourcesFit, .podTopologySpread, .interPodAffinity,
      ]))
  }

  @Test func `the chosen node has the best score of the definitions, the first among equals`() {
    Seeds.each(200) { seed in
      var cluster = RandomCluster(seed: seed, machines: 1...10)
      cluster.openAllNodes()
      cluster.dropClaims()
      var state = Self.busy(&cluster)
      let pods = Self.pods(state)
      for machine in cluster.machineIDs {
        let report = NaivePlacement(pods, PodSpecification(state.inventory.machines[machine.index])).report()
        let chosen = state.bestNode(for: machine)
        if chosen != report.best.first.map({ NodeID($0) }) { return "\(chosen as Any), best are \(report.best)" }
      }
      return nil
    }
  }

  @Test func `a migration's target is the best node of those without the source, as for a pod that shuns itself`() {
    Seeds.each(200) { seed in
      var cluster = RandomCluster(seed: seed, nodes: 2...5, machines: 1...10)
      cluster.openAllNodes()
      cluster.dropClaims()
      var state = Self.busy(&cluster)
      var pods = Self.pods(state)
      for machine in cluster.machineIDs where state.nodeOfMachine[machine.index] != .none {
        let source = state.nodeOfMachine[machine.index].index
        pods.nodes[source].taints.append(Taint(key: "source", effect: .noSchedule))
        var pod = PodSpecification(state.inventory.machines[machine.index])
        pod.tolerations.removeAll { $0.key.isEmpty }
        defer { pods.nodes[source].taints.removeLast() }
        if pod.tolerations != state.inventory.machines[machine.index].tolerations { continue }
        // Spreading counts the source as a domain whatever its taints, unless the pod asks otherwise.
        if pod.spreadConstraints.contains(where: \.honorsTaints) { continue }
        let best = NaivePlacement(pods, pod).report().best.first
        let chosen = state.bestTarget(for: machine)
        if chosen != best.map({ NodeID($0) }) {
          return "machine \(machine.index): \(chosen as Any), not \(best as Any)"
        }
        for node in cluster.nodeIDs
        where state.mayMigrate(machine, to: node) != (state.migrationRefusal(machine, to: node) == nil) {
          return "machine \(machine.index) to \(node.index): both answers differ"
        }
      }
      return nil
    }
  }

  @Test func `anti-affinity keeps apart in both directions and only inside a namespace`() {
    let carrier = Self.machine("east", "carrier", ["app": "shop"], avoids: ["app": "bank"])
    let bank = Self.machine("east", "bank", ["app": "bank"])
    let foreign = Self.machine("west", "bank", ["app": "bank"])
    let inventory = Inventory(
      nodes: [Node(name: "n", cpuMillicores: 8000, memoryBytes: 64 << 30)], machines: [carrier, bank, foreign])
    // Sorted: east/bank, east/carrier, west/bank.
    let (bankID, carrierID, foreignID) = (MachineID(0), MachineID(1), MachineID(2))
    var state = ClusterState(inventory)
    state.place(carrierID, on: NodeID(0))
    #expect(state.refusal(bankID, on: NodeID(0)) == .interPodAffinity)
    #expect(state.refusal(foreignID, on: NodeID(0)) == nil)
    state.remove(carrierID)
    state.place(bankID, on: NodeID(0))
    #expect(state.refusal(carrierID, on: NodeID(0)) == .interPodAffinity)
  }

  @Test func `an overfull node still takes a pod that asks for nothing, but not one pod too many`() {
    let hungry = VirtualMachine(
      name: "a", vCPUs: 1, guestMemoryBytes: 1, cpuRequestMillicores: 9000, memoryRequestBytes: 9)
    let modest = VirtualMachine(
      name: "b", vCPUs: 1, guestMemoryBytes: 1, cpuRequestMillicores: 0, memoryRequestBytes: 0)
    let nodes = [
      Node(name: "n1", cpuMillicores: 1, memoryBytes: 1),
      Node(name: "n2", cpuMillicores: 1, memoryBytes: 1, podLimit: 1),
    ]
    var state = ClusterState(Inventory(nodes: nodes, machines: [hungry, modest]))
    state.place(MachineID(0), on: NodeID(0))
    #expect(state.refusal(MachineID(1), on: NodeID(0)) == nil)
    state.remove(MachineID(0))
    state.place(MachineID(0), on: NodeID(1))
    #expect(state.refusal(MachineID(1), on: NodeID(1)) == .nodeResourcesFit)
  }

  @Test func `one soft taint outweighs an empty node`() {
    let tainted = Node(
      name: "empty", taints: [Taint(key: "old", effect: .preferNoSchedule)], cpuMillicores: 8000, memoryBytes: 64 << 30)
    let busy = Node(name: "used", cpuMillicores: 8000, memoryBytes: 64 << 30)
    let machines = (0..<5).map { VirtualMachine(name: "vm-\($0)", vCPUs: 8, guestMemoryBytes: 8 << 30) }
    var state = ClusterState(Inventory(nodes: [tainted, busy], machines: machines))
    for machine in 0..<4 { state.place(MachineID(machine), on: NodeID(1)) }
    #expect(state.bestNode(for: MachineID(4)) == NodeID(1))
    #expect(state.bestTarget(for: MachineID(0)) == NodeID(0))
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
      state.refusalSummary(for: MachineID(0))
        == "1/4 nodes fit: 1 refused by NodeUnschedulable, 1 refused by TaintToleration, 1 refused by NodeResourcesFit")
  }

  private static func machine(
    _ namespace: String, _ name: String, _ labels: [String: String], avoids: [String: String] = [:]
  ) -> VirtualMachine {
    var machine = VirtualMachine(namespace: namespace, name: name, vCPUs: 1, guestMemoryBytes: 1 << 30)
    machine.labels = labels
    if !avoids.isEmpty { machine.hostAntiAffinity = [LabelSelector(matchLabels: avoids)] }
    return machine
  }
}
