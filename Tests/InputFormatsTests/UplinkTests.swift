import ClusterModel
import SimulationEngine
import TestSupport
import Testing

@testable import InputFormats

/// `cluster.uplinks`, and several links of a migration network.
struct UplinkTests {
  private static func reading(_ cluster: String) -> ScenarioReader.Reading {
    TestFiles(files: [
      "s.yaml": """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools:
          - name: n
            count: 2
            zones: [a, b]
            node: { cpu: 8, memory: 32Gi, migrationNetwork: { bandwidth: 25Gbps, links: 2 } }
        machines: [{ name: m, cpu: 1, memory: 1Gi }]
        \(cluster)
      """
    ]).read()
  }

  @Test func `uplinks and links reach the inventory`() throws {
    let zone = "topology.kubernetes.io/zone"
    let reading = Self.reading(
      "uplinks: [{ label: \(zone), bandwidth: 100Gbps }, { label: \(zone), value: b, bandwidth: 40Gbps }]")
    let inventory = ClusterBuilder(try #require(reading.scenario).cluster).inventory
    #expect(
      inventory.uplinks == [Uplink(label: zone, bytesPerSecond: 12.5e9, bytesPerSecondByValue: ["b": 5e9])])
    #expect(inventory.nodes.map(\.migrationNIC.linkCount) == [2, 2])
    #expect(
      inventory.uplinks[0].bytesPerSecond(of: "a") == 12.5e9 && inventory.uplinks[0].bytesPerSecond(of: "b") == 5e9)
  }

  @Test(arguments: [
    ("[{ bandwidth: 1Gbps }]", "'label'"), ("[{ label: rack }]", "'bandwidth'"),
    ("[{ label: rack, bandwidth: 1Gbps }, { label: rack, bandwidth: 2Gbps }]", "two uplinks are for 'rack'"),
    (
      "[{ label: rack, value: r, bandwidth: 1Gbps }, { label: rack, value: r, bandwidth: 2Gbps }]",
      "two uplinks are for 'rack: r'"
    ), ("[{ label: 'a=b', bandwidth: 1Gbps }]", "is not the key of a label"),
    (
      "[{ label: a, bandwidth: 1Gbps }, { label: b, bandwidth: 1Gbps }, { label: c, bandwidth: 1Gbps }]",
      "uplinks go by 3 labels"
    ),
  ])
  func `mistakes in uplinks are told`(uplinks: String, expected: String) {
    let lines = Self.reading("uplinks: \(uplinks)").diagnostics.lines
    #expect(lines.contains { $0.contains(expected) }, "\(lines)")
  }

  @Test func `nodes of a dump say what their uplinks carry`() throws {
    func node(_ name: String, _ rack: String, _ mark: String) -> String {
      """
      - apiVersion: v1
        kind: Node
        metadata:
          name: \(name)
          labels: { rack: \(rack) }
          annotations: { headroom/uplinks: '\(mark)', headroom/migration-bandwidth: 25Gbps, headroom/migration-links: '4' }
        status: { allocatable: { cpu: '8', memory: 32Gi, pods: '250' } }

      """
    }
    let list = "apiVersion: v1\nkind: List\nitems:\n"
    let same = list + node("x", "r1", "rack=5000000000") + node("y", "r2", "rack=5000000000,other=7,=,nonsense")
    let apart = list + node("x", "r1", "rack=5000000000") + node("y", "r2", "rack=2500000000")
    func cluster(_ text: String) throws -> ClusterSpecification {
      try #require(
        TestFiles(files: [
          "s.yaml": "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: d.yaml }\n", "d.yaml": text,
        ]).read().scenario
      ).cluster
    }
    #expect(try cluster(same).uplinks == [Uplink(label: "rack", bytesPerSecond: 5e9)])
    #expect(try cluster(same).snapshotNodes.allSatisfy { $0.migrationNIC.linkCount == 4 })
    #expect(
      try cluster(apart).uplinks == [Uplink(label: "rack", bytesPerSecondByValue: ["r1": 5e9, "r2": 2.5e9])])
  }

  @Test func `what is written reads back`() throws {
    let uplinks = [
      Uplink(label: "rack", bytesPerSecond: 12.5e9, bytesPerSecondByValue: ["b": 5e9, "a": 1e9 / 3]),
      Uplink(label: "zone", bytesPerSecondByValue: ["z": 2e9]),
    ]
    let cluster = DocumentValue.mapping([
      ("uplinks", .list(uplinks.flatMap(\.documents))),
      (
        "inventory",
        .mapping([("nodes", .list([.mapping([("name", .text("n")), ("cpu", .text("1")), ("memory", .text("1Gi"))])]))])
      ),
    ])
    let document = DocumentValue.mapping([
      ("apiVersion", .text("headroom/v1")), ("kind", .text("Scenario")), ("cluster", cluster),
    ])
    let text = SyntaxWriter.yaml([try #require(document.node)])
    #expect(try #require(TestFiles(files: ["s.yaml": text]).read().scenario, "\(text)").cluster.uplinks == uplinks)
  }
}
