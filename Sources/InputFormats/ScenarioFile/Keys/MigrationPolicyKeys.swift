import LiveMigration

/// An element of `migration.policies`: the keys of a `MigrationPolicy`'s spec, as a dump has them, and its name.
enum MigrationPolicyKeys {
  static let name = Key.text("name", example: "databases", "name of the policy; decides between equals").required()
  static let selectors = Key<Field>(
    "selectors", .section(MigrationSelectorKeys.section),
    "which machines it is for; all labels must match, and without any it is for none"
  ) { $0 }
  static let allowAutoConverge = Key.boolean(
    MigrationKeys.allowAutoConverge.name, "slow the guest down until a migration converges")
  static let bandwidthPerMigration = Key.bandwidth(
    MigrationKeys.bandwidthPerMigration.name, allowsZero: true,
    "most that one migration sends a second; 0 is unlimited")
  static let completionTimeoutPerGiB = Key.integer(
    MigrationKeys.completionTimeoutPerGiB.name, in: 0...1_000_000,
    "seconds for each GB of guest memory until a migration is given up; 0 is never")
  static let maxDowntimeMs = Key.integer(
    MigrationKeys.maxDowntimeMs.name, in: 1...2_000_000, "longest pause, in milliseconds (KubeVirt 1.9)")
  static let allowPostCopy = Key.boolean(
    MigrationKeys.allowPostCopy.name, "run on the target before all memory has arrived")
  static let allowWorkloadDisruption = Key.boolean(
    MigrationKeys.allowWorkloadDisruption.name,
    "whether a time-out may pause the guest or switch to post-copy; else as the policy's allowPostCopy")
  static let experimental = Key<Field>(
    MigrationKeys.experimental.name, .section(MigrationExperimentKeys.section), "alpha switches of KubeVirt 1.9"
  ) { $0 }

  static let section = KeySection(
    name, selectors, allowAutoConverge, bandwidthPerMigration, completionTimeoutPerGiB, maxDowntimeMs, allowPostCopy,
    allowWorkloadDisruption, experimental)
}

/// `selectors` of a policy.
enum MigrationSelectorKeys {
  static let machines = Key.labels(
    "virtualMachineInstanceSelector", example: "{ workload: database }", "labels that the machine must have")
  static let namespaces = Key.labels(
    "namespaceSelector", example: "{ env: prod }", "labels that its namespace must have")

  static let section = KeySection(machines, namespaces)
}

/// `experimental` of the migration settings and of a policy.
enum MigrationExperimentKeys {
  static let stallDetector = Key.boolean(
    "stallDetector", "end a migration early, or disturb the guest if that is allowed, when it no longer gets nearer")
  static let downtimeTuning = Key.boolean(
    "downtimeTuning", "raise the limit of the pause step by step from 150 ms to maxDowntimeMs")
  static let compression = Key<MigrationExperiments.Compression>.choice(
    "compression", "pack pages with zstd; needs multifd")

  static let section = KeySection(stallDetector, downtimeTuning, compression).known(
    as: "experimental", "alpha switches of KubeVirt 1.9; older platforms warn and ignore them")
}

/// `migration.model`: each with its low, typical and high value and how well that is anchored (A measured, B measured
/// elsewhere, C reasoned).
enum MigrationModelKeys {
  static let singleStream = Key.bandwidth(
    "singleStreamBandwidth", default: defaults.singleStreamBytesPerSecond,
    "what one stream carries before encryption; 1.0, 1.6, 2.0 GB/s (B)")
  static let tlsSingle = Key.number(
    "tlsFactorSingleStream", in: 0.05...1, default: defaults.tlsFactorSingleStream,
    "share of one stream that is left with TLS; 0.75, 0.9, 1 (C)")
  static let tlsMany = Key.number(
    "tlsFactorManyStreams", in: 0.05...1, default: defaults.tlsFactorManyStreams,
    "share of the line that is left with TLS over several streams; 0.9, 1, 1 (C)")
  static let deviceState = Key.number(
    "deviceStateMs", in: 0...60_000, default: defaults.deviceStateSeconds * 1000,
    "pause for device state and switch-over, in milliseconds; 20, 50, 100, more with many devices (B)")
  static let zeroScan = Key.bandwidth(
    "zeroScanBandwidth", default: defaults.scanBytesPerSecond,
    "guest memory a second that is found to be zeroes; 2, 5.6, 27 GB/s (B)")
  static let preCopySlowdown = Key.percent(
    "preCopySlowdown", in: 0...100, default: defaults.preCopySlowdownShare * 100,
    "throughput that a guest loses in pre-copy; 2 %, 7 %, 20 % (C)")
  static let postCopySlowdown = Key.percent(
    "postCopySlowdown", in: 0...100, default: defaults.postCopySlowdownShare * 100,
    "throughput that a guest loses in post-copy until its hot pages are there; 20 %, 50 %, 90 % (C)")
  static let compressionRatio = Key.number(
    "compressionRatio", in: 1...100, default: defaults.compressionRatio,
    "by how much zstd shrinks pages with data; 1.1 for packed data, 3.6, 4 (B)")
  static let compressionPerCore = Key.bandwidth(
    "compressionBandwidthPerCore", default: defaults.compressedBytesPerCoreSecond,
    "packed bytes a second that a core makes, one core a stream; 130, 312, 400 MB/s (B)")
  static let stallDetector = Key<Field>(
    "stallDetector", .section(StallDetectorKeys.section), "parameters of the stall detector, KubeVirt's own names"
  ) { $0 }

  static let section = KeySection(
    singleStream, tlsSingle, tlsMany, deviceState, zeroScan, preCopySlowdown, postCopySlowdown, compressionRatio,
    compressionPerCore, stallDetector)

  private static let defaults = MigrationModel()
}

/// `migration.model.stallDetector`.
enum StallDetectorKeys {
  static let stallMargin = Key.percent(
    "stallMargin", in: 0...100, default: defaults.stallMargin * 100, "by how much what remains must fall to be progress")
  static let stallProgressTimeout = Key.number(
    "stallProgressTimeout", in: 0...1e6, default: defaults.stallProgressSeconds,
    "seconds without such progress until a migration counts as stalled, and first time of waiting for a good moment")
  static let switchoverTimeout = Key.number(
    "switchoverTimeout", in: 0...1e6, default: defaults.switchoverSeconds,
    "seconds in which a switch-over must end, else the migration is aborted")
  static let ewmaAlpha = Key.number(
    "ewmaAlpha", in: 0.001...1, default: defaults.ewmaAlpha, "weight of the last iteration in the measured bandwidth")
  static let precopyPossibleFactor = Key.number(
    "precopyPossibleFactor", in: 0...1000, default: defaults.precopyPossibleFactor,
    "times maxDowntimeMs up to which a pause may be tried where the guest must not be disturbed")
  static let patienceWindowDecayFactor = Key.number(
    "patienceWindowDecayFactor", in: 0...1, default: defaults.patienceWindowDecayFactor,
    "each time of waiting is so much of the one before")
  static let searchLocalMinima = Key.boolean(
    "searchLocalMinima", default: defaults.searchLocalMinima, "whether a stalled migration waits for a good moment")
  static let completionTimeoutFactor = Key.number(
    "completionTimeoutFactor", in: 0...1000, default: defaults.completionTimeoutFactor,
    "times the completion time-out in which the rest must be sent for the detector to act")

  static let section = KeySection(
    stallMargin, stallProgressTimeout, switchoverTimeout, ewmaAlpha, precopyPossibleFactor, patienceWindowDecayFactor,
    searchLocalMinima, completionTimeoutFactor)

  private static let defaults = StallDetector.Settings()
}
