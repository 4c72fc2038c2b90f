/// Volumes that belong to no claim, found by the labels that a node must have to reach them.
///
/// A volume whose every term names values of some label, as local volumes name their node, is met only on nodes with
/// one of these; the others are met everywhere.
/// - Complexity: a question costs O(volumes within reach of the node), the index O(volumes × terms).
struct FreeVolumes {
  /// What a claim asks of a volume.
  struct Wish: Hashable {
    var storageClassName: String
    var request: Int128
    var accessModes: [String]
  }

  /// Smallest first, then by name.
  private let volumes: [VolumeSpecification]
  /// Nil where every node reaches the volume.
  private let terms: [[ResolvedSelector]?]
  /// Positions in `volumes`, ascending.
  private var byPair: [LabelPair: [Int32]] = [:]
  private var others: [Int32] = []

  init(_ all: [VolumeSpecification], _ table: inout TextTable) {
    volumes = all.filter(\.isFree).sorted { a, b in
      let (x, y) = (a.capacity?.nanoUnits ?? 0, b.capacity?.nanoUnits ?? 0)
      return x != y ? x < y : a.name < b.name
    }
    terms = volumes.map { volume in
      volume.requiredNodeTerms.map { NodeAffinityPlugin.resolvedLabels($0, &table) }
    }
    for (position, selectors) in terms.enumerated() {
      let number = Int32(position)
      let anchors = selectors.map { $0.map(Self.anchors) } ?? [[]]
      if anchors.contains([]) {
        others.append(number)
        continue
      }
      for pair in Set(anchors.joined()).sorted(by: { ($0.key, $0.value) < ($1.key, $1.value) }) {
        byPair[pair, default: []].append(number)
      }
    }
  }

  /// Pairs of which every match has one; empty where the selector names none.
  private static func anchors(_ selector: ResolvedSelector) -> [LabelPair] {
    guard let named = selector.requirements.first(where: { $0.test == .isIn }) else { return [] }
    return named.values.map { LabelPair(key: named.key, value: $0) }
  }

  /// By volume, whether it would do wherever it can be reached.
  func fitting(_ wish: Wish) -> [Bool] {
    volumes.map { volume in
      volume.storageClassName == wish.storageClassName && (volume.capacity?.nanoUnits ?? 0) >= wish.request
        && wish.accessModes.allSatisfy { volume.accessModes.contains($0) }
    }
  }

  /// The smallest fitting volume that the node reaches and nobody has chosen.
  func smallest(_ isFitting: [Bool], _ node: ResolvedNode, besides chosen: [Int32], _ table: TextTable) -> Int32? {
    var best: Int32?
    func look(_ numbers: [Int32]) {
      for number in numbers {
        if let best, number >= best { return }
        guard isFitting[Int(number)], !chosen.contains(number) else { continue }
        let isReached = terms[Int(number)]?.contains { $0.matches(node.labels, table) } ?? true
        if !isReached { continue }
        best = number
        return
      }
    }
    if !byPair.isEmpty {
      for pair in node.labels { if let numbers = byPair[pair] { look(numbers) } }
    }
    look(others)
    return best
  }
}
