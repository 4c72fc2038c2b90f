import ClusterModel
import EventKernel
import LiveMigration

/// A live migration that was asked for.
struct MigrationRequest {
  var machine: MachineID
  /// The node that it leaves; does not change while it waits.
  var source: NodeID
  /// Nil: the scheduler chooses.
  var target: NodeID?
  var requestedAt: SimulationTime
  var origin: MigrationOrigin
  /// Names the delays of its timer: belongs to the machine and its attempt.
  var timerKey: UInt64 = 0
  /// Not started before, because of failures.
  var notBefore = SimulationTime.zero

  // Set by the queue.
  /// Order of arrival.
  fileprivate(set) var number = 0
  /// When it looks next whether it may start; in the past where that look was in vain and nobody asked since.
  fileprivate(set) var nextLook = SimulationTime.zero
  fileprivate(set) var looks: UInt64 = 0
  /// When the end of another migration let it look between two looks of its own, which does not move its timer.
  fileprivate(set) var wokenAt: SimulationTime?
}

/// Migrations that wait for a slot and the slots in use, by the rules of KubeVirt's migration controller.
///
/// A slot is held from the creation of the target pod to the migration's end; there is a limit for the cluster and one
/// for those that leave a node, and none for those that arrive. Every waiting migration looks on a timer of its own. A
/// look while the limits hold the migration up only sets the timer again, so such looks are made up for later, when
/// something has changed, instead of being events: the owner asks `nextStart` after each change when to come back.
/// - Complexity: `takeNext` and `nextStart` cost O(waiting), and a few ns for each look made up for.
struct MigrationQueue {
  let rules: MigrationQueueRules
  let clusterLimit: Int
  let nodeLimit: Int
  /// In order of arrival.
  private(set) var waiting: [MigrationRequest] = []
  private(set) var slotsInUse = 0
  /// Migrations that hold a slot and leave the node.
  private(set) var leaving: [Int]
  /// Machines with the pod of an earlier migration beside their own.
  private var hasSecondPod: [Bool]
  private var isWaiting: [Bool]
  private var nextNumber = 0

  init(rules: MigrationQueueRules, clusterLimit: Int, nodeLimit: Int, nodeCount: Int, machineCount: Int) {
    self.rules = rules
    self.clusterLimit = clusterLimit
    self.nodeLimit = nodeLimit
    leaving = [Int](repeating: 0, count: nodeCount)
    hasSecondPod = [Bool](repeating: false, count: machineCount)
    isWaiting = hasSecondPod
  }

  func isWaiting(_ machine: MachineID) -> Bool { isWaiting[machine.index] }

  // MARK: Arrivals and starts

  /// Its first look is now, or when the pause after a failure is over.
  mutating func enqueue(_ request: MigrationRequest, now: SimulationTime) {
    var request = request
    request.number = nextNumber
    request.nextLook = max(now, request.notBefore)
    nextNumber += 1
    isWaiting[request.machine.index] = true
    waiting.append(request)
  }

  /// The first migration that looks now and may start, which takes its slot; nil when all others have to wait.
  ///
  /// Those that look at the same time do so by priority, then in order of arrival.
  mutating func takeNext(now: SimulationTime) -> MigrationRequest? {
    guard slotsInUse < clusterLimit else { return nil }
    var best: Int?
    for position in waiting.indices {
      makeUp(position, until: now)
      let looks = waiting[position].nextLook == now || waiting[position].wokenAt == now
      guard looks, mayStart(waiting[position], now) else { continue }
      if let found = best, priority(found) >= priority(position) { continue }
      best = position
    }
    guard let best else { return nil }
    slotsInUse += 1
    leaving[waiting[best].source.index] += 1
    return remove(at: best)
  }

  /// Every look at or before `now` is done; the time of the next one that may start a migration, if nothing changes.
  mutating func nextStart(after now: SimulationTime) -> SimulationTime? {
    guard slotsInUse < clusterLimit else { return nil }
    var next: SimulationTime?
    for position in waiting.indices where isLetThrough(waiting[position]) {
      makeUp(position, until: now + SimulationDuration(microseconds: 1))
      if let found = next, found <= waiting[position].nextLook { continue }
      next = waiting[position].nextLook
    }
    return next
  }

  /// Takes back a request that has not started.
  mutating func withdraw(_ machine: MachineID) -> MigrationRequest? {
    guard isWaiting[machine.index], let position = waiting.firstIndex(where: { $0.machine == machine }) else {
      return nil
    }
    return remove(at: position)
  }

  private mutating func remove(at position: Int) -> MigrationRequest {
    let request = waiting.remove(at: position)
    isWaiting[request.machine.index] = false
    return request
  }

  // MARK: Ends

  /// A migration has become final: its slot is free, and where the version does so, the first in line look now.
  mutating func release(from source: NodeID, now: SimulationTime) {
    slotsInUse -= 1
    leaving[source.index] -= 1
    guard rules.wakesWaitingOnCompletion, !waiting.isEmpty else { return }
    // Among equals the controller's order is arbitrary; the draw belongs to the machine and its attempt.
    for position in waiting.indices { makeUp(position, until: now) }
    let order = waiting.indices.map { position in
      (priority(position), RandomStream.hash(waiting[position].timerKey, ~waiting[position].looks), position)
    }.sorted { a, b in a.0 != b.0 ? a.0 > b.0 : (a.1, a.2) < (b.1, b.2) }
    for (_, _, position) in order.prefix(max(0, clusterLimit)) { waiting[position].wokenAt = now }
  }

  /// The machine has got, or is rid of, the pod of an earlier migration beside its own.
  mutating func setSecondPod(_ exists: Bool, of machine: MachineID, now: SimulationTime) {
    if isWaiting[machine.index], let position = waiting.firstIndex(where: { $0.machine == machine }) {
      makeUp(position, until: now)
    }
    hasSecondPod[machine.index] = exists
  }

  // MARK: Looks

  private func priority(_ position: Int) -> Double { rules.priorities[waiting[position].origin] }

  private func mayStart(_ request: MigrationRequest, _ now: SimulationTime) -> Bool {
    request.notBefore <= now && isLetThrough(request)
  }

  private func isLetThrough(_ request: MigrationRequest) -> Bool {
    leaving[request.source.index] < nodeLimit && !hasSecondPod[request.machine.index]
  }

  /// Passes over the looks before `time`, which were in vain.
  private mutating func makeUp(_ position: Int, until time: SimulationTime) {
    while waiting[position].nextLook < time {
      let request = waiting[position]
      let delay = rules.secondsUntilNextLook(
        origin: request.origin, hasSecondPod: hasSecondPod[request.machine.index],
        RandomStream.uniform(key: request.timerKey, counter: request.looks))
      waiting[position].looks += 1
      waiting[position].nextLook = request.nextLook + .seconds(delay)
    }
  }
}
