/// An element of `cluster.traces`.
enum ClusterTraceKeys {
  static let section = KeySection(TraceKeys.file, TraceKeys.format, TraceKeys.step, TraceKeys.unit)
}
