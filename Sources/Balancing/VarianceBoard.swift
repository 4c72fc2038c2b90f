import ClusterModel

/// Node utilisation in percent with the sums that give its variance, kept under moves.
struct VarianceBoard {
  struct Column {
    private(set) var percent: [Double]
    private let capacity: [Double]
    private let count: Double
    private var sum = 0.0
    private var squares = 0.0

    /// Nodes of capacity 0 do not count.
    init(load: [Double], capacity: [Double]) {
      self.capacity = capacity
      count = Double(capacity.count { $0 > 0 })
      percent = zip(load, capacity).map { $1 > 0 ? $0 / $1 * 100 : 0 }
      for value in percent {
        sum += value
        squares += value * value
      }
    }

    /// Σ(x − x̄)².
    var sumOfSquares: Double { count > 0 ? max(0, squares - sum * sum / count) : 0 }
    var standardDeviation: Double { count > 0 ? (sumOfSquares / count).squareRoot() : 0 }

    /// How much `sumOfSquares` falls when `amount` moves.
    @inline(__always)
    func gain(of amount: Double, from source: Int, to target: Int) -> Double {
      gain(of: amount, from: source, percent: percent[target], like: target)
    }

    /// The same for a target of another load than it has.
    @inline(__always)
    func gain(of amount: Double, from source: Int, percent b: Double, like target: Int) -> Double {
      guard capacity[source] > 0, capacity[target] > 0 else { return 0 }
      let out = amount / capacity[source] * 100
      let into = amount / capacity[target] * 100
      let a = percent[source]
      let squareChange = into * (2 * b + into) - out * (2 * a - out)
      let sumChange = into - out
      let meanChange = sumChange * (2 * sum + sumChange) / count
      return meanChange - squareChange
    }

    mutating func move(_ amount: Double, from source: Int, to target: Int) {
      guard capacity[source] > 0, capacity[target] > 0 else { return }
      set(source, percent[source] - amount / capacity[source] * 100)
      set(target, percent[target] + amount / capacity[target] * 100)
    }

    private mutating func set(_ node: Int, _ value: Double) {
      sum += value - percent[node]
      squares += value * value - percent[node] * percent[node]
      percent[node] = value
    }
  }

  private(set) var cpu: Column
  private(set) var memory: Column
  let machineCPU: [Double]
  let machineMemory: [Double]
  let nodeCount: Int
  /// Nodes of equal capacity, with the least loads among them.
  private(set) var shapes: [(node: Int, leastCPU: Double, leastMemory: Double)] = []
  private let shapeOfNode: [Int]
  private var place: [NodeID]

  /// Loads by present place, migrations in flight on their target; what is not a machine stays where it was seen.
  init(_ seen: borrowing Observation) {
    let cluster = seen.cluster
    nodeCount = cluster.rules.nodeCount
    machineCPU = seen.machineCPUCores
    machineMemory = seen.machineMemoryBytes
    var place = Array(cluster.nodeOfMachine)
    for migration in seen.migrations {
      if let target = migration.target { place[migration.machine.index] = target }
    }
    self.place = place
    var cpuLoad = seen.otherCPUCores
    var memoryLoad = seen.otherMemoryBytes
    for index in place.indices where place[index] != .none {
      cpuLoad[place[index].index] += machineCPU[index]
      memoryLoad[place[index].index] += machineMemory[index]
    }
    let rules = cluster.rules
    var first: [Int] = []
    var shapeOfNode: [Int] = []
    for node in 0..<rules.nodeCount {
      let known = first.firstIndex {
        rules.allocatableMillicores[$0] == rules.allocatableMillicores[node]
          && rules.allocatableBytes[$0] == rules.allocatableBytes[node] && rules.isWorker[$0] == rules.isWorker[node]
      }
      shapeOfNode.append(known ?? first.count)
      if known == nil { first.append(node) }
    }
    self.shapeOfNode = shapeOfNode
    let workers = rules.isWorker.indices
    cpu = Column(
      load: cpuLoad, capacity: workers.map { rules.isWorker[$0] ? Double(rules.allocatableMillicores[$0]) / 1000 : 0 })
    memory = Column(
      load: memoryLoad, capacity: workers.map { rules.isWorker[$0] ? Double(rules.allocatableBytes[$0]) : 0 })
    shapes = first.map { ($0, .infinity, .infinity) }
    findLeastLoads()
  }

  mutating func move(_ machine: MachineID, to target: NodeID) {
    let source = place[machine.index]
    guard source != .none, source != target else { return }
    cpu.move(machineCPU[machine.index], from: source.index, to: target.index)
    memory.move(machineMemory[machine.index], from: source.index, to: target.index)
    place[machine.index] = target
    findLeastLoads()
  }

  private mutating func findLeastLoads() {
    for shape in shapes.indices {
      shapes[shape].leastCPU = .infinity
      shapes[shape].leastMemory = .infinity
    }
    for node in shapeOfNode.indices {
      let shape = shapeOfNode[node]
      shapes[shape].leastCPU = min(shapes[shape].leastCPU, cpu.percent[node])
      shapes[shape].leastMemory = min(shapes[shape].leastMemory, memory.percent[node])
    }
  }
}
