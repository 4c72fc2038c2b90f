package import ClusterModel
import EventKernel

/// What all replications and balancers of an experiment share: built once, never changed.
package struct SimulationSetup: Sendable {
  package let scenario: Scenario
  package let inventory: Inventory
  package let rules: SchedulingRules
  package let settings: [ClusterBuilder.MachineSettings]
  package let traces: [UsageTrace]
  /// Position in `WorkloadCatalog.all`, by machine.
  package let workloadIndex: [Int]
  package let inferenceBasis: [WorkloadInference.Basis]
  /// Key of a machine's random streams: a hash of its group and position, or name, so that other machines never shift it.
  let streamEntity: [UInt64]
  /// Application group number, −1 for none, and the groups' stream entities.
  let groupOfMachine: [Int]
  let groupEntities: [UInt64]
  /// Mean of the trace row that a machine replays; nil without a trace.
  let meanTraceShare: [Double?]
  /// Usage of pods that are not machines, per node.
  let otherCPUCores: [Double]
  let otherMemoryBytes: [Double]
  let otherPodMillicores: [Double]
  let migrationSettings: MigrationSettings
  /// Some node's migrations share a line with its applications.
  let hasSharedNIC: Bool

  package init(_ scenario: Scenario) {
    let built = ClusterBuilder(scenario.cluster)
    self.scenario = scenario
    inventory = built.inventory
    settings = built.settings
    traces = built.traces
    rules = SchedulingRules(built.inventory)
    let inferred = built.inventory.machines.map(WorkloadInference.infer)
    workloadIndex = inferred.map(\.index)
    inferenceBasis = inferred.map(\.basis)
    streamEntity = built.settings.map { Self.hash($0.streamName) }

    var numbers: [String: Int] = [:]
    var entities: [UInt64] = []
    var groups: [Int] = []
    for machine in built.inventory.machines {
      let name = machine.applicationGroup
      if name.isEmpty {
        groups.append(-1)
      } else if let known = numbers[name] {
        groups.append(known)
      } else {
        numbers[name] = entities.count
        groups.append(entities.count)
        entities.append(Self.hash(name))
      }
    }
    groupOfMachine = groups
    groupEntities = entities

    let traces = built.traces
    meanTraceShare = built.settings.map { $0.trace.map { traces[$0.index].meanShare(row: $0.row) } }
    var cpu = [Double](repeating: 0, count: built.inventory.nodes.count)
    var memory = cpu
    var requests = cpu
    for pod in built.inventory.pods {
      guard let node = built.inventory.node(named: pod.nodeName)?.index else { continue }
      cpu[node] += pod.observedUsage?.cpuCores ?? Double(pod.cpuRequestMillicores) / 1000
      memory[node] += pod.observedUsage?.memoryBytes ?? Double(pod.memoryRequestBytes)
      requests[node] += Double(pod.cpuRequestMillicores)
    }
    otherCPUCores = cpu
    otherMemoryBytes = memory
    otherPodMillicores = requests
    migrationSettings = MigrationSettings(scenario, built.inventory)
    hasSharedNIC = built.inventory.nodes.contains { !$0.migrationNIC.isDedicated }
  }

  /// The machine whose further copies are counted, KubeVirt's u1.xlarge, as the scenario's settings render it.
  var referencePod: LauncherPod {
    LauncherPod(
      vCPUs: 4, guestMemoryBytes: 16 << 30, cpuAllocationRatio: scenario.cluster.cpuAllocationRatio,
      memoryOvercommitPercent: scenario.cluster.memoryOvercommitPercent)
  }

  /// What a machine is like in a replication.
  func profile(of index: Int, replication: Int) -> MachineProfile {
    var random = stream(.profile, replication: replication, entity: streamEntity[index])
    return MachineProfile(
      inventory.machines[index], profile: WorkloadCatalog.all[workloadIndex[index]],
      statedCPUShare: meanTraceShare[index] ?? settings[index].statedCPUShare,
      statedMemoryShare: settings[index].statedMemoryShare, random: &random)
  }

  /// One empty outcome for each type of the catalogue.
  var workloadOutcomes: [WorkloadOutcome] {
    var outcomes = WorkloadCatalog.all.map { WorkloadOutcome(type: $0.name, machineCount: 0) }
    for index in workloadIndex { outcomes[index].machineCount += 1 }
    return outcomes
  }

  /// FNV-1a, 64 bits.
  package static func hash(_ text: String) -> UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return value
  }

  func stream(_ purpose: StreamPurpose, replication: Int, entity: UInt64 = 0) -> RandomStream {
    RandomStream(seed: scenario.seed, replication: replication, purpose: purpose, entity: entity)
  }
}
