import ClusterModel

/// `spec.affinity` and `spec.topologySpreadConstraints` of pods and machines, and the node selector terms of volumes.
struct AffinityReader {
  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  let session: DecodingSession

  func read(_ spec: SyntaxNode?, into pod: inout some AffinityHolder) {
    let constraints = session.elements(spec, "topologySpreadConstraints")
    if !constraints.isEmpty { pod.spreadConstraints = constraints.map(spreadConstraint) }
    if let affinity = session.mapping(spec, "affinity") { read(affinity: affinity, into: &pod) }
  }

  /// One `affinity`, of a pod, of a machine or in a scenario.
  func read(affinity: SyntaxNode, into pod: inout some AffinityHolder) {
    let nodes = session.mapping(affinity, "nodeAffinity")
    pod.requiredNodeTerms = nodeTerms(session.mapping(nodes, Self.required))
    pod.preferredNodeTerms = session.elements(nodes, Self.preferred).map { object in
      WeightedTerm(
        weight: weight(object),
        session.mapping(object, "preference").map(nodeTerm) ?? NodeSelectorTerm())
    }
    let near = session.mapping(affinity, "podAffinity")
    pod.requiredAffinity = session.elements(near, Self.required).map(podTerm)
    pod.preferredAffinity = weightedPodTerms(near)
    let far = session.mapping(affinity, "podAntiAffinity")
    pod.requiredAntiAffinity = session.elements(far, Self.required).map(podTerm)
    pod.preferredAntiAffinity = weightedPodTerms(far)
  }

  /// The terms of a node selector; nil where there is none.
  func nodeTerms(_ selector: SyntaxNode?) -> [NodeSelectorTerm]? {
    selector.map { session.elements($0, "nodeSelectorTerms").map(nodeTerm) }
  }

  private func nodeTerm(_ object: SyntaxNode) -> NodeSelectorTerm {
    var term = NodeSelectorTerm()
    func expressions(_ key: String) -> [NodeSelectorTerm.Expression] {
      session.elements(object, key).compactMap { item in
        guard let name = item["key"]?.present,
          let sign = item["operator"]?.present.flatMap(NodeSelectorTerm.Operator.init)
        else {
          term.isBroken = true
          return nil
        }
        return NodeSelectorTerm.Expression(
          key: name, operator: sign, values: session.elements(item, "values").compactMap(\.present))
      }
    }
    term.expressions = expressions("matchExpressions")
    term.fields = expressions("matchFields")
    return term
  }

  private func weightedPodTerms(_ parent: SyntaxNode?) -> [WeightedTerm<PodAffinityTerm>] {
    session.elements(parent, Self.preferred).compactMap { object in
      session.mapping(object, "podAffinityTerm").map { WeightedTerm(weight: weight(object), podTerm($0)) }
    }
  }

  private func podTerm(_ object: SyntaxNode) -> PodAffinityTerm {
    func selector(_ key: String) -> LabelSelector? {
      session.mapping(object, key).map { SchedulingReader.selector($0, session) }
    }
    var term = PodAffinityTerm(selector("labelSelector"), topologyKey: object["topologyKey"]?.present ?? "")
    term.namespaces = session.elements(object, "namespaces").compactMap(\.present)
    term.namespaceSelector = selector("namespaceSelector")
    return term
  }

  private func weight(_ object: SyntaxNode) -> Int32 {
    Int32(clamping: min(max(object["weight"]?.integer ?? 0, -1000), 1000))
  }

  func spreadConstraint(_ object: SyntaxNode) -> SpreadConstraint {
    var constraint = SpreadConstraint(
      maxSkew: Int(clamping: min(object["maxSkew"]?.integer ?? 1, 1 << 30)),
      topologyKey: object["topologyKey"]?.present ?? "",
      isHard: object["whenUnsatisfiable"]?.text != "ScheduleAnyway",
      selector: session.mapping(object, "labelSelector").map { SchedulingReader.selector($0, session) })
    constraint.minDomains = Int(clamping: object["minDomains"]?.integer ?? 1)
    constraint.honorsNodeAffinity = object["nodeAffinityPolicy"]?.text != "Ignore"
    constraint.honorsTaints = object["nodeTaintsPolicy"]?.text == "Honor"
    constraint.matchLabelKeys = session.elements(object, "matchLabelKeys").compactMap(\.present)
    return constraint
  }
}
