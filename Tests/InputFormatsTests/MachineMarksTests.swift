import ClusterModel
import InputFormats
import SimulationEngine
import Testing

/// What `headroom/…` labels and annotations, priority classes and launcher pods add to a dump.
@Suite struct MachineMarksTests {
  private static let node = """
    apiVersion: v1
    kind: Node
    metadata: { name: w1 }
    status: { allocatable: { cpu: 8, memory: 32Gi } }
    """

  private static func machine(_ metadata: String, template: String = "{}", spec: String = "") -> String {
    """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachine
    metadata: { name: db, namespace: shop\(metadata) }
    spec: { template: { metadata: \(template), spec: { domain: { memory: { guest: 1Gi } }\(spec) } } }
    """
  }

  private func load(_ documents: String...) throws -> (cluster: ClusterSpecification, lines: [String]) {
    let files = TestFiles(files: ["d.yaml": ([Self.node] + documents).joined(separator: "\n---\n")])
    let reading = files.read("d.yaml")
    return (try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster, reading.diagnostics.lines)
  }

  private func first(_ documents: String...) throws -> VirtualMachine {
    try #require(try load(documents.joined(separator: "\n---\n")).cluster.snapshotMachines.first)
  }

  @Test func `labels say type and tier, annotations what is no label's value`() throws {
    let labels = ", labels: { headroom/workload-type: database, headroom/tier: critical }"
    let annotations =
      ", annotations: { headroom/application: a/b c, headroom/dirty-bytes-per-second: \"1e6\", headroom/tier: important }"
    let machine = try first(Self.machine(labels + annotations))
    #expect(machine.workloadType == "database" && machine.tier == .important && machine.applicationGroup == "a/b c")
    #expect(machine.observedDirtyBytesPerSecond == 1e6)
    let template = try first(
      Self.machine(", labels: { headroom/tier: critical }", template: "{ labels: { headroom/tier: important } }"))
    #expect(template.tier == .important)
  }

  @Test func `the running instance counts before the machine`() throws {
    let instance = """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachineInstance
      metadata: { name: db, namespace: shop, labels: { headroom/tier: critical } }
      spec: { domain: { memory: { guest: 1Gi } } }
      status: { phase: Running, nodeName: w1 }
      """
    let labels = ", labels: { headroom/tier: important, headroom/workload-type: batch }"
    let machine = try first(Self.machine(labels), instance)
    #expect(machine.tier == .critical && machine.workloadType == "batch")
  }

  @Test func `an unknown tier or type and an unreadable rate are warnings`() throws {
    let labels = ", labels: { headroom/tier: crtical, headroom/workload-type: databse }"
    let read = try load(Self.machine(labels))
    let machine = try #require(read.cluster.snapshotMachines.first)
    #expect(machine.tier == .standard && machine.workloadType.isEmpty)
    #expect(read.lines.contains { $0.hasPrefix("warning") && $0.contains("crtical") && $0.contains("critical") })
    #expect(
      read.lines.contains { $0.hasPrefix("warning") && $0.hasSuffix("did you mean 'database'?") }, "\(read.lines)")
    for rate in ["-1", "fast", "nan", "1e13"] {
      let absurd = try load(Self.machine(", annotations: { headroom/dirty-bytes-per-second: \"\(rate)\" }"))
      #expect(absurd.cluster.snapshotMachines.first?.observedDirtyBytesPerSecond == nil)
      #expect(absurd.lines.contains { $0.hasPrefix("warning S006") && $0.contains("'\(rate)'") }, "\(absurd.lines)")
    }
  }

  @Test func `a priority class gives what no pod states`() throws {
    let classes = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: high }\nvalue: 1000"
    let spec = ", priorityClassName: high"
    #expect(try first(classes, Self.machine("", spec: spec)).priority == 1000)
    #expect(try first(Self.machine("", spec: spec)).priority == 0)
    #expect(try first(Self.machine("", spec: ", priorityClassName: system-cluster-critical")).priority == 2_000_000_000)
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: { name: virt-launcher-db-x, namespace: shop, labels: { kubevirt.io: virt-launcher, vm.kubevirt.io/name: db } }
      spec: { nodeName: w1, containers: [], priority: 7 }
      """
    #expect(try first(classes, pod, Self.machine("", spec: spec)).priority == 7)
  }

  @Test func `KubeVirt's annotation names a launcher's machine before labels that users set`() throws {
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata:
        name: virt-launcher-db-x
        namespace: shop
        labels: { kubevirt.io: virt-launcher, kubevirt.io/domain: any, vm.kubevirt.io/name: hostname }
        annotations: { kubevirt.io/domain: db }
      spec: { nodeName: w1, containers: [{ name: compute, resources: { requests: { cpu: 123m } } }] }
      """
    #expect(try first(Self.machine(""), pod).cpuRequestMillicores == 123)
  }

  @Test func `a node may say what its network carries of migrations`() throws {
    let annotations =
      "headroom/migration-bandwidth: 25Gbps, headroom/migration-dedicated: \"true\", headroom/migration-mtu: \"9000\""
    let stated = Self.node.replacing("name: w1", with: "name: w0, annotations: { \(annotations) }")
    let both = try load(stated)
    #expect(
      both.cluster.snapshotNodes.map(\.migrationNIC)
        == [NetworkInterface(), NetworkInterface(bytesPerSecond: 25e9 / 8, mtuBytes: 9000, isDedicated: true)])
    let assumed = "a dump does not say how fast migrations may be"
    #expect(both.lines.contains { $0.contains(assumed) })
    let alone = TestFiles(files: ["d.yaml": stated]).read("d.yaml")
    #expect(!alone.diagnostics.lines.contains { $0.contains(assumed) })
    let wrong = TestFiles(files: ["d.yaml": stated.replacing("25Gbps", with: "fast")]).read("d.yaml")
    #expect(wrong.diagnostics.lines.contains { $0.hasPrefix("error") && $0.contains("headroom/migration-bandwidth") })
  }
}
