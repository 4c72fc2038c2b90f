import EventKernel
import TestSupport
import Testing

@testable import ClusterModel

struct FilterTests {
  @Test func `every verdict is that of a naive twin, with placements and reservations`() {
    Seeds.each(400) { seed in
      var cluster = RandomCluster(seed: seed, machines: 1...12)
      var state = cluster.scattered()
      for machine in cluster.machineIDs where cluster.random.bernoulli(0.3) {
        let node = cluster.random.pick(cluster.nodeIDs)
        if state.nodeOfMachine[machine.index] != node { state.reserve(machine, on: node) }
      }
      let twin = NaiveFilters(state)
      for machine in cluster.machineIDs {
        for node in cluster.nodeIDs {
          let fast = state.refusal(machine, on: node)
          let naive = twin.refusal(cluster.inventory.machines[machine.index], on: cluster.inventory.nodes[node.index])
          if fast != naive {
            return "machine \(machine.index) on node \(node.index): \(fast as Any), twin \(naive as Any)"
          }
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
    #expect(state.refusal(bankID, on: NodeID(0)) == .hostAntiAffinity)
    #expect(state.refusal(foreignID, on: NodeID(0)) == nil)
    state.remove(carrierID)
    state.place(bankID, on: NodeID(0))
    #expect(state.refusal(carrierID, on: NodeID(0)) == .hostAntiAffinity)
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
    let inventory = Inventory(nodes: nodes, machines: [hungry, modest])
    var state = ClusterState(inventory)
    state.place(MachineID(0), on: NodeID(0))
    #expect(state.refusal(MachineID(1), on: NodeID(0)) == nil)
    state.remove(MachineID(0))
    state.place(MachineID(0), on: NodeID(1))
    #expect(state.refusal(MachineID(1), on: NodeID(1)) == .tooManyPods)
  }

  @Test func `what is missing is stated in full`() {
    let machine = VirtualMachine(
      name: "vm", vCPUs: 1, guestMemoryBytes: 1, cpuRequestMillicores: 500, memoryRequestBytes: 50)
    func refusal(_ cpu: Int64, _ memory: Int64) -> Refusal? {
      let inventory = Inventory(
        nodes: [Node(name: "n", cpuMillicores: cpu, memoryBytes: memory)], machines: [machine])
      return ClusterState(inventory).refusal(MachineID(0), on: NodeID(0))
    }
    #expect(refusal(500, 50) == nil)
    #expect(refusal(499, 50) == .insufficientCPU(missingMillicores: 1))
    #expect(refusal(500, 20) == .insufficientMemory(missingBytes: 30))
    #expect(refusal(0, 0)?.plugin == .nodeResourcesFit)
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
