import ClusterModel
import SimulationEngine

/// `cluster`: dumps, pools, storage classes and machine groups, in any mix.
struct ClusterSection {
  let session: DecodingSession
  let vocabulary: ScenarioVocabulary
  let files: InputFiles
  let scenarioPath: String
  /// Files given beside the scenario or in place of one.
  let dumps: [OpenedFile]

  /// - Parameters:
  ///   - field: nil where only `dumps` describe the cluster.
  ///   - installed: set to what a dumped installation says about migrations.
  func decode(_ field: Field?, installed: inout ClusterConfiguration) -> ClusterSpecification {
    var cluster = ClusterSpecification()
    typealias Keys = ClusterKeys
    var mapping = field?.mapping(Keys.section, "'cluster'")
    var settings = KubernetesReader.Settings()
    settings.cpuAllocationRatio = mapping?.value(Keys.cpuAllocationRatio)
    settings.memoryOvercommitPercent = mapping?.value(Keys.memoryOvercommitPercentage)
    if let placement = mapping?.value(Keys.initialPlacement) { cluster.initialPlacement = placement }
    let network = mapping?.value(Keys.migrationNetwork)
    let statesNodes =
      [Keys.nodePools, Keys.snapshot].contains { mapping?.isWritten($0) == true }
      || mapping?.isWritten(Keys.inventory) == true
    if let pools = mapping?.field(Keys.nodePools) {
      cluster.nodePools = NodePoolSection(session: session).decode(pools)
    }
    cluster.migrationNetwork = network
    cluster.uplinks = mapping?.value(Keys.uplinks).map { session.uplinks($0) } ?? []
    if let classes = mapping?.field(Keys.storageClasses) { cluster.storageClasses = storageClasses(classes) }
    let snapshotFiles = dumps + snapshot(mapping?.field(Keys.snapshot))
    let poolNodes = cluster.nodePools.flatMap(\.nodeNames)
    let written = mapping?.field(Keys.inventory).map { inventory($0, cluster, settings, network) }
    settings.otherNodeNames = poolNodes + (written?.nodes.map(\.name) ?? [])
    var absentNodes: [String] = []
    installed = readSnapshot(
      snapshotFiles, settings, network: network, into: &cluster, absentNodes: &absentNodes)
    if let written { add(written, to: &cluster, otherNodeNames: poolNodes) }
    MeasurementSection(session: session).apply(
      snapshotFiles.filter { $0.kind == .measurements }, to: &cluster.snapshotMachines)
    cluster.snapshotTraces = ClusterTraceSection(
      session: session, vocabulary: vocabulary, files: files, scenarioPath: scenarioPath,
      machines: cluster.snapshotMachines
    ).decode(
      mapping?.field(Keys.traces), operands: snapshotFiles.filter { $0.kind == .trace }, inline: written?.traces ?? [])
    if let ratio = settings.cpuAllocationRatio ?? installed.cpuAllocationRatio { cluster.cpuAllocationRatio = ratio }
    if let percent = settings.memoryOvercommitPercent ?? installed.memoryOvercommitPercent {
      cluster.memoryOvercommitPercent = percent
    }
    if let machines = mapping?.field(Keys.machines) {
      cluster.machineGroups = MachineGroupSection(
        session: session, vocabulary: vocabulary, files: files, scenarioPath: scenarioPath,
        storageClasses: cluster.storageClasses.map(\.name), nodeNames: poolNodes + cluster.snapshotNodes.map(\.name)
      ).decode(machines)
    }
    mapping?.finish()
    warnOfUnusedTraces(cluster.snapshotMachines, isScenario: field != nil)
    checkNodes(
      cluster, field, absentNodes, areStated: !cluster.nodePools.isEmpty || !snapshotFiles.isEmpty || statesNodes)
    return cluster
  }

  /// Traces in the folder of a dump whose rows are machines of it: whoever gathered both meant them to be used.
  private func warnOfUnusedTraces(_ machines: [VirtualMachine], isScenario: Bool) {
    let paths = files.unusedTraces
    guard !paths.isEmpty, !machines.isEmpty, !session.hasErrors else { return }
    let names = ReplayingMachines(machines)
    let meant = paths.filter { path in
      let apart = DecodingSession()
      var request = TraceRequest()
      request.machines = names
      guard let file = files.read(path, session: apart) else { return false }
      let trace = TraceFormat.read([FormatCatalog.open(file, session: apart)], format: nil, request, apart)
      return trace?.machineNames.contains { names.position(of: $0) != nil } ?? false
    }
    guard let first = meant.first else { return }
    let folder = first.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    session.report(
      .warning, .skipped,
      "use over time of the dump's machines lies in its folder and is not replayed: \(InventoryCollection.list(meant))",
      help: isScenario
        ? "name it: cluster.traces: [{file: \(first)}]"
        : "give it beside the folder: headroom import \(folder) \(first)")
  }

  private func snapshot(_ field: Field?) -> [OpenedFile] {
    let items = field?.value(ClusterKeys.snapshot) ?? []
    return items.flatMap { item -> [OpenedFile] in
      guard let path = item.string() else { return [] }
      let resolved = InputFiles.resolved(path, besides: scenarioPath)
      return files.open(resolved, at: item.node, session: session)
    }
  }

  private func inventory(
    _ field: Field, _ cluster: ClusterSpecification, _ settings: KubernetesReader.Settings, _ network: NetworkInterface?
  ) -> InventorySection.Contents {
    InventorySection(
      session: session, vocabulary: vocabulary, migrationNetwork: network,
      cpuAllocationRatio: settings.cpuAllocationRatio ?? cluster.cpuAllocationRatio,
      memoryOvercommitPercent: settings.memoryOvercommitPercent ?? cluster.memoryOvercommitPercent
    ).decode(field)
  }

  /// Puts an inventory beside what dumps brought; its machines and pods may be on nodes of either.
  private func add(
    _ written: InventorySection.Contents, to cluster: inout ClusterSpecification, otherNodeNames: [String]
  ) {
    cluster.snapshotNodes = written.nodes + cluster.snapshotNodes
    let known = otherNodeNames + cluster.snapshotNodes.map(\.name)
    let names = Set(known)
    var machines = written.machines
    written.freeFromUnknownNodes(&machines, names, known, session)
    cluster.snapshotMachines = machines + cluster.snapshotMachines
    let pods = written.pods.filter { names.contains($0.nodeName) }
    if pods.count < written.pods.count {
      session.report(
        .note, .skipped, "skipped \(written.pods.count - pods.count) × Pod: on a node that the cluster does not have")
    }
    cluster.snapshotPods = pods + cluster.snapshotPods
    var objects = written.objects
    objects.add(cluster.snapshotObjects)
    cluster.snapshotObjects = objects
  }

  private func readSnapshot(
    _ sources: [OpenedFile], _ settings: KubernetesReader.Settings, network: NetworkInterface?,
    into cluster: inout ClusterSpecification, absentNodes: inout [String]
  ) -> ClusterConfiguration {
    guard !sources.isEmpty else { return ClusterConfiguration() }
    let inventory = readInventories(sources)
    var settings = settings
    settings.otherNodeNames += inventory.nodes.map(\.name)
    var reader = KubernetesReader(session: session, settings: settings)
    for source in sources {
      files.addToHash(source.file)
      switch source.kind {
      case .kubernetes, .metrics: reader.add(source)
      case .inventory, .trace, .measurements: continue
      case .unknown: Validation.reportUnknown(source, session)
      case .scenario:
        session.report(
          .error, .unknownFormat, "'\(source.file.path)' is a \(source.kind.rawValue), not a dump of a cluster")
      }
    }
    let objects = reader.finish()
    let written = Set(cluster.storageClasses.map(\.name))
    for (name, isShared) in objects.storageClasses where !written.contains(name) {
      cluster.storageClasses.append(StorageClass(name: name, isShared: isShared))
    }
    var machines = inventory.machines
    InventoryReader.checkPlaces(
      &machines, knownNodes: settings.otherNodeNames + objects.nodes.map(\.name), session: session)
    let isShared = Dictionary(
      cluster.storageClasses.map { ($0.name, $0.isShared) }, uniquingKeysWith: { first, _ in first })
    for index in machines.indices {
      if isShared[machines[index].storageClassName] == false {
        machines[index].migratability = .cold(reason: "DisksNotLiveMigratable")
      }
    }
    cluster.snapshotNodes = inventory.nodes + objects.nodes
    if cluster.uplinks.isEmpty { cluster.uplinks = objects.uplinks }
    cluster.snapshotMachines = machines + objects.machines
    cluster.snapshotPods = objects.pods
    cluster.snapshotObjects = objects.objects
    absentNodes = objects.absentNodeNames
    if network == nil, inventory.nodes.count + objects.nodesWithoutNetwork > 0 {
      let assumed = NetworkInterface()
      session.report(
        .note, .remark,
        "a dump does not say how fast migrations may be: "
          + "\(Bandwidth.formatted(bytesPerSecond: assumed.bytesPerSecond)) shared with applications is assumed",
        help: "add cluster.migrationNetwork: {bandwidth: 25Gbps, dedicated: true}")
    }
    if let network {
      for i in cluster.snapshotNodes.indices { cluster.snapshotNodes[i].migrationNIC = network }
    }
    return objects.configuration
  }

  /// Inventories come first: their hosts are known to the dumps.
  private func readInventories(_ sources: [OpenedFile]) -> ClusterObjects {
    var reader = InventoryReader(session: session, workloadTypes: vocabulary.workloadTypes)
    for source in sources where source.kind == .inventory { reader.add(source) }
    return reader.finish()
  }

  private func storageClasses(_ field: Field) -> [StorageClass] {
    var names: Set<String> = []
    typealias Keys = StorageClassKeys
    return (field.items() ?? []).compactMap { item in
      let title = item.node?[Keys.name.name]?.text.map { "storage class '\($0)'" } ?? item.name
      guard var mapping = item.mapping(Keys.section, title) else { return nil }
      let name = mapping.value(Keys.name)
      let modes = mapping.value(Keys.accessModes)?.compactMap { $0.choice(Keys.AccessMode.self) } ?? []
      mapping.finish()
      guard let name else { return nil }
      if !names.insert(name).inserted {
        item.fail(.duplicateName, "two storage classes are called '\(name)'")
      }
      return StorageClass(name: name, isShared: modes.contains(.readWriteMany))
    }
  }

  private func checkNodes(_ cluster: ClusterSpecification, _ field: Field?, _ absentNodes: [String], areStated: Bool) {
    var names = cluster.nodePools.flatMap(\.nodeNames) + cluster.snapshotNodes.map(\.name)
    guard !names.isEmpty else {
      if !areStated || !session.hasErrors {
        session.report(
          .error, .missingKey, "the cluster has no nodes", at: field?.node,
          help: absentNodes.isEmpty
            ? "add nodePools, or a dump of the nodes: oc get nodes -o yaml > nodes.yaml"
            : "add a dump of the nodes: oc get nodes -o yaml > nodes.yaml, or say what they are: "
              + "--set 'cluster.nodePools=[{name: h, names: [\(absentNodes.joined(separator: ", "))], "
              + "node: {cpu: 16, memory: 64Gi}}]'")
      }
      return
    }
    names.sort()
    if let twice = names.indices.dropFirst().first(where: { names[$0] == names[$0 - 1] }) {
      session.report(.error, .duplicateName, "two nodes are called '\(names[twice])'", at: field?.node)
    }
    if cluster.machineGroups.isEmpty, cluster.snapshotMachines.isEmpty, !session.hasErrors {
      session.report(
        .warning, .remark, "the cluster has no machines", at: field?.node,
        help: "add machines, or a dump of them: oc get vm,vmi,pods -A -o yaml > machines.yaml")
    }
  }
}
