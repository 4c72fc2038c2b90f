/// What nodes answer to the parts of a pod that placement never changes, each part judged once for all nodes.
///
/// Pods share a table when the part is equal: same tolerations, same node affinity. Memory is nodes × distinct parts.
struct NodeTables {
  struct AffinityKey: Hashable {
    var selector: [String: String]
    var required: [NodeSelectorTerm]?
    var preferred: [WeightedTerm<NodeSelectorTerm>]
  }

  struct Affinity {
    let plugin: NodeAffinityPlugin
    /// The pod's own selector and required terms hold.
    var matches: ContiguousArray<Bool>
    var matchesAdded: ContiguousArray<Bool>
    /// Outside the nodes that every term names; empty where there is no such limit.
    var isExcluded: ContiguousArray<Bool>
    var preference: ContiguousArray<Int64>
  }

  struct Tolerations {
    var rejections: ContiguousArray<UInt16>
    /// PreferNoSchedule taints not tolerated.
    var disliked: ContiguousArray<Int32>
    var mostDisliked: Int32
    /// No taint that keeps pods out.
    var isTolerated: ContiguousArray<Bool>
    var refusesCordoned: Bool
  }

  struct StaticKey: Hashable {
    var affinity: Int
    var tolerations: Int
    var nodeName: String
    var volumes: VolumeNeeds
  }

  struct NodeSetKey: Hashable {
    var columns: [Int]
    /// The affinity that nodes must match; −1 for any node.
    var affinity: Int
    var tolerations: Int
  }

  private(set) var affinities: [Affinity] = []
  private(set) var tolerations: [Tolerations] = []
  /// Bits of filters by node.
  private(set) var statics: [ContiguousArray<UInt16>] = []
  /// Tolerations by row of `statics`.
  private var tolerationsOfStatics: [Int] = []
  private(set) var nodeSets: [ContiguousArray<Bool>] = []
  private(set) var images: [ContiguousArray<Int32>] = []
  private var affinityNumbers: [AffinityKey: Int] = [:]
  private var tolerationNumbers: [[Toleration]: Int] = [:]
  private var staticNumbers: [StaticKey: Int] = [:]
  private var nodeSetNumbers: [NodeSetKey: Int] = [:]
  private var imageNumbers: [[String]: Int] = [:]

  mutating func affinity(
    _ pod: PodSpecification, _ nodes: [ResolvedNode], added: [NodeSelectorTerm]?, _ table: inout TextTable
  ) -> Int {
    let key = AffinityKey(
      selector: pod.nodeSelector, required: pod.requiredNodeTerms, preferred: pod.preferredNodeTerms)
    if let known = affinityNumbers[key] { return known }
    let plugin = NodeAffinityPlugin(pod, added: added, &table)
    let texts = table
    affinities.append(
      Affinity(
        plugin: plugin, matches: ContiguousArray(nodes.map { plugin.matchesPod($0, texts) }),
        matchesAdded: ContiguousArray(nodes.map { plugin.matchesAdded($0, texts) }),
        isExcluded: plugin.candidates.map { names in ContiguousArray(nodes.map { !names.contains($0.name) }) } ?? [],
        preference: plugin.hasPreferences ? ContiguousArray(nodes.map { plugin.preference($0, texts) }) : []))
    affinityNumbers[key] = affinities.count - 1
    return affinities.count - 1
  }

  mutating func tolerations(_ list: [Toleration], _ nodes: [NodeSpecification]) -> Int {
    if let known = tolerationNumbers[list] { return known }
    let refusesCordoned = TaintPlugin.refusesCordoned(list)
    let isTolerated = ContiguousArray(nodes.map { TaintPlugin.untolerated($0.taints, list) == nil })
    let rejections = nodes.indices.map { index in
      (nodes[index].isCordoned && refusesCordoned ? Rejections(.nodeUnschedulable).rawValue : 0)
        | (isTolerated[index] ? 0 : Rejections(.taintToleration).rawValue)
    }
    let disliked = ContiguousArray(nodes.map { TaintPlugin.disliked($0.taints, list) })
    tolerations.append(
      Tolerations(
        rejections: ContiguousArray(rejections), disliked: disliked, mostDisliked: disliked.max() ?? 0,
        isTolerated: isTolerated, refusesCordoned: refusesCordoned))
    tolerationNumbers[list] = tolerations.count - 1
    return tolerations.count - 1
  }

  /// Opens or closes a node to pods that do not tolerate a cordon.
  mutating func setCordoned(_ node: Int, _ isCordoned: Bool) {
    let bit = Rejections(.nodeUnschedulable).rawValue
    for index in tolerations.indices where tolerations[index].refusesCordoned {
      tolerations[index].rejections[node] &= ~bit
      if isCordoned { tolerations[index].rejections[node] |= bit }
    }
    for row in statics.indices where tolerations[tolerationsOfStatics[row]].refusesCordoned {
      statics[row][node] &= ~bit
      if isCordoned { statics[row][node] |= bit }
    }
  }

  mutating func statics(
    _ key: StaticKey, _ nodes: [NodeSpecification], _ resolved: [ResolvedNode], _ plugin: VolumePlugin,
    _ table: inout TextTable
  ) -> Int {
    if let known = staticNumbers[key] { return known }
    let volumes = key.volumes.isEmpty ? nil : plugin.check(key.volumes, &table)
    var rejections = tolerations[key.tolerations].rejections
    let affinity = affinities[key.affinity]
    for index in nodes.indices {
      if !key.nodeName.isEmpty, key.nodeName != nodes[index].name {
        rejections[index] |= Rejections(.nodeName).rawValue
      }
      let isExcluded = !affinity.isExcluded.isEmpty && affinity.isExcluded[index]
      if isExcluded || !affinity.matches[index] || !affinity.matchesAdded[index] {
        rejections[index] |= Rejections(.nodeAffinity).rawValue
      }
      if let volumes {
        rejections[index] |= plugin.rejections(volumes, nodes[index], resolved[index], table).rawValue
      }
    }
    statics.append(rejections)
    tolerationsOfStatics.append(key.tolerations)
    staticNumbers[key] = statics.count - 1
    return statics.count - 1
  }

  /// The nodes that carry all keys and that the pod's affinity and tolerations admit, as far as asked; −1 for all.
  mutating func nodeSet(_ key: NodeSetKey, _ topology: TopologyIndex) -> Int {
    var key = key
    if key.affinity >= 0, !affinities[key.affinity].matches.contains(false) { key.affinity = -1 }
    if key.tolerations >= 0, !tolerations[key.tolerations].isTolerated.contains(false) { key.tolerations = -1 }
    key.columns.removeAll { !topology.columns[$0].domains.contains(-1) }
    if key.columns.isEmpty, key.affinity < 0, key.tolerations < 0 { return -1 }
    if let known = nodeSetNumbers[key] { return known }
    let count = topology.columns[TopologyIndex.perNode].domainCount
    var isIn = ContiguousArray(repeating: true, count: count)
    for node in 0..<count {
      isIn[node] =
        key.columns.allSatisfy { topology.columns[$0].domains[node] >= 0 }
        && (key.affinity < 0 || affinities[key.affinity].matches[node])
        && (key.tolerations < 0 || tolerations[key.tolerations].isTolerated[node])
    }
    nodeSets.append(isIn)
    nodeSetNumbers[key] = nodeSets.count - 1
    return nodeSets.count - 1
  }

  mutating func images(_ names: [String], _ plugin: ImagePlugin) -> Int {
    if let known = imageNumbers[names] { return known }
    let count = tolerations.first?.disliked.count ?? 0
    images.append(ContiguousArray((0..<count).map { plugin.score(names, $0) }))
    imageNumbers[names] = images.count - 1
    return images.count - 1
  }
}
