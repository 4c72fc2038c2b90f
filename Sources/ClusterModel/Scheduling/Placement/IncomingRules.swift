/// A waiting pod's rules with everything resolved to tables, counters and columns.
struct IncomingRules {
  struct HardSpread {
    var column: Int
    var counter: Int
    var maxSkew: Int
    var minDomains: Int
    /// 1 where the pod itself matches the selector.
    var ownMatch: Int
  }

  struct SoftSpread {
    var column: Int
    var counter: Int
    /// Counts the pods of the node itself, as for `kubernetes.io/hostname`.
    var isPerNode: Bool
    var maxSkew: Int
  }

  struct CountedTerm {
    var column: Int
    var counter: Int
    var weight: Int64 = 0
  }

  var affinity = 0
  var tolerations = 0
  var statics = 0
  var points = 0
  /// −1 without host ports.
  var ports = -1
  /// −1 where no node says which images it has.
  var images = -1
  var hard: [HardSpread] = []
  var soft: [SoftSpread] = []
  /// Nodes with all keys of the soft constraints; −1 for all nodes, as with the built-in constraints.
  var softNodes = -1
  /// Keys of all required affinity terms, each once; the counter holds pods that match every term.
  var required: [CountedTerm] = []
  /// The pod matches its own terms, so it may be the first of its kind.
  var matchesItself = false
  var anti: [CountedTerm] = []
  var preferred: [CountedTerm] = []
}

extension PlacementEvaluator {
  /// Resolves what only matters once the pod is to be placed.
  mutating func rules(of podClass: Int) -> IncomingRules {
    if let known = classes[podClass].incoming { return known }
    let pod = classes[podClass].pod
    var rules = IncomingRules()
    rules.affinity = tables.affinity(pod, resolvedNodes, added: profile.addedNodeTerms, &texts)
    rules.tolerations = tables.tolerations(pod.tolerations, nodes)
    rules.statics = tables.statics(
      NodeTables.StaticKey(
        affinity: rules.affinity, tolerations: rules.tolerations, nodeName: pod.nodeName,
        volumes: volumes.needs(of: pod)), nodes, resolvedNodes, volumes, &texts)
    rules.points = pointsNumber(demand(of: pod))
    let ports = NodePortUse.ports(of: pod)
    if !ports.isEmpty { rules.ports = collisionsNumber(ports) }
    if !images.isEmpty { rules.images = tables.images(ImagePlugin.images(of: pod), images) }
    addSpread(pod, quick[podClass].identity, to: &rules)
    addAffinity(pod, quick[podClass].identity, to: &rules)
    classes[podClass].incoming = rules
    quick[podClass].prepare(
      rules, points[rules.points].demand, hasVolumes: !classes[podClass].volumes.isEmpty)
    return rules
  }

  private mutating func demand(of pod: PodSpecification) -> ResourceDemand {
    let needed = PodRequest.needed(by: pod)
    let scored = PodRequest.scored(for: pod)
    let balanced = PodRequest.balanced(for: pod)
    return ResourceDemand(
      cpu: Self.amount(needed, "cpu"), memory: Self.amount(needed, "memory"),
      disk: Self.amount(needed, "ephemeral-storage"), scalars: scalars(needed), scoredCPU: Self.amount(scored, "cpu"),
      scoredMemory: Self.amount(scored, "memory"), balancedCPU: Self.amount(balanced, "cpu"),
      balancedMemory: Self.amount(balanced, "memory"))
  }

  private mutating func addSpread(_ pod: PodSpecification, _ identity: Int32, to rules: inout IncomingRules) {
    if pod.spreadConstraints.isEmpty { return addDefaultSpread(pod, identity, to: &rules) }
    let hard = pod.spreadConstraints.filter(\.isHard)
    let soft = pod.spreadConstraints.filter { !$0.isHard }
    let hardColumns = hard.map { column($0.topologyKey) }
    for (constraint, column) in zip(hard, hardColumns) {
      let selector = selector(of: constraint, identity)
      let set = nodeSet(hardColumns, constraint, rules)
      rules.hard.append(
        .init(
          column: column, counter: spreadCounter(selector, identity, column, set), maxSkew: constraint.maxSkew,
          minDomains: constraint.minDomains,
          ownMatch: selector.matches(pods.identities[Int(identity)].labels, texts) ? 1 : 0))
    }
    let softColumns = soft.map { column($0.topologyKey) }
    if !soft.isEmpty {
      rules.softNodes = tables.nodeSet(.init(columns: softColumns, affinity: -1, tolerations: -1), topology)
    }
    for (constraint, column) in zip(soft, softColumns) {
      let selector = selector(of: constraint, identity)
      let isPerNode = constraint.topologyKey == Self.hostnameKey
      let counter =
        isPerNode
        ? spreadCounter(selector, identity, TopologyIndex.perNode, -1)
        : spreadCounter(selector, identity, column, nodeSet(softColumns, constraint, rules))
      rules.soft.append(
        .init(column: column, counter: counter, isPerNode: isPerNode, maxSkew: constraint.maxSkew))
    }
  }

  /// The built-in soft constraints for pods that a Service or a controller selects: hostname skew 3, zone skew 5.
  private mutating func addDefaultSpread(_ pod: PodSpecification, _ identity: Int32, to rules: inout IncomingRules) {
    let own = pods.identities[Int(identity)]
    var requirements: [ResolvedSelector.Requirement] = []
    for service in services where service.namespace == own.namespace && service.selector.matches(own.labels, texts) {
      requirements += service.selector.requirements
    }
    if let reference = pod.controller {
      let found = controllers.first { $0.namespace == pod.namespace && $0.reference == reference }
      if let selector = found?.selector { requirements += texts.resolve(selector).requirements }
    }
    guard !requirements.isEmpty else { return }
    let selector = ResolvedSelector(requirements: requirements)
    rules.soft.append(
      .init(
        column: column(Self.hostnameKey), counter: spreadCounter(selector, identity, TopologyIndex.perNode, -1),
        isPerNode: true, maxSkew: 3))
    let zone = column(Self.zoneKey)
    let set = tables.nodeSet(.init(columns: [], affinity: rules.affinity, tolerations: -1), topology)
    rules.soft.append(
      .init(
        column: zone, counter: spreadCounter(selector, identity, zone, set, takesMissing: true), isPerNode: false,
        maxSkew: 5))
  }

  private mutating func nodeSet(_ columns: [Int], _ constraint: SpreadConstraint, _ rules: IncomingRules) -> Int {
    tables.nodeSet(
      NodeTables.NodeSetKey(
        columns: columns, affinity: constraint.honorsNodeAffinity ? rules.affinity : -1,
        tolerations: constraint.honorsTaints ? rules.tolerations : -1), topology)
  }

  /// The constraint's selector with the pod's own values of `matchLabelKeys`; keys that the pod lacks are left out.
  private mutating func selector(of constraint: SpreadConstraint, _ identity: Int32) -> ResolvedSelector {
    let labels = pods.identities[Int(identity)].labels
    var own: [ResolvedSelector.Requirement] = []
    for name in constraint.matchLabelKeys {
      let key = texts.number(name)
      if let value = labels.value(key) { own.append(.init(key: key, test: .isIn, values: [value])) }
    }
    if own.isEmpty { return texts.resolve(constraint.selector) }
    let given = constraint.selector.map { texts.resolve($0).requirements } ?? []
    return ResolvedSelector(requirements: own + given)
  }

  /// Pods of the same namespace, those being deleted left out; an empty selector counts none.
  private mutating func spreadCounter(
    _ selector: ResolvedSelector, _ identity: Int32, _ column: Int, _ nodeSet: Int, takesMissing: Bool = false
  ) -> Int {
    let rule = NamespaceRule(names: [pods.identities[Int(identity)].namespace])
    let probe = PodProbe(
      terms: selector.isEmpty ? [] : [.init(namespaces: rule, selector: selector)], direction: .newcomerLooks,
      skipsTerminating: true)
    return counter(probe, column, nodeSet, takesMissing: takesMissing)
  }

  private mutating func addAffinity(_ pod: PodSpecification, _ identity: Int32, to rules: inout IncomingRules) {
    let own = pods.identities[Int(identity)]
    if !pod.requiredAffinity.isEmpty {
      let probe = PodProbe(
        terms: pod.requiredAffinity.map { probeTerm($0, own.namespace) }, direction: .newcomerLooks)
      for term in pod.requiredAffinity {
        let column = column(term.topologyKey)
        if rules.required.contains(where: { $0.column == column }) { continue }
        rules.required.append(.init(column: column, counter: counter(probe, column, -1)))
      }
      rules.matchesItself = probe.matches(
        own, namespaceLabels: pods.labels(ofNamespace: own.namespace), texts)
    }
    for term in pod.requiredAntiAffinity { rules.anti.append(counted(term, own.namespace, weight: 0)) }
    for preference in pod.preferredAffinity {
      rules.preferred.append(counted(preference.term, own.namespace, weight: Int64(preference.weight)))
    }
    for preference in pod.preferredAntiAffinity {
      rules.preferred.append(counted(preference.term, own.namespace, weight: -Int64(preference.weight)))
    }
  }

  private mutating func counted(_ term: PodAffinityTerm, _ namespace: Int32, weight: Int64) -> IncomingRules.CountedTerm
  {
    let column = column(term.topologyKey)
    let probe = PodProbe(terms: [probeTerm(term, namespace)], direction: .newcomerLooks)
    return .init(column: column, counter: counter(probe, column, -1), weight: weight)
  }

  /// Neither namespaces nor a selector of them: the pod's own namespace.
  mutating func probeTerm(_ term: PodAffinityTerm, _ namespace: Int32) -> PodProbe.Term {
    let isOwn = term.namespaces.isEmpty && term.namespaceSelector == nil
    let names = isOwn ? [namespace] : term.namespaces.map { texts.number($0) }.sorted()
    return PodProbe.Term(
      namespaces: NamespaceRule(names: names, selector: texts.resolve(term.namespaceSelector)),
      selector: texts.resolve(term.selector))
  }
}
