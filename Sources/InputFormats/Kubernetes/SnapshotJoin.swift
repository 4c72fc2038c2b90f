import ClusterModel
import SimulationEngine

/// Joins nodes, machines, instances, pods, claims and metrics of a dump into one inventory.
///
/// Size from the instance, else the machine; request from the virt-launcher pod, else as KubeVirt renders it; place
/// from the instance, else the pod; live-migratability from the condition, else from the spec and the access modes.
struct SnapshotJoin {
  let session: DecodingSession
  let settings: KubernetesReader.Settings
  var tally: SkipTally
  private var launchers: [String: ReadPod] = [:]
  private var otherPods: [ReadPod] = []
  private var metrics = CollectedMetrics()
  private var configuration = ClusterConfiguration()
  private var launcherJoin: LauncherJoin
  /// Whether a node exposes a host CPU model; only nodes that KubeVirt has labelled are here.
  private var exposesHostModel: [String: Bool] = [:]
  private var origins = OriginTally()
  private var launcherUsage: [String: ObservedUsage] = [:]
  private var unsized = MachineGroupReport()
  private var unsizedByType = MachineGroupReport()
  private var unplaced = MachineGroupReport()
  private var unknownDisks = MachineGroupReport()
  /// Machines of migrations in flight, by the migrations or by the machines themselves.
  private var migratingKeys: Set<String> = []
  private var ratesWhileMigrating: [String] = []
  private var copiedDisks = CopiedDiskReport()

  /// - Parameter cluster: nodes and objects that placement has taken; nil where they are among what was read.
  init(
    _ read: CollectedObjects, session: DecodingSession, settings: KubernetesReader.Settings, tally: SkipTally,
    beside cluster: PlacementCluster? = nil
  ) {
    self.session = session
    self.settings = settings
    self.tally = tally
    metrics = read.metrics
    configuration = read.configuration
    launcherJoin = LauncherJoin(
      read, settings, offer: cluster.map { HostOffer($0.nodes) } ?? HostOffer(read.nodes),
      objects: cluster?.objects ?? read.objects)
  }

  mutating func join(_ read: CollectedObjects) -> ClusterObjects {
    var result = ClusterObjects()
    result.configuration = configuration
    result.nodesWithoutNetwork = read.nodesWithoutNetwork
    result.uplinks = read.uplinks.uplinks
    result.nodes = read.nodes.map { node in
      var node = node
      node.observedUsage = metrics.nodes[node.name]
      return node
    }
    migratingKeys = Set(
      read.migrations.filter(\.isRunning).map(\.machineKey) + read.instances.filter(\.isMigrating).map(\.header.key))
    indexHosts(read.nodes)
    indexUsage()
    indexPods(read.pods, instances: read.instances)
    result.machines = machines(read)
    result.pods = otherPods.map { pod in
      launcherJoin.other(
        pod, priority: read.priorityClasses.priority(of: pod.priority), usage: metrics.pods[pod.header.key])
    }
    result.objects = launcherJoin.relevant(read.objects, pods: result.pods, machines: result.machines)
    result.storageClasses = read.disks.profiles.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    reportGroups()
    MigrationSummary(
      read.migrations,
      lastOfMachine: read.instances.compactMap { instance in
        instance.lastMigrationSeconds.map { (instance.header.key, $0) }
      }
    ).report(to: session)
    origins.report(to: session)
    read.unused.report(to: session)
    checkPlaces(&result, brokenNodes: read.brokenNodeNames)
    return result
  }

  private mutating func indexHosts(_ nodes: [Node]) {
    for node in nodes {
      var isLabelled = false
      var exposes = false
      for label in node.labels.keys {
        if label.hasPrefix("host-model-cpu.node.kubevirt.io/") { exposes = true }
        if label.hasPrefix("cpu-model.node.kubevirt.io/") { isLabelled = true }
      }
      if isLabelled || exposes { exposesHostModel[node.name] = exposes }
    }
  }

  /// Usage of launcher pods whose object is not in the dump: their name holds the machine's.
  private mutating func indexUsage() {
    for key in metrics.podOrder {
      guard let slash = key.firstIndex(of: "/") else { continue }
      let name = key[key.index(after: slash)...]
      guard name.hasPrefix("virt-launcher-"), let dash = name.lastIndex(of: "-") else { continue }
      let machine = name.dropFirst("virt-launcher-".count)
      if dash > machine.startIndex { launcherUsage["\(key[..<slash])/\(machine[..<dash])"] = metrics.pods[key] }
    }
  }

  /// Separates launcher pods from others; of two launchers of one machine the one on the instance's node counts.
  private mutating func indexPods(_ pods: [ReadPod], instances: [ReadInstance]) {
    guard !pods.isEmpty else { return }
    var nodeOf: [String: String] = [:]
    for instance in instances { nodeOf[instance.header.key] = instance.nodeName ?? "" }
    for pod in pods {
      if pod.isFinished {
        tally.add("Pod", "finished")
      } else if let machine = pod.machineName {
        let key = "\(pod.header.namespace)/\(machine)"
        if let other = launchers[key] {
          tally.add("Pod", "the second virt-launcher of a migrating machine")
          if pod.nodeName == nodeOf[key], other.nodeName != nodeOf[key] { launchers[key] = pod }
        } else {
          launchers[key] = pod
        }
      } else if pod.nodeName.isEmpty {
        tally.add("Pod", "on no node yet; used by place, not by runs")
      } else {
        otherPods.append(pod)
      }
    }
  }

  private mutating func machines(_ read: CollectedObjects) -> [VirtualMachine] {
    var result: [VirtualMachine] = []
    result.reserveCapacity(max(read.machines.count, read.instances.count))
    Self.forEachMachine(of: read) { known, instance in
      if let joined = machine(known, instance, read) { result.append(joined) }
    }
    return result
  }

  /// Each machine with its instance, then the instances that no machine describes.
  private static func forEachMachine(
    of read: CollectedObjects, _ body: (ReadMachine?, ReadInstance?) -> Void
  ) {
    var positions: [String: Int] = [:]
    positions.reserveCapacity(read.machines.count)
    for (position, machine) in read.machines.enumerated() { positions[machine.header.key] = position }
    // Positions instead of copies: what was read of a machine is larger than what is kept.
    var instanceOf = [Int?](repeating: nil, count: read.machines.count)
    var others: [Int] = []
    others.reserveCapacity(read.instances.count)
    for (index, instance) in read.instances.enumerated() {
      if let position = positions.isEmpty ? nil : positions[instance.header.key] {
        instanceOf[position] = index
      } else {
        others.append(index)
      }
    }
    for (position, known) in read.machines.enumerated() {
      body(known, instanceOf[position].map { read.instances[$0] })
    }
    for index in others { body(nil, read.instances[index]) }
  }

  /// Machines whose pod is not in the cluster, as pods: on their instance's node, waiting, or marked as stopped if asked.
  mutating func podlessMachines(
    _ read: CollectedObjects, beside cluster: PlacementCluster, includesStopped: Bool = false
  ) -> [PodSpecification] {
    var owners: Set<String> = []
    for pod in cluster.pods where !pod.isFinished {
      for name in [pod.machineName, Self.machineName(ofLauncher: pod.name)] {
        if let name { owners.insert("\(pod.namespace)/\(name)") }
      }
    }
    var result: [PodSpecification] = []
    Self.forEachMachine(of: read) { known, instance in
      guard let header = instance?.header ?? known?.header, !owners.contains(header.key),
        let joined = machine(known, instance, read), joined.isRunning || includesStopped
      else { return }
      var pod = PodSpecification(joined)
      pod.nodeName = joined.nodeName ?? ""
      pod.circumstances.isStopped = !joined.isRunning
      pod.circumstances.cpuModel = joined.cpuModel
      pod.circumstances.createdSeconds = instance?.createdSeconds ?? known?.createdSeconds ?? .max
      pod.circumstances.neverPreempts =
        (instance?.spec ?? known?.spec).map { spec in
          read.priorityClasses.neverPreempts(spec.priority)
        } ?? false
      result.append(pod)
    }
    reportUnsized()
    return result
  }

  /// `db` of `virt-launcher-db-x7k2p`.
  private static func machineName(ofLauncher name: String) -> String? {
    guard name.hasPrefix("virt-launcher-") else { return nil }
    let rest = name.dropFirst("virt-launcher-".count)
    return rest.lastIndex(of: "-").flatMap { $0 > rest.startIndex ? String(rest[..<$0]) : nil }
  }

  private mutating func machine(
    _ machine: ReadMachine?, _ instance: ReadInstance?, _ read: CollectedObjects
  ) -> VirtualMachine? {
    guard let header = instance?.header ?? machine?.header, let spec = instance?.spec ?? machine?.spec else {
      return nil
    }
    let place = instance?.place ?? machine?.place
    let pod = launchers.isEmpty ? nil : launchers[header.key]
    guard let size = MachineSize(machine, instance, read) else {
      if spec.hasUnreadableSize { return nil }
      if machine?.instanceType != nil {
        unsizedByType.add(header.key, place)
      } else {
        unsized.add(header.key, place)
      }
      return nil
    }
    var result = VirtualMachine(
      namespace: header.namespace, name: header.name, vCPUs: size.shape.vCPUs,
      guestMemoryBytes: size.shape.guestMemoryBytes, cpuRequestMillicores: 0, memoryRequestBytes: 0)
    launcherJoin.render(size, spec, into: &result)
    if let pod { launcherJoin.adopt(pod, into: &result) }
    result.labels = (pod?.labels ?? instance?.labels ?? machine?.labels ?? [:]).filter {
      !LauncherPod.volatileLabels.contains($0.key)
    }
    if let type = machine?.labels[WorkloadInference.label] { result.labels[WorkloadInference.label] = type }
    result.cpuModel = launcherJoin.cpuModel(size)
    if let strategy = spec.evictionStrategy ?? configuration.evictionStrategy { result.evictionStrategy = strategy }
    result.priority = read.priorityClasses.priority(of: pod?.priority.unlessSilent ?? spec.priority)
    result.hasDedicatedCPUs = size.shape.traits.contains(.dedicatedCPUs)
    // The pod of dedicated CPUs has a limit that is none of the machine's.
    result.hasCPULimit = size.hasCPULimit || pod?.hasCPULimit == true && !result.hasDedicatedCPUs
    result.hasSRIOVInterfaces = spec.hasSRIOVInterfaces
    observe(pod, into: &result)
    var origin = MachineOrigin(
      size: size.origin, request: pod == nil ? .rendered : .pod, place: .scheduler, migratability: .condition)
    origin.place = life(machine, instance, pod, header, place, into: &result)
    origin.migratability = migratability(spec, size, machine, instance, read.disks, place, into: &result)
    copyDisks(spec, machine, instance, read.disks, into: &result)
    result.origin = origin
    origins.add(origin)
    return result
  }

  /// What a live migration copies of its disks; marks on the machine count before what its spec tells.
  private mutating func copyDisks(
    _ spec: ReadMachineSpec, _ machine: ReadMachine?, _ instance: ReadInstance?, _ disks: DiskIndex,
    into result: inout VirtualMachine
  ) {
    let marks = (instance?.marks ?? MachineMarks()).filled(from: machine?.marks ?? MachineMarks())
    var bytes = Int64(spec.copiedDisks.generatedCount) * CopiedDisks.generatedBytes
    if let moving = instance?.movingBytes {
      bytes += min(moving, 1 << 60)
    } else if machine?.migratesVolumes == true, result.migratability == .cold(reason: "DisksNotLiveMigratable"),
      let size = disks.bytes(spec.claims, namespace: result.namespace, templates: machine?.templates ?? [:])
    {
      bytes += min(size, 1 << 60)
      copiedDisks.addMovable(result.qualifiedName, size)
    }
    result.copiedDiskBytes = bytes
    if spec.copiedDisks.overlayCount > 0, marks.copiedDiskBytes == nil { copiedDisks.addOverlay(result.qualifiedName) }
    marks.apply(to: &result)
  }

  /// Usage from the pod's metrics where there are some, else from the hypervisor's.
  private mutating func observe(_ pod: ReadPod?, into result: inout VirtualMachine) {
    let key = result.qualifiedName
    let ofPod = pod.flatMap { metrics.pods[$0.header.key] } ?? launcherUsage[key]
    let ofMachine = metrics.machines[key]
    if ofPod != nil || ofMachine != nil {
      result.observedUsage = ObservedUsage(
        cpuCores: ofPod?.cpuCores ?? ofMachine?.cpuCores, memoryBytes: ofPod?.memoryBytes ?? ofMachine?.memoryBytes)
    }
    if migratingKeys.contains(key), metrics.dirtyRates[key] != nil {
      ratesWhileMigrating.append(key)
    } else {
      result.observedDirtyBytesPerSecond = metrics.dirtyRates[key]
    }
  }

  /// The condition where there is one, whatever `migrationMethod` says; else KubeVirt's rules.
  private mutating func migratability(
    _ spec: ReadMachineSpec, _ size: MachineSize, _ machine: ReadMachine?, _ instance: ReadInstance?,
    _ disks: DiskIndex, _ place: SourcePlace?, into result: inout VirtualMachine
  ) -> MachineOrigin.Migratability {
    var access = disks.access(
      spec.claims, namespace: result.namespace, templates: machine?.templates ?? [:],
      reported: instance?.hasSharedVolumes)
    result.storageClassName = access.storageClassName
    let isBound = access.nodeName != nil || spec.obstacles.hasHostDisk
    if let isLive = instance?.isLiveMigratable {
      let stated = instance?.liveMigratableReason ?? ""
      let reason = stated.isEmpty ? "NotLiveMigratable" : stated
      result.migratability = isLive ? .live : isBound ? .immovable(reason: reason) : .cold(reason: reason)
      return .condition
    }
    // Volumes that move to other claims are copied, wherever they are.
    if instance?.movingBytes != nil { (access.isShared, access.nodeName) = (true, nil) }
    var obstacles = spec.obstacles
    obstacles.hasHostDevice = obstacles.hasHostDevice || size.hasHostDevices
    if let reason = LiveMigrationRules.refusal(
      obstacles, exposesHostModel: result.nodeName.flatMap { exposesHostModel[$0] },
      hasTSCFrequency: instance?.hasTSCFrequency == true, disks: access)
    {
      result.migratability = isBound ? .immovable(reason: reason) : .cold(reason: reason)
      return .rules
    }
    if access.isShared == nil, !spec.claims.isEmpty {
      unknownDisks.add(result.qualifiedName, place)
      return .assumed
    }
    return .rules
  }

  /// Whether it runs, and where.
  private mutating func life(
    _ machine: ReadMachine?, _ instance: ReadInstance?, _ pod: ReadPod?, _ header: ObjectHeader, _ place: SourcePlace?,
    into result: inout VirtualMachine
  ) -> MachineOrigin.Place {
    if let machine { result.runStrategy = machine.runStrategy }
    if let instance {
      guard let end = instance.end(under: machine) else {
        result.nodeName = instance.nodeName
        return instance.nodeName == nil ? .scheduler : .instance
      }
      result.isRunning = machine?.startsAgain(after: end) == true
      return result.isRunning ? .scheduler : .stopped
    }
    if let pod, !pod.nodeName.isEmpty {
      result.nodeName = pod.nodeName
      return .pod
    }
    if machine?.startsWithoutInstance == false {
      result.isRunning = false
      return .stopped
    }
    unplaced.add(header.key, place)
    return .scheduler
  }

  private func reportGroups() {
    reportUnsized()
    if !ratesWhileMigrating.isEmpty {
      let count = ratesWhileMigrating.count
      session.report(
        .note, .remark,
        "\(count) dirty \(count == 1 ? "rate" : "rates") read while the machine migrated: left out, for a rate in a stalled "
          + "migration is the link's",
        notes: ["of \(InventoryCollection.list(ratesWhileMigrating))"],
        help: "scrape again when nothing migrates, or give the rounds: headroom predict --fit")
    }
    if !settings.isPartOfDump {
      copiedDisks.report(to: session)
      unplaced.report(
        .remark, ("runs", "run"), "by the spec but without an instance in the dump: the scheduler decides where",
        "add oc get vmi -A -o yaml", session)
      unknownDisks.report(
        .remark, ("has", "have"), "disks of unknown access mode: taken as live-migratable",
        "add oc get vmi,pvc -A -o yaml", session)
    }
  }

  private func reportUnsized() {
    unsizedByType.report(
      .unsizedMachine, ("takes its size", "take their size"),
      "from an instance type that is not in the dump: left out",
      "add the running instances: oc get vmi -A -o yaml", session)
    unsized.report(.unsizedMachine, ("states", "state"), "no memory: left out", "add domain.memory.guest", session)
  }

  /// Machines and pods on nodes that nobody described.
  private func checkPlaces(_ result: inout ClusterObjects, brokenNodes: Set<String>) {
    guard !settings.isPartOfDump else { return }
    let known = Set(result.nodes.map(\.name)).union(settings.otherNodeNames).union(brokenNodes)
    var absent: [String: Int] = [:]
    var count = 0
    for i in result.machines.indices {
      guard let node = result.machines[i].nodeName, !known.contains(node) else { continue }
      absent[node, default: 0] += 1
      count += 1
      result.machines[i].nodeName = nil
    }
    let before = result.pods.count
    result.pods.removeAll { !known.contains($0.nodeName) }
    if result.pods.count < before {
      session.report(.note, .skipped, "skipped \(before - result.pods.count) × Pod: on a node that is not in the dump")
    }
    guard count > 0 else { return }
    let names = absent.keys.sorted()
    result.absentNodeNames = names
    let list = names.prefix(5).map { "\($0) (\(absent[$0] ?? 0))" }.joined(separator: ", ")
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    session.report(
      .warning, .absentNode,
      "\(count) \(count == 1 ? "machine runs" : "machines run") on nodes that are not in the dump: "
        + list + more,
      notes: known.isEmpty ? [] : ["the scheduler places them instead"],
      help: "add oc get nodes -o yaml, or a node pool with names: [\(names.prefix(3).joined(separator: ", "))]")
  }
}
