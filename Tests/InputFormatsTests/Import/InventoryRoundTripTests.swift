import ClusterModel
import EventKernel
import SimulationEngine
import TestSupport
import Testing

@testable import InputFormats

@Suite struct InventoryRoundTripTests {
  /// Texts that a careless writer or reader takes for something else.
  private static let texts = [
    "on", "no", "null", "~", "true", "12:30", "0777", "64Gi", "1e3", "", " ", "a: b", "<<", "é", "\u{202E}x", "a\nb",
    "'",
    "a#b", "x",
  ]

  private static let reals: [Double] = [
    0, 1, 0.1, 0.333, 1e-7, 123_456_789.125, 8_589_934_592, 5_000_000_000_000_001, .leastNonzeroMagnitude,
  ]

  /// A cluster with every field of the model set to something.
  static func cluster(seed: UInt64) -> ClusterSpecification {
    var made = RandomCluster(seed: seed, nodes: 1...4, machines: 1...8)
    var random = made.random
    func real(_ random: inout RandomStream) -> Double {
      let factor: Double = random.pick([1, 0.7])
      return factor * random.pick(reals)
    }
    func usage(_ random: inout RandomStream) -> ObservedUsage? {
      guard random.bernoulli(0.6) else { return nil }
      return ObservedUsage(
        cpuCores: random.bernoulli(0.8) ? real(&random) : nil, memoryBytes: random.bernoulli(0.8) ? real(&random) : nil)
    }
    var cluster = ClusterSpecification()
    cluster.snapshotNodes = made.inventory.nodes.map { node in
      var node = node
      node.labels[random.pick(texts) + "k"] = random.pick(texts)
      node.cpuMillicores = Int64(random.pick([1, 999, 15_500, 16_000]))
      node.memoryBytes = random.pick([1, 1023, 1024, 1 << 40, (1 << 36) + 1024, .max])
      node.podLimit = random.pick([0, 110, 250, 1_000_000])
      node.observedUsage = usage(&random)
      node.migrationNIC = NetworkInterface(
        bytesPerSecond: random.pick([1.25e9, 3.125e9, 125_000.1, 1e9 / 3, 67_108_864]),
        mtuBytes: random.pick([1500, 9000]),
        isDedicated: random.bernoulli(0.5), linkCount: random.pick([1, 2, 64]))
      node.extraAllocatable = RandomCluster.extraAllocatable(&random)
      return node
    }
    cluster.snapshotPods = made.inventory.pods.map { pod in
      var pod = pod
      pod.observedUsage = usage(&random)
      pod.cpuRequestMillicores = random.pick([0, 1, 1000, .max])
      pod.memoryRequestBytes = random.pick([0, 1, 1 << 20, .max])
      pod.terms = RandomCluster.terms(&random)
      pod.priority = random.pick([0, -1, 2_000_001_000])
      if random.bernoulli(0.3) { pod.nodeSelector = ["disk": random.pick(texts)] }
      if random.bernoulli(0.3) { pod.tolerations = [Toleration(operator: .exists)] }
      return pod
    }
    cluster.snapshotObjects = sorted(RandomCluster.objects(&random))
    cluster.snapshotMachines = made.inventory.machines.map {
      machine($0, made.inventory.nodes.count, usage(&random), &random)
    }
    made.random = random
    return cluster
  }

  /// In the order in which an inventory is written.
  private static func sorted(_ objects: PlacementObjects) -> PlacementObjects {
    var result = objects
    result.controllers.sort { ($0.reference.kind, $0.namespace) < ($1.reference.kind, $1.namespace) }
    let services = objects.services
    result.services = services.map(\.namespace).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      .sorted().flatMap { namespace in services.filter { $0.namespace == namespace } }
    return result
  }

  private static func machine(
    _ machine: VirtualMachine, _ nodes: Int, _ usage: ObservedUsage?, _ random: inout RandomStream
  ) -> VirtualMachine {
    var machine = machine
    machine.namespace = random.pick(["default", "east", "on"])
    machine.labels[random.pick(texts) + "k"] = random.pick(texts)
    machine.runStrategy = random.pick(RunStrategy.allCases)
    machine.tier = random.pick(Tier.allCases)
    machine.priority = random.pick([0, -5, 2_000_000_000, .max])
    machine.storageClassName = random.pick(["", "fast", "12:30"])
    machine.hasCPULimit = random.bernoulli(0.3)
    machine.copiedDiskBytes = machine.priority == -5 ? 1_234_567 : 0
    machine.hasDedicatedCPUs = machine.tier == .critical
    machine.hasSRIOVInterfaces = machine.storageClassName == "fast"
    machine.workloadType = random.pick(["", "database"])
    machine.applicationGroup = random.pick(["", "shop"])
    machine.nodeName = random.bernoulli(0.5) ? "node-\(random.uniform(below: nodes))" : nil
    machine.isRunning = random.bernoulli(0.8)
    machine.observedUsage = usage
    // Behind the selectors that it has already.
    var terms = RandomCluster.terms(&random)
    terms.requiredAntiAffinity = machine.terms.requiredAntiAffinity + terms.requiredAntiAffinity
    machine.terms = terms
    machine.cpuModel = random.pick([.hostModel, .hostPassthrough, .named("Cascadelake-Server"), .named("on")])
    machine.observedDirtyBytesPerSecond = random.bernoulli(0.3) ? 1e7 / 3 : nil
    if random.bernoulli(0.4) {
      machine.statedDirty = DirtyStatement(
        hotSetBytes: .init(1e9 / 3), tauSeconds: .init(low: 0.1, typical: 1 / 3, high: 4.65),
        coldBytesPerSecond: random.bernoulli(0.5) ? nil : .init(low: 0, typical: 8e6, high: 1e7 / 3 * 4))
    }
    if random.bernoulli(0.7) {
      machine.origin = MachineOrigin(
        size: random.pick(MachineOrigin.Size.allCases), request: random.pick(MachineOrigin.Request.allCases),
        place: random.pick(MachineOrigin.Place.allCases),
        migratability: random.pick(MachineOrigin.Migratability.allCases))
    }
    return machine
  }

  private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  /// The first difference, as both lists in a failure's words would be pages.
  private static func difference<Element: Equatable>(_ found: [Element], _ expected: [Element]) -> String? {
    if found.count != expected.count { return "\(found.count) in place of \(expected.count)" }
    return zip(found, expected).first { $0 != $1 }.map { "\($0)\nis not\n\($1)" }
  }

  @Test(arguments: 1...60)
  func `an inventory that was written reads back as the same cluster`(seed: UInt64) throws {
    let cluster = Self.cluster(seed: seed)
    let text = Scenario.text(of: cluster)
    let reading = TestFiles(files: ["s.yaml": text]).read()
    let read = try #require(reading.scenario, "\(reading.diagnostics.lines)\n\(text)").cluster
    let expected = Inventory(
      nodes: cluster.snapshotNodes, machines: cluster.snapshotMachines, pods: cluster.snapshotPods)
    let found = Inventory(nodes: read.snapshotNodes, machines: read.snapshotMachines, pods: read.snapshotPods)
    #expect(Self.difference(found.nodes, expected.nodes) == nil)
    #expect(Self.difference(found.machines, expected.machines) == nil)
    #expect(Self.difference(found.pods, expected.pods) == nil)
    let hasSameObjects = read.snapshotObjects == cluster.snapshotObjects
    #expect(hasSameObjects)
    #expect(Self.difference(Self.lines(Scenario.text(of: read)), Self.lines(text)) == nil)
    #expect(!reading.diagnostics.contains { $0.severity == .warning }, "\(reading.diagnostics.lines)")
  }

  @Test(arguments: 1...10)
  func `an import is written again the same, in both forms`(seed: UInt64) throws {
    let once = try TestFiles(files: ["s.yaml": Scenario.text(of: Self.cluster(seed: seed))]).importing(["s.yaml"])
    let twice = try TestFiles(files: ["s.yaml": once.yaml]).importing(["s.yaml"])
    let json = try TestFiles(files: ["s.json": once.json]).importing(["s.json"])
    // The first line says which files it was.
    func body(_ imported: Imported) -> Substring { imported.yaml.drop { $0 != "\n" } }
    #expect(twice.yaml == once.yaml && twice.json == once.json)
    #expect(body(json) == body(once) && json.json == once.json)
  }

  @Test func `traces keep every bit of their samples`() throws {
    var random = RandomStream(seed: 3, replication: 0, purpose: .demand)
    var cluster = Self.cluster(seed: 5)
    let names = cluster.snapshotMachines.map(\.qualifiedName)
    var trace = UsageTrace(
      name: "a: b.csv", step: SimulationDuration(microseconds: 1_500_001), machineNames: names,
      cpuShares: (0..<names.count * 40).map { _ in Float(bitPattern: UInt32(random.uniform(below: 0x3F80_0001))) },
      samplesPerMachine: 40)
    trace.memoryShares = trace.cpuShares.reversed()
    cluster.snapshotTraces = [trace]
    let text = Scenario.text(of: cluster)
    let read = try #require(TestFiles(files: ["s.yaml": text]).read().scenario, "\(text)").cluster
    #expect(read.snapshotTraces == [trace])
    #expect(text.split(separator: "\n").count { $0.contains(" cpu: [") } == names.count)
  }

  @Test func `what is left out is the default and a rendered request follows the cluster`() throws {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        cpuAllocationRatio: 5
        migrationNetwork: { bandwidth: 25Gbps, dedicated: true }
        inventory:
          nodes:
          - { name: n, cpu: 16, memory: 64Gi }
          - { name: o, cpu: 16, memory: 64Gi, migrationNetwork: { bandwidth: 1Gbps } }
          machines: [{ name: a, cpu: 4, memory: 8Gi, node: n }]
          pods: [{ name: p, node: n }]
      """
    let cluster = try #require(TestFiles(files: ["s.yaml": text]).read().scenario).cluster
    #expect(cluster.snapshotNodes[0].migrationNIC == NetworkInterface(bytesPerSecond: 3.125e9, isDedicated: true))
    #expect(cluster.snapshotNodes[1].migrationNIC == NetworkInterface(bytesPerSecond: 1.25e8))
    let machine = cluster.snapshotMachines[0]
    #expect(machine.namespace == "default" && machine.cpuRequestMillicores == 805 && machine.isRunning)
    #expect(cluster.snapshotPods == [OtherPod(namespace: "default", name: "p", nodeName: "n")])
  }

  @Test(arguments: [
    ("{ name: a, cpu: 4 }", "machine 'a' has no 'memory'"),
    ("{ name: a, cpu: 4, memory: 8Gi, nods: n }", "did you mean 'node'?"),
    ("{ name: a, cpu: 4, memory: 8Gi, boundToNode: true }", "says why in 'notLiveMigratable'"),
    ("{ name: a, cpu: 4, memory: 8Gi, node: elsewhere }", "1 machine runs on hosts"),
    ("{ name: a, cpu: 4, memory: 8Gi }, { name: a, cpu: 4, memory: 8Gi }", "two machines of the inventory"),
    ("{ name: a, cpu: 4, memory: 8Gi, cpuRequest: -1 }", "negative amount"),
    ("{ name: a, cpu: 4, memory: 8Gi, usage: { cpu: many } }", "for 'cpu'"),
  ])
  func `mistakes in an inventory are told`(machines: String, expected: String) {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster: { inventory: { nodes: [{ name: n, cpu: 16, memory: 64Gi }], machines: [\(machines)] } }
      """
    let lines = TestFiles(files: ["s.yaml": text]).read().diagnostics.lines
    #expect(lines.contains { $0.contains(expected) }, "\(lines)")
  }

  @Test(arguments: [
    ("[{ machine: default/a, cpu: [0, 0.5] }]", nil),
    ("[{ machine: default/b, cpu: [0] }]", "name of a machine of the inventory"),
    ("[]", "no rows"), ("[{ machine: default/a, cpu: [2] }]", "numbers from 0 to 1"),
    ("[{ machine: default/a, cpu: [0], memory: [0, 1] }]", "differ in length"),
  ])
  func `mistakes in a trace are told`(rows: String, expected: String?) {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        inventory:
          nodes: [{ name: n, cpu: 16, memory: 64Gi }]
          machines: [{ name: a, cpu: 4, memory: 8Gi }]
          traces: [{ name: t, step: 5m, rows: \(rows) }]
      """
    let lines = TestFiles(files: ["s.yaml": text]).read().diagnostics.lines
    if let expected { #expect(lines.contains { $0.contains(expected) }, "\(lines)") } else { #expect(lines == []) }
  }

  @Test func `two spellings of one inventory have one hash and another size has another`() throws {
    let cluster = Self.cluster(seed: 2)
    let yaml = Scenario.text(of: cluster)
    let json = SyntaxWriter.json(
      try #require(SyntaxReader.read(SourceFile(path: "s", bytes: Array(yaml.utf8))).documents.first).root)
    var other = cluster
    other.snapshotNodes[0].podLimit += 1
    let files = TestFiles(files: ["a.yaml": yaml, "a.json": json, "b.yaml": Scenario.text(of: other)])
    let hashes = ["a.yaml", "a.json", "b.yaml"].map { files.read($0).scenario?.hash }
    #expect(hashes[0] == hashes[1] && hashes[0] != nil && hashes[0] != hashes[2])
  }
}
