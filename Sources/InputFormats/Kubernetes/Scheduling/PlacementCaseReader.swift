package import ClusterModel

/// A small cluster and the pod to place in it, one line of `headroom place --cases`.
package struct PlacementCase: Sendable {
  package var id: String
  package var cluster: PlacementCluster
  package var pending: PodSpecification

  /// Reads every line; a line that is no case is reported and left out.
  package static func read(_ file: SourceFile, session: DecodingSession) -> [PlacementCase] {
    let read = SyntaxReader.read(file)
    session.report(read.diagnostics)
    return read.documents.compactMap { document in
      document.root.kind == .null ? nil : PlacementCase(document.root, session)
    }
  }

  private init?(_ root: SyntaxNode, _ session: DecodingSession) {
    guard root.kind == .mapping else {
      session.report(.error, .notData, "\(root.described) is not a case", at: root)
      return nil
    }
    guard let id = root["id"]?.present else {
      session.report(.error, .missingKey, "a case has no 'id'", at: root)
      return nil
    }
    guard let object = session.mapping(root, "pending"), let header = session.header(of: object, .pod) else {
      session.report(
        .error, .missingKey, "case '\(id)' has no 'pending' pod to place", at: root["pending"] ?? root)
      return nil
    }
    var reader = PlacementReader(session: session)
    for (key, kind) in Self.lists {
      for item in session.elements(root, key) { reader.add(item, kind: kind) }
    }
    var classes = PriorityClasses()
    for item in session.elements(root, "priorityClasses") {
      guard let header = session.header(of: item, .priorityClass) else { continue }
      PriorityClassReader.read(item, session).map { classes.add(header.name, $0) }
    }
    reader.settlePriorities(by: classes)
    self.id = id
    cluster = reader.cluster
    pending = reader.pod(object, header)
    pending.settle(PriorityClaim(object["spec"]), by: classes)
  }

  private static let lists = [
    ("nodes", ObjectKind.node), ("pods", ObjectKind.pod), ("namespaces", ObjectKind.namespace),
    ("services", ObjectKind.service),
    ("replicaSets", ObjectKind.replicaSet), ("statefulSets", ObjectKind.statefulSet),
    ("replicationControllers", ObjectKind.replicationController), ("persistentVolumeClaims", ObjectKind.claim),
    ("persistentVolumes", ObjectKind.volume),
    ("storageClasses", ObjectKind.storageClass), ("csiNodes", ObjectKind.storageNode),
    ("podDisruptionBudgets", ObjectKind.disruptionBudget),
  ]
}
