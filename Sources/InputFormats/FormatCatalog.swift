/// What a file turned out to be.
package enum FileKind: String, Sendable, CaseIterable {
  case scenario, kubernetes, metrics, trace, unknown
}

/// A file with what its content says it is.
package struct OpenedFile: Sendable {
  package var file: SourceFile
  package var kind: FileKind
  /// Empty for traces and for what cannot be read.
  package var documents: [SyntaxDocument]
  /// Parts that are tables or samples of metrics instead of documents.
  package var texts: [SourceFile] = []
}

/// Every input format, recognised by content and never by the file's name.
package enum FormatCatalog {
  package struct Entry: Sendable {
    package var kind: FileKind
    package var name: String
    package var summary: String
  }

  package static let all: [Entry] = [
    Entry(kind: .scenario, name: "scenario", summary: "Headroom scenario, YAML or JSON (apiVersion: headroom/v1)"),
    Entry(
      kind: .kubernetes, name: "kubernetes",
      summary: "nodes, pods, virtual machines and claims as `oc get -o yaml|json` or the API prints them"),
    Entry(kind: .metrics, name: "metrics", summary: "NodeMetrics and PodMetrics of metrics.k8s.io"),
    Entry(kind: .metrics, name: "stats-summary", summary: "the kubelet's /stats/summary of a node and its pods"),
    Entry(kind: .metrics, name: "top", summary: "the table of `oc adm top nodes` and `oc adm top pods -A`"),
    Entry(
      kind: .metrics, name: "prometheus",
      summary: "kubevirt_vmi_* as a scrape in text form or the JSON of an instant query"),
    Entry(kind: .trace, name: "planetlab", summary: "CPU usage as CSV (vm,t00000,t00300,…) or one percentage a line"),
  ]

  /// Keys of API objects that are large and never asked for.
  static let skippedKeys = SkipRules(keys: ["managedFields", "images"])

  /// Looks at the content, reads documents, and reports what is wrong with the file as a whole.
  package static func open(_ file: SourceFile, session: DecodingSession) -> OpenedFile {
    if PlanetLabCSV.recognizes(file.bytes) { return OpenedFile(file: file, kind: .trace, documents: []) }
    if let complaint = Complaint.about(file.bytes) {
      session.report(
        Diagnostic(
          severity: .error, code: complaint.code.rawValue, message: complaint.message, file: file,
          range: SourceRange(start: 0, end: min(1, file.bytes.count)), help: complaint.help))
      return OpenedFile(file: file, kind: .unknown, documents: [])
    }
    if TopTable.recognizes(file.bytes) || PrometheusReader.recognizes(file.bytes) {
      return OpenedFile(file: file, kind: .metrics, documents: [], texts: [file])
    }
    let isNamedJSON = file.path.lowercased().hasSuffix(".json")
    if startsWithPrompt(file.bytes) || (!isNamedJSON && file.bytes.count <= PastedText.scannedBytes),
      let pasted = PastedText(file), let opened = open(pasted, of: file, session)
    {
      return opened
    }
    var read = SyntaxReader.read(file, skipping: skippedKeys)
    if read.diagnostics.contains(where: { $0.severity == .error }) { read = readRepeated(file, session) ?? read }
    session.report(read.diagnostics)
    let roots = read.documents.map(\.root).filter { $0.kind != .null }
    guard let first = roots.first else {
      if !read.diagnostics.contains(where: { $0.severity == .error }) {
        session.report(
          Diagnostic(
            severity: .warning, code: DiagnosticCode.nothingInside.rawValue, message: "'\(file.path)' holds no objects",
            file: file, range: SourceRange(start: 0, end: 0)))
      }
      return OpenedFile(file: file, kind: .unknown, documents: [])
    }
    return OpenedFile(file: file, kind: kind(of: first), documents: read.documents)
  }

  private static func startsWithPrompt(_ bytes: [UInt8]) -> Bool {
    TextLines(bytes).prefix(3).contains { PastedScan.isPrompt($0.text(in: bytes, limit: 160)) }
  }

  /// All outputs of a pasted text, and what was left out of it; nil for a text that only reads as it is.
  private static func open(_ pasted: PastedText, of file: SourceFile, _ session: DecodingSession) -> OpenedFile? {
    var opened = OpenedFile(file: file, kind: .unknown, documents: [])
    var diagnostics: [Diagnostic] = []
    for part in pasted.parts {
      if part.isTable {
        opened.texts.append(part.file)
        continue
      }
      var read = SyntaxReader.read(part.file, skipping: skippedKeys)
      if read.diagnostics.contains(where: { $0.severity == .error }) { read = readRepeated(part.file, session) ?? read }
      diagnostics += read.diagnostics
      opened.documents += read.documents
    }
    if diagnostics.contains(where: { $0.severity == .error }),
      !SyntaxReader.read(file, skipping: skippedKeys).diagnostics.contains(where: { $0.severity == .error })
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
  private static func readRepeated(
    _ file: SourceFile, _ session: DecodingSession
  ) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic])? {
    guard let (files, lines) = PastedText.repeated(file) else { return nil }
    var documents: [SyntaxDocument] = []
    var diagnostics: [Diagnostic] = []
    for part in files {
      let read = SyntaxReader.read(part, skipping: skippedKeys)
      if read.diagnostics.contains(where: { $0.severity == .error }) { return nil }
      documents += read.documents
      diagnostics += read.diagnostics
    }
    session.report(
      .warning, .skipped, "'\(file.path)': another output begins without '---' at \(TextLines.ranges(lines))")
    return (documents, diagnostics)
  }

  private static let scenarioKeys = ["cluster", "balancers", "horizon", "replications", "warmUp"]

  private static func kind(of root: SyntaxNode) -> FileKind {
    if root.kind == .sequence {
      return root.elements.contains { $0["kind"] != nil || $0["apiVersion"] != nil } ? .kubernetes : .unknown
    }
    guard root.kind == .mapping else { return .unknown }
    let kind = root["kind"]?.text
    let version = root["apiVersion"]?.text
    if version?.hasPrefix("headroom") == true || kind?.lowercased() == "scenario" { return .scenario }
    if let kind {
      let item = root["items"]?.elements.first { _ in true }
      return [kind, item?["kind"]?.text ?? ""].contains { $0.hasPrefix("NodeMetrics") || $0.hasPrefix("PodMetrics") }
        ? .metrics : .kubernetes
    }
    if StatsSummaryReader.recognizes(root) || PrometheusReader.recognizes(root) { return .metrics }
    if scenarioKeys.contains(where: { root[$0] != nil }) { return .scenario }
    return root["items"] != nil || NodeReader.recognizes(root) || version != nil ? .kubernetes : .unknown
  }
}

/// What people really hand over in place of data, and what to do about it.
private struct Complaint {
  var code: DiagnosticCode
  var message: String
  var help: String?

  static func about(_ bytes: [UInt8]) -> Complaint? {
    if bytes.starts(with: [0x1F, 0x8B]) {
      return Complaint(code: .compressed, message: "gzip is not read yet", help: "gunzip it first: gunzip -k FILE")
    }
    if bytes.starts(with: "PK\u{3}\u{4}".utf8) || bytes.starts(with: "PAR1".utf8) {
      return Complaint(code: .unknownFormat, message: "a spreadsheet, an archive or a Parquet file is not read yet")
    }
    return nil
  }
}
