import ClusterModel
import EventKernel
package import LiveMigration

/// A machine about which little is known: its type, and what was stated in place of the type's figures.
package struct GuestQuestion: Sendable, Equatable {
  package var profile: WorkloadProfile
  package var vCPUs: Int
  package var memoryBytes: Int64
  package var usedBytes: Double?
  package var hotSetBytes: Double?
  package var tauSeconds: Double?
  package var coldBytesPerSecond: Double?
  /// Unique dirty bytes of one second, measured while nothing migrated.
  package var dirtyBytesPerSecond: Double?
  /// Of a working day; nil takes the use for which the profile is stated.
  package var hourOfDay: Double?

  package init(profile: WorkloadProfile, vCPUs: Int, memoryBytes: Int64) {
    self.profile = profile
    self.vCPUs = vCPUs
    self.memoryBytes = memoryBytes
  }

  /// Typical use at the hour over the use that the profile states.
  package var useRatio: Double { hourOfDay.map { profile.useRatio(hourOfDay: $0) } ?? 1 }

  /// By how much a rate measured outside a migration falls short of that inside one: low, typical, high.
  ///
  /// Source: KubeVirt enhancement 246, whose authors see 2 to 3 times the rate before.
  package static let measuredFactor = Spread(1, 2, 3)

  private static let seed: UInt64 = 42
  /// The typical guest and `count` draws of it: each figure log-normal, median typical, p5 and p95 low and high.
  ///
  /// Eight figures vary: those of `MachineProfile`, the measured factor, the day's peak to trough.
  /// Draws follow one low-discrepancy sequence (`SpreadSequence`), so fewer draws are the first of more, spread about as
  /// well. Equal questions have equal draws, and so have questions that differ in a stated figure only.
  package func ensemble(count: Int) -> GuestEnsemble {
    let typical = guest([Double](repeating: 0, count: SpreadSequence.dimensions))
    let sequence = SpreadSequence(key: Self.seed)
    let drawn = (0..<max(0, count)).map { draw in
      guest(sequence.point(draw).map { NormalCurve.quantile($0) })
    }
    return GuestEnsemble(typical: typical, drawn: drawn)
  }

  /// The guest whose figures lie so many standard deviations from typical.
  private func guest(_ deviations: [Double]) -> MigratingGuest {
    let profile = settled(deviations)
    var machine = VirtualMachine(name: "predicted", vCPUs: vCPUs, guestMemoryBytes: memoryBytes)
    machine.observedDirtyBytesPerSecond = dirtyBytesPerSecond.map {
      $0 * Self.measuredFactor.value(at: deviations[6]) / MachineProfile.outsideMigrationFactor
    }
    // Every spread is one figure, so that the stream has no say.
    var stream = RandomStream(seed: Self.seed, replication: 0, purpose: .profile)
    let drawn = MachineProfile(
      machine, profile: profile, statedCPUShare: nil,
      statedMemoryShare: usedBytes.map { min(1, $0 / Double(max(1, memoryBytes))) }, random: &stream)
    let ratio = hourOfDay.map { self.profile.useRatio(hourOfDay: $0, peakToTrough: profile.dayPeakToTrough.typical) }
    return MigratingGuest(
      usedBytes: drawn.memoryUsedBytes, dirty: stated(drawn), activity: WorkloadProfile.activity(useRatio: ratio ?? 1),
      busyShare: (drawn.meanCPUShare * (ratio ?? 1)).clamped(to: 0.01...1))
  }

  /// The profile with each spread settled on one figure.
  private func settled(_ deviations: [Double]) -> WorkloadProfile {
    var settled = profile
    let paths: [WritableKeyPath<WorkloadProfile, Spread>] = [
      \.meanCPUPercent, \.memoryUsedPercent, \.hotSetPercentOfUsed, \.hotSetTimeConstantSeconds,
      \.coldDirtyMiBPerSecond, \.workingSetPercentOfUsed,
    ]
    for (path, deviation) in zip(paths, deviations) {
      settled[keyPath: path] = Spread(only: profile[keyPath: path].value(at: deviation))
    }
    settled.dayPeakToTrough = Spread(only: max(1, profile.dayPeakToTrough.value(at: deviations[7])))
    return settled
  }

  /// Stated dirty pages in place of the drawn ones; the working set keeps what it has beside the hot set.
  private func stated(_ drawn: MachineProfile) -> DirtyPageProfile {
    guard hotSetBytes != nil || tauSeconds != nil || coldBytesPerSecond != nil else { return drawn.dirty }
    let (hot, cold) = (drawn.dirty[0], drawn.dirty[1])
    let set = min(hotSetBytes ?? hot.setBytes, drawn.memoryUsedBytes)
    let drawnTau = hot.writesBytesPerSecond > 0 ? hot.setBytes / hot.writesBytesPerSecond : 1
    return DirtyPageProfile(
      hotSetBytes: set, tauSeconds: tauSeconds ?? drawnTau,
      coldBytesPerSecond: coldBytesPerSecond ?? cold.writesBytesPerSecond,
      capBytes: min(drawn.memoryUsedBytes, set + cold.setBytes))
  }
}

extension Spread {
  /// One figure without uncertainty.
  package init(only value: Double) { self.init(value, value, value) }
}
