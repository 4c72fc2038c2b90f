/// The pods to be judged, in the order in which their turn comes.
package enum PlacementQueue {
  /// Highest priority first, then the oldest, then in the order given.
  package static func sorted(_ pods: [PodSpecification]) -> [PodSpecification] {
    pods.enumerated().sorted { a, b in
      if a.element.priority != b.element.priority { return a.element.priority > b.element.priority }
      return (a.element.circumstances.createdSeconds, a.offset) < (b.element.circumstances.createdSeconds, b.offset)
    }.map(\.element)
  }

  /// Pods without a node and the named ones: what is scheduled keeps to the queue, what is only asked names come first.
  package static func judged(
    _ cluster: PlacementCluster, named: [PodSpecification], isScheduled: Bool
  ) -> [PodSpecification] {
    func key(_ pod: PodSpecification) -> [String] { [pod.namespace, pod.name] }
    let keys = Set(named.map(key))
    guard isScheduled else { return named + sorted(cluster.pods.filter { $0.isWaiting && !keys.contains(key($0)) }) }
    return sorted(cluster.pods.filter { $0.isWaiting || !$0.isFinished && keys.contains(key($0)) })
  }
}

extension PodSpecification {
  /// The KubeVirt machine whose launcher this is.
  package var machineName: String? {
    guard labels["kubevirt.io"] == "virt-launcher" else { return nil }
    return labels["vm.kubevirt.io/name"] ?? labels["kubevirt.io/domain"]
  }

  /// The scheduler has to find a node for it.
  package var isWaiting: Bool {
    nodeName.isEmpty && !isFinished && !isTerminating && !circumstances.isStopped
  }

  /// Stands for the pod of a machine that has none yet.
  package var isPodless: Bool { machineName == name }
}
