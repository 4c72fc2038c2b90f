import ClusterModel

/// The kubelet's `/stats/summary`: CPU and working set of a node and its pods.
///
/// `usageNanoCores` is a rate already. Network, disk and `usageCoreNanoSeconds` are counters since the start: a rate needs
/// two samples, so they are not read.
struct StatsSummaryReader {
  static func recognizes(_ root: SyntaxNode) -> Bool { root["node"]?["nodeName"] != nil }

  static func read(
    _ root: SyntaxNode, _ session: DecodingSession, into metrics: inout CollectedMetrics, tally: inout SkipTally
  ) {
    let node = session.mapping(root, "node")
    if let name = node?["nodeName"]?.present, let usage = usage(node, session) { metrics.add(node: name, usage) }
    for pod in session.elements(root, "pods") {
      let reference = session.mapping(pod, "podRef")
      guard let name = reference?["name"]?.present else { continue }
      let sum = session.elements(pod, "containers").compactMap { usage($0, session) }.reduce(nil) {
        (total: ObservedUsage?, next) in total.map { $0.adding(next) } ?? next
      }
      guard let usage = usage(pod, session) ?? sum else { continue }
      metrics.add(pod: "\(reference?["namespace"]?.present ?? "default")/\(name)", usage)
    }
    tally.add("network and disk counters of a kubelet", "a rate needs two samples")
  }

  private static func usage(_ object: SyntaxNode?, _ session: DecodingSession) -> ObservedUsage? {
    let cpu = amount(session.mapping(object, "cpu")?["usageNanoCores"], "usageNanoCores", session)
    let memory = amount(session.mapping(object, "memory")?["workingSetBytes"], "workingSetBytes", session)
    return cpu == nil && memory == nil ? nil : ObservedUsage(cpuCores: cpu.map { $0 / 1e9 }, memoryBytes: memory)
  }

  private static func amount(_ node: SyntaxNode?, _ name: String, _ session: DecodingSession) -> Double? {
    guard let node, node.kind != .null else { return nil }
    return session.number(node, name, in: 0...1e18)
  }
}
