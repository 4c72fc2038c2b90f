/// The clauses that say what stands in the way besides resources.
extension PlacementEvaluator {
  mutating func details(
    _ refusal: NodeRefusal, _ verdict: PlacementReport.Verdict, _ number: Int, _ rules: IncomingRules,
    _ roster: PlacementRoster
  ) -> [String] {
    let node = nodes[refusal.node]
    let pod = classes[number].pod
    var result: [String] = []
    var claims: [String]?
    for (filter, reasons) in zip(refusal.filters, verdict.reasons) {
      switch filter {
      case .nodeVolumeLimits, .volumeRestrictions, .volumeBinding, .volumeZone:
        if let clause = usedVolume(filter, refusal.node, number) {
          result.append(clause)
          continue
        }
        if claims != nil { continue }
        let found = volumes.clauses(pod, node, resolvedNodes[refusal.node], &texts)
        claims = found
        result += found.isEmpty ? reasons : found
      default:
        if let clause = detail(filter, reasons, refusal.node, number, rules, roster) { result.append(clause) }
      }
    }
    return result
  }

  private mutating func detail(
    _ filter: PlacementFilter, _ reasons: [String], _ place: Int, _ number: Int, _ rules: IncomingRules,
    _ roster: PlacementRoster
  ) -> String? {
    let node = nodes[place]
    let pod = classes[number].pod
    switch filter {
    case .nodeResourcesFit, .nodeVolumeLimits, .volumeRestrictions, .volumeBinding, .volumeZone: return nil
    case .nodeUnschedulable: return "is cordoned"
    case .nodeName: return "the pod asks for node \(pod.nodeName)"
    case .taintToleration:
      return TaintPlugin.untolerated(node.taints, pod.tolerations).map { "has taint \(Self.text($0)), not tolerated" }
    case .nodeAffinity: return Self.mismatch(pod, node) ?? reasons.joined(separator: ", ")
    case .nodePorts: return portDetail(place, number, roster)
    case .podTopologySpread: return spreadDetail(place, pod, rules)
    case .interPodAffinity: return companyDetail(place, number, rules, roster)
    }
  }

  /// What other pods have in use; nil where the claims themselves are the matter.
  private func usedVolume(_ filter: PlacementFilter, _ node: Int, _ number: Int) -> String? {
    let load = classes[number].volumes
    switch filter {
    case .nodeVolumeLimits:
      return volumeUse.shortage(load, node).map { "has \($0.attached) of at most \($0.limit) volumes of \($0.driver)" }
    case .volumeRestrictions:
      if volumeUse.hasDiskConflict(load, node) { return "another pod on it uses the same disk" }
      return volumeUse.isClaimTaken(load) ? "another pod has a claim that only one pod may use" : nil
    default: return nil
    }
  }

  static func text(_ taint: Taint) -> String {
    taint.key + (taint.value.isEmpty ? "" : "=\(taint.value)") + ":\(taint.effect.rawValue)"
  }

  // MARK: Labels

  /// What a node's labels lack: all of the selector, and of the required terms the one that misses least.
  private static func mismatch(_ pod: PodSpecification, _ node: NodeSpecification) -> String? {
    var parts = pod.nodeSelector.sorted { $0.key < $1.key }.compactMap { key, value in
      node.labels[key] == value ? nil : "needs \(key)=\(value), \(has(key, node))"
    }
    let terms = (pod.requiredNodeTerms ?? []).filter { !$0.isBroken && !($0.expressions.isEmpty && $0.fields.isEmpty) }
    let misses = terms.map { term in
      term.fields.compactMap { mismatch($0, node.name) } + term.expressions.compactMap { mismatch($0, node) }
    }
    if let fewest = misses.min(by: { $0.count < $1.count }) {
      parts += fewest
    } else if pod.requiredNodeTerms != nil {
      parts.append("the pod's node affinity has no term that can match")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private static func has(_ key: String, _ node: NodeSpecification) -> String {
    node.labels[key].map { "has \($0.isEmpty ? "an empty one" : $0)" } ?? "has no such label"
  }

  private static func mismatch(_ expression: NodeSelectorTerm.Expression, _ node: NodeSpecification) -> String? {
    let (key, values) = (expression.key, expression.values)
    let value = node.labels[key]
    let isListed = value.map { values.contains($0) } ?? false
    let number = value.flatMap { Int64($0) }
    let bound = values.first.flatMap { Int64($0) }
    switch expression.operator {
    case .isIn:
      let wanted = values.count == 1 ? "\(key)=\(values[0])" : "\(key) in (\(values.joined(separator: ", ")))"
      return isListed ? nil : "needs \(wanted), \(has(key, node))"
    case .notIn: return isListed ? "must not have \(key)=\(value ?? "")" : nil
    case .exists: return value == nil ? "needs label \(key)" : nil
    case .doesNotExist: return value == nil ? nil : "must not have label \(key)"
    case .greaterThan, .lessThan:
      let isGreater = expression.operator == .greaterThan
      if let number, let bound, isGreater ? number > bound : number < bound { return nil }
      return "needs \(key) \(isGreater ? ">" : "<") \(values.first ?? "?"), \(has(key, node))"
    }
  }

  private static func mismatch(_ field: NodeSelectorTerm.Expression, _ name: String) -> String? {
    let isListed = field.values.contains(name)
    switch field.operator {
    case .isIn: return isListed ? nil : "the pod asks for node \(field.values.joined(separator: ", "))"
    case .notIn: return isListed ? "the pod avoids this node by name" : nil
    default: return nil
    }
  }

  // MARK: Pods in the way

  private func portDetail(_ node: Int, _ number: Int, _ roster: PlacementRoster) -> String? {
    for wanted in classes[number].ports {
      for pod in roster.pods[node]
      where classes[pod.podClass.index].ports.contains(where: { wanted.collides(with: $0) }) {
        return "port \(wanted.number)/\(wanted.transport) is taken by \(Self.name(pod))"
      }
    }
    return nil
  }

  static func name(_ pod: RunningPod) -> String { "\(pod.namespace)/\(pod.machineName ?? pod.name)" }

  private func spreadDetail(_ node: Int, _ pod: PodSpecification, _ rules: IncomingRules) -> String? {
    for (rule, constraint) in zip(rules.hard, pod.spreadConstraints.filter(\.isHard)) {
      let domain = topology.columns[rule.column].domains[node]
      let key = constraint.topologyKey
      guard domain >= 0 else { return "has no label \(key) to spread over" }
      let count = Int(counters[rule.counter].counts[Int(domain)]) + rule.ownMatch
      let least = Int(counters[rule.counter].least(minDomains: rule.minDomains))
      if count - least > rule.maxSkew {
        let value = nodes[node].labels[key] ?? ""
        let found = counters[rule.counter].presentCount
        if found < rule.minDomains {
          return "\(key)=\(value) would hold \(count) of its kind, at most \(rule.maxSkew) "
            + "until there are \(rule.minDomains) domains (minDomains; now \(found))"
        }
        return "\(key)=\(value) would hold \(count) of its kind, the emptiest \(least), at most \(rule.maxSkew) apart"
      }
    }
    return nil
  }

  private mutating func companyDetail(
    _ node: Int, _ number: Int, _ rules: IncomingRules, _ roster: PlacementRoster
  ) -> String? {
    let pod = classes[number].pod
    if lacksCompany(rules, node) {
      let key = pod.requiredAffinity.first { term in
        let column = column(term.topologyKey)
        return rules.required.contains { rule in
          let domain = topology.columns[rule.column].domains[node]
          return rule.column == column && (domain < 0 || counters[rule.counter].counts[Int(domain)] <= 0)
        }
      }?.topologyKey
      guard let key else { return nil }
      return nodes[node].labels[key].map { "\(key)=\($0) holds no pod that it must be near" }
        ?? "has no label \(key), which its pod affinity needs"
    }
    for (rule, term) in zip(rules.anti, pod.requiredAntiAffinity) where isNear(rule, node) {
      let probe = counters[rule.counter].key.probe
      let found = firstPod(node, rule.column, roster) { podProbes.matches[Int(quick[$0].identity)].contains(probe) }
      return "must not share \(term.topologyKey) with \(found.map(Self.name) ?? "another pod")"
    }
    let own = termProbes.matches[Int(quick[number].identity)]
    for probe in own {
      for tally in talliesOfProbe[Int(probe)] where tallies[tally].key.kind == .antiAffinity {
        let column = tallies[tally].key.column
        let domain = topology.columns[column].domains[node]
        guard domain >= 0, tallies[tally].weights[Int(domain)] > 0 else { continue }
        let found = firstPod(node, column, roster) { classes[$0].carried.contains { $0.tally == tally } }
        return "\(found.map(Self.name) ?? "another pod") keeps pods like this one away"
      }
    }
    return nil
  }

  /// On the node itself, else on the first node of its domain.
  private func firstPod(
    _ node: Int, _ column: Int, _ roster: PlacementRoster, _ matches: (Int) -> Bool
  ) -> RunningPod? {
    let domains = topology.columns[column].domains
    let others = domains.indices.filter { $0 != node && domains[$0] == domains[node] }
    for other in [node] + others {
      if let found = roster.pods[other].first(where: { matches($0.podClass.index) }) { return found }
    }
    return nil
  }
}
