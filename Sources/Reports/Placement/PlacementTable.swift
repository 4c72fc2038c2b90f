import ClusterModel

/// A pod's placement for people: nodes that take it, best first, then the others, nearest miss first.
package struct PlacementTable {
  private static let rowLimit = 20

  private let answer: PlacementAnswer
  private let nodeNames: [String]

  package init(_ answer: PlacementAnswer, nodeNames: [String]) {
    self.answer = answer
    self.nodeNames = nodeNames
  }

  package func text(width: Int, color: Bool) -> String {
    let report = answer.report
    let feasible = report.feasible.sorted { a, b in
      let (x, y) = (total(a), total(b))
      return x != y ? x > y : a < b
    }
    let refused = report.verdicts.indices.filter { report.verdicts[$0].scores == nil }.sorted { a, b in
      let (x, y) = (report.verdicts[a].reasons.joined().count, report.verdicts[b].reasons.joined().count)
      return x != y ? x < y : a < b
    }
    var output = TerminalStyle.bold.wrap(heading(feasible.count), color) + "\n"
    if !feasible.isEmpty { output += scoreTable(feasible).text(width: width, color: color) + more(feasible.count) }
    if !refused.isEmpty {
      if !feasible.isEmpty { output += "\n" }
      output += refusalTable(refused).text(width: width, color: color) + more(refused.count)
    }
    return output
  }

  private func total(_ node: Int) -> Int { answer.report.verdicts[node].scores?.total ?? 0 }

  private func heading(_ count: Int) -> String {
    let name = TerminalText.shown("\(answer.namespace)/\(answer.name)")
    let kind = answer.kind == "Pod" ? "pod" : "machine"
    var text = "\(kind) \(name): \(count) of \(nodeNames.count) nodes take it"
    let best = answer.report.best
    if let first = best.first {
      text +=
        best.count == 1
        ? "; the scheduler chooses \(TerminalText.shown(nodeNames[first]))"
        : "; the scheduler draws one of the \(best.count) best"
    }
    if let node = answer.assignedNode { text += "; placed on \(TerminalText.shown(node))" }
    return text
  }

  private func more(_ count: Int) -> String {
    count > Self.rowLimit ? "  … and \(count - Self.rowLimit) more: --format json lists all\n" : ""
  }

  /// Points before their weights; a plugin without a say shows nothing.
  private func scoreTable(_ nodes: [Int]) -> TerminalTable {
    var table = TerminalTable([
      .init("Node"), .init("total", .right), .init("free", .right), .init("balanced", .right),
      .init("taints ×3", .right),
      .init("affinity ×2", .right), .init("spread ×2", .right), .init("company ×2", .right), .init("images", .right),
    ])
    func shown(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }
    for node in nodes.prefix(Self.rowLimit) {
      guard let scores = answer.report.verdicts[node].scores else { continue }
      table.add([
        nodeNames[node], shown(scores.total), shown(scores.leastAllocated), shown(scores.balancedAllocation),
        shown(scores.taintToleration), shown(scores.nodeAffinity), shown(scores.topologySpread),
        shown(scores.podAffinity), shown(scores.imageLocality),
      ])
    }
    return table
  }

  private func refusalTable(_ nodes: [Int]) -> TerminalTable {
    var table = TerminalTable([.init("Refused by"), .init("Filter"), .init("Reason")])
    for node in nodes.prefix(Self.rowLimit) {
      let verdict = answer.report.verdicts[node]
      for (index, filter) in verdict.rejections.filters.enumerated() {
        let reason = verdict.reasons[index].joined(separator: ", ")
        table.add([index == 0 ? nodeNames[node] : "", filter.name, reason])
      }
    }
    return table
  }
}
