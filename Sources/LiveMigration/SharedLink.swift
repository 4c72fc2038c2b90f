/// Migrations that cross one link, each from its own start: predictions with max-min fair shares of it.
///
/// The shares are solved again at every start, at every end, and when a migration's cap stops to bind for its last copy.
/// - Complexity: O(events of all migrations × migrations).
package func predict(_ migrations: [MigrationCase], starts: [Double], sharing linkBytesPerSecond: Double)
  -> [MigrationPrediction]
{
  var run = SharedLinkRun(migrations, starts: starts, linkBytesPerSecond: linkBytesPerSecond)
  run.toEnd()
  return run.transfers.map { MigrationPrediction($0) }
}

/// What becomes of migrations that leave one node over one link, so many at a time.
package struct WaveOutcome: Sendable, Equatable {
  /// In the order given.
  package var predictions: [MigrationPrediction]
  /// From the start of the first to the end of the last.
  package var makespanSeconds: Double
  package var transferredBytes: Double { predictions.reduce(0) { $0 + $1.transferredBytes } }
}

/// Migrations over one link, `parallel` at a time, the next as soon as one has ended.
package func predictWave(_ migrations: [MigrationCase], parallel: Int, sharing linkBytesPerSecond: Double)
  -> WaveOutcome
{
  let starts = migrations.indices.map { $0 < parallel ? 0 : Double.infinity }
  var run = SharedLinkRun(migrations, starts: starts, linkBytesPerSecond: linkBytesPerSecond, startsWaiting: true)
  run.toEnd()
  return WaveOutcome(
    predictions: run.transfers.map { MigrationPrediction($0) }, makespanSeconds: run.now)
}

/// The state of migrations that share a link.
private struct SharedLinkRun {
  private let migrations: [MigrationCase]
  private var starts: [Double]
  private let linkBytesPerSecond: Double
  private(set) var transfers: [PreCopyTransfer]
  /// Of each migration: what it gets, and what it would get without its cap.
  private var rates: [Double]
  private var free: [Double]
  private(set) var now = 0.0
  /// Whether an end lets the next start that has no time of its own.
  private let startsWaiting: Bool
  private var solver = MaxMinFairShare()

  init(_ migrations: [MigrationCase], starts: [Double], linkBytesPerSecond: Double, startsWaiting: Bool = false) {
    self.startsWaiting = startsWaiting
    self.migrations = migrations
    self.starts = starts.map { $0.isFinite || startsWaiting ? max(0, $0) : 0 }
    self.linkBytesPerSecond = linkBytesPerSecond
    transfers = migrations.map { $0.transfer() }
    rates = migrations.map { _ in 0 }
    free = rates
  }

  private func isActive(_ index: Int) -> Bool { starts[index] <= now && !transfers[index].phase.isFinal }

  mutating func toEnd() {
    var events = 0
    while events < eventLimit * migrations.count, transfers.contains(where: { !$0.phase.isFinal }) {
      events += 1
      solve()
      var step = Double.infinity
      for i in transfers.indices {
        if starts[i] > now { step = min(step, starts[i] - now) }
        guard isActive(i) else { continue }
        step = min(
          step,
          transfers[i].secondsUntilNextEvent(
            bytesPerSecond: rates[i], linkBytesPerSecond: free[i], activity: migrations[i].activity))
      }
      guard step < .infinity else { break }
      for i in transfers.indices where isActive(i) { advance(i, step) }
      now += step
      if startsWaiting { startNext() }
    }
    for i in transfers.indices { transfers[i].cancel(.doesNotConverge) }
  }

  /// A start for each migration that has ended and let nobody start yet.
  private mutating func startNext() {
    let ended = transfers.count { $0.phase.isFinal }
    let started = starts.count { $0 < .infinity }
    let first = starts.count { $0 == 0 }
    guard started < first + ended else { return }
    for i in starts.indices.filter({ starts[$0] == .infinity }).prefix(first + ended - started) { starts[i] = now }
  }

  private mutating func advance(_ index: Int, _ step: Double) {
    transfers[index].advance(
      seconds: step, bytesPerSecond: rates[index], linkBytesPerSecond: free[index],
      activity: migrations[index].activity)
  }

  private mutating func solve() {
    let active = transfers.indices.filter(isActive)
    let caps = active.map { index in
      let cap = migrations[index].configuration.bandwidthPerMigration
      return transfers[index].wantsLinkRate || cap <= 0 ? Double.infinity : cap
    }
    var flows = caps.map { MaxMinFairShare.Flow(0, capBytesPerSecond: $0) }
    var solved: [Double] = []
    solver.solve(flows: flows, capacities: [linkBytesPerSecond], into: &solved)
    for (position, index) in active.enumerated() {
      rates[index] = solved[position]
      free[index] = solved[position]
      guard caps[position] < .infinity, solved[position] >= caps[position] * 0.999 else { continue }
      var alone: [Double] = []
      flows[position].capBytesPerSecond = .infinity
      solver.solve(flows: flows, capacities: [linkBytesPerSecond], into: &alone)
      flows[position].capBytesPerSecond = caps[position]
      free[index] = alone[position]
    }
  }
}
