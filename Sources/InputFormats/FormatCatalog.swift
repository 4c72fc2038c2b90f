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
    let read = SyntaxReader.read(file, skipping: skippedKeys)
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
    if scenarioKeys.contains(where: { root[$0] != nil }) { return .scenario }
    return root["items"] != nil || version != nil ? .kubernetes : .unknown
  }
}

/// What people really hand over in place of data, and what to do about it.
private struct Complaint {
  var code: DiagnosticCode
  var message: String
  var help: String?

  static func about(_ bytes: [UInt8]) -> Complaint? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if bytes.starts(with: [0x1F, 0x8B]) {
      return Complaint(code: .compressed, message: "gzip is not read yet", help: "gunzip it first: gunzip -k FILE")
    }
    if bytes.starts(with: "PK\u{3}\u{4}".utf8) || bytes.starts(with: "PAR1".utf8) {
      return Complaint(code: .unknownFormat, message: "a spreadsheet, an archive or a Parquet file is not read yet")
    }
    let line = String(decoding: bytes[start...].prefix(200).prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    let lower = line.lowercased()
    if line.hasPrefix("$") || lower.hasPrefix("# kubectl ") || lower.hasPrefix("# oc ") {
      return Complaint(
        code: .notData, message: "line 1 is a shell prompt, not data",
        help: "delete the line, and any other output below")
    }
    if line.contains("CPU(cores)") {
      return Complaint(
        code: .unknownFormat, message: "the table of 'top' is not read",
        help: "export objects: oc get --raw /apis/metrics.k8s.io/v1beta1/nodes > metrics.json")
    }
    if line.hasPrefix("# TYPE ") || line.hasPrefix("# HELP ") {
      return Complaint(code: .unknownFormat, message: "Prometheus text is not read yet")
    }
    return nil
  }
}
