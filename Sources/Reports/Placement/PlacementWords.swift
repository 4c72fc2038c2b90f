import ClusterModel

/// How refusals, pods and preemption are said to people; every name is made harmless.
enum PlacementWords {
  /// Head of a filter's column.
  static func title(_ filter: PlacementFilter) -> String {
    switch filter {
    case .nodeUnschedulable: "cordon"
    case .nodeName: "name"
    case .taintToleration: "taint"
    case .nodeAffinity: "affinity"
    case .nodePorts: "port"
    case .nodeResourcesFit: "room"
    case .volumeRestrictions: "disk use"
    case .nodeVolumeLimits: "disk limit"
    case .volumeBinding: "disk"
    case .volumeZone: "disk zone"
    case .podTopologySpread: "spread"
    case .interPodAffinity: "company"
    }
  }

  static func shortage(_ shortage: Shortage) -> String {
    switch shortage.resource {
    case "cpu":
      let amount = cores(shortage.missing)
      return "\(amount) \(amount == "1" ? "core" : "cores")"
    case "memory": return "\(MemorySize.formatted(bytes: shortage.missing)) memory"
    case "ephemeral-storage": return "\(MemorySize.formatted(bytes: shortage.missing)) local disk"
    case "pods": return shortage.missing == 1 ? "room for one more pod" : "room for \(shortage.missing) pods"
    case let name where name.hasPrefix("hugepages-"):
      return "\(MemorySize.formatted(bytes: shortage.missing)) \(TerminalText.shown(name))"
    default: return "\(shortage.missing) \(TerminalText.shown(shortage.resource))"
    }
  }

  /// Exact, as a thousandth decides whether a pod fits: `4`, `4.015`, `0.5`.
  private static func cores(_ millicores: Int64) -> String {
    let digits = "\(millicores % 1000 + 1000)".dropFirst()
    let zeros = digits.reversed().prefix { $0 == "0" }.count
    return zeros == 3 ? "\(millicores / 1000)" : "\(millicores / 1000).\(digits.dropLast(zeros))"
  }

  /// `lacks 3.2 GiB memory; has taint gpu:NoSchedule, not tolerated; would fit if machine shop/vm-12 moved`.
  static func refusal(_ refusal: NodeRefusal) -> String {
    var parts: [String] = []
    if !refusal.shortages.isEmpty {
      parts.append("lacks " + listed(refusal.shortages.map(shortage)))
    }
    parts += refusal.details.map { TerminalText.shown($0) }
    if let pod = refusal.movable {
      parts.append(
        pod.machineName != nil && refusal.canMove
          ? "would fit if \(name(pod)) moved" : "would fit without \(name(pod))")
    }
    return parts.joined(separator: "; ")
  }

  static func name(_ pod: RunningPod) -> String {
    let kind = pod.machineName == nil ? "pod" : "machine"
    return "\(kind) \(TerminalText.shown("\(pod.namespace)/\(pod.machineName ?? pod.name)"))"
  }

  static func listed(_ items: [String]) -> String {
    items.count < 2 ? items.joined() : items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
  }

  static func preemption(_ answer: PreemptionAnswer, nodeNames: [String]) -> String {
    switch answer {
    case .forbidden: return "Preemption: none, its preemptionPolicy is Never."
    case .noPodOfLowerPriority: return "Preemption: none, no pod has a lower priority."
    case .noNodeHelps: return "Preemption: evicting pods of lower priority would not make room on any node."
    case .found(let found):
      let limit = 8
      var names = found.victims.prefix(limit).map { "\(name($0)) (priority \($0.priority))" }
      if found.victims.count > limit { names.append("\(found.victims.count - limit) more") }
      let budgets =
        found.violations == 0
        ? ""
        : found.victims.count == 1
          ? ", against a PodDisruptionBudget" : ", \(found.violations) of them against a PodDisruptionBudget"
      return "Preemption: the scheduler would evict \(listed(names)) on "
        + "\(TerminalText.shown(nodeNames[found.node]))\(budgets)."
    }
  }

  /// The scheduler's own event message where no node takes the pod, else its counts alone.
  ///
  /// `0/3 nodes are available: 2 Insufficient memory, 1 node(s) were unschedulable.` Each node counts for the first
  /// filter that refuses it, with each of that filter's reasons.
  static func event(_ report: PlacementReport) -> String {
    var counts: [String: Int] = [:]
    for verdict in report.verdicts {
      guard let first = verdict.firstRejecter,
        let position = verdict.rejections.filters.firstIndex(of: first)
      else { continue }
      for reason in verdict.reasons[position] { counts[reason, default: 0] += 1 }
    }
    let lines = counts.map { "\($0.value) \($0.key)" }.sorted()
    let limit = 12
    let shown = lines.prefix(limit).map { TerminalText.shown($0) }
    let more = lines.count > limit ? ", and \(lines.count - limit) reasons more" : ""
    let feasible = report.feasible.count
    let start = feasible == 0 ? "0/\(report.verdicts.count) nodes are available: " : "Refused: "
    return start + shown.joined(separator: ", ") + more + "."
  }
}
