package import ClusterModel
package import LiveMigration

/// What the installed virtualization says about migrations and requests of all machines.
package struct ClusterConfiguration: Sendable {
  /// KubeVirt's `migrations` or HyperConverged's `liveMigrationConfig`.
  package var migrations: SyntaxNode?
  package var cpuAllocationRatio: Int?
  package var memoryOvercommitPercent: Int?
  /// Switches that feature gates turn on.
  package var experiments = MigrationExperiments()
  /// Dumped `MigrationPolicy` objects, by name.
  package var policies: [MigrationPolicy] = []
  /// What machines without a strategy of their own get.
  package var evictionStrategy: EvictionStrategy?
  /// What decides launcher pods besides ratio and overcommit.
  var launcher = LauncherSettings()
  /// The platform that `headroom generate` has written down.
  package var platformName: String?
  /// `KubeVirt 'kubevirt'`, as notes name it.
  package var name = ""

  /// This one where it speaks, else the other.
  func filled(from other: ClusterConfiguration) -> ClusterConfiguration {
    var result = self
    result.migrations = migrations ?? other.migrations
    result.cpuAllocationRatio = cpuAllocationRatio ?? other.cpuAllocationRatio
    result.memoryOvercommitPercent = memoryOvercommitPercent ?? other.memoryOvercommitPercent
    result.evictionStrategy = evictionStrategy ?? other.evictionStrategy
    result.launcher = launcher.filled(from: other.launcher)
    result.experiments.add(other.experiments)
    result.platformName = platformName ?? other.platformName
    return result
  }

  /// The platform whose release runs here; nil where nothing says so.
  package var preset: MigrationPreset? {
    platformName.flatMap(MigrationPreset.named) ?? launcher.version.map(MigrationPreset.running)
  }
}

/// `kubevirt.io KubeVirt` and `hco.kubevirt.io HyperConverged`, v1beta1 and v1.
///
/// HyperConverged writes its settings into KubeVirt's object, so that one counts where both are dumped.
struct ConfigurationReader {
  static func kubeVirt(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession)
    -> ClusterConfiguration
  {
    let configuration = session.mapping(session.mapping(object, "spec"), "configuration")
    let developer = session.mapping(configuration, "developerConfiguration")
    var result = ClusterConfiguration()
    result.migrations = session.mapping(configuration, "migrations")
    result.name = "KubeVirt '\(header.name)'"
    result.cpuAllocationRatio = integer(developer, "cpuAllocationRatio", in: 1...1000, session)
    result.memoryOvercommitPercent = integer(developer, "memoryOvercommit", in: 10...1000, session)
    // KubeVirt's own default; HyperConverged writes its choice here.
    result.evictionStrategy = eviction(configuration, session) ?? EvictionStrategy.none
    result.launcher = launcherOfKubeVirt(object, configuration, session)
    result.experiments = experiments(object, developer)
    let annotations = session.mapping(session.mapping(object, "metadata"), "annotations")
    result.platformName = annotations?["headroom/platform"]?.text
    return result
  }

  /// The gates of KubeVirt 1.9 that change migrations; `disabledFeatureGates` count after `featureGates`.
  ///
  /// Compression has no gate that holds for all machines: an annotation that `headroom generate` writes stands for it.
  private static func experiments(_ object: SyntaxNode, _ developer: SyntaxNode?) -> MigrationExperiments {
    func has(_ gate: String) -> Bool {
      func lists(_ key: String) -> Bool {
        guard let gates = developer?[key], gates.kind == .sequence else { return false }
        return gates.elements.contains { $0.text == gate }
      }
      return lists("featureGates") && !lists("disabledFeatureGates")
    }
    var result = MigrationExperiments()
    result.stallDetector = has("MigrationStallDetection")
    result.downtimeTuning = has("MigrationDowntimeTuning")
    let compression = object["metadata"]?["annotations"]?["headroom/migration-compression"]?.text
    result.compression = compression.flatMap { MigrationExperiments.Compression(rawValue: $0) } ?? .none
    return result
  }

  /// v1 moved what belongs to machines from `spec` to `spec.virtualization`.
  static func hyperConverged(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession)
    -> ClusterConfiguration
  {
    let spec = session.mapping(object, "spec")
    let inner = session.mapping(spec, "virtualization")
    func section(_ key: String) -> SyntaxNode? { session.mapping(inner, key) ?? session.mapping(spec, key) }
    var result = ClusterConfiguration()
    result.migrations = section("liveMigrationConfig")
    result.name = "HyperConverged '\(header.name)'"
    result.cpuAllocationRatio =
      integer(section("resourceRequirements"), "vmiCPUAllocationRatio", in: 1...1000, session)
      ?? integer(inner, "vmiCPUAllocationRatio", in: 1...1000, session)
    result.memoryOvercommitPercent = integer(
      section("higherWorkloadDensity"), "memoryOvercommitPercentage", in: 10...1000, session)
    result.evictionStrategy = eviction(inner, session) ?? eviction(spec, session)
    result.launcher = launcherOfHyperConverged(
      object, section: section, model: inner?["defaultCPUModel"] ?? spec?["defaultCPUModel"], session)
    return result
  }

  private static func integer(
    _ parent: SyntaxNode?, _ key: String, in range: ClosedRange<Int64>, _ session: DecodingSession
  ) -> Int? {
    guard let node = parent?[key], node.kind != .null else { return nil }
    return session.integer(node, key, in: range, isLenient: true).map { Int($0) }
  }

  private static func eviction(_ parent: SyntaxNode?, _ session: DecodingSession) -> EvictionStrategy? {
    guard let node = parent?["evictionStrategy"], node.kind != .null else { return nil }
    let cases = EvictionStrategy.allCases
    return session.choice(node, "evictionStrategy", of: cases.map(\.rawValue), severity: .warning).map { cases[$0] }
  }
}
