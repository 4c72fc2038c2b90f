import ClusterModel

/// `metrics.k8s.io` NodeMetrics and PodMetrics: CPU and working set in use.
struct MetricsReader {
  static func node(_ object: SyntaxNode, _ session: DecodingSession) -> ObservedUsage? {
    usage(session.mapping(object, "usage"), session)
  }

  /// The sum over containers; nil when none reports.
  static func pod(_ object: SyntaxNode, _ session: DecodingSession) -> ObservedUsage? {
    var total: ObservedUsage?
    for container in session.elements(object, "containers") {
      guard let usage = usage(session.mapping(container, "usage"), session) else { continue }
      total = ObservedUsage(
        cpuCores: (total?.cpuCores ?? 0) + usage.cpuCores, memoryBytes: (total?.memoryBytes ?? 0) + usage.memoryBytes)
    }
    return total
  }

  private static func usage(_ object: SyntaxNode?, _ session: DecodingSession) -> ObservedUsage? {
    guard let object else { return nil }
    let cpu = amount(object, "cpu", session)
    let memory = amount(object, "memory", session)
    guard let cpu, let memory else { return nil }
    return ObservedUsage(cpuCores: cpu, memoryBytes: memory)
  }

  private static func amount(_ usage: SyntaxNode, _ name: String, _ session: DecodingSession) -> Double? {
    guard let node = usage[name], node.kind != .null else { return nil }
    guard let quantity = session.unit(node, name, "a quantity", parse: { text throws(UnitError) in try Quantity(text) })
    else { return nil }
    guard !quantity.isNegative else {
      session.report(
        .error, .negativeUsage, "negative usage \(name) '\(node.shortText)'", at: node, label: "usage is never negative"
      )
      return nil
    }
    return quantity.double
  }
}
