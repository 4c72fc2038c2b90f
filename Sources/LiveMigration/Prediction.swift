/// One migration on its own at constant bandwidth and activity: what goes in.
package struct MigrationCase: Sendable, Equatable {
  /// Guest memory; what is not used is zeroes.
  package var memoryBytes: Double
  package var usedBytes: Double
  package var copiedDiskBytes = 0.0
  package var dirty: DirtyPageProfile
  /// What the migration may use of the link in its rounds; the configuration's cap applies on top of it.
  package var linkBytesPerSecond: Double
  package var activity = 1.0
  /// Share of time the guest's CPUs are busy, for auto-converge.
  package var busyShare = 1.0
  package var configuration: MigrationConfiguration
  /// Nil writes all the time.
  package var burst: BurstPattern?
  /// Where sequential writers stand at the start, as a share of their set.
  package var sequentialStart = 0.0
  /// Names the chance in random writes; 0 takes their mean.
  package var noiseKey: UInt64 = 0
  /// Nil computes it from the configuration and the bytes.
  package var completionTimeoutSeconds: Double?
  /// Nil takes `configuration.progressTimeout`.
  package var progressTimeoutSeconds: Double?

  package init(
    memoryBytes: Double, usedBytes: Double, dirty: DirtyPageProfile, linkBytesPerSecond: Double,
    configuration: MigrationConfiguration = MigrationConfiguration()
  ) {
    self.memoryBytes = memoryBytes
    self.usedBytes = usedBytes
    self.dirty = dirty
    self.linkBytesPerSecond = linkBytesPerSecond
    self.configuration = configuration
  }

  /// The rate of the rounds: the link under `bandwidthPerMigration`.
  package var bytesPerSecond: Double {
    let cap = configuration.bandwidthPerMigration
    return cap > 0 ? min(cap, linkBytesPerSecond) : linkBytesPerSecond
  }

  /// The transfer at its start.
  package func transfer() -> PreCopyTransfer {
    let used = min(max(0, usedBytes), max(0, memoryBytes))
    var transfer = PreCopyTransfer(
      usedBytes: used + configuration.model.firmwareBytes, zeroBytes: max(0, memoryBytes) - used,
      copiedDiskBytes: copiedDiskBytes, dirty: dirty,
      configuration: configuration,
      completionTimeoutSeconds: completionTimeoutSeconds
        ?? configuration.completionTimeoutSeconds(bytes: memoryBytes + copiedDiskBytes),
      sequentialStart: sequentialStart)
    transfer.busyShare = busyShare
    transfer.burst = burst
    transfer.noise = WriteNoise(key: noiseKey)
    if let progressTimeoutSeconds { transfer.progressTimeoutSeconds = progressTimeoutSeconds }
    return transfer
  }
}

/// What happens to one migration on its own.
package struct MigrationPrediction: Sendable, Equatable {
  package enum Status: String, Sendable, CaseIterable { case completed, cancelled, postCopy = "post-copy" }

  package var status: Status
  /// Transfer only: from the first byte to the end of the last copy, or to the abort.
  package var totalSeconds: Double
  package var downtimeSeconds: Double
  /// Bitmap readings as QEMU counts them; 3 is the least of a completed migration.
  package var iterations: Int
  package var transferredBytes: Double
  package var throttlePercentMax: Double
  package var brownOutSeconds: Double
  /// The guest was paused by the monitor, not only for the last copy.
  package var isSuspended: Bool
  /// The monitor stopped the guest, or raised the limit of its pause far beyond the usual, so that it would end.
  package var isDisrupted = false
  /// Why it was cancelled.
  package var reason: PreCopyTransfer.AbortReason?
  /// Nothing ends it, so that its time, its rounds and its bytes mean nothing; only where `reason` is `doesNotConverge`.
  ///
  /// The stall detector of KubeVirt 1.9 aborts for the same reason at a time of its own.
  package var neverEnds = false

  /// Reads the result off a transfer that has ended, or that was given up because nothing ends it.
  package init(_ transfer: PreCopyTransfer, neverEnds: Bool = false) {
    self.neverEnds = neverEnds
    status = transfer.usedPostCopy ? .postCopy : .completed
    if case .aborted(let reason) = transfer.phase {
      status = .cancelled
      self.reason = reason
    }
    totalSeconds = transfer.elapsedSeconds
    downtimeSeconds = transfer.pauseSeconds
    iterations = transfer.rounds
    transferredBytes = transfer.transferredBytes
    throttlePercentMax = transfer.throttleMax * 100
    brownOutSeconds = transfer.brownOutSeconds
    isSuspended = transfer.isSuspended
    isDisrupted = transfer.isSuspended || (transfer.isDisrupted && !transfer.usedPostCopy)
  }
}

/// Events after which a migration without a time-out counts as one that does not converge; rounds that repeat are skipped
/// together, so that one with a time-out needs a few thousand at most.
let eventLimit = 20_000

/// Runs a transfer by itself at constant bandwidth and activity.
///
/// Without any time-out a migration may repeat its rounds for ever; after `eventLimit` events, or when nothing can ever
/// happen, it counts as `doesNotConverge`.
/// - Complexity: O(events), 3 to a few hundred, about 0.3 µs each.
package func predict(_ migration: MigrationCase) -> MigrationPrediction {
  var transfer = migration.transfer()
  let rate = migration.bytesPerSecond
  var events = 0
  while !transfer.phase.isFinal, events < eventLimit {
    events += 1
    let used = transfer.advance(
      seconds: .infinity, bytesPerSecond: rate, linkBytesPerSecond: migration.linkBytesPerSecond,
      activity: migration.activity)
    guard used < .infinity else { break }
  }
  let neverEnds = !transfer.phase.isFinal
  transfer.cancel(.doesNotConverge)
  return MigrationPrediction(transfer, neverEnds: neverEnds)
}
