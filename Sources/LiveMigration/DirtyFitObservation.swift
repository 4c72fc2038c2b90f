/// One thing that was seen of how a guest dirties its memory.
package struct DirtyObservation: Sendable, Equatable {
  package enum Evidence: Sendable, Equatable {
    /// Distinct bytes dirtied in an interval while nothing migrates, such as QEMU's `calc-dirty-rate` in bitmap mode.
    case interval(seconds: Double, dirtyBytes: Double)
    /// A round of a migration: what it left to send was dirtied while it lasted.
    case round(seconds: Double, remainingBytes: Double, bandwidthBytesPerSecond: Double?)
    /// A whole migration of which only totals are known.
    case migration(PastMigration)
    /// Distinct bytes a second over one second outside a migration (`kubevirt_vmi_dirty_rate_bytes_per_second`).
    case idleRate(bytesPerSecond: Double)
    /// A rate that a migration reported of itself, over a time nobody knows.
    case rateWhileMigrating(bytesPerSecond: Double, bandwidthBytesPerSecond: Double?)
    /// A reading of nothing by page sampling, which can miss all that a guest writes.
    case nothingSampled
  }

  package var evidence: Evidence
  /// Standard deviation as a share of the value; nil takes that of its kind.
  package var relativeError: Double?
  /// Added to it in bytes, for readings off a figure; nil takes that of its kind.
  package var absoluteErrorBytes: Double?

  package init(_ evidence: Evidence, relativeError: Double? = nil, absoluteErrorBytes: Double? = nil) {
    self.evidence = evidence
    self.relativeError = relativeError
    self.absoluteErrorBytes = absoluteErrorBytes
  }
}

/// Totals of a migration that ended by itself, with what has to be known to predict them.
package struct PastMigration: Sendable, Equatable {
  package var totalSeconds: Double
  package var downtimeSeconds: Double?
  package var transferredBytes: Double?
  package var memoryBytes: Double
  /// Memory that is not zeroes; nil takes all of it.
  package var usedBytes: Double?
  package var bandwidthBytesPerSecond: Double
  package var downtimeLimitSeconds: Double

  package init(
    totalSeconds: Double, downtimeSeconds: Double? = nil, transferredBytes: Double? = nil, memoryBytes: Double,
    usedBytes: Double? = nil, bandwidthBytesPerSecond: Double, downtimeLimitSeconds: Double = 0.3
  ) {
    self.totalSeconds = totalSeconds
    self.downtimeSeconds = downtimeSeconds
    self.transferredBytes = transferredBytes
    self.memoryBytes = memoryBytes
    self.usedBytes = usedBytes
    self.bandwidthBytesPerSecond = bandwidthBytesPerSecond
    self.downtimeLimitSeconds = downtimeLimitSeconds
  }

  /// The migration with another dirty curve; given up after three times the time that it took.
  func with(_ dirty: DirtyPageProfile) -> MigrationCase {
    var configuration = MigrationConfiguration()
    configuration.bandwidthPerMigration = 0
    configuration.downtimeLimitMs = max(1, Int((min(2000, downtimeLimitSeconds) * 1000).rounded()))
    var migration = MigrationCase(
      memoryBytes: memoryBytes, usedBytes: min(memoryBytes, usedBytes ?? memoryBytes), dirty: dirty,
      linkBytesPerSecond: bandwidthBytesPerSecond, configuration: configuration)
    migration.completionTimeoutSeconds = 3 * totalSeconds
    migration.progressTimeoutSeconds = 0
    return migration
  }
}

/// Something about the observations that a reader must know before trusting the fit.
package enum DirtyFinding: Sendable, Equatable {
  /// Rounds whose dirtied bytes a second lie within 5 % of the link's: their length sets itself, so only the pair of
  /// length and bytes says something.
  case stalledRounds(Int)
  /// All intervals are about this long, so `H`, `τ` and `c` cannot be told apart.
  case oneLength(seconds: Double)
  /// Rates outside a migration, taken times 2 (1 to 3).
  case idleRates(Int)
  /// Rates that a migration reports of itself: left out.
  case ratesWhileMigrating(Int)
  /// Those of them that are the link's rate.
  case ratesOfTheLink(Int)
  /// Readings of nothing by page sampling: left out.
  case nothingSampled(Int)
  /// Observations that cannot be: no length, no bytes, not finite.
  case unusable(Int)
  /// `τ` lies somewhere in a range that begins or ends where the search does.
  case timeConstantBounded
  /// Observations more than 2.5 of their errors off the curve: bursts, or a workload that changes.
  case outliers(Int)
  /// The curve misses the observations by this many times their stated errors.
  case poorFit(Double)
  /// Totals of migrations, fitted by predicting them.
  case totals(Int)
  /// Past migrations that no curve predicts within a factor of 1.5.
  case unexplainedTotals(Int)
}
