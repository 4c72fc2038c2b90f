import ClusterModel
import InputFormats
import SimulationEngine
import Testing

@Suite struct KubernetesReaderTests {
  static let nodes = """
    apiVersion: v1
    kind: NodeList
    items:
    - metadata: { name: w1, labels: { topology.kubernetes.io/zone: a } }
      spec: { unschedulable: true, taints: [{ key: dedicated, value: db, effect: NoSchedule }] }
      status:
        allocatable: { cpu: 15500m, memory: 63Gi, pods: "110" }
        capacity: { cpu: "16", memory: 64Gi, pods: "250" }
        conditions: [{ type: Ready, status: "False" }]
    - metadata: { name: w2 }
      status: { capacity: { cpu: 8, memory: 32Gi } }
    """

  static let machine = """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachine
    metadata: { name: db, namespace: shop, labels: { tier: gold } }
    spec:
      runStrategy: RerunOnFailure
      template:
        metadata: { labels: { app: db } }
        spec: { domain: { cpu: { cores: 1 }, memory: { guest: 1Gi } } }
    ---
    apiVersion: kubevirt.io/v1
    kind: VirtualMachineInstance
    metadata: { name: db, namespace: shop, labels: { app: db } }
    spec:
      evictionStrategy: LiveMigrateIfPossible
      nodeSelector: { disk: ssd }
      tolerations: [{ key: dedicated, operator: Exists }]
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: kubernetes.io/hostname
            labelSelector: { matchExpressions: [{ key: app, operator: In, values: [db] }] }
          - topologyKey: topology.kubernetes.io/zone
            labelSelector: { matchLabels: { app: db } }
      domain:
        cpu: { sockets: 2, cores: 2, threads: 2 }
        memory: { guest: 16Gi }
        resources: { requests: { memory: 8Gi } }
      volumes: [{ name: root, dataVolume: { name: db-root } }]
    status:
      phase: Running
      nodeName: w1
      conditions: [{ type: LiveMigratable, status: "False", reason: DisksNotLiveMigratable }]
    """

  private func load(_ documents: String...) throws -> (scenario: Scenario, lines: [String]) {
    let files = TestFiles(files: ["dump.yaml": documents.joined(separator: "\n---\n")])
    let reading = files.read("dump.yaml")
    return (try #require(reading.scenario, "\(reading.diagnostics.lines)"), reading.diagnostics.lines)
  }

  @Test func `a null label is an empty text`() throws {
    let text = Self.nodes.replacing("zone: a }", with: "zone: a, gpu: ~ }")
    #expect(try load(text).scenario.cluster.snapshotNodes[0].labels["gpu"] == "")
  }

  @Test func `a node has what is allocatable else its capacity`() throws {
    let nodes = try load(Self.nodes).scenario.cluster.snapshotNodes
    #expect(nodes.map(\.name) == ["w1", "w2"])
    #expect(nodes[0].cpuMillicores == 15_500 && nodes[0].memoryBytes == 63 << 30 && nodes[0].podLimit == 110)
    #expect(nodes[0].isCordoned && !nodes[0].isReady && nodes[0].zoneName == "a")
    #expect(nodes[0].taints == [Taint(key: "dedicated", value: "db", effect: .noSchedule)])
    #expect(nodes[1].cpuMillicores == 8000 && nodes[1].isReady && !nodes[1].isCordoned)
  }

  @Test func `a machine takes size and place from its instance and rules from both`() throws {
    let scenario = try load(Self.nodes, Self.machine).scenario
    let machine = try #require(scenario.cluster.snapshotMachines.first)
    #expect(scenario.cluster.snapshotMachines.count == 1)
    #expect(machine.vCPUs == 8 && machine.guestMemoryBytes == 16 << 30 && machine.nodeName == "w1")
    #expect(machine.runStrategy == .rerunOnFailure && machine.evictionStrategy == .liveMigrateIfPossible)
    #expect(machine.labels == ["app": "db"] && machine.nodeSelector == ["disk": "ssd"])
    #expect(machine.migratability == .cold(reason: "DisksNotLiveMigratable"))
    #expect(machine.hostAntiAffinity.count == 1 && machine.hostAntiAffinity[0].matches(["app": "db"]))
    let pod = LauncherPod(vCPUs: 8, guestMemoryBytes: 16 << 30, statedMemoryBytes: 8 << 30)
    #expect(
      machine.memoryRequestBytes == pod.memoryRequestBytes && machine.cpuRequestMillicores == pod.cpuRequestMillicores)
    let keys = machine.terms.requiredAntiAffinity.map(\.topologyKey)
    #expect(keys == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"])
  }

  static let pods = """
    kind: List
    apiVersion: v1
    items:
    - apiVersion: v1
      kind: Pod
      metadata:
        name: virt-launcher-db-abcde
        namespace: shop
        labels: { kubevirt.io: virt-launcher, vm.kubevirt.io/name: db }
      spec:
        nodeName: w1
        priority: 1000
        overhead: { memory: 10Mi }
        initContainers:
        - { name: big, resources: { requests: { cpu: 3, memory: 1Gi } } }
        - { name: side, restartPolicy: Always, resources: { requests: { cpu: 100m, memory: 50Mi } } }
        containers:
        - { name: compute, resources: { requests: { cpu: 800m, memory: 17Gi }, limits: { cpu: 8 } } }
        - { name: guest-console-log, resources: { requests: { cpu: 5m, memory: 35M } } }
      status: { phase: Running }
    - apiVersion: v1
      kind: Pod
      metadata:
        name: virt-launcher-db-fghij
        namespace: shop
        labels: { kubevirt.io: virt-launcher }
        ownerReferences: [{ kind: VirtualMachineInstance, name: db }]
      spec: { nodeName: w2, containers: [] }
      status: { phase: Running }
    - apiVersion: v1
      kind: Pod
      metadata: { name: router, namespace: infra }
      spec: { nodeName: w2, containers: [{ name: r, resources: { limits: { cpu: 2, memory: 1Gi } } }] }
    - apiVersion: v1
      kind: Pod
      metadata: { name: job, namespace: infra }
      spec: { nodeName: w2, containers: [] }
      status: { phase: Succeeded }
    """

  static let metrics = """
    kind: PodMetricsList
    apiVersion: metrics.k8s.io/v1beta1
    items:
    - metadata: { name: virt-launcher-db-abcde, namespace: shop }
      containers:
      - { name: compute, usage: { cpu: 329087452n, memory: 2748180Ki } }
      - { name: guest-console-log, usage: { cpu: 1m, memory: 1Mi } }
    ---
    kind: NodeMetrics
    apiVersion: metrics.k8s.io/v1beta1
    metadata: { name: w1 }
    usage: { cpu: 2, memory: 4Gi }
    """

  @Test func `the launcher pod on the instance's node gives request priority and usage`() throws {
    let (scenario, lines) = try load(Self.nodes, Self.machine, Self.pods, Self.metrics)
    let machine = try #require(scenario.cluster.snapshotMachines.first)
    #expect(machine.cpuRequestMillicores == 3000)
    #expect(machine.memoryRequestBytes == 17 << 30 + 35_000_000 + 60 << 20)
    #expect(machine.priority == 1000 && machine.hasCPULimit)
    #expect(machine.observedUsage?.cpuCores.map { abs($0 - 0.330_087_452) < 1e-12 } == true)
    #expect(scenario.cluster.snapshotNodes[0].observedUsage == ObservedUsage(cpuCores: 2, memoryBytes: 4_294_967_296))
    #expect(scenario.cluster.snapshotPods.map(\.name) == ["router"])
    #expect(scenario.cluster.snapshotPods[0].cpuRequestMillicores == 2000)
    #expect(lines.contains("note K013 - skipped 1 × Pod: finished"))
    #expect(lines.contains("note K013 - skipped 1 × Pod: the second virt-launcher of a migrating machine"))
  }

  @Test func `usage finds its machine by the pod's name where pods are missing`() throws {
    let machine = try #require(try load(Self.nodes, Self.machine, Self.metrics).scenario.cluster.snapshotMachines.first)
    #expect(machine.observedUsage != nil)
  }

  @Test(arguments: [("ReadWriteMany", Migratability.live), ("ReadWriteOnce", .cold(reason: "DisksNotLiveMigratable"))])
  func `without a condition the claims decide`(_ mode: String, _ expected: Migratability) throws {
    let instance = """
      kind: VirtualMachineInstance
      metadata: { name: a }
      spec: { domain: { memory: { guest: 1Gi } }, volumes: [{ persistentVolumeClaim: { claimName: disk } }] }
      status: { phase: Running, nodeName: w2 }
      """
    let claim = """
      kind: PersistentVolumeClaim
      metadata: { name: disk }
      spec: { accessModes: [\(mode)], storageClassName: odf }
      """
    let machine = try #require(try load(Self.nodes, instance, claim).scenario.cluster.snapshotMachines.first)
    #expect(machine.migratability == expected && machine.storageClassName == "odf")
    #expect(machine.vCPUs == 1)
  }

  @Test func `a machine runs or not as strategy status and instance say`() throws {
    func machine(_ name: String, _ spec: String, _ status: String = "{}") -> String {
      """
      kind: VirtualMachine
      metadata: { name: \(name) }
      spec: { \(spec), template: { spec: { domain: { memory: { guest: 1Gi } } } } }
      status: \(status)
      """
    }
    let (scenario, lines) = try load(
      Self.nodes, machine("a", "running: false"), machine("b", "runStrategy: Halted"), machine("c", "running: true"),
      machine("d", "runStrategy: Manual", "{ printableStatus: Stopped }"), machine("e", "runStrategy: always"))
    #expect(scenario.cluster.snapshotMachines.map(\.isRunning) == [false, false, true, false, true])
    #expect(lines.contains { $0.contains("2 machines run by the spec but without an instance in the dump") })
  }

  @Test func `machines on absent nodes are counted by node with the fix`() throws {
    let instance = """
      kind: VirtualMachineInstance
      metadata: { name: a }
      spec: { domain: { memory: { guest: 1Gi } } }
      status: { phase: Running, nodeName: w9 }
      """
    let (scenario, lines) = try load(Self.nodes, instance)
    #expect(scenario.cluster.snapshotMachines[0].nodeName == nil)
    #expect(
      lines.contains(
        "warning K007 - 1 machine runs on nodes that are not in the dump: w9 (1) "
          + "| add oc get nodes -o yaml, or a node pool with names: [w9]"))
    let scenarioText = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster: { snapshot: [d.yaml], nodePools: [{ name: p, names: [w9], node: { cpu: 4, memory: 8Gi } }] }
      """
    let known = TestFiles(files: ["s.yaml": scenarioText, "d.yaml": instance]).read()
    #expect(known.scenario?.cluster.snapshotMachines[0].nodeName == "w9")
    #expect(!known.diagnostics.contains { $0.code == "K007" })
  }

  @Test func `one bandwidth for the nodes of a dump is taken from the scenario and else assumed aloud`() throws {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster: { snapshot: d.yaml, migrationNetwork: { bandwidth: 25Gbps, mtu: 9000, dedicated: true } }
      """
    let reading = TestFiles(files: ["s.yaml": text, "d.yaml": Self.nodes]).read()
    let nodes = try #require(reading.scenario).cluster.snapshotNodes
    #expect(
      nodes.map(\.migrationNIC.bytesPerSecond) == [3.125e9, 3.125e9] && nodes.allSatisfy(\.migrationNIC.isDedicated))
    #expect(try load(Self.nodes).lines.contains { $0.hasPrefix("note S020 - a dump does not say how fast") })
  }

  @Test func `a machine without a size names the reason`() throws {
    let typed = """
      kind: VirtualMachine
      metadata: { name: a }
      spec: { instancetype: { name: u1.small }, template: { spec: { domain: { devices: {} } } } }
      """
    let lines = try load(Self.nodes, typed).lines
    #expect(
      lines.contains {
        $0.hasPrefix("warning K006") && $0.contains("default/a takes its size from an instance type")
          && $0.hasSuffix("| add the running instances: oc get vmi -A -o yaml")
      })
  }

  @Test func `every object problem is told with line and column`() {
    let text = """
      kind: node
      metadata: { name: x }
      ---
      apiVersion: longhorn.io/v1beta2
      kind: Node
      metadata: { name: x }
      ---
      kind: Node
      metadata: { name: w1 }
      status: { allocatable: { cpu: "0", memory: 4Gi } }
      ---
      kind: Node
      metadata: {}
      ---
      kind: VirtualMachineInstance
      apiVersion: kubevirt.io/v99
      metadata: { name: vm }
      spec:
        domain:
          cpu: { cores: "4", threads: 99999999999999999999 }
          memory: { guest: 4gi }
      status:
        nodename: w1
        phase: Running
        migrationState: { startTimestamp: "2025-03-01T10:00:00Z", endTimestamp: "2025-03-01T09:00:00Z" }
      ---
      kind: NodeMetrics
      metadata: { name: w1 }
      usage: { cpu: -5n, memory: 1Gi }
      ---
      kind: PodList
      items: null
      """
    let verdict = TestFiles(files: ["d.yaml": text]).validate("d.yaml")
    #expect(verdict.kind == .kubernetes)
    #expect(
      verdict.diagnostics.lines == [
        "error K001 1:7 unknown kind 'node' | did you mean Node?",
        "warning K005 10:31 node 'w1' has no cpu: it is left out | export nodes with their status: oc get nodes -o yaml",
        "error K003 13:11 a Node has no metadata.name",
        "warning K002 16:13 unknown version 'kubevirt.io/v99' of VirtualMachineInstance is read as v1",
        "warning K004 23:3 unknown key 'nodename' is ignored | did you mean 'nodeName'?",
        "warning K014 20:19 'cores' is the text '4', taken as the number 4",
        "error S004 20:33 'threads' must be between 0 and 1000000000, found 99999999999999999999",
        "error S006 21:22 unknown unit 'gi' in '4gi' for 'guest' | did you mean 4Gi?",
        "warning K009 25:75 the migration ends before it starts (2025-03-01T10:00:00Z): its duration is ignored",
        "error K008 29:15 negative usage cpu '-5n'",
        "warning K011 32:8 PodList has no items",
        "note K013 - skipped 1 × Node: of longhorn.io",
      ])
  }

  @Test func `a list an array and single documents say the same`() throws {
    let node =
      "{ apiVersion: v1, kind: Node, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }"
    let bare = "{ metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }"
    for text in [
      node, "[\(node)]", "{ kind: List, apiVersion: v1, items: [\(node)] }",
      "{ kind: NodeList, apiVersion: v1, items: [\(bare)] }", "{ items: [\(node)] }",
      "{ kind: List, items: [{ kind: NodeList, items: [\(bare), null] }, { kind: List, items: [] }] }",
    ] {
      #expect(try load(text).scenario.cluster.snapshotNodes.map(\.name) == ["w1"], "\(text)")
    }
  }

  @Test func `the order of objects does not matter`() throws {
    let forward = try load(Self.nodes, Self.machine, Self.pods, Self.metrics).scenario.cluster
    let backward = try load(Self.metrics, Self.pods, Self.machine, Self.nodes).scenario.cluster
    #expect(forward.snapshotMachines == backward.snapshotMachines)
    #expect(forward.snapshotNodes == backward.snapshotNodes)
    #expect(forward.snapshotPods == backward.snapshotPods)
  }

  @Test func `every cut and every changed byte ends in a verdict`() {
    let bytes = Array(Self.machine.utf8)
    func check(_ bytes: [UInt8]) {
      let source = FileSource { _ throws(FileReadError) in bytes }
      _ = Validation(vocabulary: TestFiles.vocabulary, source: source).verdict(of: "d.yaml")
    }
    for length in 0..<bytes.count { check(Array(bytes.prefix(length))) }
    for index in bytes.indices {
      for byte in [0x00, 0x39, 0x7B] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        check(changed)
      }
    }
  }
}
