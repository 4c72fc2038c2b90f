import EventKernel
import TestSupport
import Testing

@testable import ClusterModel

struct ClusterStateTests {
  @Test func `aggregates kept under random changes equal those recomputed from scratch`() {
    Seeds.each(60) { seed in
      var cluster = RandomCluster(seed: seed, machines: 1...12)
      var state = cluster.scattered()
      for step in 0..<120 {
        Self.change(&state, &cluster)
        if let problem = state.checkInvariants() { return "after change \(step): \(problem)" }
      }
      return nil
    }
  }

  private static func change(_ state: inout ClusterState, _ cluster: inout RandomCluster) {
    let machine = cluster.random.pick(cluster.machineIDs)
    let node = cluster.random.pick(cluster.nodeIDs)
    let place = state.nodeOfMachine[machine.index]
    let isReserved = state.reservedNode[machine.index] != .none
    switch cluster.random.uniform(below: 5) {
    case 0 where place == .none && state.reservedNode[machine.index] != node: state.place(machine, on: node)
    case 1: state.remove(machine)
    case 2 where !isReserved && place != node: state.reserve(machine, on: node)
    case 3 where isReserved: state.switchToReservation(machine)
    default: state.cancelReservation(machine)
    }
  }

  @Test func `a machine that migrates holds room on both nodes until its old pod is gone`() {
    let machine = VirtualMachine(name: "vm", vCPUs: 4, guestMemoryBytes: 8 << 30)
    let inventory = Inventory(nodes: ["a", "b"].map(Self.node), machines: [machine])
    var state = ClusterState(inventory)
    let (vm, a, b) = (MachineID(0), NodeID(0), NodeID(1))
    let request = machine.memoryRequestBytes

    state.place(vm, on: a)
    state.reserve(vm, on: b)
    #expect(Array(state.requestedBytes) == [request, request])
    #expect(Array(state.podCount) == [1, 1])
    #expect(Array(state.allocatedVCPUs) == [4, 0])

    state.switchToReservation(vm)
    #expect(state.nodeOfMachine[0] == b)
    #expect(state.reservedNode[0] == a)
    #expect(Array(state.requestedBytes) == [request, request])
    #expect(Array(state.allocatedVCPUs) == [0, 4])

    state.cancelReservation(vm)
    #expect(Array(state.requestedBytes) == [0, request])
    #expect(Array(state.podCount) == [0, 1])
  }

  @Test func `the version changes with every change of place and only then`() {
    var cluster = RandomCluster(seed: 3, nodes: 2...2, machines: 3...3)
    var state = cluster.scattered()
    let before = state.version
    _ = state.mayRun(MachineID(0), on: NodeID(0))
    _ = state.machinesByNode()
    #expect(state.version == before)
    let place = state.nodeOfMachine[0]
    state.remove(MachineID(0))
    #expect(state.version != before)
    let removed = state.version
    state.remove(MachineID(0))
    #expect(state.version == removed || place == .none)
  }

  @Test func `checkInvariants finds a machine that migrates to its own node`() {
    var state = ClusterState(
      Inventory(nodes: [Self.node("a")], machines: [VirtualMachine(name: "vm", vCPUs: 1, guestMemoryBytes: 1 << 30)]))
    state.place(MachineID(0), on: NodeID(0))
    #expect(state.checkInvariants() == nil)
    state.reserve(MachineID(0), on: NodeID(0))
    #expect(state.checkInvariants() == "machine 0 migrates to its own node")
  }

  @Test func `overfull nodes are those above allocatable in any of cpu, memory and pods`() {
    let machines = (0..<3).map {
      VirtualMachine(
        name: "vm-\($0)", vCPUs: 1, guestMemoryBytes: 1, cpuRequestMillicores: 600, memoryRequestBytes: 6)
    }
    let nodes = [
      Node(name: "cpu", cpuMillicores: 1000, memoryBytes: 100),
      Node(name: "fits", cpuMillicores: 1800, memoryBytes: 18),
      Node(name: "memory", cpuMillicores: 9000, memoryBytes: 17),
      Node(name: "pods", cpuMillicores: 9000, memoryBytes: 100, podLimit: 2),
    ]
    let inventory = Inventory(nodes: nodes, machines: machines)
    for (index, isOverfull) in [true, false, true, true].enumerated() {
      var state = ClusterState(inventory)
      for machine in 0..<3 { state.place(MachineID(machine), on: NodeID(index)) }
      #expect(state.overfullNodes() == (isOverfull ? [NodeID(index)] : []), "\(nodes[index].name)")
    }
  }

  private static func node(_ name: String) -> Node {
    Node(name: name, cpuMillicores: 8000, memoryBytes: 64 << 30)
  }
}
