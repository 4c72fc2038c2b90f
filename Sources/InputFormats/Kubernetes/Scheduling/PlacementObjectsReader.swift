import ClusterModel

/// Namespaces, services, controllers, budgets, claims and volumes: what selectors and claims of pods refer to.
struct PlacementObjectsReader {
  let session: DecodingSession

  func add(_ object: SyntaxNode, _ kind: ObjectKind, _ header: ObjectHeader, to objects: inout PlacementObjects) {
    guard !header.name.isEmpty else { return }
    let spec = session.mapping(object, "spec")
    switch kind {
    case .namespace:
      objects.namespaces.append(.init(name: header.name, labels: session.texts(object["metadata"], "labels")))
    case .service:
      let selector = session.mapping(spec, "selector").map { _ in session.texts(spec, "selector") }
      objects.services.append(.init(namespace: header.namespace, selector: selector))
    case .claim, .volume, .storageClass, .storageNode:
      StorageReader(session: session).read(object, kind, header, into: &objects)
    case .disruptionBudget: objects.budgets.append(budget(object, header))
    case .replicaSet, .statefulSet, .replicationController:
      let selector =
        kind == .replicationController
        ? LabelSelector(matchLabels: session.texts(spec, "selector"))
        : session.mapping(spec, "selector").map { SchedulingReader.selector($0, session) }
      objects.controllers.append(
        .init(
          namespace: header.namespace, reference: ControllerReference(kind: kind.rawValue, name: header.name),
          selector: selector))
    default: break
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
}
