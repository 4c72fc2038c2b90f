import ClusterModel
import SimulationEngine
import Testing

@testable import InputFormats

/// What a scenario says of placement in Kubernetes' own form.
@Suite struct PlacementKeyTests {
  private func reading(_ member: String, overrides: [String] = []) -> ScenarioReader.Reading {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: n, count: 2, node: { cpu: 16, memory: 64Gi, allocatable: { nvidia.com/gpu: 4 } } }]
        machines:
        - name: web
          cpu: 2
          memory: 4Gi
          \(member)
      """
    let source = TestFiles(files: ["s.yaml": text]).source
    return ScenarioReader(vocabulary: .standard, source: source).read(paths: ["s.yaml"], overrides: overrides)
  }

  private static let near = """
    affinity:
            podAffinity:
              preferredDuringSchedulingIgnoredDuringExecution:
              - weight: 10
                podAffinityTerm:
                  labelSelector: { matchExpressions: [{ key: app, operator: In, values: [db, 2] }] }
                  topologyKey: topology.kubernetes.io/zone
                  namespaceSelector: {}
    """

  @Test func `a group's terms reach its machines, beside those of antiAffinity`() throws {
    let member = """
      antiAffinity: host
          topologySpreadConstraints:
          - { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, nodeTaintsPolicy: Honor }
          requests: { nvidia.com/gpu: 1, hugepages-2Mi: 1Gi }
          cpuModel: host-passthrough
          \(Self.near)
      """
    let reading = reading(member)
    let cluster = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster
    let inventory = ClusterBuilder(cluster).inventory
    let machine = inventory.machines[0]
    var term = PodAffinityTerm(
      LabelSelector(matchExpressions: [.init(key: "app", operator: .isIn, values: ["db", "2"])]),
      topologyKey: "topology.kubernetes.io/zone")
    term.namespaceSelector = LabelSelector()
    #expect(machine.terms.preferredAffinity == [WeightedTerm(weight: 10, term)])
    #expect(machine.hostAntiAffinity == [LabelSelector(matchLabels: ["headroom/group": "web"])])
    var spread = SpreadConstraint(maxSkew: 1, topologyKey: "zone", isHard: false, selector: nil)
    spread.honorsTaints = true
    #expect(machine.terms.spreadConstraints == [spread] && machine.cpuModel == .hostPassthrough)
    #expect(machine.terms.extraRequests["hugepages-2Mi"]?.wholeUnits == 1 << 30)
    #expect(inventory.nodes[0].extraAllocatable["nvidia.com/gpu"]?.wholeUnits == 4)
  }

  @Test func `overrides reach into terms`() throws {
    let path = "cluster.machines.web.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution.0"
    let reading = reading(
      Self.near,
      overrides: [
        "\(path).weight=70", "\(path).podAffinityTerm.labelSelector.matchExpressions.0.values=[x]",
        "cluster.machines.web.topologySpreadConstraints="
          + "[{ maxSkew: 3, topologyKey: a, whenUnsatisfiable: DoNotSchedule }]",
        "cluster.machines.web.requests.nvidia.com/gpu=2",
      ])
    // The last path has a dot in a key: no path leads there.
    #expect(reading.diagnostics.lines.contains { $0.contains("nvidia") })
    let right = self.reading(
      Self.near,
      overrides: [
        "\(path).weight=70", "\(path).podAffinityTerm.labelSelector.matchExpressions.0.values=[x]",
        "cluster.machines.web.topologySpreadConstraints="
          + "[{ maxSkew: 3, topologyKey: a, whenUnsatisfiable: DoNotSchedule }]",
      ])
    let terms = try #require(right.scenario, "\(right.diagnostics.lines)").cluster.machineGroups[0].terms
    #expect(terms.preferredAffinity[0].weight == 70)
    #expect(terms.preferredAffinity[0].term.selector?.matchExpressions[0].values == ["x"])
    #expect(terms.spreadConstraints[0].maxSkew == 3)
    let wrong = self.reading(Self.near, overrides: ["\(path).weigth=70"])
    #expect(wrong.diagnostics.lines.contains { $0.contains("did you mean 'weight'?") }, "\(wrong.diagnostics.lines)")
  }

  @Test(arguments: [
    ("affinity: { podAffinty: {} }", "did you mean 'podAffinity'?"),
    (
      "affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {} }] } }",
      "add topologyKey: kubernetes.io/hostname"
    ),
    (
      "affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: "
        + "[{ matchExpressions: [{ key: a, operator: in, values: [b] }] }] } } }", "did you mean 'In'?"
    ),
    (
      "affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: "
        + "[{ matchExpressions: [{ key: a, operator: Gt }] }] } } }", "operator 'Gt' needs 'values'"
    ),
    (
      "affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: "
        + "[{ topologyKey: a, matchLabelKeys: [b] }] } }", "not supported yet"
    ),
    ("topologySpreadConstraints: [{ maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule }]", "'maxSkew'"),
    ("topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: DoNotSchedule }]", "add topologyKey"),
    (
      "topologySpreadConstraints: [{ maxSkew: 1, topologyKey: a, minDomains: 2, whenUnsatisfiable: ScheduleAnyway }]",
      "only with DoNotSchedule"
    ),
    ("requests: { cpu: 1 }", "has a key of its own"), ("requests: { nvidia.com/gpu: one }", "nvidia.com/gpu"),
    ("claims: [data]", "unknown key 'claims'"),
  ])
  func `mistakes in terms are told with their place`(member: String, expected: String) {
    let reading = reading(member)
    #expect(reading.scenario == nil)
    #expect(reading.diagnostics.lines.contains { $0.contains(expected) }, "\(reading.diagnostics.lines)")
    #expect(reading.diagnostics.allSatisfy { $0.severity != .error || $0.range != nil })
  }

  @Test(arguments: [
    ("[{ kind: Pod, metadata: { name: a } }]", "unknown kind 'Pod'"), ("[{ metadata: { name: a } }]", "a 'kind'"),
    ("[{ kind: Service }]", "'metadata'"), ("[web]", "object with a 'kind'"),
    (
      "[{ kind: Service, metadata: { name: a } }, { kind: Service, metadata: { name: a, namespace: default } }]",
      "two objects of the inventory are the Service 'a'"
    ), ("[{ kind: ReplicaSet, metadata: { name: a }, spec: { selector: { app: x } } }]", "unknown key 'app'"),
  ])
  func `mistakes in objects are told`(objects: String, expected: String) {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster: { inventory: { nodes: [{ name: n, cpu: 16, memory: 64Gi }], objects: \(objects) } }
      """
    let lines = TestFiles(files: ["s.yaml": text]).read().diagnostics.lines
    #expect(lines.contains { $0.contains(expected) }, "\(lines)")
  }

  @Test(arguments: [
    (0, "0"), (1, "1n"), (500_000_000, "500m"), (1_000_000_000, "1"), (2_147_483_648_000_000_000, "2Gi"),
    (1_500_000_000, "1500m"), (Int128.max, "170141183460469231731687303715"),
  ])
  func `quantities are written exactly`(nano: Int128, text: String) throws {
    let written = ExactAmount.quantity(Quantity(nanoUnits: nano))
    #expect(written == text)
    if nano < .max { #expect(try Quantity(written).nanoUnits == nano) }
  }
}
