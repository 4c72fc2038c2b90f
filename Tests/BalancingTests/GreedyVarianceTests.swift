import ClusterModel
import EventKernel
import TestSupport
import Testing

@testable import Balancing

struct GreedyVarianceTests {
  private let eager: [String: Double] = ["deadBand": 0, "minimumGain": 0, "budget": 100]

  // MARK: Twin

  /// The score from scratch: summed squares of the nodes' distances from their mean, in percent.
  private func score(
    _ seen: Observation, _ place: [NodeID], cpuWeight: Double = 0.5, memoryWeight: Double = 0.5
  ) -> Double {
    func spread(_ use: [Double], _ other: [Double], _ capacity: (Int) -> Double) -> Double {
      var load = other
      for (machine, node) in place.enumerated() where node != .none { load[node.index] += use[machine] }
      let workers = load.indices.filter { seen.cluster.rules.isWorker[$0] }
      let percent = workers.map { 100 * load[$0] / capacity($0) }
      guard !percent.isEmpty else { return 0 }
      let mean = percent.reduce(0, +) / Double(percent.count)
      return percent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    let rules = seen.cluster.rules
    return cpuWeight
      * spread(seen.machineCPUCores, seen.otherCPUCores) { Double(rules.allocatableMillicores[$0]) / 1000 }
      + memoryWeight
      * spread(seen.machineMemoryBytes, seen.otherMemoryBytes) { Double(rules.allocatableBytes[$0]) }
  }

  private func places(_ seen: Observation) -> [NodeID] {
    var place = Array(seen.cluster.nodeOfMachine)
    for migration in seen.migrations {
      if let target = migration.target { place[migration.machine.index] = target }
    }
    return place
  }

  @Test func `every move lowers the score recomputed from scratch by what its reason says`() {
    var moves = 0
    Seeds.each(200) { seed in
      let seen = Seen.random(seed: seed)
      var place = places(seen)
      var before = score(seen, place)
      for move in GreedyVariance.definition.plan(seen, eager).moves {
        place[move.machine.index] = move.target ?? .none
        let after = score(seen, place)
        guard case .varianceReduction(let by) = move.reason else { return "a move without a variance reason" }
        let stated = by * Double(seen.cluster.rules.nodeCount)
        if after >= before { return "the score rises from \(before) to \(after)" }
        if abs(stated - (before - after)) > 1e-6 * before { return "states \(stated), is \(before - after)" }
        before = after
        moves += 1
      }
      return nil
    }
    #expect(moves > 50)
  }

  @Test func `the first move is the best of all feasible ones`() {
    Seeds.each(200) { seed in
      let seen = Seen.random(seed: seed, machines: 1...8)
      let place = places(seen)
      let now = score(seen, place)
      var best = 0.0
      for machine in place.indices where seen.cluster.nodeOfMachine[machine] != .none {
        guard seen.inventory.machines[machine].migratability == .live,
          !seen.migrations.contains(where: { $0.machine.index == machine })
        else { continue }
        for node in 0..<seen.cluster.rules.nodeCount
        where seen.cluster.nodeOfMachine[machine] != NodeID(node)
          && seen.cluster.mayRun(MachineID(machine), on: NodeID(node))
        {
          var moved = place
          moved[machine] = NodeID(node)
          best = max(best, now - score(seen, moved))
        }
      }
      guard let first = GreedyVariance.definition.plan(seen, eager).moves.first else {
        return best > 1e-6 * now ? "no move although one gains \(best)" : nil
      }
      var moved = place
      moved[first.machine.index] = first.target ?? .none
      let gain = now - score(seen, moved)
      return abs(gain - best) <= 1e-6 * now ? nil : "gains \(gain), the best move gains \(best)"
    }
  }

  @Test func `every move may run where it goes, with the earlier ones and those in flight in place`() {
    Seeds.each(200) { seed in
      let seen = Seen.random(seed: seed)
      var cluster = seen.cluster
      for move in GreedyVariance.definition.plan(seen, eager).moves {
        guard let target = move.target else { return "a move without a target" }
        if seen.inventory.machines[move.machine.index].migratability != .live { return "moves what cannot migrate" }
        if let refusal = cluster.refusal(move.machine, on: target) { return "proposes what \(refusal) refuses" }
        cluster.reserve(move.machine, on: target)
      }
      return nil
    }
  }

  @Test func `sums kept under moves equal those recomputed`() {
    Seeds.each(60) { seed in
      let seen = Seen.random(seed: seed, machines: 2...12)
      var board = VarianceBoard(seen)
      var place = places(seen)
      var random = RandomStream(seed: seed, replication: 0, purpose: .balancer)
      for _ in 0..<50 {
        let machine = random.uniform(below: place.count)
        let target = NodeID(random.uniform(below: seen.cluster.rules.nodeCount))
        // Nothing moves to or from a node that takes no machines.
        let isWorker = seen.cluster.rules.isWorker
        guard place[machine] != .none, isWorker[place[machine].index], isWorker[target.index] else { continue }
        board.move(MachineID(machine), to: target)
        place[machine] = target
      }
      let kept = 0.5 * board.cpu.sumOfSquares + 0.5 * board.memory.sumOfSquares
      let fresh = score(seen, place)
      return abs(kept - fresh) <= 1e-7 * (1 + fresh) ? nil : "kept \(kept), recomputed \(fresh)"
    }
  }

  // MARK: When it stops

  /// Node 0 with `count` machines of 10 % each, node 1 empty.
  private func skewed(_ count: Int) -> Seen {
    var seen = Seen()
    seen.node()
    seen.node()
    for _ in 0..<count { seen.machine(on: 0) }
    return seen
  }

  private func moves(_ seen: Seen, _ overrides: [String: Double]) -> [MigrationPlan.Move] {
    GreedyVariance.definition.plan(seen.observation, overrides).moves
  }

  @Test func `it does nothing inside the dead band and something outside`() {
    // 40 and 0 %: both standard deviations are 20 points.
    #expect(moves(skewed(4), ["deadBand": 20.1]).isEmpty)
    #expect(moves(skewed(4), ["deadBand": 19.9]).count == 1)
    // After one move 30 and 10 %: 10 points; after two 0.
    #expect(moves(skewed(4), ["deadBand": 9.9]).count == 2)
  }

  @Test func `one resource outside the dead band is enough`() {
    var seen = Seen()
    seen.node()
    seen.node()
    for _ in 0..<4 { seen.machine(on: 0, usedCores: 1, usedGiB: 0) }
    #expect(!moves(seen, ["deadBand": 10]).isEmpty)
  }

  @Test func `it stops at the first step that gains less than the minimum`() {
    // 60 and 0 %: steps gain 5/9, then 3/4, then all of the score.
    #expect(moves(skewed(6), ["minimumGain": 55, "deadBand": 0]).count == 3)
    #expect(moves(skewed(6), ["minimumGain": 56, "deadBand": 0]).isEmpty)
  }

  @Test func `the budget counts migrations in flight`() {
    #expect(moves(skewed(9), ["budget": 2, "deadBand": 0]).count == 2)
    var seen = skewed(9)
    seen.migrations = [.init(machine: MachineID(0), source: NodeID(0), target: NodeID(1))]
    #expect(moves(seen, ["budget": 2, "deadBand": 0]).count == 1)
    #expect(moves(seen, ["budget": 1, "deadBand": 0]).isEmpty)
  }

  @Test func `a migration in flight already counts on its target`() {
    var seen = skewed(2)
    seen.migrations = [.init(machine: MachineID(0), source: NodeID(0), target: NodeID(1))]
    #expect(moves(seen, eager).isEmpty)
  }

  @Test func `machines that cannot migrate live move by restart, and only when asked to`() {
    var seen = skewed(4)
    for index in 0..<4 { seen.machines[index].migratability = .cold(reason: "disk") }
    #expect(moves(seen, ["deadBand": 0]).isEmpty)
    #expect(moves(seen, ["deadBand": 0, "restartMachines": 1]).map(\.kind) == [.restart, .restart])
    for index in 0..<4 { seen.machines[index].migratability = .immovable(reason: "local disk") }
    #expect(moves(seen, ["deadBand": 0, "restartMachines": 1]).isEmpty)
  }

  @Test func `a machine rests for the cool-down after its move`() {
    var seen = skewed(2)
    let definition = GreedyVariance.definition
    var balancer = definition.make(ParameterValues(definition.parameters, overrides: ["coolDown": 600, "deadBand": 0]))
    var random = RandomStream(seed: 1, replication: 0, purpose: .balancer)
    #expect(balancer.plan(seen.observation, random: &random).moves.map(\.machine.index) == [0])
    // The move has failed: machine 0 is still there, so the other one goes.
    seen.timeSeconds = 599
    #expect(balancer.plan(seen.observation, random: &random).moves.map(\.machine.index) == [1])
    seen.timeSeconds = 600
    #expect(balancer.plan(seen.observation, random: &random).moves.map(\.machine.index) == [0])
  }

  @Test func `weights choose the resource that matters`() {
    // Machine 0 is heavy on cpu, machine 1 on memory.
    var seen = Seen()
    seen.node()
    seen.node()
    seen.machine(on: 0, millicores: 10, gib: 1, usedCores: 4, usedGiB: 1)
    seen.machine(on: 0, millicores: 10, gib: 1, usedCores: 0.1, usedGiB: 40)
    seen.machine(on: 0, millicores: 10, gib: 1, usedCores: 4, usedGiB: 40)
    func first(_ cpu: Double, _ memory: Double) -> Int? {
      moves(seen, ["weights.cpu": cpu, "weights.memory": memory, "deadBand": 0]).first?.machine.index
    }
    #expect(first(100, 0) == 0)
    #expect(first(0, 100) == 1)
    #expect(moves(seen, ["weights.cpu": 0, "weights.memory": 0, "deadBand": 0]).isEmpty)
  }
}
