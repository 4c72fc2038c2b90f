import Balancing
import ClusterModel
import EventKernel
import LiveMigration

/// Asks the balancer, checks its plan, and turns it into migrations, evictions and restarts.
extension Simulation {
  mutating func balance() {
    let seen = observation()
    let plan = balancer.plan(seen, random: &balancerRandom)
    for move in plan.moves {
      measurements.requested += 1
      if let refusal = execute(move) { measurements.refusals.add(refusal) }
    }
    let next = now + balanceEvery
    if balanceEvery > .zero && next < horizon { queue.schedule(.balance, at: next, phase: .react) }
  }

  /// The API server's truth with usage as a metrics pipeline would have it.
  mutating func observation() -> Observation {
    usage.countMachines(until: now.seconds)
    let means = history?.means(at: now.seconds, usage)
    var inFlight: [Observation.InFlight] = transfers.waiting.map {
      .init(machine: $0.machine, source: cluster.nodeOfMachine[$0.machine.index], target: $0.target)
    }
    for row in transfers.rows where row.isInUse && row.stage != .teardown {
      inFlight.append(
        .init(
          machine: row.request.machine, source: row.source,
          target: row.target == .none ? row.request.target : row.target))
    }
    inFlight.sort { $0.machine < $1.machine }
    let configuration = setup.scenario.migration
    return Observation(
      cluster: cluster, timeSeconds: now.seconds, windowSeconds: setup.scenario.observation.window.seconds,
      delaySeconds: setup.scenario.observation.delay.seconds, nodeCPUCores: means?.nodeCores ?? [],
      nodeMemoryBytes: means?.nodeBytes ?? [],
      otherCPUCores: setup.otherCPUCores, otherMemoryBytes: setup.otherMemoryBytes,
      machineCPUCores: means?.machineCores ?? [], machineMemoryBytes: Array(usage.memoryBytes),
      migrations: inFlight, isBusy: busyMachines(),
      limits: .init(
        parallelMigrationsPerCluster: configuration.parallelMigrationsPerCluster,
        parallelOutboundMigrationsPerNode: configuration.parallelOutboundMigrationsPerNode))
  }

  /// Machines that are down, in a migration, or whose old pod has not gone.
  private func busyMachines() -> [Bool] {
    usage.isUp.indices.map { !usage.isUp[$0] || transfers.isMigrating(MachineID($0)) }
  }

  /// Carries out one move, or says why not.
  private mutating func execute(_ move: MigrationPlan.Move) -> String? {
    guard move.machine.index < setup.inventory.machines.count else { return "unknown machine" }
    let machine = setup.inventory.machines[move.machine.index]
    let source = cluster.nodeOfMachine[move.machine.index]
    guard usage.isUp[move.machine.index], source != .none else { return "machine not running" }
    if transfers.hasUnfinished(move.machine) { return "migration in progress" }
    let mayWait = move.kind == .migration || move.kind == .eviction && machine.evictionOutcome == .migrates
    if !mayWait && transfers.isMigrating(move.machine) { return "migration in progress" }
    if let target = move.target {
      guard target.index < setup.inventory.nodes.count else { return "unknown node" }
      if target == source { return "already on that node" }
      let refusal =
        move.kind == .migration
        ? cluster.migrationRefusal(move.machine, to: target) : cluster.refusal(move.machine, on: target)
      if let refusal { return "target refused by \(refusal.name)" }
    }
    switch move.kind {
    case .migration:
      if case .live = machine.migratability {
        requestMigration(move.machine, to: move.target, origin: .byHand)
        return nil
      }
      return "not live-migratable: \(machine.migratability.reason)"
    case .restart:
      if case .immovable(let reason) = machine.migratability { return "bound to its node: \(reason)" }
      restartElsewhere(move.machine, on: move.target)
      return nil
    case .eviction: return evict(move.machine, machine)
    }
  }

  /// Carries out what KubeVirt's eviction webhook answers.
  private mutating func evict(_ id: MachineID, _ machine: VirtualMachine) -> String? {
    switch machine.evictionOutcome {
    case .denied(let reason): return reason
    case .migrates: requestMigration(id, to: nil, origin: .descheduler)
    case .killed: restartElsewhere(id, on: nil, comesBack: machine.runStrategy.restartsAfterFailure)
    }
    return nil
  }
}

extension Migratability {
  /// Why a machine cannot migrate live; empty where it can.
  var reason: String {
    switch self {
    case .live: ""
    case .cold(let reason), .immovable(let reason): reason
    }
  }
}
