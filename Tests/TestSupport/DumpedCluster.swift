import ClusterModel
import EventKernel
import LiveMigration
package import SimulationEngine

/// Clusters as a dump may hold them: everything that an object can say of a machine, in any mix.
extension Build {
  /// A random cluster whose machines also differ in storage, tier, priority, usage, limits, and whether they run.
  package static func dumped(seed: UInt64) -> Scenario {
    var scenario = random(seed: seed, balancers: [balancer("none")])
    var random = RandomStream(seed: seed, replication: 0, purpose: .bootstrap)
    scenario.cluster.storageClasses = [
      StorageClass(name: "ceph-rbd", isShared: true), StorageClass(name: "local", isShared: false),
    ]
    scenario.cluster.cpuAllocationRatio = random.pick([1, 4, 10])
    scenario.cluster.memoryOvercommitPercent = random.pick([100, 150])
    scenario.cluster.initialPlacement = random.pick(InitialPlacement.allCases)
    scenario.migration.parallelMigrationsPerCluster = random.pick(1...20)
    scenario.migration.bandwidthPerMigration = random.pick([0, 64 * 0x1p20, 1e9])
    scenario.migration.allowPostCopy = random.bernoulli(0.3)
    scenario.migration.allowWorkloadDisruption = random.pick([nil, true, false])
    scenario.migration.maxDowntimeMs = random.pick([900, 1200])
    scenario.migration.network = random.pick([nil, "migration-net"])
    for index in scenario.cluster.snapshotNodes.indices where random.bernoulli(0.5) {
      scenario.cluster.snapshotNodes[index].observedUsage = usage(&random)
    }
    for index in scenario.cluster.snapshotPods.indices where random.bernoulli(0.5) {
      scenario.cluster.snapshotPods[index].observedUsage = usage(&random)
    }
    for index in scenario.cluster.snapshotMachines.indices {
      change(&scenario.cluster.snapshotMachines[index], &random)
    }
    return scenario
  }

  /// A dumped cluster whose machines and pods ask for everything that placement knows.
  ///
  /// A machine has its own claims, as what its disks allow follows from them, and no controller but its instance.
  package static func dumpedWithTerms(seed: UInt64) -> Scenario {
    var scenario = dumped(seed: seed)
    var random = RandomStream(seed: seed, replication: 2, purpose: .bootstrap)
    var objects = RandomCluster.objects(&random)
    for index in scenario.cluster.snapshotNodes.indices {
      scenario.cluster.snapshotNodes[index].extraAllocatable = RandomCluster.extraAllocatable(&random)
    }
    for index in scenario.cluster.snapshotPods.indices {
      scenario.cluster.snapshotPods[index].terms = RandomCluster.terms(&random)
      scenario.cluster.snapshotPods[index].priority = random.pick([0, 0, 7, 2_000_001_000])
      if random.bernoulli(0.2) { scenario.cluster.snapshotPods[index].nodeSelector = ["disk": "ssd"] }
      if random.bernoulli(0.2) { scenario.cluster.snapshotPods[index].tolerations = [Toleration(operator: .exists)] }
    }
    for index in scenario.cluster.snapshotMachines.indices {
      var machine = scenario.cluster.snapshotMachines[index]
      var terms = RandomCluster.terms(&random)
      terms.requiredAntiAffinity = machine.terms.requiredAntiAffinity + terms.requiredAntiAffinity
      terms.controller = nil
      terms.claimNames = terms.claimNames.isEmpty ? [] : ["\(machine.name)-data", "\(machine.name)-logs"]
      for name in terms.claimNames {
        objects.claims.append(.init(namespace: machine.namespace, name: name, volumeName: "pv-\(name)"))
        objects.volumes.append(
          VolumeSpecification(
            name: "pv-\(name)", labels: ["topology.kubernetes.io/zone": random.pick(["zone-a", "zone-b"])],
            requiredNodeTerms: [NodeSelectorTerm(expressions: [.init(key: "disk", operator: .exists)])]))
      }
      machine.terms = terms
      machine.cpuModel = random.pick([.hostModel, .hostPassthrough, .named("Cascadelake-Server")])
      scenario.cluster.snapshotMachines[index] = machine
    }
    scenario.cluster.snapshotObjects = objects
    return scenario
  }

  private static func change(_ machine: inout VirtualMachine, _ random: inout RandomStream) {
    machine.storageClassName = random.pick(["", "ceph-rbd", "local", "elsewhere"])
    machine.tier = random.pick(Tier.allCases)
    machine.priority = random.pick([0, 1, -7, 1_000_000_000, 2_000_000_000])
    machine.hasCPULimit = random.bernoulli(0.3)
    machine.copiedDiskBytes = machine.priority == 1 ? 5 << 20 : 0
    machine.hasDedicatedCPUs = machine.hasCPULimit && machine.tier == .critical
    machine.hasSRIOVInterfaces = machine.storageClassName == "elsewhere"
    if machine.storageClassName == "local" { machine.migratability = .cold(reason: "DisksNotLiveMigratable") }
    if random.bernoulli(0.3) { machine.memoryRequestBytes += Int64(random.pick(1...1_000_000)) }
    if random.bernoulli(0.3) { machine.observedUsage = usage(&random) }
    if random.bernoulli(0.3) { machine.observedDirtyBytesPerSecond = Double(random.pick(0...1_000_000)) / 3 }
    if random.bernoulli(0.2) {
      machine.statedDirty = DirtyStatement(
        hotSetBytes: .init(low: 1e8 / 3, typical: 1e8, high: 2e8), tauSeconds: .init(1 / 3),
        coldBytesPerSecond: .init(8e6), workingSetBytes: .init(6e9))
    }
    if random.bernoulli(0.2) {
      machine.isRunning = false
      machine.nodeName = nil
    }
  }

  private static func usage(_ random: inout RandomStream) -> ObservedUsage {
    ObservedUsage(
      cpuCores: random.bernoulli(0.8) ? Double(random.pick(0...7_999_999_999)) / 1e9 : nil,
      memoryBytes: Double(random.pick(0...1 << 34)))
  }

  /// Texts that no name, label or key of Kubernetes may be, and some that only just may.
  package static let hostileTexts = [
    "", "SQL Server 01", "Ünïcode", "../../etc/passwd", "a\n---\nkind: Secret", "\u{1B}[31mred", "x\" , \"y\": 1",
    "UPPER", "-dash-", "a..b", "dot.", "$(reboot)", "\u{202E}evil", "🦊", "a_b", "true", "0x1F", "1e3", "~", "a: b #c",
    String(repeating: "n", count: 63), String(repeating: "n", count: 64), String(repeating: "n", count: 253),
    String(repeating: "n", count: 254), String(repeating: "ab.", count: 400),
    "virt-launcher-" + String(repeating: "v", count: 60),
  ]

  /// A dumped cluster in which hostile texts stand for names, labels, keys and values.
  package static func hostile(seed: UInt64) -> Scenario {
    var scenario = dumped(seed: seed)
    var random = RandomStream(seed: seed, replication: 1, purpose: .bootstrap)
    func text(_ usual: String) -> String { random.bernoulli(0.5) ? usual : random.pick(hostileTexts) }
    func labels(_ usual: [String: String]) -> [String: String] {
      var result = usual
      for _ in 0..<random.uniform(below: 4) { result[text("app")] = text("shop") }
      return result
    }
    for index in scenario.cluster.snapshotMachines.indices {
      var machine = scenario.cluster.snapshotMachines[index]
      machine.namespace = text(machine.namespace)
      machine.name = text(machine.name)
      machine.labels = labels(machine.labels)
      machine.nodeSelector = labels(machine.nodeSelector)
      machine.hostAntiAffinity += [LabelSelector(matchLabels: labels([:]))]
      machine.tolerations += [Toleration(key: text("gpu"), value: text("yes"))]
      machine.storageClassName = text(machine.storageClassName)
      machine.applicationGroup = text(machine.applicationGroup)
      machine.priority = random.pick([machine.priority, .max, .min, 1_000_000_001])
      scenario.cluster.snapshotMachines[index] = machine
    }
    for index in scenario.cluster.snapshotPods.indices {
      scenario.cluster.snapshotPods[index].name = text(scenario.cluster.snapshotPods[index].name)
      scenario.cluster.snapshotPods[index].namespace = text(scenario.cluster.snapshotPods[index].namespace)
      scenario.cluster.snapshotPods[index].labels = labels(scenario.cluster.snapshotPods[index].labels)
    }
    for index in scenario.cluster.snapshotNodes.indices {
      scenario.cluster.snapshotNodes[index].labels = labels(scenario.cluster.snapshotNodes[index].labels)
      scenario.cluster.snapshotNodes[index].taints += [Taint(key: text("gpu"), value: text(""), effect: .noSchedule)]
    }
    rename("node-0", to: "Host 1.Example.COM", in: &scenario.cluster)
    return scenario
  }

  private static func rename(_ node: String, to name: String, in cluster: inout ClusterSpecification) {
    for index in cluster.snapshotNodes.indices where cluster.snapshotNodes[index].name == node {
      cluster.snapshotNodes[index].name = name
    }
    for index in cluster.snapshotMachines.indices where cluster.snapshotMachines[index].nodeName == node {
      cluster.snapshotMachines[index].nodeName = name
    }
    for index in cluster.snapshotPods.indices where cluster.snapshotPods[index].nodeName == node {
      cluster.snapshotPods[index].nodeName = name
    }
  }
}
