import ClusterModel

/// A pod as read; whether it belongs to a machine is decided by the join.
struct ReadPod {
  var header: ObjectHeader
  var nodeName = ""
  var labels: [String: String] = [:]
  var cpuRequestMillicores: Int64 = 0
  var memoryRequestBytes: Int64 = 0
  var nodeSelector: [String: String] = [:]
  var tolerations: [Toleration] = []
  var terms = PlacementTerms()
  var priority = PriorityClaim()
  var hasCPULimit = false
  var isFinished = false
  /// The machine whose virt-launcher this is.
  var machineName: String?
}

/// `v1 Pod`: place, effective request, rules of placement, and the machine a virt-launcher pod runs.
struct PodReader {
  static func read(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession) -> ReadPod {
    let spec = session.mapping(object, "spec")
    let metadata = object["metadata"]
    session.warnOfNearMisses(in: spec, wanted: ["nodeName", "containers"])
    let known = PodSpecificationReader(session: session, refusesAbsurdAmounts: true).read(object, header)
    var pod = ReadPod(header: header)
    pod.nodeName = known.nodeName
    pod.labels = known.labels
    pod.nodeSelector = known.nodeSelector
    pod.tolerations = known.tolerations
    pod.isFinished = known.isFinished
    pod.priority = PriorityClaim(spec)
    if !pod.isFinished {
      let taken = PodRequest.taken(by: known)
      pod.cpuRequestMillicores = taken["cpu"].map { $0.milliUnits ?? .max } ?? 0
      pod.memoryRequestBytes = taken["memory"].map { $0.wholeUnits ?? .max } ?? 0
      pod.terms = PlacementTerms(known)
    }
    if pod.labels["kubevirt.io"] == "virt-launcher" {
      pod.machineName =
        metadata?["annotations"]?["kubevirt.io/domain"]?.present ?? pod.labels["vm.kubevirt.io/name"]
        ?? session.elements(metadata, "ownerReferences").first { $0["kind"]?.text == "VirtualMachineInstance" }?[
          "name"]?
        .present ?? pod.labels["kubevirt.io/domain"]
      pod.hasCPULimit = hasCPULimit(spec)
    }
    return pod
  }

  /// Whether the container in which the guest runs has a limit.
  private static func hasCPULimit(_ spec: SyntaxNode?) -> Bool {
    guard let containers = spec?["containers"], containers.kind == .sequence else { return false }
    return containers.elements.contains {
      $0["name"]?.text == "compute" && $0["resources"]?["limits"]?["cpu"] != nil
    }
  }
}
