/// The pods that wait for a node.
package enum PlacementQueue {
  /// Pods without a node: highest priority first, then the oldest, then in the order given.
  package static func waiting(_ cluster: PlacementCluster) -> [PodSpecification] {
    let pods = cluster.pods.filter { $0.nodeName.isEmpty && !$0.isFinished && !$0.isTerminating }
    return pods.enumerated().sorted { a, b in
      if a.element.priority != b.element.priority { return a.element.priority > b.element.priority }
      return (a.element.circumstances.createdSeconds, a.offset) < (b.element.circumstances.createdSeconds, b.offset)
    }.map(\.element)
  }
}

extension PodSpecification {
  /// The KubeVirt machine whose launcher this is.
  package var machineName: String? {
    guard labels["kubevirt.io"] == "virt-launcher" else { return nil }
    return labels["vm.kubevirt.io/name"] ?? labels["kubevirt.io/domain"]
  }

  /// Stands for the pod of a machine that has none yet.
  package var isPodless: Bool { machineName == name }
}
