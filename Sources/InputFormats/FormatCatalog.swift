/// What a file turned out to be.
package enum FileKind: String, Sendable, CaseIterable {
  case scenario, kubernetes, metrics, inventory, trace, measurements, unknown
}

/// A file with what its content says it is.
package struct OpenedFile: Sendable {
  package var file: SourceFile
  package var kind: FileKind
  /// Empty for traces and for what cannot be read.
  package var documents: [SyntaxDocument] = []
  /// Parts that are tables or samples of metrics instead of documents.
  package var texts: [SourceFile] = []
  /// The name of the catalogue's entry where a kind has several formats; else empty.
  package var format = ""
  /// The tables of a workbook.
  var sheets: [Table] = []
}

/// Every input format, recognised by content and never by the file's name.
package enum FormatCatalog {
  package struct Entry: Sendable {
    package var kind: FileKind
    package var name: String
    package var summary: String
    /// How such files are usually called; content decides.
    package var endings: [String] = []
    package var columns: [FormatColumn] = []
  }

  package static let all: [Entry] =
    [
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
    ]
    + InventoryFormat.all.map {
      Entry(kind: .inventory, name: $0.name, summary: $0.summary, endings: $0.endings, columns: $0.columns)
    }
    + TraceFormat.all.map {
      Entry(kind: .trace, name: $0.name, summary: $0.summary, endings: $0.endings, columns: $0.columns)
    }
    + [
      Entry(
        kind: .measurements, name: "dirty-pages",
        summary: "measured dirty pages: intervals, rounds and totals of migrations (predict --fit)",
        endings: [".csv"], columns: MeasurementColumn.documented)
    ]

  /// Keys that only placement asks for.
  private static let placementKeys = ["images"]

  /// What a reader of this session may leave out.
  static func skipRules(_ session: DecodingSession) -> SkipRules {
    session.isForPlacement ? skippedKeys : SkipRules(keys: skippedKeys.keys + placementKeys)
  }

  /// Keys of API objects that hold much and that no reader asks for.
  static let skippedKeys = SkipRules(keys: [
    "managedFields", "finalizers", "phaseTransitionTimestamps", "guestOSInfo", "activePods",
    "migrationConfiguration", "targetDirectMigrationNodePorts", "ipAddresses", "currentCPUTopology",
    "cloudInitNoCloud", "cloudInitConfigDrive", "accessCredentials", "volumeMounts", "volumeDevices", "env", "envFrom",
    "securityContext", "startupProbe", "hostIPs", "podIPs", "daemonEndpoints", "volumesAttached", "volumesInUse",
    "imagePullSecrets",
  ])

  /// Looks at the content, reads documents, and reports what is wrong with the file as a whole.
  package static func open(_ file: SourceFile, session: DecodingSession) -> OpenedFile {
    if let table = openTable(file, session: session) { return table }
    if let complaint = Complaint.about(file.bytes) {
      session.report(
        Diagnostic(
          severity: .error, code: complaint.code.rawValue,
          message: complaint.message, file: file,
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
    var read = SyntaxReader.read(file, skipping: skipRules(session))
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
    if PrometheusRange.recognizes(first) {
      return OpenedFile(file: file, kind: .trace, documents: read.documents, format: TraceFormat.prometheus.name)
    }
    let opened = OpenedFile(file: file, kind: kind(of: first), documents: read.documents)
    if opened.kind == .unknown, let failure = roots.lazy.compactMap(PrometheusRange.failure).first {
      let words = OpenedFile.refusalOfFailure(file.path, failure.text ?? "")
      session.report(.error, .unknownFormat, words.message, at: failure, help: words.help)
    }
    return opened
  }

  /// Workbooks, and separated values that an inventory or a trace format knows by their head.
  private static func openTable(_ file: SourceFile, session: DecodingSession) -> OpenedFile? {
    if ZipArchive.recognizes(file.bytes) { return openWorkbook(file, session: session) }
    var file = file
    if file.bytes.starts(with: [0xFF, 0xFE]) || file.bytes.starts(with: [0xFE, 0xFF]) {
      file = TextEncoding.decode(file).file
    }
    if let head = TableHead(file.bytes) {
      if MeasurementReader.recognizes(head) { return OpenedFile(file: file, kind: .measurements) }
      if let format = InventoryFormat.all.first(where: { $0.recognizes(head) }) {
        return OpenedFile(file: file, kind: .inventory, format: format.name)
      }
      if let format = TraceFormat.all.first(where: { $0.recognizes(head) }) {
        return OpenedFile(file: file, kind: .trace, format: format.name)
      }
    }
    return PlanetLabCSV.recognizes(file.bytes)
      ? OpenedFile(file: file, kind: .trace, format: TraceFormat.planetLab.name) : nil
  }

  private static func openWorkbook(_ file: SourceFile, session: DecodingSession) -> OpenedFile {
    guard let workbook = XLSXReader(file, session: session) else { return OpenedFile(file: file, kind: .unknown) }
    let wanted = RVToolsTab.sheets.filter(workbook.sheetNames.contains)
    let names = wanted.isEmpty ? Array(workbook.sheetNames.prefix(1)) : wanted
    let tables = names.compactMap { workbook.table($0, session: session) }
    let format = tables.lazy.compactMap { table in
      InventoryFormat.all.first { $0.recognizes(TableHead(keys: table.header.map(ColumnName.key))) }
    }.first
    guard let format else {
      if !session.hasErrors {
        session.report(
          .error, .unknownFormat,
          "'\(file.path)' is a workbook without a table that is known: its sheets are "
            + InventoryCollection.list(workbook.sheetNames), help: "see: headroom list formats")
      }
      return OpenedFile(file: file, kind: .unknown)
    }
    let left = workbook.sheetNames.filter { !names.contains($0) }
    if !left.isEmpty {
      session.report(.note, .skipped, "skipped \(left.count) × sheet: not needed: \(InventoryCollection.list(left))")
    }
    return OpenedFile(file: file, kind: .inventory, format: format.name, sheets: tables)
  }

  private static let scenarioKeys = [
    ScenarioKeys.cluster.name, ScenarioKeys.balancers.name, ScenarioKeys.horizon.name, ScenarioKeys.replications.name,
    ScenarioKeys.warmUp.name,
  ]

  static func kind(of root: SyntaxNode) -> FileKind {
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
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let line = String(decoding: bytes[start...].prefix(200).prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    if line.hasPrefix("TIMESTAMP,ContextTokens,") {
      return Complaint(
        code: .unknownFormat, message: "a trace of language-model requests says nothing of machines' use",
        help: "traces of machines are: headroom list formats")
    }
    return nil
  }
}
