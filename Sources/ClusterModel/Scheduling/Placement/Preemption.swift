/// A node and the pods of lower priority that would have to leave it.
package struct Preemption: Sendable, Equatable {
  package var node: Int
  /// Most important first.
  package var victims: [RunningPod]
  /// Victims whose eviction a PodDisruptionBudget does not allow.
  package var violations: Int

  /// Of those first in `DefaultPreemption`'s order, the node of the lower number.
  ///
  /// Fewest budget violations, lowest priority of the most important victim, smallest sum of priorities (each raised by
  /// 2^31, so that fewer victims count), fewest victims, latest start among the most important victims.
  static func best(_ candidates: [Preemption]) -> Preemption? {
    candidates.min { a, b in
      if a.violations != b.violations { return a.violations < b.violations }
      if a.highest != b.highest { return a.highest < b.highest }
      if a.sum != b.sum { return a.sum < b.sum }
      if a.victims.count != b.victims.count { return a.victims.count < b.victims.count }
      if a.start != b.start { return a.start > b.start }
      return a.node < b.node
    }
  }

  private var highest: Int { victims.first?.priority ?? .min }
  private var sum: Int { victims.reduce(0) { $0 &+ $1.priority &+ (1 << 31) } }
  private var start: Double {
    victims.filter { $0.priority == highest }.map(\.startSeconds).min() ?? .infinity
  }
}

/// Whether evicting pods of lower priority would let a pod run that fits nowhere.
package enum PreemptionAnswer: Sendable, Equatable {
  /// `preemptionPolicy: Never`.
  case forbidden
  case noPodOfLowerPriority
  /// No node that refuses for what runs there would take the pod without all pods of lower priority.
  case noNodeHelps
  case found(Preemption)
}

/// Preemption as `DefaultPreemption` of Kubernetes 1.34 decides it.
///
/// Without nominated pods; all nodes are looked at, where the scheduler stops after a tenth of a large cluster, from a
/// random node on.
extension PlacementEvaluator {
  mutating func preemption(
    for podClass: PodClass, _ report: PlacementReport, _ roster: PlacementRoster,
    _ budgets: [PlacementObjects.DisruptionBudget], isAllowed: Bool
  ) -> PreemptionAnswer {
    guard isAllowed else { return .forbidden }
    let priority = classes[podClass.index].pod.priority
    guard roster.pods.contains(where: { $0.contains { $0.priority < priority } }) else { return .noPodOfLowerPriority }
    let blanket = volumes.needs(of: classes[podClass.index].pod).everywhere.map(\.filter)
    var candidates: [Preemption] = []
    for node in nodes.indices where mayHelp(report.verdicts[node], blanket) {
      if let found = victims(on: node, for: podClass.index, roster.pods[node], budgets) { candidates.append(found) }
    }
    return Preemption.best(candidates).map { .found($0) } ?? .noNodeHelps
  }

  /// The first filter that refuses may answer otherwise once pods have left; the scheduler looks at no other.
  private func mayHelp(_ verdict: PlacementReport.Verdict, _ everywhere: [PlacementFilter]) -> Bool {
    guard let filter = verdict.firstRejecter, !everywhere.contains(filter) else { return false }
    let reason = verdict.reasons.first?.first ?? ""
    return switch filter {
    case .nodeUnschedulable, .nodeName, .taintToleration, .nodeAffinity, .volumeBinding, .volumeZone: false
    case .nodePorts, .nodeResourcesFit, .volumeRestrictions, .nodeVolumeLimits: true
    case .podTopologySpread: reason != Self.missingSpreadLabel
    case .interPodAffinity: reason != Self.missingCompany
    }
  }

  /// All pods of lower priority leave; then as many as possible come back, those that budgets protect first.
  private mutating func victims(
    on node: Int, for number: Int, _ running: [RunningPod], _ budgets: [PlacementObjects.DisruptionBudget]
  ) -> Preemption? {
    let priority = classes[number].pod.priority
    let lower = running.filter { $0.priority < priority }.sorted { $0.isMoreImportant(than: $1) }
    guard !lower.isEmpty else { return nil }
    for pod in lower { remove(pod.podClass, from: node) }
    guard rejections(of: PodClass(index: number), on: node).isEmpty else {
      for pod in lower { add(pod.podClass, to: node) }
      return nil
    }
    let isProtected = protections(lower, budgets)
    var result = Preemption(node: node, victims: [], violations: 0)
    for wanted in [true, false] {
      for (pod, isProtected) in zip(lower, isProtected) where isProtected == wanted {
        add(pod.podClass, to: node)
        if rejections(of: PodClass(index: number), on: node).isEmpty { continue }
        remove(pod.podClass, from: node)
        result.victims.append(pod)
        if isProtected { result.violations += 1 }
      }
    }
    for pod in result.victims { add(pod.podClass, to: node) }
    result.victims.sort { $0.isMoreImportant(than: $1) }
    return result
  }

  /// Which of these pods could not be evicted one after another without breaking a budget.
  private func protections(_ pods: [RunningPod], _ budgets: [PlacementObjects.DisruptionBudget]) -> [Bool] {
    var allowed = budgets.map(\.disruptionsAllowed)
    return pods.map { pod in
      let labels = classes[pod.podClass.index].pod.labels
      var isViolated = false
      for (index, budget) in budgets.enumerated() where !labels.isEmpty && budget.namespace == pod.namespace {
        guard let selector = budget.selector, selector != LabelSelector(), selector.matches(labels),
          !budget.disruptedPods.contains(pod.name)
        else { continue }
        allowed[index] -= 1
        if allowed[index] < 0 { isViolated = true }
      }
      return isViolated
    }
  }
}
