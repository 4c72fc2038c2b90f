package import ClusterModel

/// Nodes, machines and other pods of one or more dumps, joined.
package struct ClusterObjects: Sendable {
  package var nodes: [Node] = []
  package var machines: [VirtualMachine] = []
  package var pods: [OtherPod] = []
  /// Nodes that machines run on and nobody described, sorted.
  package var absentNodeNames: [String] = []
}

/// Reads Kubernetes objects in any wrapping, then joins what belongs together.
///
/// Objects come alone, in `List`s, in typed lists whose items carry no kind (raw API answers), in several documents, or
/// as a sequence at the root. Kind and API group must both match.
package struct KubernetesReader {
  package struct Settings: Sendable {
    package var cpuAllocationRatio = LauncherPod.defaultCPUAllocationRatio
    package var memoryOvercommitPercent = 100
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
  /// Objects of kinds that are used.
  private(set) var keptCount = 0

  package init(session: DecodingSession, settings: Settings = Settings()) {
    self.session = session
    self.settings = settings
  }

  package mutating func add(_ opened: OpenedFile) {
    for document in opened.documents where document.root.kind != .null {
      add(document.root, inherited: nil, version: nil)
    }
  }

  /// What was read so far, joined; reports what was skipped.
  package mutating func finish() -> ClusterObjects {
    var join = SnapshotJoin(session: session, settings: settings, tally: tally)
    let result = join.join(collected)
    join.tally.report(to: session)
    return result
  }

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
    keptCount += 1
    read(object, known, header)
  }

  private mutating func read(_ object: SyntaxNode, _ kind: ObjectKind, _ header: ObjectHeader) {
    switch kind {
    case .node: NodeReader.read(object, header, session).map { collected.nodes.append($0) }
    case .pod: collected.pods.append(PodReader.read(object, header, session))
    case .claim: collected.claims[header.key] = ClaimReader.read(object, session)
    case .machine: collected.machines.append(MachineReader.machine(object, header, session))
    case .instance: collected.instances.append(MachineReader.instance(object, header, session))
    case .nodeMetrics: MetricsReader.node(object, session).map { collected.nodeUsage[header.name] = $0 }
    case .podMetrics: MetricsReader.pod(object, session).map { collected.podUsage.append((header, $0)) }
    }
  }
}

/// Objects as read, before they are joined.
///
/// Dictionaries here are only looked up, never iterated.
struct CollectedObjects {
  var nodes: [Node] = []
  var pods: [ReadPod] = []
  var machines: [ReadMachine] = []
  var instances: [ReadInstance] = []
  var claims: [String: ReadClaim] = [:]
  var nodeUsage: [String: ObservedUsage] = [:]
  var podUsage: [(header: ObjectHeader, usage: ObservedUsage)] = []
  private var seen: Set<String> = []

  mutating func isNew(_ kind: ObjectKind, _ header: ObjectHeader) -> Bool {
    seen.insert("\(kind.rawValue)/\(header.key)").inserted
  }
}
