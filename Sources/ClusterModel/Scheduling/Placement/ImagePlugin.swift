/// ImageLocality: points for images that a node has already, weighed by size and by how many nodes have them.
struct ImagePlugin {
  private static let mebibyte: Int64 = 1 << 20
  private static let least = 23 * mebibyte
  private static let mostPerContainer = 1000 * mebibyte

  private struct Key: Hashable {
    var node: Int
    var image: String
  }

  private var sizes: [Key: Int64] = [:]
  private var nodesWith: [String: Int] = [:]
  private let nodeCount: Int
  /// No node says which images it has.
  var isEmpty: Bool { sizes.isEmpty }

  init(_ nodes: [NodeSpecification]) {
    nodeCount = nodes.count
    for (index, node) in nodes.enumerated() {
      for image in node.images {
        let size = min(image.sizeBytes, 1 << 50)
        for name in image.names where sizes.updateValue(size, forKey: Key(node: index, image: name)) == nil {
          nodesWith[name, default: 0] += 1
        }
      }
    }
  }

  /// The images of all containers with their tags spelled out.
  static func images(of pod: PodSpecification) -> [String] {
    (pod.initContainers + pod.containers).map { container in
      let last = container.image.split(separator: "/").last ?? ""
      return last.contains(":") ? container.image : container.image + ":latest"
    }
  }

  func score(_ images: [String], _ node: Int) -> Int32 {
    var sum: Int64 = 0
    for image in images {
      guard let size = sizes[Key(node: node, image: image)] else { continue }
      sum += Int64(Double(size) * (Double(nodesWith[image] ?? 0) / Double(nodeCount)))
    }
    let most = Self.mostPerContainer * Int64(max(1, images.count))
    return Int32(100 * (min(max(sum, Self.least), most) - Self.least) / (most - Self.least))
  }
}
