import ClusterModel
import SimulationEngine
import Testing

@testable import InputFormats

/// One rule decides the priority of pods, launcher pods and machines, in `place` and in runs.
struct PriorityTests {
  private static let node =
    "{ kind: Node, apiVersion: v1, metadata: { name: w1 }, status: { allocatable: { cpu: 8, memory: 16Gi } } }"
  private static let high = priorityClass("high", "value: 1000")
  private static let shy = priorityClass("shy", "value: 500, preemptionPolicy: Never")
  private static let usual = priorityClass("usual", "value: 700, globalDefault: true")

  private static func priorityClass(_ name: String, _ rest: String) -> String {
    "{ kind: PriorityClass, apiVersion: scheduling.k8s.io/v1, metadata: { name: \(name) }, \(rest) }"
  }

  private static func pod(_ spec: String) -> String {
    "{ kind: Pod, apiVersion: v1, metadata: { name: p, namespace: n }, spec: { containers: [{ name: c }], \(spec) } }"
  }

  private static func machine(_ spec: String) -> String {
    """
    { kind: VirtualMachine, apiVersion: kubevirt.io/v1, metadata: { name: m, namespace: n },
      spec: { runStrategy: Always, template: { spec: { domain: { memory: { guest: 1Gi } }, \(spec) } } } }
    """
  }

  private func placed(_ documents: [String]) throws -> PodSpecification {
    let files = TestFiles(files: ["c.yaml": ([Self.node] + documents).joined(separator: "\n---\n")])
    let session = DecodingSession()
    let cluster = PlacementInput.read(["c.yaml"], source: files.source, session: session)
    #expect(!session.hasErrors, "\(session.diagnostics.map(\.message))")
    return try #require(cluster.pods.first)
  }

  private func ran(_ documents: [String]) throws -> ClusterSpecification {
    let reading = TestFiles(files: ["c.yaml": ([Self.node] + documents).joined(separator: "\n---\n")]).read("c.yaml")
    return try #require(reading.scenario, "\(reading.diagnostics.map(\.message))").cluster
  }

  @Test(arguments: [
    ("priority: 3, priorityClassName: high", 3, false), ("priorityClassName: high", 1000, false),
    ("priorityClassName: shy", 500, true), ("priority: 500, priorityClassName: shy", 500, true),
    ("priorityClassName: shy, preemptionPolicy: PreemptLowerPriority", 500, false), ("hostNetwork: false", 700, false),
    ("preemptionPolicy: Never", 700, true), ("priorityClassName: system-node-critical", 2_000_001_000, false),
    ("priorityClassName: absent", 0, false), ("priority: 0", 0, false), ("priorityClassName: ''", 700, false),
  ])
  func `a pod's priority is its own, else its class's, else the global default's`(
    spec: String, priority: Int, neverPreempts: Bool
  ) throws {
    let classes = [Self.high, Self.shy, Self.usual]
    for documents in [classes + [Self.pod(spec)], [Self.pod(spec)] + classes] {
      let pod = try placed(documents)
      #expect(pod.priority == priority && pod.circumstances.neverPreempts == neverPreempts, "\(spec)")
    }
    let running = try ran(classes + [Self.pod(spec + ", nodeName: w1")])
    #expect(running.snapshotPods.map(\.priority) == [priority], "\(spec)")
  }

  @Test(arguments: [
    ("priorityClassName: high", 1000, false), ("priorityClassName: shy", 500, true), ("hostname: a", 700, false),
  ])
  func `a machine's priority is its class's, else the global default's`(
    spec: String, priority: Int, neverPreempts: Bool
  ) throws {
    let documents = [Self.machine(spec), Self.high, Self.shy, Self.usual]
    let pod = try placed(documents)
    #expect(pod.priority == priority && pod.circumstances.neverPreempts == neverPreempts)
    #expect(try ran(documents).snapshotMachines.map(\.priority) == [priority])
  }

  @Test func `without a global default there is none, and of two the lower one counts`() throws {
    #expect(try placed([Self.high, Self.pod("hostNetwork: false")]).priority == 0)
    let lower = Self.priorityClass("lower", "value: -5, globalDefault: true, preemptionPolicy: Never")
    for classes in [[Self.usual, lower], [lower, Self.usual]] {
      let pod = try placed(classes + [Self.pod("hostNetwork: false")])
      #expect(pod.priority == -5 && pod.circumstances.neverPreempts)
    }
  }

  @Test func `a case brings its classes`() throws {
    let text = """
      {"id":"x","nodes":[],"pods":[{"metadata":{"name":"a"},"spec":{"priorityClassName":"c"}}],\
      "pending":{"metadata":{"name":"p"},"spec":{}},"priorityClasses":[{"metadata":{"name":"c"},"value":4,\
      "globalDefault":true}]}
      """
    let session = DecodingSession()
    let file = SourceFile(path: "c.jsonl", bytes: Array(text.utf8))
    let item = try #require(PlacementCase.read(file, session: session).first, "\(session.diagnostics.map(\.message))")
    #expect(item.pending.priority == 4 && item.cluster.pods.map(\.priority) == [4])
  }
}
