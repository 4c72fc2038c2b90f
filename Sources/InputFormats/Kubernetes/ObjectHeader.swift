/// Kinds of objects that are read, each with its API group: `Node` of another group is another thing.
enum ObjectKind: String, CaseIterable {
  case node = "Node"
  case pod = "Pod"
  case claim = "PersistentVolumeClaim"
  case machine = "VirtualMachine"
  case instance = "VirtualMachineInstance"
  case nodeMetrics = "NodeMetrics"
  case podMetrics = "PodMetrics"

  var group: String {
    switch self {
    case .node, .pod, .claim: ""
    case .machine, .instance: "kubevirt.io"
    case .nodeMetrics, .podMetrics: "metrics.k8s.io"
    }
  }

  var versions: [String] {
    switch self {
    case .node, .pod, .claim: ["v1"]
    case .machine, .instance: ["v1", "v1alpha3"]
    case .nodeMetrics, .podMetrics: ["v1beta1", "v1"]
    }
  }
}

/// An object's name and where it stands.
struct ObjectHeader {
  var namespace: String
  var name: String
  var key: String { "\(namespace)/\(name)" }
}

extension DecodingSession {
  /// `metadata.name` and `metadata.namespace`; reports an object without a name.
  func header(of object: SyntaxNode, _ kind: ObjectKind) -> ObjectHeader? {
    let metadata = mapping(object, "metadata")
    guard let name = metadata?["name"]?.present, !name.isEmpty else {
      report(.error, .missingName, "a \(kind.rawValue) has no metadata.name", at: metadata ?? object)
      return nil
    }
    let isCluster = kind == .node || kind == .nodeMetrics
    return ObjectHeader(namespace: isCluster ? "" : metadata?["namespace"]?.present ?? "default", name: name)
  }

  /// The mapping under a key; something else there is an error.
  func mapping(_ parent: SyntaxNode?, _ key: String) -> SyntaxNode? { collection(parent, key, .mapping, "a mapping") }

  /// The elements of the list under a key; something else there is an error.
  func elements(_ parent: SyntaxNode?, _ key: String) -> [SyntaxNode] {
    collection(parent, key, .sequence, "a list")?.elements.map { $0 } ?? []
  }

  private func collection(
    _ parent: SyntaxNode?, _ key: String, _ kind: SyntaxNode.Kind, _ expected: String
  ) -> SyntaxNode? {
    guard let value = parent?[key], value.kind != .null else { return nil }
    if value.kind == kind { return value }
    let isLast = value.isScalar && value.range.end == value.file.bytes.count
    wrongType(value, key, expected, help: isLast ? "the file looks cut off here: export it again" : nil)
    return nil
  }

  /// Scalars of a mapping such as labels, a null as the empty text; other values are left out.
  func texts(_ parent: SyntaxNode?, _ key: String) -> [String: String] {
    guard let mapping = mapping(parent, key) else { return [:] }
    var result: [String: String] = [:]
    result.reserveCapacity(mapping.count)
    for entry in mapping.entries {
      if let key = entry.key.text, let value = entry.value.kind == .null ? "" : entry.value.text { result[key] = value }
    }
    return result
  }

  /// Warns about a key that is nearly one of those the reader wanted and did not find.
  func warnOfNearMisses(in mapping: SyntaxNode?, wanted: [String]) {
    guard let mapping else { return }
    let missing = wanted.filter { mapping[$0] == nil }
    guard !missing.isEmpty else { return }
    for entry in mapping.entries {
      guard let key = entry.key.text, !wanted.contains(key), key.utf8.count <= 40,
        let near = Suggestion.closest(to: key, in: missing)
      else { continue }
      report(
        .warning, .nearMiss, "unknown key '\(key)' is ignored", at: entry.key, label: "unknown key",
        help: "did you mean '\(near)'?")
    }
  }
}
