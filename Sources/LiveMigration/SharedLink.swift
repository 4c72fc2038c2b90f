import ClusterModel

/// Migrations that cross one link, each from its own start: predictions with max-min fair shares of it.
///
/// - Complexity: O(events of all migrations × migrations).
package func predict(_ migrations: [MigrationCase], starts: [Double], sharing linkBytesPerSecond: Double)
  -> [MigrationPrediction]
{
  overOneLine(migrations, starts: starts, linkBytesPerSecond, MigrationLimits()).predictions
}

/// What becomes of migrations that leave one node over one link, so many at a time.
package struct WaveOutcome: Sendable, Equatable {
  /// In the order given.
  package var predictions: [MigrationPrediction]
  /// From the start of the first to the end of the last.
  package var makespanSeconds: Double
  package var transferredBytes: Double { predictions.reduce(0) { $0 + $1.transferredBytes } }
  /// Nothing ends one of them, so that the times and bytes of all together mean nothing.
  package var neverEnds: Bool { predictions.contains(where: \.neverEnds) }
}

/// Migrations over one link, `parallel` at a time, the next as soon as one has ended.
///
/// `streamBytesPerSecond` is what the TCP connections of each carry, which holds its rounds, its last copy and post-copy;
/// one at a time is thus `predict` of each with the lesser of link and streams, exactly.
package func predictWave(
  _ migrations: [MigrationCase], parallel: Int, sharing linkBytesPerSecond: Double,
  streamBytesPerSecond: Double = .infinity
) -> WaveOutcome {
  let outcome = overOneLine(
    migrations, starts: migrations.map { _ in 0 }, linkBytesPerSecond, MigrationLimits(perSource: parallel),
    streamBytesPerSecond: streamBytesPerSecond)
  return WaveOutcome(predictions: outcome.predictions, makespanSeconds: outcome.makespanSeconds)
}

private func overOneLine(
  _ migrations: [MigrationCase], starts: [Double], _ linkBytesPerSecond: Double, _ limits: MigrationLimits,
  streamBytesPerSecond: Double = .infinity
) -> ConcurrentOutcome {
  let planned = migrations.indices.map { index in
    var planned = PlannedMigration(
      migrations[index], from: NodeID(0), to: NodeID(1), startSeconds: index < starts.count ? starts[index] : 0)
    planned.capBytesPerSecond = min(planned.capBytesPerSecond, streamBytesPerSecond)
    planned.lastCopyCapBytesPerSecond = streamBytesPerSecond
    return planned
  }
  return predict(planned, over: MigrationNetwork(lineBytesPerSecond: linkBytesPerSecond), limits: limits)
}
