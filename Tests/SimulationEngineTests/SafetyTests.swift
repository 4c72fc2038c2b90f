import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

/// Small random clusters under every balancer: what must hold after every event, and what must add up at the end.
struct SafetyTests {
  private static let balancers = [
    Build.balancer("none"),
    Build.balancer("low-node-utilization", ["metric": 1, "useDeviationThresholds": 1], everyMinutes: 10),
    Build.balancer("low-node-utilization", ["evictionLimits.total": 20, "evictionLimits.node": 20], everyMinutes: 10),
    Build.balancer("greedy-variance", ["deadBand": 0, "minimumGain": 0, "budget": 20, "coolDown": 600]),
  ]

  @Test(arguments: balancers.indices)
  func `a run stays sound after every event and its counts add up`(index: Int) {
    Seeds.each(6) { seed in
      var scenario = Build.random(seed: seed, balancers: [Self.balancers[index]])
      scenario.migration.parallelMigrationsPerCluster = 3
      scenario.migration.parallelOutboundMigrationsPerNode = 2
      return Self.problem(in: scenario)
    }
  }

  @Test func `a run with random moves of every kind stays sound`() {
    Seeds.each(25) { seed in
      var random = RandomStream(seed: seed, replication: 0, purpose: .balancer)
      var scenario = Build.random(seed: seed, hours: 3, balancers: [Self.balancers[0]])
      // Little memory requested and looked at often: many kills, also of machines that migrate.
      for index in scenario.cluster.snapshotMachines.indices {
        scenario.cluster.snapshotMachines[index].memoryRequestBytes /= 8
      }
      scenario.demand.sampleEvery = .seconds(Double(random.pick([5, 20, 300])))
      scenario.migration.completionTimeoutPerGiB = random.pick([0, 1, 150])
      scenario.migration.allowPostCopy = random.bernoulli(0.3)
      scenario.migration.queue = random.pick([.oneClass, .byPriority])
      scenario.migration.bandwidthPerMigration = random.pick([0, 0, 30e6])
      return Self.problem(in: scenario, RandomMoves())
    }
  }

  /// Asks for anything, sensible or not.
  private struct RandomMoves: Balancer {
    mutating func plan(_ seen: borrowing Observation, random: inout RandomStream) -> MigrationPlan {
      let machines = seen.machineCPUCores.count
      let nodes = seen.nodeCPUCores.count
      return MigrationPlan(
        moves: (0..<random.uniform(below: 3)).map { _ in
          let kind = random.pick([MigrationPlan.Move.Kind.migration, .migration, .eviction, .restart])
          let hasTarget = kind != .eviction && random.bernoulli(0.5)
          return .init(
            kind, random.uniform(below: machines + 1), to: hasTarget ? random.uniform(below: nodes + 1) : nil)
        })
    }
  }

  private static func problem(in scenario: Scenario, _ balancer: (any Balancer)? = nil) -> String? {
    var simulation = Simulation.started(scenario, balancer)
    let overfull = Set(simulation.cluster.overfullNodes())
    var time = SimulationTime.zero
    var events = 0
    while simulation.step() {
      if simulation.now < time { return "time goes back from \(time.seconds) s" }
      time = simulation.now
      if let problem = state(of: simulation, overfullAtStart: overfull) { return "at \(time.seconds) s: \(problem)" }
      // To count everything again costs far more than the event, and what has drifted once stays wrong.
      events += 1
      guard events % 5 == 0, let problem = simulation.cluster.checkInvariants() else { continue }
      return "by \(time.seconds) s: \(problem)"
    }
    if let problem = simulation.cluster.checkInvariants() { return "at the end: \(problem)" }
    simulation.finish()
    return counts(of: simulation) ?? values(of: simulation)
  }

  private static func state(of simulation: Simulation, overfullAtStart: Set<NodeID>) -> String? {
    let (cluster, transfers) = (simulation.cluster, simulation.transfers)
    if let node = cluster.overfullNodes().first(where: { !overfullAtStart.contains($0) }) {
      return "node \(node.index) has more requested than allocatable"
    }
    let rows = transfers.rows.filter(\.isInUse)
    let active = rows.filter { $0.stage != .teardown }
    if transfers.slotsInUse != active.count { return "\(transfers.slotsInUse) slots for \(active.count) migrations" }
    if active.count > transfers.configuration.parallelMigrationsPerCluster { return "too many migrations" }
    for node in 0..<cluster.rules.nodeCount {
      let leaving = active.count { $0.source.index == node }
      if leaving != transfers.queue.leaving[node] { return "\(leaving) leave node \(node), counted otherwise" }
    }
    for node in 0..<cluster.rules.nodeCount
    where active.count(where: { $0.source.index == node })
      > transfers.configuration.parallelOutboundMigrationsPerNode
    {
      return "too many migrations leave node \(node)"
    }
    for machine in simulation.setup.inventory.machines.indices {
      if let problem = machineProblem(machine, simulation, rows) { return "machine \(machine): \(problem)" }
    }
    return nil
  }

  private static func machineProblem(_ machine: Int, _ simulation: Simulation, _ rows: [MigrationRow]) -> String? {
    let place = simulation.cluster.nodeOfMachine[machine]
    let reserved = simulation.cluster.reservedNode[machine]
    if simulation.usage.isUp[machine] && place == .none { return "runs nowhere" }
    if simulation.usage.isUp[machine] && simulation.restarts.rows[machine].stage != .none { return "runs and restarts" }
    let own = rows.filter { $0.request.machine.index == machine }
    let waiting = simulation.transfers.waiting.count { $0.machine.index == machine }
    let unfinished = own.count { $0.stage != .teardown }
    if own.count > 1 || unfinished + waiting > 1 { return "\(own.count) migrations and \(waiting) waiting" }
    let slot = simulation.transfers.slotOfMachine[machine]
    if (slot >= 0) != (own.count == 1) { return "slot \(slot) does not agree" }
    if simulation.transfers.queue.isWaiting(MachineID(machine)) != (waiting == 1) { return "waits and does not" }
    guard let row = own.first else { return reserved == .none ? nil : "a reservation without a migration" }
    let expected: NodeID =
      switch row.stage {
      case .unschedulable: .none
      case .transferring where row.hasSwitched: row.source
      case .starting, .pendingTooLong, .transferring: row.target
      case .teardown: row.source
      }
    if reserved != expected { return "reserved \(reserved), expected \(expected) while \(row.stage)" }
    return place == (row.hasSwitched ? row.target : row.source) ? nil : "is not where its migration is"
  }

  /// Every move asked for has been refused, has ended, or is under way.
  private static func counts(of simulation: Simulation) -> String? {
    let measured = simulation.measurements
    let open =
      simulation.transfers.waiting.count
      + simulation.transfers.rows.count { $0.isInUse && $0.stage != .teardown }
    let restarting = simulation.restarts.rows.count { $0.stage != .none && $0.cause == .cold }
    let asked = measured.requested - measured.refusals.total + measured.retried
    let accounted = measured.succeeded + measured.failed + open + measured.coldMoves + restarting
    if asked != accounted { return "\(asked) moves asked for, \(accounted) accounted for" }
    if measured.failures.total != measured.failed { return "failures by reason do not add up" }
    if measured.durationsSeconds.count != measured.succeeded { return "durations do not match successes" }
    let pauses = (measured.pausesSeconds.reduce(0, +), measured.pauseByMachine.reduce(0, +))
    return abs(pauses.0 - pauses.1) > 1e-6 * (1 + pauses.0) ? "pauses by machine do not add up" : nil
  }

  private static func values(of simulation: Simulation) -> String? {
    for metric in MetricCatalog.all {
      guard let value = metric.value(simulation.measurements) else { continue }
      if !value.isFinite { return "\(metric.name) is \(value)" }
      let mayBeNegative = metric.name.hasPrefix("headroom.")
      if value < 0 && !mayBeNegative { return "\(metric.name) is \(value)" }
      if metric.unit == .share && metric.name.hasPrefix("skew") == false && value > 1 + 1e-9 {
        return "\(metric.name) is \(value)"
      }
    }
    return nil
  }
}
