package import ClusterModel

/// A small cluster and the pod to place in it, one line of `headroom place --cases`.
package struct PlacementCase: Sendable {
  package var id: String
  package var cluster: PlacementCluster
  package var pending: PodSpecification

  /// Reads every line; a line that is no case is reported and left out.
  package static func read(_ file: SourceFile, session: DecodingSession) -> [PlacementCase] {
    let whole = SyntaxReader.read(file)
    let ranges = lines(of: file.bytes)
    let starts = ranges.count { file.bytes[$0.lowerBound] == UInt8(ascii: "{") }
    guard whole.diagnostics.contains(where: { $0.severity == .error }), starts * 2 > ranges.count else {
      session.report(whole.diagnostics)
      return whole.documents.compactMap { PlacementCase(document: $0, session) }
    }
    // A broken value hides those behind it; in JSON Lines the next one begins on the next line.
    return ranges.flatMap { range in
      let own = DecodingSession()
      let line = SyntaxReader.read(SourceFile(path: file.path, bytes: Array(file.bytes[range])))
      own.report(line.diagnostics)
      let cases = line.documents.compactMap { PlacementCase(document: $0, own) }
      session.report(own.diagnostics.map { placed($0, in: file, behind: range.lowerBound) })
      return cases
    }
  }

  private init?(document: SyntaxDocument, _ session: DecodingSession) {
    if document.root.kind == .null { return nil }
    self.init(document.root, session)
  }

  /// The lines that are not empty, without their ends.
  private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    for index in 0...bytes.count where index == bytes.count || bytes[index] == 0x0A || bytes[index] == 0x0D {
      if bytes[start..<index].contains(where: { $0 != 0x20 && $0 != 0x09 }) { result.append(start..<index) }
      start = index + 1
    }
    return result
  }

  private static func placed(_ diagnostic: Diagnostic, in file: SourceFile, behind offset: Int) -> Diagnostic {
    var result = diagnostic
    result.file = file
    result.range = diagnostic.range.map { SourceRange(start: $0.start + offset, end: $0.end + offset) }
    return result
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
    reader.reportsRepeats = true
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
