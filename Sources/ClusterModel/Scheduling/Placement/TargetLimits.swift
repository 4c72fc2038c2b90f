/// What a migration's target must be beyond the pod's own rules.
package struct TargetLimits: Sendable {
  /// The node that the machine leaves: the target pod shuns pods of its own machine.
  package var source: Int?
  /// By node, whether its processor can take over; nil where all can.
  package var isCompatible: ContiguousArray<Bool>?

  package init(source: Int? = nil, isCompatible: ContiguousArray<Bool>? = nil) {
    self.source = source
    self.isCompatible = isCompatible
  }

  func apply(to masks: inout ContiguousArray<UInt16>) {
    if let source { masks[source] |= Rejections(.interPodAffinity).rawValue }
    guard let isCompatible else { return }
    for node in masks.indices where !isCompatible[node] { masks[node] |= Rejections(.nodeAffinity).rawValue }
  }
}
