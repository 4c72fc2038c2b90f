package import ClusterModel

/// Collects the objects that placement depends on: nodes, pods, namespaces, services, controllers, storage, budgets.
package struct PlacementReader {
  package private(set) var cluster = PlacementCluster()
  private let session: DecodingSession
  private var seen: Set<String> = []
  /// Reports a second object of one name; elsewhere the first counts.
  var reportsRepeats = false
  /// Of each pod, in the order of `cluster.pods`; classes may come after the pods that name them.
  private var priorities: [PriorityClaim] = []

  package init(session: DecodingSession) { self.session = session }

  /// Takes an object of one of these kinds; false for another kind.
  mutating func take(_ object: SyntaxNode, kind: String, apiVersion: String?) -> Bool {
    guard let known = ObjectKind(rawValue: kind), Self.kinds.contains(known) else { return false }
    let group = apiVersion.map { version in
      version.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(version[..<$0]) } ?? ""
    }
    guard group ?? known.group == known.group else { return false }
    add(object, kind: known)
    return true
  }

  static let kinds: [ObjectKind] = [
    .node, .pod, .namespace, .service, .replicaSet, .statefulSet, .replicationController, .claim, .volume,
    .storageClass, .storageNode, .disruptionBudget,
  ]

  mutating func add(_ object: SyntaxNode, kind: ObjectKind) {
    guard let header = session.header(of: object, kind), !header.name.isEmpty else { return }
    guard seen.insert("\(kind.rawValue)/\(header.key)").inserted else {
      if reportsRepeats {
        let name = header.namespace.isEmpty ? header.name : header.key
        session.report(.error, .duplicateObject, "a second \(kind.rawValue) is called '\(name)'", at: object)
      }
      return
    }
    switch kind {
    case .node: cluster.nodes.append(node(object, header))
    case .pod:
      cluster.pods.append(pod(object, header))
      priorities.append(PriorityClaim(object["spec"]))
    default: PlacementObjectsReader(session: session).add(object, kind, header, to: &cluster.objects)
    }
  }

  /// Once all classes are known.
  mutating func settlePriorities(by classes: PriorityClasses) {
    for (position, claim) in priorities.enumerated() {
      cluster.pods[position].settle(claim, by: classes)
    }
  }

  func pod(_ object: SyntaxNode, _ header: ObjectHeader) -> PodSpecification {
    PodSpecificationReader(session: session).read(object, header)
  }

  /// Allocatable counts; a list without it, as very old ones are, is read by its capacity.
  private func node(_ object: SyntaxNode, _ header: ObjectHeader) -> NodeSpecification {
    let spec = session.mapping(object, "spec")
    let status = session.mapping(object, "status")
    var node = NodeSpecification(name: header.name, labels: session.texts(object["metadata"], "labels"))
    node.taints = session.elements(spec, "taints").compactMap { SchedulingReader.taint($0, session) }
    node.isCordoned = spec?["unschedulable"]?.bool ?? false
    let hasAllocatable = session.mapping(status, "allocatable") != nil
    node.allocatable = PodSpecificationReader(session: session).amounts(
      status, hasAllocatable ? "allocatable" : "capacity")
    for image in session.elements(status, "images") {
      let names = session.elements(image, "names").compactMap(\.present)
      guard let size = image["sizeBytes"]?.integer, size > 0, !names.isEmpty else { continue }
      node.images.append(NodeImage(names: names, sizeBytes: size))
    }
    return node
  }
}

extension PodSpecification {
  mutating func settle(_ claim: PriorityClaim, by classes: PriorityClasses) {
    priority = classes.priority(of: claim)
    circumstances.neverPreempts = classes.neverPreempts(claim)
  }
}
