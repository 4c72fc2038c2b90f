/// Files that the scenario names as traces.
enum TraceFiles {
  /// A file of a trace; one in no known format is reported.
  static func open(
    _ path: String, _ field: Field, format: String?, _ files: InputFiles, besides scenarioPath: String
  ) -> OpenedFile? {
    let session = field.session
    let resolved = InputFiles.resolved(path, besides: scenarioPath)
    guard let file = files.read(resolved, at: field.node, session: session) else { return nil }
    files.addToHash(file)
    let opened = FormatCatalog.open(file, session: session)
    if opened.kind == .trace || (format != nil && opened.kind != .unknown) { return opened }
    if !session.hasErrors {
      field.fail(
        .unknownFormat, "'\(resolved)' is no usage trace that is known",
        help: "see: headroom list formats; formats are \(TraceFormat.all.map(\.name).joined(separator: ", "))")
    }
    return nil
  }
}
