import LiveMigration

/// `platform` and `migration`: a preset, then KubeVirt's own fields on top of it.
struct MigrationSection {
  static func platform(_ field: Field) -> String? {
    let names = MigrationPreset.all.map(\.name)
    return field.choice(of: names).map { names[$0] }
  }

  /// Fields of KubeVirt that are kept and change no number yet.
  private static let withoutEffect = [
    "maxDowntimeMs", "utilityVolumesTimeout", "unsafeMigrationOverride", "nodeDrainTaintKey", "network",
    "matchSELinuxLevelOnMigration",
  ]

  static func decode(_ field: Field, into configuration: inout MigrationConfiguration) {
    guard var mapping = field.mapping("'migration'") else { return }
    fields(&mapping, into: &configuration)
    for key in withoutEffect {
      guard let value = field.node?[key] else { continue }
      field.session.report(
        .warning, .notModelled, "'\(key)' is read but changes nothing in this version", at: value,
        label: "has no effect yet")
    }
    mapping.finish(notYet: ["policies", "experimental", "model"])
  }

  /// What a dumped installation says; keys that are not modelled come back.
  static func dumped(_ node: SyntaxNode, _ session: DecodingSession, into configuration: inout MigrationConfiguration)
    -> [String]
  {
    guard let field = Field(session: session, name: "migrations", node: node, anchor: node, overrides: []),
      var mapping = field.mapping("'migrations'")
    else { return [] }
    fields(&mapping, into: &configuration)
    return mapping.unknownKeys
  }

  private static func fields(_ mapping: inout MappingReader, into configuration: inout MigrationConfiguration) {
    func set<Value>(_ value: Value?, _ path: WritableKeyPath<MigrationConfiguration, Value>) {
      if let value { configuration[keyPath: path] = value }
    }
    set(mapping.field("parallelMigrationsPerCluster")?.integer(in: 1...10_000), \.parallelMigrationsPerCluster)
    set(
      mapping.field("parallelOutboundMigrationsPerNode")?.integer(in: 1...10_000), \.parallelOutboundMigrationsPerNode)
    set(mapping.field("bandwidthPerMigration")?.bandwidth(allowsZero: true), \.bandwidthPerMigration)
    set(mapping.field("completionTimeoutPerGiB")?.integer(in: 0...1_000_000), \.completionTimeoutPerGiB)
    set(mapping.field("progressTimeout")?.integer(in: 0...1_000_000), \.progressTimeout)
    set(mapping.field("maxDowntimeMs")?.integer(in: 1...2_000_000), \.maxDowntimeMs)
    set(mapping.field("utilityVolumesTimeout")?.integer(in: 0...1_000_000), \.utilityVolumesTimeout)
    set(mapping.field("allowAutoConverge")?.bool(), \.allowAutoConverge)
    set(mapping.field("allowPostCopy")?.bool(), \.allowPostCopy)
    set(mapping.field("allowWorkloadDisruption")?.bool().map { $0 }, \.allowWorkloadDisruption)
    set(mapping.field("unsafeMigrationOverride")?.bool(), \.unsafeMigrationOverride)
    set(mapping.field("nodeDrainTaintKey")?.string(), \.nodeDrainTaintKey)
    set(mapping.field("disableTLS")?.bool(), \.disableTLS)
    set(mapping.field("network")?.string().map { $0 }, \.network)
    set(mapping.field("matchSELinuxLevelOnMigration")?.bool().map { $0 }, \.matchSELinuxLevelOnMigration)
    set(mapping.field("downtimeLimitMs")?.integer(in: 1...2_000_000), \.downtimeLimitMs)
    set(mapping.field("multifdChannels")?.integer(in: 1...255), \.multifdChannels)
  }
}
