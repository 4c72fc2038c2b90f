import ClusterModel

/// A pod as read; whether it belongs to a machine is decided by the join.
struct ReadPod {
  var header: ObjectHeader
  var nodeName = ""
  var labels: [String: String] = [:]
  var cpuRequestMillicores: Int64 = 0
  var memoryRequestBytes: Int64 = 0
  /// Nil where only its class says it.
  var priority: Int?
  var priorityClassName: String?
  var hasCPULimit = false
  var isFinished = false
  /// The machine whose virt-launcher this is.
  var machineName: String?
}

/// `v1 Pod`: place, effective request, and the machine a virt-launcher pod runs.
///
/// Request = max(containers + sidecars, each init container + sidecars before it) + overhead, as kube-scheduler counts;
/// a sidecar is an init container with `restartPolicy: Always`.
struct PodReader {
  static func read(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession) -> ReadPod {
    let spec = session.mapping(object, "spec")
    let metadata = object["metadata"]
    session.warnOfNearMisses(in: spec, wanted: ["nodeName", "containers"])
    var pod = ReadPod(header: header)
    pod.nodeName = spec?["nodeName"]?.present ?? ""
    pod.labels = session.texts(metadata, "labels")
    pod.priority = spec?["priority"]?.integer.map { Int($0) }
    pod.priorityClassName = spec?["priorityClassName"]?.present
    let phase = session.mapping(object, "status")?["phase"]?.text
    pod.isFinished = phase == "Succeeded" || phase == "Failed"
    request(spec, session, into: &pod)
    if pod.labels["kubevirt.io"] == "virt-launcher" {
      pod.machineName =
        metadata?["annotations"]?["kubevirt.io/domain"]?.present ?? pod.labels["vm.kubevirt.io/name"]
        ?? session.elements(metadata, "ownerReferences").first { $0["kind"]?.text == "VirtualMachineInstance" }?[
          "name"]?
        .present ?? pod.labels["kubevirt.io/domain"]
    }
    return pod
  }

  private static func request(_ spec: SyntaxNode?, _ session: DecodingSession, into pod: inout ReadPod) {
    var containers = Amounts()
    for container in session.elements(spec, "containers") {
      containers.add(Amounts(container, session))
      if container["name"]?.text == "compute", container["resources"]?["limits"]?["cpu"] != nil {
        pod.hasCPULimit = true
      }
    }
    var sidecars = Amounts()
    var peak = Amounts()
    for container in session.elements(spec, "initContainers") {
      let amounts = Amounts(container, session)
      if container["restartPolicy"]?.text == "Always" {
        sidecars.add(amounts)
        peak.raise(to: sidecars)
      } else {
        var during = sidecars
        during.add(amounts)
        peak.raise(to: during)
      }
    }
    containers.add(sidecars)
    containers.raise(to: peak)
    if let overhead = session.mapping(spec, "overhead") { containers.add(Amounts(resources: overhead, session)) }
    pod.cpuRequestMillicores = containers.cpu
    pod.memoryRequestBytes = containers.memory
  }

  /// CPU and memory with sums that stop at the largest number.
  private struct Amounts {
    var cpu: Int64 = 0
    var memory: Int64 = 0

    init() {}

    /// A container's requests, or its limits where it states only those, as the API server fills in.
    init(_ container: SyntaxNode, _ session: DecodingSession) {
      let resources = session.mapping(container, "resources")
      let requests = session.mapping(resources, "requests")
      let limits = session.mapping(resources, "limits")
      cpu = (requests?["cpu"] ?? limits?["cpu"]).flatMap { session.millicores($0, "cpu") } ?? 0
      memory = (requests?["memory"] ?? limits?["memory"]).flatMap { session.memoryBytes($0, "memory") } ?? 0
    }

    init(resources: SyntaxNode, _ session: DecodingSession) {
      cpu = resources["cpu"].flatMap { session.millicores($0, "cpu") } ?? 0
      memory = resources["memory"].flatMap { session.memoryBytes($0, "memory") } ?? 0
    }

    mutating func add(_ other: Amounts) {
      cpu = cpu.addingReportingOverflow(other.cpu).overflow ? .max : cpu + other.cpu
      memory = memory.addingReportingOverflow(other.memory).overflow ? .max : memory + other.memory
    }

    mutating func raise(to other: Amounts) {
      cpu = max(cpu, other.cpu)
      memory = max(memory, other.memory)
    }
  }
}
