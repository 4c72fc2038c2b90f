/// kube-scheduler's TaintToleration: untolerated NoSchedule and NoExecute taints refuse, PreferNoSchedule ones cost score.
package enum TaintToleration {
  /// Whether a toleration covers a taint: an empty key needs Exists and covers all, an absent effect covers every effect.
  package static func tolerates(_ toleration: Toleration, _ taint: Taint) -> Bool {
    if let effect = toleration.effect, effect != taint.effect { return false }
    if toleration.key.isEmpty { return toleration.operator == .exists }
    guard toleration.key == taint.key else { return false }
    return toleration.operator == .exists || toleration.value == taint.value
  }

  package static func accepts(_ tolerations: [Toleration], taints: [Taint]) -> Bool {
    taints.allSatisfy { taint in
      taint.effect == .preferNoSchedule || tolerations.contains { tolerates($0, taint) }
    }
  }

  /// PreferNoSchedule taints that nothing tolerates; the score inverts this count.
  package static func dislikedTaintCount(_ tolerations: [Toleration], taints: [Taint]) -> Int {
    taints.count { taint in taint.effect == .preferNoSchedule && !tolerations.contains { tolerates($0, taint) } }
  }
}
