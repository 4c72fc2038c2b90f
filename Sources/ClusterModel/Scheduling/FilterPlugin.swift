/// The kube-scheduler filters that Headroom applies, in the scheduler's order.
package enum FilterPlugin: String, Sendable, CaseIterable {
  case nodeUnschedulable = "NodeUnschedulable"
  case taintToleration = "TaintToleration"
  case nodeAffinity = "NodeAffinity"
  case nodeResourcesFit = "NodeResourcesFit"
  case interPodAffinity = "InterPodAffinity"
}

/// Why a machine may not run on a node: the first filter that refuses, and what is missing.
package enum Refusal: Sendable, Equatable {
  /// Cordoned, not ready, or labelled `kubevirt.io/schedulable: "false"`.
  case unschedulable
  case untoleratedTaint
  case nodeSelectorMismatch
  case insufficientCPU(missingMillicores: Int64)
  case insufficientMemory(missingBytes: Int64)
  case tooManyPods
  case hostAntiAffinity

  package var plugin: FilterPlugin {
    switch self {
    case .unschedulable: .nodeUnschedulable
    case .untoleratedTaint: .taintToleration
    case .nodeSelectorMismatch: .nodeAffinity
    case .insufficientCPU, .insufficientMemory, .tooManyPods: .nodeResourcesFit
    case .hostAntiAffinity: .interPodAffinity
    }
  }
}
