/// The part of a class that settles most changes and most questions about one node.
struct QuickRules: BitwiseCopyable {
  let identity: Int32
  let load: ResourceLoad
  /// A pod of the class takes more than `load`: further resources, ports, terms that others must heed.
  let leavesMore: Bool
  /// −1 until the class is prepared; so is all that follows.
  private(set) var statics: Int32 = -1
  private(set) var cpu: Int64 = 0
  private(set) var memory: Int64 = 0
  /// Nothing counts but labels, taints, cpu, memory and the number of pods.
  private(set) var isPlain = false

  init(identity: Int32, load: ResourceLoad, leavesMore: Bool) {
    self.identity = identity
    self.load = load
    self.leavesMore = leavesMore
  }

  mutating func prepare(_ rules: IncomingRules, _ demand: ResourceDemand, hasVolumes: Bool) {
    statics = Int32(truncatingIfNeeded: rules.statics)
    cpu = demand.cpu
    memory = demand.memory
    isPlain =
      demand.disk == 0 && demand.scalars.isEmpty && rules.ports < 0 && rules.hard.isEmpty && rules.required.isEmpty
      && rules.anti.isEmpty && !hasVolumes
  }
}

/// Questions about one node, for callers that try moves: nothing is refreshed and nothing changes.
extension PlacementEvaluator {
  /// The class of a pod with its rules resolved, so that questions about single nodes can be answered.
  package mutating func preparedClass(of pod: PodSpecification) -> PodClass {
    let result = podClass(of: pod)
    _ = rules(of: result.index)
    return result
  }

  /// Whether every filter lets the pod on the node; the class must be prepared.
  /// - Complexity: O(1) for a pod without terms that nobody's anti-affinity is about, else O(terms).
  package func admits(_ podClass: PodClass, on node: Int) -> Bool {
    let rules = quick[podClass.index]
    precondition(rules.statics >= 0, "prepare the class before asking about single nodes")
    if isClosed[node] || tables.statics[Int(rules.statics)][node] != 0 { return false }
    guard loads.hasRoom(cpu: rules.cpu, memory: rules.memory, node) else { return false }
    if rules.isPlain && !termProbes.isMatched[Int(rules.identity)] { return true }
    return rejections(of: podClass, on: node).isEmpty
  }

  /// The filters that keep the pod off the node, each by itself; the class must be prepared.
  package func rejections(of podClass: PodClass, on node: Int) -> Rejections {
    guard let rules = classes[podClass.index].incoming else {
      preconditionFailure("prepare the class before asking about single nodes")
    }
    var result = Rejections(rawValue: tables.statics[rules.statics][node])
    if isClosed[node] { result.insert(Rejections(.nodeUnschedulable)) }
    if !loads.fits(points[rules.points].demand, node) { result.insert(Rejections(.nodeResourcesFit)) }
    if rules.ports >= 0, portUse.collides(collisions[rules.ports].wanted, node) {
      result.insert(Rejections(.nodePorts))
    }
    if !classes[podClass.index].volumes.isEmpty {
      result.formUnion(volumeUse.rejections(classes[podClass.index].volumes, node))
    }
    if rules.hard.contains(where: { breaksSkew($0, node) }) { result.insert(Rejections(.podTopologySpread)) }
    let isRefused =
      lacksCompany(rules, node) || rules.anti.contains { isNear($0, node) }
      || isFoe(quick[podClass.index].identity, node)
    if isRefused {
      result.insert(Rejections(.interPodAffinity))
    }
    return result
  }

  func breaksSkew(_ constraint: IncomingRules.HardSpread, _ node: Int) -> Bool {
    let domain = topology.columns[constraint.column].domains[node]
    return domain < 0 || counters[constraint.counter].counts[Int(domain)] > mostPods(constraint)
  }

  /// A required affinity term finds nobody near the node.
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

  /// The anti-affinity of a pod near the node is about this one.
  private func isFoe(_ identity: Int32, _ node: Int) -> Bool {
    for probe in termProbes.matches[Int(identity)] {
      for tally in talliesOfProbe[Int(probe)] where tallies[tally].key.kind == .antiAffinity {
        let domain = topology.columns[tallies[tally].key.column].domains[node]
        if domain >= 0, tallies[tally].weights[Int(domain)] > 0 { return true }
      }
    }
    return false
  }
}

extension PlacementEvaluator {
  /// Whether labels and taints let any prepared class onto the node.
  func isOpenToSomeClass(_ node: Int) -> Bool {
    quick.isEmpty || quick.contains { $0.statics >= 0 && tables.statics[Int($0.statics)][node] == 0 }
  }

  /// What counts differ from those of an evaluator of the same cluster, in words; nil when all agree.
  func drift(from fresh: PlacementEvaluator) -> String? {
    if fresh.loads.takenScalars != loads.takenScalars || fresh.loads.takenDisk != loads.takenDisk {
      return "requests of further resources have drifted"
    }
    if fresh.counters.map(\.counts) != counters.map(\.counts) { return "counts of matching pods have drifted" }
    if fresh.counters.map({ $0.least(minDomains: 0) }) != counters.map({ $0.least(minDomains: 0) }) {
      return "fewest pods of a domain have drifted"
    }
    if fresh.tallies.map(\.weights) != tallies.map(\.weights) { return "terms of running pods have drifted" }
    for node in podsOnNode.indices where fresh.podsOnNode[node].sorted() != podsOnNode[node].sorted() {
      return "pods on node \(node) have drifted"
    }
    return nil
  }
}
