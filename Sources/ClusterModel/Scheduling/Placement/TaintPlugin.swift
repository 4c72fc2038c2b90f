/// NodeUnschedulable and TaintToleration: cordons and taints against a pod's tolerations.
package enum TaintPlugin {
  /// What a flag alone stands for: `spec.unschedulable` is judged as this taint, value empty.
  static let cordon = Taint(key: "node.kubernetes.io/unschedulable", effect: .noSchedule)

  /// Whether a toleration covers a taint: an empty key or effect covers all, seconds play no part.
  package static func tolerates(_ toleration: Toleration, _ taint: Taint) -> Bool {
    if let effect = toleration.effect, effect != taint.effect { return false }
    if !toleration.key.isEmpty, toleration.key != taint.key { return false }
    return toleration.operator == .exists || toleration.value == taint.value
  }

  /// The first taint that keeps pods out and that nothing tolerates.
  static func untolerated(_ taints: [Taint], _ tolerations: [Toleration]) -> Taint? {
    taints.first { taint in
      taint.effect != .preferNoSchedule && !tolerations.contains { tolerates($0, taint) }
    }
  }

  /// PreferNoSchedule taints that nothing tolerates.
  static func disliked(_ taints: [Taint], _ tolerations: [Toleration]) -> Int32 {
    Int32(
      taints.count { taint in taint.effect == .preferNoSchedule && !tolerations.contains { tolerates($0, taint) } })
  }

  static func refusesCordoned(_ tolerations: [Toleration]) -> Bool {
    !tolerations.contains { tolerates($0, cordon) }
  }

  static func reason(_ taint: Taint) -> String { "node(s) had untolerated taint {\(taint.key): \(taint.value)}" }
}
