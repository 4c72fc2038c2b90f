import LiveMigration

/// `migration`: KubeVirt's own fields on top of the platform's preset.
struct MigrationSection {
  static func decode(_ field: Field, into configuration: inout MigrationConfiguration) {
    guard var mapping = field.mapping(MigrationKeys.section, "'migration'") else { return }
    fields(&mapping, into: &configuration)
    for key in MigrationKeys.section.keys where key.hasNoEffect {
      guard let value = field.node?[key.name] else { continue }
      field.session.report(
        .warning, .notModelled, "'\(key.name)' is read but changes nothing in this version", at: value,
        label: "has no effect yet")
    }
    mapping.finish()
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
