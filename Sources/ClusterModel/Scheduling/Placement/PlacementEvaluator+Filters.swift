extension PlacementEvaluator {
  /// Fills `masks` with the refusing filters of every node and `feasible` with the nodes that have none.
  mutating func filter(_ number: Int, _ limits: TargetLimits = TargetLimits()) -> IncomingRules {
    let rules = rules(of: number)
    refreshPoints(rules.points)
    var masks = take(&masks, nodes.count)
    let statics = tables.statics[rules.statics]
    let points = points[rules.points].points
    let fitBit = Rejections(.nodeResourcesFit).rawValue
    for node in masks.indices { masks[node] = statics[node] | (points[node] < 0 ? fitBit : 0) }
    if rules.ports >= 0 {
      collisions[rules.ports].refresh(portUse, log)
      let collides = collisions[rules.ports].collides
      for node in masks.indices where collides[node] { masks[node] |= Rejections(.nodePorts).rawValue }
    }
    if !classes[number].volumes.isEmpty { volumeUse.refuse(classes[number].volumes, &masks) }
    for constraint in rules.hard { refuseSkew(constraint, &masks) }
    let bit = Rejections(.interPodAffinity).rawValue
    if !rules.required.isEmpty { refuseWithoutCompany(rules, &masks, bit) }
    for term in rules.anti where counters[term.counter].total > 0 {
      let domains = topology.columns[term.column].domains
      let counts = counters[term.counter].counts
      for node in masks.indices where domains[node] >= 0 && counts[Int(domains[node])] > 0 { masks[node] |= bit }
    }
    for probe in termProbes.matches[Int(quick[number].identity)] {
      for tally in talliesOfProbe[Int(probe)]
      where tallies[tally].key.kind == .antiAffinity && tallies[tally].entries > 0 {
        let domains = topology.columns[tallies[tally].key.column].domains
        let weights = tallies[tally].weights
        for node in masks.indices where domains[node] >= 0 && weights[Int(domains[node])] > 0 { masks[node] |= bit }
      }
    }
    for node in masks.indices where isClosed[node] { masks[node] |= Rejections(.nodeUnschedulable).rawValue }
    limits.apply(to: &masks)
    feasible.removeAll(keepingCapacity: true)
    for node in masks.indices where masks[node] == 0 { feasible.append(Int32(truncatingIfNeeded: node)) }
    self.masks = masks
    return rules
  }

  /// Skew = pods in the node's domain + the pod itself − the fewest in any domain.
  private func refuseSkew(_ constraint: IncomingRules.HardSpread, _ masks: inout ContiguousArray<UInt16>) {
    let bit = Rejections(.podTopologySpread).rawValue
    let most = mostPods(constraint)
    let domains = topology.columns[constraint.column].domains
    let counts = counters[constraint.counter].counts
    for node in masks.indices {
      let domain = domains[node]
      if domain < 0 || counts[Int(domain)] > most { masks[node] |= bit }
    }
  }

  /// The most pods that a domain may hold already.
  func mostPods(_ constraint: IncomingRules.HardSpread) -> Int32 {
    let least = Int(counters[constraint.counter].least(minDomains: constraint.minDomains))
    return Int32(clamping: constraint.maxSkew - constraint.ownMatch + least)
  }

  /// The first pod of its kind may go to every node that has all keys.
  func isFirstOfItsKind(_ rules: IncomingRules) -> Bool {
    rules.matchesItself && rules.required.allSatisfy { counters[$0.counter].total == 0 }
  }

  private func refuseWithoutCompany(
    _ rules: IncomingRules, _ masks: inout ContiguousArray<UInt16>, _ bit: UInt16
  ) {
    let isFirst = isFirstOfItsKind(rules)
    for term in rules.required {
      let domains = topology.columns[term.column].domains
      let counts = counters[term.counter].counts
      for node in masks.indices {
        let domain = domains[node]
        if domain < 0 || (!isFirst && counts[Int(domain)] <= 0) { masks[node] |= bit }
      }
    }
  }

  /// Hands out a scratch array of the right size, so that a loop over it has no other owner.
  func take<Element>(_ scratch: inout ContiguousArray<Element>, _ count: Int) -> ContiguousArray<Element>
  where Element: FixedWidthInteger {
    var result: ContiguousArray<Element> = []
    swap(&result, &scratch)
    if result.count != count { result = ContiguousArray(repeating: 0, count: count) }
    return result
  }
}
