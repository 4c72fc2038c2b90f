/// What a run changes about a cluster: where machines are and what that takes from each node.
///
/// Columns by dense id, held by value. A machine that migrates holds room on both nodes: its own, and a reservation on
/// the target, as KubeVirt's second virt-launcher pod does. Aggregates follow every change; `checkInvariants()`
/// recomputes them.
/// - Complexity: every change and every check is O(affinity and spreading terms that the machine has or meets).
package struct ClusterState: Sendable {
  package let inventory: Inventory
  package let rules: SchedulingRules
  /// `NodeID.none` for a machine that runs nowhere.
  package private(set) var nodeOfMachine: ContiguousArray<NodeID>
  /// Target of a migration in flight, else `NodeID.none`.
  package private(set) var reservedNode: ContiguousArray<NodeID>
  /// Where the machine booted, which decides where it may migrate; kept while it migrates, `NodeID.none` where the dump
  /// names the processor instead.
  package private(set) var bootNode: ContiguousArray<NodeID>
  /// The pods on every node as the scheduler counts them: one element, so that a state is small to pass and to copy.
  private(set) var placement: ContiguousArray<PlacementEvaluator>
  /// Guest CPUs and guest memory placed on a node, whatever the pods request.
  package private(set) var allocatedVCPUs: ContiguousArray<Int64>
  package private(set) var allocatedGuestBytes: ContiguousArray<Int64>
  /// False for a node that takes no new machines.
  package private(set) var isSchedulable: ContiguousArray<Bool>
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
    bootNode = nodeOfMachine
    placement = rules.emptyCluster
    allocatedVCPUs = ContiguousArray(repeating: 0, count: nodes)
    allocatedGuestBytes = allocatedVCPUs
    isSchedulable = ContiguousArray(inventory.nodes.map { $0.isReady && !$0.isCordoned && $0.isVirtualizationHost })
  }

  /// What the pods on each node request: thousandths of a core, bytes, and their number.
  package var requestedMillicores: ContiguousArray<Int64> { placement[0].loads.takenCPU }
  package var requestedBytes: ContiguousArray<Int64> { placement[0].loads.takenMemory }
  package var podCount: ContiguousArray<Int64> { placement[0].loads.podCount }

  // MARK: Changes

  /// Puts a machine where the dump shows it running: what it booted on is what the dump says, else this node.
  package mutating func placeAsDumped(_ machine: MachineID, on node: NodeID) {
    place(machine, on: node)
    if rules.compatibility.isStated(machine) { bootNode[machine.index] = .none }
  }

  /// Puts a machine that runs nowhere on `node`; rules are the caller's business, as the API server's dump may break them.
  package mutating func place(_ machine: MachineID, on node: NodeID) {
    precondition(nodeOfMachine[machine.index] == .none, "a machine runs on one node")
    nodeOfMachine[machine.index] = node
    bootNode[machine.index] = node
    hold(machine, on: node)
    addGuest(machine, on: node, sign: 1)
  }

  /// Takes a machine off its node.
  package mutating func remove(_ machine: MachineID) {
    let node = nodeOfMachine[machine.index]
    guard node != .none else { return }
    nodeOfMachine[machine.index] = .none
    release(machine, from: node)
    addGuest(machine, on: node, sign: -1)
  }

  /// Holds room for a migration's target pod.
  package mutating func reserve(_ machine: MachineID, on node: NodeID) {
    precondition(reservedNode[machine.index] == .none, "one migration a machine")
    reservedNode[machine.index] = node
    hold(machine, on: node)
  }

  package mutating func cancelReservation(_ machine: MachineID) {
    let node = reservedNode[machine.index]
    guard node != .none else { return }
    reservedNode[machine.index] = .none
    release(machine, from: node)
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

  /// Cordons a node, or takes the cordon away.
  package mutating func setCordoned(_ node: NodeID, _ isCordoned: Bool) {
    placement[0].setCordoned(node.index, isCordoned)
    isSchedulable[node.index] = !isCordoned && !placement[0].isClosed[node.index]
    version += 1
  }

  private mutating func hold(_ machine: MachineID, on node: NodeID) {
    placement[0].add(rules.podClass[machine.index], to: node.index)
    version += 1
  }

  private mutating func release(_ machine: MachineID, from node: NodeID) {
    placement[0].remove(rules.podClass[machine.index], from: node.index)
    version += 1
  }

  private mutating func addGuest(_ machine: MachineID, on node: NodeID, sign: Int) {
    allocatedVCPUs[node.index] += Int64(sign * inventory.machines[machine.index].vCPUs)
    allocatedGuestBytes[node.index] += Int64(sign) * inventory.machines[machine.index].guestMemoryBytes
  }

  // MARK: May it run there?

  /// The first filter that keeps `machine` off `node`, nil where it may run; its own present pod counts as any other.
  package func refusal(_ machine: MachineID, on node: NodeID) -> PlacementFilter? {
    mayRun(machine, on: node)
      ? nil : placement[0].rejections(of: rules.podClass[machine.index], on: node.index).filters.first
  }

  @inline(__always)
  package func mayRun(_ machine: MachineID, on node: NodeID) -> Bool {
    placement[0].admits(rules.podClass[machine.index], on: node.index)
  }

  /// The first filter that keeps a live migration of `machine` off `target`.
  package func migrationRefusal(_ machine: MachineID, to target: NodeID) -> PlacementFilter? {
    if let refusal = refusal(machine, on: target) { return refusal }
    if nodeOfMachine[machine.index] == target { return .interPodAffinity }
    return rules.compatibility.allows(machine, bootedOn: bootNode[machine.index], to: target) ? nil : .nodeAffinity
  }

  @inline(__always)
  package func mayMigrate(_ machine: MachineID, to target: NodeID) -> Bool {
    mayRun(machine, on: target) && nodeOfMachine[machine.index] != target
      && rules.compatibility.allows(machine, bootedOn: bootNode[machine.index], to: target)
  }

  /// The node that kube-scheduler would choose, the first by name among equals; nil where none takes the machine.
  package mutating func bestNode(for machine: MachineID) -> NodeID? {
    placement[0].bestNode(for: rules.podClass[machine.index]).map { NodeID($0) }
  }

  /// The node that kube-scheduler would choose for the target pod of a live migration.
  package mutating func bestTarget(for machine: MachineID) -> NodeID? {
    let node = nodeOfMachine[machine.index]
    let limits = TargetLimits(
      source: node == .none ? nil : node.index,
      isCompatible: rules.compatibility.targets(of: machine, bootedOn: bootNode[machine.index]))
    return placement[0].bestNode(for: rules.podClass[machine.index], limits).map { NodeID($0) }
  }

  /// Nodes that refuse, counted by plugin, for a message such as `0/3 nodes: 2 NodeResourcesFit, 1 TaintToleration`.
  package func refusalSummary(for machine: MachineID) -> String {
    var counts = [Int](repeating: 0, count: PlacementFilter.allCases.count)
    for index in 0..<rules.nodeCount {
      if let filter = refusal(machine, on: NodeID(index)) { counts[Int(filter.rawValue)] += 1 }
    }
    let parts = PlacementFilter.allCases.filter { counts[Int($0.rawValue)] > 0 }
      .map { "\(counts[Int($0.rawValue)]) refused by \($0.name)" }
    return "\(rules.nodeCount - counts.reduce(0, +))/\(rules.nodeCount) nodes fit" + (parts.isEmpty ? "" : ": ")
      + parts.joined(separator: ", ")
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
