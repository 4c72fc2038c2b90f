/// NodeAffinity: `nodeSelector`, required and preferred node affinity, resolved once for a pod.
struct NodeAffinityPlugin {
  private struct Term {
    var labels: ResolvedSelector
    /// Conditions on `metadata.name`.
    var names: [(isIn: Bool, name: String)]
  }

  private let selector: ResolvedSelector
  /// Nil where nothing is required.
  private let required: [Term]?
  private let added: [Term]?
  private let preferred: [(weight: Int32, term: Term)]
  let hasPreferences: Bool
  /// The nodes that every term names, which is all the scheduler then looks at; nil for no such limit.
  let candidates: Set<String>?

  /// Whether nothing is asked of nodes.
  var isOpen: Bool { selector.isEmpty && required == nil && added == nil }

  init(_ pod: PodSpecification, added addedTerms: [NodeSelectorTerm]?, _ table: inout TextTable) {
    selector = table.resolve(pod.nodeSelector)
    required = pod.requiredNodeTerms.map { Self.terms($0, &table) }
    added = addedTerms.map { Self.terms($0, &table) }
    preferred = pod.preferredNodeTerms.filter { $0.weight != 0 }.flatMap { preference in
      Self.terms([preference.term], &table).map { (preference.weight, $0) }
    }
    hasPreferences = !pod.preferredNodeTerms.isEmpty
    candidates = Self.candidates(pod.requiredNodeTerms ?? [])
  }

  func matchesPod(_ node: ResolvedNode, _ table: TextTable) -> Bool {
    guard selector.matches(node.labels, table) else { return false }
    guard let required else { return true }
    return required.contains { Self.matches($0, node, table) }
  }

  func matchesAdded(_ node: ResolvedNode, _ table: TextTable) -> Bool {
    guard let added else { return true }
    return added.contains { Self.matches($0, node, table) }
  }

  func preference(_ node: ResolvedNode, _ table: TextTable) -> Int64 {
    preferred.reduce(0) { $0 + (Self.matches($1.term, node, table) ? Int64($1.weight) : 0) }
  }

  /// Terms that ask for labels alone, as those of volumes do; a node must match one of them.
  static func resolvedLabels(_ terms: [NodeSelectorTerm], _ table: inout TextTable) -> [ResolvedSelector] {
    terms.filter { !$0.isBroken && !($0.expressions.isEmpty && $0.fields.isEmpty) }
      .map { table.resolve($0.expressions) }
  }

  /// Terms that can match; an empty one never does.
  private static func terms(_ terms: [NodeSelectorTerm], _ table: inout TextTable) -> [Term] {
    terms.compactMap { term in
      guard !term.isBroken, !(term.expressions.isEmpty && term.fields.isEmpty) else { return nil }
      var names: [(isIn: Bool, name: String)] = []
      for field in term.fields {
        guard field.key == "metadata.name", field.values.count == 1, field.operator == .isIn || field.operator == .notIn
        else { return nil }
        names.append((field.operator == .isIn, field.values[0]))
      }
      return Term(labels: table.resolve(term.expressions), names: names)
    }
  }

  private static func matches(_ term: Term, _ node: ResolvedNode, _ table: TextTable) -> Bool {
    term.names.allSatisfy { ($0.name == node.name) == $0.isIn } && term.labels.matches(node.labels, table)
  }

  private static func candidates(_ terms: [NodeSelectorTerm]) -> Set<String>? {
    guard !terms.isEmpty else { return nil }
    var all: Set<String> = []
    for term in terms {
      var own: Set<String>?
      for field in term.fields where field.key == "metadata.name" && field.operator == .isIn {
        own = own?.intersection(field.values) ?? Set(field.values)
      }
      guard let own else { return nil }
      all.formUnion(own)
    }
    return all
  }
}

/// A node with its labels resolved.
struct ResolvedNode {
  var name: String
  var labels: [LabelPair]
}
