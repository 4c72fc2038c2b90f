/// What holds affinity and spreading: a pod, or the terms of a machine.
package protocol AffinityHolder {
  var requiredNodeTerms: [NodeSelectorTerm]? { get set }
  var preferredNodeTerms: [WeightedTerm<NodeSelectorTerm>] { get set }
  var requiredAffinity: [PodAffinityTerm] { get set }
  var preferredAffinity: [WeightedTerm<PodAffinityTerm>] { get set }
  var requiredAntiAffinity: [PodAffinityTerm] { get set }
  var preferredAntiAffinity: [WeightedTerm<PodAffinityTerm>] { get set }
  var spreadConstraints: [SpreadConstraint] { get set }
}

extension PodSpecification: AffinityHolder {}
extension PlacementTerms: AffinityHolder {}

extension AffinityHolder {
  mutating func takeAffinity(of other: some AffinityHolder) {
    requiredNodeTerms = other.requiredNodeTerms
    preferredNodeTerms = other.preferredNodeTerms
    requiredAffinity = other.requiredAffinity
    preferredAffinity = other.preferredAffinity
    requiredAntiAffinity = other.requiredAntiAffinity
    preferredAntiAffinity = other.preferredAntiAffinity
    spreadConstraints = other.spreadConstraints
  }
}
