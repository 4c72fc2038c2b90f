import ClusterModel

/// The annotation `headroom/uplinks` of a node, which `headroom generate` writes: `label=bytes a second,…`.
enum UplinkMark {
  static func read(_ object: SyntaxNode, _ session: DecodingSession) -> [(label: String, bytesPerSecond: Double)] {
    guard let text = object["metadata"]?["annotations"]?["headroom/uplinks"]?.text else { return [] }
    return text.split(separator: ",").compactMap { part in
      guard let sign = part.lastIndex(of: "="), sign > part.startIndex,
        let rate = Double(part[part.index(after: sign)...]), rate >= KeyKind.leastBandwidth, rate < 1e18
      else { return nil }
      return (String(part[..<sign]), rate)
    }
  }
}

/// What nodes say of uplinks, by label and value; the first node of a value counts.
struct CollectedUplinks {
  private var labels: [String] = []
  private var values: [[String: Double]] = []
  private var nodeLabels: [[String: String]] = []

  mutating func add(_ marks: [(label: String, bytesPerSecond: Double)], of node: Node) {
    nodeLabels.append(node.labels)
    for mark in marks {
      guard let value = node.labels[mark.label] else { continue }
      let position = labels.firstIndex(of: mark.label) ?? labels.count
      if position == labels.count {
        guard labels.count < Uplink.most else { continue }
        labels.append(mark.label)
        values.append([:])
      }
      if values[position][value] == nil { values[position][value] = mark.bytesPerSecond }
    }
  }

  /// One bandwidth for all values where every one that a node has is marked with the same.
  var uplinks: [Uplink] {
    zip(labels, values).map { label, values in
      let rates = values.sorted { $0.key < $1.key }.map(\.value)
      let isEverywhere = nodeLabels.allSatisfy { labels in labels[label].map { values[$0] != nil } ?? true }
      guard let first = rates.first, isEverywhere, rates.allSatisfy({ $0 == first }) else {
        return Uplink(label: label, bytesPerSecondByValue: values)
      }
      return Uplink(label: label, bytesPerSecond: first)
    }
  }
}
