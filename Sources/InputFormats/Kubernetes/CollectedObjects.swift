import ClusterModel
import LiveMigration

/// Objects as read, before they are joined.
///
/// Dictionaries here are only looked up, never iterated where order could show.
struct CollectedObjects {
  var nodes: [Node] = []
  var nodesWithoutNetwork = 0
  /// Nodes that are in the dump and left out after an error.
  var brokenNodeNames: Set<String> = []
  var pods: [ReadPod] = []
  var machines: [ReadMachine] = []
  var instances: [ReadInstance] = []
  var migrations: [ReadMigration] = []
  /// By `namespace/name`, cluster-wide ones by `/name`.
  var instanceTypes: [String: ReadInstanceType] = [:]
  var graphicsPreferences: [String: Bool] = [:]
  var priorityClasses = PriorityClasses()
  var disks = DiskIndex()
  /// What selectors and claims of pods refer to.
  var objects = PlacementObjects()
  /// Resource of a network attachment definition, by `namespace/name`.
  var networkResources: [String: String] = [:]
  var kubeVirt: ClusterConfiguration?
  var hyperConverged: ClusterConfiguration?
  var migrationPolicies: [MigrationPolicy] = []
  var metrics = CollectedMetrics()
  var samples = MachineSamples()
  var unused = UnusedKinds()
  private var seen: Set<String> = []
  private var counts = [Int](repeating: 0, count: ObjectKind.allCases.count)

  /// Objects read, by kind.
  var kindCounts: [(kind: String, count: Int)] {
    zip(ObjectKind.allCases, counts).filter { $0.1 > 0 }.map { ($0.0.rawValue, $0.1) }
  }

  /// What the installation says; KubeVirt's own object counts before the one that writes it.
  var configuration: ClusterConfiguration {
    var result = kubeVirt ?? hyperConverged ?? ClusterConfiguration()
    if kubeVirt != nil, let hyperConverged { result = result.filled(from: hyperConverged) }
    result.policies = migrationPolicies.sorted { $0.name < $1.name }
    return result
  }

  mutating func isNew(_ kind: ObjectKind, _ header: ObjectHeader) -> Bool {
    header.name.isEmpty || seen.insert("\(kind.rawValue)/\(header.key)").inserted
  }

  /// Lets go of what only reading needs.
  mutating func endReading() { seen = [] }

  mutating func count(_ kind: ObjectKind) { counts[kind.position] += 1 }
}

/// Kinds that are recognised and that no part of a run uses, counted so that one note can name them.
struct UnusedKinds {
  private var counts = [Int](repeating: 0, count: ObjectKind.allCases.count)

  var total: Int { counts.reduce(0, +) }

  mutating func add(_ kind: ObjectKind) { counts[kind.position] += 1 }

  /// One note for what `headroom place` looks at, one for what nothing uses yet.
  func report(to session: DecodingSession) {
    let found = zip(ObjectKind.allCases, counts).filter { $0.1 > 0 }
    for (isOfPlacement, beginning) in [(true, "used by place, not by runs"), (false, "read, not used yet")] {
      let parts = found.filter { PlacementReader.kinds.contains($0.0) == isOfPlacement }
        .map { "\($0.1) × \($0.0.rawValue)" }
      guard !parts.isEmpty else { continue }
      session.report(.note, .notModelled, "\(beginning): \(parts.joined(separator: ", "))")
    }
  }
}

/// Usage from all sources: `metrics.k8s.io`, the kubelet, tables of `top`, Prometheus.
///
/// The first source of a figure counts; a pod's metrics count before those of the machine in it.
struct CollectedMetrics {
  private(set) var nodes: [String: ObservedUsage] = [:]
  private(set) var pods: [String: ObservedUsage] = [:]
  private(set) var podOrder: [String] = []
  /// What the hypervisor says of a machine, by `namespace/name`.
  private(set) var machines: [String: ObservedUsage] = [:]
  private(set) var dirtyRates: [String: Double] = [:]

  mutating func add(node name: String, _ usage: ObservedUsage) { Self.fill(&nodes[name], usage) }

  mutating func add(pod key: String, _ usage: ObservedUsage) {
    if pods[key] == nil { podOrder.append(key) }
    Self.fill(&pods[key], usage)
  }

  mutating func add(machine key: String, _ usage: ObservedUsage) { Self.fill(&machines[key], usage) }

  mutating func add(machine key: String, dirtyBytesPerSecond: Double) {
    if dirtyRates[key] == nil { dirtyRates[key] = dirtyBytesPerSecond }
  }

  private static func fill(_ known: inout ObservedUsage?, _ usage: ObservedUsage) {
    known = ObservedUsage(
      cpuCores: known?.cpuCores ?? usage.cpuCores, memoryBytes: known?.memoryBytes ?? usage.memoryBytes)
  }
}
