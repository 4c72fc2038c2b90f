package import ClusterModel
package import EventKernel

/// What placement looks at besides cpu, memory, selectors and tolerations, over labels and names of `RandomCluster`.
extension RandomCluster {
  /// Empty in half of the cases, else one to three kinds of terms; all of them such as the API server takes.
  package static func terms(_ random: inout RandomStream) -> PlacementTerms {
    var terms = PlacementTerms()
    guard random.bernoulli(0.5) else { return terms }
    for _ in 0..<random.pick(1...3) { add(random.uniform(below: 11), to: &terms, &random) }
    return terms
  }

  private static func add(_ kind: Int, to terms: inout PlacementTerms, _ random: inout RandomStream) {
    switch kind {
    case 0: terms.requiredNodeTerms = some(&random) { nodeTerm(&$0) }
    case 1: terms.preferredNodeTerms = some(&random) { WeightedTerm(weight: $0.pick([1, 7, 100]), nodeTerm(&$0)) }
    case 2: terms.requiredAffinity = some(&random) { podTerm(&$0) }
    case 3: terms.preferredAffinity = some(&random) { WeightedTerm(weight: $0.pick([1, 50, 100]), podTerm(&$0)) }
    case 4: terms.requiredAntiAffinity = some(&random) { podTerm(&$0) }
    case 5: terms.preferredAntiAffinity = some(&random) { WeightedTerm(weight: $0.pick([1, 50, 100]), podTerm(&$0)) }
    case 6: terms.spreadConstraints = spread(&random)
    case 7: terms.extraRequests = extraRequests(&random)
    case 8:
      terms.hostPorts = some(&random) {
        HostPort(
          address: $0.pick(["", "10.0.0.1", "10.0.0.2"]), transport: $0.pick(["", "UDP"]), number: $0.pick([80, 8443]))
      }
    case 9: terms.claimNames = random.pick([["data"], ["data", "logs"], ["missing"], ["unbound"]])
    default: terms.controller = controller(&random)
    }
  }

  /// Namespaces, services, controllers, claims and volumes that `terms` refer to.
  package static func objects(_ random: inout RandomStream) -> PlacementObjects {
    var objects = PlacementObjects()
    for name in namespaces where random.bernoulli(0.7) {
      objects.namespaces.append(.init(name: name, labels: random.pick([[:], ["env": "prod"], ["env": "dev"]])))
    }
    for name in ["front", "back"] where random.bernoulli(0.5) {
      objects.services.append(
        .init(
          namespace: random.pick(namespaces), selector: random.pick([nil, ["app": name == "back" ? "bank" : "shop"]])))
    }
    for namespace in namespaces {
      for kind in kinds where random.bernoulli(0.3) {
        // A ReplicationController has plain labels only.
        let labels = LabelSelector(matchLabels: ["app": random.pick(appNames)])
        objects.controllers.append(
          .init(
            namespace: namespace, reference: ControllerReference(kind: kind, name: "web"),
            selector: kind == "ReplicationController" ? labels : random.pick([labels, termSelector(&random)])))
      }
      for name in ["data", "logs", "unbound"] where random.bernoulli(0.6) {
        let isBound = name != "unbound"
        objects.claims.append(
          .init(namespace: namespace, name: name, volumeName: isBound ? "\(namespace)-\(name)" : ""))
        guard isBound else { continue }
        var volume = VolumeSpecification(name: "\(namespace)-\(name)")
        if random.bernoulli(0.5) { volume.labels["topology.kubernetes.io/zone"] = random.pick(zones) }
        if random.bernoulli(0.5) { volume.requiredNodeTerms = some(&random) { nodeTerm(&$0) } }
        objects.volumes.append(volume)
      }
    }
    return objects
  }

  /// Resources of nodes besides cpu, memory and pods.
  package static func extraAllocatable(_ random: inout RandomStream) -> ResourceAmounts {
    var result = ResourceAmounts()
    if random.bernoulli(0.5) { result["example.com/gpu"] = whole(random.pick([0, 1, 4])) }
    if random.bernoulli(0.3) { result["hugepages-2Mi"] = whole(random.pick([1 << 30, 4 << 30])) }
    if random.bernoulli(0.5) { result["ephemeral-storage"] = whole(random.pick([40 << 30, 35_000_000_001])) }
    if random.bernoulli(0.5) { result["devices.kubevirt.io/kvm"] = whole(1000) }
    return result
  }

  private static let appNames = ["shop", "bank", "mail"]
  private static let namespaces = ["east", "system", "west"]
  private static let zones = ["zone-a", "zone-b"]
  private static let kinds = ["ReplicaSet", "ReplicationController", "StatefulSet"]
  private static let topologies = ["kubernetes.io/hostname", "topology.kubernetes.io/zone", "disk"]

  private static func some<Element>(
    _ random: inout RandomStream, _ make: (inout RandomStream) -> Element
  ) -> [Element] {
    (0..<random.pick(1...2)).map { _ in make(&random) }
  }

  private static func whole(_ value: Int) -> Quantity { Quantity(nanoUnits: Int128(value) * 1_000_000_000) }

  private static func controller(_ random: inout RandomStream) -> ControllerReference {
    ControllerReference(kind: random.pick(kinds), name: random.pick(["web", "gone"]))
  }

  private static func extraRequests(_ random: inout RandomStream) -> ResourceAmounts {
    var result = ResourceAmounts()
    if random.bernoulli(0.5) { result["example.com/gpu"] = whole(random.pick([1, 2])) }
    if random.bernoulli(0.3) { result["hugepages-2Mi"] = whole(random.pick([1 << 21, 2 << 30])) }
    if random.bernoulli(0.5) { result["ephemeral-storage"] = whole(random.pick([50_000_000, 10 << 30])) }
    if random.bernoulli(0.5) { result["devices.kubevirt.io/kvm"] = whole(1) }
    return result
  }

  private static func termSelector(_ random: inout RandomStream) -> LabelSelector {
    switch random.uniform(below: 5) {
    case 0: LabelSelector()
    case 1: LabelSelector(matchExpressions: [.init(key: "app", operator: .isIn, values: ["shop", "mail"])])
    case 2: LabelSelector(matchExpressions: [.init(key: "role", operator: .notIn, values: ["replica"])])
    case 3:
      LabelSelector(
        matchLabels: ["app": random.pick(appNames)],
        matchExpressions: [.init(key: "role", operator: random.pick([.exists, .doesNotExist]))])
    default: LabelSelector(matchLabels: ["app": random.pick(appNames)])
    }
  }

  private static func podTerm(_ random: inout RandomStream) -> PodAffinityTerm {
    var term = PodAffinityTerm(
      random.bernoulli(0.1) ? nil : termSelector(&random), topologyKey: random.pick(topologies))
    if random.bernoulli(0.3) { term.namespaces = random.pick([["east"], ["west", "system"], ["nowhere"]]) }
    if random.bernoulli(0.3) {
      term.namespaceSelector = random.pick([
        LabelSelector(), LabelSelector(matchLabels: ["env": "prod"]),
        LabelSelector(matchLabels: ["kubernetes.io/metadata.name": "east"]),
        LabelSelector(matchExpressions: [.init(key: "env", operator: .doesNotExist)]),
      ])
    }
    return term
  }

  private static func nodeTerm(_ random: inout RandomStream) -> NodeSelectorTerm {
    var term = NodeSelectorTerm(expressions: [
      random.pick([
        .init(key: "disk", operator: .isIn, values: ["ssd", "tape"]),
        .init(key: "disk", operator: .notIn, values: ["ssd"]), .init(key: "disk", operator: .exists),
        .init(key: "topology.kubernetes.io/zone", operator: .doesNotExist),
        .init(key: "topology.kubernetes.io/zone", operator: .isIn, values: [random.pick(zones)]),
        .init(key: "generation", operator: .greaterThan, values: ["5"]),
        .init(key: "generation", operator: .lessThan, values: ["9"]),
      ])
    ])
    if random.bernoulli(0.2) {
      term.fields = [
        .init(
          key: "metadata.name", operator: random.pick([.isIn, .notIn]),
          values: [random.pick(["node-0", "node-1", "node-9"])])
      ]
      if random.bernoulli(0.5) { term.expressions = [] }
    }
    return term
  }

  /// One or two, each of its own topology, as the API server demands of equal actions.
  private static func spread(_ random: inout RandomStream) -> [SpreadConstraint] {
    Array(topologies.prefix(random.pick(1...2))).map { key in
      let isHard = random.bernoulli(0.5)
      var constraint = SpreadConstraint(
        maxSkew: random.pick([1, 2, 5]), topologyKey: key, isHard: isHard,
        selector: random.bernoulli(0.1) ? nil : termSelector(&random))
      if isHard { constraint.minDomains = random.pick([1, 2, 4]) }
      constraint.honorsNodeAffinity = random.bernoulli(0.7)
      constraint.honorsTaints = random.bernoulli(0.3)
      if constraint.selector != nil, random.bernoulli(0.3) {
        constraint.matchLabelKeys = random.pick([["role"], ["none"]])
      }
      return constraint
    }
  }
}
