import ClusterModel
import SimulationEngine

/// An element of `cluster.nodePools`.
enum NodePoolKeys {
  static let name = Key.text(
    "name", example: "worker", "name of the pool; its nodes are called worker-1, worker-2 …, of 10 or more worker-01"
  )
  .required()
  static let node = Key.section("node", NodeShapeKeys.section, "what one node of the pool is").required()
  static let names = Key.texts("names", example: "[n1, n2]", "names of the nodes, in place of 'count'")
  static let count = Key.integer("count", in: 0...100_000, example: "3", "number of nodes")
  static let zones = Key.texts("zones", example: "[a, b, c]", "zones that the nodes are dealt to in turn")
  static let labels = Key.labels("labels", example: "{ disk: ssd }", "labels of every node")
  static let taints = Key<[Taint]>("taints", TaintKeys.list, "taints of every node") { $0.taints() }

  static let section = KeySection(
    name, node, names, count, zones, labels, taints, notYet: ["price", "power", "rack", "racks"])
}

/// `node` of a pool.
enum NodeShapeKeys {
  static let cpu = Key.millicores("cpu", isPositive: true, example: "32", "cores of a node").required()
  static let memory = Key.memoryBytes("memory", isPositive: true, example: "256Gi", "memory of a node, in bytes")
    .required()
  static let pods = Key.integer("pods", in: 1...100_000, default: pool.podLimit, "most pods that a node takes")
  static let allocatable = Key.amounts(
    "allocatable", besides: ["cpu", "memory", "pods"], example: "{ nvidia.com/gpu: 4, hugepages-1Gi: 64Gi }",
    "allocatable amounts of further resources of a node")
  static let migrationNetwork = Key.network("the interface that migrations use")
  static let reserved = Key.section(
    "reserved", ReservedKeys.section, "what the kubelet and the system keep; the rest is allocatable")

  static let section = KeySection(
    cpu, memory, pods, allocatable, migrationNetwork, reserved, notYet: ["price", "power", "disks", "numa", "gpus"])

  /// Has the defaults.
  private static let pool = NodePool(name: "", count: 0, cpuMillicores: 0, memoryBytes: 0)
}

/// `reserved` of a node.
enum ReservedKeys {
  static let cpu = Key.millicores("cpu", default: "0", "reserved cores")
  static let memory = Key.memoryBytes("memory", default: "0", "reserved memory, in bytes")

  static let section = KeySection(cpu, memory)
}
