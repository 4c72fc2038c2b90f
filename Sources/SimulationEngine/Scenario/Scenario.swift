package import Balancing
package import ClusterModel
package import EventKernel
package import LiveMigration

/// An experiment as the user wrote it, decoded and checked: plain data, no behaviour.
package struct Scenario: Sendable {
  package var name = "unnamed"
  package var cluster = ClusterSpecification()
  package var platform = MigrationPreset.defaultName
  package var migration = MigrationConfiguration()
  /// `MigrationPolicy` objects; resolved for a migration when its transfer starts.
  package var migrationPolicies = MigrationPolicies()
  package var balancers: [BalancerSetting] = []
  package var demand = DemandSettings()
  package var observation = ObservationSettings()
  package var horizon = SimulationDuration.days(1)
  package var warmUp = SimulationDuration.zero
  package var replications = 10
  package var seed: UInt64 = 42
  package var expectations: [Expectation] = []
  /// The metric that decides the ranking.
  package var rankBy = "skew.cpu.stddev.mean"
  /// FNV-1a over the canonical text of everything that decides the numbers, in hexadecimal.
  package var hash = ""

  package init() {}
}

/// One what-if of a scenario; all variants share seed, replications and gates, so their runs are paired.
package struct ScenarioVariant: Sendable {
  /// Empty where the scenario has no variants.
  package var name: String
  package var scenario: Scenario

  package init(name: String = "", scenario: Scenario) {
    self.name = name
    self.scenario = scenario
  }
}

/// Where nodes and machines come from: dumps, pools and groups, in any mix.
package struct ClusterSpecification: Sendable {
  /// Nodes, machines and pods read from dumps.
  package var snapshotNodes: [Node] = []
  package var snapshotMachines: [VirtualMachine] = []
  package var snapshotPods: [OtherPod] = []
  /// Namespaces, services, controllers, claims and volumes of the dumps, which selectors look up.
  package var snapshotObjects = PlacementObjects()
  /// Use of machines of the dumps; a row has the `namespace/name` of the machine that replays it.
  package var snapshotTraces: [UsageTrace] = []
  /// The interface of dumped nodes that have none of their own.
  package var migrationNetwork: NetworkInterface?
  /// What zones or racks share on the way to others.
  package var uplinks: [Uplink] = []
  package var nodePools: [NodePool] = []
  package var machineGroups: [MachineGroup] = []
  package var storageClasses: [StorageClass] = []
  package var initialPlacement = InitialPlacement.scheduler
  package var cpuAllocationRatio = LauncherPod.defaultCPUAllocationRatio
  package var memoryOvercommitPercent = 100

  package init() {}
}

/// Where machines without a node of their own start.
package enum InitialPlacement: String, Sendable, CaseIterable {
  /// By kube-scheduler's filters and LeastAllocated score, in order of the groups.
  case scheduler
  /// As after a rolling update: node after node filled to the last that fits, the last nodes left empty.
  case packed
  /// On any node that fits, drawn from the seed.
  case random
}

/// Identical nodes, named `name-1` … or by `names`, dealt to the zones in turn.
package struct NodePool: Sendable, Equatable {
  package var name: String
  package var count: Int
  /// Explicit node names, in place of `count`.
  package var names: [String] = []
  package var cpuMillicores: Int64
  package var memoryBytes: Int64
  package var podLimit = 250
  /// Of each node, besides cpu, memory and pods; all of it is allocatable.
  package var extraAllocatable = ResourceAmounts()
  package var migrationNIC = NetworkInterface()
  package var zones: [String] = []
  package var labels: [String: String] = [:]
  package var taints: [Taint] = []
  /// Reserved for the kubelet and the system, subtracted from cpu and memory to give allocatable.
  package var reservedCPUMillicores: Int64 = 0
  package var reservedMemoryBytes: Int64 = 0

  /// The names its nodes have.
  package var nodeNames: [String] { names.isEmpty ? ClusterBuilder.numbered(name, count: count) : names }

  package init(name: String, count: Int, cpuMillicores: Int64, memoryBytes: Int64) {
    self.name = name
    self.count = count
    self.cpuMillicores = cpuMillicores
    self.memoryBytes = memoryBytes
  }
}

/// Identical machines, named `name-1` …; or one machine for each row of a usage trace.
package struct MachineGroup: Sendable {
  package var name: String
  package var namespace = "default"
  package var count: Int
  package var workloadType = ""
  package var vCPUs: Int
  package var guestMemoryBytes: Int64
  package var statedCPURequestMillicores: Int64?
  package var statedMemoryRequestBytes: Int64?
  package var storageClassName = ""
  package var tier = Tier.standard
  package var priority = 0
  package var runStrategy = RunStrategy.always
  package var evictionStrategy = EvictionStrategy.liveMigrate
  /// `antiAffinity: host`: no two machines of the group on one node.
  package var hasHostAntiAffinity = false
  package var labels: [String: String] = [:]
  package var nodeSelector: [String: String] = [:]
  package var tolerations: [Toleration] = []
  /// What else its pods ask of placement.
  package var terms = PlacementTerms()
  package var cpuModel = GuestCPUModel.hostModel
  package var hasCPULimit = false
  /// CPUs of their own.
  package var hasDedicatedCPUs = false
  /// Of each machine, copied by a live migration.
  package var copiedDiskBytes: Int64 = 0
  package var hasSRIOVInterfaces = false
  /// Shares a demand factor with other groups of the same application; the group's own name by default.
  package var application = ""
  /// Nodes that the machines start on, dealt in turn; not a constraint.
  package var startNodes: [String] = []
  /// Mean CPU use as a share of the vCPUs (0…1), in place of the type's default.
  package var meanCPUShare: Double?
  /// Memory in use as a share of the guest's memory (0…1), in place of the type's default.
  package var memoryUsedShare: Double?
  /// Distinct bytes a second that a machine writes while it does not migrate, as measured; bytes per second.
  package var dirtyBytesPerSecond: Double?
  /// How a machine dirties its memory, as measured, in place of such a rate and the type's.
  package var dirty: DirtyStatement?
  package var trace: UsageTrace?

  package init(name: String, count: Int, vCPUs: Int, guestMemoryBytes: Int64) {
    self.name = name
    self.count = count
    self.vCPUs = vCPUs
    self.guestMemoryBytes = guestMemoryBytes
  }
}

/// What disks of a class allow.
package struct StorageClass: Sendable, Equatable {
  package var name: String
  /// ReadWriteMany: machines on it can migrate live.
  package var isShared: Bool

  package init(name: String, isShared: Bool) {
    self.name = name
    self.isShared = isShared
  }
}

/// Observed CPU use of machines, one row each: shares of their vCPUs (0…1) at a fixed step.
package struct UsageTrace: Sendable, Equatable {
  package var name: String
  package var step: SimulationDuration
  /// Row names, such as file or machine names.
  package var machineNames: [String]
  /// All rows one after the other, `samplesPerMachine` each.
  package var cpuShares: [Float]
  /// Memory in use as shares of the guest's memory, laid out as `cpuShares`; empty where the trace has none.
  package var memoryShares: [Float] = []
  package var samplesPerMachine: Int

  package init(
    name: String, step: SimulationDuration, machineNames: [String], cpuShares: [Float], samplesPerMachine: Int
  ) {
    self.name = name
    self.step = step
    self.machineNames = machineNames
    self.cpuShares = cpuShares
    self.samplesPerMachine = samplesPerMachine
  }

  /// Mean memory share of a row; nil where the trace has no memory.
  package func meanMemoryShare(ofRow row: Int) -> Double? {
    let range = row * samplesPerMachine..<(row + 1) * samplesPerMachine
    guard samplesPerMachine > 0, range.upperBound <= memoryShares.count else { return nil }
    return memoryShares[range].reduce(0) { $0 + Double($1) } / Double(samplesPerMachine)
  }

  /// Mean of one row.
  package func meanShare(row: Int) -> Double {
    guard samplesPerMachine > 0 else { return 0 }
    var sum = 0.0
    for index in row * samplesPerMachine..<(row + 1) * samplesPerMachine { sum += Double(cpuShares[index]) }
    return sum / Double(samplesPerMachine)
  }
}

/// One contestant: an entry of the catalogue with its settings.
package struct BalancerSetting: Sendable, Equatable {
  /// Unique in the scenario; the catalogue name unless the user gave another.
  package var label: String
  package var name: String
  package var every: SimulationDuration
  package var parameters: ParameterValues

  package init(label: String, name: String, every: SimulationDuration = .minutes(5), parameters: ParameterValues) {
    self.label = label
    self.name = name
    self.every = every
    self.parameters = parameters
  }
}

/// How demand is generated; see `WorkloadProfile` for the part that belongs to a type.
package struct DemandSettings: Sendable, Equatable {
  /// Time between demand samples.
  package var sampleEvery = SimulationDuration.minutes(5)
  /// Hours since Monday 00:00 at which the run starts.
  package var startHourOfWeek = 0.0
  /// Correlation of two machines of one application (0…1).
  package var groupCorrelation = 0.3
  /// Factor on every mean.
  package var scale = 1.0

  package init() {}
}

/// How late and how smooth a balancer sees usage.
package struct ObservationSettings: Sendable, Equatable {
  package var window = SimulationDuration.minutes(5)
  package var delay = SimulationDuration.seconds(60)

  package init() {}
}

/// `skew.cpu.stddev.mean <= 0.10`: a gate on one metric.
package struct Expectation: Sendable, Equatable {
  package enum Comparison: String, Sendable, CaseIterable {
    case atMost = "<=", atLeast = ">=", less = "<", greater = ">", equal = "=="
  }

  /// As the user wrote it.
  package var text: String
  package var metric: String
  package var comparison: Comparison
  /// In the metric's unit.
  package var value: Double
  /// The balancer it is meant for; nil for every one but `none`.
  package var balancer: String?

  package init(text: String, metric: String, comparison: Comparison, value: Double, balancer: String? = nil) {
    self.text = text
    self.metric = metric
    self.comparison = comparison
    self.value = value
    self.balancer = balancer
  }
}
