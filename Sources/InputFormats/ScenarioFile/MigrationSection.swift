import LiveMigration
import SimulationEngine

/// `migration`: KubeVirt's own fields on top of the platform's preset.
struct MigrationSection {
  static func decode(_ field: Field, into scenario: inout Scenario) {
    guard var mapping = field.mapping(MigrationKeys.section, "'migration'") else { return }
    fields(&mapping, into: &scenario.migration)
    if let switches = mapping.field(MigrationKeys.experimental) {
      MigrationPolicySection.experiments(switches, into: &scenario.migration.experiments)
    }
    if let model = mapping.field(MigrationKeys.model) {
      MigrationPolicySection.model(model, into: &scenario.migration.model)
    }
    if let policies = mapping.field(MigrationKeys.policies) {
      scenario.migrationPolicies = MigrationPolicies(MigrationPolicySection.policies(policies.items() ?? []))
      checkPolicies(policies, scenario)
    }
    checkExperiments(&mapping, field, scenario)
    checkPostCopy(&mapping, field, scenario)
    for key in MigrationKeys.section.keys where key.hasNoEffect {
      guard let value = field.node?[key.name] else { continue }
      field.session.report(
        .warning, .notModelled, "'\(key.name)' is read but changes nothing in this version", at: value,
        label: "has no effect yet")
    }
    mapping.finish()
  }

  /// Switches of KubeVirt 1.9 on an older platform, and a longest pause that nothing uses.
  private static func checkExperiments(_ mapping: inout MappingReader, _ field: Field, _ scenario: Scenario) {
    let configuration = scenario.migration
    if !configuration.knowsExperiments, let experimental = mapping.field(MigrationKeys.experimental),
      configuration.experiments.isOn
    {
      field.session.report(
        .warning, .notModelled,
        "'experimental' needs KubeVirt 1.9: it does nothing on the platform \(scenario.platform)",
        at: experimental.anchor, label: "has no effect", help: "set platform: next")
    }
    let isUsed =
      configuration.activeExperiments.usesMaxDowntime
      || configuration.knowsExperiments
        && scenario.migrationPolicies.policies.contains { $0.stallDetector == true || $0.downtimeTuning == true }
    if !isUsed, let pause = mapping.field(MigrationKeys.maxDowntimeMs) {
      field.session.report(
        .warning, .notModelled, "'maxDowntimeMs' changes nothing without the stall detector or downtime tuning",
        at: pause.anchor, label: "has no effect",
        help: "with platform: next, add experimental: {downtimeTuning: true}")
    }
  }

  /// At the time-out KubeVirt asks first whether it may disturb the guest, and then how.
  private static func checkPostCopy(_ mapping: inout MappingReader, _ field: Field, _ scenario: Scenario) {
    let configuration = scenario.migration
    guard configuration.allowPostCopy, configuration.allowWorkloadDisruption == false,
      let postCopy = mapping.field(MigrationKeys.allowPostCopy)
    else { return }
    field.session.report(
      .warning, .contradiction,
      "'allowPostCopy' starts no post-copy while 'allowWorkloadDisruption' is false, as the platform "
        + "\(scenario.platform) has it unless it is set", at: postCopy.anchor, label: "has no effect",
      help: "add allowWorkloadDisruption: true")
  }

  private static func checkPolicies(_ field: Field, _ scenario: Scenario) {
    guard !scenario.migration.knowsExperiments else { return }
    for policy in scenario.migrationPolicies.policies where policy.asksForExperiments {
      field.session.report(
        .warning, .notModelled,
        "\(policy.newFields.joined(separator: ", ")) of migration policy '\(policy.name)' need KubeVirt 1.9: without effect "
          + "on the platform \(scenario.platform)", at: field.anchor, label: "has no effect", help: "set platform: next"
      )
    }
  }

  /// What a dumped installation says; keys that are not modelled come back.
  static func dumped(_ node: SyntaxNode, _ session: DecodingSession, into configuration: inout MigrationConfiguration)
    -> [String]
  {
    guard let field = Field(session: session, name: "migrations", node: node, anchor: node, overrides: []),
      var mapping = field.mapping(MigrationKeys.section, "'migrations'")
    else { return [] }
    fields(&mapping, into: &configuration)
    return mapping.unknownKeys
  }

  private static func fields(_ mapping: inout MappingReader, into configuration: inout MigrationConfiguration) {
    typealias Keys = MigrationKeys
    func set<Value>(_ value: Value?, _ path: WritableKeyPath<MigrationConfiguration, Value>) {
      if let value { configuration[keyPath: path] = value }
    }
    set(mapping.value(Keys.parallelMigrationsPerCluster), \.parallelMigrationsPerCluster)
    set(
      mapping.value(Keys.parallelOutboundMigrationsPerNode), \.parallelOutboundMigrationsPerNode)
    set(mapping.value(Keys.bandwidthPerMigration), \.bandwidthPerMigration)
    set(mapping.value(Keys.completionTimeoutPerGiB), \.completionTimeoutPerGiB)
    set(mapping.value(Keys.progressTimeout), \.progressTimeout)
    set(mapping.value(Keys.maxDowntimeMs), \.maxDowntimeMs)
    set(mapping.value(Keys.utilityVolumesTimeout), \.utilityVolumesTimeout)
    set(mapping.value(Keys.allowAutoConverge), \.allowAutoConverge)
    set(mapping.value(Keys.allowPostCopy), \.allowPostCopy)
    set(mapping.value(Keys.allowWorkloadDisruption).map { $0 }, \.allowWorkloadDisruption)
    set(mapping.value(Keys.unsafeMigrationOverride), \.unsafeMigrationOverride)
    set(mapping.value(Keys.nodeDrainTaintKey), \.nodeDrainTaintKey)
    set(mapping.value(Keys.disableTLS), \.disableTLS)
    set(mapping.value(Keys.network).map { $0 }, \.network)
    set(mapping.value(Keys.matchSELinuxLevelOnMigration).map { $0 }, \.matchSELinuxLevelOnMigration)
    set(mapping.value(Keys.downtimeLimitMs), \.downtimeLimitMs)
    set(mapping.value(Keys.multifdChannels), \.multifdChannels)
  }
}
