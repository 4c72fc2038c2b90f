import ClusterModel

/// Affinity and spreading in the form that pods, machines and volumes share.
///
/// Keys that Kubernetes does not take are left out with their conditions, or with their terms where the key is what
/// counts as near: no object written has a label of such a key.
extension ManifestWriter {
  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  /// Nil where nothing is asked for.
  mutating func affinity(_ terms: PlacementTerms) -> JSONValue? {
    let preferences = terms.preferredNodeTerms.map { preference -> JSONValue in
      .object([("preference", nodeTerm(preference.term)), ("weight", Self.weight(preference.weight))])
    }
    let nodes: [(String, JSONValue?)] = [
      (Self.required, terms.requiredNodeTerms.map { nodeSelector($0) }),
      (Self.preferred, preferences.isEmpty ? nil : .array(preferences)),
    ]
    let near = podTerms(terms.requiredAffinity, terms.preferredAffinity)
    let far = podTerms(terms.requiredAntiAffinity, terms.preferredAntiAffinity)
    let parts = [("nodeAffinity", nodes), ("podAffinity", near), ("podAntiAffinity", far)]
      .filter { $0.1.contains { $0.1 != nil } }
    return parts.isEmpty ? nil : .object(parts.map { ($0.0, .object($0.1)) })
  }

  /// No term at all is not allowed; an empty one matches nothing either.
  mutating func nodeSelector(_ terms: [NodeSelectorTerm]) -> JSONValue {
    let written = terms.map { nodeTerm($0) }
    return .object([("nodeSelectorTerms", .array(written.isEmpty ? [.object([])] : written))])
  }

  private mutating func nodeTerm(_ term: NodeSelectorTerm) -> JSONValue {
    if term.isBroken { return .object([]) }
    let expressions = term.expressions.compactMap { expression($0.key, $0.operator.rawValue, $0.values) }
    let fields = term.fields.map { field -> JSONValue in
      let values = field.values.map { name in
        JSONValue.string(inventory.node(named: name).map { names.nodes[$0.index] } ?? ManifestNames.subdomain(name))
      }
      return .object([
        ("key", .string(field.key)), ("operator", .string(field.operator.rawValue)), ("values", .array(values)),
      ])
    }
    return .object([
      ("matchExpressions", expressions.isEmpty ? nil : .array(expressions)),
      ("matchFields", fields.isEmpty ? nil : .array(fields)),
    ])
  }

  private mutating func podTerms(
    _ required: [PodAffinityTerm], _ preferred: [WeightedTerm<PodAffinityTerm>]
  ) -> [(String, JSONValue?)] {
    let terms = required.compactMap { podTerm($0) }
    let weighted = preferred.compactMap { preference -> JSONValue? in
      podTerm(preference.term).map {
        .object([("podAffinityTerm", $0), ("weight", Self.weight(preference.weight))])
      }
    }
    return [
      (Self.required, terms.isEmpty ? nil : .array(terms)), (Self.preferred, weighted.isEmpty ? nil : .array(weighted)),
    ]
  }

  private mutating func podTerm(_ term: PodAffinityTerm) -> JSONValue? {
    guard isKey(term.topologyKey) else { return nil }
    let namespaces = term.namespaces.map { JSONValue.string(ManifestNames.namespace($0)) }
    return .object([
      ("labelSelector", term.selector.map { selector($0) }),
      ("namespaceSelector", term.namespaceSelector.map { selector($0) }),
      ("namespaces", namespaces.isEmpty ? nil : .array(namespaces)), ("topologyKey", .string(term.topologyKey)),
    ])
  }

  mutating func spread(_ constraint: SpreadConstraint) -> JSONValue? {
    guard isKey(constraint.topologyKey) else { return nil }
    let keys = constraint.matchLabelKeys.filter { isKey($0) }.map { JSONValue.string($0) }
    let minDomains = constraint.isHard && constraint.minDomains > 1 ? constraint.minDomains : nil
    return .object([
      ("labelSelector", constraint.selector.map { selector($0) }),
      ("matchLabelKeys", keys.isEmpty ? nil : .array(keys)), ("maxSkew", .integer(Int64(max(1, constraint.maxSkew)))),
      ("minDomains", minDomains.map { .integer(Int64($0)) }),
      ("nodeAffinityPolicy", constraint.honorsNodeAffinity ? nil : .string("Ignore")),
      ("nodeTaintsPolicy", constraint.honorsTaints ? .string("Honor") : nil),
      ("topologyKey", .string(constraint.topologyKey)),
      ("whenUnsatisfiable", .string(constraint.isHard ? "DoNotSchedule" : "ScheduleAnyway")),
    ])
  }

  mutating func selector(_ selector: LabelSelector) -> JSONValue {
    let labels = labels(selector.matchLabels)
    let expressions = selector.matchExpressions.compactMap { expression($0.key, $0.operator.rawValue, $0.values) }
    return .object([
      ("matchExpressions", expressions.isEmpty ? nil : .array(expressions)),
      ("matchLabels", labels.isEmpty ? nil : .texts(labels)),
    ])
  }

  /// Labels of a selector.
  mutating func labels(_ labels: [String: String]) -> [String: String] {
    var result: [String: String] = [:]
    for (key, value) in labels where isKey(key) { result[key] = labelValue(value) }
    return result
  }

  private mutating func expression(_ key: String, _ sign: String, _ values: [String]) -> JSONValue? {
    guard isKey(key) else { return nil }
    let written = values.map { JSONValue.string(labelValue($0)) }
    let takesValues = sign != "Exists" && sign != "DoesNotExist"
    return .object([
      ("key", .string(key)), ("operator", .string(sign)), ("values", takesValues ? .array(written) : nil),
    ])
  }

  private mutating func isKey(_ key: String) -> Bool {
    if KubernetesName.isKey(key) { return true }
    tally.droppedKeys += 1
    return false
  }

  private static func weight(_ weight: Int32) -> JSONValue { .integer(Int64(min(max(weight, 1), 100))) }
}
