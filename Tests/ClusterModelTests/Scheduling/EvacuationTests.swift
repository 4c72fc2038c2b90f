import EventKernel
import TestSupport
import Testing

@testable import ClusterModel

struct EvacuationTests {
  @Test func `losing a node on paper leaves the state as it was`() {
    Seeds.each(100) { seed in
      let cluster = RandomCluster(seed: seed, machines: 1...12)
      let before = cluster.placed()
      var state = before
      let lists = state.machinesByNode()
      for node in cluster.nodeIDs {
        _ = Evacuation.lose(node, machines: lists[node.index], state: &state)
        if state.nodeOfMachine != before.nodeOfMachine { return "machines have moved after losing \(node.index)" }
        if let drift = state.placement[0].drift(from: before.placement[0]) { return "losing \(node.index): \(drift)" }
        if let problem = state.checkInvariants() { return problem }
      }
      return nil
    }
  }

  @Test func `nothing is stranded only where an exhaustive search finds a packing`() {
    var fits = 0
    var tooPessimistic = 0
    var impossible = 0
    Seeds.each(300) { seed in
      let cluster = RandomCluster(seed: seed, nodes: 2...4, machines: 2...6)
      let state = cluster.placed()
      let lists = state.machinesByNode()
      for outcome in Evacuation.eachNode(state) {
        let exists = Self.packingExists(lists[outcome.node.index], state, losing: outcome.node)
        switch (outcome.stranded.isEmpty, exists) {
        case (true, false): return "node \(outcome.node.index) is said to be replaceable, which no packing allows"
        case (true, true): fits += 1
        case (false, true): tooPessimistic += 1
        case (false, false): impossible += 1
        }
      }
      return nil
    }
    #expect(fits > 50 && impossible > 50, "both answers must occur: \(fits) fit, \(impossible) do not")
    #expect(tooPessimistic * 20 <= fits, "greedy misses \(tooPessimistic) packings of \(fits + tooPessimistic)")
  }

  private static func packingExists(_ machines: [MachineID], _ state: ClusterState, losing lost: NodeID) -> Bool {
    var state = state
    for machine in machines { state.remove(machine) }
    func place(_ rest: ArraySlice<MachineID>, _ state: ClusterState) -> Bool {
      guard let machine = rest.first else { return true }
      for index in 0..<state.rules.nodeCount where NodeID(index) != lost && state.mayRun(machine, on: NodeID(index)) {
        var next = state
        next.place(machine, on: NodeID(index))
        if place(rest.dropFirst(), next) { return true }
      }
      return false
    }
    return place(machines[...], state)
  }

  @Test func `a migration in flight counts on its source only`() {
    let machines = (0..<2).map { VirtualMachine(name: "vm-\($0)", vCPUs: 1, guestMemoryBytes: 8 << 30) }
    let nodes = (0..<2).map { Node(name: "n\($0)", cpuMillicores: 8000, memoryBytes: 20 << 30) }
    var state = ClusterState(Inventory(nodes: nodes, machines: machines))
    state.place(MachineID(0), on: NodeID(0))
    state.place(MachineID(1), on: NodeID(1))
    state.reserve(MachineID(0), on: NodeID(1))
    #expect(Evacuation.eachNode(state).flatMap { $0.stranded } == [])
    #expect(state.reservedNode[0] == NodeID(1))
  }

  @Test func `an empty node strands nothing and a sole node strands all of its machines`() {
    let machines = (0..<3).map { VirtualMachine(name: "vm-\($0)", vCPUs: 1, guestMemoryBytes: 1 << 30) }
    let node = Node(name: "n", cpuMillicores: 8000, memoryBytes: 64 << 30)
    var state = ClusterState(Inventory(nodes: [node], machines: machines))
    #expect(Evacuation.eachNode(state) == [.init(node: NodeID(0), stranded: [])])
    for machine in 0..<3 { state.place(MachineID(machine), on: NodeID(0)) }
    #expect(Evacuation.eachNode(state).first?.stranded == (0..<3).map { MachineID($0) })
  }
}
