import ClusterModel
import Foundation
import InputFormats
import LiveMigration
import Reports
import SimulationEngine
import Testing
import TestSupport

/// A generated cluster beside what the reader of dumps makes of it, field by field.
///
/// What does not survive, and why: the origin of facts (a dump has one, a scenario none); labels that hold the type
/// and tier stay labels; tolerations that no API server takes; of a stopped machine its usage, reasons other than
/// disks, requests that no spec leads to, ports, and resources that are no field of its spec; claims and volumes that
/// every node reaches, and resources of KubeVirt that no node has; the platform's name, balancers, demand, traces and
/// stated shares of usage, which are no part of a cluster.
@Suite struct ManifestRoundTripTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scenarios").path

  private static let shipped = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  private static func text(_ scenario: Scenario) -> String {
    var writer = ManifestWriter(SimulationSetup(scenario))
    return writer.list()
  }

  private static func yaml(_ scenario: Scenario) -> String {
    let json = SyntaxReader.read(SourceFile(path: "list.json", bytes: Array(text(scenario).utf8)))
    return SyntaxWriter.yaml(json.documents.map(\.root))
  }

  private static func read(_ text: String, _ path: String = "dump.json") -> ScenarioReader.Reading {
    let source = FileSource(read: { _ throws(FileReadError) in Array(text.utf8) }, list: { _ in nil })
    return ScenarioReader(vocabulary: .standard, source: source).read(paths: [path])
  }

  private static func shippedScenario(_ file: String) throws -> Scenario {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
    let source = FileSource(read: { _ throws(FileReadError) in Array(bytes) }, list: { _ in nil })
    return try #require(ScenarioReader(vocabulary: .standard, source: source).read(paths: [file]).scenario)
  }

  private static let marks = ["headroom/tier", "headroom/workload-type"]

  /// Terms without claims whose volume every node reaches and without what only KubeVirt asks for and no node has.
  private static func surviving(_ terms: PlacementTerms, in namespace: String, of cluster: Inventory) -> PlacementTerms
  {
    var terms = terms
    let volumes = cluster.objects.volumes.filter { $0.requiredNodeTerms != nil || !$0.labels.isEmpty }.map(\.name)
    let claims = cluster.objects.claims.filter { $0.namespace == namespace && volumes.contains($0.volumeName) }
    terms.claimNames.removeAll { name in !claims.contains { $0.name == name } }
    for entry in terms.extraRequests.entries
    where entry.name == "ephemeral-storage" || entry.name.hasPrefix("devices.kubevirt.io/") {
      if cluster.nodes.contains(where: { $0.extraAllocatable[entry.name] != nil }) { continue }
      terms.extraRequests[entry.name] = nil
    }
    return terms
  }

  private static func surviving(_ pod: OtherPod, of cluster: Inventory) -> OtherPod {
    var pod = pod
    pod.terms = surviving(pod.terms, in: pod.namespace, of: cluster)
    return pod
  }

  /// What of a machine is to come back.
  private static func surviving(
    _ machine: VirtualMachine, on node: String?, of cluster: Inventory
  ) -> VirtualMachine {
    var machine = machine
    machine.origin = nil
    machine.nodeName = node
    machine.labels = machine.labels.filter { !marks.contains($0.key) }
    machine.tolerations = machine.tolerations.compactMap { toleration in
      if toleration.operator == .equal { return toleration.key.isEmpty ? nil : toleration }
      return Toleration(key: toleration.key, operator: .exists, effect: toleration.effect)
    }
    machine.terms = surviving(machine.terms, in: machine.namespace, of: cluster)
    if machine.isRunning { return machine }
    machine.observedUsage = nil
    machine.terms.hostPorts = []
    // Its spec has fields for devices alone; what else a pod of it would ask for, KubeVirt decides.
    for entry in machine.terms.extraRequests.entries
    where !entry.name.contains("/") || entry.name.hasPrefix("devices.kubevirt.io/") {
      machine.terms.extraRequests[entry.name] = nil
    }
    let disks = "DisksNotLiveMigratable"
    switch machine.migratability {
    case .live: break
    case .cold(let reason): if reason != disks { machine.migratability = .live }
    case .immovable: machine.migratability = .immovable(reason: disks)
    }
    return machine
  }

  /// The first difference in words.
  private static func difference(_ scenario: Scenario, _ reading: ScenarioReader.Reading) -> String? {
    guard let back = reading.scenario else { return "not read: \(reading.diagnostics.map(\.message))" }
    if let bad = reading.diagnostics.first(where: { $0.severity != .note }) { return "diagnostic: \(bad.message)" }
    let setup = SimulationSetup(scenario)
    let placement = InitialPlacer.place(setup, replication: 0).state.nodeOfMachine
    let expected = setup.inventory
    let found = Inventory(
      nodes: back.cluster.snapshotNodes, machines: back.cluster.snapshotMachines, pods: back.cluster.snapshotPods,
      objects: back.cluster.snapshotObjects)
    for node in expected.nodes {
      func rates(_ uplinks: [Uplink]) -> [Double] {
        uplinks.compactMap { uplink in node.labels[uplink.label].map { uplink.bytesPerSecond(of: $0) } }
          .filter { $0 < .infinity }
      }
      if rates(expected.uplinks) != rates(back.cluster.uplinks) { return "uplinks of \(node.name)" }
    }
    if expected.nodes.count != found.nodes.count || expected.zones != found.zones { return "nodes or zones" }
    for (one, other) in zip(expected.nodes, found.nodes) {
      var one = one
      for entry in one.extraAllocatable.entries where entry.amount.nanoUnits == 0 {
        one.extraAllocatable[entry.name] = nil
      }
      if one != other { return "\(one)\nis not\n\(other)" }
    }
    if expected.pods.count != found.pods.count { return "\(found.pods.count) pods" }
    for (one, other) in zip(expected.pods.map { surviving($0, of: expected) }, found.pods) where one != other {
      return "\(one)\nis not\n\(other)"
    }
    if expected.machines.count != found.machines.count { return "\(found.machines.count) machines" }
    for (index, original) in expected.machines.enumerated() {
      var machine = original
      // Asked to stop before it had a node: it will not get one.
      if machine.runStrategy == .halted, placement[index] == .none { machine.isRunning = false }
      let node = placement[index] == .none ? nil : expected.nodes[placement[index].index].name
      let one = surviving(machine, on: node, of: expected)
      var other = surviving(found.machines[index], on: found.machines[index].nodeName, of: found)
      if !machine.isRunning {
        let miss = other.memoryRequestBytes - one.memoryRequestBytes
        if miss != 0, machine.memoryRequestBytes > 1 << 30, miss != 1 { return "memory request is off by \(miss)" }
        (other.cpuRequestMillicores, other.memoryRequestBytes) = (one.cpuRequestMillicores, one.memoryRequestBytes)
      }
      if one != other { return "\(one)\nis not\n\(other)" }
    }
    let classes = { (scenario: Scenario) in scenario.cluster.storageClasses.sorted { $0.name < $1.name } }
    if classes(scenario) != classes(back) { return "storage classes" }
    if scenario.cluster.cpuAllocationRatio != back.cluster.cpuAllocationRatio { return "allocation ratio" }
    if scenario.cluster.memoryOvercommitPercent != back.cluster.memoryOvercommitPercent { return "overcommit" }
    var migration = back.migration
    migration.multifdChannels = scenario.migration.multifdChannels
    return migration == scenario.migration ? nil : "\(scenario.migration)\nis not\n\(back.migration)"
  }

  @Test(arguments: shipped)
  func `the cluster of a shipped scenario comes back`(file: String) throws {
    let scenario = try Self.shippedScenario(file)
    let problem = Self.difference(scenario, Self.read(Self.text(scenario)))
    #expect(problem == nil)
    let inYAML = Self.difference(scenario, Self.read(Self.yaml(scenario), "dump.yaml"))
    #expect(inYAML == nil)
  }

  @Test func `the cluster of any dump comes back`() {
    Seeds.each(60) { seed in
      let scenario = Build.dumpedWithTerms(seed: seed)
      return Self.difference(scenario, Self.read(Self.text(scenario)))
    }
  }

  /// What decides nothing, such as a claim without a volume, is gone the first time.
  @Test func `what was generated from a generated cluster is the same text`() {
    Seeds.each(20) { seed in
      guard let first = Self.read(Self.text(Build.dumpedWithTerms(seed: seed))).scenario else { return "not read" }
      let once = Self.text(first)
      guard let back = Self.read(once).scenario else { return "not read again" }
      let twice = Self.text(back)
      let lines = zip(once.split(separator: "\n"), twice.split(separator: "\n"))
      return lines.first { $0 != $1 }.map { "\($0)\nis not\n\($1)" } ?? (once == twice ? nil : "one text is longer")
    }
  }

  @Test func `hostile names are read back without a complaint and lose no machine`() {
    Seeds.each(60) { seed in
      let scenario = Build.hostile(seed: seed)
      let reading = Self.read(Self.text(scenario))
      guard let back = reading.scenario else { return "not read: \(reading.diagnostics.map(\.message))" }
      if let bad = reading.diagnostics.first(where: { $0.severity == .error }) { return "\(bad.message)" }
      let counts = { (cluster: ClusterSpecification) in
        [cluster.snapshotNodes.count, cluster.snapshotMachines.count, cluster.snapshotPods.count]
      }
      return counts(back.cluster) == counts(scenario.cluster) ? nil : "\(counts(back.cluster)) objects"
    }
  }

  @Test func `uplinks and links of a network survive`() throws {
    let yaml = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        uplinks:
          - { label: topology.kubernetes.io/zone, bandwidth: 100Gbps }
          - { label: topology.kubernetes.io/zone, value: b, bandwidth: 40Gbps }
          - { label: rack, bandwidth: 50Gbps }
        nodePools:
          - name: n
            count: 3
            zones: [a, b]
            labels: { rack: r1 }
            node: { cpu: 8, memory: 32Gi, migrationNetwork: { bandwidth: 25Gbps, links: 2 } }
        machines: [{ name: m, cpu: 1, memory: 1Gi }]
      """
    let scenario = try #require(Self.read(yaml, "s.yaml").scenario)
    #expect(scenario.cluster.uplinks.count == 2)
    #expect(Self.difference(scenario, Self.read(Self.text(scenario))) == nil)
  }
}
