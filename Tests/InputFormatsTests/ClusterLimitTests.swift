import ClusterModel
import InputFormats
import SimulationEngine
import Testing

/// Clusters too large to count, and what objects of absurd size or with a wrong node lead to.
@Suite struct ClusterLimitTests {
  private static let largest = "9223372036854775807"

  private static func inventory(_ rest: String) -> String {
    """
    apiVersion: headroom/v1
    kind: Scenario
    cluster:
      inventory:
        nodes: [{ name: a, cpu: 64, memory: 64Gi }]
        \(rest)
    """
  }

  private static func dump(_ cpu: String, node: String = "cpu: 64, memory: 256Gi") -> String {
    """
    apiVersion: v1
    kind: List
    items:
    - { apiVersion: v1, kind: Node, metadata: { name: n1 }, status: { allocatable: { \(node) } } }
    - apiVersion: kubevirt.io/v1
      kind: VirtualMachineInstance
      metadata: { name: m, namespace: shop }
      spec: { domain: { cpu: { \(cpu) }, memory: { guest: 1Gi } } }
      status: { phase: Running, nodeName: n1 }
    """
  }

  @Test(arguments: [
    "machines: [{ name: m, cpu: 2, memory: 4Gi, node: a, memoryRequest: LARGE }, "
      + "{ name: m2, cpu: 2, memory: 4Gi, node: a, memoryRequest: LARGE }]",
    "pods: [{ name: m, node: a, memoryRequest: LARGE }, { name: m2, node: a, memoryRequest: LARGE }]",
    "machines: [{ name: m, cpu: 2, memory: 4Gi, cpuRequest: 9223372036854775 }]",
  ])
  func `requests that cannot be added up are an error wherever a cluster is read`(rest: String) {
    let text = Self.inventory(rest.replacing("LARGE", with: Self.largest))
    let files = TestFiles(files: ["s.yaml": text])
    let read = files.read()
    for diagnostic in [read.excess, files.validate("s.yaml").diagnostics.last] {
      let line = diagnostic.map { [$0].lines[0] } ?? ""
      #expect(line.hasPrefix("error S004 4:3") && line.contains("than can be counted"), "\(read.diagnostics.lines)")
    }
    let once = Self.inventory("machines: [{ name: m, cpu: 2, memory: 4Gi, node: a, memoryRequest: 1000Gi }]")
    #expect(TestFiles(files: ["s.yaml": once]).validate("s.yaml").errorCount == 0)
  }

  @Test func `groups count with all their machines`() {
    let pools = ScenarioReaderTests.pools.replacing(
      "count: 6, cpu: 4, memory: 8Gi", with: "count: 100000, cpu: 4, memory: 64Ti")
    let excess = TestFiles(files: ["s.yaml": pools]).read().excess
    #expect(excess?.message.contains("at the latest with 'default/web'") == true, "\(excess?.message ?? "")")
  }

  @Test func `vCPUs are counted as stated or refused at their place`() throws {
    let many = TestFiles(files: ["d.yaml": Self.dump("cores: 40, sockets: 100000, threads: 2")]).read("d.yaml")
    #expect(try #require(many.scenario).cluster.snapshotMachines[0].vCPUs == 8_000_000)
    for cpu in ["cores: 100000, sockets: 100000", "sockets: 1000000000, cores: 1000000000, threads: 1000000000"] {
      let lines = TestFiles(files: ["d.yaml": Self.dump(cpu)]).read("d.yaml").diagnostics.lines
      #expect(lines.contains { $0.hasPrefix("error S004 8:26 sockets × cores × threads must be") }, "\(lines)")
    }
  }

  @Test func `a node with a wrong size is in the dump all the same`() {
    let dump = Self.dump("cores: 1", node: "cpu: 64, memory: 7Ei")
    let lines = TestFiles(files: ["d.yaml": dump]).read("d.yaml").diagnostics.lines
    #expect(lines.contains { $0.hasPrefix("error S004") } && !lines.contains { $0.contains("K007") }, "\(lines)")
  }

  @Test func `a machine's unknown node is told at its place, and an empty one is none`() throws {
    let text = Self.inventory(
      """
      machines:
        - { name: m1, cpu: 2, memory: 4Gi, node: aa }
        - { name: m2, cpu: 2, memory: 4Gi, node: aa }
        - { name: m3, cpu: 2, memory: 4Gi, node: '' }
      """.replacing("\n", with: "\n    "))
    let reading = TestFiles(files: ["s.yaml": text]).read()
    #expect(
      reading.diagnostics.lines == [
        "warning K007 7:48 2 machines run on hosts that the inventory does not describe: aa | did you mean 'a'?"
      ])
    #expect(try #require(reading.scenario).cluster.snapshotMachines.allSatisfy { $0.nodeName == nil })
  }
}
