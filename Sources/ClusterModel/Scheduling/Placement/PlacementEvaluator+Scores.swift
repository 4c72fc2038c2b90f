import EventKernel

extension PlacementEvaluator {
  /// The node that kube-scheduler would choose, the first by name among equals; nil where no node takes the pod.
  package mutating func bestNode(for podClass: PodClass, _ limits: TargetLimits = TargetLimits()) -> Int? {
    let rules = filter(podClass.index, limits)
    guard feasible.count > 1 else { return feasible.first.map { Int($0) } }
    score(rules, quick[podClass.index].identity)
    var best: Int32 = feasible[0]
    var highest = Int32.min
    for node in feasible where totals[Int(node)] > highest {
      highest = totals[Int(node)]
      best = node
    }
    return Int(best)
  }

  /// Fills `totals` for the feasible nodes; what is the same for all of them may be left out.
  private mutating func score(_ rules: IncomingRules, _ identity: Int32) {
    var totals = take(&totals, nodes.count)
    let points = points[rules.points].points
    for node in feasible { totals[Int(node)] = Int32(points[Int(node)]) }
    var buffer = take(&buffer, nodes.count)
    if tables.tolerations[rules.tolerations].mostDisliked > 0 {
      taintScores(rules, &buffer)
      for node in feasible { totals[Int(node)] &+= 3 &* buffer[Int(node)] }
    }
    if nodeAffinityScores(rules, &buffer) {
      for node in feasible { totals[Int(node)] &+= 2 &* buffer[Int(node)] }
    }
    if spreadScores(rules, &buffer) { for node in feasible { totals[Int(node)] &+= 2 &* buffer[Int(node)] } }
    if podAffinityScores(rules, identity, &buffer) {
      for node in feasible { totals[Int(node)] &+= 2 &* buffer[Int(node)] }
    }
    if rules.images >= 0 {
      let images = tables.images[rules.images]
      for node in feasible { totals[Int(node)] &+= images[Int(node)] }
    }
    self.totals = totals
    self.buffer = buffer
  }

  /// 100 less the share of disliked taints in the most of any feasible node.
  func taintScores(_ rules: IncomingRules, _ scores: inout ContiguousArray<Int32>) {
    let disliked = tables.tolerations[rules.tolerations].disliked
    var most: Int32 = 0
    for node in feasible { most = max(most, disliked[Int(node)]) }
    for node in feasible { scores[Int(node)] = most == 0 ? 100 : 100 - 100 * disliked[Int(node)] / most }
  }

  /// The weights of matching preferences against the highest sum; false where the pod has no preference.
  func nodeAffinityScores(_ rules: IncomingRules, _ scores: inout ContiguousArray<Int32>) -> Bool {
    let preference = tables.affinities[rules.affinity].preference
    guard !preference.isEmpty else { return false }
    var most: Int64 = 0
    for node in feasible { most = max(most, preference[Int(node)]) }
    for node in feasible {
      scores[Int(node)] = most == 0 ? 0 : Int32(truncatingIfNeeded: 100 * preference[Int(node)] / most)
    }
    return true
  }

  /// Σ pods in the domain × ln(domains + 2) + maxSkew − 1, rounded, then 100 (most + least − s) / most.
  mutating func spreadScores(_ rules: IncomingRules, _ scores: inout ContiguousArray<Int32>) -> Bool {
    guard !rules.soft.isEmpty else { return false }
    var sums = take(&raw, nodes.count)
    let isQualified: ContiguousArray<Bool> = rules.softNodes >= 0 ? tables.nodeSets[rules.softNodes] : []
    let weights = spreadWeights(rules, isQualified)
    var least = Int64.max
    var most: Int64 = 0
    for node in feasible where isQualified.isEmpty || isQualified[Int(node)] {
      var sum = 0.0
      for (constraint, weight) in zip(rules.soft, weights) {
        let domain = topology.columns[constraint.column].domains[Int(node)]
        guard domain >= 0 else { continue }
        let counted = constraint.isPerNode ? Int(node) : Int(domain)
        sum += Double(counters[constraint.counter].counts[counted]) * weight + Double(constraint.maxSkew - 1)
      }
      let rounded = Int64(sum.rounded())
      sums[Int(node)] = rounded
      least = min(least, rounded)
      most = max(most, rounded)
    }
    for node in feasible {
      guard isQualified.isEmpty || isQualified[Int(node)] else {
        scores[Int(node)] = 0
        continue
      }
      scores[Int(node)] =
        most == 0 ? 100 : Int32(truncatingIfNeeded: 100 * (most + least - sums[Int(node)]) / most)
    }
    raw = sums
    return true
  }

  /// ln(domains + 2) for each constraint; domains are those of qualified feasible nodes.
  private func spreadWeights(_ rules: IncomingRules, _ isQualified: ContiguousArray<Bool>) -> [Double] {
    var qualified = 0
    for node in feasible where isQualified.isEmpty || isQualified[Int(node)] { qualified += 1 }
    return rules.soft.map { constraint in
      var size = qualified
      if !constraint.isPerNode {
        size = 0
        let column = topology.columns[constraint.column]
        var isSeen = ContiguousArray(repeating: false, count: column.domainCount)
        for node in feasible where isQualified.isEmpty || isQualified[Int(node)] {
          let domain = Int(max(column.domains[Int(node)], TopologyIndex.emptyDomain))
          if !isSeen[domain] {
            isSeen[domain] = true
            size += 1
          }
        }
      }
      return DeterministicMath.log(Double(size + 2))
    }
  }

  /// Weights of preferred terms of the pod and of running pods, between the lowest and highest sum of a feasible node.
  ///
  /// - Returns: false where no term met anyone.
  mutating func podAffinityScores(
    _ rules: IncomingRules, _ identity: Int32, _ scores: inout ContiguousArray<Int32>
  ) -> Bool {
    var sums = take(&raw, nodes.count)
    var isAnyMet = false
    for node in feasible { sums[Int(node)] = 0 }
    for term in rules.preferred where counters[term.counter].total > 0 {
      isAnyMet = true
      let domains = topology.columns[term.column].domains
      let counts = counters[term.counter].counts
      for node in feasible where domains[Int(node)] >= 0 {
        sums[Int(node)] &+= term.weight &* Int64(counts[Int(domains[Int(node)])])
      }
    }
    for probe in termProbes.matches[Int(identity)] {
      for tally in talliesOfProbe[Int(probe)] where tallies[tally].key.kind == .score && tallies[tally].entries > 0 {
        isAnyMet = true
        let domains = topology.columns[tallies[tally].key.column].domains
        let weights = tallies[tally].weights
        for node in feasible where domains[Int(node)] >= 0 { sums[Int(node)] &+= weights[Int(domains[Int(node)])] }
      }
    }
    if isAnyMet {
      var least = Int64.max
      var most = Int64.min
      for node in feasible {
        least = min(least, sums[Int(node)])
        most = max(most, sums[Int(node)])
      }
      let span = Double(most &- least)
      for node in feasible {
        scores[Int(node)] =
          span > 0 ? Int32(100 * (Double(sums[Int(node)] &- least) / span)) : 0
      }
    }
    raw = sums
    return isAnyMet
  }
}
