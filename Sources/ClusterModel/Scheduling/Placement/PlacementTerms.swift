/// What a machine's or another pod's specification asks of placement beyond cpu, memory, selector and tolerations.
///
/// In the forms of `PodSpecification`; empty for most pods.
package struct PlacementTerms: Sendable, Hashable {
  /// Nil where nothing is required; an empty list matches no node.
  package var requiredNodeTerms: [NodeSelectorTerm]?
  package var preferredNodeTerms: [WeightedTerm<NodeSelectorTerm>] = []
  package var requiredAffinity: [PodAffinityTerm] = []
  package var preferredAffinity: [WeightedTerm<PodAffinityTerm>] = []
  package var requiredAntiAffinity: [PodAffinityTerm] = []
  package var preferredAntiAffinity: [WeightedTerm<PodAffinityTerm>] = []
  package var spreadConstraints: [SpreadConstraint] = []
  /// Requests besides cpu and memory: ephemeral-storage, huge pages, devices, networks.
  package var extraRequests = ResourceAmounts()
  package var hostPorts: [HostPort] = []
  /// Names of claims in the pod's namespace.
  package var claimNames: [String] = []
  package var controller: ControllerReference?

  package init() {}

  package var isEmpty: Bool { self == PlacementTerms() }
}

extension PlacementTerms {
  /// Selectors of required anti-affinity by host among pods of the same namespace, the commonest kind.
  package var hostAntiAffinity: [LabelSelector] {
    get { requiredAntiAffinity.compactMap(\.hostSelector) }
    set {
      requiredAntiAffinity.removeAll { $0.hostSelector != nil }
      requiredAntiAffinity += newValue.map {
        PodAffinityTerm($0, topologyKey: PlacementEvaluator.hostnameKey)
      }
    }
  }
}

extension PodAffinityTerm {
  /// The selector of a term that is about the host and the pod's own namespace; nil for other terms.
  package var hostSelector: LabelSelector? {
    topologyKey == PlacementEvaluator.hostnameKey && namespaces.isEmpty && namespaceSelector == nil ? selector : nil
  }
}
