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
/// - Complexity: O(machines × shapes of nodes) a step, plus O(nodes) for each machine whose bound reaches the best move.
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

  /// The best feasible move of all; among equals the lowest machine, then the lowest target.
  ///
  /// A machine is tried on every node only if its bound, the gain on the emptiest imaginable node, reaches the best
  /// move so far; machines with the highest bound come first, so that few are tried.
  private func bestMove(
    _ board: VarianceBoard, _ cluster: ClusterState, _ isHeld: [Bool]
  ) -> (machine: MachineID, target: NodeID, gain: Double)? {
    let bounds = isHeld.indices.map { index in
      isHeld[index] || cluster.nodeOfMachine[index] == .none ? -1 : bound(board, index, cluster.nodeOfMachine[index])
    }
    guard let first = bounds.indices.max(by: { bounds[$0] < bounds[$1] }) else { return nil }
    var best: (machine: MachineID, target: NodeID, gain: Double)?
    for index in [first] + bounds.indices where bounds[index] > 0 && bounds[index] >= (best?.gain ?? 0) {
      let machine = MachineID(index)
      let source = cluster.nodeOfMachine[index].index
      for target in 0..<board.nodeCount where target != source {
        let gain = gain(board, index, source, target)
        guard gain > 0, isBetter(gain, machine, target, than: best), cluster.mayMigrate(machine, to: NodeID(target))
        else {
          continue
        }
        best = (machine, NodeID(target), gain)
      }
    }
    return best
  }

  private func isBetter(
    _ gain: Double, _ machine: MachineID, _ target: Int, than best: (machine: MachineID, target: NodeID, gain: Double)?
  ) -> Bool {
    guard let best, gain <= best.gain else { return true }
    return gain == best.gain && (machine, NodeID(target)) < (best.machine, best.target)
  }

  @inline(__always)
  private func gain(_ board: VarianceBoard, _ machine: Int, _ source: Int, _ target: Int) -> Double {
    cpuWeight * board.cpu.gain(of: board.machineCPU[machine], from: source, to: target)
      + memoryWeight * board.memory.gain(of: board.machineMemory[machine], from: source, to: target)
  }

  /// The gain if each shape of node had one as empty in cpu and in memory as its emptiest: no real move gains more.
  private func bound(_ board: VarianceBoard, _ machine: Int, _ source: NodeID) -> Double {
    var best = 0.0
    for shape in board.shapes {
      let gain =
        cpuWeight
        * board.cpu.gain(
          of: board.machineCPU[machine], from: source.index, percent: shape.leastCPU, like: shape.node)
        + memoryWeight
        * board.memory.gain(
          of: board.machineMemory[machine], from: source.index, percent: shape.leastMemory, like: shape.node)
      best = max(best, gain)
    }
    return best
  }
}
