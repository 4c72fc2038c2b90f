import ClusterModel
import EventKernel

/// What machines and nodes use now: demand, what contention leaves of it, and memory.
///
/// CPU is short on a node when demand exceeds allocatable; then it is shared in proportion to requests, nobody getting
/// more than its demand (water-filling over cgroup weights).
struct UsageState {
  /// Demand by machine, as a share of its vCPUs.
  var demandShare: ContiguousArray<Double>
  /// Demand by machine; a machine that does not run demands nothing.
  var demandCores: ContiguousArray<Double>
  /// What the machine gets.
  var usedCores: ContiguousArray<Double>
  let memoryBytes: ContiguousArray<Double>
  /// By node, machines and other pods together.
  var nodeDemandCores: ContiguousArray<Double>
  var nodeUsedCores: ContiguousArray<Double>
  var nodeMemoryBytes: ContiguousArray<Double>
  /// Integrals since the start, which observations are averaged from.
  private(set) var nodeCoreSeconds: ContiguousArray<Double>
  private(set) var nodeByteSeconds: ContiguousArray<Double>
  private(set) var machineCoreSeconds: ContiguousArray<Double>
  private var machinesCountedUntil = 0.0
  var isUp: ContiguousArray<Bool>
  /// Machines that lose CPU now, in id order.
  private(set) var starved: [Int32] = []

  private let vCPUs: ContiguousArray<Double>
  private let allocatableCores: ContiguousArray<Double>
  private let otherCores: [Double]
  private let otherMillicores: [Double]
  private let otherBytes: [Double]
  private var isContended: ContiguousArray<Bool>
  private var anyContended = false

  init(_ setup: SimulationSetup, profiles: [MachineProfile], placement: ClusterState) {
    let machines = setup.inventory.machines.count
    let nodes = setup.inventory.nodes.count
    demandShare = ContiguousArray(repeating: 0, count: machines)
    demandCores = demandShare
    usedCores = demandShare
    memoryBytes = ContiguousArray(profiles.map(\.memoryUsedBytes))
    nodeDemandCores = ContiguousArray(repeating: 0, count: nodes)
    nodeUsedCores = nodeDemandCores
    nodeMemoryBytes = nodeDemandCores
    nodeCoreSeconds = nodeDemandCores
    nodeByteSeconds = nodeDemandCores
    machineCoreSeconds = demandShare
    isUp = ContiguousArray(placement.nodeOfMachine.map { $0 != .none })
    vCPUs = ContiguousArray(setup.inventory.machines.map { Double($0.vCPUs) })
    allocatableCores = ContiguousArray(setup.inventory.nodes.map { Double($0.cpuMillicores) / 1000 })
    otherCores = setup.otherCPUCores
    otherMillicores = setup.otherPodMillicores
    otherBytes = setup.otherMemoryBytes
    isContended = ContiguousArray(repeating: false, count: nodes)
  }

  /// Brings the machines' integrals up to `seconds`; due before usage changes, where anybody observes.
  mutating func countMachines(until seconds: Double) {
    let elapsed = seconds - machinesCountedUntil
    guard elapsed > 0 else { return }
    machinesCountedUntil = seconds
    for m in machineCoreSeconds.indices { machineCoreSeconds[m] += usedCores[m] * elapsed }
  }

  /// Recomputes cores and node sums from `demandShare` and the present places.
  /// - Complexity: O(machines + nodes), plus water-filling of contended nodes.
  mutating func recompute(_ cluster: ClusterState) {
    for node in nodeDemandCores.indices {
      nodeDemandCores[node] = otherCores[node]
      nodeMemoryBytes[node] = otherBytes[node]
    }
    for m in demandShare.indices {
      let node = cluster.nodeOfMachine[m]
      guard isUp[m], node != .none else {
        demandCores[m] = 0
        usedCores[m] = 0
        continue
      }
      let cores = demandShare[m] * vCPUs[m]
      demandCores[m] = cores
      usedCores[m] = cores
      nodeDemandCores[node.index] += cores
      nodeMemoryBytes[node.index] += memoryBytes[m]
    }
    shareContendedNodes(cluster)
  }

  private mutating func shareContendedNodes(_ cluster: ClusterState) {
    anyContended = false
    for node in nodeDemandCores.indices {
      isContended[node] = nodeDemandCores[node] > allocatableCores[node]
      nodeUsedCores[node] = min(nodeDemandCores[node], allocatableCores[node])
      if isContended[node] { anyContended = true }
    }
    starved.removeAll(keepingCapacity: true)
    guard anyContended else { return }
    var members = [[Int32]](repeating: [], count: nodeDemandCores.count)
    for m in demandCores.indices where isUp[m] {
      let node = cluster.nodeOfMachine[m]
      if node != .none && isContended[node.index] { members[node.index].append(Int32(m)) }
    }
    for node in members.indices where isContended[node] { fill(node, members[node], cluster) }
    starved.sort()
  }

  /// Water-filling: raises every share in proportion to its weight until it meets its demand or the cores run out.
  private mutating func fill(_ node: Int, _ members: [Int32], _ cluster: ClusterState) {
    var demands = members.map { demandCores[Int($0)] }
    var weights = members.map { max(1, Double(cluster.rules.cpuRequest[Int($0)])) }
    demands.append(otherCores[node])
    weights.append(max(1, otherMillicores[node]))
    let shares = WaterFilling.shares(demands: demands, weights: weights, capacity: allocatableCores[node])
    for (index, machine) in members.enumerated() {
      usedCores[Int(machine)] = shares[index]
      if shares[index] < demands[index] - 1e-12 { starved.append(machine) }
    }
  }

  /// Lets time pass: integrals for observations, and the CPU time that starved machines lose.
  mutating func hold(seconds: Double, lost: inout [Double]) {
    for node in nodeCoreSeconds.indices {
      nodeCoreSeconds[node] += nodeUsedCores[node] * seconds
      nodeByteSeconds[node] += nodeMemoryBytes[node] * seconds
    }
    for m in starved { lost[Int(m)] += (demandCores[Int(m)] - usedCores[Int(m)]) * seconds }
  }
}

/// Shares a capacity in proportion to weights, nobody above its demand.
package enum WaterFilling {
  /// - Complexity: O(n log n).
  package static func shares(demands: [Double], weights: [Double], capacity: Double) -> [Double] {
    var result = [Double](repeating: 0, count: demands.count)
    // Those that need least per unit of weight are satisfied first.
    let order = demands.indices.sorted { a, b in
      let (x, y) = (demands[a] * weights[b], demands[b] * weights[a])
      return x != y ? x < y : a < b
    }
    var left = max(0, capacity)
    var weight = weights.reduce(0, +)
    for index in order {
      let fair = weight > 0 ? left * weights[index] / weight : 0
      result[index] = min(demands[index], fair)
      left -= result[index]
      weight -= weights[index]
    }
    return result
  }
}
