/// `v1 ConfigMap`: OpenShift keeps the descheduler's policy in one, as YAML in a text.
struct ConfigMapReader {
  /// The objects inside the texts whose kind is known.
  static func objects(_ object: SyntaxNode, _ session: DecodingSession) -> [SyntaxNode] {
    guard let data = session.mapping(object, "data") else { return [] }
    var result: [SyntaxNode] = []
    for entry in data.entries {
      guard let text = entry.value.text, text.contains("DeschedulerPolicy") else { continue }
      let path = "\(object.file.path): \(entry.key.shortText)"
      let read = SyntaxReader.read(SourceFile(path: path, bytes: Array(text.utf8)))
      session.report(read.diagnostics)
      result += read.documents.map(\.root).filter { $0["kind"]?.text == "DeschedulerPolicy" }
    }
    return result
  }
}
