/// NodeResourcesFit and NodeResourcesBalancedAllocation on whole numbers.
struct ResourceDemand: Hashable {
  struct Scalar: Hashable {
    var resource: Int
    var amount: Int64
  }

  /// What must be free: thousandths of a core, bytes, bytes of local disk, and resources by number.
  var cpu: Int64
  var memory: Int64
  var disk: Int64
  /// Positive amounts only.
  var scalars: [Scalar]
  /// What LeastAllocated and MostAllocated count.
  var scoredCPU: Int64
  var scoredMemory: Int64
  /// What NodeResourcesBalancedAllocation counts.
  var balancedCPU: Int64
  var balancedMemory: Int64

  /// A pod that requests neither cpu nor memory is not balanced.
  var isBalanced: Bool { balancedCPU != 0 || balancedMemory != 0 }
}

/// What a running pod takes from its node.
struct ResourceLoad: BitwiseCopyable {
  var cpu: Int64
  var memory: Int64
  var disk: Int64
  var scoredCPU: Int64
  var scoredMemory: Int64
}

/// Room and load of all nodes, one array a quantity.
struct NodeLoads {
  var cpu: ContiguousArray<Int64>
  var memory: ContiguousArray<Int64>
  var disk: ContiguousArray<Int64>
  var podLimit: ContiguousArray<Int64>
  /// By resource, then node.
  var scalars: [ContiguousArray<Int64>] = []
  private(set) var scalarNames: [String] = []
  private var scalarNumbers: [String: Int] = [:]

  var takenCPU: ContiguousArray<Int64>
  var takenMemory: ContiguousArray<Int64>
  var takenDisk: ContiguousArray<Int64>
  var takenScalars: [ContiguousArray<Int64>] = []
  var scoredCPU: ContiguousArray<Int64>
  var scoredMemory: ContiguousArray<Int64>
  var podCount: ContiguousArray<Int64>

  init(_ nodes: [NodeSpecification]) {
    func column(_ name: String) -> ContiguousArray<Int64> {
      ContiguousArray(nodes.map { $0.allocatable[name]?.schedulingAmount(of: name) ?? 0 })
    }
    let none = ContiguousArray<Int64>(repeating: 0, count: nodes.count)
    cpu = column("cpu")
    memory = column("memory")
    disk = column("ephemeral-storage")
    podLimit = column("pods")
    (takenCPU, takenMemory, takenDisk, scoredCPU, scoredMemory, podCount) = (none, none, none, none, none, none)
  }

  /// The number of a resource that only some nodes have.
  mutating func scalar(_ name: String, _ nodes: [NodeSpecification]) -> Int {
    if let known = scalarNumbers[name] { return known }
    scalarNumbers[name] = scalars.count
    scalarNames.append(name)
    scalars.append(ContiguousArray(nodes.map { $0.allocatable[name]?.schedulingAmount(of: name) ?? 0 }))
    takenScalars.append(ContiguousArray(repeating: 0, count: nodes.count))
    return scalars.count - 1
  }

  /// - Parameter sign: 1 to add a pod, −1 to take it away.
  mutating func add(_ load: ResourceLoad, _ node: Int, sign: Int64) {
    takenCPU[node] &+= sign &* load.cpu
    takenMemory[node] &+= sign &* load.memory
    takenDisk[node] &+= sign &* load.disk
    scoredCPU[node] &+= sign &* load.scoredCPU
    scoredMemory[node] &+= sign &* load.scoredMemory
    podCount[node] &+= sign
  }

  mutating func add(_ amounts: [ResourceDemand.Scalar], _ node: Int, sign: Int64) {
    for scalar in amounts { takenScalars[scalar.resource][node] &+= sign &* scalar.amount }
  }

  /// Room for one more pod of this cpu and memory.
  @inline(__always)
  func hasRoom(cpu wantedCPU: Int64, memory wantedMemory: Int64, _ node: Int) -> Bool {
    if podCount[node] >= podLimit[node] { return false }
    if wantedCPU > 0, wantedCPU > cpu[node] &- takenCPU[node] { return false }
    return wantedMemory <= 0 || wantedMemory <= memory[node] &- takenMemory[node]
  }

  /// A resource that is not asked for is not checked; the number of pods always is.
  @inline(__always)
  func fits(_ demand: ResourceDemand, _ node: Int) -> Bool {
    guard hasRoom(cpu: demand.cpu, memory: demand.memory, node) else { return false }
    if demand.disk > 0, demand.disk > disk[node] &- takenDisk[node] { return false }
    for scalar in demand.scalars
    where scalar.amount > scalars[scalar.resource][node] &- takenScalars[scalar.resource][node] { return false }
    return true
  }

  /// Each thing that is missing, in the scheduler's words, sorted.
  func shortages(_ demand: ResourceDemand, _ node: Int) -> [String] {
    var reasons: [String] = []
    if podCount[node] >= podLimit[node] { reasons.append("Too many pods") }
    if demand.cpu > 0, demand.cpu > cpu[node] &- takenCPU[node] { reasons.append("Insufficient cpu") }
    if demand.memory > 0, demand.memory > memory[node] &- takenMemory[node] { reasons.append("Insufficient memory") }
    if demand.disk > 0, demand.disk > disk[node] &- takenDisk[node] { reasons.append("Insufficient ephemeral-storage") }
    for scalar in demand.scalars
    where scalar.amount > scalars[scalar.resource][node] &- takenScalars[scalar.resource][node] {
      reasons.append("Insufficient \(scalarNames[scalar.resource])")
    }
    return reasons.sorted()
  }

  /// Mean free percentage of cpu and memory, each cut to whole points first; a node without one counts the other.
  @inline(__always)
  func leastAllocated(_ demand: ResourceDemand, _ node: Int) -> Int64 {
    mean(demand, node) { taken, room in taken > room ? 0 : (room &- taken) &* 100 / room }
  }

  /// Mean used percentage, at most 100 each.
  @inline(__always)
  func mostAllocated(_ demand: ResourceDemand, _ node: Int) -> Int64 {
    mean(demand, node) { taken, room in min(taken, room) &* 100 / room }
  }

  @inline(__always)
  private func mean(_ demand: ResourceDemand, _ node: Int, _ score: (Int64, Int64) -> Int64) -> Int64 {
    let (cpu, memory) = (cpu[node], memory[node])
    var sum: Int64 = 0
    var count: Int64 = 0
    if cpu > 0 {
      sum += score(scoredCPU[node] &+ demand.scoredCPU, cpu)
      count += 1
    }
    if memory > 0 {
      sum += score(scoredMemory[node] &+ demand.scoredMemory, memory)
      count += 1
    }
    return count == 2 ? sum / 2 : sum
  }

  /// 100 points less the standard deviation of the used shares of cpu and memory: half their distance.
  @inline(__always)
  func balancedAllocation(_ demand: ResourceDemand, _ node: Int) -> Int64 {
    let (cpu, memory) = (cpu[node], memory[node])
    guard cpu > 0, memory > 0 else { return 100 }
    let cpuShare = min(1, Double(takenCPU[node] &+ demand.balancedCPU) / Double(cpu))
    let memoryShare = min(1, Double(takenMemory[node] &+ demand.balancedMemory) / Double(memory))
    return Int64((1 - ((cpuShare - memoryShare) / 2).magnitude) * 100)
  }
}

/// For one demand, fit and resource points of every node, brought up to date for the nodes that changed.
struct ResourcePoints {
  let demand: ResourceDemand
  /// LeastAllocated (or MostAllocated) + BalancedAllocation; −1 where the pod does not fit.
  private(set) var points: ContiguousArray<Int16> = []
  /// How much of the log of changes is worked in; nil before the first use.
  private var seen: Int?

  init(_ demand: ResourceDemand) { self.demand = demand }

  var isEmpty: Bool { points.isEmpty }

  /// Gives the memory back; the next refresh starts over.
  mutating func forget() {
    points = []
    seen = nil
  }

  /// - Complexity: O(changes since the last call), at most O(nodes).
  mutating func refresh(_ loads: NodeLoads, _ log: ChangeLog, _ strategy: PlacementProfile.Strategy) {
    let nodeCount = loads.cpu.count
    if let seen, let fresh = log.changes(since: seen), fresh.count < nodeCount {
      for node in fresh { points[Int(node)] = value(Int(node), loads, strategy) }
    } else {
      if points.isEmpty { points = ContiguousArray(repeating: 0, count: nodeCount) }
      for node in 0..<nodeCount { points[node] = value(node, loads, strategy) }
    }
    seen = log.end
  }

  @inline(__always)
  private func value(_ node: Int, _ loads: NodeLoads, _ strategy: PlacementProfile.Strategy) -> Int16 {
    guard loads.fits(demand, node) else { return -1 }
    let used = strategy == .leastAllocated ? loads.leastAllocated(demand, node) : loads.mostAllocated(demand, node)
    return Int16(truncatingIfNeeded: used + (demand.isBalanced ? loads.balancedAllocation(demand, node) : 0))
  }
}

/// The nodes whose load changed, in order, so that whoever keeps something by node knows what to look at again.
struct ChangeLog {
  private var nodes: ContiguousArray<Int32> = []
  private var start = 0
  private let limit: Int

  init(nodeCount: Int) { limit = 4 * nodeCount + 1024 }

  var end: Int { start + nodes.count }

  mutating func append(_ node: Int) {
    if nodes.count >= limit {
      start += nodes.count / 2
      nodes.removeFirst(nodes.count / 2)
    }
    nodes.append(Int32(truncatingIfNeeded: node))
  }

  /// Nil where part of it is forgotten.
  func changes(since position: Int) -> ArraySlice<Int32>? {
    position >= start ? nodes[(position - start)...] : nil
  }
}
