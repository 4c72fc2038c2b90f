import ClusterModel

/// `spec.affinity` of a pod and the node selector terms that other objects share with it.
struct AffinityReader {
  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  let session: DecodingSession

  func read(_ affinity: SyntaxNode?, into pod: inout PodSpecification) {
    let terms = terms(affinity)
    pod.requiredNodeTerms = terms.requiredNodeTerms
    pod.preferredNodeTerms = terms.preferredNodeTerms
    pod.requiredAffinity = terms.requiredAffinity
    pod.preferredAffinity = terms.preferredAffinity
    pod.requiredAntiAffinity = terms.requiredAntiAffinity
    pod.preferredAntiAffinity = terms.preferredAntiAffinity
  }

  /// What an `affinity` asks for, of a pod, of a machine or in a scenario.
  func terms(_ affinity: SyntaxNode?) -> PlacementTerms {
    var terms = PlacementTerms()
    guard let affinity else { return terms }
    let nodes = session.mapping(affinity, "nodeAffinity")
    terms.requiredNodeTerms = nodeTerms(session.mapping(nodes, Self.required))
    terms.preferredNodeTerms = session.elements(nodes, Self.preferred).map { object in
      WeightedTerm(
        weight: weight(object),
        session.mapping(object, "preference").map(nodeTerm) ?? NodeSelectorTerm())
    }
    let near = session.mapping(affinity, "podAffinity")
    terms.requiredAffinity = session.elements(near, Self.required).map(podTerm)
    terms.preferredAffinity = weightedPodTerms(near)
    let far = session.mapping(affinity, "podAntiAffinity")
    terms.requiredAntiAffinity = session.elements(far, Self.required).map(podTerm)
    terms.preferredAntiAffinity = weightedPodTerms(far)
    return terms
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
}
