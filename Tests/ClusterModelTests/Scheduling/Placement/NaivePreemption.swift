@testable import ClusterModel

/// `DefaultPreemption` from its definition: every question is put to a cluster written anew.
struct NaivePreemption {
  struct Choice: Equatable {
    var node: String
    /// Sorted names.
    var victims: [String]
    var violations: Int
  }

  let cluster: PlacementCluster
  let pod: PodSpecification

  private func isFree(_ nodeName: String, without gone: [PodSpecification]) -> Bool {
    var rest = cluster
    rest.pods.removeAll { pod in gone.contains { $0.namespace == pod.namespace && $0.name == pod.name } }
    let naive = NaivePlacement(rest, pod)
    guard let node = rest.nodes.first(where: { $0.name == nodeName }) else { return false }
    return PlacementFilter.allCases.allSatisfy { naive.refusal($0, node) == nil }
  }

  /// Every running pod whose departure alone opens the node.
  func doors(to nodeName: String) -> [String] {
    NaivePlacement(cluster, pod).running.map(\.pod).filter { isFree(nodeName, without: [$0]) }.map(\.name)
  }

  func choice() -> Choice? {
    if pod.circumstances.neverPreempts { return nil }
    let report = NaivePlacement(cluster, pod).report()
    let nodes = cluster.nodes.sorted { $0.name < $1.name }
    var choices: [(Choice, [PodSpecification])] = []
    for (node, verdict) in zip(nodes, report.verdicts) where mayHelp(verdict) {
      let lower = NaivePlacement(cluster, pod).running.filter { $0.node.name == node.name }.map(\.pod)
        .filter { $0.priority < pod.priority }.sorted(by: isMoreImportant)
      if lower.isEmpty || !isFree(node.name, without: lower) { continue }
      var gone = lower
      let violating = violations(lower)
      for victim in violating + lower.filter({ !violating.contains($0) }) {
        let rest = gone.filter { $0 != victim }
        if isFree(node.name, without: rest) { gone = rest }
      }
      choices.append(
        (
          Choice(
            node: node.name, victims: gone.map(\.name).sorted(), violations: gone.count { violating.contains($0) }),
          gone
        ))
    }
    return best(choices)
  }

  private func mayHelp(_ verdict: PlacementReport.Verdict) -> Bool {
    guard let first = verdict.firstRejecter, let reason = verdict.reasons.first?.first else { return false }
    if reason.contains("not found") { return false }
    switch first {
    case .nodePorts, .nodeResourcesFit, .volumeRestrictions, .nodeVolumeLimits: return true
    case .podTopologySpread: return !reason.contains("missing required label")
    case .interPodAffinity: return reason != "node(s) didn't match pod affinity rules"
    default: return false
    }
  }

  private func start(_ pod: PodSpecification) -> Double { pod.circumstances.startSeconds ?? .infinity }

  private func isMoreImportant(_ a: PodSpecification, _ b: PodSpecification) -> Bool {
    (-a.priority, start(a), a.namespace, a.name) < (-b.priority, start(b), b.namespace, b.name)
  }

  private func violations(_ pods: [PodSpecification]) -> [PodSpecification] {
    var allowed = cluster.objects.budgets.map(\.disruptionsAllowed)
    return pods.filter { pod in
      let concerned = cluster.objects.budgets.indices.filter { index in
        let budget = cluster.objects.budgets[index]
        guard let selector = budget.selector, budget.namespace == pod.namespace, !pod.labels.isEmpty else {
          return false
        }
        if selector.matchLabels.isEmpty && selector.matchExpressions.isEmpty { return false }
        return selector.matches(pod.labels) && !budget.disruptedPods.contains(pod.name)
      }
      for index in concerned { allowed[index] -= 1 }
      return concerned.contains { allowed[$0] < 0 }
    }
  }

  /// The documented order, criterion after criterion.
  private func best(_ all: [(Choice, [PodSpecification])]) -> Choice? {
    var left = all
    func keep(_ key: ((Choice, [PodSpecification])) -> Double) {
      guard let least = left.map(key).min() else { return }
      left = left.filter { key($0) == least }
    }
    func highest(_ pods: [PodSpecification]) -> Int { pods.map(\.priority).max() ?? -1 << 40 }
    keep { Double($0.0.violations) }
    keep { Double(highest($0.1)) }
    keep { $0.1.reduce(0) { $0 + Double($1.priority) + 2_147_483_648 } }
    keep { Double($0.1.count) }
    keep { choice in
      let most = highest(choice.1)
      return -(choice.1.filter { $0.priority == most }.map { start($0) }.min() ?? .infinity)
    }
    return left.first?.0
  }
}
