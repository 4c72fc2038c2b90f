import ClusterModel
import EventKernel

/// Load per node in raw units, by requests or by observed usage.
struct NodeLoad {
  let nodes: [Int]
  private(set) var usage: [ResourceVector]
  let capacity: [ResourceVector]

  init(_ seen: borrowing Observation, metric: LowNodeUtilization.Metric) {
    let cluster = seen.cluster
    nodes = (0..<cluster.rules.nodeCount).filter { cluster.rules.isWorker[$0] }
    capacity = (0..<cluster.rules.nodeCount).map {
      ResourceVector(
        cpu: Double(cluster.rules.allocatableMillicores[$0]), memory: Double(cluster.rules.allocatableBytes[$0]),
        pods: Double(cluster.rules.podLimit[$0]))
    }
    usage = []
    let (millicores, bytes, podCount) = (cluster.requestedMillicores, cluster.requestedBytes, cluster.podCount)
    for node in 0..<cluster.rules.nodeCount {
      let pods = Double(podCount[node])
      switch metric {
      case .requests:
        usage.append(
          ResourceVector(
            cpu: Double(millicores[node]), memory: Double(bytes[node]), pods: pods))
      case .usage:
        usage.append(
          ResourceVector(cpu: seen.nodeCPUCores[node] * 1000, memory: seen.nodeMemoryBytes[node], pods: pods))
      }
    }
  }

  func percent(_ node: Int, _ resource: Resource) -> Double {
    Self.percent(usage[node][resource], of: capacity[node][resource])
  }

  static func percent(_ used: Double, of capacity: Double) -> Double { capacity > 0 ? used / capacity * 100 : 0 }

  /// What leaves the node with `machine`.
  func demand(of machine: MachineID, _ seen: borrowing Observation, _ metric: LowNodeUtilization.Metric)
    -> ResourceVector
  {
    switch metric {
    case .requests:
      ResourceVector(
        cpu: Double(seen.cluster.rules.cpuRequest[machine.index]),
        memory: Double(seen.cluster.rules.memoryRequest[machine.index]), pods: 1)
    case .usage:
      ResourceVector(
        cpu: seen.machineCPUCores[machine.index] * 1000, memory: seen.machineMemoryBytes[machine.index], pods: 1)
    }
  }

  /// The descheduler adds millicores, bytes and pods as they are, so memory decides.
  func fullestFirst(_ nodes: [Int]) -> [Int] {
    let sums = usage.map { $0.cpu + $0.memory + $0.pods }
    return nodes.sorted { sums[$0] != sums[$1] ? sums[$0] > sums[$1] : $0 < $1 }
  }
}

/// Thresholds of every node in percent, after deviation mode has been resolved.
struct NodeMarks {
  private let low: [(resource: Resource, percent: Double)]
  private let high: [(resource: Resource, percent: Double)]
  /// Resources without a target: eviction goes on while the node holds more of them than it has.
  private let unnamed: [(resource: Resource, percent: Double)]
  private let capacity: [ResourceVector]

  init(_ load: NodeLoad, thresholds: [Resource: Double], targets: [Resource: Double], usesDeviation: Bool) {
    func resolved(_ values: [Resource: Double], sign: Double) -> [(resource: Resource, percent: Double)] {
      Resource.allCases.compactMap { resource in
        guard let value = values[resource] else { return nil }
        guard usesDeviation else { return (resource, value) }
        let mean = load.nodes.reduce(0) { $0 + load.percent($1, resource) } / Double(max(1, load.nodes.count))
        return (resource, (mean + sign * value).clamped(to: 0...100))
      }
    }
    low = resolved(thresholds, sign: -1)
    high = resolved(targets, sign: 1)
    unnamed = Resource.allCases.filter { targets[$0] == nil }.map { ($0, 100) }
    capacity = load.capacity
  }

  func isUnderutilized(_ node: Int, _ load: NodeLoad) -> Bool {
    low.allSatisfy { load.percent(node, $0.resource) <= $0.percent }
  }

  func isOverutilized(_ node: Int, _ load: NodeLoad) -> Bool {
    high.contains { load.percent(node, $0.resource) > $0.percent }
  }

  /// The resource that is furthest over its target, nil where none is.
  func worstExcess(_ usage: ResourceVector, _ node: Int) -> (
    resource: Resource, percent: Double, targetPercent: Double
  )? {
    var worst: (resource: Resource, percent: Double, targetPercent: Double)?
    for mark in high + unnamed {
      let percent = NodeLoad.percent(usage[mark.resource], of: capacity[node][mark.resource])
      guard percent > mark.percent else { continue }
      if let known = worst, known.percent - known.targetPercent >= percent - mark.percent { continue }
      worst = (mark.resource, percent, mark.percent)
    }
    return worst
  }

  /// What the underutilized nodes may take together: up to the target, or all of a resource without one.
  func room(of nodes: [Int], _ load: NodeLoad) -> ResourceVector {
    var room = ResourceVector()
    for node in nodes {
      for resource in Resource.allCases {
        let target = high.first { $0.resource == resource }?.percent ?? 100
        room[resource] += capacity[node][resource] * target / 100 - load.usage[node][resource]
      }
    }
    return room
  }

  func hasRoom(_ room: ResourceVector) -> Bool { room.cpu > 0 && room.memory > 0 && room.pods > 0 }
}
