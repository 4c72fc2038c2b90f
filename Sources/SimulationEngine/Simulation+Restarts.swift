import ClusterModel
import EventKernel
import LiveMigration

/// Machines that are down on purpose or by accident and come back elsewhere.
struct RestartTable {
  enum Stage {
    case none
    /// Shuts down on its node, which it still occupies.
    case stopping
    /// Has no node: waits until one takes it.
    case pending
    /// Placed; pod and guest start.
    case starting
  }

  enum Cause {
    /// Moved by stop and start.
    case cold
    /// Killed.
    case crash
    /// Found no node when the run began.
    case unplaced
  }

  struct Row {
    var stage = Stage.none
    var downSince = SimulationTime.zero
    var target: NodeID?
    var timeline = ColdMigration().typical
    var cause = Cause.cold
    /// False for a machine whose run strategy leaves it stopped.
    var comesBack = true
  }

  var rows: [Row]
  var draws: [UInt64]

  init(machineCount: Int) {
    rows = [Row](repeating: Row(), count: machineCount)
    draws = [UInt64](repeating: 0, count: machineCount)
  }

  /// Machines that should run and do not.
  var downCount: Int { rows.count { $0.stage != .none && $0.comesBack } }

  /// Machines that should run and wait for a node.
  var waitingForNode: Int { rows.count { $0.stage == .pending && $0.comesBack } }

  subscript(_ machine: MachineID) -> Row {
    get { rows[machine.index] }
    set { rows[machine.index] = newValue }
  }
}

extension Simulation {
  /// Time between two attempts to schedule a machine that no node takes.
  private static let schedulingRetry = SimulationDuration.seconds(30)
  private static let killedReason = "machine killed for memory"

  /// Stops a machine so that it starts elsewhere, on `target` or where the scheduler wants it, or not at all.
  mutating func restartElsewhere(_ machine: MachineID, on target: NodeID?, comesBack: Bool = true) {
    beginRestart(machine, target: target, cause: .cold)
    restarts[machine].comesBack = comesBack
    restarts[machine].stage = .stopping
    queue.schedule(
      .restartStep(machine.rawValue),
      at: now + .seconds(restarts[machine].timeline.stopSeconds + restarts[machine].timeline.detachSeconds),
      phase: .finish)
    usageChanged()
  }

  /// Kills a machine where it stands; its run strategy decides whether it comes back.
  ///
  /// `afterKills` must follow.
  mutating func kill(_ machine: MachineID) {
    measurements.crashes += 1
    beginRestart(machine, target: nil, cause: .crash)
    abandonMigration(of: machine)
    cluster.remove(machine)
    restarts[machine].stage = .pending
    restarts[machine].comesBack = setup.inventory.machines[machine.index].runStrategy.restartsAfterFailure
    if restarts[machine].comesBack { queue.schedule(.restartStep(machine.rawValue), at: now, phase: .react) }
  }

  /// Lets pods that wait for room have what was given back.
  mutating func afterKills() {
    usageChanged()
    refreshTransfers()
    retryUnschedulable()
  }

  /// A killed machine's migration fails, wherever it is; one that has switched over only loses its old pod at once.
  private mutating func abandonMigration(of machine: MachineID) {
    if transfers.queue.withdraw(machine) != nil { recordFailure(Self.killedReason, of: machine) }
    let slot = transfers.slotOfMachine[machine.index]
    guard slot >= 0 else { return }
    if transfers[slot].stage == .teardown { endTeardown(slot) } else { endMigration(slot, failure: Self.killedReason) }
  }

  /// Running machines that no node took at the start are tried again like any pending pod.
  mutating func awaitNodes() {
    for index in setup.inventory.machines.indices
    where setup.inventory.machines[index].isRunning && cluster.nodeOfMachine[index] == .none {
      let machine = MachineID(index)
      beginRestart(machine, target: nil, cause: .unplaced)
      restarts[machine].stage = .pending
      queue.schedule(.restartStep(machine.rawValue), at: now + Self.schedulingRetry, phase: .react)
    }
  }

  private mutating func beginRestart(_ machine: MachineID, target: NodeID?, cause: RestartTable.Cause) {
    usage.isUp[machine.index] = false
    let key = RandomStream.key(
      seed: setup.scenario.seed, replication: replication, purpose: .durations,
      entity: setup.streamEntity[machine.index])
    let base = restarts.draws[machine.index] &* 3
    restarts.draws[machine.index] += 1
    let timeline = ColdMigration().sample(
      stop: RandomStream.uniform(key: key, counter: base), platform: RandomStream.uniform(key: key, counter: base + 1),
      boot: RandomStream.uniform(key: key, counter: base + 2))
    restarts[machine] = .init(downSince: now, target: target, timeline: timeline, cause: cause)
  }

  mutating func stepRestart(_ machine: MachineID) {
    switch restarts[machine].stage {
    case .none: return
    case .stopping:
      cluster.remove(machine)
      restarts[machine].stage = .pending
      if restarts[machine].comesBack { scheduleRestart(machine) }
      retryUnschedulable()
    case .pending: scheduleRestart(machine)
    case .starting: finishRestart(machine)
    }
  }

  private mutating func scheduleRestart(_ machine: MachineID) {
    gaugesAreStale = true
    let wanted = restarts[machine].target
    let node: NodeID?
    if let wanted, cluster.mayRun(machine, on: wanted) {
      node = wanted
    } else {
      node = cluster.bestNode(for: machine)
    }
    guard let node else {
      restarts[machine].stage = .pending
      queue.schedule(.restartStep(machine.rawValue), at: now + Self.schedulingRetry, phase: .react)
      return
    }
    cluster.place(machine, on: node)
    restarts[machine].stage = .starting
    queue.schedule(
      .restartStep(machine.rawValue), at: now + .seconds(restarts[machine].timeline.restartSeconds), phase: .finish)
  }

  private mutating func finishRestart(_ machine: MachineID) {
    let row = restarts[machine]
    chargeDowntime(machine, row)
    if row.cause == .cold { measurements.coldMoves += 1 }
    restarts[machine].stage = .none
    usage.isUp[machine.index] = true
    usageChanged()
    refreshTransfers()
  }

  /// Counts the time down since it began or since the warm-up ended.
  private mutating func chargeDowntime(_ machine: MachineID, _ row: RestartTable.Row) {
    let from = max(row.downSince, now < .zero + setup.scenario.warmUp ? now : .zero + setup.scenario.warmUp)
    let seconds = max(0, (now - from).seconds)
    switch row.cause {
    case .cold: measurements.coldByMachine[machine.index] += seconds
    case .crash: measurements.crashByMachine[machine.index] += seconds
    case .unplaced: measurements.unplacedByMachine[machine.index] += seconds
    }
  }

  /// Machines that are still down at the horizon have been down until then.
  mutating func chargeOpenDowntime() {
    for index in restarts.rows.indices where restarts.rows[index].stage != .none {
      chargeDowntime(MachineID(index), restarts.rows[index])
    }
  }
}

extension RunStrategy {
  /// Whether KubeVirt starts a machine again whose pod has failed or was evicted.
  var restartsAfterFailure: Bool { self == .always || self == .rerunOnFailure }
}
