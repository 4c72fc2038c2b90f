import ClusterModel

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
  private var usage: [String: ObservedUsage] = [:]
  private var launcherUsage: [String: ObservedUsage] = [:]
  private var unsized = Group()
  private var unsizedByType = Group()
  private var unplaced = Group()
  private var unknownDisks = Group()

  init(session: DecodingSession, settings: KubernetesReader.Settings, tally: SkipTally) {
    self.session = session
    self.settings = settings
    self.tally = tally
  }

  mutating func join(_ read: CollectedObjects) -> ClusterObjects {
    var result = ClusterObjects()
    result.nodes = read.nodes.map { node in
      var node = node
      node.observedUsage = read.nodeUsage[node.name]
      return node
    }
    indexUsage(read.podUsage)
    indexPods(read.pods, instances: read.instances)
    result.machines = machines(read)
    result.pods = otherPods.map { pod in
      OtherPod(
        namespace: pod.header.namespace, name: pod.header.name, nodeName: pod.nodeName, labels: pod.labels,
        cpuRequestMillicores: pod.cpuRequestMillicores, memoryRequestBytes: pod.memoryRequestBytes,
        observedUsage: usage[pod.header.key])
    }
    reportGroups()
    checkPlaces(&result)
    return result
  }

  private mutating func indexUsage(_ pods: [(header: ObjectHeader, usage: ObservedUsage)]) {
    for (header, amount) in pods {
      usage[header.key] = amount
      guard header.name.hasPrefix("virt-launcher-"), let dash = header.name.lastIndex(of: "-") else { continue }
      let machine = header.name.dropFirst("virt-launcher-".count)
      if dash > machine.startIndex { launcherUsage["\(header.namespace)/\(machine[..<dash])"] = amount }
    }
  }

  /// Separates launcher pods from others; of two launchers of one machine the one on the instance's node counts.
  private mutating func indexPods(_ pods: [ReadPod], instances: [ReadInstance]) {
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
        tally.add("Pod", "on no node yet")
      } else {
        otherPods.append(pod)
      }
    }
  }

  private mutating func machines(_ read: CollectedObjects) -> [VirtualMachine] {
    var positions: [String: Int] = [:]
    var pairs: [(machine: ReadMachine?, instance: ReadInstance?)] = []
    for machine in read.machines {
      positions[machine.header.key] = pairs.count
      pairs.append((machine, nil))
    }
    for instance in read.instances {
      if let position = positions[instance.header.key] {
        pairs[position].instance = instance
      } else {
        pairs.append((nil, instance))
      }
    }
    return pairs.compactMap { machine($0.machine, $0.instance, read.claims) }
  }

  private mutating func machine(
    _ machine: ReadMachine?, _ instance: ReadInstance?, _ claims: [String: ReadClaim]
  ) -> VirtualMachine? {
    guard let header = instance?.header ?? machine?.header, let spec = instance?.spec ?? machine?.spec else {
      return nil
    }
    let place = instance?.place ?? machine?.place
    let template = machine?.spec
    let pod = launchers[header.key]
    guard let memory = spec.guestMemoryBytes ?? template?.guestMemoryBytes, memory > 0 else {
      if spec.hasUnreadableSize { return nil }
      if machine?.hasInstanceType == true {
        unsizedByType.add(header.key, place)
      } else {
        unsized.add(header.key, place)
      }
      return nil
    }
    let vCPUs = spec.vCPUs ?? template?.vCPUs ?? 1
    let rendered = LauncherPod(
      vCPUs: vCPUs, guestMemoryBytes: memory, statedCPUMillicores: spec.statedCPUMillicores,
      statedMemoryBytes: spec.statedMemoryBytes, cpuAllocationRatio: settings.cpuAllocationRatio,
      memoryOvercommitPercent: settings.memoryOvercommitPercent, hasGraphicsDevice: spec.hasGraphicsDevice)
    var result = VirtualMachine(
      namespace: header.namespace, name: header.name, vCPUs: vCPUs, guestMemoryBytes: memory,
      cpuRequestMillicores: pod?.cpuRequestMillicores ?? rendered.cpuRequestMillicores,
      memoryRequestBytes: pod?.memoryRequestBytes ?? rendered.memoryRequestBytes)
    result.labels = (machine?.labels ?? [:]).merging(instance?.labels ?? [:]) { _, running in running }
    result.nodeSelector = spec.nodeSelector
    result.tolerations = spec.tolerations
    result.hostAntiAffinity = spec.hostAntiAffinity
    if let strategy = spec.evictionStrategy { result.evictionStrategy = strategy }
    result.priority = pod?.priority ?? 0
    result.hasCPULimit = spec.hasCPULimit || pod?.hasCPULimit == true
    result.observedUsage = pod.flatMap { usage[$0.header.key] } ?? launcherUsage[header.key]
    if spec.unmodelledTerms > 0 { tally.add("affinity term", "not modelled", count: spec.unmodelledTerms) }
    if spec.usesHugepages { tally.add("hugepages setting", "not modelled, counted as ordinary memory") }
    storage(spec, instance, claims, header, place, into: &result)
    life(machine, instance, pod, header, place, into: &result)
    return result
  }

  private mutating func storage(
    _ spec: ReadMachineSpec, _ instance: ReadInstance?, _ claims: [String: ReadClaim], _ header: ObjectHeader,
    _ place: SyntaxNode?, into result: inout VirtualMachine
  ) {
    let known = spec.claims.compactMap { claims["\(header.namespace)/\($0)"] }
    result.storageClassName = known.first { !$0.storageClassName.isEmpty }?.storageClassName ?? ""
    if let isLive = instance?.isLiveMigratable {
      let reason = instance?.liveMigratableReason ?? ""
      result.migratability = isLive ? .live : .cold(reason: reason.isEmpty ? "NotLiveMigratable" : reason)
      return
    }
    if let blocker = spec.blocker {
      result.migratability = .cold(reason: blocker)
    } else if let isShared = instance?.hasSharedVolumes ?? (known.isEmpty ? nil : known.allSatisfy(\.isShared)) {
      result.migratability = isShared ? .live : .cold(reason: "DisksNotLiveMigratable")
    } else if !spec.claims.isEmpty {
      unknownDisks.add(header.key, place)
    }
  }

  /// Whether it runs, and where.
  private mutating func life(
    _ machine: ReadMachine?, _ instance: ReadInstance?, _ pod: ReadPod?, _ header: ObjectHeader, _ place: SyntaxNode?,
    into result: inout VirtualMachine
  ) {
    if let machine { result.runStrategy = machine.runStrategy }
    if let instance {
      result.isRunning = instance.phase != "Succeeded" && instance.phase != "Failed"
      if result.isRunning { result.nodeName = instance.nodeName }
      return
    }
    let stopped = ["Stopped", "Stopping", "Terminating"]
    if let pod, !pod.nodeName.isEmpty {
      result.nodeName = pod.nodeName
    } else if machine?.runStrategy == .halted || machine?.printableStatus.map(stopped.contains) == true {
      result.isRunning = false
    } else {
      unplaced.add(header.key, place)
    }
  }

  private func reportGroups() {
    unsizedByType.report(
      .unsizedMachine, ("takes its size", "take their size"), "from an instance type, which is not read: left out",
      "add the running instances: oc get vmi -A -o yaml", session)
    unsized.report(.unsizedMachine, ("states", "state"), "no memory: left out", "add domain.memory.guest", session)
    if !settings.isPartOfDump {
      unplaced.report(
        .remark, ("runs", "run"), "by the spec but without an instance in the dump: the scheduler decides where",
        "add oc get vmi -A -o yaml", session)
      unknownDisks.report(
        .remark, ("has", "have"), "disks of unknown access mode: taken as live-migratable",
        "add oc get vmi,pvc -A -o yaml", session)
    }
  }

  /// Machines and pods on nodes that nobody described.
  private func checkPlaces(_ result: inout ClusterObjects) {
    guard !settings.isPartOfDump else { return }
    let known = Set(result.nodes.map(\.name)).union(settings.otherNodeNames)
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

  /// Machines that share a problem, told in one diagnostic.
  private struct Group {
    var names: [String] = []
    var first: SyntaxNode?

    mutating func add(_ name: String, _ place: SyntaxNode?) {
      if names.isEmpty { first = place }
      names.append(name)
    }

    /// - Parameter verb: for one machine and for several.
    func report(
      _ code: DiagnosticCode, _ verb: (one: String, many: String), _ what: String, _ help: String,
      _ session: DecodingSession
    ) {
      guard !names.isEmpty else { return }
      let list = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
      let subject = names.count == 1 ? "machine \(list) \(verb.one)" : "\(names.count) machines \(verb.many)"
      session.report(
        .warning, code, "\(subject) \(what)" + (names.count == 1 ? "" : ": \(list)"), at: first, help: help)
    }
  }
}
