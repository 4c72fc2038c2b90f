/// The filters of kube-scheduler's default profile, in the order in which it runs them.
///
/// DynamicResources is missing. SchedulingGates is no filter of nodes: see `PodCircumstances`.
package enum PlacementFilter: UInt8, Sendable, CaseIterable {
  case nodeUnschedulable, nodeName, taintToleration, nodeAffinity, nodePorts, nodeResourcesFit
  case volumeRestrictions, nodeVolumeLimits, volumeBinding, volumeZone, podTopologySpread, interPodAffinity

  package var name: String {
    switch self {
    case .nodeUnschedulable: "NodeUnschedulable"
    case .nodeName: "NodeName"
    case .taintToleration: "TaintToleration"
    case .nodeAffinity: "NodeAffinity"
    case .nodePorts: "NodePorts"
    case .nodeResourcesFit: "NodeResourcesFit"
    case .volumeRestrictions: "VolumeRestrictions"
    case .nodeVolumeLimits: "NodeVolumeLimits"
    case .volumeBinding: "VolumeBinding"
    case .volumeZone: "VolumeZone"
    case .podTopologySpread: "PodTopologySpread"
    case .interPodAffinity: "InterPodAffinity"
    }
  }
}

/// The filters that refuse a node, each judged by itself.
package struct Rejections: OptionSet, Hashable, Sendable, BitwiseCopyable {
  package var rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package init(_ filter: PlacementFilter) { rawValue = 1 << UInt16(filter.rawValue) }

  /// In the order of the default profile.
  package var filters: [PlacementFilter] { PlacementFilter.allCases.filter { contains(Rejections($0)) } }
}

/// What each plugin gives a node, 0 to 100 before its weight; nil where the plugin has nothing to say about the pod.
package struct PlacementScores: Sendable, Equatable {
  package var leastAllocated = 0
  package var mostAllocated = 0
  package var balancedAllocation: Int?
  package var taintToleration = 0
  package var nodeAffinity: Int?
  package var topologySpread: Int?
  package var podAffinity: Int?
  /// Nil where no node says which images it has.
  package var imageLocality: Int?

  package init() {}

  /// Weighted as in the default profile, with LeastAllocated.
  package var total: Int { leastAllocated + others }
  /// The same with MostAllocated.
  package var totalMostAllocated: Int { mostAllocated + others }

  private var others: Int {
    let doubled = (nodeAffinity ?? 0) + (topologySpread ?? 0) + (podAffinity ?? 0)
    return (balancedAllocation ?? 0) + 3 * taintToleration + 2 * doubled + (imageLocality ?? 0)
  }
}

/// All that kube-scheduler would find out about one pod: for every node why not, or how good.
package struct PlacementReport: Sendable, Equatable {
  package struct Verdict: Sendable, Equatable {
    package var rejections: Rejections = []
    /// The filter that the scheduler would name; nil on a feasible node.
    package var firstRejecter: PlacementFilter?
    /// One or more messages for each of `rejections`, in the same order.
    package var reasons: [[String]] = []
    /// Nil where the node is refused.
    package var scores: PlacementScores?

    package init() {}
  }

  /// One for each node, in the order of `PlacementEvaluator.nodeNames`.
  package var verdicts: [Verdict]

  package init(verdicts: [Verdict]) { self.verdicts = verdicts }

  package var feasible: [Int] { verdicts.indices.filter { verdicts[$0].scores != nil } }
  /// The nodes with the highest total, of which the scheduler draws one.
  package var best: [Int] { best { $0.total } }
  package var bestMostAllocated: [Int] { best { $0.totalMostAllocated } }

  private func best(_ total: (PlacementScores) -> Int) -> [Int] {
    let highest = verdicts.compactMap { $0.scores.map(total) }.max()
    return verdicts.indices.filter { verdicts[$0].scores.map(total) == highest && verdicts[$0].scores != nil }
  }
}
