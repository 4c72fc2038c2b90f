import Balancing
import ClusterModel
import EventKernel
import LiveMigration

/// One replication under one balancer: all state of the run, and the loop that hands each event to its part.
///
/// Single-threaded; owns everything it changes. Between two events every quantity is constant or changes at a constant
/// rate, so measurements are held for the time that passed before anything changes (`settle`).
/// - Complexity: a demand sample costs O(machines + nodes), a migration some ten events, a balancing what the balancer takes.
struct Simulation {
  let setup: SimulationSetup
  let replication: Int
  var queue = EventQueue<Event>(minimumCapacity: 256)
  var now = SimulationTime.zero
  let horizon: SimulationTime

  var cluster: ClusterState
  var demand: DemandModel
  var usage: UsageState
  let profiles: [MachineProfile]
  var history: UsageHistory?
  var transfers: TransferTable
  var restarts: RestartTable
  var balancer: any Balancer
  let balanceEvery: SimulationDuration
  var balancerRandom: RandomStream
  var measurements: Measurements
  /// Set when something that the gauges show has changed since they were computed.
  var gaugesAreStale = true
  /// Counts changes of usage, and the one that the traffic of shared migration networks follows.
  var usageVersion: UInt64 = 0
  var trafficVersion = UInt64.max
  var requestSkewVersion = UInt64.max
  var headroomVersion = UInt64.max

  init(
    _ setup: SimulationSetup, placement: ClusterState, balancer: any Balancer, setting: BalancerSetting,
    replication: Int
  ) {
    self.setup = setup
    self.replication = replication
    self.balancer = balancer
    cluster = placement
    horizon = .zero + setup.scenario.horizon
    profiles = setup.inventory.machines.indices.map { setup.profile(of: $0, replication: replication) }
    demand = DemandModel(setup, profiles: profiles, replication: replication)
    usage = UsageState(setup, profiles: profiles, placement: placement)
    transfers = TransferTable(inventory: setup.inventory, configuration: setup.scenario.migration)
    restarts = RestartTable(machineCount: setup.inventory.machines.count)
    balanceEvery = setting.every
    balancerRandom = setup.stream(.balancer, replication: replication)
    measurements = Measurements(
      nodeCount: setup.inventory.nodes.count, machineCount: setup.inventory.machines.count,
      criticalMachines: setup.inventory.machines.indices.filter { setup.inventory.machines[$0].tier == .critical },
      workloads: setup.workloadOutcomes)
    if !(balancer is NoBalancer) { history = UsageHistory(setup) }
  }

  /// Runs to the horizon and returns what was measured.
  mutating func run() -> Measurements {
    start()
    while step() {}
    finish()
    return measurements
  }

  /// Handles the next event; false when none is left before the horizon.
  mutating func step() -> Bool {
    guard let entry = queue.popFirst(through: horizon) else { return false }
    settle(at: entry.time)
    measurements.eventCount += 1
    handle(entry.event)
    return true
  }

  mutating func start() {
    awaitNodes()
    queue.schedule(.demandSample, at: .zero, phase: .change)
    queue.schedule(.headroomCheck, at: .zero, phase: .observe)
    if setup.scenario.warmUp > .zero { queue.schedule(.warmUpEnd, at: .zero + setup.scenario.warmUp, phase: .finish) }
    if history != nil { queue.schedule(.balance, at: .zero + balanceEvery, phase: .react) }
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .demandSample: takeDemandSample()
    case .headroomCheck: checkHeadroom()
    case .balance: balance()
    case .migrationStep(let ticket): stepMigration(ticket)
    case .queueRetry: dispatchMigrations()
    case .restartStep(let machine): stepRestart(MachineID(rawValue: machine))
    case .warmUpEnd:
      measurements.restart()
      markTransfersAtWarmUp()
    }
  }

  /// Counts the time since the last event at the values that held, then moves the clock.
  private mutating func settle(at time: SimulationTime) {
    guard time > now else { return }
    if gaugesAreStale { refreshGauges() }
    let seconds = (time - now).seconds
    measurements.gauges.hold(seconds: seconds)
    usage.hold(seconds: seconds, lost: &measurements.lostByMachine)
    now = time
  }

  mutating func finish() {
    settle(at: horizon)
    chargeOpenTransfers()
    measurements.unfinished =
      transfers.queue.waiting.count + transfers.rows.count { $0.isInUse && $0.stage != .teardown }
    chargeOpenDowntime()
    countSLOViolations()
    assert(cluster.checkInvariants() == nil, cluster.checkInvariants() ?? "")
  }
}
