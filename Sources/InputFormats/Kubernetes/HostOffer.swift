import ClusterModel

/// What the nodes of a dump carry and offer at all, of the things that KubeVirt asks for of its own accord.
///
/// Nodes of other platforms, of pools and of old lists have none of it; what no node knows is not asked of any.
struct HostOffer {
  private(set) var families: Set<LauncherPod.LabelFamily> = []
  private var resources: Set<String> = []
  private var marksSchedulable = false
  /// What is left of what nearly all machines ask for.
  private var usual = ResourceAmounts()

  init(_ nodes: [Node]) {
    for node in nodes { add(node.labels, node.extraAllocatable) }
    finish()
  }

  init(_ nodes: [NodeSpecification]) {
    for node in nodes { add(node.labels, node.allocatable) }
    finish()
  }

  private mutating func finish() {
    if !marksSchedulable { families.remove(.schedulable) }
    usual = known(LauncherPod.usualRequests)
  }

  private mutating func add(_ labels: [String: String], _ allocatable: ResourceAmounts) {
    families.formUnion(LauncherPod.LabelFamily.families(of: labels.keys, besides: families))
    // A list in which only the incapable are marked has unmarked nodes that are capable.
    if labels[LauncherPod.LabelFamily.schedulable.rawValue] == "true" { marksSchedulable = true }
    for entry in allocatable.entries where LauncherPod.isPlatformResource(entry.name) && entry.amount.nanoUnits > 0 {
      resources.insert(entry.name)
    }
  }

  /// Without KubeVirt's own requests that no node can meet.
  func requests(_ asked: ResourceAmounts) -> ResourceAmounts {
    asked == LauncherPod.usualRequests ? usual : known(asked)
  }

  private func known(_ asked: ResourceAmounts) -> ResourceAmounts {
    func isKnown(_ name: String) -> Bool { !LauncherPod.isPlatformResource(name) || resources.contains(name) }
    if asked.entries.allSatisfy({ isKnown($0.name) }) { return asked }
    var result = ResourceAmounts()
    for entry in asked.entries where isKnown(entry.name) { result[entry.name] = entry.amount }
    return result
  }

  /// Without labels of families that no node carries.
  func selector(_ asked: [String: String]) -> [String: String] {
    let unknown = LauncherPod.LabelFamily.families(of: asked.keys, besides: families)
    if unknown.isEmpty { return asked }
    return asked.filter { LauncherPod.LabelFamily.families(of: [$0.key], besides: families).isEmpty }
  }
}
