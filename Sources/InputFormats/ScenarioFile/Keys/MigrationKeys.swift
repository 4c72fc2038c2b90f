import LiveMigration

/// `migration`: KubeVirt's own fields and spelling, as a dumped installation has them too.
enum MigrationKeys {
  static let parallelMigrationsPerCluster = Key.integer(
    "parallelMigrationsPerCluster", in: 1...10_000, default: common(\.parallelMigrationsPerCluster),
    "migrations in the whole cluster at the same time")
  static let parallelOutboundMigrationsPerNode = Key.integer(
    "parallelOutboundMigrationsPerNode", in: 1...10_000, default: common(\.parallelOutboundMigrationsPerNode),
    "migrations that leave one node at the same time")
  static let bandwidthPerMigration = Key.bandwidth(
    "bandwidthPerMigration", allowsZero: true, default: common(\.bandwidthPerMigration),
    "most that one migration sends a second; 0 is unlimited")
  static let completionTimeoutPerGiB = Key.integer(
    "completionTimeoutPerGiB", in: 0...1_000_000, default: common(\.completionTimeoutPerGiB),
    "seconds for each GB of guest memory until a migration is given up; 0 is never")
  static let progressTimeout = Key.integer(
    "progressTimeout", in: 0...1_000_000, default: common(\.progressTimeout),
    "seconds without progress until a migration is given up; 0 is never")
  static let maxDowntimeMs = Key.integer(
    "maxDowntimeMs", in: 1...2_000_000, default: common(\.maxDowntimeMs),
    "longest pause, in milliseconds; acts with the stall detector or downtime tuning")
  static let utilityVolumesTimeout = Key.integer(
    "utilityVolumesTimeout", in: 0...1_000_000, default: common(\.utilityVolumesTimeout),
    "seconds that a migration waits for utility volumes"
  ).withoutEffect
  static let allowAutoConverge = Key.boolean(
    "allowAutoConverge", default: common(\.allowAutoConverge), "slow the guest down until a migration converges")
  static let allowPostCopy = Key.boolean(
    "allowPostCopy", default: common(\.allowPostCopy), "run on the target before all memory has arrived")
  static let allowWorkloadDisruption = Key.boolean(
    "allowWorkloadDisruption", "whether a time-out may pause the guest or switch to post-copy; else as allowPostCopy")
  static let unsafeMigrationOverride = Key.boolean(
    "unsafeMigrationOverride", default: common(\.unsafeMigrationOverride), "migrate machines even where it is unsafe"
  ).withoutEffect
  static let nodeDrainTaintKey = Key.text(
    "nodeDrainTaintKey", default: common(\.nodeDrainTaintKey), "taint of nodes that are drained"
  ).withoutEffect
  static let disableTLS = Key.boolean(
    "disableTLS", default: common(\.disableTLS), "whether migrations are sent without encryption")
  static let network = Key.text("network", example: "migration", "name of the dedicated migration network")
    .withoutEffect
  static let matchSELinuxLevelOnMigration = Key.boolean(
    "matchSELinuxLevelOnMigration", "whether the target pod gets the source's SELinux level"
  ).withoutEffect
  static let downtimeLimitMs = Key.integer(
    "downtimeLimitMs", in: 1...2_000_000, default: common(\.downtimeLimitMs),
    "QEMU's limit of the last copy, in milliseconds")
  static let multifdChannels = Key.integer(
    "multifdChannels", in: 1...255, default: common(\.multifdChannels), "streams of a migration; 1 is no multifd")

  static let experimental = Key<Field>(
    "experimental", .section(MigrationExperimentKeys.section), "alpha switches of KubeVirt 1.9 (platform: next)"
  ) { $0 }
  static let policies = Key.list(
    "policies", of: .section(MigrationPolicyKeys.section),
    "MigrationPolicy objects: settings for machines by labels, in place of those of a dump")
  static let model = Key<Field>(
    "model", .section(MigrationModelKeys.section), "constants of the model that a site can measure"
  ) { $0 }

  static let section = KeySection(
    parallelMigrationsPerCluster, parallelOutboundMigrationsPerNode, bandwidthPerMigration, completionTimeoutPerGiB,
    progressTimeout, maxDowntimeMs, utilityVolumesTimeout, allowAutoConverge, allowPostCopy, allowWorkloadDisruption,
    unsafeMigrationOverride, nodeDrainTaintKey, disableTLS, network, matchSELinuxLevelOnMigration, downtimeLimitMs,
    multifdChannels, experimental, policies, model)

  /// The default of all platforms; nil where they differ.
  static func common<Value: Equatable>(_ path: KeyPath<MigrationConfiguration, Value>) -> Value? {
    let values = MigrationPreset.all.map { $0.configuration[keyPath: path] }
    return values.allSatisfy { $0 == values.first } ? values.first : nil
  }
}
