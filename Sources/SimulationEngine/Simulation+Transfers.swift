import ClusterModel
import EventKernel
import LiveMigration

/// The transfers of running migrations: rates, activity and events of each, kept in step with network and demand.
extension Simulation {
  mutating func startTransfer(_ slot: Int) {
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
    for slot in transfers.rows.indices where isTransferring(slot) {
      advanceTransfer(slot)
      _ = setCap(slot)
    }
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

  func isTransferring(_ slot: Int) -> Bool {
    transfers[slot].isInUse && transfers[slot].stage == .transferring
  }

  mutating func advanceTransfer(_ slot: Int) {
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

  /// After a transfer's own event: it has ended, or goes on at another rate, or execution has moved.
  mutating func followTransfer(_ slot: Int) {
    guard let transfer = transfers[slot].transfer else { return }
    gaugesAreStale = true
    switch transfer.phase {
    case .completed: completeMigration(slot, transfer)
    case .aborted(let reason): endMigration(slot, failure: Self.words(reason))
    case .preCopy, .stopAndCopy, .postCopy:
      if transfer.phase == .postCopy { switchOver(slot) }
      if setCap(slot) { refreshTransfers() } else { scheduleTransfer(slot) }
    }
  }

  /// Gives the flow the cap of its present stage; the rounds' cap does not bind the last copy and post-copy.
  /// - Returns: whether it changed.
  private mutating func setCap(_ slot: Int) -> Bool {
    let row = transfers[slot]
    guard let transfer = row.transfer else { return false }
    let channels = transfers.configuration.channels(
      hasCPULimit: setup.inventory.machines[row.request.machine.index].hasCPULimit)
    let cap =
      transfer.wantsLinkRate
      ? transfers.configuration.streamBytesPerSecond(channels: channels)
      : transfers.configuration.flowCapBytesPerSecond(channels: channels)
    guard cap != row.capBytesPerSecond else { return false }
    transfers[slot].capBytesPerSecond = cap
    transfers.network.setCap(cap, of: slot)
    return true
  }

  mutating func scheduleTransfer(_ slot: Int) {
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

  private static func words(_ reason: PreCopyTransfer.AbortReason) -> String {
    switch reason {
    case .completionTimeout: "completion timeout"
    case .progressTimeout: "progress timeout"
    case .cancelled: "cancelled"
    case .doesNotConverge: "does not converge"
    }
  }
}
