package import ClusterModel
package import EventKernel
package import LiveMigration

/// What one machine is like in one replication: drawn from its type's ranges, or stated by the user, or observed.
package struct MachineProfile: Sendable, Equatable {
  /// Mean CPU use as a share of the vCPUs; for windowed patterns the level while busy.
  package var meanCPUShare: Double
  package var memoryUsedBytes: Double
  package var dirty: DirtyPageProfile

  /// Draws every uncertain figure log-normally, median = typical, p5 and p95 = low and high, from the machine's own
  /// stream; a stated or observed figure replaces the draw but not its random number.
  ///
  /// Hot and working set scale with used memory up to twice the reference machine, with exponent 0.7 beyond; the cold
  /// rate scales with the vCPUs.
  package init(
    _ machine: VirtualMachine, profile: WorkloadProfile, statedCPUShare: Double?, statedMemoryShare: Double?,
    random: inout RandomStream
  ) {
    let meanPercent = profile.meanCPUPercent.sample(&random)
    let memoryPercent = profile.memoryUsedPercent.sample(&random)
    let hotPercent = profile.hotSetPercentOfUsed.sample(&random)
    let tauDeviate = random.normal()
    let timeConstant = profile.hotSetTimeConstantSeconds.value(at: tauDeviate)
    let coldMiB = profile.coldDirtyMiBPerSecond.sample(&random)
    let workingSetDeviate = random.normal()
    let workingSetPercent = profile.workingSetPercentOfUsed.value(at: workingSetDeviate)

    let observedCPU = machine.observedUsage?.cpuCores.map { $0 / Double(max(1, machine.vCPUs)) }
    meanCPUShare = (statedCPUShare ?? observedCPU ?? meanPercent / 100).clamped(to: 0...1)
    let guest = Double(machine.guestMemoryBytes)
    let observedMemory = machine.observedUsage?.memoryBytes.map { min($0, guest) }
    memoryUsedBytes = statedMemoryShare.map { $0 * guest } ?? observedMemory ?? min(1, memoryPercent / 100) * guest

    let referenceUsed = profile.referenceMemoryGiB * 0x1p30 * profile.memoryUsedPercent.typical / 100
    let scaledUsed = Self.scaledSetBase(memoryUsedBytes, reference: referenceUsed)
    let cap = min(memoryUsedBytes, scaledUsed * workingSetPercent / 100)
    let cpuScale = Double(machine.vCPUs) / Double(max(1, profile.referenceVCPUs))
    let drawn = DirtyPageProfile(
      hotSetBytes: min(cap, scaledUsed * hotPercent / 100), tauSeconds: timeConstant,
      coldBytesPerSecond: coldMiB * 0x1p20 * cpuScale, capBytes: cap)
    if let stated = machine.statedDirty {
      let type = StatedCurve(
        hotSetBytes: min(cap, scaledUsed * hotPercent / 100), tauSeconds: timeConstant,
        coldBytesPerSecond: coldMiB * 0x1p20 * cpuScale, capBytes: cap)
      dirty = type.overridden(
        by: stated, usedBytes: memoryUsedBytes, curveDeviate: tauDeviate, workingSetDeviate: workingSetDeviate)
    } else {
      dirty = machine.observedDirtyBytesPerSecond.map { Self.matching(drawn, bytesPerSecond: $0) } ?? drawn
    }
  }

  /// A rate measured while nothing migrates shows a half to a third of what pre-copy meets; typical factor 2.
  ///
  /// Source: published comparison of `calc-dirty-rate` with the rounds of real migrations (`1 / 2 / 3`).
  package static let outsideMigrationFactor = 2.0

  /// The drawn profile with its sets and rates scaled so that the first second dirties the observed bytes times
  /// `outsideMigrationFactor`, and never more in total than the drawn working set.
  static func matching(_ drawn: DirtyPageProfile, bytesPerSecond: Double) -> DirtyPageProfile {
    let first = drawn.uniqueDirtyBytes(activitySeconds: 1)
    guard first > 0, bytesPerSecond.isFinite, bytesPerSecond >= 0 else { return drawn }
    let factor = bytesPerSecond * outsideMigrationFactor / first
    let classes = (0..<drawn.classCount).map { index in
      var part = drawn[index]
      if part.access == .random { part.setBytes *= factor }
      part.writesBytesPerSecond *= factor
      return part
    }
    return DirtyPageProfile(classes, workingSetCapBytes: drawn.workingSetCapBytes)
  }

  /// `used` up to twice the reference; beyond that 2·reference·(used / (2·reference))^0.7, because hot sets grow slower
  /// than memory.
  static func scaledSetBase(_ used: Double, reference: Double) -> Double {
    let limit = 2 * reference
    guard used > limit, limit > 0 else { return used }
    return limit * DeterministicMath.pow(used / limit, 0.7)
  }
}

extension Spread {
  /// One draw: log-normal with the median at `typical` and the 5th and 95th percentile `high / low` apart.
  func sample(_ random: inout RandomStream) -> Double { value(at: random.normal()) }

  /// The value so many standard deviations of the logarithm from typical; low and high lie at ∓1.645.
  func value(at normal: Double) -> Double {
    guard low > 0, high > low else { return typical }
    let sigma = DeterministicMath.log(high / low) / 3.29
    return typical * DeterministicMath.exp(sigma * normal)
  }
}
