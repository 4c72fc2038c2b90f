import ClusterModel
import Foundation
import SimulationEngine
import TestSupport
import Testing

@testable import InputFormats

@Suite struct ScenarioImportTests {
  static let dump = """
    apiVersion: v1
    kind: List
    items:
    - { kind: Node, apiVersion: v1, metadata: { name: w2, labels: { topology.kubernetes.io/zone: b } }, status: { allocatable: { cpu: 15500m, memory: 63Gi, pods: "110" } } }
    - { kind: Node, apiVersion: v1, metadata: { name: w1, labels: { topology.kubernetes.io/zone: a } }, status: { allocatable: { cpu: 8, memory: 32Gi } } }
    - kind: Pod
      apiVersion: v1
      metadata: { name: dns, namespace: system, labels: { app: dns } }
      spec: { nodeName: w1, containers: [{ resources: { requests: { cpu: 100m, memory: 70Mi } } }] }
      status: { phase: Running }
    - kind: VirtualMachineInstance
      apiVersion: kubevirt.io/v1
      metadata: { name: db, namespace: shop, labels: { app: db } }
      spec: { domain: { cpu: { cores: 4 }, memory: { guest: 8Gi } } }
      status: { phase: Running, nodeName: w1, conditions: [{ type: LiveMigratable, status: "True" }] }
    - kind: VirtualMachineInstance
      apiVersion: kubevirt.io/v1
      metadata: { name: web, namespace: shop }
      spec: { domain: { cpu: { cores: 2 }, memory: { guest: 4Gi } } }
      status: { phase: Running, nodeName: w2, conditions: [{ type: LiveMigratable, status: "False", reason: by hand }] }
    - kind: VirtualMachineInstance
      apiVersion: kubevirt.io/v1
      metadata: { name: web, namespace: test }
      spec: { domain: { cpu: { cores: 1 }, memory: { guest: 2Gi } } }
      status: { phase: Running, nodeName: w2 }
    - kind: KubeVirt
      apiVersion: kubevirt.io/v1
      metadata: { name: kubevirt, namespace: kubevirt }
      spec: { configuration: { developerConfiguration: { cpuAllocationRatio: 4 }, migrations: { parallelMigrationsPerCluster: 9, progressTimeout: 150 } } }
    """

  static let usage = "time,shop/db,test/web,stranger\n0,10,20,30\n300,40,50,60\n"

  static let scenario = """
    # A comment that goes.
    kind: Scenario
    apiVersion: headroom/v1
    variants:
    - { name: faster, set: { cluster.migrationNetwork.bandwidth: 25Gbps } }
    - { name: ratio, set: { cluster.cpuAllocationRatio: 2 } }
    - { name: other, set: { cluster.snapshot: small.yaml, cluster.traces: [] } }
    - { name: platform, set: { platform: next } }
    - { name: rows, set: { cluster.machines.batch.trace.rows: 2-2 } }
    - { name: fewer, set: { cluster.machines.batch.count: 1 } }
    cluster:
      machines:
      - { name: batch, cpu: 2, memory: 2Gi, trace: { file: rows.csv } }
      snapshot: [dump.yaml]
      traces: [{ file: usage.csv }]
      migrationNetwork: { bandwidth: 10Gbps, dedicated: true }
    balancers: [none]
    horizon: 1h
    replications: 1
    """

  static let files = TestFiles(files: [
    "dump.yaml": dump, "usage.csv": usage, "s.yaml": scenario, "rows.csv": "vm,t00000,t00300\na,1.5,2\nb,3,33.3\n",
    "small.yaml": """
    apiVersion: v1
    kind: NodeList
    items: [{ metadata: { name: w9 }, status: { allocatable: { cpu: 3, memory: 3Gi } } }]
    """,
  ])

  /// Whether two scenarios are the same to a simulation.
  static func expectEqual(_ a: Scenario, _ b: Scenario, _ what: String) {
    let (x, y) = (ClusterBuilder(a.cluster), ClusterBuilder(b.cluster))
    #expect(x.inventory == y.inventory, "\(what)")
    #expect(x.traces == y.traces && x.remarks == y.remarks, "\(what)")
    #expect(x.settings.count == y.settings.count)
    for (s, t) in zip(x.settings, y.settings) {
      #expect(s.trace?.index == t.trace?.index && s.trace?.row == t.trace?.row && s.streamName == t.streamName)
      #expect(s.startNode == t.startNode && s.statedMemoryShare == t.statedMemoryShare && s.order == t.order)
      #expect(s.statedCPUShare == t.statedCPUShare)
    }
    #expect(a.migration == b.migration && a.platform == b.platform, "\(what)")
    #expect(a.balancers == b.balancers && a.demand == b.demand && a.observation == b.observation)
    #expect(a.horizon == b.horizon && a.seed == b.seed && a.replications == b.replications && a.rankBy == b.rankBy)
    #expect(a.expectations == b.expectations && a.cluster.initialPlacement == b.cluster.initialPlacement)
    #expect(
      a.cluster.cpuAllocationRatio == b.cluster.cpuAllocationRatio
        && a.cluster.memoryOvercommitPercent == b.cluster.memoryOvercommitPercent
        && a.cluster.storageClasses == b.cluster.storageClasses, "\(what)")
  }

  /// What was imported means the same, in both forms, and is written again to the byte.
  static func expectFaithful(_ files: TestFiles, _ paths: [String]) throws {
    let before = files.read(paths)
    let imported = try files.importing(paths)
    for path in ["i.yaml", "i.json"] {
      let text = path.hasSuffix("json") ? imported.json : imported.yaml
      let again = TestFiles(files: [path: text])
      let after = again.read(path)
      try #require(!after.variants.isEmpty, "\(after.diagnostics.lines)\n\(text)")
      #expect(before.variants.map(\.name) == after.variants.map(\.name))
      for (a, b) in zip(before.variants, after.variants) { expectEqual(a.scenario, b.scenario, "\(paths) \(a.name)") }
      let second = try again.importing([path])
      #expect(second.json == imported.json)
      if path.hasSuffix("yaml") { #expect(second.yaml == imported.yaml) }
    }
    let anonymous = try files.importing(paths, isAnonymous: true)
    let twice = try TestFiles(files: ["a.yaml": anonymous.yaml]).importing(["a.yaml"], isAnonymous: true)
    #expect(twice.yaml == anonymous.yaml)
  }

  @Test func `a dump becomes a scenario with its cluster and nothing else`() throws {
    let imported = try Self.files.importing(["dump.yaml"])
    #expect(
      imported.yaml.hasPrefix(
        """
        # Headroom scenario that needs no other file, imported from dump.yaml
        apiVersion: headroom/v1
        kind: Scenario
        metadata:
          name: dump
        cluster:
          cpuAllocationRatio: 4
          inventory:
            nodes:
            - name: w1
              cpu: 8
              memory: 32Gi
              labels:
                topology.kubernetes.io/zone: a
            - name: w2
              cpu: 15500m

        """), "\(imported.yaml)")
    #expect(
      imported.yaml.hasSuffix(
        """
        platform: openshift-4.22
        migration:
          parallelMigrationsPerCluster: 9

        """), "\(imported.yaml)")
    #expect(imported.output.nodeCount == 2 && imported.output.machineCount == 3 && imported.output.podCount == 1)
    #expect(!imported.lines.contains { $0.contains("no scenario given") })
    try Self.expectFaithful(Self.files, ["dump.yaml"])
  }

  @Test func `a scenario keeps its document and its variants mean what they meant`() throws {
    let imported = try Self.files.importing(["s.yaml"])
    for gone in ["snapshot", "file:", "A comment", "rows: 2-2"] {
      #expect(!imported.yaml.contains(gone), "\(gone)")
    }
    #expect(imported.yaml.contains("cluster.machines.batch.recording:") && imported.yaml.contains("cluster.inventory:"))
    #expect(imported.yaml.contains("cluster.migrationNetwork.bandwidth: 25Gbps"))
    try Self.expectFaithful(Self.files, ["s.yaml"])
    try Self.expectFaithful(Self.files, ["s.yaml", "small.yaml"])
  }

  @Test func `traces beside a dump are replayed by the machines of their names`() throws {
    let reading = Self.files.read(["dump.yaml", "usage.csv"])
    let cluster = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster
    #expect(cluster.snapshotTraces.map(\.machineNames) == [["shop/db", "test/web"]])
    #expect(cluster.snapshotTraces[0].cpuShares == [0.1, 0.4, 0.2, 0.5])
    let built = ClusterBuilder(cluster)
    #expect(built.settings.map { $0.trace?.row } == [0, nil, 1])
    let told = reading.diagnostics.first { $0.message.contains("2 of 3 machines of the dump replay") }
    #expect(told?.notes == ["without a row: shop/web", "rows of no machine: stranger"])
    try Self.expectFaithful(Self.files, ["dump.yaml", "usage.csv"])
  }

  @Test func `cores count against the vCPUs of each machine and bytes against its memory`() throws {
    var files = Self.files
    files.files["long.csv"] = """
      time,machine,metric,value
      0,shop/db,cpu_cores,1
      0,virt-launcher-db-x2k9d,memory_bytes,0
      300,shop/db,cpu_cores,3
      0,test/web,cpu_cores,0.5
      300,test/web,cpu_cores,1
      0,shop/db,memory_bytes,2147483648
      300,shop/db,memory_bytes,4294967296
      0,test/web,memory_bytes,1073741824
      """
    let cluster = try #require(files.read(["dump.yaml", "long.csv"]).scenario).cluster
    let trace = try #require(cluster.snapshotTraces.first)
    #expect(trace.machineNames == ["shop/db", "test/web"] && trace.cpuShares == [0.25, 0.75, 0.5, 1])
    #expect(trace.memoryShares == [0.25, 0.5, 0.5, 0.5])
    #expect(ClusterBuilder(cluster).settings[0].statedMemoryShare == 0.375)
    try Self.expectFaithful(files, ["dump.yaml", "long.csv"])
    files.files["range.json"] = """
      {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"cpu_cores","namespace":"shop",
      "pod":"virt-launcher-db-x2k9d"},"values":[[0,"2"],[60,"4"]]}]}}
      """
    let range = try #require(files.read(["dump.yaml", "range.json"]).scenario).cluster.snapshotTraces
    #expect(range.map(\.cpuShares) == [[0.5, 1]] && range[0].machineNames == ["shop/db"])
  }

  @Test func `a name that several machines have is nobody's and no match at all is an error`() throws {
    var files = Self.files
    files.files["web.csv"] = "time,web,db\n0,1,2\n300,1,2\n"
    files.files["none.csv"] = "time,web,x\n0,1,2\n300,1,2\n"
    #expect(files.read(["dump.yaml", "web.csv"]).scenario?.cluster.snapshotTraces.map(\.machineNames) == [["shop/db"]])
    let refused = files.read(["dump.yaml", "none.csv"])
    let error = refused.diagnostics.first { $0.severity == .error }
    #expect(
      refused.variants.isEmpty
        && error?.notes == [
          "rows are named web, x", "machines are named shop/db, shop/web, test/web",
        ])
    let alone = files.read(["none.csv"])
    #expect(
      alone.variants.isEmpty && alone.diagnostics.lines.contains { $0.contains("no machine of a dump to replay it") })
  }

  @Test func `an import of errors writes nothing`() {
    var files = Self.files
    files.files["bad.yaml"] = "kind: Scenario\ncluster: { nodes: 3 }\n"
    let (output, diagnostics) = ScenarioImport(vocabulary: TestFiles.vocabulary, source: files.source).read(
      paths: ["bad.yaml", "dump.yaml"])
    #expect(output == nil && diagnostics.count { $0.severity == .error } >= 2)
  }

  @Test func `the head names files without acting on a terminal and the name may be given`() throws {
    let files = TestFiles(files: ["a\nb\u{1B}.yaml": Self.dump])
    let imported = try files.importing(["a\nb\u{1B}.yaml"], name: "october")
    let head = imported.yaml.split(separator: "\n")[0]
    #expect(head.hasSuffix("imported from a\\nb\\u{1B}.yaml") && imported.yaml.contains("  name: october\n"))
    #expect(try imported.scenario().name == "october")
  }

  @Test func `every scenario of the tests' own builder is faithful`() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let cluster = InventoryRoundTripTests.cluster(seed: seed)
      try Self.expectFaithful(TestFiles(files: ["s.yaml": Scenario.text(of: cluster)]), ["s.yaml"])
    }
  }

  @Test(.enabled(if: ReferenceData.path("kubernetes/manifest.json") != nil, ReferenceData.absent))
  func `every usable real dump is faithful`() throws {
    let root = try #require(ReferenceData.path("kubernetes"))
    let pool =
      "kind: Scenario\napiVersion: headroom/v1\n"
      + "cluster: { nodePools: [{ name: added, count: 2, node: { cpu: 64, memory: 512Gi } }] }\n"
    var count = 0
    for folder in ["kubevirt", "nodes", "storage", "metrics", "mustgather", "traces"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder).sorted() {
        // Long lists of one kind of thing and a packed workbook only take time.
        if name.hasPrefix("openb") || name.hasSuffix(".xlsx") || name.hasPrefix("bitbrains") { continue }
        let path = "\(root)/\(folder)/\(name)"
        let disk = FileSource(read: { asked throws(FileReadError) in
          if asked == "pool.yaml" { return Array(pool.utf8) }
          guard let data = FileManager.default.contents(atPath: asked) else { throw FileReadError("absent") }
          return Array(data)
        })
        let reading = ScenarioReader(vocabulary: TestFiles.vocabulary, source: disk).read(paths: ["pool.yaml", path])
        guard let before = reading.scenario else { continue }
        count += 1
        let (output, _) = ScenarioImport(vocabulary: TestFiles.vocabulary, source: disk).read(paths: [
          "pool.yaml", path,
        ])
        let written = try #require(output)
        let again = TestFiles(files: ["i.yaml": written.yaml])
        let after = again.read("i.yaml")
        Self.expectEqual(before, try #require(after.scenario, "\(name) \(after.diagnostics.lines)"), name)
        #expect(try again.importing(["i.yaml"]).yaml == written.yaml, "\(name)")
      }
    }
    #expect(count >= 50)
  }
}
