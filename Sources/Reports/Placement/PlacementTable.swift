import ClusterModel

/// A pod's placement for people: nodes that take it, best first, then the others, nearest miss first.
package struct PlacementTable {
  /// Nodes listed of each sort, takers and refusers; of the rest only the number is said.
  package static let rowLimit = 20

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
    let refusedCount = nodeNames.count - feasible.count
    func paragraph(_ text: String) -> String { TerminalText.wrapped(text, width: width, indent: "  ") + "\n" }
    var output = ""
    for line in TerminalText.wrapped(heading(feasible.count), width: width, indent: "  ").split(separator: "\n") {
      output += TerminalStyle.bold.wrap(String(line), color) + "\n"
    }
    if !answer.schedulingGates.isEmpty { output += paragraph(gates) }
    if refusedCount > 0 { output += paragraph(PlacementWords.event(report)) }
    if let preemption = answer.preemption, answer.evicted.isEmpty {
      output += paragraph(PlacementWords.preemption(preemption, nodeNames: nodeNames))
    }
    if !answer.evicted.isEmpty { output += paragraph(evictions) }
    if !feasible.isEmpty {
      output += "\n" + scoreTable(feasible).text(width: width, color: color) + more(feasible.count)
    }
    if refusedCount > 0 {
      if refusingFilters.count > 1 { output += "\n" + refusalTable().text(width: width, color: color) }
      output += "\n" + TerminalStyle.bold.wrap("Nearest misses", color) + "\n" + misses(width)
      output += more(refusedCount)
    }
    return output
  }

  /// What was not checked, each said once for all answers; empty where nothing is to be said.
  package static func notes(_ answers: [PlacementAnswer], width: Int) -> String {
    var said: [String] = []
    for note in answers.flatMap(\.notes) where !said.contains(note) { said.append(note) }
    let lines = said.map { TerminalText.wrapped("Note: \($0).", width: width, indent: "  ") + "\n" }
    return lines.isEmpty ? "" : "\n" + lines.joined()
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

  private var gates: String {
    let names = answer.schedulingGates.map { TerminalText.shown($0) }
    return "Not queued: it waits behind the scheduling \(names.count == 1 ? "gate" : "gates") "
      + "\(PlacementWords.listed(names)). Once open, this would hold:"
  }

  private var evictions: String {
    "Evicted for it: "
      + PlacementWords.listed(answer.evicted.map { "\(PlacementWords.name($0)) (priority \($0.priority))" })
      + "."
  }

  private func more(_ count: Int) -> String {
    count > Self.rowLimit ? "  … and \(count - Self.rowLimit) more: --format json lists all\n" : ""
  }

  /// Points before their weights; a plugin without a say shows nothing.
  private func scoreTable(_ nodes: [Int]) -> TerminalTable {
    let shownNodes = Array(nodes.prefix(Self.rowLimit))
    let scores = shownNodes.compactMap { answer.report.verdicts[$0].scores }
    let columns: [(title: String, value: (PlacementScores) -> Int?)] = [
      ("total", { $0.total }), ("free", { $0.leastAllocated }), ("balanced", { $0.balancedAllocation }),
      ("taints ×3", { $0.taintToleration }), ("affinity ×2", { $0.nodeAffinity }),
      ("spread ×2", { $0.topologySpread }), ("company ×2", { $0.podAffinity }), ("images", { $0.imageLocality }),
    ]
    let used = columns.filter { column in scores.contains { column.value($0) != nil } }
    let marks = migrationMarks(nodes)
    var table = TerminalTable(
      [.init("Takes it")] + used.map { .init($0.title, .right) } + (marks.isEmpty ? [] : [.init("migration")]))
    for (position, (node, scores)) in zip(shownNodes, scores).enumerated() {
      table.add(
        [nodeNames[node]] + used.map { column in column.value(scores).map { "\($0)" } ?? "" }
          + (marks.isEmpty ? [] : [marks[position]]))
    }
    return table
  }

  /// Where a running machine could go live and where only by a restart; empty where that is the same everywhere.
  private func migrationMarks(_ nodes: [Int]) -> [String] {
    guard let targets = answer.liveTargets else { return [] }
    let names = Set(targets)
    let marks = nodes.map { node in
      let name = nodeNames[node]
      return name == answer.source ? "runs here" : names.contains(name) ? "live" : "restart only"
    }
    return marks.contains("live") && marks.contains("restart only") ? marks : []
  }

  private var refusals: ArraySlice<NodeRefusal> { answer.refusals.prefix(Self.rowLimit) }

  private var refusingFilters: [PlacementFilter] {
    answer.report.verdicts.reduce(into: Rejections()) { $0.formUnion($1.rejections) }.filters
  }

  /// A column for each filter that refuses somewhere, a mark where it does.
  private func refusalTable() -> TerminalTable {
    let all = refusingFilters
    var table = TerminalTable([.init("Refuses")] + all.map { .init(PlacementWords.title($0)) })
    for refusal in refusals {
      table.add(
        [.init(nodeNames[refusal.node])]
          + all.map { .init(refusal.filters.contains($0) ? "×" : "", style: .bad) })
    }
    return table
  }

  /// Refused nodes that lack the same share a line.
  private func misses(_ width: Int) -> String {
    var rows: [(name: String, count: Int, text: String)] = []
    for refusal in refusals {
      let text = PlacementWords.refusal(refusal)
      if let last = rows.last, last.text == text {
        rows[rows.count - 1].count += 1
      } else {
        rows.append((TerminalText.escaped(nodeNames[refusal.node]), 1, text))
      }
    }
    let labels = rows.map { row in
      let more = row.count > 1 ? " and \(row.count - 1) more" : ""
      return TerminalText.truncated(row.name, to: max(8, width / 4)) + more
    }
    let column = (labels.map(TerminalText.width).max() ?? 0) + 2
    let indent = String(repeating: " ", count: column)
    var output = ""
    for (label, row) in zip(labels, rows) {
      let padding = String(repeating: " ", count: column - TerminalText.width(label))
      let lines = TerminalText.wrapped(row.text, width: max(width - column, 20)).split(separator: "\n")
      output += label + padding + lines.joined(separator: "\n\(indent)") + "\n"
    }
    return output
  }
}
