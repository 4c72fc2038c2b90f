import ClusterModel

/// `kubevirt.io VirtualMachineInstance` and the virt-launcher pod of a machine that runs or waits for a node.
extension ManifestWriter {
  mutating func instance(_ machine: VirtualMachine, _ written: WrittenMachine, _ disk: MachineDisk) -> JSONValue {
    let before = tally
    defer { tally = before }
    let metadata = metadata(
      written.name, namespace: written.namespace, labels: written.labels, annotations: written.annotations,
      uid: written.uid("VirtualMachineInstance"),
      owner: ManifestOwner(
        apiVersion: "kubevirt.io/v1", kind: "VirtualMachine", name: written.name, uid: written.uid("VirtualMachine")))
    var conditions = [
      Self.condition("Ready", written.nodeName != nil, reason: "GuestNotRunning", "Guest VM is not running")
    ]
    if written.nodeName == nil { conditions.append(Self.unscheduled) }
    let reason: String?
    switch machine.migratability {
    case .live: reason = nil
    case .cold(let text), .immovable(let text): reason = text
    }
    conditions.append(Self.condition("LiveMigratable", reason == nil, reason: reason ?? "", "cannot migrate live"))
    return .manifest(
      "kubevirt.io/v1", "VirtualMachineInstance",
      [
        ("metadata", metadata), ("spec", written.spec),
        (
          "status",
          .object([
            ("activePods", written.nodeName.map { .texts([written.uid("Pod"): $0]) }),
            ("conditions", .array(conditions)),
            (
              "migrationMethod",
              .string(
                reason == MachineDisk.refusal || disk == .claim(isShared: false) ? "BlockMigration" : "LiveMigration")
            ),
            ("nodeName", written.nodeName.map { .string($0) }),
            ("phase", .string(written.nodeName == nil ? "Scheduling" : "Running")),
          ])
        ),
      ])
  }

  private static func condition(_ type: String, _ holds: Bool, reason: String, _ message: String) -> JSONValue {
    .object([
      ("message", holds ? nil : .string(message)), ("reason", holds || reason.isEmpty ? nil : .string(reason)),
      ("status", .string(holds ? "True" : "False")), ("type", .string(type)),
    ])
  }

  private static var unscheduled: JSONValue {
    condition("PodScheduled", false, reason: "Unschedulable", "no node takes the pod")
  }

  /// `v1 Pod` named and labelled as KubeVirt's; the compute container and the console's log request what the model says.
  mutating func launcher(_ machine: VirtualMachine, _ written: WrittenMachine, pod name: String) -> JSONValue {
    let before = tally
    defer { tally = before }
    var labels = written.labels
    labels["kubevirt.io"] = "virt-launcher"
    labels["kubevirt.io/created-by"] = written.uid("VirtualMachineInstance")
    if KubernetesName.isLabelValue(written.name) {
      labels["vm.kubevirt.io/name"] = written.name
    } else {
      labels["vm.kubevirt.io/name"] = nil
    }
    var annotations = written.annotations
    annotations["kubevirt.io/domain"] = written.name
    let metadata = metadata(
      name, namespace: written.namespace, labels: labels, annotations: annotations, uid: written.uid("Pod"),
      owner: ManifestOwner(
        apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance", name: written.name,
        uid: written.uid("VirtualMachineInstance")))
    var target = machine
    target.nodeSelector.merge(machine.migrationSelector) { own, _ in own }
    let rules = machine.migrationSelector.isEmpty ? written.rules : placementRules(target)
    let priority = Self.priority(of: machine)
    let isPlaced = written.nodeName != nil
    let conditions =
      isPlaced
      ? [Self.condition("PodScheduled", true, reason: "", ""), Self.condition("Ready", true, reason: "", "")]
      : [Self.unscheduled]
    let isEmpty = machine.cpuRequestMillicores == 0 && machine.memoryRequestBytes == 0 && !machine.hasCPULimit
    return .manifest(
      "v1", "Pod",
      [
        ("metadata", metadata),
        (
          "spec",
          .object(
            [
              ("containers", .array(Self.containers(machine, amounts(machine.terms.extraRequests)))),
              ("nodeName", written.nodeName.map { .string($0) }),
              ("priority", priority.map { .integer(Int64($0.value)) }),
              ("priorityClassName", priority.map { .string($0.className) }), ("restartPolicy", .string("Never")),
              ("volumes", Self.volumes(machine.terms.claimNames)),
            ] + (hasForeignNodes ? Self.avoidingForeignNodes(rules) : rules))
        ),
        (
          "status",
          .object([
            ("conditions", .array(conditions)), ("phase", .string(isPlaced ? "Running" : "Pending")),
            ("qosClass", .string(isEmpty ? "BestEffort" : "Burstable")),
          ])
        ),
      ])
  }

  private static let launcherImage = "quay.io/kubevirt/virt-launcher:v1.6.0"

  /// Requests as KubeVirt splits them, where there is enough to split.
  private static func containers(_ machine: VirtualMachine, _ further: [(String, JSONValue?)]) -> [JSONValue] {
    let console = (cpu: LauncherPod.consoleLogMillicores, memory: LauncherPod.consoleLogBytes)
    let isSplit = machine.cpuRequestMillicores >= console.cpu && machine.memoryRequestBytes >= console.memory
    let compute = container(
      "compute", image: launcherImage, cpu: machine.cpuRequestMillicores - (isSplit ? console.cpu : 0),
      memory: machine.memoryRequestBytes - (isSplit ? console.memory : 0),
      limits: machine.hasCPULimit ? [("cpu", ManifestQuantity.cpu(millicores: cpuLimit(machine)))] : [],
      further: further, ports: machine.terms.hostPorts)
    if !isSplit { return [compute] }
    return [
      compute,
      container(
        "guest-console-log", image: launcherImage, cpu: console.cpu, memory: console.memory,
        limits: [("cpu", .string("15m")), ("memory", .string("60M"))]),
    ]
  }

  static func container(
    _ name: String, image: String, cpu: Int64, memory: Int64, limits: [(String, JSONValue?)] = [],
    further: [(String, JSONValue?)] = [], ports: [HostPort] = []
  ) -> JSONValue {
    let requests: [(String, JSONValue?)] =
      [
        ("cpu", ManifestQuantity.cpu(millicores: cpu)), ("memory", ManifestQuantity.bytes(memory)),
      ] + further
    let limits = limits + Self.limits(further)
    return .object([
      ("image", .string(image)), ("name", .string(name)), ("ports", Self.ports(ports)),
      (
        "resources",
        .object([("limits", limits.isEmpty ? nil : .object(limits)), ("requests", .object(requests))])
      ),
    ])
  }

  /// KubeVirt's pods select nodes that it has labelled; a node without the label is able here, so only a refusal counts.
  private static func avoidingForeignNodes(_ rules: [(String, JSONValue?)]) -> [(String, JSONValue?)] {
    let expression = JSONValue.object([
      ("key", .string("kubevirt.io/schedulable")), ("operator", .string("NotIn")),
      ("values", .array([.string("false")])),
    ])
    let key = "requiredDuringSchedulingIgnoredDuringExecution"
    return rules.map { name, value in
      guard name == "affinity" else { return (name, value) }
      var affinity = value?.members ?? []
      var nodes = affinity.first { $0.0 == "nodeAffinity" }?.1?.members ?? []
      let terms = nodes.first { $0.0 == key }?.1?.members.first { $0.0 == "nodeSelectorTerms" }?.1?.list
      let written = (terms ?? [nil]).map {
        $0?.adding(expression) ?? .object([("matchExpressions", .array([expression]))])
      }
      nodes = nodes.filter { $0.0 != key } + [(key, .object([("nodeSelectorTerms", .array(written))]))]
      affinity = affinity.filter { $0.0 != "nodeAffinity" } + [("nodeAffinity", .object(nodes))]
      return (name, .object(affinity))
    }
  }
}

extension JSONValue {
  fileprivate var members: [(String, JSONValue?)] {
    if case .members(let members) = self { members.map { ($0.key, $0.value) } } else { [] }
  }

  fileprivate var list: [JSONValue?]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// A node selector term with one more condition; an empty one goes on matching nothing.
  fileprivate func adding(_ expression: JSONValue) -> JSONValue {
    let members = members
    if members.isEmpty { return self }
    let expressions = members.first { $0.0 == "matchExpressions" }?.1?.list?.compactMap { $0 } ?? []
    return .object(
      members.filter { $0.0 != "matchExpressions" } + [("matchExpressions", .array(expressions + [expression]))])
  }
}
