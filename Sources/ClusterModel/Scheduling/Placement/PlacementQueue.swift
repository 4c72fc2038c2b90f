/// The pods that wait for a node, and what becomes of one.
package enum PlacementQueue {
  /// Pods without a node: highest priority first, then the oldest, then in the order given.
  package static func waiting(_ cluster: PlacementCluster) -> [PodSpecification] {
    let pods = cluster.pods.filter { $0.nodeName.isEmpty && !$0.isFinished && !$0.isTerminating }
    return pods.enumerated().sorted { a, b in
      if a.element.priority != b.element.priority { return a.element.priority > b.element.priority }
      return (a.element.createdSeconds, a.offset) < (b.element.createdSeconds, b.offset)
    }.map(\.element)
  }

  /// What the scheduler says of a pod; one that runs is judged as if it waited, without itself in the cluster.
  ///
  /// - Parameter isPlaced: leaves the pod on the best node, so that those after it see it there.
  package static func judge(
    _ pod: PodSpecification, in evaluator: inout PlacementEvaluator, isPlaced: Bool
  ) -> (report: PlacementReport, node: Int?) {
    var waiting = pod
    waiting.nodeName = ""
    let podClass = evaluator.podClass(of: waiting)
    let present = evaluator.node(named: pod.nodeName)
    if let present { evaluator.remove(podClass, from: present) }
    let report = evaluator.report(for: podClass)
    let target = isPlaced ? report.best.first : present
    if let target { evaluator.add(podClass, to: target) }
    return (report, isPlaced ? target : nil)
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
