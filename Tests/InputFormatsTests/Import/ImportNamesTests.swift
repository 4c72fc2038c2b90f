import ClusterModel
import SimulationEngine
import Testing

@testable import InputFormats

/// Names and paths that a careless writer changes.
@Suite struct ImportNamesTests {
  private static func scenario(_ cluster: String, _ variants: String = "[]") -> String {
    """
    apiVersion: headroom/v1
    kind: Scenario
    metadata: { name: 2026.10 }
    cluster:
    \(cluster)
    balancers: [none, { name: low-node-utilization, label: 007, limit: 0x3, targetThresholds: { cpu: +40 } }]
    horizon: 1h
    replications: 0o2
    seed: 0x10
    variants: \(variants)

    """
  }

  private static let numbers = scenario(
    """
      migrationNetwork: { bandwidth: 25Gbps, dedicated: True }
      storageClasses: [{ name: 0x1, accessModes: ReadWriteMany }]
      nodePools:
      - { name: 007, count: 0o2, node: { cpu: 16, memory: 64Gi }, zones: [01, 0o2], labels: &l { rack: 012, virt: True,
          ver: 1.50, hex: 0xFF, plus: +5, exp: 1E3, dot: .5, inf: .inf, on: on, day: 2024-01-01, none: ~ },
          taints: ["01=+1:NoSchedule", { key: 0x2, value: 010, effect: PreferNoSchedule }] }
      - { name: p, names: [08, 1e1], node: { cpu: 16, memory: 64Gi } }
      machines:
      - { name: web, count: 0x2, cpu: 2, memory: 4Gi, nodeSelector: *l, namespace: 0123, storageClass: 0x1,
          cpuLimit: TRUE, tolerations: [{ key: 01, value: +1, effect: NoSchedule }] }
      - { name: 010, count: 2, cpu: 0x2, memory: 4Gi, application: 00, startOn: [08] }
    """,
    """
    [{ name: 1.10, set: { cluster.machines.web.count: 03, cluster.machines.010.namespace: 007 } },
      { name: 1.1, set: { cluster.nodePools.007.labels.rack: 0o7, cluster.machines.web.nodeSelector: {} } },
      { name: True, set: { cluster.machines: [{ name: 0xA, cpu: 1, memory: 1Gi }] } }]
    """)

  @Test func `names, labels and zones that look like numbers keep their letters`() throws {
    let files = TestFiles(files: ["s.yaml": Self.numbers])
    try ScenarioImportTests.expectFaithful(files, ["s.yaml"])
    let imported = try files.importing(["s.yaml"])
    #expect(imported.output.nodeCount == 4)
    let nodes = ClusterBuilder(try imported.scenario().cluster).inventory.nodes
    let node = try #require(nodes.first { $0.labels["topology.kubernetes.io/zone"] == "0o2" })
    #expect(node.name.hasPrefix("007-"))
    #expect(
      node.labels.filter { !$0.key.contains("/") } == [
        "rack": "012", "virt": "True", "ver": "1.50", "hex": "0xFF", "plus": "+5", "exp": "1E3", "dot": ".5",
        "inf": ".inf", "on": "on", "day": "2024-01-01", "none": "",
      ])
    #expect(imported.yaml.contains("count: 2\n") && imported.yaml.contains("dedicated: true"))
  }

  @Test func `names that look like numbers are replaced like others, in paths too`() throws {
    let before = TestFiles(files: ["s.yaml": Self.numbers]).read()
    let imported = try TestFiles(files: ["s.yaml": Self.numbers]).importing(["s.yaml"], isAnonymous: true)
    let after = TestFiles(files: ["a.yaml": imported.yaml]).read("a.yaml")
    try #require(after.variants.count == 3, "\(after.diagnostics.lines)\n\(imported.yaml)")
    for (a, b) in zip(before.variants, after.variants) { AnonymizerTests.expectSameShape(a.scenario, b.scenario) }
    for name in ["0123", "0xFF", "0o7", "\"010\"", "1.50", "2024"] { #expect(!imported.yaml.contains(name), "\(name)") }
  }

  private static let dumped = scenario(
    """
      snapshot: [dump.yaml]
      traces: [{ file: usage.csv }]
      nodePools: [{ name: pool, count: 2, node: { cpu: 16, memory: 64Gi } }]
      inventory: { nodes: [{ name: z, cpu: 4, memory: 8Gi }, { name: a, cpu: 4, memory: 8Gi }],
        machines: [{ name: mine, cpu: 1, memory: 1Gi }] }
    """,
    """
    [{ name: adds, set: { cluster.inventory: { nodes: [{ name: xx, cpu: 64, memory: 256Gi }] } } },
      { name: machines, set: { cluster.inventory.machines: [{ name: q, cpu: 2, memory: 2Gi }] } },
      { name: nothing, set: { cluster.inventory: {} } },
      { name: position, set: { cluster.inventory.nodes.0.cpu: 9 } },
      { name: both, set: { cluster.snapshot: [small.yaml], cluster.inventory.machines.mine.cpu: 3, cluster.traces: [] } },
      { name: whole, set: { cluster: { snapshot: [small.yaml] }, cluster.inventory.nodes: [{ name: n, cpu: 1, memory: 1Gi }] } }]
    """)

  @Test func `a variant's inventory stands beside the dump and not in its place`() throws {
    var files = ScenarioImportTests.files
    files.files["d.yaml"] = Self.dumped
    try ScenarioImportTests.expectFaithful(files, ["d.yaml"])
    let text = try files.importing(["d.yaml"]).yaml
    let variants = TestFiles(files: ["i.yaml": text]).read("i.yaml").variants
    #expect(variants.map { $0.scenario.cluster.snapshotNodes.count } == [3, 4, 2, 4, 3, 2])
    // The dump comes from the command line and not from the scenario.
    files.files["e.yaml"] = Self.dumped.replacing("snapshot: [dump.yaml]", with: "initialPlacement: packed")
    try ScenarioImportTests.expectFaithful(files, ["e.yaml", "dump.yaml"])
  }

  @Test func `paths into a written inventory stay paths, except by position`() throws {
    let text = Self.scenario(
      """
        inventory: { nodes: [{ name: z, cpu: 4, memory: 8Gi }, { name: a, cpu: 4, memory: 8Gi }] }
      """,
      """
      [{ name: named, set: { cluster.inventory.nodes.z.cpu: 5 } }, { name: first, set: { cluster.inventory.nodes.0.cpu: 6 } },
        { name: network, set: { cluster.inventory.nodes.z.cpu: 7, cluster.migrationNetwork: { bandwidth: 40Gbps } } }]
      """)
    let files = TestFiles(files: ["s.yaml": text])
    try ScenarioImportTests.expectFaithful(files, ["s.yaml"])
    let imported = try files.importing(["s.yaml"]).yaml
    #expect(imported.contains("cluster.inventory.nodes.z.cpu: 5") && !imported.contains("nodes.0.cpu"))
  }

  private static let groups = scenario(
    """
      nodePools: [{ name: p, count: 3, node: { cpu: 16, memory: 64Gi } }]
      machines:
      - { name: 2026, count: 2, cpu: 2, memory: 4Gi }
      - { name: web.v1, count: 2, cpu: 2, memory: 4Gi, trace: { file: rows.csv } }
      - { name: 0, count: 2, cpu: 2, memory: 4Gi }
    """,
    """
    [{ name: 2027, set: { cluster.snapshot: [dump.yaml], cluster.traces: [{ file: usage.csv }] } },
      { name: 1, set: { cluster.machines.2026.trace: { file: rows.csv } } },
      { name: 2, set: { cluster.machines.1.trace: { file: rows.csv, rows: 2-2 }, cluster.machines.1.count: 1 } },
      { name: 3, set: { cluster.machines.2: { name: 7, count: 2, cpu: 2, memory: 4Gi, trace: { file: rows.csv } } } },
      { name: 4, set: { cluster.machines.1.trace: ~ } }]
    """)

  @Test func `variants and groups with numbers or dots for names hold their dumps and traces`() throws {
    var files = ScenarioImportTests.files
    files.files["g.yaml"] = Self.groups
    try ScenarioImportTests.expectFaithful(files, ["g.yaml"])
    let text = try files.importing(["g.yaml"]).yaml
    for gone in ["rows.csv }", "file:", "snapshot"] { #expect(!text.contains(gone), "\(gone)") }
    let anonymous = try files.importing(["g.yaml"], isAnonymous: true)
    let (before, after) = (files.read(["g.yaml"]), TestFiles(files: ["a.yaml": anonymous.yaml]).read("a.yaml"))
    try #require(after.variants.count == 5, "\(after.diagnostics.lines)\n\(anonymous.yaml)")
    for (a, b) in zip(before.variants, after.variants) { AnonymizerTests.expectSameShape(a.scenario, b.scenario) }
  }

  @Test func `a path goes on meaning the group where dumped machines are called like it`() throws {
    var files = ScenarioImportTests.files
    files.files["c.yaml"] = Self.scenario(
      """
        snapshot: [dump.yaml]
        nodePools: [{ name: web, count: 2, node: { cpu: 16, memory: 64Gi }, labels: { disk: ssd }, zones: [north] }]
        machines: [{ name: web, count: 2, cpu: 2, memory: 4Gi, tolerations: [{ key: own, value: secret }] }]
      """,
      """
      [{ name: big, set: { cluster.machines.web.count: 5, cluster.nodePools.web.labels.disk: hdd,
           cluster.nodePools.web.zones.north: south, cluster.machines.web.tolerations.0.value: hidden } },
        { name: new, set: { cluster.machines: [{ name: fresh, cpu: 1, memory: 1Gi }], cluster.machines.fresh.count: 4 } }]
      """)
    let before = files.read(["c.yaml"])
    let imported = try files.importing(["c.yaml"], isAnonymous: true)
    let after = TestFiles(files: ["a.yaml": imported.yaml]).read("a.yaml")
    try #require(after.variants.count == 2, "\(after.diagnostics.lines)\n\(imported.yaml)")
    for (a, b) in zip(before.variants, after.variants) { AnonymizerTests.expectSameShape(a.scenario, b.scenario) }
    for name in ["web", "fresh", "north", "south", "hidden", "secret", "hdd"] {
      #expect(!imported.yaml.contains(name), "\(name)\n\(imported.yaml)")
    }
    #expect(imported.yaml.contains(".count: 5"))
  }
}
