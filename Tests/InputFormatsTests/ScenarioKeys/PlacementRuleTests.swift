import ClusterModel
import SimulationEngine
import Testing

@testable import InputFormats

/// What the API server refuses in terms and amounts, a scenario refuses too.
struct PlacementRuleTests {
  private func lines(_ member: String, overrides: [String] = []) -> [String] {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: n, count: 2, node: { cpu: 16, memory: 64Gi } }]
        machines: [{ name: web, cpu: 2, memory: 4Gi, \(member) }]
      """
    let reading = ScenarioReader(vocabulary: .standard, source: TestFiles(files: ["s.yaml": text]).source)
      .read(paths: ["s.yaml"], overrides: overrides)
    #expect(reading.diagnostics.allSatisfy { $0.severity != .error || $0.range != nil })
    #expect((reading.scenario == nil) == reading.diagnostics.contains { $0.severity == .error })
    return reading.diagnostics.lines.filter { $0.hasPrefix("error") }
  }

  private static func node(_ term: String) -> String {
    "affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ \(term) }] } } }"
  }

  private static func node(label expression: String) -> String { node("matchExpressions: [{ key: a, \(expression) }]") }

  private static func pods(_ term: String) -> String {
    "affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ \(term) }] } }"
  }

  @Test(arguments: [
    (
      "requests: { nvidia.com/gpu: 0.5 }", "'nvidia.com/gpu' comes in whole pieces, found '0.5'",
      "write nvidia.com/gpu: 1"
    ),
    ("requests: { nvidia.com/gpu: 1500m }", "whole pieces, found '1500m'", "write nvidia.com/gpu: 2"),
    (
      "requests: { hugepages-2Mi: 3Mi }", "'hugepages-2Mi' comes in whole pages, found '3Mi'",
      "write hugepages-2Mi: 4Mi"
    ),
    (node(label: "operator: Gt, values: [abc]"), "compares with a whole number, found 'abc'", "write values: [\"4\"]"),
    (node(label: "operator: Lt, values: ['1', '2']"), "one whole number, found 2 values", "write values: [\"4\"]"),
    (node(label: "operator: Gt, values: []"), "operator 'Gt' needs 'values'", "add values: [\"4\"]"),
    (node(label: "operator: In, values: []"), "operator 'In' needs 'values'", "add values: [a, b]"),
    (node(label: "operator: NotIn"), "operator 'NotIn' needs 'values'", "add values: [a, b]"),
    (node(label: "operator: Exists, values: [b]"), "operator 'Exists' compares with nothing", "remove 'values'"),
    (
      node("matchFields: [{ key: metadata.name, operator: In, values: [a, b] }]"), "name of one node, found 2",
      "write values: [worker-1], with a term for each node"
    ),
    (node("matchFields: [{ key: metadata.uid, operator: In, values: [a] }]"), "'metadata.uid'", "metadata.name"),
    (
      pods("topologyKey: a, labelSelector: { matchExpressions: [{ key: a, operator: DoesNotExist, values: [b] }] }"),
      "operator 'DoesNotExist' compares with nothing", "remove 'values'"
    ),
    (pods("topologyKey: ''"), "'topologyKey' is empty", "write topologyKey: kubernetes.io/hostname"),
    (pods("labelSelector: {}"), "'topologyKey'", "add topologyKey: kubernetes.io/hostname"),
    (
      "affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: "
        + "[{ weight: 101, podAffinityTerm: { topologyKey: a } }] } }", "'weight'", "100"
    ),
    (
      "topologySpreadConstraints: [{ maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule }]", "'maxSkew'", "1"
    ),
    (
      "topologySpreadConstraints: [{ maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, minDomains: 0 }]",
      "'minDomains'", "1"
    ),
    (
      "topologySpreadConstraints: [{ maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 1 }]",
      "'minDomains' works only with DoNotSchedule", "remove 'minDomains'"
    ),
  ])
  func `what no API server takes is an error with its place and its mending`(
    member: String, message: String, help: String
  ) {
    let lines = lines(member)
    #expect(lines.count == 1 && lines[0].contains(message) && lines[0].contains(help), "\(lines)")
  }

  @Test(arguments: [
    "requests: { nvidia.com/gpu: 2, hugepages-1Gi: 4Gi, ephemeral-storage: 1500m, nvidia.com/none: 0 }",
    node(label: "operator: Gt, values: ['-5']"), node(label: "operator: Exists, values: []"),
    node(label: "operator: DoesNotExist"), node(label: "operator: In, values: ['']"),
    node("matchFields: [{ key: metadata.name, operator: NotIn, values: [a] }]"),
    "topologySpreadConstraints: [{ maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, minDomains: 1 }]",
  ])
  func `what it takes is right`(member: String) { #expect(lines(member) == []) }

  @Test func `an override is held to the same`() {
    let terms = "cluster.machines.web.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
    let path = "\(terms).nodeSelectorTerms.0.matchExpressions.0"
    let right = Self.node(label: "operator: Gt, values: ['1']")
    #expect(lines(right, overrides: ["\(path).values=[7]"]) == [])
    #expect(lines(right, overrides: ["\(path).values=[x]"]).contains { $0.contains("found 'x'") })
    #expect(lines(right, overrides: ["\(path).operator=Exists"]).contains { $0.contains("remove 'values'") })
    #expect(lines(Self.node(label: "operator: Gt, values: [x]"), overrides: ["\(path).operator=In"]) == [])
  }

  @Test func `what a dump has of this is written so that it reads back with the same effect`() throws {
    var terms = PlacementTerms()
    terms.requiredNodeTerms = [
      NodeSelectorTerm(expressions: [.init(key: "a", operator: .greaterThan, values: ["x"])]),
      NodeSelectorTerm(expressions: [.init(key: "a", operator: .exists, values: ["x"])]),
      NodeSelectorTerm(fields: [.init(key: "metadata.name", operator: .isIn, values: ["a", "b"])]),
    ]
    terms.requiredAffinity = [
      PodAffinityTerm(
        LabelSelector(matchExpressions: [.init(key: "app", operator: .notIn, values: [])]), topologyKey: "")
    ]
    terms.extraRequests["nvidia.com/gpu"] = Quantity(nanoUnits: 500_000_000)
    var cluster = ClusterSpecification()
    cluster.snapshotNodes = [Node(name: "n", cpuMillicores: 16_000, memoryBytes: 64 << 30)]
    var machine = VirtualMachine(
      namespace: "default", name: "m", vCPUs: 1, guestMemoryBytes: 1 << 30, cpuRequestMillicores: 100,
      memoryRequestBytes: 1 << 30)
    machine.terms = terms
    cluster.snapshotMachines = [machine]
    let reading = TestFiles(files: ["s.yaml": Scenario.text(of: cluster)]).read()
    let read = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster.snapshotMachines[0].terms
    #expect(read.requiredNodeTerms?.map(\.expressions.count) == [0, 1, 0])
    #expect(read.requiredNodeTerms?[1].expressions.first?.values == [])
    let selector = try #require(read.requiredAffinity.first?.selector)
    #expect(selector.matchExpressions.map(\.operator) == [.exists, .doesNotExist])
    #expect(read.requiredAffinity.first?.topologyKey == "headroom/no-topology")
    #expect(read.extraRequests["nvidia.com/gpu"]?.wholeUnits == 1)
  }
}
