package import ClusterModel

/// Collects the objects that placement depends on: nodes, pods, namespaces, services, controllers, storage, budgets.
package struct PlacementReader {
  package private(set) var cluster = PlacementCluster()
  private let session: DecodingSession
  private var seen: Set<String> = []

  package init(session: DecodingSession) { self.session = session }

  /// Takes an object of one of these kinds; false for another kind.
  mutating func take(_ object: SyntaxNode, kind: String, apiVersion: String?) -> Bool {
    let isApps = apiVersion?.hasPrefix("apps/") ?? true
    let isCore = apiVersion.map { !$0.utf8.contains(UInt8(ascii: "/")) } ?? true
    switch kind {
    case "ReplicaSet", "StatefulSet": guard isApps else { return false }
    case "Node", "Pod", "Namespace", "Service", "ReplicationController", "PersistentVolumeClaim", "PersistentVolume":
      guard isCore else { return false }
    case "StorageClass", "CSINode": guard apiVersion?.hasPrefix("storage.k8s.io/") ?? true else { return false }
    case "PodDisruptionBudget": guard apiVersion?.hasPrefix("policy/") ?? true else { return false }
    default: return false
    }
    add(object, kind: kind)
    return true
  }

  mutating func add(_ object: SyntaxNode, kind: String) {
    let known = ObjectKind(rawValue: kind) ?? .pod
    guard let header = session.header(of: object, known), !header.name.isEmpty else { return }
    guard seen.insert("\(kind)/\(header.key)").inserted else { return }
    let spec = session.mapping(object, "spec")
    switch kind {
    case "Node": cluster.nodes.append(node(object, header))
    case "Pod": cluster.pods.append(pod(object, header))
    case "Namespace":
      cluster.objects.namespaces.append(.init(name: header.name, labels: session.texts(object["metadata"], "labels")))
    case "Service":
      let selector = session.mapping(spec, "selector").map { _ in session.texts(spec, "selector") }
      cluster.objects.services.append(.init(namespace: header.namespace, selector: selector))
    case "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "CSINode":
      StorageReader(session: session).read(object, kind, header, into: &cluster.objects)
    case "PodDisruptionBudget": cluster.objects.budgets.append(budget(object, header))
    default:
      let selector =
        kind == "ReplicationController"
        ? LabelSelector(matchLabels: session.texts(spec, "selector"))
        : session.mapping(spec, "selector").map { SchedulingReader.selector($0, session) }
      cluster.objects.controllers.append(
        .init(
          namespace: header.namespace, reference: ControllerReference(kind: kind, name: header.name),
          selector: selector))
    }
  }

  private func budget(_ object: SyntaxNode, _ header: ObjectHeader) -> PlacementObjects.DisruptionBudget {
    let status = session.mapping(object, "status")
    let selector = session.mapping(session.mapping(object, "spec"), "selector")
    var budget = PlacementObjects.DisruptionBudget(
      namespace: header.namespace, name: header.name,
      selector: selector.map { SchedulingReader.selector($0, session) },
      disruptionsAllowed: Int(clamping: status?["disruptionsAllowed"]?.integer ?? 0))
    budget.disruptedPods = session.mapping(status, "disruptedPods")?.entries.compactMap { $0.key.text } ?? []
    return budget
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
