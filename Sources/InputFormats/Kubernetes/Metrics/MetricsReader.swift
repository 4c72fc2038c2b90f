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
      total = total.map { $0.adding(usage) } ?? usage
    }
    return total
  }

  private static func usage(_ object: SyntaxNode?, _ session: DecodingSession) -> ObservedUsage? {
    guard let object else { return nil }
    let cpu = amount(object, "cpu", session)
    let memory = amount(object, "memory", session)
    return cpu == nil && memory == nil ? nil : ObservedUsage(cpuCores: cpu, memoryBytes: memory)
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

extension ObservedUsage {
  /// The sum; a figure that only one of the two reports stays.
  func adding(_ other: ObservedUsage) -> ObservedUsage {
    func sum(_ a: Double?, _ b: Double?) -> Double? {
      guard let a, let b else { return a ?? b }
      return a + b
    }
    return ObservedUsage(
      cpuCores: sum(cpuCores, other.cpuCores), memoryBytes: sum(memoryBytes, other.memoryBytes))
  }
}
