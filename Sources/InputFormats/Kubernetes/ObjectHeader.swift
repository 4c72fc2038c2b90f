/// An object's name and where it stands.
struct ObjectHeader {
  var namespace: String
  var name: String
  var key: String { "\(namespace)/\(name)" }
}

extension DecodingSession {
  /// `metadata.name` and `metadata.namespace`; reports an object without a name where the name matters.
  func header(of object: SyntaxNode, _ kind: ObjectKind) -> ObjectHeader? {
    let metadata = mapping(object, "metadata")
    guard let name = metadata?["name"]?.present, !name.isEmpty else {
      if !kind.isJoinedByName { return ObjectHeader(namespace: "", name: "") }
      report(.error, .missingName, "a \(kind.rawValue) has no metadata.name", at: metadata ?? object)
      return nil
    }
    if let node = metadata?["name"] { warnOfLegacyText(node, name) }
    return ObjectHeader(namespace: kind.isClusterScoped ? "" : metadata?["namespace"]?.present ?? "default", name: name)
  }

  /// The mapping under a key; something else there is an error.
  func mapping(_ parent: SyntaxNode?, _ key: String) -> SyntaxNode? { collection(parent, key, .mapping, "a mapping") }

  /// The elements of the list under a key; something else there is an error.
  func elements(_ parent: SyntaxNode?, _ key: String) -> [SyntaxNode] {
    guard let list = collection(parent, key, .sequence, "a list") else { return [] }
    var result: [SyntaxNode] = []
    result.reserveCapacity(list.count)
    for element in list.elements { result.append(element) }
    return result
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
      guard let key = entry.key.text, let value = entry.value.kind == .null ? "" : entry.value.text else { continue }
      warnOfLegacyText(entry.value, value)
      result[key] = value
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
