import ClusterModel
import EventKernel
import SimulationEngine

/// `cluster.inventory`: a dump as `import` writes it.
///
/// Every field of the model has a key, and a key that is absent stands for the model's default, so that what is written
/// reads back equal.
struct InventorySection {
  /// What the section holds.
  struct Contents {
    var nodes: [Node] = []
    var machines: [VirtualMachine] = []
    var pods: [OtherPod] = []
    var objects = PlacementObjects()
    /// Rows are named by `namespace/name`.
    var traces: [UsageTrace] = []
    /// Where each node that machines name is named first.
    var nodePlaces: [String: SourcePlace] = [:]

    /// Leaves machines whose node the cluster does not have to the scheduler, with a warning for each such node.
    func freeFromUnknownNodes(
      _ machines: inout [VirtualMachine], _ known: Set<String>, _ names: [String], _ session: DecodingSession
    ) {
      var counts: [String: Int] = [:]
      var unknown: [String] = []
      for index in machines.indices {
        guard let node = machines[index].nodeName, !known.contains(node) else { continue }
        machines[index].nodeName = nil
        if counts.updateValue((counts[node] ?? 0) + 1, forKey: node) == nil { unknown.append(node) }
      }
      for node in unknown {
        let count = counts[node] ?? 0
        session.report(
          .warning, .absentNode,
          "\(count) \(count == 1 ? "machine runs" : "machines run") on hosts that the inventory does not describe: \(node)",
          at: nodePlaces[node], label: "unknown node", notes: ["the scheduler places them instead"],
          help: Suggestion.closest(to: node, in: names).map { "did you mean '\($0)'?" }
            ?? "add it under cluster.inventory.nodes")
      }
    }
  }

  let session: DecodingSession
  let vocabulary: ScenarioVocabulary
  /// Of nodes that state none.
  let migrationNetwork: NetworkInterface?
  let cpuAllocationRatio: Int
  let memoryOvercommitPercent: Int

  func decode(_ field: Field) -> Contents {
    typealias Keys = InventoryKeys
    var contents = Contents()
    guard var mapping = field.mapping(Keys.section, "'inventory'") else { return contents }
    contents.nodes = (mapping.value(Keys.nodes) ?? []).compactMap(node)
    var names: Set<String> = []
    contents.machines = (mapping.value(Keys.machines) ?? []).compactMap { item in
      guard let machine = machine(item) else { return nil }
      if let node = machine.nodeName, contents.nodePlaces[node] == nil {
        contents.nodePlaces[node] = SourcePlace(item.node?[DumpedMachineKeys.node.name] ?? item.anchor)
      }
      if !names.insert(machine.qualifiedName).inserted {
        session.report(
          .warning, .duplicateObject, "two machines of the inventory are called '\(machine.qualifiedName)'",
          at: item.anchor)
      }
      return machine
    }
    contents.pods = (mapping.value(Keys.pods) ?? []).compactMap(pod)
    contents.objects = session.placementObjects(mapping.value(Keys.objects) ?? [])
    contents.traces = (mapping.value(Keys.traces) ?? []).compactMap { $0.inlineTrace() }
    mapping.finish()
    return contents
  }

  private func node(_ item: Field) -> Node? {
    typealias Keys = DumpedNodeKeys
    guard var mapping = item.mapping(Keys.section, item.title("node")) else { return nil }
    let (name, cpu, memory) = (mapping.value(Keys.name), mapping.value(Keys.cpu), mapping.value(Keys.memory))
    var node = Node(name: name ?? "", cpuMillicores: cpu ?? 0, memoryBytes: memory ?? 0)
    if let pods = mapping.value(Keys.pods) { node.podLimit = pods }
    if let amounts = mapping.value(Keys.allocatable) { node.extraAllocatable = amounts }
    node.labels = mapping.value(Keys.labels) ?? [:]
    node.taints = mapping.value(Keys.taints) ?? []
    if let cordoned = mapping.value(Keys.cordoned) { node.isCordoned = cordoned }
    if let ready = mapping.value(Keys.ready) { node.isReady = ready }
    if let network = mapping.value(Keys.migrationNetwork) ?? migrationNetwork { node.migrationNIC = network }
    node.observedUsage = mapping.value(Keys.usage)
    mapping.finish()
    return name != nil && cpu != nil && memory != nil ? node : nil
  }

  private func machine(_ item: Field) -> VirtualMachine? {
    typealias Keys = DumpedMachineKeys
    guard var mapping = item.mapping(Keys.section, item.title("machine")) else { return nil }
    let (name, vCPUs, memory) = (mapping.value(Keys.name), mapping.value(Keys.cpu), mapping.value(Keys.memory))
    let rendered = LauncherPod(
      vCPUs: vCPUs ?? 1, guestMemoryBytes: memory ?? 1, cpuAllocationRatio: cpuAllocationRatio,
      memoryOvercommitPercent: memoryOvercommitPercent)
    var machine = VirtualMachine(
      namespace: mapping.value(Keys.namespace) ?? Keys.machine.namespace, name: name ?? "", vCPUs: vCPUs ?? 1,
      guestMemoryBytes: memory ?? 1,
      cpuRequestMillicores: mapping.value(Keys.cpuRequest) ?? rendered.cpuRequestMillicores,
      memoryRequestBytes: mapping.value(Keys.memoryRequest) ?? rendered.memoryRequestBytes)
    if let limited = mapping.value(Keys.cpuLimit) { machine.hasCPULimit = limited }
    if let dedicated = mapping.value(Keys.dedicatedCPUs) { machine.hasDedicatedCPUs = dedicated }
    if let bytes = mapping.value(Keys.copiedDisk) { machine.copiedDiskBytes = max(0, bytes) }
    if let sriov = mapping.value(Keys.sriov) { machine.hasSRIOVInterfaces = sriov }
    machine.nodeName = mapping.value(Keys.node).flatMap { $0.isEmpty ? nil : $0 }
    if let running = mapping.value(Keys.running) { machine.isRunning = running }
    machine.workloadType = mapping.field(Keys.type).flatMap { vocabulary.word($0, of: .workloadTypes) } ?? ""
    machine.applicationGroup = mapping.value(Keys.application) ?? ""
    machine.usage(&mapping)
    machine.life(&mapping)
    machine.placement(&mapping)
    mapping.finish()
    return name != nil && vCPUs != nil && memory != nil ? machine : nil
  }

  private func pod(_ item: Field) -> OtherPod? {
    typealias Keys = DumpedPodKeys
    guard var mapping = item.mapping(Keys.section, item.title("pod")) else { return nil }
    let (name, node) = (mapping.value(Keys.name), mapping.value(Keys.node))
    var pod = OtherPod(
      namespace: mapping.value(Keys.namespace) ?? DumpedMachineKeys.machine.namespace, name: name ?? "",
      nodeName: node ?? "", labels: mapping.value(Keys.labels) ?? [:],
      cpuRequestMillicores: mapping.value(Keys.cpuRequest) ?? 0,
      memoryRequestBytes: mapping.value(Keys.memoryRequest) ?? 0, observedUsage: mapping.value(Keys.usage))
    if let priority = mapping.value(Keys.priority) { pod.priority = priority }
    pod.nodeSelector = mapping.value(Keys.nodeSelector) ?? [:]
    pod.tolerations = mapping.value(Keys.tolerations) ?? []
    pod.terms = mapping.placementTerms(Keys.antiAffinity)
    mapping.finish()
    return name != nil && node != nil ? pod : nil
  }
}

extension VirtualMachine {
  fileprivate mutating func usage(_ mapping: inout MappingReader) {
    typealias Keys = DumpedMachineKeys
    observedUsage = mapping.value(Keys.usage)
    observedDirtyBytesPerSecond = mapping.value(Keys.dirtyRate)
    statedDirty = mapping.value(Keys.dirty)
    origin = mapping.value(Keys.origin)
  }

  fileprivate mutating func life(_ mapping: inout MappingReader) {
    typealias Keys = DumpedMachineKeys
    if let value = mapping.value(Keys.tier) { tier = value }
    if let value = mapping.value(Keys.priority) { priority = value }
    if let strategy = mapping.value(Keys.runStrategy) { runStrategy = strategy }
    if let strategy = mapping.value(Keys.evictionStrategy) { evictionStrategy = strategy }
    let reason = mapping.value(Keys.notLiveMigratable)
    let boundField = mapping.field(Keys.boundToNode)
    let isBound = boundField?.value(Keys.boundToNode) ?? false
    if isBound, reason == nil {
      boundField?.fail(
        .contradiction, "a machine that is bound to its node says why in '\(Keys.notLiveMigratable.name)'",
        help: "add \(Keys.notLiveMigratable.name): DisksNotLiveMigratable")
    }
    if let reason { migratability = isBound ? .immovable(reason: reason) : .cold(reason: reason) }
  }

  fileprivate mutating func placement(_ mapping: inout MappingReader) {
    typealias Keys = DumpedMachineKeys
    storageClassName = mapping.value(Keys.storageClass) ?? ""
    labels = mapping.value(Keys.labels) ?? [:]
    nodeSelector = mapping.value(Keys.nodeSelector) ?? [:]
    tolerations = mapping.value(Keys.tolerations) ?? []
    terms = mapping.placementTerms(Keys.antiAffinity)
    cpuModel = mapping.cpuModel()
    migrationSelector = mapping.value(Keys.migrationSelector) ?? [:]
  }
}

extension Field {
  /// `node 'worker-1'`, or the position where there is no name.
  fileprivate func title(_ kind: String) -> String { node?["name"]?.text.map { "\(kind) '\($0)'" } ?? name }

  func observedUsage() -> ObservedUsage? {
    guard var mapping = mapping(UsageKeys.section, "'\(name)'") else { return nil }
    let usage = ObservedUsage(cpuCores: mapping.value(UsageKeys.cpu), memoryBytes: mapping.value(UsageKeys.memory))
    mapping.finish()
    return usage
  }

  func labelSelectors() -> [LabelSelector]? {
    items()?.compactMap { item in
      guard var mapping = item.mapping(LabelSelectorKeys.section, "selector") else { return nil }
      let selector = LabelSelector(
        matchLabels: mapping.value(LabelSelectorKeys.matchLabels) ?? [:],
        matchExpressions: (mapping.value(LabelSelectorKeys.conditions) ?? []).compactMap { $0.labelExpression() })
      mapping.finish()
      return selector
    }
  }

  private func labelExpression() -> LabelSelector.Expression? {
    typealias Keys = LabelExpressionKeys
    guard var mapping = mapping(Keys.section, "'\(name)'") else { return nil }
    let (key, sign) = (mapping.value(Keys.key), mapping.value(Keys.operator))
    let values = mapping.value(Keys.values) ?? []
    mapping.finish()
    guard let key, let sign else { return nil }
    return LabelSelector.Expression(key: key, operator: sign, values: values)
  }

  func machineOrigin() -> MachineOrigin? {
    typealias Keys = OriginKeys
    guard var mapping = mapping(Keys.section, "'\(name)'") else { return nil }
    let (size, request) = (mapping.value(Keys.size), mapping.value(Keys.request))
    let (place, migratability) = (mapping.value(Keys.place), mapping.value(Keys.migratability))
    mapping.finish()
    guard let size, let request, let place, let migratability else { return nil }
    return MachineOrigin(size: size, request: request, place: place, migratability: migratability)
  }
}
