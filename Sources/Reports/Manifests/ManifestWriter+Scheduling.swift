import ClusterModel

/// Taints, tolerations and affinity, the same in pods and in the specs of machines.
extension ManifestWriter {
  mutating func taint(_ taint: Taint) -> JSONValue? {
    guard KubernetesName.isKey(taint.key) else {
      tally.droppedKeys += 1
      return nil
    }
    return .object([
      ("effect", .string(taint.effect.rawValue)), ("key", .string(taint.key)),
      ("value", taint.value.isEmpty ? nil : .string(labelValue(taint.value))),
    ])
  }

  /// What a machine demands of its node: members of its own spec and of its pod's.
  mutating func placementRules(_ machine: VirtualMachine) -> [(String, JSONValue?)] {
    placementRules(machine.nodeSelector, machine.tolerations, machine.terms)
  }

  mutating func placementRules(_ pod: OtherPod) -> [(String, JSONValue?)] {
    placementRules(pod.nodeSelector, pod.tolerations, pod.terms)
  }

  private mutating func placementRules(
    _ nodeSelector: [String: String], _ tolerations: [Toleration], _ terms: PlacementTerms
  ) -> [(String, JSONValue?)] {
    let selector = labels(nodeSelector)
    let tolerations = tolerations.compactMap { toleration($0) }
    let spread = terms.spreadConstraints.compactMap { self.spread($0) }
    return [
      ("affinity", affinity(terms)), ("nodeSelector", selector.isEmpty ? nil : .texts(selector)),
      ("tolerations", tolerations.isEmpty ? nil : .array(tolerations)),
      ("topologySpreadConstraints", spread.isEmpty ? nil : .array(spread)),
    ]
  }

  /// `Exists` ignores the value and the API server refuses one; a key may be missing only with `Exists`.
  private mutating func toleration(_ toleration: Toleration) -> JSONValue? {
    let exists = toleration.operator == .exists
    if toleration.key.isEmpty, !exists {
      tally.droppedTolerations += 1
      return nil
    }
    guard toleration.key.isEmpty || KubernetesName.isKey(toleration.key) else {
      tally.droppedKeys += 1
      return nil
    }
    return .object([
      ("effect", toleration.effect.map { .string($0.rawValue) }),
      ("key", toleration.key.isEmpty ? nil : .string(toleration.key)),
      ("operator", .string(toleration.operator.rawValue)),
      ("value", exists || toleration.value.isEmpty ? nil : .string(labelValue(toleration.value))),
    ])
  }
}
