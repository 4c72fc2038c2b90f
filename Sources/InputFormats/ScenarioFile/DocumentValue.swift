import ClusterModel

/// A document to be written: built key by key, then turned into nodes that `SyntaxWriter` writes as YAML or JSON.
indirect enum DocumentValue: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var key: String
    var value: DocumentValue

    init(_ key: String, _ value: DocumentValue) {
      self.key = key
      self.value = value
    }
  }

  case text(String)
  /// A number, a boolean or null as JSON writes it.
  case literal(String)
  case list([DocumentValue])
  case entries([Entry])

  /// Keys whose value is nil are left out.
  static func mapping(_ entries: [(String, DocumentValue?)]) -> DocumentValue {
    .entries(entries.compactMap { key, value in value.map { Entry(key, $0) } })
  }

  static func boolean(_ value: Bool) -> DocumentValue { .literal(value ? "true" : "false") }
  static func integer(_ value: Int) -> DocumentValue { .literal(String(value)) }

  /// A quantity: a bare number where it has no unit, else a text.
  static func quantity(_ text: String) -> DocumentValue {
    SyntaxWriter.isJSONNumber(text.utf8.span) ? .literal(text) : .text(text)
  }

  /// A mapping of texts in order of its keys; nil for an empty one.
  static func labels(_ labels: [String: String]) -> DocumentValue? {
    labels.isEmpty ? nil : .entries(labels.sorted { $0.key < $1.key }.map { Entry($0.key, .text($0.value)) })
  }

  /// Nil for an empty list.
  static func nonEmpty(_ list: [DocumentValue]) -> DocumentValue? { list.isEmpty ? nil : .list(list) }

  /// What a decoder of texts reads of it; nil for null and for collections.
  var scalarText: String? {
    switch self {
    case .text(let text): text
    case .literal(let text): text == "null" ? nil : text
    case .list, .entries: nil
    }
  }

  subscript(_ key: String) -> DocumentValue? {
    get {
      guard case .entries(let entries) = self else { return nil }
      return entries.first { $0.key == key }?.value
    }
    set {
      guard case .entries(var entries) = self else { return }
      if let position = entries.firstIndex(where: { $0.key == key }) {
        if let newValue { entries[position].value = newValue } else { entries.remove(at: position) }
      } else if let newValue {
        entries.append(Entry(key, newValue))
      }
      self = .entries(entries)
    }
  }

  /// The same mapping with these keys first, in this order.
  func sorted(by keys: [String]) -> DocumentValue {
    guard case .entries(let entries) = self else { return self }
    let first = keys.compactMap { key in entries.first { $0.key == key } }
    return .entries(first + entries.filter { !keys.contains($0.key) })
  }

  /// As nodes.
  var node: SyntaxNode? {
    var output: [UInt8] = []
    append(to: &output)
    return SyntaxReader.read(SourceFile(path: "document.json", bytes: output)).documents.first?.root
  }

  private func append(to output: inout [UInt8]) {
    switch self {
    case .text(let text):
      let bytes = Array(text.utf8)
      QuotedText.append(bytes.span, to: &output)
    case .literal(let text): output += text.utf8
    case .list(let list):
      output.append(UInt8(ascii: "["))
      for (position, element) in list.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        element.append(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .entries(let entries):
      output.append(UInt8(ascii: "{"))
      for (position, entry) in entries.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        DocumentValue.text(entry.key).append(to: &output)
        output.append(UInt8(ascii: ":"))
        entry.value.append(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }
}
