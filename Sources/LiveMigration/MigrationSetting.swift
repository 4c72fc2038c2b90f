import EventKernel

/// The guest's side of a migration: what it uses and what it writes while it moves.
package struct MigratingGuest: Sendable, Equatable {
  package var usedBytes: Double
  package var dirty: DirtyPageProfile
  /// How busily it writes, 1 being the level of its profile.
  package var activity = 1.0
  /// Share of time its CPUs are busy, for auto-converge.
  package var busyShare = 1.0

  package init(usedBytes: Double, dirty: DirtyPageProfile, activity: Double = 1, busyShare: Double = 1) {
    self.usedBytes = usedBytes
    self.dirty = dirty
    self.activity = activity
    self.busyShare = busyShare
  }

  /// Distinct bytes a second that it dirties in the first moments after the bitmap was read: the most it ever does.
  package var firstDirtyBytesPerSecond: Double { dirty.slope(at: 0) * activity }

  /// Where rounds stop to shrink: the length of a round in which it dirties all that the round sends.
  ///
  /// `T` with `D(a T) = B T`; nil where the guest never keeps up with the line. Forced, `T` is also the pause.
  /// Source: fits of published KubeVirt iteration traces, where stalled migrations settle there.
  package func stalledRoundSeconds(bytesPerSecond: Double) -> Double? {
    guard bytesPerSecond > 0, firstDirtyBytesPerSecond > bytesPerSecond else { return nil }
    var low = 0.0
    var high = dirty.workingSetBytes / bytesPerSecond
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if dirty.uniqueDirtyBytes(activitySeconds: activity * middle) > bytesPerSecond * middle {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }
}

/// A guest as it typically is, and some of the ways it may turn out.
package struct GuestEnsemble: Sendable, Equatable {
  package var typical: MigratingGuest
  package var drawn: [MigratingGuest]

  package init(typical: MigratingGuest, drawn: [MigratingGuest]) {
    self.typical = typical
    self.drawn = drawn
  }

  /// The draws, or the typical guest where there are none.
  var members: [MigratingGuest] { drawn.isEmpty ? [typical] : drawn }
}

/// The platform's side of a migration that has its line to itself.
package struct MigrationSetting: Sendable, Equatable {
  package var memoryBytes: Double
  /// Of the migration network, on the wire.
  package var lineBytesPerSecond: Double
  package var mtuBytes = 1500
  /// A CPU limit on the launcher pod falls back to one stream.
  package var hasCPULimit = false
  package var configuration: MigrationConfiguration

  package init(memoryBytes: Double, lineBytesPerSecond: Double, configuration: MigrationConfiguration) {
    self.memoryBytes = memoryBytes
    self.lineBytesPerSecond = lineBytesPerSecond
    self.configuration = configuration
  }

  package var channels: Int { configuration.channels(hasCPULimit: hasCPULimit) }

  /// Payload of the line: what is left of its rate after Ethernet, IP and TCP headers and encryption.
  package var payloadBytesPerSecond: Double {
    lineBytesPerSecond * MigrationModel.payloadShare(mtuBytes: mtuBytes) * configuration.tlsFactor
  }

  /// What the last copy and post-copy get: the line's payload, or what the streams carry where that is less.
  package var linkBytesPerSecond: Double {
    min(payloadBytesPerSecond, configuration.streamBytesPerSecond(channels: channels))
  }

  /// What the rounds get: the same under `bandwidthPerMigration`.
  package var roundBytesPerSecond: Double {
    let cap = configuration.bandwidthPerMigration
    return cap > 0 ? min(cap, linkBytesPerSecond) : linkBytesPerSecond
  }

  /// By how much pages shrink on the wire.
  package var compressionRatio: Double { configuration.compressionRatio(channels: channels) }

  /// Bytes of pages that the rounds send in a second: more than goes over the wire where pages are compressed.
  package var roundPageBytesPerSecond: Double { roundBytesPerSecond * compressionRatio }

  /// Whether `maxDowntimeMs` sets the limit of the pause, and not QEMU's own.
  package var usesMaxDowntime: Bool { configuration.activeExperiments.usesMaxDowntime }

  /// The longest pause that is allowed without leave to disturb the guest.
  package var pauseLimitSeconds: Double {
    get { Double(usesMaxDowntime ? configuration.maxDowntimeMs : configuration.downtimeLimitMs) / 1000 }
    set {
      let milliseconds = Int((newValue * 1000).rounded())
      if usesMaxDowntime {
        configuration.maxDowntimeMs = milliseconds
      } else {
        configuration.downtimeLimitMs = milliseconds
      }
    }
  }

  package var completionTimeoutSeconds: Double { configuration.completionTimeoutSeconds(bytes: memoryBytes) }

  package func migration(of guest: MigratingGuest) -> MigrationCase {
    var migration = MigrationCase(
      memoryBytes: memoryBytes, usedBytes: guest.usedBytes, dirty: guest.dirty,
      linkBytesPerSecond: linkBytesPerSecond, configuration: configuration)
    migration.activity = guest.activity
    migration.busyShare = guest.busyShare
    return migration
  }
}
