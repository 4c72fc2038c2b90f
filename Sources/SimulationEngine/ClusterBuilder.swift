import Balancing
package import ClusterModel

/// Turns a scenario's pools, groups and dumps into one inventory, with what each machine's group says about its demand.
package struct ClusterBuilder {
  /// What the scenario says of one machine beyond the inventory.
  package struct MachineSettings: Sendable {
    package var statedCPUShare: Double?
    package var statedMemoryShare: Double?
    /// Trace number and row, if the machine replays one.
    package var trace: (index: Int, row: Int)?
    package var startNode: String?
    /// Position among the groups, so that the scheduler places in the order written.
    package var order: Int
    /// What the machine's random streams are keyed by: its group and position, or its own name.
    package var streamName: String
  }

  package private(set) var inventory: Inventory
  /// By `MachineID`.
  package private(set) var settings: [MachineSettings]
  package private(set) var traces: [UsageTrace]
  package private(set) var remarks: [String]

  package init(_ specification: ClusterSpecification) {
    traces = specification.snapshotTraces
    var rows = Self.dumped(specification)
    remarks = []
    let host = CommonHost(specification.snapshotNodes)
    let nodes = specification.snapshotNodes + specification.nodePools.flatMap { Self.nodes(of: $0, like: host) }
    let families = LauncherPod.LabelFamily.families(of: nodes.lazy.flatMap(\.labels.keys))
    let isShared = Dictionary(
      specification.storageClasses.map { ($0.name, $0.isShared) }, uniquingKeysWith: { first, _ in first })
    for (position, group) in specification.machineGroups.enumerated() {
      let shared = isShared[group.storageClassName]
      if let trace = group.trace { traces.append(trace) }
      var prototype = Self.machine(of: group, specification, isShared: shared)
      Self.selectModel(&prototype, families)
      let names = group.count == 1 && group.trace == nil ? [group.name] : Self.numbered(group.name, count: group.count)
      for (index, name) in names.enumerated() {
        var machine = prototype
        machine.name = name
        var settings = MachineSettings(
          statedCPUShare: group.meanCPUShare, statedMemoryShare: group.memoryUsedShare, order: position + 1,
          streamName: "\(group.namespace)/\(group.name)#\(index)")
        if let trace = group.trace {
          settings.trace = (traces.count - 1, index)
          settings.statedMemoryShare = group.memoryUsedShare ?? trace.meanMemoryShare(ofRow: index)
        }
        if !group.startNodes.isEmpty { settings.startNode = group.startNodes[index % group.startNodes.count] }
        rows.append((machine, settings))
      }
    }
    rows.sort { ($0.0.namespace, $0.0.name) < ($1.0.namespace, $1.0.name) }
    inventory = Inventory(
      nodes: nodes, machines: rows.map(\.0), pods: specification.snapshotPods,
      objects: specification.snapshotObjects)
    inventory.uplinks = specification.uplinks
    settings = rows.map(\.1)
  }

  /// Machines of dumps, with the rows they replay.
  private static func dumped(_ specification: ClusterSpecification) -> [(VirtualMachine, MachineSettings)] {
    var replayed: [String: (index: Int, row: Int)] = [:]
    for (index, trace) in specification.snapshotTraces.enumerated() {
      for (row, name) in trace.machineNames.enumerated() where replayed[name] == nil { replayed[name] = (index, row) }
    }
    return specification.snapshotMachines.map { machine in
      let name = machine.qualifiedName
      var settings = MachineSettings(startNode: machine.nodeName, order: 0, streamName: name)
      if let trace = replayed[name] {
        settings.trace = trace
        settings.statedMemoryShare = specification.snapshotTraces[trace.index].meanMemoryShare(ofRow: trace.row)
      }
      return (machine, settings)
    }
  }

  /// A pool beside a dump is of hosts like those there, but for what it states itself.
  private static func nodes(of pool: NodePool, like host: CommonHost) -> [Node] {
    pool.nodeNames.enumerated().map { index, name in
      var labels = pool.labels
      labels["kubernetes.io/hostname"] = name
      labels["headroom/pool"] = pool.name
      if !pool.zones.isEmpty { labels["topology.kubernetes.io/zone"] = pool.zones[index % pool.zones.count] }
      var node = Node(
        name: name, labels: labels, taints: pool.taints,
        cpuMillicores: max(0, pool.cpuMillicores - pool.reservedCPUMillicores),
        memoryBytes: max(0, pool.memoryBytes - pool.reservedMemoryBytes), podLimit: pool.podLimit,
        migrationNIC: pool.migrationNIC)
      node.extraAllocatable = pool.extraAllocatable
      host.complete(&node)
      return node
    }
  }

  static func machine(
    of group: MachineGroup, _ specification: ClusterSpecification, isShared: Bool?
  ) -> VirtualMachine {
    var machine = VirtualMachine(
      namespace: group.namespace, name: group.name, vCPUs: group.vCPUs, guestMemoryBytes: group.guestMemoryBytes)
    let pod = LauncherPod(
      vCPUs: group.vCPUs, guestMemoryBytes: group.guestMemoryBytes,
      statedCPUMillicores: group.statedCPURequestMillicores,
      statedMemoryBytes: group.statedMemoryRequestBytes, cpuAllocationRatio: specification.cpuAllocationRatio,
      memoryOvercommitPercent: specification.memoryOvercommitPercent)
    machine.cpuRequestMillicores = pod.cpuRequestMillicores
    machine.memoryRequestBytes = pod.memoryRequestBytes
    machine.labels = group.labels
    machine.labels["headroom/group"] = group.name
    machine.nodeSelector = group.nodeSelector
    machine.tolerations = group.tolerations
    machine.terms = group.terms
    machine.cpuModel = group.cpuModel
    if group.hasHostAntiAffinity {
      machine.hostAntiAffinity += [LabelSelector(matchLabels: ["headroom/group": group.name])]
    }
    machine.runStrategy = group.runStrategy
    machine.evictionStrategy = group.evictionStrategy
    machine.tier = group.tier
    machine.priority = group.priority
    machine.storageClassName = group.storageClassName
    if isShared == false { machine.migratability = .cold(reason: "DisksNotLiveMigratable") }
    machine.hasCPULimit = group.hasCPULimit
    machine.hasDedicatedCPUs = group.hasDedicatedCPUs
    machine.copiedDiskBytes = group.copiedDiskBytes
    machine.hasSRIOVInterfaces = group.hasSRIOVInterfaces
    machine.workloadType = group.workloadType
    machine.observedDirtyBytesPerSecond = group.dirtyBytesPerSecond
    machine.statedDirty = group.dirty
    machine.applicationGroup = group.application.isEmpty ? "\(group.namespace)/\(group.name)" : group.application
    machine.isRunning = group.runStrategy != .halted
    return machine
  }

  /// A named CPU model is found on nodes that say so, where any node says which models it has.
  private static func selectModel(_ machine: inout VirtualMachine, _ families: Set<LauncherPod.LabelFamily>) {
    guard case .named(let model) = machine.cpuModel, families.contains(.cpuModel) else { return }
    machine.nodeSelector[LauncherPod.LabelFamily.cpuModel.rawValue + model] = "true"
  }

  /// `web-1` … `web-9`, or `web-01` … `web-12`: padded so that names sort as they count.
  package static func numbered(_ name: String, count: Int) -> [String] {
    let width = String(count).count
    return (1...max(1, count)).prefix(count).map { number in
      let digits = String(number)
      return name + "-" + String(repeating: "0", count: width - digits.count) + digits
    }
  }
}
