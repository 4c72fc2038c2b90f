import Foundation

@testable import ClusterModel

/// Scores straight from their definitions.
struct NaiveScores {
  let placement: NaivePlacement
  let feasible: [NodeSpecification]
  private var pod: PodSpecification { placement.pod }

  init(placement: NaivePlacement, feasible: [NodeSpecification]) {
    self.placement = placement
    self.feasible = feasible
  }

  func all() -> [String: PlacementScores] {
    let taints = taintScores()
    let affinity = nodeAffinityScores()
    let spread = spreadScores()
    let company = podAffinityScores()
    var result: [String: PlacementScores] = [:]
    for node in feasible {
      var scores = PlacementScores()
      scores.leastAllocated = allocation(node) { taken, room in taken > room ? 0 : (room - taken) * 100 / room }
      scores.mostAllocated = allocation(node) { taken, room in min(taken, room) * 100 / room }
      scores.balancedAllocation = balanced(node)
      scores.taintToleration = taints[node.name]!
      scores.nodeAffinity = affinity?[node.name]
      scores.topologySpread = spread?[node.name]
      scores.podAffinity = company?[node.name]
      result[node.name] = scores
    }
    return result
  }

  private func allocation(_ node: NodeSpecification, _ score: (Int, Int) -> Int) -> Int {
    let assumed: [String: Int128] = ["cpu": 100_000_000, "memory": 200 * 1_048_576 * 1_000_000_000]
    var points: [Int] = []
    for name in ["cpu", "memory"] {
      let room = placement.allocatable(name, node)
      guard room > 0 else { continue }
      var taken = placement.amount(
        placement.request(name, pod, isRunning: true, assumed: assumed[name], usesPodLevel: false), name)
      for other in placement.running where other.node.name == node.name {
        let hasPodLevel = other.pod.podRequests.entries.contains {
          ["cpu", "memory"].contains($0.name) || $0.name.hasPrefix("hugepages-")
        }
        let isStated =
          other.pod.podRequests[name] != nil || other.pod.overhead[name] != nil
          || (other.pod.containers + other.pod.initContainers).contains { states(name, $0, other.pod) }
        taken += placement.amount(
          placement.request(
            name, other.pod, isRunning: true, assumed: hasPodLevel && isStated ? nil : assumed[name]), name)
      }
      points.append(score(taken, room))
    }
    return points.isEmpty ? 0 : points.reduce(0, +) / points.count
  }

  /// A container that is being resized counts by what it was given and has, and by what it asked for unless refused.
  private func states(_ name: String, _ container: ContainerSpecification, _ pod: PodSpecification) -> Bool {
    guard let actual = container.actualRequests else { return container.requests[name] != nil }
    let isAsked = container.requests[name] != nil && !pod.isResizeInfeasible
    return isAsked || actual[name] != nil || container.allocatedRequests[name] != nil
  }

  private func balanced(_ node: NodeSpecification) -> Int? {
    let own = ["cpu", "memory"].map { placement.amount(placement.request($0, pod, isRunning: true), $0) }
    if own == [0, 0] { return nil }
    var shares: [Double] = []
    for (name, amount) in zip(["cpu", "memory"], own) where placement.allocatable(name, node) > 0 {
      shares.append(
        min(1, Double(placement.used(name, node) + amount) / Double(placement.allocatable(name, node))))
    }
    let deviation = shares.count == 2 ? abs((shares[0] - shares[1]) / 2) : 0
    return Int((1 - deviation) * 100)
  }

  private func taintScores() -> [String: Int] {
    let counts = feasible.map { node in
      node.taints.count { $0.effect == .preferNoSchedule && !placement.tolerates($0) }
    }
    let most = counts.max() ?? 0
    let scores = counts.map { most == 0 ? 100 : 100 - 100 * $0 / most }
    return Dictionary(uniqueKeysWithValues: zip(feasible.map(\.name), scores))
  }

  private func nodeAffinityScores() -> [String: Int]? {
    if pod.preferredNodeTerms.isEmpty { return nil }
    let sums = feasible.map { node in
      pod.preferredNodeTerms.filter { placement.matches($0.term, node) }.reduce(0) { $0 + Int($1.weight) }
    }
    let most = sums.max() ?? 0
    return Dictionary(uniqueKeysWithValues: zip(feasible.map(\.name), sums.map { most == 0 ? 0 : 100 * $0 / most }))
  }

  /// What a Service or a controller that selects the pod asks for in place of constraints of its own.
  private func defaults() -> [SpreadConstraint] {
    var selector = LabelSelector()
    for service in cluster.objects.services where service.namespace == pod.namespace {
      guard let wanted = service.selector, wanted.allSatisfy({ pod.labels[$0.key] == $0.value }) else { continue }
      selector.matchLabels.merge(wanted) { $1 }
    }
    let owner = cluster.objects.controllers.first { $0.namespace == pod.namespace && $0.reference == pod.controller }
    selector.matchExpressions += owner?.selector?.matchExpressions ?? []
    selector.matchExpressions += (owner?.selector?.matchLabels ?? [:]).map {
      .init(key: $0.key, operator: .isIn, values: [$0.value])
    }
    if selector.matchLabels.isEmpty && selector.matchExpressions.isEmpty { return [] }
    return [("kubernetes.io/hostname", 3), ("topology.kubernetes.io/zone", 5)].map {
      SpreadConstraint(maxSkew: $0.1, topologyKey: $0.0, isHard: false, selector: selector)
    }
  }

  private var cluster: PlacementCluster { placement.cluster }

  private func spreadScores() -> [String: Int]? {
    let isDefault = pod.spreadConstraints.isEmpty
    let soft = isDefault ? defaults() : pod.spreadConstraints.filter { !$0.isHard }
    if soft.isEmpty { return nil }
    func hasKeys(_ node: NodeSpecification) -> Bool {
      isDefault || soft.allSatisfy { node.labels[$0.topologyKey] != nil }
    }
    let qualified = feasible.filter(hasKeys)
    var sums: [String: Double] = [:]
    for constraint in soft {
      let key = constraint.topologyKey
      let isHostname = key == "kubernetes.io/hostname"
      let values = Set(qualified.map { $0.labels[key] ?? "" })
      let weight = log(Double((isHostname ? qualified.count : values.count) + 2))
      for node in qualified {
        guard let value = node.labels[key] else { continue }
        let counted =
          isHostname
          ? [node]
          : placement.nodes.filter {
            hasKeys($0) && placement.admits(constraint, $0) && ($0.labels[key] ?? "") == value
          }
        let count = counted.reduce(0) { $0 + placement.matchCount(constraint, $1) }
        sums[node.name, default: 0] += Double(count) * weight + Double(constraint.maxSkew - 1)
      }
    }
    let rounded = qualified.map { Int((sums[$0.name] ?? 0).rounded()) }
    var result: [String: Int] = [:]
    for node in feasible { result[node.name] = 0 }
    for (node, sum) in zip(qualified, rounded) {
      let most = max(0, rounded.max() ?? 0)
      result[node.name] = most == 0 ? 100 : 100 * (most + rounded.min()! - sum) / most
    }
    return result
  }

  private func podAffinityScores() -> [String: Int]? {
    var weights: [String: [String: Int]] = [:]
    func meet(_ term: PodAffinityTerm, _ weight: Int, on node: NodeSpecification) {
      guard let value = node.labels[term.topologyKey] else { return }
      weights[term.topologyKey, default: [:]][value, default: 0] += weight
    }
    for other in placement.running {
      for (preferences, sign) in [(pod.preferredAffinity, 1), (pod.preferredAntiAffinity, -1)] {
        for preference in preferences where placement.newcomerTermMatches(preference.term, other.pod) {
          meet(preference.term, sign * Int(preference.weight), on: other.node)
        }
      }
      for (preferences, sign) in [(other.pod.preferredAffinity, 1), (other.pod.preferredAntiAffinity, -1)] {
        for preference in preferences where placement.runningTermMatches(preference.term, of: other.pod) {
          meet(preference.term, sign * Int(preference.weight), on: other.node)
        }
      }
      for term in other.pod.requiredAffinity where placement.runningTermMatches(term, of: other.pod) {
        meet(term, 1, on: other.node)
      }
    }
    if weights.isEmpty { return nil }
    let sums = feasible.map { node in
      weights.reduce(0) { sum, entry in sum + (node.labels[entry.key].flatMap { entry.value[$0] } ?? 0) }
    }
    let least = sums.min() ?? 0
    let span = (sums.max() ?? 0) - least
    return Dictionary(
      uniqueKeysWithValues: zip(
        feasible.map(\.name), sums.map { span == 0 ? 0 : Int(100 * (Double($0 - least) / Double(span))) }))
  }
}
