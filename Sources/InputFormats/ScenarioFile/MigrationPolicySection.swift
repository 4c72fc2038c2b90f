import LiveMigration

/// `migration.policies`, `migration.experimental` and `migration.model`.
struct MigrationPolicySection {
  /// The policies of a list; two of one name are an error.
  static func policies(_ fields: [Field]) -> [MigrationPolicy] {
    var names: Set<String> = []
    return fields.compactMap { item in
      let title = item.node?["name"]?.text.map { "migration policy '\($0)'" } ?? item.name
      guard var mapping = item.mapping(MigrationPolicyKeys.section, title) else { return nil }
      let name = mapping.value(MigrationPolicyKeys.name)
      let policy = policy(&mapping, name: name ?? "")
      mapping.finish()
      guard let name else { return nil }
      if !names.insert(name).inserted {
        item.fail(.duplicateName, "two migration policies are called '\(name)'", help: "give each its own name")
      }
      if !policy.hasSelectors {
        item.session.report(
          .warning, .remark, "migration policy '\(name)' has no selectors, so it is for no machine", at: item.node,
          help: "add selectors: {virtualMachineInstanceSelector: {app: db}}")
      }
      return policy
    }
  }

  /// The `spec` of a dumped object; keys that are not modelled are let through.
  static func dumped(_ spec: SyntaxNode?, name: String, _ session: DecodingSession) -> MigrationPolicy {
    guard let spec,
      let field = Field(session: session, name: "spec", node: spec, anchor: spec, overrides: []),
      var mapping = field.mapping(MigrationPolicyKeys.section, "migration policy '\(name)'")
    else { return MigrationPolicy(name: name) }
    return policy(&mapping, name: name, isDumped: true)
  }

  private static func policy(
    _ mapping: inout MappingReader, name: String, isDumped: Bool = false
  ) -> MigrationPolicy {
    typealias Keys = MigrationPolicyKeys
    var machines: [String: String] = [:]
    var namespaces: [String: String] = [:]
    if let field = mapping.field(Keys.selectors),
      var selectors = field.mapping(MigrationSelectorKeys.section, "'selectors'")
    {
      machines = selectors.value(MigrationSelectorKeys.machines) ?? [:]
      namespaces = selectors.value(MigrationSelectorKeys.namespaces) ?? [:]
      if !isDumped { selectors.finish() }
    }
    var policy = MigrationPolicy(name: name, machineSelector: machines, namespaceSelector: namespaces)
    policy.allowAutoConverge = mapping.value(Keys.allowAutoConverge)
    policy.bandwidthPerMigration = mapping.value(Keys.bandwidthPerMigration)
    policy.completionTimeoutPerGiB = mapping.value(Keys.completionTimeoutPerGiB)
    policy.maxDowntimeMs = mapping.value(Keys.maxDowntimeMs)
    policy.allowPostCopy = mapping.value(Keys.allowPostCopy)
    policy.allowWorkloadDisruption = mapping.value(Keys.allowWorkloadDisruption)
    if let field = mapping.field(Keys.experimental) {
      let switches = isDumped ? dumpedSwitches(field) : switches(field)
      (policy.stallDetector, policy.downtimeTuning) = (switches.stallDetector, switches.downtimeTuning)
      policy.compression = switches.compression
    }
    return policy
  }

  typealias Switches = (
    stallDetector: Bool?, downtimeTuning: Bool?, compression: MigrationExperiments.Compression?
  )

  static func switches(_ field: Field) -> Switches {
    typealias Keys = MigrationExperimentKeys
    guard var mapping = field.mapping(Keys.section, "'experimental'") else { return (nil, nil, nil) }
    let result = (
      mapping.value(Keys.stallDetector), mapping.value(Keys.downtimeTuning), mapping.value(Keys.compression)
    )
    mapping.finish()
    return result
  }

  /// A later version may give a switch parameters of its own: a mapping turns it on unless it says otherwise.
  private static func dumpedSwitches(_ field: Field) -> Switches {
    func isOn(_ key: String) -> Bool? {
      guard let node = field.node?[key] else { return nil }
      return node.kind == .mapping ? node["enabled"]?.bool ?? true : node.bool
    }
    typealias Keys = MigrationExperimentKeys
    let compression = field.node?[Keys.compression.name]?.text
    return (
      isOn(Keys.stallDetector.name), isOn(Keys.downtimeTuning.name),
      compression.flatMap { MigrationExperiments.Compression(rawValue: $0) }
    )
  }

  static func experiments(_ field: Field, into experiments: inout MigrationExperiments) {
    let switches = switches(field)
    if let value = switches.stallDetector { experiments.stallDetector = value }
    if let value = switches.downtimeTuning { experiments.downtimeTuning = value }
    if let value = switches.compression { experiments.compression = value }
  }

  static func model(_ field: Field, into model: inout MigrationModel) {
    typealias Keys = MigrationModelKeys
    guard var mapping = field.mapping(Keys.section, "'model'") else { return }
    func set(_ value: Double?, _ path: WritableKeyPath<MigrationModel, Double>, per unit: Double = 1) {
      if let value { model[keyPath: path] = value / unit }
    }
    set(mapping.value(Keys.singleStream), \.singleStreamBytesPerSecond)
    set(mapping.value(Keys.tlsSingle), \.tlsFactorSingleStream)
    set(mapping.value(Keys.tlsMany), \.tlsFactorManyStreams)
    set(mapping.value(Keys.deviceState), \.deviceStateSeconds, per: 1000)
    set(mapping.value(Keys.zeroScan), \.scanBytesPerSecond)
    set(mapping.value(Keys.preCopySlowdown), \.preCopySlowdownShare, per: 100)
    set(mapping.value(Keys.postCopySlowdown), \.postCopySlowdownShare, per: 100)
    set(mapping.value(Keys.compressionRatio), \.compressionRatio)
    set(mapping.value(Keys.compressionPerCore), \.compressedBytesPerCoreSecond)
    if let field = mapping.field(Keys.stallDetector) { stallDetector(field, into: &model.stallDetector) }
    mapping.finish()
  }

  private static func stallDetector(_ field: Field, into settings: inout StallDetector.Settings) {
    typealias Keys = StallDetectorKeys
    guard var mapping = field.mapping(Keys.section, "'stallDetector'") else { return }
    func set(_ value: Double?, _ path: WritableKeyPath<StallDetector.Settings, Double>, per unit: Double = 1) {
      if let value { settings[keyPath: path] = value / unit }
    }
    set(mapping.value(Keys.stallMargin), \.stallMargin, per: 100)
    set(mapping.value(Keys.stallProgressTimeout), \.stallProgressSeconds)
    set(mapping.value(Keys.switchoverTimeout), \.switchoverSeconds)
    set(mapping.value(Keys.ewmaAlpha), \.ewmaAlpha)
    set(mapping.value(Keys.precopyPossibleFactor), \.precopyPossibleFactor)
    set(mapping.value(Keys.patienceWindowDecayFactor), \.patienceWindowDecayFactor)
    if let search = mapping.value(Keys.searchLocalMinima) { settings.searchLocalMinima = search }
    set(mapping.value(Keys.completionTimeoutFactor), \.completionTimeoutFactor)
    mapping.finish()
  }
}
