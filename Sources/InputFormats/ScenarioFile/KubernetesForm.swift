import ClusterModel

/// Writes what placement looks at in Kubernetes' own form, no more than reads back the same.
///
/// A term that the reader of dumps could not understand matches nothing and is written as an empty one.
enum KubernetesForm {
  // MARK: Terms

  /// Nil where there are none.
  static func affinity(_ terms: PlacementTerms) -> DocumentValue? {
    let nodes = DocumentValue.mapping([
      (AffinityKeys.required, terms.requiredNodeTerms.map(nodeSelector)),
      (
        AffinityKeys.preferred,
        .nonEmpty(
          terms.preferredNodeTerms.map {
            .mapping([("weight", weight($0.weight)), ("preference", nodeTerm($0.term))])
          })
      ),
    ])
    let parts = [
      ("nodeAffinity", nodes), ("podAffinity", podTerms(terms.requiredAffinity, terms.preferredAffinity)),
      ("podAntiAffinity", podTerms(terms.requiredAntiAffinity, terms.preferredAntiAffinity)),
    ].filter { $0.1 != .entries([]) }
    return parts.isEmpty ? nil : .mapping(parts)
  }

  static func spread(_ constraint: SpreadConstraint) -> DocumentValue {
    let isUsual = constraint.minDomains <= 1 || !constraint.isHard
    return .mapping([
      ("maxSkew", .integer(min(max(constraint.maxSkew, 1), Int(SpreadKeys.most)))),
      ("topologyKey", topologyKey(constraint.topologyKey)),
      ("whenUnsatisfiable", .text(constraint.isHard ? "DoNotSchedule" : "ScheduleAnyway")),
      ("labelSelector", constraint.selector.map(selector)),
      ("matchLabelKeys", .nonEmpty(constraint.matchLabelKeys.map { .text($0) })),
      ("minDomains", isUsual ? nil : .integer(min(constraint.minDomains, Int(SpreadKeys.most)))),
      ("nodeAffinityPolicy", constraint.honorsNodeAffinity ? nil : .text("Ignore")),
      ("nodeTaintsPolicy", constraint.honorsTaints ? .text("Honor") : nil),
    ])
  }

  /// Nil for a port of a protocol that no port can have.
  static func hostPort(_ port: HostPort) -> DocumentValue? {
    let standard = HostPort(number: 1)
    guard HostPortKeys.transports.contains(port.transport) else { return nil }
    return .mapping([
      ("hostPort", .integer(Int(port.number))),
      ("hostIP", port.address == standard.address ? nil : .text(port.address)),
      ("protocol", port.transport == standard.transport ? nil : .text(port.transport)),
    ])
  }

  /// Nil for none; parts of a piece count as a whole one, as the scheduler has it.
  static func amounts(_ amounts: ResourceAmounts) -> DocumentValue? {
    amounts.isEmpty
      ? nil
      : .mapping(
        amounts.entries.map { entry in
          let amount = ResourceGrain(of: entry.name)?.roundedUp(entry.amount) ?? entry.amount
          return (entry.name, .quantity(ExactAmount.quantity(amount)))
        })
  }

  private static func podTerms(
    _ required: [PodAffinityTerm], _ preferred: [WeightedTerm<PodAffinityTerm>]
  ) -> DocumentValue {
    .mapping([
      (AffinityKeys.required, .nonEmpty(required.map(podTerm))),
      (
        AffinityKeys.preferred,
        .nonEmpty(
          preferred.map {
            .mapping([("weight", weight($0.weight)), ("podAffinityTerm", podTerm($0.term))])
          })
      ),
    ])
  }

  private static func podTerm(_ term: PodAffinityTerm) -> DocumentValue {
    .mapping([
      ("labelSelector", term.selector.map(selector)), ("topologyKey", topologyKey(term.topologyKey)),
      ("namespaces", .nonEmpty(term.namespaces.map { .text($0) })),
      ("namespaceSelector", term.namespaceSelector.map(selector)),
    ])
  }

  /// No node has the label without a name, nor this one.
  private static func topologyKey(_ key: String) -> DocumentValue { .text(key.isEmpty ? "headroom/no-topology" : key) }

  private static func weight(_ weight: Int32) -> DocumentValue { .integer(Int(min(max(weight, 1), 100))) }

  private static func nodeSelector(_ terms: [NodeSelectorTerm]) -> DocumentValue {
    .mapping([("nodeSelectorTerms", .list(terms.map(nodeTerm)))])
  }

  private static func nodeTerm(_ term: NodeSelectorTerm) -> DocumentValue {
    func list(_ expressions: [NodeSelectorTerm.Expression]) -> DocumentValue? {
      .nonEmpty(expressions.map { expression($0.key, $0.operator.rawValue, $0.values) })
    }
    let isOdd = term.expressions.contains { !isUnderstood($0) } || term.fields.contains { !isName($0) }
    if term.isBroken || isOdd { return .entries([]) }
    return .mapping([("matchExpressions", list(term.expressions)), ("matchFields", list(term.fields))])
  }

  private static func isUnderstood(_ expression: NodeSelectorTerm.Expression) -> Bool {
    switch expression.operator {
    case .isIn, .notIn: !expression.values.isEmpty
    case .exists, .doesNotExist: true
    case .greaterThan, .lessThan: expression.values.count == 1 && Int64(expression.values[0]) != nil
    }
  }

  private static func isName(_ field: NodeSelectorTerm.Expression) -> Bool {
    field.key == "metadata.name" && field.values.count == 1 && (field.operator == .isIn || field.operator == .notIn)
  }

  /// One that the reader of dumps could not understand matches nothing: its label is there and is not.
  private static func selector(_ selector: LabelSelector) -> DocumentValue {
    let odd = selector.matchExpressions.first { ($0.operator == .isIn || $0.operator == .notIn) && $0.values.isEmpty }
    if let odd {
      return .mapping([
        ("matchExpressions", .list(["Exists", "DoesNotExist"].map { expression(odd.key, $0, []) }))
      ])
    }
    return .mapping([
      ("matchLabels", .labels(selector.matchLabels)),
      (
        "matchExpressions",
        .nonEmpty(selector.matchExpressions.map { expression($0.key, $0.operator.rawValue, $0.values) })
      ),
    ])
  }

  private static func expression(_ key: String, _ sign: String, _ values: [String]) -> DocumentValue {
    let takesValues = sign != "Exists" && sign != "DoesNotExist"
    return .mapping([
      ("key", .text(key)), ("operator", .text(sign)),
      ("values", takesValues ? .list(values.map { .text($0) }) : nil),
    ])
  }

  // MARK: Objects

  /// By kind, namespace and name; services, which keep none, are numbered.
  static func objects(_ objects: PlacementObjects) -> [DocumentValue] {
    let controllers = objects.controllers.sorted { a, b in
      (a.reference.kind, a.namespace, a.reference.name) < (b.reference.kind, b.namespace, b.reference.name)
    }
    let claims = objects.claims.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    var result = objects.namespaces.sorted { $0.name < $1.name }.map { object("Namespace", $0.name, nil, $0.labels) }
    result += services(objects.services)
    result += controllers.map(controller)
    for claim in claims {
      let volume: DocumentValue? = claim.volumeName.isEmpty ? nil : .text(claim.volumeName)
      result.append(object("PersistentVolumeClaim", claim.name, claim.namespace, [:], ("volumeName", volume)))
    }
    for volume in objects.volumes.sorted(by: { $0.name < $1.name }) {
      let affinity = volume.requiredNodeTerms.map { DocumentValue.mapping([("required", nodeSelector($0))]) }
      result.append(object("PersistentVolume", volume.name, nil, volume.labels, ("nodeAffinity", affinity)))
    }
    return result
  }

  /// In the order they have within a namespace.
  private static func services(_ services: [PlacementObjects.Service]) -> [DocumentValue] {
    let sorted = services.enumerated().sorted { a, b in
      (a.element.namespace, a.offset) < (b.element.namespace, b.offset)
    }
    let width = String(services.count).utf8.count
    return sorted.enumerated().map { position, entry in
      let digits = String(position + 1)
      let name = "service-" + String(repeating: "0", count: width - digits.utf8.count) + digits
      let selector = entry.element.selector.map { DocumentValue.labels($0) ?? .entries([]) }
      return object("Service", name, entry.element.namespace, [:], ("selector", selector))
    }
  }

  private static func controller(_ controller: PlacementObjects.Controller) -> DocumentValue {
    var written = controller.selector.map(selector)
    if controller.reference.kind == "ReplicationController" {
      written = controller.selector.flatMap { .labels($0.matchLabels) }
    }
    return object(
      controller.reference.kind, controller.reference.name, controller.namespace, [:], ("selector", written))
  }

  /// - Parameters:
  ///   - namespace: nil for a kind that has none.
  ///   - member: the only one of the specification.
  private static func object(
    _ kind: String, _ name: String, _ namespace: String?, _ labels: [String: String],
    _ member: (String, DocumentValue?)? = nil
  ) -> DocumentValue {
    let isUsual = namespace == nil || namespace == DumpedMachineKeys.machine.namespace
    let spec = DocumentValue.mapping([member].compactMap { $0 })
    let metadata = DocumentValue.mapping([
      ("name", .text(name)), ("namespace", isUsual ? nil : namespace.map { .text($0) }), ("labels", .labels(labels)),
    ])
    return .mapping([("kind", .text(kind)), ("metadata", metadata), ("spec", spec == .entries([]) ? nil : spec)])
  }
}
