import ClusterModel
import EventKernel
import LiveMigration

/// A migration that holds a slot or whose source pod still winds down.
struct MigrationRow {
  enum Stage {
    /// The target pod exists and fits nowhere: it holds a slot until it fits or times out.
    case unschedulable
    /// Target pod starts, the target prepares.
    case starting
    /// As `starting`, but the pod will not be ready in the time that it has.
    case pendingTooLong
    case transferring
    /// The machine runs on the target; the source pod still holds room.
    case teardown
  }

  var request: MigrationRequest
  var source: NodeID
  var podCreatedAt: SimulationTime
  var target = NodeID.none
  var stage = Stage.unschedulable
  var transfer: PreCopyTransfer?
  /// What the transfer had counted when the warm-up ended.
  var atWarmUp = TransferCounts()
  /// Share of the guest's throughput that the transfer takes now.
  var lostShare = 0.0
  /// What held when the transfer began; a policy may differ from the cluster's.
  var configuration: MigrationConfiguration?
  var lastAdvance = SimulationTime.zero
  var conditions = TransferConditions()
  /// What its streams carry, and what they may in the rounds.
  var streamBytesPerSecond = 0.0
  var roundsBytesPerSecond = 0.0
  /// Cap of the flow now; the rounds' cap does not bind the last copy.
  var capBytesPerSecond = 0.0
  var generation: UInt32 = 0
  /// The guest runs on the target.
  var hasSwitched = false
  var isInUse = true
}

/// What decides how a transfer goes on; it is brought up to date before any of this changes.
struct TransferConditions: Equatable {
  /// What it gets now, and what it would get if `bandwidthPerMigration` did not pace it.
  var bytesPerSecond = 0.0
  var linkBytesPerSecond = 0.0
  /// How busily the guest writes.
  var activity = 1.0
  /// Share of time its CPUs are busy.
  var busyShare = 1.0
}

/// What a transfer has cost so far.
struct TransferCounts {
  var bytes = 0.0
  var brownOutSeconds = 0.0
  var pauseSeconds = 0.0

  init() {}

  init(_ transfer: PreCopyTransfer) {
    bytes = transfer.transferredBytes
    brownOutSeconds = transfer.brownOutSeconds
    pauseSeconds = transfer.pauseSeconds
  }
}

/// Migrations waiting and running, with the network they share.
struct TransferTable {
  var rows: [MigrationRow] = []
  private var freeSlots: [Int] = []
  var queue: MigrationQueue
  /// Slot of a machine's migration, −1 for none; one that waits may have the slot of an earlier one's teardown.
  private(set) var slotOfMachine: [Int]
  var network: MigrationNetwork
  /// Flows are limited by the lines of their two nodes and their caps, and by nothing else.
  let crossesNICsOnly: Bool
  let configuration: MigrationConfiguration
  var phases = MigrationPhases()
  /// Attempts so far per machine, which number its random draws.
  var attempts: [UInt64]
  /// How each machine's latest attempts ended, and when the last one failed.
  private(set) var finished: [FinishedAttempts]
  private(set) var failedAt: [SimulationTime]
  /// When waiting migrations are to look again, where that is scheduled.
  var nextQueueLook: SimulationTime?

  init(inventory: Inventory, configuration: MigrationConfiguration) {
    let machineCount = inventory.machines.count
    slotOfMachine = [Int](repeating: -1, count: machineCount)
    attempts = [UInt64](repeating: 0, count: machineCount)
    finished = [FinishedAttempts](repeating: .init(), count: machineCount)
    failedAt = [SimulationTime](repeating: .zero, count: machineCount)
    network = MigrationNetwork(inventory: inventory, configuration: configuration)
    crossesNICsOnly = inventory.uplinks.isEmpty && inventory.nodes.allSatisfy { $0.migrationNIC.linkCount == 1 }
    queue = MigrationQueue(
      rules: configuration.queue, clusterLimit: configuration.parallelMigrationsPerCluster,
      nodeLimit: configuration.parallelOutboundMigrationsPerNode, nodeCount: inventory.nodes.count,
      machineCount: machineCount)
    self.configuration = configuration
  }

  subscript(_ slot: Int) -> MigrationRow {
    get { rows[slot] }
    set { rows[slot] = newValue }
  }

  var waiting: [MigrationRequest] { queue.waiting }
  var slotsInUse: Int { queue.slotsInUse }

  /// Waiting, in a migration, or just out of one with the old pod still there.
  func isMigrating(_ machine: MachineID) -> Bool {
    slotOfMachine[machine.index] != -1 || queue.isWaiting(machine)
  }

  /// Has a migration that is not final, so that KubeVirt admits no other.
  func hasUnfinished(_ machine: MachineID) -> Bool {
    if queue.isWaiting(machine) { return true }
    let slot = slotOfMachine[machine.index]
    return slot >= 0 && rows[slot].stage != .teardown
  }

  // MARK: Slots

  /// Whether the table has room for a migration, with those that wind down.
  var hasFreeRow: Bool { !freeSlots.isEmpty || rows.count < MigrationTicket.slotCount }

  /// A row for a migration that the queue has given a slot.
  mutating func take(_ row: MigrationRow) -> Int {
    var row = row
    let slot = freeSlots.popLast() ?? rows.count
    if slot < rows.count {
      row.generation = rows[slot].generation &+ 1
      rows[slot] = row
    } else {
      rows.append(row)
    }
    slotOfMachine[row.request.machine.index] = slot
    return slot
  }

  /// The migration is final: its slot is free although the source pod may linger.
  mutating func close(_ slot: Int, succeeded: Bool, now: SimulationTime) {
    let machine = rows[slot].request.machine
    attempts[machine.index] += 1
    finished[machine.index].add(succeeded: succeeded)
    if !succeeded { failedAt[machine.index] = now }
    if succeeded {
      rows[slot].stage = .teardown
      queue.setSecondPod(true, of: machine, now: now)
    }
    queue.release(from: rows[slot].source, now: now)
  }

  mutating func remove(_ slot: Int, now: SimulationTime) {
    let machine = rows[slot].request.machine
    if rows[slot].stage == .teardown { queue.setSecondPod(false, of: machine, now: now) }
    rows[slot].isInUse = false
    rows[slot].transfer = nil
    rows[slot].generation &+= 1
    slotOfMachine[machine.index] = -1
    freeSlots.append(slot)
  }

  /// A new generation makes events that are already queued for the slot stale.
  mutating func nextTicket(_ slot: Int) -> MigrationTicket {
    rows[slot].generation &+= 1
    return MigrationTicket(slot: slot, generation: rows[slot].generation)
  }

  func isCurrent(_ ticket: MigrationTicket) -> Bool {
    ticket.slot < rows.count && rows[ticket.slot].isInUse
      && rows[ticket.slot].generation & MigrationTicket.generationMask == ticket.generation
  }

  // MARK: Network

  var nodeCount: Int { queue.leaving.count }

  /// Puts back a transfer that has been brought to `now`.
  mutating func keep(_ transfer: PreCopyTransfer, in slot: Int, now: SimulationTime) {
    rows[slot].lastAdvance = now
    rows[slot].lostShare =
      transfer.phase == .postCopy
      ? (rows[slot].configuration ?? configuration).model.postCopySlowdownShare : transfer.lostShare
    rows[slot].transfer = transfer
  }

  /// Whether a transfer is in its rounds under `bandwidthPerMigration`.
  func isPaced(_ slot: Int) -> Bool { rows[slot].capBytesPerSecond < rows[slot].streamBytesPerSecond }

  // MARK: What the gauges show

  /// Cores that migrating guests lose to dirty logging and throttling.
  func degradedCores(_ usage: UsageState) -> Double {
    var sum = 0.0
    for slot in rows.indices where rows[slot].isInUse && rows[slot].stage == .transferring {
      sum += usage.usedCores[rows[slot].request.machine.index] * rows[slot].lostShare
    }
    return sum
  }

  /// Share of nodes whose egress or ingress migrations fill.
  func saturatedShare(nodeCount: Int) -> Double {
    guard slotsInUse > 0, nodeCount > 0 else { return 0 }
    var egress: [Double] = .init(repeating: 0, count: nodeCount)
    var ingress = egress
    for slot in rows.indices where rows[slot].isInUse && rows[slot].stage == .transferring {
      egress[rows[slot].source.index] += rows[slot].conditions.bytesPerSecond
      ingress[rows[slot].target.index] += rows[slot].conditions.bytesPerSecond
    }
    var saturated = 0
    for n in 0..<nodeCount {
      let isFull =
        egress[n] > 0.999 * network.egressBytesPerSecond(of: NodeID(n)) && egress[n] > 0
        || ingress[n] > 0.999 * network.ingressBytesPerSecond(of: NodeID(n)) && ingress[n] > 0
      if isFull { saturated += 1 }
    }
    return Double(saturated) / Double(nodeCount)
  }
}
