import EventKernel

/// An element of `cluster.traces`.
enum ClusterTraceKeys {
  static let file = Key.texts(
    "file", example: "usage.csv", "file of the trace, or several; paths are relative to the scenario"
  ).required()
  static let format = Key<String>(
    "format", .word(of: .traceFormats), default: "by content", "format of the files"
  ) { field in
    let names = TraceFormat.all.map(\.name)
    return field.choice(of: names).map { names[$0] }
  }
  static let step = Key.duration("step", in: 1...86_400, "time between samples, where the file does not say")
  static let unit = Key<TraceRequest.Unit>.choice("unit", "how CPU use is counted, where the file does not say")

  static let section = KeySection(file, format, step, unit)
}
