import ClusterModel
import LiveMigration
import SimulationEngine
import Testing

@testable import InputFormats

/// Migration policies, switches and constants in scenarios and dumps.
@Suite struct MigrationPolicyReaderTests {
  private static let dump = """
    apiVersion: v1
    kind: Node
    metadata: { name: w1 }
    status: { allocatable: { cpu: 8, memory: 32Gi } }
    ---
    apiVersion: kubevirt.io/v1
    kind: KubeVirt
    metadata: { name: kubevirt, namespace: kubevirt }
    spec:
      configuration:
        developerConfiguration: { featureGates: [MigrationDowntimeTuning, MigrationStallDetection, Other] }
        migrations: { parallelMigrationsPerCluster: 7 }
    ---
    apiVersion: migrations.kubevirt.io/v1alpha1
    kind: MigrationPolicy
    metadata: { name: databases }
    spec:
      selectors:
        virtualMachineInstanceSelector: { app: db }
        namespaceSelector: { env: prod }
      allowPostCopy: true
      bandwidthPerMigration: 512Mi
      completionTimeoutPerGiB: 40
      maxDowntimeMs: 700
      experimental: { stallDetector: true, compression: zstd }
    ---
    apiVersion: migrations.kubevirt.io/v1alpha1
    kind: MigrationPolicy
    metadata: { name: batch }
    spec: { selectors: { virtualMachineInstanceSelector: { app: batch } }, allowAutoConverge: true, later: 1 }
    ---
    apiVersion: kubevirt.io/v1
    kind: VirtualMachine
    metadata: { name: db, namespace: shop }
    spec: { template: { spec: { domain: { memory: { guest: 1Gi } } } } }
    """

  private static let facts = "dedicatedCPUs: true, sriov: true"
  private static let cluster = """
    apiVersion: headroom/v1
    kind: Scenario
    cluster:
      nodePools: [{ name: w, count: 2, node: { cpu: 8, memory: 32Gi } }]
      machines: [{ name: db, cpu: 2, memory: 4Gi, labels: { app: db }, copiedDisk: 2Gi, \(facts) }]
    """

  private func read(_ text: String) -> ScenarioReader.Reading {
    TestFiles(files: ["s.yaml": Self.cluster + "\n" + text]).read()
  }

  @Test func `a dump's policies and gates are read, and say that an older platform ignores the switches`() throws {
    let reading = TestFiles(files: ["d.yaml": Self.dump]).read("d.yaml")
    let scenario = try #require(reading.scenario, "\(reading.diagnostics.lines)")
    #expect(scenario.migration.parallelMigrationsPerCluster == 7)
    #expect(scenario.migration.experiments.stallDetector && scenario.migration.experiments.downtimeTuning)
    #expect(!scenario.migration.activeExperiments.isOn)
    #expect(scenario.migrationPolicies.policies.map(\.name) == ["databases", "batch"])
    let (configuration, name) = scenario.migrationPolicies.configuration(
      base: scenario.migration, machineLabels: ["app": "db"], namespaceLabels: ["env": "prod"])
    #expect(name == "databases")
    #expect(configuration.bandwidthPerMigration == 512 * 0x1p20 && configuration.completionTimeoutPerGiB == 40)
    #expect(configuration.allowPostCopy && configuration.allowWorkloadDisruption == true)
    #expect(configuration.maxDowntimeMs == 700 && configuration.experiments.compression == .zstd)
    let warnings = reading.diagnostics.filter { $0.severity == .warning }.map(\.message)
    #expect(warnings.count { $0.contains("switches of KubeVirt 1.9 do nothing") } == 1)
    #expect(!reading.diagnostics.map(\.message).contains { $0.contains("not used yet: 2 × MigrationPolicy") })
  }

  @Test func `an import keeps policies and switches, with names replaced or not`() throws {
    let files = TestFiles(files: ["d.yaml": Self.dump])
    let original = try #require(files.read("d.yaml").scenario)
    let imported = try files.importing(["d.yaml"]).scenario()
    #expect(imported.migrationPolicies == original.migrationPolicies)
    #expect(imported.migration == original.migration)
    let text = try files.importing(["d.yaml"], isAnonymous: true)
    for secret in ["databases", "batch", "prod", "app"] { #expect(!text.yaml.contains(secret), "\(text.yaml)") }
    let anonymous = try text.scenario()
    // Numbers follow the order of the old names, so that ties are decided alike.
    #expect(anonymous.migrationPolicies.policies.map(\.name) == ["policy-2", "policy-1"])
    #expect(anonymous.migrationPolicies.policies[0].maxDowntimeMs == 700)
  }

  @Test func `a scenario's policies replace those of the dump, and its switches add to the gates`() throws {
    let scenario = """
      apiVersion: headroom/v1
      kind: Scenario
      platform: next
      migration:
        experimental: { downtimeTuning: false }
        policies: [{ name: own, selectors: { namespaceSelector: { env: test } }, allowPostCopy: true }]
      """
    let files = TestFiles(files: ["d.yaml": Self.dump, "s.yaml": scenario])
    let reading = ScenarioReader(vocabulary: TestFiles.vocabulary, source: files.source).read(
      paths: ["s.yaml", "d.yaml"])
    let read = try #require(reading.scenario, "\(reading.diagnostics.lines)")
    #expect(read.migrationPolicies.policies.map(\.name) == ["own"])
    #expect(read.migration.activeExperiments.stallDetector && !read.migration.activeExperiments.downtimeTuning)
    #expect(!reading.diagnostics.map(\.message).contains { $0.contains("nothing") }, "\(reading.diagnostics.lines)")
    let imported = try files.importing(["s.yaml", "d.yaml"]).scenario()
    #expect(imported.migrationPolicies == read.migrationPolicies && imported.migration == read.migration)
  }

  @Test func `switches on an older platform, and a pause that nothing uses, are warned about`() throws {
    let old = read("migration: { experimental: { stallDetector: true }, maxDowntimeMs: 500 }")
    #expect(old.scenario?.migration.activeExperiments.isOn == false)
    #expect(old.diagnostics.count { $0.severity == .warning } == 2, "\(old.diagnostics.lines)")
    let new = read("platform: next\nmigration: { experimental: { downtimeTuning: true }, maxDowntimeMs: 500 }")
    #expect(new.scenario?.migration.activeExperiments.downtimeTuning == true)
    #expect(new.diagnostics.isEmpty, "\(new.diagnostics.lines)")
    let unused = read("platform: next\nmigration: { maxDowntimeMs: 500 }")
    #expect(unused.diagnostics.map(\.message).contains { $0.contains("'maxDowntimeMs' changes nothing") })
  }

  @Test func `mistakes in policies are pointed at`() {
    let some = "selectors: { namespaceSelector: { a: b } }"
    let lines = [
      ("[{ selectors: { namespaceSelector: { a: b } } }]", "has no 'name'"),
      ("[{ name: a, \(some) }, { name: a, \(some) }]", "two migration policies are called 'a'"),
      ("[{ name: a, progressTimeout: 5 }]", "unknown key 'progressTimeout' in migration policy 'a'"),
      ("[{ name: a, experimental: { compression: lz4 } }]", "compression"), ("[{ name: a }]", "has no selectors"),
      ("[{ name: a, selectors: { vm: { a: b } } }]", "unknown key 'vm'"), ("7", "list"),
    ]
    for (text, message) in lines {
      let found = read("migration: { policies: \(text) }").diagnostics
      #expect(found.contains { $0.message.contains(message) && $0.range != nil }, "\(text): \(found.lines)")
    }
  }

  @Test func `constants of the model and facts about disks come from the scenario`() throws {
    let reading = read(
      "migration: { model: { singleStreamBandwidth: 16Gbps, deviceStateMs: 120, preCopySlowdown: 4%,"
        + " stallDetector: { stallMargin: 8%, searchLocalMinima: false } } }")
    let scenario = try #require(reading.scenario, "\(reading.diagnostics.lines)")
    #expect(scenario.migration.model.singleStreamBytesPerSecond == 2e9)
    #expect(abs(scenario.migration.model.deviceStateSeconds - 0.12) < 1e-12)
    #expect(abs(scenario.migration.model.preCopySlowdownShare - 0.04) < 1e-12)
    #expect(abs(scenario.migration.model.stallDetector.stallMargin - 0.08) < 1e-12)
    #expect(!scenario.migration.model.stallDetector.searchLocalMinima)
    let machine = try #require(ClusterBuilder(scenario.cluster).inventory.machines.first)
    #expect(machine.copiedDiskBytes == 2 << 30 && machine.hasDedicatedCPUs && machine.hasSRIOVInterfaces)
  }

  private func machine(_ spec: String, vm: String = "", more: String = "") throws -> (VirtualMachine, [String]) {
    let text = """
      apiVersion: v1
      kind: Node
      metadata: { name: w1 }
      status: { allocatable: { cpu: 8, memory: 32Gi } }
      ---
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata: { name: db, namespace: shop }
      spec: { \(vm) template: { spec: { domain: { memory: { guest: 1Gi }, \(spec) } } } }
      \(more)
      """
    let reading = TestFiles(files: ["d.yaml": text]).read("d.yaml")
    return (try #require(reading.scenario?.cluster.snapshotMachines.first), reading.diagnostics.map(\.message))
  }

  @Test func `container disks, generated disks, SR-IOV and dedicated CPUs are facts of a dumped machine`() throws {
    let devices = """
      cpu: { cores: 2, dedicatedCpuPlacement: true }, devices: {
        interfaces: [{ name: fast, sriov: {} }],
        disks: [{ name: root, disk: {} }, { name: init, disk: {} }, { name: drivers, cdrom: {} }] } },
        volumes: [{ name: root, containerDisk: { image: x } }, { name: init, cloudInitNoCloud: {} },
          { name: drivers, configMap: { name: c } }], unused: {
      """
    let (found, messages) = try machine(devices)
    #expect(found.copiedDiskBytes == 1 << 20)
    #expect(found.hasSRIOVInterfaces && found.hasDedicatedCPUs && !found.hasCPULimit)
    #expect(messages.contains { $0.contains("container disks") })
  }

  @Test func `volume migration copies the claims of a machine`() throws {
    let claim = """
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: { name: data, namespace: shop }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 20Gi } } }
      status: { accessModes: [ReadWriteOnce], capacity: { storage: 30Gi } }
      """
    let volumes = "} , volumes: [{ name: d, persistentVolumeClaim: { claimName: data } }], unused: { "
    let (plain, _) = try machine(volumes, more: claim)
    #expect(plain.copiedDiskBytes == 0 && plain.migratability == .cold(reason: "DisksNotLiveMigratable"))
    let (movable, messages) = try machine(volumes, vm: "updateVolumesStrategy: Migration,", more: claim)
    #expect(movable.copiedDiskBytes == 30 << 30)
    #expect(messages.contains { $0.contains("volume migration") })
    let instance = """
      \(claim)
      ---
      apiVersion: kubevirt.io/v1
      kind: VirtualMachineInstance
      metadata: { name: db, namespace: shop }
      spec: { domain: { memory: { guest: 1Gi } },
        volumes: [{ name: d, persistentVolumeClaim: { claimName: data } }] }
      status:
        nodeName: w1
        migratedVolumes:
          - { volumeName: d, sourcePVCInfo: { claimName: old, capacity: { storage: 10Gi } } }
      """
    let (moving, _) = try machine(volumes, vm: "updateVolumesStrategy: Migration,", more: instance)
    #expect(moving.copiedDiskBytes == 10 << 30 && moving.migratability == .live)
  }
}
