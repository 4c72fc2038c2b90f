package import ClusterModel

/// Nodes, machines and other pods of one or more dumps, joined, and what the installation says about all of them.
package struct ClusterObjects: Sendable {
  package var nodes: [Node] = []
  package var machines: [VirtualMachine] = []
  package var pods: [OtherPod] = []
  /// Namespaces, services, controllers, claims and volumes, which selectors of pods and machines look up.
  package var objects = PlacementObjects()
  package var configuration = ClusterConfiguration()
  /// Classes with a profile, by name, and whether their disks are ReadWriteMany; sorted.
  package var storageClasses: [(name: String, isShared: Bool)] = []
  /// Nodes that do not say what their network carries of migrations.
  package var nodesWithoutNetwork = 0
  /// Nodes that machines run on and nobody described, sorted.
  package var absentNodeNames: [String] = []
}

/// Reads Kubernetes objects in any wrapping, then joins what belongs together.
///
/// Objects come alone, in `List`s, in typed lists whose items carry no kind (raw API answers), in several documents, or
/// as a sequence at the root. Kind and API group must both match.
package struct KubernetesReader {
  package struct Settings: Sendable {
    /// Nil for what the dump says, else KubeVirt's defaults.
    package var cpuAllocationRatio: Int?
    package var memoryOvercommitPercent: Int?
    /// Nodes that exist besides those in the dumps.
    package var otherNodeNames: [String] = []
    /// One file of many: machines on nodes of another file are no news.
    package var isPartOfDump = false

    package init(isPartOfDump: Bool = false) { self.isPartOfDump = isPartOfDump }
  }

  let session: DecodingSession
  let settings: Settings
  var collected = CollectedObjects()
  var tally = SkipTally()
  /// Takes the objects that placement needs before anything else reads them; nil where nobody asks for placement.
  package var placement: PlacementReader?

  package init(session: DecodingSession, settings: Settings = Settings()) {
    self.session = session
    self.settings = settings
  }

  package mutating func add(_ opened: OpenedFile) {
    for document in opened.documents where document.root.kind != .null {
      add(document.root, inherited: nil, version: nil)
    }
    for text in opened.texts {
      if TopTable.recognizes(text.bytes) {
        TopTable.read(text, session, into: &collected.metrics, tally: &tally)
      } else {
        PrometheusReader.readText(text, session, into: &collected.samples, tally: &tally)
      }
    }
  }

  /// What was read so far, joined; reports what was skipped.
  package mutating func finish() -> ClusterObjects {
    collected.samples.finish(into: &collected.metrics, tally: &tally)
    collected.endReading()
    var join = SnapshotJoin(collected, session: session, settings: settings, tally: tally)
    let result = join.join(collected)
    join.tally.report(to: session)
    return result
  }

  /// What placement looks at in all that was read.
  mutating func placementCluster() -> PlacementCluster {
    placement?.settlePriorities(by: collected.priorityClasses)
    var cluster = placement?.cluster ?? PlacementCluster()
    cluster.pods += podlessMachines()
    describeMachines(&cluster.pods)
    return cluster
  }

  /// Machines of which `placement` has no pod, as the launcher pods that KubeVirt makes for them.
  ///
  /// A machine whose instance names a node has its pod there; the others wait for one, or are marked as stopped.
  private mutating func podlessMachines() -> [PodSpecification] {
    guard let cluster = placement?.cluster, !collected.machines.isEmpty || !collected.instances.isEmpty else {
      return []
    }
    var join = SnapshotJoin(collected, session: session, settings: settings, tally: tally, beside: cluster)
    return join.podlessMachines(collected, beside: cluster, includesStopped: true)
  }

  /// Objects read so far that a run uses.
  var keptCount: Int { kindCounts.reduce(0) { $0 + $1.count } - collected.unused.total }
  /// How many objects of each kind were read so far.
  package var kindCounts: [(kind: String, count: Int)] { collected.kindCounts }

  private mutating func add(_ object: SyntaxNode, inherited: String?, version: String?) {
    switch object.kind {
    case .sequence:
      for element in object.elements { add(element, inherited: inherited, version: version) }
      return
    case .mapping: break
    case .null:
      tally.add(inherited ?? "item", "empty")
      return
    default:
      session.report(.error, .notData, "\(object.described) is not an object", at: object)
      return
    }
    let apiVersion = object["apiVersion"]?.text ?? version
    guard let kind = object["kind"]?.text ?? inherited else {
      if object["items"]?.kind == .sequence {
        addItems(of: object, "List", apiVersion)
      } else if StatsSummaryReader.recognizes(object) {
        StatsSummaryReader.read(object, session, into: &collected.metrics, tally: &tally)
      } else if PrometheusReader.recognizes(object) {
        PrometheusReader.readQuery(object, session, into: &collected.samples, tally: &tally)
      } else if NodeReader.recognizes(object) {
        session.report(
          .warning, .oddObject, "an object without a kind is taken for a Node, because only nodes have a nodeInfo",
          at: object)
        add(object, kind: ObjectKind.node.rawValue, apiVersion: apiVersion)
      } else {
        tally.add("object", "it has no kind")
      }
      return
    }
    if kind.hasSuffix("List") {
      addItems(of: object, kind, apiVersion)
    } else {
      add(object, kind: kind, apiVersion: apiVersion)
    }
  }

  private mutating func addItems(of list: SyntaxNode, _ kind: String, _ version: String?) {
    guard let items = list["items"], items.kind != .null else {
      session.report(.warning, .emptyList, "\(kind) has no items", at: list["items"] ?? list)
      return
    }
    guard items.kind == .sequence else {
      session.wrongType(items, "items", "a list")
      return
    }
    let itemKind = kind == "List" ? nil : String(kind.dropLast(4))
    for item in items.elements { add(item, inherited: itemKind, version: itemKind == nil ? nil : version) }
  }

  private mutating func add(_ object: SyntaxNode, kind: String, apiVersion: String?) {
    if placement?.take(object, kind: kind, apiVersion: apiVersion) == true { return }
    guard let known = ObjectKind(rawValue: kind) else {
      if let meant = ObjectKind.allCases.first(where: { $0.rawValue.lowercased() == kind.lowercased() }) {
        session.report(
          .error, .unknownKind, "unknown kind '\(kind)'", at: object["kind"], label: "unknown kind",
          help: "did you mean \(meant.rawValue)?")
      } else {
        tally.add(kind, "not needed")
      }
      return
    }
    if let apiVersion {
      let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      let group = parts.count > 1 ? parts[0] : ""
      guard group == known.group else {
        tally.add(kind, group.isEmpty ? "of the core API" : "of \(group)")
        return
      }
      if !known.versions.contains(parts[parts.count - 1]) {
        session.report(
          .warning, .unknownVersion, "unknown version '\(apiVersion)' of \(kind) is read as \(known.versions[0])",
          at: object["apiVersion"])
      }
    }
    guard let header = session.header(of: object, known) else { return }
    guard collected.isNew(known, header) else {
      tally.add(kind, "given twice, the first counts")
      return
    }
    if known != .configMap { collected.count(known) }
    read(object, known, header)
  }

  private mutating func read(_ object: SyntaxNode, _ kind: ObjectKind, _ header: ObjectHeader) {
    switch kind {
    case .node:
      guard var node = NodeReader.read(object, header, session) else {
        if session.hasErrors { collected.brokenNodeNames.insert(header.name) }
        return
      }
      let network = NodeReader.migrationNetwork(object, session)
      node.migrationNIC = network ?? node.migrationNIC
      if network == nil { collected.nodesWithoutNetwork += 1 }
      collected.nodes.append(node)
    case .pod: collected.pods.append(PodReader.read(object, header, session))
    case .machine: collected.machines.append(MachineReader.machine(object, header, session))
    case .instance: collected.instances.append(MachineReader.instance(object, header, session))
    case .migration: MigrationReader.read(object, header, session).map { collected.migrations.append($0) }
    case .instanceType, .clusterInstanceType:
      collected.instanceTypes[header.key] = InstanceTypeReader.read(object, session)
    case .preference, .clusterPreference:
      collected.graphicsPreferences[header.key] = PreferenceReader.hasGraphicsDevice(object, session)
    case .kubeVirt:
      collected.kubeVirt = collected.kubeVirt ?? ConfigurationReader.kubeVirt(object, header, session)
    case .hyperConverged:
      collected.hyperConverged = collected.hyperConverged ?? ConfigurationReader.hyperConverged(object, header, session)
    case .configMap:
      let inner = ConfigMapReader.objects(object, session)
      if inner.isEmpty { tally.add(kind.rawValue, "not needed") }
      for object in inner { add(object, inherited: nil, version: nil) }
    case .priorityClass:
      PriorityClassReader.read(object, session).map { collected.priorityClasses.add(header.name, $0) }
    case .claim, .volume, .storageClass, .storageProfile, .dataVolume: readStorage(object, kind, header)
    case .namespace, .service, .replicaSet, .statefulSet, .replicationController:
      readReferred(object, kind, header)
    case .networkAttachment:
      let resource = session.mapping(object, "metadata")?["annotations"]?["k8s.v1.cni.cncf.io/resourceName"]
      resource?.present.map { collected.networkResources[header.key] = $0 }
    case .nodeMetrics:
      MetricsReader.node(object, session).map { collected.metrics.add(node: header.name, $0) }
    case .podMetrics:
      MetricsReader.pod(object, session).map { collected.metrics.add(pod: header.key, $0) }
    case .migrationPolicy:
      let spec = session.mapping(object, "spec")
      collected.migrationPolicies.append(MigrationPolicySection.dumped(spec, name: header.name, session))
    case .disruptionBudget, .quota, .machineSet, .machineHealthCheck, .nodeHealthCheck, .descheduler,
      .deschedulerPolicy, .storageNode:
      collected.unused.add(kind)
    }
  }

  private mutating func readReferred(_ object: SyntaxNode, _ kind: ObjectKind, _ header: ObjectHeader) {
    PlacementObjectsReader(session: session).add(object, kind, header, to: &collected.objects)
  }

  private mutating func readStorage(_ object: SyntaxNode, _ kind: ObjectKind, _ header: ObjectHeader) {
    switch kind {
    case .claim:
      collected.disks.claims[header.key] = ClaimReader.read(object, session)
      readReferred(object, kind, header)
    case .dataVolume: collected.disks.dataVolumes[header.key] = DataVolumeReader.read(object, session)
    case .volume:
      collected.disks.volumes[header.name] = VolumeReader.read(object, session)
      readReferred(object, kind, header)
    case .storageClass:
      collected.disks.add(storageClass: header.name, isDefault: StorageClassReader.isDefault(object))
    default:
      collected.disks.profiles[StorageProfileReader.className(object, header)] =
        StorageProfileReader.isShared(object, session)
    }
  }
}
