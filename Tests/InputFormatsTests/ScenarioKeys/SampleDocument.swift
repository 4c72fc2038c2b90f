@testable import InputFormats

/// A scenario as a tree whose values can be changed by the path of a key.
indirect enum SampleDocument {
  /// YAML in flow style, on one line.
  case value(String)
  case list([SampleDocument])
  case mapping([(key: String, value: SampleDocument)])

  init(_ node: SyntaxNode) {
    switch node.kind {
    case .sequence: self = .list(node.elements.map(SampleDocument.init))
    case .mapping: self = .mapping(node.entries.map { ($0.key.text ?? "", SampleDocument($0.value)) })
    default: self = .value(SyntaxWriter.json(node))
    }
  }

  init(_ text: String) {
    self.init(SyntaxReader.read(SourceFile(path: "sample", bytes: Array(text.utf8))).documents[0].root)
  }

  var text: String {
    switch self {
    case .value(let text): text
    case .list(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .mapping(let entries): "{" + entries.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
    }
  }

  /// With another value at a path such as `cluster.nodePools[].count` or `balancers[none].every`; nil removes the key.
  ///
  /// `[]` is the first element that has the next key, or else the first one.
  func setting(_ path: String, to new: String?) -> SampleDocument {
    setting(Self.steps(path)[...], to: new)
  }

  func without(_ paths: [String]) -> SampleDocument { paths.reduce(self) { $0.setting($1, to: nil) } }

  private static func steps(_ path: String) -> [String] {
    path.split(separator: ".").flatMap { part -> [String] in
      guard let bracket = part.firstIndex(of: "[") else { return [String(part)] }
      return [String(part[..<bracket]), String(part[bracket...])]
    }
  }

  private func setting(_ steps: ArraySlice<String>, to new: String?) -> SampleDocument {
    guard let step = steps.first else { return new.map { .value($0) } ?? self }
    let rest = steps.dropFirst()
    if case .list(var elements) = self {
      let name = step.dropFirst().dropLast()
      let found = elements.firstIndex { name.isEmpty ? $0.has(rest.first) : $0.isNamed(String(name)) } ?? 0
      elements[found] = elements[found].setting(rest, to: new)
      return .list(elements)
    }
    guard case .mapping(var entries) = self else { return SampleDocument.mapping([]).setting(steps, to: new) }
    let index = entries.firstIndex { $0.key == step }
    if rest.isEmpty, new == nil {
      entries.removeAll { $0.key == step }
    } else if let index {
      entries[index].value = entries[index].value.setting(rest, to: new)
    } else {
      entries.append((step, SampleDocument.mapping([]).setting(rest, to: new)))
    }
    return .mapping(entries)
  }

  private func has(_ key: String?) -> Bool {
    guard case .mapping(let entries) = self else { return false }
    return entries.contains { $0.key == key }
  }

  private func isNamed(_ name: String) -> Bool {
    guard case .mapping(let entries) = self else { return false }
    return entries.contains { ["name", "kind"].contains($0.key) && $0.value.text == "\"\(name)\"" }
  }
}
