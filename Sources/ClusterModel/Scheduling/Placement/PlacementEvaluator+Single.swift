extension PlacementEvaluator {
  /// The filters that refuse one node, as `filter` finds them for all.
  /// - Complexity: O(rules of the pod + domains of its hard spread constraints).
  mutating func rejections(of number: Int, on node: Int) -> Rejections {
    let rules = rules(of: number)
    var result = Rejections(rawValue: tables.statics[rules.statics][node])
    if !loads.fits(points[rules.points].demand, node) { result.insert(Rejections(.nodeResourcesFit)) }
    if rules.ports >= 0, portUse.collides(classes[number].ports, node) { result.insert(Rejections(.nodePorts)) }
    if !classes[number].volumes.isEmpty { result.formUnion(volumeUse.rejections(classes[number].volumes, node)) }
    if rules.hard.contains(where: { exceedsSkew($0, node) }) { result.insert(Rejections(.podTopologySpread)) }
    let isRefused =
      lacksCompany(rules, node) || rules.anti.contains { isNear($0, node) } || isUnwelcome(number, node)
    if isRefused { result.insert(Rejections(.interPodAffinity)) }
    return result
  }

  func exceedsSkew(_ constraint: IncomingRules.HardSpread, _ node: Int) -> Bool {
    let domain = topology.columns[constraint.column].domains[node]
    return domain < 0 || counters[constraint.counter].counts[Int(domain)] > mostPods(constraint)
  }

  func lacksCompany(_ rules: IncomingRules, _ node: Int) -> Bool {
    guard !rules.required.isEmpty else { return false }
    let isFirst = isFirstOfItsKind(rules)
    return rules.required.contains { term in
      let domain = topology.columns[term.column].domains[node]
      return domain < 0 || (!isFirst && counters[term.counter].counts[Int(domain)] <= 0)
    }
  }

  /// A pod that an anti-affinity term wants away is in the node's domain.
  func isNear(_ term: IncomingRules.CountedTerm, _ node: Int) -> Bool {
    let domain = topology.columns[term.column].domains[node]
    return domain >= 0 && counters[term.counter].counts[Int(domain)] > 0
  }

  /// A running pod's anti-affinity keeps the newcomer out.
  func isUnwelcome(_ number: Int, _ node: Int) -> Bool {
    termProbes.matches[Int(classes[number].identity)].contains { probe in
      talliesOfProbe[Int(probe)].contains { tally in
        guard tallies[tally].key.kind == .antiAffinity, tallies[tally].entries > 0 else { return false }
        let domain = topology.columns[tallies[tally].key.column].domains[node]
        return domain >= 0 && tallies[tally].weights[Int(domain)] > 0
      }
    }
  }
}
