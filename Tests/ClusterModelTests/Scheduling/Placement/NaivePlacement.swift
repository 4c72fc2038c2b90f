import Foundation

@testable import ClusterModel

/// kube-scheduler's rules straight from their definitions: texts and dictionaries, nothing kept, nothing shared with the
/// evaluator but the data.
struct NaivePlacement {
  typealias Labels = [String: String]

  let cluster: PlacementCluster
  let pod: PodSpecification
  var nodes: [NodeSpecification] { cluster.nodes.sorted { $0.name < $1.name } }
  /// Pods that the scheduler sees, with their node.
  let running: [(pod: PodSpecification, node: NodeSpecification)]

  init(_ cluster: PlacementCluster, _ pod: PodSpecification) {
    self.cluster = cluster
    self.pod = pod
    running = cluster.pods.filter { !$0.isFinished }.compactMap { pod in
      cluster.nodes.first { $0.name == pod.nodeName }.map { (pod, $0) }
    }
  }

  func report() -> PlacementReport {
    var verdicts = nodes.map { node in
      var verdict = PlacementReport.Verdict()
      for filter in PlacementFilter.allCases {
        if let reasons = refusal(filter, node) {
          verdict.rejections.insert(Rejections(filter))
          verdict.reasons.append(reasons)
        }
      }
      verdict.firstRejecter = verdict.rejections.filters.first
      if let names = candidateNames, !names.contains(node.name) { verdict.firstRejecter = .nodeAffinity }
      return verdict
    }
    let feasible = zip(nodes, verdicts).filter { $0.1.rejections.isEmpty }.map(\.0)
    let scores = NaiveScores(placement: self, feasible: feasible).all()
    for index in verdicts.indices { verdicts[index].scores = scores[nodes[index].name] }
    return PlacementReport(verdicts: verdicts)
  }

  func refusal(_ filter: PlacementFilter, _ node: NodeSpecification) -> [String]? {
    switch filter {
    case .nodeUnschedulable:
      let taint = Taint(key: "node.kubernetes.io/unschedulable", effect: .noSchedule)
      return node.isCordoned && !tolerates(taint) ? ["node(s) were unschedulable"] : nil
    case .nodeName:
      return pod.nodeName.isEmpty || pod.nodeName == node.name ? nil : ["node(s) didn't match the requested node name"]
    case .taintToleration:
      let taint = node.taints.first { $0.effect != .preferNoSchedule && !tolerates($0) }
      return taint.map { ["node(s) had untolerated taint {\($0.key): \($0.value)}"] }
    case .nodeAffinity:
      if candidateNames?.isEmpty == true { return ["pod affinity terms conflict"] }
      if let names = candidateNames, !names.contains(node.name) {
        return ["node(s) didn't satisfy plugin NodeAffinity"]
      }
      return matchesNodeAffinity(node) ? nil : ["node(s) didn't match Pod's node affinity/selector"]
    case .nodePorts:
      let taken = running.filter { $0.node.name == node.name }.flatMap { ports($0.pod) }
      let isFree = ports(pod).allSatisfy { wanted in
        taken.allSatisfy { port in
          port.number != wanted.number || port.transport != wanted.transport
            || (port.address != wanted.address && port.address != "0.0.0.0" && wanted.address != "0.0.0.0")
        }
      }
      return isFree ? nil : ["node(s) didn't have free ports for the requested pod ports"]
    case .nodeResourcesFit:
      let missing = shortages(node)
      return missing.isEmpty ? nil : missing
    case .volumeRestrictions: return restrictionRefusal(node).map { [$0] }
    case .nodeVolumeLimits: return limitRefusal(node).map { [$0] }
    case .volumeBinding: return bindingRefusals(node)
    case .volumeZone: return zoneRefusal(node).map { [$0] }
    case .podTopologySpread: return spreadRefusal(node).map { [$0] }
    case .interPodAffinity: return podAffinityRefusal(node).map { [$0] }
    }
  }

  // MARK: Taints, selectors, ports

  func tolerates(_ taint: Taint) -> Bool {
    for toleration in pod.tolerations {
      if let effect = toleration.effect, effect != taint.effect { continue }
      if toleration.key != "", toleration.key != taint.key { continue }
      switch toleration.operator {
      case .exists: return true
      case .equal: if toleration.value == taint.value { return true }
      }
    }
    return false
  }

  func matches(_ selector: LabelSelector?, _ labels: Labels) -> Bool { selector?.matches(labels) ?? false }

  func matches(_ term: NodeSelectorTerm, _ node: NodeSpecification) -> Bool {
    if term.expressions.isEmpty && term.fields.isEmpty { return false }
    for field in term.fields {
      if (field.values.first == node.name) != (field.operator == .isIn) { return false }
    }
    for expression in term.expressions {
      let value = node.labels[expression.key]
      let isListed = value.map(expression.values.contains) ?? false
      switch expression.operator {
      case .isIn: if !isListed { return false }
      case .notIn: if isListed { return false }
      case .exists: if value == nil { return false }
      case .doesNotExist: if value != nil { return false }
      case .greaterThan:
        guard let a = value.flatMap({ Int($0) }), let b = Int(expression.values[0]), a > b else { return false }
      case .lessThan:
        guard let a = value.flatMap({ Int($0) }), let b = Int(expression.values[0]), a < b else { return false }
      }
    }
    return true
  }

  func matchesNodeAffinity(_ node: NodeSpecification) -> Bool {
    for (key, value) in pod.nodeSelector where node.labels[key] != value { return false }
    guard let terms = pod.requiredNodeTerms else { return true }
    return terms.contains { matches($0, node) }
  }

  /// The names to which every required term restricts the pod by `In`.
  var candidateNames: Set<String>? {
    guard let terms = pod.requiredNodeTerms, !terms.isEmpty else { return nil }
    var all: Set<String> = []
    for term in terms {
      let lists = term.fields.filter { $0.operator == .isIn }.map { Set($0.values) }
      guard let first = lists.first else { return nil }
      all.formUnion(lists.dropFirst().reduce(first) { $0.intersection($1) })
    }
    return all
  }

  func ports(_ pod: PodSpecification) -> [HostPort] {
    (pod.containers + pod.initContainers.filter(\.isSidecar)).flatMap(\.ports)
  }

  // MARK: Resources

  /// Billionths of a resource that a pod requests.
  func request(
    _ name: String, _ pod: PodSpecification, isRunning: Bool, assumed: Int128? = nil, usesPodLevel: Bool = true
  ) -> Int128 {
    func own(_ container: ContainerSpecification, _ mayResize: Bool) -> Int128 {
      var known = container.requests[name]?.nanoUnits
      if isRunning, mayResize, let actual = container.actualRequests {
        let parts = [
          pod.isResizeInfeasible ? nil : known, actual[name]?.nanoUnits, container.allocatedRequests[name]?.nanoUnits,
        ]
        known = parts.compactMap { $0 }.max()
      }
      return known ?? assumed ?? 0
    }
    var running: Int128 = pod.containers.reduce(0) { $0 + own($1, true) }
    running += pod.initContainers.filter(\.isSidecar).reduce(0) { $0 + own($1, true) }
    var before: Int128 = 0
    for container in pod.initContainers {
      running = max(running, before + own(container, container.isSidecar))
      if container.isSidecar { before += own(container, true) }
    }
    let isPodLevel = ["cpu", "memory"].contains(name) || name.hasPrefix("hugepages-")
    if usesPodLevel, isPodLevel, let whole = pod.podRequests[name] { running = whole.nanoUnits }
    return running + (pod.overhead[name]?.nanoUnits ?? 0)
  }

  func amount(_ nanoUnits: Int128, _ name: String) -> Int {
    let unit: Int128 = name == "cpu" ? 1_000_000 : 1_000_000_000
    return Int((nanoUnits + unit - 1) / unit)
  }

  func allocatable(_ name: String, _ node: NodeSpecification) -> Int {
    amount(node.allocatable[name]?.nanoUnits ?? 0, name)
  }

  func used(_ name: String, _ node: NodeSpecification) -> Int {
    running.filter { $0.node.name == node.name }.reduce(0) {
      $0 + amount(request(name, $1.pod, isRunning: true), name)
    }
  }

  func shortages(_ node: NodeSpecification) -> [String] {
    var names: Set = ["cpu", "memory", "ephemeral-storage"]
    for container in pod.containers + pod.initContainers { names.formUnion(container.requests.entries.map(\.name)) }
    names.formUnion(pod.overhead.entries.map(\.name) + pod.podRequests.entries.map(\.name))
    var missing: [String] = []
    let count = running.count { $0.node.name == node.name }
    if count + 1 > allocatable("pods", node) { missing.append("Too many pods") }
    for name in names {
      let needed = amount(request(name, pod, isRunning: false), name)
      if needed > 0, needed > allocatable(name, node) - used(name, node) { missing.append("Insufficient \(name)") }
    }
    return missing.sorted()
  }

  // MARK: Spreading

  func selects(_ constraint: SpreadConstraint, _ labels: Labels) -> Bool {
    var keys: Labels = [:]
    for key in constraint.matchLabelKeys { keys[key] = pod.labels[key] }
    if !keys.isEmpty {
      return keys.allSatisfy { labels[$0.key] == $0.value } && (constraint.selector?.matches(labels) ?? true)
    }
    return matches(constraint.selector, labels)
  }

  func isEmpty(_ constraint: SpreadConstraint) -> Bool {
    guard let selector = constraint.selector, selector.matchLabels.isEmpty, selector.matchExpressions.isEmpty else {
      return false
    }
    return !constraint.matchLabelKeys.contains { pod.labels[$0] != nil }
  }

  /// Pods on a node that a constraint counts.
  func matchCount(_ constraint: SpreadConstraint, _ node: NodeSpecification) -> Int {
    if isEmpty(constraint) { return 0 }
    return running.count {
      $0.node.name == node.name && $0.pod.namespace == pod.namespace && !$0.pod.isTerminating
        && selects(constraint, $0.pod.labels)
    }
  }

  func admits(_ constraint: SpreadConstraint, _ node: NodeSpecification) -> Bool {
    if constraint.honorsNodeAffinity, !matchesNodeAffinity(node) { return false }
    return !constraint.honorsTaints || refusal(.taintToleration, node) == nil
  }

  private func spreadRefusal(_ node: NodeSpecification) -> String? {
    let hard = pod.spreadConstraints.filter(\.isHard)
    let keyed = nodes.filter { node in hard.allSatisfy { node.labels[$0.topologyKey] != nil } }
    for constraint in hard {
      guard let value = node.labels[constraint.topologyKey] else {
        return "node(s) didn't match pod topology spread constraints (missing required label)"
      }
      var counts: [String: Int] = [:]
      for other in keyed where admits(constraint, other) {
        counts[other.labels[constraint.topologyKey]!, default: 0] += matchCount(constraint, other)
      }
      let least = counts.count < constraint.minDomains ? 0 : counts.values.min() ?? 0
      let own = selects(constraint, pod.labels) ? 1 : 0
      if (counts[value] ?? 0) + own - least > constraint.maxSkew {
        return "node(s) didn't match pod topology spread constraints"
      }
    }
    return nil
  }

  // MARK: Pods near pods

  func namespaceLabels(_ name: String) -> Labels? { cluster.objects.namespaces.first { $0.name == name }?.labels }

  /// A term of the newcomer against another pod.
  func newcomerTermMatches(_ term: PodAffinityTerm, _ other: PodSpecification) -> Bool {
    var names = Set(term.namespaces)
    if term.namespaces.isEmpty && term.namespaceSelector == nil { names = [pod.namespace] }
    if let selector = term.namespaceSelector {
      for space in cluster.objects.namespaces where selector.matches(space.labels) { names.insert(space.name) }
      // Release 1.34 forgets to drop the selector after listing.
      if selector.matches([:]) { names.insert(other.namespace) }
    }
    return names.contains(other.namespace) && matches(term.selector, other.labels)
  }

  /// A term of a running pod against the newcomer.
  func runningTermMatches(_ term: PodAffinityTerm, of owner: PodSpecification) -> Bool {
    var isNamed = term.namespaces.contains(pod.namespace)
    if term.namespaces.isEmpty && term.namespaceSelector == nil { isNamed = owner.namespace == pod.namespace }
    let isSelected = matches(term.namespaceSelector, namespaceLabels(pod.namespace) ?? [:])
    return (isNamed || isSelected) && matches(term.selector, pod.labels)
  }

  private func podAffinityRefusal(_ node: NodeSpecification) -> String? {
    let terms = pod.requiredAffinity
    if !terms.isEmpty {
      if terms.contains(where: { node.labels[$0.topologyKey] == nil }) {
        return "node(s) didn't match pod affinity rules"
      }
      let company = running.filter { other in terms.allSatisfy { newcomerTermMatches($0, other.pod) } }
      let isMet = terms.allSatisfy { term in
        company.contains { $0.node.labels[term.topologyKey] == node.labels[term.topologyKey]! }
      }
      let hasAny = company.contains { other in terms.contains { other.node.labels[$0.topologyKey] != nil } }
      let isFirst = !hasAny && terms.allSatisfy { newcomerTermMatches($0, pod) }
      if !isMet && !isFirst { return "node(s) didn't match pod affinity rules" }
    }
    for term in pod.requiredAntiAffinity {
      guard let value = node.labels[term.topologyKey] else { continue }
      if running.contains(where: { $0.node.labels[term.topologyKey] == value && newcomerTermMatches(term, $0.pod) }) {
        return "node(s) didn't match pod anti-affinity rules"
      }
    }
    for other in running {
      for term in other.pod.requiredAntiAffinity where runningTermMatches(term, of: other.pod) {
        guard let value = other.node.labels[term.topologyKey] else { continue }
        if node.labels[term.topologyKey] == value { return "node(s) didn't satisfy existing pods anti-affinity rules" }
      }
    }
    return nil
  }
}
