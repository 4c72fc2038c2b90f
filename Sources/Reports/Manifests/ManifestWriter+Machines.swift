import ClusterModel
import SimulationEngine

/// `kubevirt.io VirtualMachine` and what comes with it.
extension ManifestWriter {
  /// A machine with its disk and, where it runs, its instance and launcher pod.
  mutating func machineObjects(_ index: Int) -> [JSONValue] {
    let machine = inventory.machines[index]
    let node = nodeOfMachine[index]
    let isShared = isSharedOfClass[machine.storageClassName]
    let disk = MachineDisk(machine, isSharedClass: isShared)
    var annotations: [String: String] = [:]
    let labels = marked(machine, annotations: &annotations)
    let rules = placementRules(machine)
    let requests = StatedRequests(
      machine, containerDisks: disk == .image && machine.terms.claimNames.isEmpty ? 1 : 0,
      cpuAllocationRatio: cluster.cpuAllocationRatio, memoryOvercommitPercent: cluster.memoryOvercommitPercent)
    let before = tally
    // The rest KubeVirt adds by itself or takes from other fields.
    let devices = amounts(machine.terms.extraRequests).filter {
      $0.0.utf8.contains(UInt8(ascii: "/")) && !$0.0.hasPrefix("devices.kubevirt.io/")
    }
    if machine.isRunning { tally = before }
    if machine.terms.controller != nil { tally.ownedMachines += 1 }
    if !machine.isRunning, !machine.terms.hostPorts.isEmpty { tally.lostPorts += 1 }
    let spec = instanceSpec(machine, disk, rules, requests, claim: names.claims[index], further: devices)
    let written = WrittenMachine(
      name: names.machines[index], namespace: ManifestNames.namespace(machine.namespace), labels: labels,
      annotations: annotations, rules: rules, spec: spec,
      nodeName: node == .none ? nil : names.nodes[node.index])
    var result = [claim(index, disk), virtualMachine(machine, written)].compactMap { $0 }
    if machine.isRunning {
      if node == .none { tally.pendingMachines += 1 }
      result += [instance(machine, written, disk), launcher(machine, written, pod: names.launchers[index])]
    } else {
      if !requests.isExact { tally.inexactRequests += 1 }
      if machine.observedUsage != nil { tally.lostUsage += 1 }
      switch machine.migratability {
      case .live, .cold(MachineDisk.refusal), .immovable(MachineDisk.refusal): break
      case .cold, .immovable: tally.lostReasons += 1
      }
    }
    return result
  }

  /// What instance and pod share with their machine.
  struct WrittenMachine {
    var name: String
    var namespace: String
    var labels: [String: String]
    var annotations: [String: String]
    /// `placementRules` of the machine.
    var rules: [(String, JSONValue?)]
    /// Of the instance and of the machine's template.
    var spec: JSONValue
    var nodeName: String?

    func uid(_ kind: String) -> String { KubernetesName.uid(kind, namespace, name) }
  }

  /// The machine's labels and what the model knows of it besides.
  private func marked(_ machine: VirtualMachine, annotations: inout [String: String]) -> [String: String] {
    var labels = machine.labels
    labels[ManifestKey.tier] = machine.tier.rawValue
    if !machine.workloadType.isEmpty { labels[ManifestKey.workloadType] = machine.workloadType }
    if !machine.applicationGroup.isEmpty { annotations[ManifestKey.application] = machine.applicationGroup }
    if machine.copiedDiskBytes > 0 { annotations[ManifestKey.copiedDiskBytes] = String(machine.copiedDiskBytes) }
    if machine.hasDedicatedCPUs { annotations[ManifestKey.dedicatedCPUs] = "true" }
    if machine.hasSRIOVInterfaces { annotations[ManifestKey.sriov] = "true" }
    if let rate = machine.observedDirtyBytesPerSecond { annotations[ManifestKey.dirtyBytesPerSecond] = "\(rate)" }
    if let dirty = machine.statedDirty { annotations[ManifestKey.dirty] = dirty.mark }
    return labels
  }

  private mutating func virtualMachine(_ machine: VirtualMachine, _ written: WrittenMachine) -> JSONValue {
    let state = !machine.isRunning ? "Stopped" : written.nodeName == nil ? "ErrorUnschedulable" : "Running"
    let template = metadataOfTemplate(written)
    return .manifest(
      "kubevirt.io/v1", "VirtualMachine",
      [
        (
          "metadata",
          metadata(
            written.name, original: machine.name, namespace: written.namespace, labels: written.labels,
            annotations: written.annotations, uid: written.uid("VirtualMachine"))
        ),
        (
          "spec",
          .object([
            ("runStrategy", .string(machine.runStrategy.rawValue)),
            ("template", .object([("metadata", template), ("spec", written.spec)])),
          ])
        ),
        (
          "status",
          .object([
            ("created", machine.isRunning ? .bool(true) : nil), ("printableStatus", .string(state)),
            ("ready", state == "Running" ? .bool(true) : nil),
          ])
        ),
      ])
  }

  /// A template has labels and no name; its labels are those of the machine, which are counted once.
  private mutating func metadataOfTemplate(_ written: WrittenMachine) -> JSONValue {
    let before = tally
    defer { tally = before }
    guard case .members(let members) = metadata("", labels: written.labels) else { return .object([]) }
    return .members(members.filter { $0.key == "labels" })
  }

  private func instanceSpec(
    _ machine: VirtualMachine, _ disk: MachineDisk, _ rules: [(String, JSONValue?)], _ requests: StatedRequests,
    claim: String, further: [(String, JSONValue?)]
  ) -> JSONValue {
    var disks = [("root", JSONValue.object([("containerDisk", .object([("image", .string(Self.diskImage))]))]))]
    if !machine.terms.claimNames.isEmpty {
      disks = machine.terms.claimNames.enumerated().map { position, name in
        let claim = JSONValue.object([("claimName", .string(ManifestNames.subdomain(name)))])
        return (position == 0 ? "root" : "disk-\(position + 1)", .object([("persistentVolumeClaim", claim)]))
      }
    } else if case .claim = disk {
      disks = [("root", .object([("persistentVolumeClaim", .object([("claimName", .string(claim))]))]))]
    }
    if case .immovable = machine.migratability {
      // A file of the node, as nothing else binds a machine whether or not it has a node yet.
      let file = JSONValue.object([
        ("capacity", .string("1Gi")), ("path", .string("/var/lib/headroom/\(claim).img")),
        ("type", .string("DiskOrCreate")),
      ])
      disks.append(("local", .object([("hostDisk", file)])))
    }
    var volumes: [JSONValue] = []
    for (name, volume) in disks {
      guard case .members(let members) = volume else { continue }
      volumes.append(.object(members.map { ($0.key, $0.value) } + [("name", .string(name))]))
    }
    let domain: [(String, JSONValue?)] = [
      (
        "cpu",
        .object([
          ("cores", .integer(1)), ("model", Self.model(machine.cpuModel).map { .string($0) }),
          ("sockets", .integer(Int64(max(1, machine.vCPUs)))), ("threads", .integer(1)),
        ])
      ),
      (
        "devices",
        .object([
          (
            "disks",
            .array(
              disks.map { .object([("disk", .object([("bus", .string("virtio"))])), ("name", .string($0.0))]) })
          ),
          ("interfaces", .array([.object([("masquerade", .object([])), ("name", .string("default"))])])),
        ])
      ),
      ("memory", .object([("guest", ManifestQuantity.bytes(machine.guestMemoryBytes))])),
      ("resources", Self.resources(machine, requests, further)),
    ]
    return .object(
      [
        ("domain", .object(domain)), ("evictionStrategy", .string(machine.evictionStrategy.rawValue)),
        ("networks", .array([.object([("name", .string("default")), ("pod", .object([]))])])),
        ("priorityClassName", Self.priority(of: machine).map { .string($0.className) }),
        ("volumes", .array(volumes)),
      ] + rules)
  }

  private static let diskImage = "quay.io/containerdisks/fedora:latest"

  /// `spec.domain.cpu.model`; nil for KubeVirt's own choice.
  private static func model(_ model: GuestCPUModel) -> String? {
    switch model {
    case .hostModel: nil
    case .hostPassthrough: "host-passthrough"
    case .named(let name): name
    }
  }

  private static func resources(
    _ machine: VirtualMachine, _ requests: StatedRequests, _ further: [(String, JSONValue?)]
  ) -> JSONValue? {
    let stated: [(String, JSONValue?)] =
      [
        ("cpu", requests.cpuMillicores.map { ManifestQuantity.cpu(millicores: $0) }),
        ("memory", requests.memoryBytes.map { ManifestQuantity.bytes($0) }),
      ] + further
    let limits: [(String, JSONValue?)] =
      [
        ("cpu", machine.hasCPULimit ? ManifestQuantity.cpu(millicores: cpuLimit(machine)) : nil)
      ] + limits(further)
    let sections = [("requests", stated), ("limits", limits)].filter { $0.1.contains { $0.1 != nil } }
    return sections.isEmpty ? nil : .object(sections.map { ($0.0, .object($0.1)) })
  }

  /// A CPU for each of the guest's, and never less than requested.
  static func cpuLimit(_ machine: VirtualMachine) -> Int64 {
    max(Int64(machine.vCPUs) * 1000, machine.cpuRequestMillicores)
  }
}
