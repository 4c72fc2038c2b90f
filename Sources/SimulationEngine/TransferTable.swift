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
    case transferring
    /// The machine runs on the target; the source pod still holds room.
    case teardown
  }

  var request: MigrationRequest
  var source: NodeID
  var target = NodeID.none
  var stage = Stage.unschedulable
  var transfer: PreCopyTransfer?
  /// What the transfer had counted when the warm-up ended.
  var atWarmUp = TransferCounts()
  var lastAdvance = SimulationTime.zero
  var bytesPerSecond = 0.0
  var activity = 1.0
  /// Cap of the flow now; the rounds' cap does not bind the last copy.
  var capBytesPerSecond = 0.0
  var generation: UInt32 = 0
  /// The guest runs on the target.
  var hasSwitched = false
  var isInUse = true
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

/// A live migration that was asked for.
struct MigrationRequest {
  var machine: MachineID
  /// Nil: the scheduler chooses.
  var target: NodeID?
  var requestedAt: SimulationTime
  /// Higher goes first.
  var priority: Int
  /// 0 for the first attempt.
  var attempt = 0
  /// An eviction is tried again after a failure; a migration that somebody made is not.
  var isEviction: Bool
  var notBefore: SimulationTime
}

/// Migrations waiting and running, with the network they share.
struct TransferTable {
  private(set) var rows: [MigrationRow] = []
  private var freeSlots: [Int] = []
  /// In queue order: higher priority first, then first come.
  private(set) var waiting: [MigrationRequest] = []
  /// Slot of a machine's migration, −1 for none, −2 while it waits.
  private(set) var slotOfMachine: [Int]
  var network: MigrationNetwork
  let configuration: MigrationConfiguration
  let phases = MigrationPhases()
  /// Attempts so far per machine, which number its random draws.
  var attempts: [UInt64]
  private(set) var slotsInUse = 0

  init(inventory: Inventory, configuration: MigrationConfiguration) {
    slotOfMachine = [Int](repeating: -1, count: inventory.machines.count)
    attempts = [UInt64](repeating: 0, count: inventory.machines.count)
    network = MigrationNetwork(inventory: inventory, configuration: configuration)
    self.configuration = configuration
  }

  subscript(_ slot: Int) -> MigrationRow {
    get { rows[slot] }
    set { rows[slot] = newValue }
  }

  func isMigrating(_ machine: MachineID) -> Bool { slotOfMachine[machine.index] != -1 }

  // MARK: Queue

  mutating func enqueue(_ request: MigrationRequest) {
    let position = waiting.firstIndex { $0.priority < request.priority } ?? waiting.count
    waiting.insert(request, at: position)
    slotOfMachine[request.machine.index] = -2
  }

  mutating func removeWaiting(at position: Int) -> MigrationRequest {
    let request = waiting.remove(at: position)
    slotOfMachine[request.machine.index] = -1
    return request
  }

  /// The first waiting request that limits let through, by position.
  func nextDispatchable(now: SimulationTime, cluster: ClusterState) -> Int? {
    guard slotsInUse < configuration.parallelMigrationsPerCluster, rows.count < MigrationTicket.slotCount else {
      return nil
    }
    return waiting.firstIndex { request in
      request.notBefore <= now
        && outbound(from: cluster.nodeOfMachine[request.machine.index])
          < configuration.parallelOutboundMigrationsPerNode
    }
  }

  /// Migrations that hold a slot and leave `node`.
  func outbound(from node: NodeID) -> Int {
    rows.count { $0.isInUse && $0.stage != .teardown && $0.source == node }
  }

  // MARK: Slots

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
    slotsInUse += 1
    return slot
  }

  /// The migration is final: its slot is free although the source pod may linger.
  mutating func releaseSlot() { slotsInUse -= 1 }

  mutating func remove(_ slot: Int) {
    rows[slot].isInUse = false
    rows[slot].transfer = nil
    rows[slot].generation &+= 1
    slotOfMachine[rows[slot].request.machine.index] = -1
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

  // MARK: What the gauges show

  /// Cores that migrating guests lose to dirty logging and throttling.
  func degradedCores(_ usage: UsageState) -> Double {
    var sum = 0.0
    for row in rows where row.isInUse && row.stage == .transferring {
      guard let transfer = row.transfer else { continue }
      let share = transfer.phase == .postCopy ? configuration.model.postCopySlowdownShare : transfer.lostShare
      sum += usage.usedCores[row.request.machine.index] * share
    }
    return sum
  }

  /// Share of nodes whose egress or ingress migrations fill.
  func saturatedShare(nodeCount: Int) -> Double {
    guard slotsInUse > 0, nodeCount > 0 else { return 0 }
    var egress: [Double] = .init(repeating: 0, count: nodeCount)
    var ingress = egress
    for row in rows where row.isInUse && row.stage == .transferring {
      egress[row.source.index] += row.bytesPerSecond
      ingress[row.target.index] += row.bytesPerSecond
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
