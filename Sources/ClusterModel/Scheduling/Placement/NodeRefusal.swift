/// How much of a resource a node lacks for a pod, in the scheduler's whole numbers.
package struct Shortage: Sendable, Equatable {
  /// As Kubernetes spells it, `pods` for the number of pods.
  package var resource: String
  /// Thousandths of a core for cpu, else bytes or pieces.
  package var missing: Int64
  package var asked: Int64
}

/// Why a node does not take a pod, how near a miss it is, and which pod would have to go.
package struct NodeRefusal: Sendable, Equatable {
  package var node: Int
  package var filters: [PlacementFilter]
  package var shortages: [Shortage]
  /// A clause for each thing besides resources, such as `needs disk=ssd, has hdd`; names in it are as read.
  package var details: [String] = []
  /// The pod whose departure alone makes every filter pass; tried, not guessed.
  package var movable: RunningPod?
  /// Some other node would take it.
  package var canMove = false

  /// What is missing as a share of what is asked for, plus one for every filter but resources.
  package var distance: Double {
    let others = filters.count { $0 != .nodeResourcesFit }
    return shortages.reduce(Double(others)) { $0 + Double($1.missing) / Double(max(1, $1.asked)) }
  }
}

extension NodeLoads {
  /// In the order cpu, memory, local disk, others by name, number of pods.
  func missing(_ demand: ResourceDemand, _ node: Int) -> [Shortage] {
    var result: [Shortage] = []
    func compare(_ name: String, _ asked: Int64, _ free: Int64) {
      if asked > 0, asked > free { result.append(Shortage(resource: name, missing: asked &- free, asked: asked)) }
    }
    compare("cpu", demand.cpu, cpu[node] &- takenCPU[node])
    compare("memory", demand.memory, memory[node] &- takenMemory[node])
    compare("ephemeral-storage", demand.disk, disk[node] &- takenDisk[node])
    let named = demand.scalars.map { ($0, scalarNames[$0.resource]) }.sorted { $0.1 < $1.1 }
    for (scalar, name) in named {
      compare(name, scalar.amount, scalars[scalar.resource][node] &- takenScalars[scalar.resource][node])
    }
    compare("pods", 1, podLimit[node] &- podCount[node])
    return result
  }
}

extension PlacementEvaluator {
  /// The refused nodes, nearest miss first, then those with fewer filters against them, then by name.
  ///
  /// - Parameter limit: how many of them are explained; of the others only the shortages are told.
  /// - Complexity: O(explained nodes × (pods on the node + pods elsewhere that the pod's rules count)) tries.
  mutating func refusals(
    _ report: PlacementReport, _ podClass: PodClass, _ roster: PlacementRoster, limit: Int
  ) -> [NodeRefusal] {
    let rules = rules(of: podClass.index)
    let demand = points[rules.points].demand
    let all = nodes.indices.filter { report.verdicts[$0].scores == nil }.map { node in
      NodeRefusal(
        node: node, filters: report.verdicts[node].rejections.filters, shortages: loads.missing(demand, node))
    }
    let sorted = all.map { ($0.distance, $0) }.sorted { a, b in
      if a.0 != b.0 { return a.0 < b.0 }
      let (x, y) = (a.1.filters.count, b.1.filters.count)
      return x != y ? x < y : a.1.node < b.1.node
    }.map(\.1)
    let elsewhere = sorted.isEmpty ? [] : counted(by: rules, podClass.index, roster)
    return sorted.enumerated().map { position, refusal in
      guard position < limit else { return refusal }
      var refusal = refusal
      refusal.details = details(refusal, report.verdicts[refusal.node], podClass.index, rules, roster)
      if let found = movable(refusal.node, podClass.index, rules, roster, elsewhere) {
        refusal.movable = found.pod
        refusal.canMove = hasOtherPlace(found.pod, found.node)
      }
      return refusal
    }
  }

  /// Pods anywhere that affinity, spreading or a claim for one pod alone counts against the newcomer.
  private func counted(
    by rules: IncomingRules, _ number: Int, _ roster: PlacementRoster
  ) -> [(pod: RunningPod, node: Int)] {
    let probes = Set((rules.anti.map(\.counter) + rules.hard.map(\.counter)).map { counters[$0].key.probe })
    let ownProbes = Set(termProbes.matches[Int(quick[number].identity)])
    let claims = Set(classes[number].volumes.soleClaims)
    if probes.isEmpty, ownProbes.isEmpty, claims.isEmpty { return [] }
    var isCounted: [Int: Bool] = [:]
    var result: [(pod: RunningPod, node: Int)] = []
    for node in nodes.indices {
      for pod in roster.pods[node] {
        let index = pod.podClass.index
        let known = isCounted[index]
        let counts =
          known
          ?? (podProbes.matches[Int(quick[index].identity)].contains { probes.contains($0) }
            || classes[index].carried.contains { carried in
              let key = tallies[carried.tally].key
              return key.kind == .antiAffinity && ownProbes.contains(key.probe)
            } || classes[index].volumes.soleClaims.contains { claims.contains($0) })
        if known == nil { isCounted[index] = counts }
        if counts { result.append((pod, node)) }
      }
    }
    return result
  }

  /// Whether a node but its own takes a running pod.
  private mutating func hasOtherPlace(_ pod: RunningPod, _ place: Int) -> Bool {
    remove(pod.podClass, from: place)
    defer { add(pod.podClass, to: place) }
    _ = rules(of: pod.podClass.index)
    return nodes.indices.contains { $0 != place && admits(pod.podClass, on: $0) }
  }

  /// Machines first, then lower priority, then the smaller pod: the first whose departure lets the newcomer in.
  ///
  /// The other pods of the newcomer's own machine, as while it migrates, are none of them.
  private mutating func movable(
    _ node: Int, _ number: Int, _ rules: IncomingRules, _ roster: PlacementRoster,
    _ elsewhere: [(pod: RunningPod, node: Int)]
  ) -> (pod: RunningPod, node: Int)? {
    guard tables.statics[rules.statics][node] == 0 else { return nil }
    var candidates = roster.pods[node].map { ($0, node, size($0, node)) }
    if loads.fits(points[rules.points].demand, node), mayBeFreedElsewhere(node, number, rules) {
      candidates += elsewhere.filter { $0.node != node && sharesDomain($0.node, node, rules, number) }
        .map { ($0.pod, $0.node, size($0.pod, $0.node)) }
    }
    candidates.sort { a, b in
      let (x, y) = (a.0, b.0)
      if (x.machineName != nil) != (y.machineName != nil) { return x.machineName != nil }
      if x.priority != y.priority { return x.priority < y.priority }
      return a.2 != b.2 ? a.2 < b.2 : (x.namespace, x.name) < (y.namespace, y.name)
    }
    let newcomer = classes[number].pod
    let machine = newcomer.machineName
    for (pod, place, _) in candidates {
      if machine != nil, pod.machineName == machine, pod.namespace == newcomer.namespace { continue }
      remove(pod.podClass, from: place)
      let isFree = rejections(of: PodClass(index: number), on: node).isEmpty
      add(pod.podClass, to: place)
      if isFree { return (pod, place) }
    }
    return nil
  }

  /// Share of its node's cpu and memory.
  private func size(_ pod: RunningPod, _ node: Int) -> Double {
    let load = quick[pod.podClass.index].load
    return Double(load.cpu) / Double(max(1, loads.cpu[node])) + Double(load.memory) / Double(max(1, loads.memory[node]))
  }

  /// One pod less in the domain can be enough only where the counts are one too high.
  private func mayBeFreedElsewhere(_ node: Int, _ number: Int, _ rules: IncomingRules) -> Bool {
    if lacksCompany(rules, node) { return false }
    for term in rules.anti {
      let domain = topology.columns[term.column].domains[node]
      if domain >= 0, counters[term.counter].counts[Int(domain)] > 1 { return false }
    }
    for constraint in rules.hard {
      let domain = topology.columns[constraint.column].domains[node]
      if domain < 0 || counters[constraint.counter].counts[Int(domain)] > mostPods(constraint) + 1 { return false }
    }
    return true
  }

  /// Whether a pod there is counted here: some rule puts both nodes in one domain, or counts over the whole cluster.
  private func sharesDomain(_ other: Int, _ node: Int, _ rules: IncomingRules, _ number: Int) -> Bool {
    if !classes[number].volumes.soleClaims.isEmpty { return true }
    var columns = rules.anti.map(\.column) + rules.hard.map(\.column)
    for probe in termProbes.matches[Int(quick[number].identity)] {
      columns += talliesOfProbe[Int(probe)].map { tallies[$0].key.column }
    }
    return columns.contains { column in
      let domains = topology.columns[column].domains
      return domains[node] >= 0 && domains[node] == domains[other]
    }
  }
}
