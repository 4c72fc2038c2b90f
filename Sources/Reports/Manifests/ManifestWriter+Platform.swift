import ClusterModel
import LiveMigration
import SimulationEngine

/// What objects of many machines refer to: namespaces, priorities, and the virtualization's settings.
extension ManifestWriter {
  /// Where KubeVirt's own object lives.
  private static let installationNamespace = "kubevirt"
  /// Every cluster has these; creating them again would fail.
  private static let givenNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"]

  mutating func namespaces() -> [JSONValue] {
    var originals: [String: String] = [Self.installationNamespace: Self.installationNamespace]
    let objects = inventory.objects
    var names = inventory.machines.map(\.namespace) + inventory.pods.map(\.namespace)
    names += objects.services.map(\.namespace) + objects.controllers.map(\.namespace) + objects.claims.map(\.namespace)
    names += objects.namespaces.map(\.name)
    for name in names { originals[ManifestNames.namespace(name)] = name }
    let labels = Dictionary(objects.namespaces.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
    func isWritten(_ name: String) -> Bool {
      !Self.givenNamespaces.contains(name) || labels[originals[name] ?? name]?.isEmpty == false
    }
    return originals.keys.sorted().filter(isWritten).map { name in
      let original = originals[name]
      if original != name {
        tally.escapedNames += 1
        tally.escapedExample = tally.escapedExample ?? (original ?? "", name)
      }
      return .manifest(
        "v1", "Namespace",
        [
          ("metadata", metadata(name, original: original, labels: labels[original ?? name] ?? [:]))
        ])
    }
  }

  // MARK: Priorities

  private static let highestPriority = 1_000_000_000
  /// Classes that every cluster has, beyond what users may take.
  private static let systemClasses = [2_000_000_000: "system-cluster-critical", 2_000_001_000: "system-node-critical"]

  /// A machine's class and the priority it gives; nil for none of its own.
  static func priority(of machine: VirtualMachine) -> (className: String, value: Int)? {
    priority(of: machine.priority)
  }

  static func priority(of priority: Int) -> (className: String, value: Int)? {
    if priority == 0 { return nil }
    if let name = systemClasses[priority] { return (name, priority) }
    let value = min(max(priority, Int(Int32.min)), highestPriority)
    return (value < 0 ? "headroom-priority-minus-\(-value)" : "headroom-priority-\(value)", value)
  }

  mutating func priorityClasses() -> [JSONValue] {
    var values: Set<Int> = []
    for stated in inventory.machines.map(\.priority) + inventory.pods.map(\.priority) {
      guard let priority = Self.priority(of: stated) else { continue }
      if priority.value != stated { tally.cappedPriorities += 1 }
      if priority.value <= Self.highestPriority { values.insert(priority.value) }
    }
    return values.sorted().map { value in
      .manifest(
        "scheduling.k8s.io/v1", "PriorityClass",
        [
          (
            "metadata",
            metadata(value < 0 ? "headroom-priority-minus-\(-value)" : "headroom-priority-\(value)")
          ), ("value", .integer(Int64(value))),
        ])
    }
  }

  // MARK: Settings

  /// Those of KubeVirt 1.9 that change migrations.
  private var gates: [String] {
    (migration.experiments.downtimeTuning ? ["MigrationDowntimeTuning"] : [])
      + (migration.experiments.stallDetector ? ["MigrationStallDetection"] : [])
  }

  /// `migrations.kubevirt.io MigrationPolicy`.
  mutating func policy(_ policy: MigrationPolicy) -> JSONValue {
    func labels(_ list: [MigrationPolicy.Label]) -> JSONValue? {
      list.isEmpty ? nil : .object(list.map { ($0.key, .string($0.value)) })
    }
    let switches: [(String, JSONValue?)] = [
      ("compression", policy.compression.map { .string($0.rawValue) }),
      ("downtimeTuning", policy.downtimeTuning.map { .bool($0) }),
      ("stallDetector", policy.stallDetector.map { .bool($0) }),
    ]
    let selectors: [(String, JSONValue?)] = [
      ("namespaceSelector", labels(policy.namespaceSelector)),
      ("virtualMachineInstanceSelector", labels(policy.machineSelector)),
    ]
    let bandwidth = policy.bandwidthPerMigration.map { String(Int64(min(max($0, 0), 1e18).rounded())) }
    let spec: [(String, JSONValue?)] = [
      ("allowAutoConverge", policy.allowAutoConverge.map { .bool($0) }),
      ("allowPostCopy", policy.allowPostCopy.map { .bool($0) }),
      ("allowWorkloadDisruption", policy.allowWorkloadDisruption.map { .bool($0) }),
      ("bandwidthPerMigration", bandwidth.map { .string($0) }),
      ("completionTimeoutPerGiB", policy.completionTimeoutPerGiB.map { .integer(Int64($0)) }),
      ("experimental", switches.allSatisfy { $0.1 == nil } ? nil : .object(switches)),
      ("maxDowntimeMs", policy.maxDowntimeMs.map { .integer(Int64($0)) }), ("selectors", .object(selectors)),
    ]
    let name = ManifestNames.subdomain(policy.name)
    return .manifest(
      "migrations.kubevirt.io/v1alpha1", "MigrationPolicy",
      [("metadata", metadata(name, original: policy.name)), ("spec", .object(spec))])
  }

  /// `kubevirt.io KubeVirt` with what decides migrations and requests.
  ///
  /// Fields that only the newest KubeVirt knows are written where they differ from its defaults.
  mutating func installation() -> JSONValue {
    let defaults = MigrationConfiguration()
    func unless<Value: Equatable>(_ path: KeyPath<MigrationConfiguration, Value>, _ json: JSONValue) -> JSONValue? {
      migration[keyPath: path] == defaults[keyPath: path] ? nil : json
    }
    let migrations: [(String, JSONValue?)] = [
      ("allowAutoConverge", .bool(migration.allowAutoConverge)), ("allowPostCopy", .bool(migration.allowPostCopy)),
      ("allowWorkloadDisruption", migration.allowWorkloadDisruption.map { .bool($0) }),
      ("bandwidthPerMigration", .string(String(Int64(min(max(migration.bandwidthPerMigration, 0), 1e18).rounded())))),
      ("completionTimeoutPerGiB", .integer(Int64(migration.completionTimeoutPerGiB))),
      ("disableTLS", .bool(migration.disableTLS)),
      ("matchSELinuxLevelOnMigration", migration.matchSELinuxLevelOnMigration.map { .bool($0) }),
      ("maxDowntimeMs", unless(\.maxDowntimeMs, .integer(Int64(migration.maxDowntimeMs)))),
      ("network", migration.network.map { .string($0) }),
      ("nodeDrainTaintKey", .string(migration.nodeDrainTaintKey)),
      ("parallelMigrationsPerCluster", .integer(Int64(migration.parallelMigrationsPerCluster))),
      ("parallelOutboundMigrationsPerNode", .integer(Int64(migration.parallelOutboundMigrationsPerNode))),
      ("progressTimeout", .integer(Int64(migration.progressTimeout))),
      ("unsafeMigrationOverride", .bool(migration.unsafeMigrationOverride)),
      ("utilityVolumesTimeout", unless(\.utilityVolumesTimeout, .integer(Int64(migration.utilityVolumesTimeout)))),
    ]
    let developer: [(String, JSONValue?)] = [
      ("cpuAllocationRatio", .integer(Int64(cluster.cpuAllocationRatio))),
      ("featureGates", gates.isEmpty ? nil : .array(gates.map { .string($0) })),
      ("memoryOvercommit", .integer(Int64(cluster.memoryOvercommitPercent))),
    ]
    let compression = migration.experiments.compression
    var annotations = platform == MigrationPreset.defaultName ? [:] : [ManifestKey.platform: platform]
    if compression != .none { annotations[ManifestKey.migrationCompression] = compression.rawValue }
    return .manifest(
      "kubevirt.io/v1", "KubeVirt",
      [
        ("metadata", metadata("kubevirt", namespace: Self.installationNamespace, annotations: annotations)),
        (
          "spec",
          .object([
            (
              "configuration",
              .object([("developerConfiguration", .object(developer)), ("migrations", .object(migrations))])
            )
          ])
        ),
      ])
  }
}
