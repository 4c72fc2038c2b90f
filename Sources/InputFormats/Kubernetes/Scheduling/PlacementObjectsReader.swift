import ClusterModel

/// Namespaces, services, controllers, claims and volumes: what selectors and claims of pods refer to.
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
    case .claim:
      objects.claims.append(
        .init(namespace: header.namespace, name: header.name, volumeName: spec?["volumeName"]?.present ?? ""))
    case .volume:
      let affinity = session.mapping(session.mapping(spec, "nodeAffinity"), "required")
      objects.volumes.append(
        VolumeSpecification(
          name: header.name, labels: session.texts(object["metadata"], "labels"),
          requiredNodeTerms: AffinityReader(session: session).nodeTerms(affinity)))
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
}
