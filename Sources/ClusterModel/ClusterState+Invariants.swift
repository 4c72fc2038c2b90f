extension ClusterState {
  /// Recomputes every aggregate from placements and reservations; the first difference in words, nil when all agree.
  package func checkInvariants() -> String? {
    var fresh = ClusterState(inventory, rules: rules)
    for (index, node) in nodeOfMachine.enumerated() where node != .none {
      guard node.index < rules.nodeCount else {
        return "machine \(index) is on node \(node.index), which does not exist"
      }
      fresh.place(MachineID(index), on: node)
    }
    for (index, node) in reservedNode.enumerated() where node != .none {
      if node == nodeOfMachine[index] { return "machine \(index) migrates to its own node" }
      fresh.reserve(MachineID(index), on: node)
    }
    if fresh.requestedMillicores != requestedMillicores { return "cpu requests per node have drifted" }
    if fresh.requestedBytes != requestedBytes { return "memory requests per node have drifted" }
    if fresh.podCount != podCount { return "pod counts have drifted" }
    if fresh.allocatedVCPUs != allocatedVCPUs { return "allocated vCPUs have drifted" }
    if fresh.allocatedGuestBytes != allocatedGuestBytes { return "allocated guest memory has drifted" }
    return placement[0].drift(from: fresh.placement[0])
  }

  /// Nodes whose requests exceed allocatable; a dump may hold such nodes, a plan must never make one.
  package func overfullNodes() -> [NodeID] {
    let (millicores, bytes, pods) = (requestedMillicores, requestedBytes, podCount)
    return (0..<rules.nodeCount).filter {
      millicores[$0] > rules.allocatableMillicores[$0] || bytes[$0] > rules.allocatableBytes[$0]
        || pods[$0] > rules.podLimit[$0]
    }.map { NodeID($0) }
  }
}
