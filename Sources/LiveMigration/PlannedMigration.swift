package import ClusterModel

/// A migration among others: from where to where, when, and what moves.
package struct PlannedMigration: Sendable {
  package var source: NodeID
  package var target: NodeID
  /// When it may start; one that is not finite starts at once.
  package var startSeconds = 0.0
  /// What its flow takes at most in the rounds.
  package var capBytesPerSecond: Double
  /// What it takes at most in the last copy and in post-copy.
  package var lastCopyCapBytesPerSecond = Double.infinity
  /// Its TCP connections.
  package var streams = 1
  /// Its link is not looked at: the network has the rates.
  package var migration: MigrationCase

  /// - Parameter capBytesPerSecond: nil takes `bandwidthPerMigration` of the case.
  package init(
    _ migration: MigrationCase, from source: NodeID, to target: NodeID, startSeconds: Double = 0,
    capBytesPerSecond: Double? = nil, streams: Int = 1
  ) {
    self.migration = migration
    self.source = source
    self.target = target
    self.startSeconds = startSeconds
    let own = migration.configuration.bandwidthPerMigration
    self.capBytesPerSecond = capBytesPerSecond ?? (own > 0 ? own : .infinity)
    self.streams = streams
  }
}

/// How many migrations run at a time; those that wait start in order of their start, then in the order given.
package struct MigrationLimits: Sendable, Equatable {
  package var perSource: Int
  package var perCluster: Int

  package init(perSource: Int = .max, perCluster: Int = .max) {
    self.perSource = max(1, perSource)
    self.perCluster = max(1, perCluster)
  }
}

/// What became of migrations that shared a network, in the order given.
package struct ConcurrentOutcome: Sendable, Equatable {
  package var predictions: [MigrationPrediction]
  /// When each did start.
  package var startSeconds: [Double]
  /// When the last one ended.
  package var makespanSeconds: Double
}

/// Runs migrations over one network, with max-min fair rates at every moment.
///
/// What can never end, because its rounds repeat or nothing moves, counts as `doesNotConverge` when everything else
/// has ended.
/// - Complexity: an event looks only at the migrations and links whose rates it changes; see `ConcurrentRun`.
package func predict(
  _ migrations: [PlannedMigration], over network: MigrationNetwork, limits: MigrationLimits = MigrationLimits()
) -> ConcurrentOutcome {
  var run = ConcurrentRun(migrations, network, limits)
  run.toEnd()
  return ConcurrentOutcome(
    predictions: run.predictions.map { $0 ?? MigrationPrediction.never }, startSeconds: run.startSeconds,
    makespanSeconds: run.now)
}

extension MigrationPrediction {
  /// Of a migration that never started.
  fileprivate static let never = {
    var transfer = PreCopyTransfer(
      usedBytes: 0, zeroBytes: 0, copiedDiskBytes: 0, dirty: .idle, configuration: MigrationConfiguration(),
      completionTimeoutSeconds: 0)
    transfer.cancel(.doesNotConverge)
    return MigrationPrediction(transfer, neverEnds: true)
  }()
}
