import ClusterModel
import EventKernel
import LiveMigration

/// KubeVirt's migration controller: queue, limits, target pod, transfer, end.
extension Simulation {
  // MARK: Queue

  mutating func requestMigration(_ machine: MachineID, to target: NodeID?, origin: MigrationOrigin) {
    var request = MigrationRequest(
      machine: machine, source: cluster.nodeOfMachine[machine.index], target: target, requestedAt: now, origin: origin)
    request.timerKey = RandomStream.hash(migrationKey(machine), ~transfers.attempts[machine.index])
    if origin.backsOff {
      let pause = transfers.phases.backoffSeconds(failures: transfers.finished[machine.index].failuresSinceSuccess)
      if pause > 0 { request.notBefore = transfers.failedAt[machine.index] + .seconds(pause) }
    }
    transfers.queue.enqueue(request, now: now)
    dispatchMigrations()
  }

  /// Starts every waiting migration that looks now and that the limits let through, and schedules the next look.
  mutating func dispatchMigrations() {
    while transfers.hasFreeRow, let request = transfers.queue.takeNext(now: now) { startMigration(request) }
    gaugesAreStale = true
    guard let next = transfers.queue.nextStart(after: now) else { return }
    if let scheduled = transfers.nextQueueLook, scheduled > now, scheduled <= next { return }
    transfers.nextQueueLook = next
    queue.schedule(.queueRetry, at: next, phase: .react)
  }

  /// Creates the target pod, which takes a slot even while it fits nowhere.
  private mutating func startMigration(_ request: MigrationRequest) {
    let slot = transfers.take(MigrationRow(request: request, source: request.source, podCreatedAt: now))
    guard usage.isUp[request.machine.index] else { return endMigration(slot, failure: "machine not running") }
    measurements.queueWaitsSeconds.append((now - max(request.requestedAt, request.notBefore)).seconds)
    if !bindTarget(slot) {
      let deadline = now + .seconds(transfers.phases.unschedulablePodTimeoutSeconds)
      queue.schedule(.migrationStep(transfers.nextTicket(slot)), at: deadline, phase: .finish)
    }
  }

  /// Lets the scheduler place the target pod; false where no node takes it now.
  private mutating func bindTarget(_ slot: Int) -> Bool {
    let request = transfers[slot].request
    let chosen: NodeID?
    if let wanted = request.target {
      chosen = cluster.mayMigrate(request.machine, to: wanted) ? wanted : nil
    } else {
      chosen = cluster.bestTarget(for: request.machine)
    }
    guard let target = chosen else { return false }
    cluster.reserve(request.machine, on: target)
    transfers[slot].target = target
    transfers[slot].stage = .starting
    queue.schedule(.migrationStep(transfers.nextTicket(slot)), at: endOfStart(slot), phase: .finish)
    gaugesAreStale = true
    return true
  }

  /// When the target is ready to receive, or when its pod has been pending for too long.
  private mutating func endOfStart(_ slot: Int) -> SimulationTime {
    let phases = transfers.phases
    let machine = transfers[slot].request.machine
    let uniform = migrationUniform(machine, draw: 0)
    let deadline = transfers[slot].podCreatedAt + .seconds(phases.pendingPodTimeoutSeconds)
    if now + .seconds(phases.targetPodStart.sample(uniform)) > deadline {
      transfers[slot].stage = .pendingTooLong
      return deadline
    }
    let seconds = phases.secondsBeforeTransfer(
      uniform, hasSRIOVInterfaces: setup.inventory.machines[machine.index].hasSRIOVInterfaces,
      detach: migrationUniform(machine, draw: 2))
    return now + .seconds(seconds)
  }

  /// Room has been given back: pods that fitted nowhere are scheduled again.
  mutating func retryUnschedulable() {
    for slot in transfers.rows.indices where transfers[slot].isInUse && transfers[slot].stage == .unschedulable {
      _ = bindTarget(slot)
    }
  }

  /// A uniform number that belongs to the machine, its attempt and the draw, whatever the balancer.
  private func migrationUniform(_ machine: MachineID, draw: UInt64) -> Double {
    RandomStream.uniform(
      key: migrationKey(machine), counter: transfers.attempts[machine.index] &* 4 &+ draw)
  }

  private func migrationKey(_ machine: MachineID) -> UInt64 {
    RandomStream.key(
      seed: setup.scenario.seed, replication: replication, purpose: .migration,
      entity: setup.streamEntity[machine.index])
  }

  // MARK: Steps

  mutating func stepMigration(_ ticket: MigrationTicket) {
    guard transfers.isCurrent(ticket) else { return }
    let slot = ticket.slot
    switch transfers[slot].stage {
    case .unschedulable: endMigration(slot, failure: "target pod unschedulable")
    case .pendingTooLong: endMigration(slot, failure: "target pod pending")
    case .starting: startTransfer(slot)
    case .transferring:
      advanceTransfer(slot)
      followTransfer(slot)
    case .teardown: endTeardown(slot)
    }
  }

  /// The source pod of a finished migration is gone and gives back its room.
  mutating func endTeardown(_ slot: Int) {
    cluster.cancelReservation(transfers[slot].request.machine)
    transfers.remove(slot, now: now)
    gaugesAreStale = true
    retryUnschedulable()
    dispatchMigrations()
  }

  // MARK: Ends

  /// Execution moves: requests stay on both nodes until the old pod is gone.
  mutating func switchOver(_ slot: Int) {
    guard !transfers[slot].hasSwitched else { return }
    transfers[slot].hasSwitched = true
    cluster.switchToReservation(transfers[slot].request.machine)
    usageChanged()
  }

  mutating func completeMigration(_ slot: Int, _ transfer: PreCopyTransfer) {
    let machine = transfers[slot].request.machine
    switchOver(slot)
    leaveNetwork(slot, transfer)
    measurements.succeeded += 1
    measurements.durationsSeconds.append(transfer.elapsedSeconds)
    let workload = setup.workloadIndex[machine.index]
    measurements.workloads[workload].succeeded += 1
    measurements.workloads[workload].durationsSeconds.append(transfer.elapsedSeconds)
    let seconds = transfers.phases.sourceTeardown.sample(migrationUniform(machine, draw: 1))
    transfers.close(slot, succeeded: true, now: now)
    queue.schedule(.migrationStep(transfers.nextTicket(slot)), at: now + .seconds(seconds), phase: .finish)
    refreshTransfers()
    dispatchMigrations()
  }

  /// The migration ends without a move; the machine stays on its source.
  mutating func endMigration(_ slot: Int, failure: String) {
    let request = transfers[slot].request
    if let transfer = transfers[slot].transfer { leaveNetwork(slot, transfer) }
    cluster.cancelReservation(request.machine)
    transfers.close(slot, succeeded: false, now: now)
    transfers.remove(slot, now: now)
    recordFailure(failure, of: request.machine)
    refreshTransfers()
    retryUnschedulable()
    if request.origin.isTriedAgain && usage.isUp[request.machine.index] {
      // The machine stays marked: its controller makes the next migration at once, which then waits out its pause.
      measurements.retried += 1
      requestMigration(request.machine, to: request.target, origin: request.origin)
    } else {
      dispatchMigrations()
    }
  }

  private mutating func leaveNetwork(_ slot: Int, _ transfer: PreCopyTransfer) {
    transfers.network.removeFlow(id: slot)
    charge(slot, transfer)
  }

  /// Counts what a transfer has cost since it began or since the warm-up ended.
  private mutating func charge(_ slot: Int, _ transfer: PreCopyTransfer) {
    let before = transfers[slot].atWarmUp
    measurements.transferredBytes += transfer.transferredBytes - before.bytes
    measurements.brownOutSeconds += transfer.brownOutSeconds - before.brownOutSeconds
    let pause = transfer.pauseSeconds - before.pauseSeconds
    guard pause > 0 else { return }
    let machine = transfers[slot].request.machine.index
    let workload = setup.workloadIndex[machine]
    measurements.pausesSeconds.append(pause)
    measurements.pauseByMachine[machine] += pause
    measurements.workloads[workload].longestPauseSeconds = max(
      measurements.workloads[workload].longestPauseSeconds, pause)
    if pause * 1000 > WorkloadCatalog.all[workload].comfortablePauseMilliseconds {
      measurements.pausesAboveTolerance += 1
    }
  }

  /// Transfers under way at the end of the warm-up count from there on.
  mutating func markTransfersAtWarmUp() {
    for slot in transfers.rows.indices where isTransferring(slot) {
      advanceTransfer(slot)
      if let transfer = transfers[slot].transfer { transfers[slot].atWarmUp = TransferCounts(transfer) }
      scheduleTransfer(slot)
    }
  }

  /// Transfers under way at the horizon have cost what they have cost until then.
  mutating func chargeOpenTransfers() {
    for slot in transfers.rows.indices where isTransferring(slot) {
      advanceTransfer(slot)
      if let transfer = transfers[slot].transfer { charge(slot, transfer) }
    }
  }

  mutating func recordFailure(_ reason: String, of machine: MachineID) {
    measurements.failed += 1
    measurements.workloads[setup.workloadIndex[machine.index]].failed += 1
    measurements.failures.add(reason)
  }
}
