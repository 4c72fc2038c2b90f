import ClusterModel
import InputFormats
import LiveMigration
import SimulationEngine
import TestSupport
import Testing

/// Kinds besides nodes, machines and pods, and metrics in their shapes.
@Suite struct ClusterKindTests {
  private static let node =
    "{ apiVersion: v1, kind: Node, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }"

  private func load(
    _ texts: String..., scenario: String? = nil
  ) throws -> (scenario: Scenario, machines: [VirtualMachine], lines: [String]) {
    var files = TestFiles()
    for (index, text) in ([Self.node] + texts).enumerated() { files.files["d\(index).yaml"] = text }
    if let scenario { files.files["s.yaml"] = "apiVersion: headroom/v1\nkind: Scenario\n" + scenario }
    let reading = files.read(files.files.keys.sorted())
    let lines = reading.diagnostics.lines
    let read = try #require(reading.scenario, "\(lines)")
    return (read, read.cluster.snapshotMachines, lines)
  }

  private func instance(_ spec: String, metadata: String = "", status: String = "") -> String {
    """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachineInstance
    metadata: { name: a, namespace: ns\(metadata) }
    spec: \(spec)
    status: { phase: Running, nodeName: w1\(status) }
    """
  }

  private static let kubeVirt = """
    apiVersion: kubevirt.io/v1
    kind: KubeVirt
    metadata: { name: kubevirt, namespace: kubevirt }
    spec:
      configuration:
        evictionStrategy: LiveMigrate
        developerConfiguration: { cpuAllocationRatio: 4, memoryOvercommit: 150 }
        migrations: { bandwidthPerMigration: 64Mi, completionTimeoutPerGiB: 80, experimental: {} }
    """

  @Test func `a dumped installation sets defaults and the scenario overrides them`() throws {
    let machine = instance("{ domain: { cpu: { cores: 4 }, memory: { guest: 3Gi } } }")
    let plain = try load(Self.kubeVirt, machine)
    #expect(plain.scenario.migration.bandwidthPerMigration == 64 * 1_048_576)
    #expect(plain.scenario.migration.completionTimeoutPerGiB == 80)
    #expect(plain.scenario.cluster.cpuAllocationRatio == 4 && plain.scenario.cluster.memoryOvercommitPercent == 150)
    #expect(plain.machines[0].cpuRequestMillicores == 1005)
    let pod = LauncherPod(vCPUs: 4, guestMemoryBytes: 3 << 30, memoryOvercommitPercent: 150)
    #expect(plain.machines[0].memoryRequestBytes == pod.memoryRequestBytes)
    #expect(
      plain.lines.contains {
        $0.contains(
          "defaults from KubeVirt 'kubevirt': CPU allocation ratio 4, memory overcommit 150 %, migration "
            + "settings; not modelled: experimental")
      })
    let own = try load(
      Self.kubeVirt, machine,
      scenario: "cluster: { cpuAllocationRatio: 2 }\nmigration: { completionTimeoutPerGiB: 7 }\n")
    #expect(own.scenario.migration.completionTimeoutPerGiB == 7)
    #expect(own.scenario.migration.bandwidthPerMigration == 64 * 1_048_576)
    #expect(own.machines[0].cpuRequestMillicores == 2005)
  }

  @Test(arguments: [
    "apiVersion: hco.kubevirt.io/v1beta1\nspec: { liveMigrationConfig: { parallelMigrationsPerCluster: 9 }, ",
    "apiVersion: hco.kubevirt.io/v1\nspec: { virtualization: { liveMigrationConfig: { parallelMigrationsPerCluster: 9 }, ",
  ])
  func `both versions of HyperConverged say the same`(_ head: String) throws {
    let close = head.contains("virtualization") ? "} }" : "}"
    let text =
      head + "higherWorkloadDensity: { memoryOvercommitPercentage: 120 }, evictionStrategy: None" + close
      + "\nkind: HyperConverged\nmetadata: { name: kubevirt-hyperconverged, namespace: openshift-cnv }\n"
    let read = try load(text, instance("{ domain: { memory: { guest: 1Gi } } }"))
    #expect(read.scenario.migration.parallelMigrationsPerCluster == 9)
    #expect(read.scenario.cluster.memoryOvercommitPercent == 120)
    #expect(read.machines[0].evictionStrategy == EvictionStrategy.none)
    let both = try load(text, Self.kubeVirt)
    #expect(both.scenario.cluster.memoryOvercommitPercent == 150)
    #expect(both.scenario.migration.completionTimeoutPerGiB == 80)
  }

  @Test func `a local volume binds its machine to the node`() throws {
    let storage = """
      kind: PersistentVolumeClaim
      metadata: { name: disk, namespace: ns }
      spec: { accessModes: [ReadWriteOnce], volumeName: pv, storageClassName: local }
      ---
      kind: PersistentVolume
      metadata: { name: pv }
      spec:
        nodeAffinity:
          required:
            nodeSelectorTerms:
            - matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [w1] }]
      """
    let disk = ", volumes: [{ name: d, persistentVolumeClaim: { claimName: disk } }] }"
    let read = try load(storage, instance("{ domain: { memory: { guest: 1Gi } }" + disk))
    #expect(read.machines[0].migratability == .immovable(reason: "DisksNotLiveMigratable"))
  }

  @Test func `a data volume without access modes has those of its class's profile`() throws {
    let storage = """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: { name: ceph, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
      ---
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: { name: virt, annotations: { storageclass.kubevirt.io/is-default-virt-class: "true" } }
      ---
      apiVersion: cdi.kubevirt.io/v1beta1
      kind: StorageProfile
      metadata: { name: ceph }
      status: { storageClass: ceph, claimPropertySets: [{ accessModes: [ReadWriteOnce] }] }
      ---
      apiVersion: cdi.kubevirt.io/v1beta1
      kind: StorageProfile
      metadata: { name: virt }
      status: { storageClass: virt, claimPropertySets: [{ accessModes: [ReadWriteMany] }, { accessModes: [ReadWriteOnce] }] }
      """
    func machine(_ name: String, _ storage: String) -> String {
      """
      kind: VirtualMachine
      metadata: { name: \(name) }
      spec:
        dataVolumeTemplates: [{ metadata: { name: root }, spec: { storage: \(storage) } }]
        template:
          spec:
            domain: { memory: { guest: 1Gi } }
            volumes: [{ name: d, dataVolume: { name: root } }]
      """
    }
    let read = try load(storage, machine("a", "{ storageClassName: ceph }"), machine("b", "{}"))
    #expect(read.machines.map(\.migratability) == [.cold(reason: "DisksNotLiveMigratable"), .live])
    #expect(read.machines.map(\.storageClassName) == ["ceph", "virt"])
    #expect(
      read.scenario.cluster.storageClasses == [
        StorageClass(name: "ceph", isShared: false), StorageClass(name: "virt", isShared: true),
      ])
  }

  @Test(arguments: [
    ("devices: { interfaces: [{ name: n, bridge: {} }] }", "InterfaceNotLiveMigratable"),
    ("devices: { interfaces: [{ name: n, bridge: {} }], gpus: [{ name: g }] }", "InterfaceNotLiveMigratable"),
    (
      "devices: { interfaces: [{ name: n, masquerade: {} }], hostDevices: [{ name: g }] }",
      "HostDeviceNotLiveMigratable"
    ),
    ("devices: { gpus: [{ name: g }] }, launchSecurity: { sev: {} }", "HostDeviceNotLiveMigratable"),
    ("launchSecurity: { sev: {} }", "SEVNotLiveMigratable"), ("launchSecurity: { tdx: {} }", "TDXNotLiveMigratable"),
    ("cpu: { features: [{ name: invtsc }] }", "NoTSCFrequencyNotLiveMigratable"),
    ("features: { hyperv: { reenlightenment: {} } }", "NoTSCFrequencyNotLiveMigratable"),
    ("features: { hypervPassthrough: {} }", "HypervPassthroughNotLiveMigratable"),
    ("devices: { interfaces: [{ name: second, bridge: {} }] }", nil), ("devices: {}", nil),
  ])
  func `without a condition KubeVirt's rules decide, first match first`(_ domain: String, _ reason: String?) throws {
    let spec = "{ networks: [{ name: n, pod: {} }], domain: { memory: { guest: 1Gi }, \(domain) } }"
    let read = try load(instance(spec))
    #expect(read.machines[0].migratability == reason.map { .cold(reason: $0) } ?? .live)
    #expect(read.machines[0].origin?.migratability == .rules)
  }

  @Test func `what lifts a rule lifts it`() throws {
    let bridge =
      "{ networks: [{ name: n, pod: {} }], domain: { memory: { guest: 1Gi }, devices: { interfaces: "
      + "[{ name: n, bridge: {} }] }, cpu: { features: [{ name: invtsc }] } } }"
    let annotated = instance(
      bridge, metadata: #", annotations: { kubevirt.io/allow-pod-bridge-network-live-migration: "" }"#,
      status: ", topologyHints: { tscFrequency: 2100000000 }")
    #expect(try load(annotated).machines[0].migratability == .live)
    let cdrom = """
      { domain: { memory: { guest: 1Gi }, devices: { disks: [{ name: d, cdrom: {} }] } },
        volumes: [{ name: d, persistentVolumeClaim: { claimName: disk } }] }
      """
    let claim =
      "kind: PersistentVolumeClaim\nmetadata: { name: disk, namespace: ns }\nspec: { accessModes: [ReadWriteOnce] }\n"
    #expect(try load(claim, instance(cdrom)).machines[0].migratability == .live)
  }

  @Test func `a node that exposes no host model keeps its machines`() throws {
    let node = """
      kind: Node
      metadata: { name: w9, labels: { cpu-model.node.kubevirt.io/Penryn: "true" } }
      status: { allocatable: { cpu: 8, memory: 32Gi } }
      """
    let machine = instance("{ domain: { memory: { guest: 1Gi } } }").replacing("nodeName: w1", with: "nodeName: w9")
    let named = machine.replacing("{ domain: {", with: "{ domain: { cpu: { model: Penryn },")
    #expect(try load(node, machine).machines[0].migratability == .cold(reason: "CPUModeLiveMigratable"))
    #expect(try load(node, named).machines[0].migratability == .live)
  }

  // MARK: Metrics

  private static let machineText = """
    kind: VirtualMachineInstance
    metadata: { name: a, namespace: ns }
    spec: { domain: { cpu: { cores: 4 }, memory: { guest: 8Gi } } }
    status: { phase: Running, nodeName: w1 }
    """

  @Test func `the kubelet's summary gives a node and its pods`() throws {
    let summary = """
      {"node":{"nodeName":"w1","cpu":{"usageNanoCores":1500000000},"memory":{"workingSetBytes":4096}},"pods":[
      {"podRef":{"name":"virt-launcher-a-x1y2z","namespace":"ns"},"containers":[
      {"name":"compute","cpu":{"usageNanoCores":500000000},"memory":{"workingSetBytes":1000}},
      {"name":"log","cpu":{"usageNanoCores":1000000},"memory":{"workingSetBytes":24}}]}]}
      """
    let read = try load(summary, Self.machineText)
    #expect(read.scenario.cluster.snapshotNodes[0].observedUsage == ObservedUsage(cpuCores: 1.5, memoryBytes: 4096))
    #expect(read.machines[0].observedUsage == ObservedUsage(cpuCores: 0.501, memoryBytes: 1024))
    #expect(read.lines.contains { $0.contains("kubelet: a rate needs two samples") })
  }

  @Test func `top pods is summed by pod with and without namespaces`() throws {
    let table = """
      NAMESPACE   POD                     NAME      CPU(cores)   MEMORY(bytes)
      ns          virt-launcher-a-x1y2z   compute   500m         1000Mi
      ns          virt-launcher-a-x1y2z   log       1m           1Gi
      """
    #expect(
      try load(table, Self.machineText).machines[0].observedUsage
        == ObservedUsage(cpuCores: 0.501, memoryBytes: 2024 * 1_048_576))
    let bare = "NAME   CPU(cores)   MEMORY(bytes)\nrouter   1   2Mi\n"
    #expect(try load(bare).lines.contains { $0.contains("2:1") || $0.contains("has no NAMESPACE") })
  }

  @Test func `a scrape gives memory and dirty rate, and CPU from two samples`() throws {
    func scrape(_ cpu: Int, _ time: Int) -> String {
      """
      # HELP kubevirt_vmi_memory_available_bytes memory
      kubevirt_vmi_memory_available_bytes{namespace="monitor",exported_namespace="ns",name="a"} 8e9 \(time)
      kubevirt_vmi_memory_usable_bytes{node="w1",namespace="ns",name="a"} 3e9 \(time)
      kubevirt_vmi_cpu_usage_seconds_total{namespace="ns",name="a"} \(cpu) \(time)
      kubevirt_vmi_dirty_rate_bytes_per_second{namespace="ns",name="a"} 1.5e+06
      kubevirt_vmi_dirty_rate_bytes_per_second{namespace="ns",name="quo\\"ted"} NaN
      up 1
      """
    }
    let one = try load(scrape(100, 1_700_000_000_000), Self.machineText)
    #expect(one.machines[0].observedUsage == ObservedUsage(cpuCores: nil, memoryBytes: 5e9))
    #expect(one.machines[0].observedDirtyBytesPerSecond == 1.5e6)
    #expect(one.lines.contains { $0.contains("a rate needs two samples") })
    #expect(one.lines.contains { $0.contains("skipped 1 × sample: not a metric of machines") })
    let two = try load(scrape(100, 1_700_000_000_000), scrape(190, 1_700_000_060_000), Self.machineText)
    #expect(two.machines[0].observedUsage == ObservedUsage(cpuCores: 1.5, memoryBytes: 5e9))
  }

  @Test func `an instant query says the same as a scrape`() throws {
    let query = """
      {"status":"success","data":{"resultType":"vector","result":[
      {"metric":{"__name__":"kubevirt_vmi_dirty_rate_bytes_per_second","namespace":"ns","name":"a"},"value":[1.5,"7"]},
      {"metric":{"namespace":"ns","name":"a"},"value":[1.5,"7"]}]}}
      """
    let read = try load(query, Self.machineText)
    #expect(read.machines[0].observedDirtyBytesPerSecond == 7)
    #expect(read.lines.contains { $0.contains("no __name__ says what it measures") })
  }

  // MARK: YAML 1.1

  @Test func `words and numbers that YAML 1.1 reads otherwise are read as 1.2 and told`() throws {
    let node = """
      kind: Node
      metadata: { name: w2, labels: { a: on, b: "on", c: 12:30:45, d: none } }
      status: { allocatable: { cpu: 8, memory: 32Gi } }
      """
    let (scenario, _, lines) = try load(node)
    #expect(
      scenario.cluster.snapshotNodes.first { $0.name == "w2" }?.labels
        == ["a": "on", "b": "on", "c": "12:30:45", "d": "none"])
    #expect(lines.filter { $0.contains("K014") }.count == 2)
    #expect(lines.contains { $0.contains("2:36 'on' is a text here; programs that follow YAML 1.1 read true") })
    #expect(lines.contains { $0.contains("read the number 45045") })
    let seed = try load(scenario: "seed: 1\nreplications: 0012\n")
    #expect(seed.scenario.replications == 12)
    #expect(seed.lines.contains { $0.contains("'0012' is the number 12; programs that follow YAML 1.1 read 10") })
    let verdict = TestFiles(files: ["s.yaml": "kind: Scenario\nmigration: { allowPostCopy: on }\n"]).validate("s.yaml")
    #expect(verdict.diagnostics.lines.contains { $0.contains("'allowPostCopy' must be true or false") })
  }

  @Test func `a quoted text over several lines keeps what looks like a note`() throws {
    let node =
      "kind: Node\nmetadata:\n  name: w2\n  annotations:\n    a: \"first\n      second // third\"\n"
      + "status: { allocatable: { cpu: 8, memory: 32Gi } }\n"
    #expect(try load(node).scenario.cluster.snapshotNodes.count == 2)
  }

  @Test func `every cut and every changed byte of a text ends in a verdict`() {
    let texts = [
      "NAMESPACE  NAME  CPU(cores)  MEMORY(bytes)\nns  a  1m  2Mi\n",
      "# TYPE x gauge\nkubevirt_vmi_memory_used_bytes{namespace=\"n\",name=\"a\\\"b\"} 1e9 1700\n",
      "$ oc get vm\nNAME  AGE\na  1d\n$ oc get vmi -o yaml\nkind: Node\n...\na: |\n  b // c\n...\nd: e // f\n",
      "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"name\":\"a\"},\"value\":[1,\"2\"]}]}}",
      "kind: A\napiVersion: v1\nkind: B\napiVersion: v1\n{\"kind\":\"C\"}\n",
    ]
    for text in texts {
      let bytes = Array(text.utf8)
      func check(_ bytes: [UInt8]) {
        let source = FileSource { _ throws(FileReadError) in bytes }
        _ = Validation(vocabulary: TestFiles.vocabulary, source: source).verdict(of: "d.txt")
      }
      for length in 0..<bytes.count { check(Array(bytes.prefix(length))) }
      for index in bytes.indices {
        for byte in [0x00, 0x0A, 0x22, 0x2E, 0x39, 0x7B, 0xFF] as [UInt8] {
          var changed = bytes
          changed[index] = byte
          check(changed)
        }
      }
    }
  }
}
