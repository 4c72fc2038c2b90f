import ClusterModel
package import EventKernel

/// Takes, again and again, the live migration that lowers the weighted variance of node utilisation most.
///
/// Score = w_cpu · Σ(x − x̄)² + w_memory · Σ(y − ȳ)² over nodes, x and y the observed cpu and memory use in percent of
/// allocatable. Each step tries every movable machine on every node that may take it and keeps the best; it stops when
/// a step gains less than `minimumGain` of the score, when both standard deviations are inside the dead band, or when
/// the budget of migrations in flight is spent. Loads are summed over machines where they are now, with migrations in
/// flight counted on their target, so that late node metrics do not send a machine twice.
/// Cost of a move is not priced. Steepest descent, as in Ganeti's hbal and the planning guide's 50:50 variance score.
/// - Complexity: O(machines × nodes) a step, a handful of floating-point operations each.
package struct GreedyVariance: Balancer {
  package var cpuWeight: Double
  package var memoryWeight: Double
  package var minimumGainPercent: Double
  package var deadBandPoints: Double
  package var budget: Int?
  package var restartsMachines: Bool
  package var coolDownSeconds: Double
  private var lastMoveSeconds: [MachineID: Double] = [:]

  package static let definition = BalancerDefinition(
    name: "greedy-variance",
    summary: "the live migration that lowers the variance of node utilisation most, repeated",
    source: "steepest descent on summed variance, as in Ganeti hbal (man/hbal.rst)",
    parameters: [
      .init("weights.cpu", .percent, default: 50, in: 0...100, "weight of the variance of cpu use"),
      .init("weights.memory", .percent, default: 50, in: 0...100, "weight of the variance of memory use"),
      .init(
        "minimumGain", .percent, default: 1, in: 0...100, "stop when a move lowers the score by less than this share"),
      .init(
        "deadBand", .percent, default: 4, in: 0...100,
        "do nothing while both standard deviations are under this many points"),
      .init(
        "budget", .integer, default: nil, in: 0...1e6, "migrations in flight at most; the cluster's limit if not set"),
      .init("coolDown", .duration, default: 1800, in: 0...1e9, "time before the same machine moves again"),
      .init("restartMachines", .boolean, default: 0, "move machines that cannot migrate live by stop and start"),
    ],
    make: { GreedyVariance($0) })

  package init(_ values: ParameterValues) {
    cpuWeight = values.number("weights.cpu") / 100
    memoryWeight = values.number("weights.memory") / 100
    minimumGainPercent = values.number("minimumGain")
    deadBandPoints = values.number("deadBand")
    budget = values["budget"] == nil ? nil : values.integer("budget")
    restartsMachines = values.flag("restartMachines")
    coolDownSeconds = values.number("coolDown")
  }

  package mutating func plan(_ seen: borrowing Observation, random: inout RandomStream) -> MigrationPlan {
    var plan = MigrationPlan()
    var board = VarianceBoard(seen)
    var isHeld = heldMachines(seen)
    var scratch = seen.cluster
    let budget = budget ?? seen.limits.parallelMigrationsPerCluster
    while plan.moves.count + seen.migrations.count < budget {
      if board.cpu.standardDeviation < deadBandPoints && board.memory.standardDeviation < deadBandPoints { break }
      let score = cpuWeight * board.cpu.sumOfSquares + memoryWeight * board.memory.sumOfSquares
      guard let best = bestMove(board, scratch, isHeld), best.gain > 0, best.gain >= score * minimumGainPercent / 100
      else { break }
      board.move(best.machine, to: best.target)
      scratch.reserve(best.machine, on: best.target)
      isHeld[best.machine.index] = true
      lastMoveSeconds[best.machine] = seen.timeSeconds
      plan.moves.append(
        .init(
          machine: best.machine, target: best.target,
          kind: seen.cluster.inventory.machines[best.machine.index].migratability == .live ? .migration : .restart,
          reason: .varianceReduction(by: best.gain / Double(max(1, board.nodeCount)))))
    }
    return plan
  }

  /// Machines that may not move now; the cool-down starts when the last move ended.
  private mutating func heldMachines(_ seen: borrowing Observation) -> [Bool] {
    var isHeld = seen.isBusy
    for index in isHeld.indices {
      let machine = MachineID(index)
      if isHeld[index] {
        if lastMoveSeconds[machine] != nil { lastMoveSeconds[machine] = seen.timeSeconds }
        continue
      }
      if let last = lastMoveSeconds[machine], seen.timeSeconds - last < coolDownSeconds { isHeld[index] = true }
      switch seen.cluster.inventory.machines[index].migratability {
      case .live: break
      case .cold: if !restartsMachines { isHeld[index] = true }
      case .immovable: isHeld[index] = true
      }
    }
    return isHeld
  }

  private func bestMove(
    _ board: VarianceBoard, _ cluster: ClusterState, _ isHeld: [Bool]
  ) -> (machine: MachineID, target: NodeID, gain: Double)? {
    var best: (machine: MachineID, target: NodeID, gain: Double)?
    for index in isHeld.indices where !isHeld[index] {
      let machine = MachineID(index)
      let source = cluster.nodeOfMachine[index]
      guard source != .none else { continue }
      for target in 0..<board.nodeCount where target != source.index {
        let gain =
          cpuWeight * board.cpu.gain(of: board.machineCPU[index], from: source.index, to: target)
          + memoryWeight * board.memory.gain(of: board.machineMemory[index], from: source.index, to: target)
        guard gain > (best?.gain ?? 0), cluster.mayRun(machine, on: NodeID(target)) else { continue }
        best = (machine, NodeID(target), gain)
      }
    }
    return best
  }
}

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
      guard capacity[source] > 0, capacity[target] > 0 else { return 0 }
      let out = amount / capacity[source] * 100
      let into = amount / capacity[target] * 100
      let a = percent[source]
      let b = percent[target]
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
    let workers = rules.isWorker.indices
    cpu = Column(
      load: cpuLoad, capacity: workers.map { rules.isWorker[$0] ? Double(rules.allocatableMillicores[$0]) / 1000 : 0 })
    memory = Column(
      load: memoryLoad, capacity: workers.map { rules.isWorker[$0] ? Double(rules.allocatableBytes[$0]) : 0 })
  }

  mutating func move(_ machine: MachineID, to target: NodeID) {
    let source = place[machine.index]
    guard source != .none, source != target else { return }
    cpu.move(machineCPU[machine.index], from: source.index, to: target.index)
    memory.move(machineMemory[machine.index], from: source.index, to: target.index)
    place[machine.index] = target
  }
}
