import InputFormats

/// A reader with what must hold for any bytes: it ends in a value or a diagnostic, and values survive writing.
package enum FuzzedReader: String, CaseIterable, Sendable {
  case yaml, json, tables, kubernetes, scenario

  /// Feeds the bytes to the reader; traps when a law is broken.
  package func read(_ bytes: [UInt8]) {
    switch self {
    case .yaml: Self.syntax(SourceFile(path: "x.yaml", bytes: bytes))
    case .json: Self.syntax(SourceFile(path: "x.json", bytes: bytes))
    case .tables: Self.opened(bytes, path: "x.csv")
    case .kubernetes: Self.opened(bytes, path: "x.yaml")
    case .scenario: Self.scenario(bytes)
    }
  }

  /// YAML and JSON of what was read must read back as the same.
  private static func syntax(_ file: SourceFile) {
    let read = SyntaxReader.read(file)
    show(read.diagnostics)
    guard !read.diagnostics.contains(where: { $0.severity == .error }) else { return }
    // A few aliases may stand for millions of nodes, which is allowed and slow to write.
    if file.bytes.count > 512, file.bytes.contains(UInt8(ascii: "*")) { return }
    let json = read.documents.map { SyntaxWriter.json($0.root) }
    for text in json {
      let again = SyntaxReader.read(SourceFile(path: "y.json", bytes: Array(text.utf8)))
      precondition(again.documents.map { SyntaxWriter.json($0.root) } == [text], "JSON does not read back: \(text)")
    }
    let yaml = SyntaxWriter.yaml(read.documents.map(\.root))
    let again = SyntaxReader.read(SourceFile(path: "y.yaml", bytes: Array(yaml.utf8)))
    precondition(again.documents.map { SyntaxWriter.json($0.root) } == json, "YAML does not read back: \(yaml)")
  }

  /// Whatever the content is taken for is read to its end.
  private static func opened(_ bytes: [UInt8], path: String) {
    let source = FileSource(read: { _ throws(FileReadError) in bytes })
    let verdict = Validation(vocabulary: .standard, source: source).verdict(of: path)
    show(verdict.diagnostics)
  }

  private static func scenario(_ bytes: [UInt8]) {
    let source = FileSource(read: { path throws(FileReadError) in
      if path == "s.yaml" { return bytes }
      throw FileReadError("no such file")
    })
    let reading = ScenarioReader(vocabulary: .standard, source: source).read(paths: ["s.yaml"])
    show(reading.diagnostics)
    precondition(!reading.variants.isEmpty || !reading.diagnostics.isEmpty, "neither a scenario nor a reason")
  }

  /// Diagnostics must be fit to show.
  private static func show(_ diagnostics: [Diagnostic]) {
    _ = DiagnosticRenderer.render(diagnostics, color: true)
    for diagnostic in diagnostics {
      precondition(!diagnostic.message.isEmpty)
      if let position = diagnostic.position { precondition(position.line >= 1 && position.column >= 1) }
    }
  }
}
