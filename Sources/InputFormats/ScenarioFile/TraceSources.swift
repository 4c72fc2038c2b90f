/// The files of `trace: {file: …}`: paths of files, and of folders with a file for each machine.
struct TraceSources {
  let session: DecodingSession
  let files: InputFiles
  let scenarioPath: String

  /// All files of the trace; nil where one is of no known format, which is reported.
  /// - Parameter request: gets the folder's name where one folder is all there is.
  func open(_ paths: [String], format: String?, at field: Field, _ request: inout TraceRequest) -> [OpenedFile]? {
    var result: [OpenedFile] = []
    var isComplete = true
    for path in paths {
      let resolved = InputFiles.resolved(path, besides: scenarioPath)
      let opened = files.openTraces(resolved, format: format, at: field.node, session: session)
      let isFolder = files.isFolder(resolved)
      if isFolder, paths.count == 1 { request.name = resolved }
      if isFolder, opened.isEmpty {
        field.fail(
          .nothingInside,
          "folder '\(resolved)' holds no usage trace that is known"
            + (format.map { " as \($0)" } ?? ""),
          help: "see: headroom list formats")
        isComplete = false
      }
      guard isFolder || !opened.isEmpty else { return nil }
      for file in opened {
        files.addToHash(file.file)
        if file.kind == .trace || (format != nil && file.kind != .unknown) {
          result.append(file)
        } else {
          isComplete = false
          if !session.hasErrors { refuse(file, field) }
        }
      }
    }
    return isComplete ? result : nil
  }

  private func refuse(_ opened: OpenedFile, _ field: Field) {
    let path = opened.file.path
    if opened.isOneMoment {
      let words = OpenedFile.refusalOfOneMoment(path)
      return field.fail(.unknownFormat, words.message, help: words.help)
    }
    if let root = opened.documents.first?.root, root.kind == .mapping, let reason = root["error"]?.text {
      let words = OpenedFile.refusalOfFailure(path, reason)
      return field.fail(.unknownFormat, words.message, help: words.help)
    }
    field.fail(
      .unknownFormat, "'\(path)' is no usage trace that is known",
      help: "see: headroom list formats; formats are \(TraceFormat.all.map(\.name).joined(separator: ", "))")
  }
}

extension OpenedFile {
  /// Metrics of a single moment: an instant query, a scrape, `oc adm top`, or objects of the metrics API.
  fileprivate var isOneMoment: Bool { kind == .metrics || isInstantQuery }

  var isInstantQuery: Bool { documents.contains { PrometheusRange.isInstant($0.root) } }

  static func refusalOfOneMoment(_ path: String) -> (message: String, help: String) {
    (
      "'\(path)' holds one moment, and a trace is use over time",
      "ask Prometheus for a range: promtool query range -o json --start=… --end=… --step=5m URL "
        + "'sum by (namespace, name) (rate(kubevirt_vmi_cpu_usage_seconds_total[5m]))', or its API: query_range "
        + "with start, end and step"
    )
  }

  static func refusalOfFailure(_ path: String, _ reason: String) -> (message: String, help: String) {
    ("'\(path)' holds the error of a query, not its answer: \(reason)", "ask again")
  }
}
