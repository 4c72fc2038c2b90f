import ClusterModel
import EventKernel
import LiveMigration

/// The transfers of running migrations: rates, activity and events of each, kept in step with network and demand.
extension Simulation {
  mutating func startTransfer(_ slot: Int) {
    let machine = transfers[slot].request.machine
    guard usage.isUp[machine.index] else { return endMigration(slot, failure: "machine not running") }
    let description = setup.inventory.machines[machine.index]
    let configuration = setup.migrationSettings[machine]
    let guest = Double(description.guestMemoryBytes)
    let disks = Double(max(0, description.copiedDiskBytes))
    let used = min(guest, profiles[machine.index].memoryUsedBytes)
    let channels = configuration.channels(
      hasCPULimit: description.hasCPULimit, hasDedicatedCPUs: description.hasDedicatedCPUs)
    var row = transfers[slot]
    let transfer = PreCopyTransfer(
      usedBytes: used, zeroBytes: guest - used, copiedDiskBytes: disks, dirty: profiles[machine.index].dirty,
      configuration: configuration,
      completionTimeoutSeconds: configuration.completionTimeoutSeconds(bytes: guest + disks),
      channels: channels)
    row.transfer = transfer
    row.lostShare = transfer.lostShare
    row.stage = .transferring
    row.lastAdvance = now
    row.configuration = configuration
    row.streamBytesPerSecond = configuration.streamBytesPerSecond(channels: channels)
    row.roundsBytesPerSecond = configuration.flowCapBytesPerSecond(channels: channels)
    row.capBytesPerSecond = row.roundsBytesPerSecond
    transfers[slot] = row
    transfers.network.addFlow(
      id: slot, from: row.source, to: row.target, capBytesPerSecond: row.capBytesPerSecond, streams: channels)
    refreshTransfers(after: slot)
  }

  /// Brings transfers whose rates or activity have changed to now, and schedules their next event anew.
  ///
  /// The others keep the event that they have.
  /// - Parameter slot: one that needs an event whether or not anything has changed for it.
  /// - Complexity: O(transfers + nodes), and the solving of the network where it has changed.
  mutating func refreshTransfers(after slot: Int? = nil) {
    gaugesAreStale = true
    guard transfers.slotsInUse > 0 else { return }
    setApplicationTraffic()
    var changed: [Int] = slot.map { [$0] } ?? []
    var capHasChanged = true
    while capHasChanged {
      capHasChanged = false
      let (slots, rates) = (transfers.network.flowIDs, transfers.network.rates())
      let isPaced = slots.contains { transfers.isPaced($0) }
      let links = isPaced ? NodeLoads(transfers, slots: slots, rates: rates) : nil
      for (position, slot) in slots.enumerated() {
        let conditions = conditions(of: slot, bytesPerSecond: rates[position], links)
        guard conditions != transfers.rows[slot].conditions else { continue }
        advanceTransfer(slot)
        setConditions(conditions, of: slot)
        if setCap(slot) { capHasChanged = true }
        if changed.last != slot { changed.append(slot) }
      }
    }
    for slot in changed { scheduleTransfer(slot) }
  }

  /// What the network and the guest make of a transfer now.
  mutating func conditions(of slot: Int, bytesPerSecond: Double, _ links: NodeLoads?) -> TransferConditions {
    let machine = transfers.rows[slot].request.machine
    return TransferConditions(
      bytesPerSecond: bytesPerSecond,
      linkBytesPerSecond: links?.rateWithoutCap(of: slot, &transfers, bytesPerSecond: bytesPerSecond) ?? bytesPerSecond,
      activity: activity(of: machine), busyShare: max(0.01, usage.demandShare[machine.index]))
  }

  mutating func setConditions(_ conditions: TransferConditions, of slot: Int) {
    transfers.rows[slot].conditions = conditions
    transfers.rows[slot].transfer?.busyShare = conditions.busyShare
  }

  func isTransferring(_ slot: Int) -> Bool {
    transfers.rows[slot].isInUse && transfers.rows[slot].stage == .transferring
  }

  mutating func advanceTransfer(_ slot: Int) {
    guard var transfer = transfers.rows[slot].transfer else { return }
    let conditions = transfers.rows[slot].conditions
    var left = (now - transfers.rows[slot].lastAdvance).seconds
    repeat {
      let used = transfer.advance(
        seconds: left, bytesPerSecond: conditions.bytesPerSecond, linkBytesPerSecond: conditions.linkBytesPerSecond,
        activity: conditions.activity)
      left -= used
    } while left > PreCopyTransfer.eventToleranceSeconds && !transfer.phase.isFinal
    transfers.keep(transfer, in: slot, now: now)
  }

  /// After a transfer's own event: it has ended, or goes on at another rate, or execution has moved.
  mutating func followTransfer(_ slot: Int) {
    guard let transfer = transfers.rows[slot].transfer else { return }
    gaugesAreStale = true
    switch transfer.phase {
    case .completed: completeMigration(slot, transfer)
    case .aborted(let reason): endMigration(slot, failure: Self.words(reason))
    case .preCopy, .stopAndCopy, .postCopy:
      let moves = transfer.phase == .postCopy && !transfers.rows[slot].hasSwitched
      if moves { switchOver(slot) }
      if setCap(slot) || moves { refreshTransfers(after: slot) } else { scheduleTransfer(slot) }
    }
  }

  /// Gives the flow the cap of its present stage; the rounds' cap does not bind the last copy and post-copy.
  /// - Returns: whether it changed.
  private mutating func setCap(_ slot: Int) -> Bool {
    guard let wantsLinkRate = transfers.rows[slot].transfer?.wantsLinkRate else { return false }
    let cap =
      wantsLinkRate ? transfers.rows[slot].streamBytesPerSecond : transfers.rows[slot].roundsBytesPerSecond
    guard cap != transfers.rows[slot].capBytesPerSecond else { return false }
    transfers.rows[slot].capBytesPerSecond = cap
    transfers.network.setCap(cap, of: slot)
    return true
  }

  mutating func scheduleTransfer(_ slot: Int) {
    guard let transfer = transfers.rows[slot].transfer else { return }
    let conditions = transfers.rows[slot].conditions
    let seconds =
      transfer.phase.isFinal
      ? 0
      : transfer.secondsUntilNextEvent(
        bytesPerSecond: conditions.bytesPerSecond, linkBytesPerSecond: conditions.linkBytesPerSecond,
        activity: conditions.activity)
    let ticket = transfers.nextTicket(slot)
    guard seconds < 1e9 else { return }
    // Rounded up to the clock's microsecond, so that the event is never short of what it waits for.
    let wait = SimulationDuration(microseconds: Int64((seconds * 1e6).rounded(.up)))
    queue.schedule(.migrationStep(ticket), at: now + wait, phase: .finish)
  }

  /// How busily the guest writes: 0.1 + 0.9 · use / mean use, at most 2.5.
  ///
  /// Use holds from sample to sample. Shorter phases are not in it, such as the 20 to 40 s in which an in-memory store
  /// writes twice as much about once a minute in a published trace.
  private func activity(of machine: MachineID) -> Double {
    let mean = profiles[machine.index].meanCPUShare
    guard mean > 0, setup.inventory.machines[machine.index].vCPUs > 0 else { return 0.1 }
    let share = usage.usedCores[machine.index] / Double(setup.inventory.machines[machine.index].vCPUs)
    return min(2.5, 0.1 + 0.9 * share / mean)
  }

  /// Traffic of busy guests on the nodes whose migration network is shared with them.
  private mutating func setApplicationTraffic() {
    guard setup.hasSharedNIC, trafficVersion != usageVersion else { return }
    trafficVersion = usageVersion
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
    case .stallDetector: "ended by the stall detector"
    }
  }
}
