import ClusterModel
import EventKernel
import LiveMigration

/// KubeVirt's migration controller: queue, limits, target pod, transfer, end.
extension Simulation {
  // MARK: Queue

  mutating func requestMigration(_ machine: MachineID, to target: NodeID?, isEviction: Bool) {
    transfers.enqueue(
      MigrationRequest(
        machine: machine, target: target, requestedAt: now, priority: isEviction ? 1 : 0, isEviction: isEviction,
        notBefore: now))
    dispatchMigrations()
  }

  /// Starts every waiting migration that the limits let through.
  mutating func dispatchMigrations() {
    while let position = transfers.nextDispatchable(now: now, cluster: cluster) {
      let request = transfers.removeWaiting(at: position)
      guard usage.isUp[request.machine.index] else {
        recordFailure("machine not running", of: request.machine)
        continue
      }
      startMigration(request)
    }
    gaugesAreStale = true
  }

  mutating func retryQueue() { dispatchMigrations() }

  /// Creates the target pod, which takes a slot even while it fits nowhere.
  private mutating func startMigration(_ request: MigrationRequest) {
    let row = MigrationRow(request: request, source: cluster.nodeOfMachine[request.machine.index])
    let slot = transfers.take(row)
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
    let seconds = transfers.phases.secondsBeforeTransfer(migrationUniform(request.machine, draw: 0))
    queue.schedule(.migrationStep(transfers.nextTicket(slot)), at: now + .seconds(seconds), phase: .finish)
    gaugesAreStale = true
    return true
  }

  /// Room has been given back: pods that fitted nowhere are scheduled again.
  mutating func retryUnschedulable() {
    for slot in transfers.rows.indices where transfers[slot].isInUse && transfers[slot].stage == .unschedulable {
      _ = bindTarget(slot)
    }
  }

  /// A uniform number that belongs to the machine, its attempt and the draw, whatever the balancer.
  private func migrationUniform(_ machine: MachineID, draw: UInt64) -> Double {
    let key = RandomStream.key(
      seed: setup.scenario.seed, replication: replication, purpose: .migration,
      entity: setup.streamEntity[machine.index])
    return RandomStream.uniform(key: key, counter: transfers.attempts[machine.index] &* 4 &+ draw)
  }

  // MARK: Steps

  mutating func stepMigration(_ ticket: MigrationTicket) {
    guard transfers.isCurrent(ticket) else { return }
    let slot = ticket.slot
    switch transfers[slot].stage {
    case .unschedulable: endMigration(slot, failure: "target pod unschedulable")
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
    transfers.remove(slot)
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
    transfers[slot].stage = .teardown
    transfers.releaseSlot()
    let seconds = transfers.phases.sourceTeardown.sample(migrationUniform(machine, draw: 1))
    transfers.attempts[machine.index] += 1
    queue.schedule(.migrationStep(transfers.nextTicket(slot)), at: now + .seconds(seconds), phase: .finish)
    refreshTransfers()
    slotWasFreed()
  }

  /// The migration ends without a move; the machine stays on its source.
  mutating func endMigration(_ slot: Int, failure: String) {
    let request = transfers[slot].request
    if let transfer = transfers[slot].transfer { leaveNetwork(slot, transfer) }
    cluster.cancelReservation(request.machine)
    transfers.attempts[request.machine.index] += 1
    transfers.releaseSlot()
    transfers.remove(slot)
    recordFailure(failure, of: request.machine)
    refreshTransfers()
    retryUnschedulable()
    if request.isEviction && usage.isUp[request.machine.index] { retryLater(request) }
    slotWasFreed()
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

  /// The machine stays marked for evacuation: a new attempt after a growing pause.
  private mutating func retryLater(_ request: MigrationRequest) {
    var next = request
    next.attempt += 1
    next.requestedAt = now
    next.notBefore = now + .seconds(transfers.phases.backoffSeconds(failures: next.attempt))
    measurements.retried += 1
    transfers.enqueue(next)
    queue.schedule(.queueRetry, at: next.notBefore, phase: .react)
  }

  /// The next migration starts at once where the version wakes the queue, else when its timer fires.
  private mutating func slotWasFreed() {
    guard !transfers.waiting.isEmpty else { return }
    let rules = transfers.configuration.queue
    let interval = rules.wakesWaitingOnCompletion ? 0 : rules.retryIntervalSeconds
    // Waiting migrations poll on timers of their own; on average half an interval passes before one looks.
    queue.schedule(.queueRetry, at: now + .seconds(interval / 2), phase: .react)
  }
}
