import ClusterModel
import InputFormats
import SimulationEngine
import TestSupport
import Testing

/// What real dumps do that a reader stumbles on, one test for each.
@Suite struct ImportTrapTests {
  private static let node =
    "{ apiVersion: v1, kind: Node, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }"

  private func load(_ texts: String...) throws -> (cluster: ClusterSpecification, scenario: Scenario, lines: [String]) {
    var files = TestFiles()
    for (index, text) in texts.enumerated() { files.files["d\(index).txt"] = text }
    let reading = files.read(files.files.keys.sorted())
    let lines = reading.diagnostics.lines
    let scenario = try #require(reading.scenario, "\(lines)")
    return (scenario.cluster, scenario, lines)
  }

  private func instance(_ name: String = "a", spec: String = "", status: String = "") -> String {
    """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachineInstance
    metadata: { name: \(name), namespace: ns }
    spec: { domain: { memory: { guest: 1Gi } }\(spec) }
    status: { phase: Running, nodeName: w1\(status) }
    """
  }

  @Test func `1 items of a raw list have neither kind nor version`() throws {
    let list = """
      {"kind":"VirtualMachineInstanceList","apiVersion":"kubevirt.io/v1","items":[
      {"metadata":{"name":"a"},"spec":{"domain":{"memory":{"guest":"1Gi"}}},"status":{"nodeName":"w1"}}]}
      """
    #expect(try load(Self.node, list).cluster.snapshotMachines.map(\.nodeName) == ["w1"])
  }

  @Test func `2 counts of devices are quantities`() throws {
    let node = """
      kind: Node
      metadata: { name: w1 }
      status:
        allocatable: { cpu: 8, memory: 32Gi, pods: "1k", devices.kubevirt.io/kvm: "1k", hugepages-1Gi: "0" }
      """
    #expect(try load(node).cluster.snapshotNodes.map(\.podLimit) == [1000])
  }

  @Test func `3 cpu and memory come in every spelling`() throws {
    let nodes = [("8", "20477040Ki"), ("7600m", "29222Mi"), ("20", "8Gi")].enumerated().map { index, size in
      "{kind: Node, metadata: {name: n\(index)}, status: {capacity: {cpu: \(size.0), memory: \(size.1)}}}"
    }
    let usage = "{kind: NodeMetrics, metadata: {name: n0}, usage: {cpu: 329087452n, memory: 2748180Ki}}"
    let cluster = try load("[\(nodes.joined(separator: ", "))]", usage).cluster
    #expect(cluster.snapshotNodes.map(\.cpuMillicores) == [8000, 7600, 20_000])
    #expect(cluster.snapshotNodes.map(\.memoryBytes) == [20_477_040 << 10, 29_222 << 20, 8 << 30])
    #expect(
      cluster.snapshotNodes[0].observedUsage == ObservedUsage(cpuCores: 0.329_087_452, memoryBytes: 2_748_180 * 1024))
  }

  @Test func `4 a node without allocatable has its capacity and too much allocatable is told`() throws {
    let text = """
      [{kind: Node, metadata: {name: old}, status: {capacity: {cpu: 4, memory: 8Gi}}},
       {kind: Node, metadata: {name: odd}, status: {allocatable: {cpu: 8, memory: 8Gi}, capacity: {cpu: 4, memory: 9Gi}}}]
      """
    let (cluster, _, lines) = try load(text)
    #expect(cluster.snapshotNodes.map(\.cpuMillicores) == [4000, 8000] && cluster.snapshotNodes.allSatisfy(\.isReady))
    #expect(lines.contains { $0.contains("K015") && $0.contains("'odd' has more cpu allocatable than capacity") })
  }

  static let types = """
    apiVersion: instancetype.kubevirt.io/v1beta1
    kind: VirtualMachineClusterInstancetype
    metadata: { name: o1.medium }
    spec: { cpu: { guest: 2 }, memory: { guest: 4Gi, overcommitPercent: 50 } }
    ---
    apiVersion: instancetype.kubevirt.io/v1beta1
    kind: VirtualMachineInstancetype
    metadata: { name: big, namespace: ns }
    spec: { cpu: { guest: 8, dedicatedCPUPlacement: true }, memory: { guest: 16Gi } }
    ---
    apiVersion: instancetype.kubevirt.io/v1beta1
    kind: VirtualMachineClusterPreference
    metadata: { name: server }
    spec: { cpu: { preferredCPUTopology: cores }, devices: { preferredAutoattachGraphicsDevice: false } }
    """

  @Test func `5 a machine that names a type has its size, whatever the case of the kind`() throws {
    func machine(_ name: String, _ type: String, _ domain: String = "{ devices: {} }") -> String {
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata: { name: \(name), namespace: ns }
      spec: { instancetype: \(type), preference: { name: server }, template: { spec: { domain: \(domain) } } }
      """
    }
    let (cluster, _, lines) = try load(
      Self.node, Self.types, machine("a", "{ kind: virtualmachineclusterinstancetype, name: o1.medium }"),
      machine("b", "{ kind: VirtualMachineInstancetype, name: big }"), machine("c", "{ name: o1.medium }"),
      machine("d", "{ name: o1.medium }", "{ memory: { guest: 2Gi } }"), machine("e", "{ name: absent }"))
    let machines = cluster.snapshotMachines
    #expect(machines.map(\.name) == ["a", "b", "c", "d"])
    #expect(machines.map(\.vCPUs) == [2, 8, 2, 2])
    #expect(machines.map(\.guestMemoryBytes) == [4 << 30, 16 << 30, 4 << 30, 2 << 30])
    let pod = LauncherPod(
      vCPUs: 2, guestMemoryBytes: 4 << 30, statedMemoryBytes: 2 << 30, hasGraphicsDevice: false)
    #expect(machines[0].memoryRequestBytes == pod.memoryRequestBytes && !machines[0].hasCPULimit)
    #expect(machines[1].cpuRequestMillicores == 8015)
    #expect(machines[1].hasDedicatedCPUs && !machines[1].hasCPULimit)
    #expect(machines.map(\.origin?.size) == [.instanceType, .instanceType, .instanceType, .machine])
    #expect(lines.contains { $0.contains("4 machines: size 1 from VM, 3 from instance type; ") })
    #expect(lines.contains { $0.hasPrefix("warning K006") && $0.contains("ns/e takes its size from an instance type") })
  }

  @Test func `6 an instance without cpu has one and memory may be a decimal request`() throws {
    let text = """
      kind: VirtualMachineInstance
      metadata: { name: a }
      spec: { domain: { resources: { requests: { memory: 64M } } } }
      """
    let topology = """
      kind: VirtualMachineInstance
      metadata: { name: b }
      spec: { domain: { cpu: { cores: 2, sockets: 3, threads: 2 }, memory: { guest: 1Gi } } }
      """
    let machines = try load(Self.node, text, topology).cluster.snapshotMachines
    #expect(machines.map(\.vCPUs) == [1, 12] && machines.map(\.guestMemoryBytes) == [64_000_000, 1 << 30])
  }

  @Test func `7 the node carries the request and the migration the guest`() throws {
    let text = """
      kind: VirtualMachineInstance
      metadata: { name: a }
      spec:
        domain: { memory: { guest: 3996Mi }, resources: { limits: { memory: 4Gi }, requests: { memory: 2730Mi } } }
      """
    let machine = try #require(load(Self.node, text).cluster.snapshotMachines.first)
    #expect(machine.guestMemoryBytes == 3996 << 20)
    #expect(machine.memoryRequestBytes > 2730 << 20 && machine.memoryRequestBytes < 3996 << 20)
    #expect(machine.origin?.request == .rendered)
  }

  @Test func `8 a stopped machine has no instance and counts as stopped`() throws {
    let text = """
      kind: VirtualMachine
      metadata: { name: a }
      spec: { running: true, template: { spec: { domain: { memory: { guest: 1Gi } } } } }
      status: { printableStatus: Stopped, conditions: [{ type: LiveMigratable, status: "True" }] }
      """
    let machine = try #require(load(Self.node, text).cluster.snapshotMachines.first)
    #expect(!machine.isRunning && machine.nodeName == nil && machine.origin?.place == .stopped)
  }

  @Test func `9 the condition decides and not the migration method`() throws {
    let text = instance(
      status: """
        , migrationMethod: BlockMigration,
          conditions: [{ type: LiveMigratable, status: "False", reason: DisksNotLiveMigratable }]
        """)
    let machine = try #require(load(Self.node, text).cluster.snapshotMachines.first)
    #expect(machine.migratability == .cold(reason: "DisksNotLiveMigratable"))
    #expect(machine.origin?.migratability == .condition)
  }

  @Test func `10 a condition may have neither reason nor times`() throws {
    let yes = instance(
      "a",
      status: """
        , conditions: [{ type: LiveMigratable, status: "True", lastProbeTime: null, lastTransitionTime: null }]
        """)
    let no = instance("b", status: #", conditions: [{ type: LiveMigratable, status: "False" }]"#)
    let machines = try load(Self.node, yes, no).cluster.snapshotMachines
    #expect(machines.map(\.migratability) == [.live, .cold(reason: "NotLiveMigratable")])
  }

  @Test func `11 the node name is where a machine is, and migrations tell their length once`() throws {
    let state = #"{ startTimestamp: "2024-12-13T12:00:00Z", endTimestamp: "2024-12-13T12:00:30.5Z" }"#
    let moved = instance(status: ", activePods: { p1: w0, p2: w1 }, migrationState: \(state)")
    func migration(_ name: String, _ machine: String, _ status: String) -> String {
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachineInstanceMigration
      metadata: { name: \(name), namespace: ns }
      spec: { vmiName: \(machine) }
      status: \(status)
      """
    }
    let (cluster, _, lines) = try load(
      Self.node, moved, migration("m1", "a", "{ phase: Succeeded }"),
      migration("m2", "b", "{ phase: Running }"),
      migration(
        "m3", "c",
        """
        { phase: Succeeded, migrationState:
          { startTimestamp: "2024-12-13T14:00:00+02:00", endTimestamp: "2024-12-13T12:01:00Z" } }
        """),
      migration(
        "m4", "d",
        "{ phase: Failed, migrationState: "
          + #"{ startTimestamp: "2024-12-13T12:00:00Z", endTimestamp: "2024-12-13T11:00:00Z" } }"#))
    #expect(cluster.snapshotMachines.map(\.nodeName) == ["w1"])
    #expect(lines.contains { $0.contains("1 migration was in flight: the machine counts where it was (ns/b)") })
    #expect(lines.contains { $0.contains("2 finished migrations of the dump took 30.5 to 60 s, median 60 s") })
    #expect(lines.contains { $0.hasPrefix("warning K009") })
  }

  @Test func `12 running is written in three ways or not at all`() throws {
    func machine(_ name: String, _ line: String) -> String {
      """
      kind: VirtualMachine
      metadata: { name: \(name) }
      spec: { \(line) template: { spec: { domain: { memory: { guest: 1Gi } } } } }
      """
    }
    let machines = try load(
      Self.node, machine("a", "running: false,"), machine("b", "runStrategy: RerunOnFailure,"),
      machine("c", "running: true, runStrategy: always,"), machine("d", "")
    ).cluster.snapshotMachines
    #expect(machines.map(\.runStrategy) == [.halted, .rerunOnFailure, .always, .always])
    #expect(machines.map(\.isRunning) == [false, true, true, true])
  }

  @Test func `13 top prints unknown for a node without metrics, and fails as text`() throws {
    let top = """
      NAME   CPU(cores)   CPU%        MEMORY(bytes)   MEMORY%
      w1     354m         17%         2685Mi          45%
      w2     <unknown>    <unknown>   <unknown>       <unknown>
      """
    let (cluster, _, lines) = try load(Self.node, top)
    #expect(cluster.snapshotNodes[0].observedUsage == ObservedUsage(cpuCores: 0.354, memoryBytes: 2685 * 1_048_576))
    #expect(lines.contains("note K013 - skipped 1 × row of top nodes: its usage is <unknown>"))
    let verdict = TestFiles(files: ["t.txt": "error: Metrics API not available\n"]).validate("t.txt")
    #expect(verdict.diagnostics.lines.count == 1 && verdict.errorCount == 1)
    #expect(verdict.diagnostics[0].message.contains("the export command failed"))
  }

  @Test func `13 metrics may state a window as text or none`() throws {
    let metrics = ["window: 20.064s, ", "window: 30s, ", ""].enumerated().map { index, window in
      "{ kind: NodeMetrics, metadata: { name: w\(index) }, \(window)usage: { cpu: 500m, memory: 1Gi } }"
    }
    let nodes = (0..<3).map { Self.node.replacing("w1", with: "w\($0)") }
    let (cluster, _, lines) = try load((nodes + metrics).joined(separator: "\n---\n"))
    #expect(cluster.snapshotNodes.map { $0.observedUsage?.cpuCores } == [0.5, 0.5, 0.5], "\(lines)")
  }

  @Test func `14 managed fields and images are skipped whatever they hold`() throws {
    let node = """
      kind: Node
      metadata: { name: w1, managedFields: [{ fieldsV1: { "f:status": { ".": {} } } }] }
      status: { images: [{ names: [a], sizeBytes: x }], allocatable: { cpu: 1, memory: 1Gi } }
      """
    let (cluster, _, lines) = try load(node)
    #expect(cluster.snapshotNodes.count == 1 && !lines.contains { $0.hasPrefix("error") })
  }

  @Test func `15 prompts tables cuts and notes are left out aloud`() throws {
    let text = """
      $kubectl get vm -A
      NAMESPACE   NAME   PHASE

      ns          a      Running  // by hand
      $ kubectl get vmi -A -o yaml
      kind: VirtualMachineInstance
      metadata: { name: a }
      spec:
        ...
        domain: { memory: { guest: 1Gi } }
      status:
        nodeName: w1  // moved here
      [root@bastion ~]# oc get node w1 -o json
      {"kind":"Node","metadata":{"name":"w1","annotations":{"u":"http://x // y"}},
       "status":{"allocatable":{"cpu":"8","memory":"32Gi"}}}
      """
    let (cluster, _, lines) = try load(text)
    #expect(cluster.snapshotMachines.map(\.nodeName) == ["w1"] && cluster.snapshotNodes.map(\.name) == ["w1"])
    #expect(lines.contains("warning K013 - 'd0.txt': shell prompts are skipped: lines 1, 5, 13"))
    #expect(lines.contains { $0.contains("a table printed for people is skipped: lines 2, 4") })
    #expect(lines.contains { $0.contains("lines that are missing") && $0.contains("line 9") })
    #expect(lines.contains { $0.contains("notes after '//' are left out: line 12") })
  }

  @Test func `15 positions are those of the file with its prompts`() {
    let text =
      "$ oc get node -o yaml\nkind: Node\nmetadata: { name: a }\nstatus: { capacity: { cpu: 4x, memory: 1Gi } }\n"
    let verdict = TestFiles(files: ["d.txt": text]).validate("d.txt")
    #expect(verdict.diagnostics.lines.contains { $0.hasPrefix("error S006 4:28 ") }, "\(verdict.diagnostics.lines)")
  }

  @Test func `15 two outputs without a separator are two`() throws {
    let yaml = "apiVersion: v1\nkind: Node\nmetadata: { name: w2 }\nstatus: { capacity: { cpu: 4, memory: 1Gi } }\n"
    let json = #"{"kind":"Node","metadata":{"name":"w3"},"status":{"capacity":{"cpu":"4","memory":"1Gi"}}}"#
    let twice = yaml + yaml.replacing("w2", with: "w4") + json + "\n" + json.replacing("w3", with: "w5")
    let (cluster, _, lines) = try load(twice)
    #expect(Set(cluster.snapshotNodes.map(\.name)) == ["w2", "w3", "w4", "w5"])
    #expect(lines.contains { $0.contains("another output begins without '---' at lines 5, 9–10") })
  }

  @Test func `15 a trailing comma is read as YAML unless the file is called JSON`() {
    let text = #"{"kind":"Node","metadata":{"name":"a",},"status":{"capacity":{"cpu":1,"memory":"1Gi"}}}"#
    #expect(TestFiles(files: ["d.txt": text]).validate("d.txt").errorCount == 0)
    let lines = TestFiles(files: ["d.json": text]).validate("d.json").diagnostics.lines
    #expect(lines == ["error Y102 1:38 a comma before the closing bracket is not JSON | remove this comma"])
  }

  @Test func `16 a kind of another group is another thing`() throws {
    let text = """
      { apiVersion: longhorn.io/v1beta2, kind: Node, metadata: { name: w1 } }
      ---
      { apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: { name: a } }
      ---
      { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: b } }
      ---
      { apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineSet, metadata: { name: a } }
      ---
      { apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, metadata: { name: a } }
      ---
      { apiVersion: cluster.x-k8s.io/v1beta1, kind: Machine, metadata: { name: a } }
      """
    let lines = try load(Self.node, text).lines
    #expect(lines.contains("note K013 - skipped 1 × Node: of longhorn.io"))
    #expect(lines.contains("note K013 - skipped 1 × MachineSet: of cluster.x-k8s.io"))
    #expect(lines.contains("note K013 - skipped 1 × Machine: not needed"))
    #expect(lines.contains("note K012 - used by place, not by runs: 2 × PodDisruptionBudget"))
    #expect(lines.contains("note K012 - read, not used yet: 1 × MachineSet"))
    let waiting = "{ apiVersion: v1, kind: Pod, metadata: { name: p }, spec: { containers: [] } }"
    #expect(
      try load(Self.node, waiting).lines.contains(
        "note K013 - skipped 1 × Pod: on no node yet; used by place, not by runs"))
  }

  @Test func `17 a claim of any size and form tells its access modes`() throws {
    let claims = """
      kind: PersistentVolumeClaim
      metadata: { name: rwx, namespace: ns }
      spec: { accessModes: [ReadWriteMany], resources: { requests: { storage: 000500Mi } } }
      status: { accessModes: [ReadWriteMany], capacity: { storage: 10Mi } }
      ---
      kind: PersistentVolumeClaim
      metadata: { name: rwo, namespace: ns }
      spec: { accessModes: [ReadWriteMany], storageClassName: slow }
      status: { accessModes: [ReadWriteOnce] }
      ---
      kind: PersistentVolumeClaim
      metadata: { name: grows, namespace: ns }
      spec: { accessModes: [ReadWriteMany], volumeMode: Block, resources: { requests: { storage: 30Gi } } }
      status: { accessModes: [ReadWriteMany], capacity: { storage: 20Gi } }
      """
    func disk(_ name: String) -> String { ", volumes: [{ name: d, persistentVolumeClaim: { claimName: \(name) } }]" }
    let machines = try load(
      Self.node, claims, instance("a", spec: disk("rwx")), instance("b", spec: disk("rwo")),
      instance("c", spec: disk("grows"))
    ).cluster.snapshotMachines
    #expect(machines.map(\.migratability) == [.live, .cold(reason: "DisksNotLiveMigratable"), .live])
    #expect(machines[1].storageClassName == "slow" && machines.allSatisfy { $0.origin?.migratability == .rules })
  }

  @Test func `18 a policy inside a ConfigMap and claims inside annotations are found or harmless`() throws {
    let text = """
      apiVersion: v1
      kind: ConfigMap
      metadata: { name: descheduler }
      data:
        policy.yaml: |
          apiVersion: descheduler/v1alpha2
          kind: DeschedulerPolicy
          profiles: []
      ---
      kind: ConfigMap
      metadata: { name: other }
      data: { a: b }
      ---
      kind: VirtualMachine
      metadata:
        name: a
        annotations: { harvesterhci.io/volumeClaimTemplates: '[{"spec":{"accessModes":["ReadWriteOnce"]}}]' }
      spec: { template: { spec: { domain: { memory: { guest: 1Gi } } } } }
      """
    let (cluster, _, lines) = try load(Self.node, text)
    #expect(cluster.snapshotMachines.count == 1)
    #expect(lines.contains("note K012 - read, not used yet: 1 × DeschedulerPolicy"))
    #expect(lines.contains("note K013 - skipped 1 × ConfigMap: not needed"))
  }

  @Test func `20 a log line and a report without a kind are left out of a folder and counted`() throws {
    let files = [
      "dump/namespaces/ns/pods/p/p.json": #"{"level":"info","msg":"hello"}"#,
      "dump/namespaces/ns/pods/p/current.log": "text", "dump/report.yaml": "replacements: []\n",
      "dump/cluster-scoped-resources/core/nodes/w1.yaml": Self.node, "dump/notes.txt": "a: b: c\n",
    ]
    let reading = TestFiles(files: files).read("dump")
    let lines = reading.diagnostics.lines
    #expect(try #require(reading.scenario, "\(lines)").cluster.snapshotNodes.map(\.name) == ["w1"])
    #expect(
      lines.contains("note K013 - skipped 3 × file: it holds no objects, first 'dump/namespaces/ns/pods/p/p.json'"))
    #expect(lines.contains { $0.hasPrefix("note K013 - skipped 1 × file: no data by its name (") })
    #expect(TestFiles(files: files).validate("dump").errorCount == 0)
  }
}
