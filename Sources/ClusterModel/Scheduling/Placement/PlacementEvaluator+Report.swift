extension PlacementEvaluator {
  static let missingSpreadLabel = "node(s) didn't match pod topology spread constraints (missing required label)"
  static let missingCompany = "node(s) didn't match pod affinity rules"

  /// Every node's verdict with reasons and scores.
  /// - Complexity: O(nodes × rules), with texts; for reports, not for loops.
  package mutating func report(for podClass: PodClass) -> PlacementReport {
    let rules = filter(podClass.index)
    let pod = classes[podClass.index].pod
    var verdicts = [PlacementReport.Verdict](repeating: .init(), count: nodes.count)
    let affinity = tables.affinities[rules.affinity]
    let check = volumes.check(volumes.needs(of: pod), &texts)
    for node in nodes.indices where masks[node] != 0 {
      let rejections = Rejections(rawValue: masks[node])
      let isExcluded = !affinity.isExcluded.isEmpty && affinity.isExcluded[node]
      verdicts[node].rejections = rejections
      verdicts[node].firstRejecter = isExcluded ? .nodeAffinity : rejections.filters.first
      verdicts[node].reasons = rejections.filters.map { reasons($0, node, podClass.index, pod, rules, check) }
    }
    addScores(rules, quick[podClass.index].identity, to: &verdicts)
    return PlacementReport(verdicts: verdicts)
  }

  private mutating func addScores(
    _ rules: IncomingRules, _ identity: Int32, to verdicts: inout [PlacementReport.Verdict]
  ) {
    var scores = [PlacementScores](repeating: PlacementScores(), count: nodes.count)
    let demand = points[rules.points].demand
    for node in feasible.map(Int.init) {
      scores[node].leastAllocated = Int(loads.leastAllocated(demand, node))
      scores[node].mostAllocated = Int(loads.mostAllocated(demand, node))
      if demand.isBalanced { scores[node].balancedAllocation = Int(loads.balancedAllocation(demand, node)) }
      if rules.images >= 0 { scores[node].imageLocality = Int(tables.images[rules.images][node]) }
    }
    var buffer = take(&buffer, nodes.count)
    taintScores(rules, &buffer)
    for node in feasible.map(Int.init) { scores[node].taintToleration = Int(buffer[node]) }
    if nodeAffinityScores(rules, &buffer) {
      for node in feasible.map(Int.init) { scores[node].nodeAffinity = Int(buffer[node]) }
    }
    if spreadScores(rules, &buffer) {
      for node in feasible.map(Int.init) { scores[node].topologySpread = Int(buffer[node]) }
    }
    if podAffinityScores(rules, identity, &buffer) {
      for node in feasible.map(Int.init) { scores[node].podAffinity = Int(buffer[node]) }
    }
    self.buffer = buffer
    for node in feasible.map(Int.init) { verdicts[node].scores = scores[node] }
  }

  /// The scheduler's own words.
  private func reasons(
    _ filter: PlacementFilter, _ node: Int, _ number: Int, _ pod: PodSpecification, _ rules: IncomingRules,
    _ check: VolumeCheck
  ) -> [String] {
    switch filter {
    case .nodeUnschedulable: return ["node(s) were unschedulable"]
    case .nodeName: return ["node(s) didn't match the requested node name"]
    case .taintToleration:
      return TaintPlugin.untolerated(nodes[node].taints, pod.tolerations).map { [TaintPlugin.reason($0)] } ?? []
    case .nodeAffinity: return [affinityReason(node, rules)]
    case .nodePorts: return ["node(s) didn't have free ports for the requested pod ports"]
    case .nodeResourcesFit: return loads.shortages(points[rules.points].demand, node)
    case .volumeRestrictions, .nodeVolumeLimits, .volumeBinding, .volumeZone:
      return volumeReasons(filter, node, number, check)
    case .podTopologySpread: return [spreadReason(node, rules)]
    case .interPodAffinity: return [podAffinityReason(node, rules)]
    }
  }

  /// What refuses all nodes comes first: the scheduler finds it before it looks at any.
  private func volumeReasons(
    _ filter: PlacementFilter, _ node: Int, _ number: Int, _ check: VolumeCheck
  ) -> [String] {
    if let refusal = check.everywhere.first(where: { $0.filter == filter }) { return [refusal.reason] }
    return switch filter {
    case .volumeRestrictions: [volumeUse.restriction(classes[number].volumes, node)]
    case .nodeVolumeLimits: [VolumeUse.limitExceeded]
    case .volumeBinding: volumes.bindingReasons(check, resolvedNodes[node], texts)
    default: [VolumePlugin.zoneConflict]
    }
  }

  private func affinityReason(_ node: Int, _ rules: IncomingRules) -> String {
    let affinity = tables.affinities[rules.affinity]
    if affinity.plugin.candidates?.isEmpty == true { return "pod affinity terms conflict" }
    if !affinity.isExcluded.isEmpty, affinity.isExcluded[node] { return "node(s) didn't satisfy plugin NodeAffinity" }
    if !affinity.matchesAdded[node] { return "node(s) didn't match scheduler-enforced node affinity" }
    return "node(s) didn't match Pod's node affinity/selector"
  }

  private func spreadReason(_ node: Int, _ rules: IncomingRules) -> String {
    for constraint in rules.hard {
      let domain = topology.columns[constraint.column].domains[node]
      if domain < 0 {
        return Self.missingSpreadLabel
      }
      if counters[constraint.counter].counts[Int(domain)] > mostPods(constraint) { break }
    }
    return "node(s) didn't match pod topology spread constraints"
  }

  private func podAffinityReason(_ node: Int, _ rules: IncomingRules) -> String {
    if lacksCompany(rules, node) { return Self.missingCompany }
    if rules.anti.contains(where: { isNear($0, node) }) { return "node(s) didn't match pod anti-affinity rules" }
    return "node(s) didn't satisfy existing pods anti-affinity rules"
  }
}
