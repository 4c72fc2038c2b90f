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
    var selector: [String: String] = [:]
    for (key, value) in machine.nodeSelector {
      if KubernetesName.isKey(key) { selector[key] = labelValue(value) } else { tally.droppedKeys += 1 }
    }
    let tolerations = machine.tolerations.compactMap { toleration($0) }
    let terms = machine.hostAntiAffinity.map { term($0) }
    return [
      (
        "affinity",
        terms.isEmpty
          ? nil
          : .object([
            (
              "podAntiAffinity",
              .object([("requiredDuringSchedulingIgnoredDuringExecution", .array(terms))])
            )
          ])
      ),
      ("nodeSelector", selector.isEmpty ? nil : .texts(selector)),
      ("tolerations", tolerations.isEmpty ? nil : .array(tolerations)),
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

  private mutating func term(_ selector: LabelSelector) -> JSONValue {
    var labels: [String: String] = [:]
    for (key, value) in selector.matchLabels {
      if KubernetesName.isKey(key) { labels[key] = labelValue(value) } else { tally.droppedKeys += 1 }
    }
    let expressions = selector.matchExpressions.compactMap { expression -> JSONValue? in
      guard KubernetesName.isKey(expression.key) else {
        tally.droppedKeys += 1
        return nil
      }
      let takesValues = expression.operator == .isIn || expression.operator == .notIn
      let values = expression.values.map { JSONValue.string(labelValue($0)) }
      return .object([
        ("key", .string(expression.key)), ("operator", .string(expression.operator.rawValue)),
        ("values", takesValues ? .array(values) : nil),
      ])
    }
    return .object([
      (
        "labelSelector",
        .object([
          ("matchExpressions", expressions.isEmpty ? nil : .array(expressions)),
          ("matchLabels", labels.isEmpty ? nil : .texts(labels)),
        ])
      ),
      ("topologyKey", .string("kubernetes.io/hostname")),
    ])
  }
}
