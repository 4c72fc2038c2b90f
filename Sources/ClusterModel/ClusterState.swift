/// What a run changes about a cluster: where machines are and what that takes from each node.
///
/// Columns by dense id, held by value. A machine that migrates holds room on both nodes: its own, and a reservation on
/// the target, as KubeVirt's second virt-launcher pod does. Aggregates follow every change; `checkInvariants()`
/// recomputes them.
/// - Complexity: every change and every check is O(anti-affinity selectors of the machine).
package struct ClusterState: Sendable {
  package let inventory: Inventory
  package let rules: SchedulingRules
  /// `NodeID.none` for a machine that runs nowhere.
  package private(set) var nodeOfMachine: ContiguousArray<NodeID>
  /// Target of a migration in flight, else `NodeID.none`.
  package private(set) var reservedNode: ContiguousArray<NodeID>
  package private(set) var requestedMillicores: ContiguousArray<Int64>
  package private(set) var requestedBytes: ContiguousArray<Int64>
  package private(set) var podCount: ContiguousArray<Int32>
  /// Guest CPUs and guest memory placed on a node, whatever the pods request.
  package private(set) var allocatedVCPUs: ContiguousArray<Int64>
  package private(set) var allocatedGuestBytes: ContiguousArray<Int64>
  /// False for a node that takes no new machines.
  package private(set) var isSchedulable: ContiguousArray<Bool>
  /// Per selector × node: machines that carry the selector, and pods and machines that match it.
  private(set) var carriers: ContiguousArray<Int32>
  private(set) var matches: ContiguousArray<Int32>
  /// Counts placements and removals: equal values mean that nothing moved.
  package private(set) var version: UInt64 = 0

  /// An empty cluster: other pods are in place, no machine is.
  package init(_ inventory: Inventory, rules: SchedulingRules? = nil) {
    let rules = rules ?? SchedulingRules(inventory)
    self.inventory = inventory
    self.rules = rules
    let nodes = inventory.nodes.count
    nodeOfMachine = ContiguousArray(repeating: .none, count: inventory.machines.count)
    reservedNode = nodeOfMachine
    requestedMillicores = ContiguousArray(repeating: 0, count: nodes)
    requestedBytes = requestedMillicores
    podCount = ContiguousArray(repeating: 0, count: nodes)
    allocatedVCPUs = requestedMillicores
    allocatedGuestBytes = requestedMillicores
    isSchedulable = ContiguousArray(inventory.nodes.map { $0.isReady && !$0.isCordoned && $0.isVirtualizationHost })
    carriers = ContiguousArray(repeating: 0, count: rules.selectorCount * nodes)
    matches = rules.podMatches
    for pod in inventory.pods {
      guard let node = inventory.node(named: pod.nodeName)?.index else { continue }
      requestedMillicores[node] += pod.cpuRequestMillicores
      requestedBytes[node] += pod.memoryRequestBytes
      podCount[node] += 1
    }
  }

  // MARK: Changes

  /// Puts a machine that runs nowhere on `node`; rules are the caller's business, as the API server's dump may break them.
  package mutating func place(_ machine: MachineID, on node: NodeID) {
    precondition(nodeOfMachine[machine.index] == .none, "a machine runs on one node")
    nodeOfMachine[machine.index] = node
    take(machine, on: node, sign: 1)
    addGuest(machine, on: node, sign: 1)
  }

  /// Takes a machine off its node.
  package mutating func remove(_ machine: MachineID) {
    let node = nodeOfMachine[machine.index]
    guard node != .none else { return }
    nodeOfMachine[machine.index] = .none
    take(machine, on: node, sign: -1)
    addGuest(machine, on: node, sign: -1)
  }

  /// Holds room for a migration's target pod.
  package mutating func reserve(_ machine: MachineID, on node: NodeID) {
    precondition(reservedNode[machine.index] == .none, "one migration a machine")
    reservedNode[machine.index] = node
    take(machine, on: node, sign: 1)
  }

  package mutating func cancelReservation(_ machine: MachineID) {
    let node = reservedNode[machine.index]
    guard node != .none else { return }
    reservedNode[machine.index] = .none
    take(machine, on: node, sign: -1)
  }

  /// The switch-over of a migration: the machine runs on the target, its old pod holds room on the source until
  /// `cancelReservation` says that it is gone.
  package mutating func switchToReservation(_ machine: MachineID) {
    let target = reservedNode[machine.index]
    precondition(target != .none, "only a reserved machine can arrive")
    let source = nodeOfMachine[machine.index]
    reservedNode[machine.index] = source
    nodeOfMachine[machine.index] = target
    if source != .none { addGuest(machine, on: source, sign: -1) }
    addGuest(machine, on: target, sign: 1)
    version += 1
  }

  package mutating func setSchedulable(_ node: NodeID, _ value: Bool) {
    isSchedulable[node.index] = value
    version += 1
  }

  private mutating func take(_ machine: MachineID, on node: NodeID, sign: Int64) {
    requestedMillicores[node.index] += sign * rules.cpuRequest[machine.index]
    requestedBytes[node.index] += sign * rules.memoryRequest[machine.index]
    podCount[node.index] += Int32(sign)
    for i in rules.carried.range(machine.index) {
      carriers[Int(rules.carried.values[i]) * rules.nodeCount + node.index] += Int32(sign)
    }
    for i in rules.matched.range(machine.index) {
      matches[Int(rules.matched.values[i]) * rules.nodeCount + node.index] += Int32(sign)
    }
    version += 1
  }

  private mutating func addGuest(_ machine: MachineID, on node: NodeID, sign: Int) {
    allocatedVCPUs[node.index] += Int64(sign * inventory.machines[machine.index].vCPUs)
    allocatedGuestBytes[node.index] += Int64(sign) * inventory.machines[machine.index].guestMemoryBytes
  }

  // MARK: May it run there?

  /// The first filter that keeps `machine` off `node`, nil where it may run; its own present node counts as any other.
  @inline(__always)
  package func refusal(_ machine: MachineID, on node: NodeID) -> Refusal? {
    if !isSchedulable[node.index] { return .unschedulable }
    if let refusal = rules.staticRefusal(machine, node) { return refusal }
    if let refusal = NodeResourcesFit.refusal(
      cpuRequest: rules.cpuRequest[machine.index], memoryRequest: rules.memoryRequest[machine.index],
      freeMillicores: rules.allocatableMillicores[node.index] - requestedMillicores[node.index],
      freeBytes: rules.allocatableBytes[node.index] - requestedBytes[node.index],
      freePods: Int(rules.podLimit[node.index] - podCount[node.index]))
    {
      return refusal
    }
    return violatesAntiAffinity(machine, on: node) ? .hostAntiAffinity : nil
  }

  @inline(__always)
  package func mayRun(_ machine: MachineID, on node: NodeID) -> Bool { refusal(machine, on: node) == nil }

  @inline(__always)
  private func violatesAntiAffinity(_ machine: MachineID, on node: NodeID) -> Bool {
    for i in rules.carried.range(machine.index)
    where matches[Int(rules.carried.values[i]) * rules.nodeCount + node.index] > 0 { return true }
    for i in rules.matched.range(machine.index)
    where carriers[Int(rules.matched.values[i]) * rules.nodeCount + node.index] > 0 { return true }
    return false
  }

  /// A node that counts as room: it may run machines and is not cordoned.
  package func isUsable(_ node: Int) -> Bool { rules.isWorker[node] && isSchedulable[node] }

  /// Machines by node, each list in id order.
  /// - Complexity: O(nodes + machines).
  package func machinesByNode() -> [[MachineID]] {
    var lists = [[MachineID]](repeating: [], count: rules.nodeCount)
    for (index, node) in nodeOfMachine.enumerated() where node != .none { lists[node.index].append(MachineID(index)) }
    return lists
  }
}
