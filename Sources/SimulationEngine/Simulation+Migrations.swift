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
    let source = transfers[slot].source
    let chosen: NodeID?
    if let wanted = request.target {
      chosen = wanted != source && cluster.mayRun(request.machine, on: wanted) ? wanted : nil
    } else {
      chosen = Scheduler.bestNode(for: request.machine, in: cluster, excluding: source)
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
      afterTransferStep(slot)
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

  private mutating func startTransfer(_ slot: Int) {
    let machine = transfers[slot].request.machine
    guard usage.isUp[machine.index] else { return endMigration(slot, failure: "machine not running") }
    let description = setup.inventory.machines[machine.index]
    let guest = Double(description.guestMemoryBytes)
    let used = min(guest, profiles[machine.index].memoryUsedBytes)
    let configuration = transfers.configuration
    transfers[slot].transfer = PreCopyTransfer(
      usedBytes: used, zeroBytes: guest - used, copiedDiskBytes: 0, dirty: profiles[machine.index].dirty,
      configuration: configuration, completionTimeoutSeconds: configuration.completionTimeoutSeconds(bytes: guest))
    transfers[slot].stage = .transferring
    transfers[slot].lastAdvance = now
    let channels = configuration.channels(hasCPULimit: description.hasCPULimit)
    transfers[slot].capBytesPerSecond = configuration.flowCapBytesPerSecond(channels: channels)
    let row = transfers[slot]
    transfers.network.addFlow(
      id: slot, from: row.source, to: row.target, capBytesPerSecond: row.capBytesPerSecond)
    refreshTransfers()
  }

  /// Brings every transfer to now, then gives it its new rate and activity and schedules its next event.
  mutating func refreshTransfers() {
    for slot in transfers.rows.indices where isTransferring(slot) { advanceTransfer(slot) }
    setApplicationTraffic()
    for slot in transfers.rows.indices where isTransferring(slot) {
      let machine = transfers[slot].request.machine
      let rate = transfers.network.rate(of: slot)
      let activity = activity(of: machine)
      transfers[slot].bytesPerSecond = rate
      transfers[slot].activity = activity
      transfers[slot].transfer?.busyShare = max(0.01, usage.demandShare[machine.index])
      scheduleTransfer(slot)
    }
    gaugesAreStale = true
  }

  private func isTransferring(_ slot: Int) -> Bool {
    transfers[slot].isInUse && transfers[slot].stage == .transferring
  }

  private mutating func advanceTransfer(_ slot: Int) {
    guard var transfer = transfers[slot].transfer else { return }
    let row = transfers[slot]
    var left = (now - row.lastAdvance).seconds
    repeat {
      let used = transfer.advance(
        seconds: left, bytesPerSecond: row.bytesPerSecond, linkBytesPerSecond: row.bytesPerSecond,
        activity: row.activity)
      left -= used
    } while left > PreCopyTransfer.eventToleranceSeconds && !transfer.phase.isFinal
    transfers[slot].lastAdvance = now
    transfers[slot].transfer = transfer
  }

  private mutating func afterTransferStep(_ slot: Int) {
    guard let transfer = transfers[slot].transfer else { return }
    switch transfer.phase {
    case .completed: completeMigration(slot, transfer)
    case .aborted(let reason): endMigration(slot, failure: Self.words(reason))
    case .preCopy, .stopAndCopy, .postCopy:
      let row = transfers[slot]
      let channels = transfers.configuration.channels(
        hasCPULimit: setup.inventory.machines[row.request.machine.index].hasCPULimit)
      let cap =
        transfer.wantsLinkRate
        ? transfers.configuration.streamBytesPerSecond(channels: channels)
        : transfers.configuration.flowCapBytesPerSecond(channels: channels)
      if cap != row.capBytesPerSecond {
        transfers[slot].capBytesPerSecond = cap
        transfers.network.setCap(cap, of: slot)
        refreshTransfers()
      } else {
        scheduleTransfer(slot)
      }
    }
  }

  private mutating func scheduleTransfer(_ slot: Int) {
    guard let transfer = transfers[slot].transfer else { return }
    let row = transfers[slot]
    let seconds =
      transfer.phase.isFinal
      ? 0
      : transfer.secondsUntilNextEvent(
        bytesPerSecond: row.bytesPerSecond, linkBytesPerSecond: row.bytesPerSecond, activity: row.activity)
    let ticket = transfers.nextTicket(slot)
    guard seconds < 1e9 else { return }
    // Rounded up to the clock's microsecond, so that the event is never short of what it waits for.
    let wait = SimulationDuration(microseconds: Int64((seconds * 1e6).rounded(.up)))
    queue.schedule(.migrationStep(ticket), at: now + wait, phase: .finish)
  }

  /// How busily the guest writes: 0.1 + 0.9 · use / mean use, at most 2.5.
  private func activity(of machine: MachineID) -> Double {
    let mean = profiles[machine.index].meanCPUShare
    guard mean > 0, setup.inventory.machines[machine.index].vCPUs > 0 else { return 0.1 }
    let share = usage.usedCores[machine.index] / Double(setup.inventory.machines[machine.index].vCPUs)
    return min(2.5, 0.1 + 0.9 * share / mean)
  }

  /// Traffic of busy guests on the nodes whose migration network is shared with them.
  private mutating func setApplicationTraffic() {
    guard transfers.slotsInUse > 0 else { return }
    var traffic = [Double](repeating: 0, count: cluster.rules.nodeCount)
    for (index, node) in cluster.nodeOfMachine.enumerated() where node != .none {
      traffic[node.index] +=
        usage.usedCores[index] * WorkloadCatalog.all[setup.workloadIndex[index]].networkMBPerBusyCoreSecond
    }
    for n in traffic.indices where !setup.inventory.nodes[n].migrationNIC.isDedicated {
      transfers.network.setApplicationTraffic(
        node: NodeID(n), egressBytesPerSecond: traffic[n] * 1e6, ingressBytesPerSecond: traffic[n] * 1e6)
    }
  }

  // MARK: Ends

  private mutating func completeMigration(_ slot: Int, _ transfer: PreCopyTransfer) {
    let machine = transfers[slot].request.machine
    cluster.switchToReservation(machine)
    leaveNetwork(slot, transfer)
    measurements.succeeded += 1
    measurements.durationsSeconds.append(transfer.elapsedSeconds)
    measurements.pausesSeconds.append(transfer.pauseSeconds)
    measurements.pauseByMachine[machine.index] += transfer.pauseSeconds
    let workload = setup.workloadIndex[machine.index]
    measurements.workloads[workload].succeeded += 1
    measurements.workloads[workload].durationsSeconds.append(transfer.elapsedSeconds)
    measurements.workloads[workload].longestPauseSeconds = max(
      measurements.workloads[workload].longestPauseSeconds, transfer.pauseSeconds)
    let type = WorkloadCatalog.all[workload]
    if transfer.pauseSeconds * 1000 > type.comfortablePauseMilliseconds { measurements.pausesAboveTolerance += 1 }
    transfers[slot].stage = .teardown
    transfers.releaseSlot()
    let seconds = transfers.phases.sourceTeardown.sample(migrationUniform(machine, draw: 1))
    transfers.attempts[machine.index] += 1
    queue.schedule(.migrationStep(transfers.nextTicket(slot)), at: now + .seconds(seconds), phase: .finish)
    usageChanged()
    refreshTransfers()
    slotWasFreed()
  }

  /// The migration ends without a move; the machine stays on its source.
  mutating func endMigration(_ slot: Int, failure: String) {
    let request = transfers[slot].request
    if let transfer = transfers[slot].transfer {
      leaveNetwork(slot, transfer)
      measurements.pauseByMachine[request.machine.index] += transfer.pauseSeconds
      if transfer.pauseSeconds > 0 { measurements.pausesSeconds.append(transfer.pauseSeconds) }
    }
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
    measurements.transferredBytes += transfer.transferredBytes
    measurements.brownOutSeconds += transfer.brownOutSeconds
    measurements.rounds += transfer.rounds
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
    let interval = transfers.configuration.wakesWaitingOnCompletion ? 0 : transfers.configuration.retryIntervalSeconds
    // Waiting migrations poll on timers of their own; on average half an interval passes before one looks.
    queue.schedule(.queueRetry, at: now + .seconds(interval / 2), phase: .react)
  }

  private static func words(_ reason: PreCopyTransfer.AbortReason) -> String {
    switch reason {
    case .completionTimeout: "completion timeout"
    case .progressTimeout: "progress timeout"
    case .cancelled: "cancelled"
    case .doesNotConverge: "does not converge"
    }
  }
}
