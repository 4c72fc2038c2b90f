/// The pods that wait for a node.
package enum PlacementQueue {
  /// Pods without a node, highest priority first, else in the order given.
  package static func waiting(_ cluster: PlacementCluster) -> [PodSpecification] {
    let pods = cluster.pods.filter { $0.nodeName.isEmpty && !$0.isFinished && !$0.isTerminating }
    return pods.enumerated().sorted { a, b in
      a.element.priority != b.element.priority ? a.element.priority > b.element.priority : a.offset < b.offset
    }.map(\.element)
  }
}

extension PodSpecification {
  /// The KubeVirt machine whose launcher this is.
  package var machineName: String? {
    guard labels["kubevirt.io"] == "virt-launcher" else { return nil }
    return labels["vm.kubevirt.io/name"] ?? labels["kubevirt.io/domain"]
  }
}
