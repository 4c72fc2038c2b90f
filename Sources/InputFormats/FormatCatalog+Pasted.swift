/// Files that hold more than one output, and what a terminal shows around them.
extension FormatCatalog {
  static func startsWithPrompt(_ bytes: [UInt8]) -> Bool {
    TextLines(bytes, limit: TextLines.headBytes).prefix(3).contains {
      PastedScan.isPrompt($0.text(in: bytes, limit: 160))
    }
  }

  /// All outputs of a pasted text, and what was left out of it; nil for a text that only reads as it is.
  static func open(_ pasted: PastedText, of file: SourceFile, _ session: DecodingSession) -> OpenedFile? {
    var opened = OpenedFile(file: file, kind: .unknown, documents: [])
    var diagnostics: [Diagnostic] = []
    for part in pasted.parts {
      if part.isTable {
        opened.texts.append(part.file)
        continue
      }
      var read = SyntaxReader.read(part.file, skipping: skipRules(session))
      if read.diagnostics.contains(where: { $0.severity == .error }) { read = readRepeated(part.file, session) ?? read }
      diagnostics += read.diagnostics
      opened.documents += read.documents
    }
    if diagnostics.contains(where: { $0.severity == .error }),
      !SyntaxReader.read(file, skipping: skipRules(session)).diagnostics.contains(where: { $0.severity == .error })
    {
      return nil
    }
    session.report(diagnostics)
    let roots = opened.documents.map(\.root).filter { $0.kind == .mapping || $0.kind == .sequence }
    opened.kind = roots.map(kind).first { $0 != .unknown } ?? (opened.texts.isEmpty ? .unknown : .metrics)
    if roots.isEmpty, opened.texts.isEmpty, !session.hasErrors {
      session.report(
        Diagnostic(
          severity: .error, code: DiagnosticCode.notData.rawValue,
          message: "'\(file.path)' holds no objects, only what a terminal shows besides them", file: file,
          range: SourceRange(start: 0, end: min(1, file.bytes.count)), help: "export with -o yaml or -o json"))
    } else {
      pasted.report(file, to: session)
    }
    return opened
  }

  /// Outputs that follow each other without a `---`, where that makes all of them readable.
  static func readRepeated(
    _ file: SourceFile, _ session: DecodingSession
  ) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic])? {
    guard let (files, lines) = PastedText.repeated(file) else { return nil }
    var documents: [SyntaxDocument] = []
    var diagnostics: [Diagnostic] = []
    for part in files {
      let read = SyntaxReader.read(part, skipping: skipRules(session))
      if read.diagnostics.contains(where: { $0.severity == .error }) { return nil }
      documents += read.documents
      diagnostics += read.diagnostics
    }
    session.report(
      .warning, .skipped, "'\(file.path)': another output begins without '---' at \(TextLines.ranges(lines))")
    return (documents, diagnostics)
  }
}
