import SimulationEngine

/// What `validate` says about one file.
package struct FileVerdict: Sendable {
  package var path: String
  package var kind: FileKind
  package var diagnostics: [Diagnostic]
  /// Objects of Kubernetes in it, by kind.
  package var objects: [(kind: String, count: Int)] = []

  package var errorCount: Int { diagnostics.count { $0.severity == .error } }
  package var warningCount: Int { diagnostics.count { $0.severity == .warning } }
}

/// Checks files one by one; nothing is simulated and nothing is joined across files.
package struct Validation {
  package let vocabulary: ScenarioVocabulary
  let source: FileSource

  package init(vocabulary: ScenarioVocabulary, source: FileSource) {
    self.vocabulary = vocabulary
    self.source = source
  }

  package func verdict(of path: String) -> FileVerdict {
    let session = DecodingSession()
    let files = InputFiles(source: source)
    if source.list(path) != nil { return verdict(ofFolder: path, files, session) }
    guard let file = files.read(path, session: session) else {
      return FileVerdict(path: path, kind: .unknown, diagnostics: session.diagnostics)
    }
    let opened = FormatCatalog.open(file, session: session)
    var objects: [(kind: String, count: Int)] = []
    switch opened.kind {
    case .scenario:
      let reading = ScenarioReader(vocabulary: vocabulary, source: source).read(paths: [path], files: files)
      return FileVerdict(
        path: path, kind: .scenario, diagnostics: reading.diagnostics + [reading.excess].compactMap { $0 })
    case .kubernetes, .metrics:
      var reader = KubernetesReader(session: session, settings: KubernetesReader.Settings(isPartOfDump: true))
      reader.add(opened)
      Self.checkSums(of: reader.finish(), session)
      objects = reader.kindCounts
      if opened.kind == .kubernetes, reader.keptCount == 0 { Self.reportNothingKept(file, session) }
    case .inventory:
      var reader = InventoryReader(session: session, workloadTypes: vocabulary.workloadTypes)
      reader.add(opened)
      Self.checkSums(of: reader.finish(), session)
    case .trace:
      _ = TraceFormat.read([opened], format: nil, TraceRequest(), session)
    case .measurements:
      _ = MeasurementReader.read(opened.file, session: session)
    case .unknown:
      Self.reportUnknown(opened, session)
    }
    return FileVerdict(path: path, kind: opened.kind, diagnostics: session.diagnostics, objects: objects)
  }

  /// A folder is one dump, or one trace where it holds no objects: its files are joined.
  private func verdict(ofFolder path: String, _ files: InputFiles, _ session: DecodingSession) -> FileVerdict {
    var reader = KubernetesReader(session: session, settings: KubernetesReader.Settings(isPartOfDump: true))
    let opening = DecodingSession()
    let opened = files.open(path, session: opening)
    if opened.isEmpty {
      let traces = files.openTraces(path, session: session)
      var request = TraceRequest()
      request.name = path
      if !traces.isEmpty {
        _ = TraceFormat.read(traces, format: nil, request, session)
        return FileVerdict(path: path, kind: .trace, diagnostics: session.diagnostics)
      }
      return FileVerdict(path: path, kind: .unknown, diagnostics: opening.diagnostics)
    }
    session.report(opening.diagnostics)
    var inventory = InventoryReader(session: session, workloadTypes: vocabulary.workloadTypes)
    for file in opened {
      switch file.kind {
      case .kubernetes, .metrics: reader.add(file)
      case .inventory: inventory.add(file)
      case .trace, .measurements, .scenario, .unknown: break
      }
    }
    Self.checkSums(of: reader.finish(), session)
    Self.checkSums(of: inventory.finish(), session)
    let kind = opened.allSatisfy { $0.kind == .inventory } ? FileKind.inventory : .kubernetes
    return FileVerdict(path: path, kind: kind, diagnostics: session.diagnostics, objects: reader.kindCounts)
  }

  /// What a run of these objects would refuse.
  private static func checkSums(of objects: ClusterObjects, _ session: DecodingSession) {
    var cluster = ClusterSpecification()
    cluster.snapshotMachines = objects.machines
    cluster.snapshotPods = objects.pods
    if let excess = cluster.uncountable { session.report(.error, .outOfRange, excess.message, help: excess.help) }
  }

  /// One complaint about objects of which none is of use, unless something else is wrong with them already.
  private static func reportNothingKept(_ file: SourceFile, _ session: DecodingSession) {
    guard !session.diagnostics.contains(where: { $0.severity != .note }) else { return }
    session.report(
      Diagnostic(
        severity: .warning, code: DiagnosticCode.nothingInside.rawValue,
        message: "'\(file.path)' holds no object that is used: nodes, machines, pods, claims or their metrics",
        file: file, range: SourceRange(start: 0, end: 0), help: "export: oc get nodes,vm,vmi,pods,pvc -A -o yaml"))
  }

  /// One complaint about a file that holds data of no kind that is read.
  static func reportUnknown(_ opened: OpenedFile, _ session: DecodingSession) {
    guard let root = opened.documents.first(where: { $0.root.kind != .null })?.root, !session.hasErrors else { return }
    if opened.isInstantQuery {
      let words = OpenedFile.refusalOfOneMoment(opened.file.path)
      session.report(.warning, .unknownFormat, words.message, at: root, help: words.help)
      return
    }
    let isText = root.isScalar
    session.report(
      isText ? .error : .warning, .unknownFormat,
      isText
        ? "'\(opened.file.path)' holds plain text, not objects"
        : "'\(opened.file.path)' holds neither Kubernetes objects nor a scenario: it has no 'kind'; it is skipped",
      at: root, help: "see: headroom list formats")
  }
}
