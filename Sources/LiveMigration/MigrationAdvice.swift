/// One change that makes a migration converge, or how far one could go before it no longer does; each by itself.
package struct MigrationAdvice: Sendable, Equatable {
  package enum Change: String, Sendable, CaseIterable {
    /// Line of the migration network, wire bytes per second.
    case bandwidth
    /// `bandwidthPerMigration`, bytes per second; 0 is none.
    case cap
    /// Seconds; `maxDowntimeMs` where that acts, else QEMU's own limit.
    case downtimeLimit
    /// Seconds per GB.
    case completionTimeout
    case autoConverge, postCopy
    /// `allowWorkloadDisruption` without post-copy: the guest is paused at the time-out.
    case disruption
    /// How many times as busily the guest may write.
    case writes
  }

  package var change: Change
  /// The least value with which more than half of the draws converge, of `writes` the greatest; nil for switches, and
  /// where nothing in reach is enough.
  package var value: Double?
  /// The least value with which 95 % of the draws converge; nil where none in reach does, and of `writes`.
  package var valueForMost: Double?
  /// Of `writes`, the greatest with which 95 % of the draws converge.
  package var greatestForMost: Double?
  /// Share of draws that converge at `value`, and at `valueForMost` or `greatestForMost`.
  package var shareAtValue: Double?
  package var shareForMost: Double?
  /// Medians of the draws that converge at `value`, of switches those that end like most.
  package var median: MigrationPrediction?
  /// The same at `valueForMost`.
  package var medianForMost: MigrationPrediction?
  /// The typical guest under the change, at `value`; nil where no value is enough.
  package var typical: MigrationPrediction?
  /// Of switches, share of draws that end like most of those that get across.
  package var share: Double?
  /// Of switches, share of draws by outcome, in the order of `MigrationVerdict.Outcome.allCases`.
  package var shares: [Double] = []
  /// Streams left of those before, where the change costs some.
  package var streams: (left: Int, before: Int)?

  package init(_ change: Change) { self.change = change }

  /// Of switches, share of draws that end on the target.
  package var acrossShare: Double {
    zip(MigrationVerdict.Outcome.allCases, shares).reduce(0) { $1.0 == .cancelled ? $0 : $0 + $1.1 }
  }

  package func share(_ outcome: MigrationVerdict.Outcome) -> Double {
    zip(MigrationVerdict.Outcome.allCases, shares).first { $0.0 == outcome }?.1 ?? 0
  }

  package static func == (a: MigrationAdvice, b: MigrationAdvice) -> Bool {
    a.change == b.change && a.value == b.value && a.valueForMost == b.valueForMost && a.median == b.median
      && a.medianForMost == b.medianForMost && a.typical == b.typical && a.shares == b.shares
      && a.greatestForMost == b.greatestForMost && a.streams?.left == b.streams?.left
  }
}
