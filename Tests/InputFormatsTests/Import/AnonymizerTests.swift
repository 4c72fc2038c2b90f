import ClusterModel
import SimulationEngine
import TestSupport
import Testing

@testable import InputFormats

@Suite struct AnonymizerTests {
  /// A scenario in which every kind of name has an unmistakable one.
  static let scenario = """
    apiVersion: headroom/v1
    kind: Scenario
    metadata: { name: acme-plan, description: for acme, labels: { owner: acme-ops } }
    cluster:
      migrationNetwork: { bandwidth: 25Gbps }
      nodePools:
      - name: acme-pool
        count: 12
        node: { cpu: 16, memory: 64Gi }
        zones: [acme-zone-b, acme-zone-a]
        labels: { acme-disk: acme-ssd }
        taints: ["acme-dedicated=acme-db:NoSchedule", { key: node-role.kubernetes.io/infra, effect: NoSchedule }]
      - { name: acme-few, names: [acme-host-2, acme-host-10], node: { cpu: 16, memory: 64Gi } }
      storageClasses: [{ name: acme-ceph, accessModes: [ReadWriteMany] }]
      machines:
      - name: acme-web
        count: 3
        cpu: 2
        memory: 4Gi
        application: acme-shop
        storageClass: acme-ceph
        startOn: [acme-pool-03, acme-host-2]
        nodeSelector: { headroom/pool: acme-pool, acme-disk: acme-ssd }
        tolerations: [{ key: acme-dedicated, value: acme-db }]
      inventory:
        nodes:
        - name: acme-node
          cpu: 32
          memory: 128Gi
          labels:
            kubernetes.io/hostname: acme-node
            kubernetes.io/arch: amd64
            node.kubernetes.io/instance-type: m5.large
            topology.kubernetes.io/zone: acme-zone-a
            topology.kubernetes.io/region: acme-land
            cpu-model.node.kubevirt.io/Skylake: "true"
            app.kubernetes.io/part-of: acme-suite
        machines:
        - { name: acme-db, cpu: 4, memory: 8Gi, node: acme-pool-03, notLiveMigratable: acme says no }
        - name: acme-db
          namespace: acme-prod
          cpu: 4
          memory: 8Gi
          node: acme-node
          notLiveMigratable: DisksNotLiveMigratable
          labels: { vm.kubevirt.io/name: acme-db, acme-app: acme-billing }
          antiAffinity: [{ where: [{ key: acme-app, operator: In, values: [acme-billing] }] }]
        pods: [{ name: acme-agent, namespace: acme-prod, node: acme-host-10 }]
        traces: [{ name: acme.csv, step: 5m, rows: [{ machine: acme-prod/acme-db, cpu: [0.5, 0.25] }] }]
    balancers: [none, { name: low-node-utilization, label: mine }]
    expect: ["mine: headroom.request.memory.min >= 1%"]
    variants:
    - { name: acme-more, set: { cluster.machines.acme-web.count: 4, cluster.nodePools.acme-pool.count: 13 } }
    - { name: acme-move, set: { cluster.inventory.machines.acme-db.node: acme-host-2 } }
    """

  private func anonymous(_ text: String) throws -> Imported {
    try TestFiles(files: ["s.yaml": text]).importing(["s.yaml"], isAnonymous: true)
  }

  @Test func `no name of the cluster is left and what is no name stays`() throws {
    let imported = try anonymous(Self.scenario)
    #expect(!imported.yaml.lowercased().contains("acme"), "\(imported.yaml)")
    for kept in [
      "kubernetes.io/arch: amd64", "m5.large", "cpu-model.node.kubevirt.io/Skylake", "DisksNotLiveMigratable",
      "node-role.kubernetes.io/infra", "label: mine", "mine: headroom.request", "bandwidth: 25Gbps",
    ] {
      #expect(imported.yaml.contains(kept), "\(kept)")
    }
    #expect(imported.yaml.hasPrefix("# Headroom scenario that needs no other file; names are replaced\n"))
    let counts = imported.output.replaced.map { "\($0.count) \($0.kind)" }
    #expect(
      counts == [
        "5 nodes", "2 namespaces", "3 machines", "1 pod", "2 zones", "1 region", "1 storage class", "3 label keys",
        "4 label values", "1 application", "1 reason", "1 trace", "2 variants",
      ])
  }

  @Test func `the scenario under new names is the same cluster`() throws {
    let before = TestFiles(files: ["s.yaml": Self.scenario]).read()
    let imported = try anonymous(Self.scenario)
    let after = TestFiles(files: ["a.yaml": imported.yaml]).read("a.yaml")
    try #require(!after.variants.isEmpty, "\(after.diagnostics.lines)")
    for (a, b) in zip(before.variants, after.variants) { Self.expectSameShape(a.scenario, b.scenario) }
    #expect(after.variants.map(\.name) == ["variant-1", "variant-2"])
    let machines = ClusterBuilder(after.variants[1].scenario.cluster)
    #expect(machines.inventory.machines.count == 5 && machines.settings.count { $0.trace != nil } == 1)
    #expect(after.scenario?.name == "anonymous")
  }

  @Test func `keys, values and reasons that anybody may choose are replaced under known domains too`() {
    for key in [
      "node-role.kubernetes.io/acme", "feature.node.kubernetes.io/custom-acme", "feature.node.kubernetes.io/local-acme",
      "acme.openshift.io/x", "kubevirt.io/acme", "template.kubevirt.io/acme", "acme.k8s.io/x", "headroom/acme", "acme",
      "kubernetes.io/acme", "",
    ] {
      #expect(!LabelNames.isKnown(key), "\(key)")
    }
    for key in [
      "node-role.kubernetes.io/worker", "node-role.kubernetes.io/control-plane", "kubernetes.io/hostname",
      "feature.node.kubernetes.io/cpu-cpuid.AVX2", "cpu-feature.node.kubevirt.io/avx", "kubevirt.io/drain",
      "topology.kubernetes.io/zone", "node.kubernetes.io/unschedulable", WorkloadInference.label,
    ] {
      #expect(LabelNames.isKnown(key), "\(key)")
    }
    let type = "node.kubernetes.io/instance-type"
    for value in ["m5.large", "n2-standard-8", "Standard_D4s_v3", "u1.medium"] {
      #expect(LabelNames.value(value, under: type) == .kept, "\(value)")
    }
    #expect(LabelNames.value("acme-flavour", under: type) == .value)
    #expect(LabelNames.value("database", under: WorkloadInference.label) == .kept)
    #expect(LabelNames.value("acme-db", under: WorkloadInference.label) == .value)
    #expect(LabelNames.isReason("DisksNotLiveMigratable") && !LabelNames.isReason("AcmePolicyForbids"))
  }

  /// A key that is added to a scenario and may hold a name must be replaced, or stand here as one that holds none.
  @Test func `every key that may hold a name has a rule`() {
    let nameless = [
      // Replaced as a whole, or no name of a cluster.
      "metadata.name", "metadata.description", "metadata.labels", "metadata.annotations", "balancers[].label",
      "balancers[].name", "apiVersion", "kind", "platform", "rankBy", "expect",
      // Files stand in the document as inventory and recordings.
      "cluster.snapshot", "cluster.traces[].file", "cluster.traces[].format", "cluster.machines[].trace.file",
      "cluster.machines[].trace.format", "cluster.machines[].trace.rows",
      // Types of the catalogue.
      "cluster.machines[].type", "cluster.inventory.machines[].type",
      "cluster.machines[].tolerations[].tolerationSeconds",
      "cluster.inventory.machines[].tolerations[].tolerationSeconds",
      "cluster.inventory.pods[].tolerations[].tolerationSeconds",
      // Models of CPUs are the makers'.
      "cluster.machines[].cpuModel", "cluster.inventory.machines[].cpuModel",
    ]
    var checked = 0
    for key in DocumentedKey.all(.standard) where key.definition.kind.mayHoldNames && !nameless.contains(key.path) {
      var rule = NameRule.scenario
      for part in key.path.replacing("[", with: ".[").split(separator: ".") {
        let word = part.filter { $0 != "[" && $0 != "]" }
        if case .list(.object) = rule { rule = .object(kind: word) } else { rule = rule.step(word) }
      }
      checked += 1
      if case .kept = rule { Issue.record("\(key.path)") }
    }
    #expect(checked > 35)
  }

  @Test(arguments: 1...40)
  func `random clusters keep their order, places and rules`(seed: UInt64) throws {
    var cluster = InventoryRoundTripTests.cluster(seed: seed)
    // Sums of what nodes hold must fit.
    for index in cluster.snapshotPods.indices {
      cluster.snapshotPods[index].cpuRequestMillicores.clamp(to: 0...1 << 40)
      cluster.snapshotPods[index].memoryRequestBytes.clamp(to: 0...1 << 50)
    }
    let text = Scenario.text(of: cluster)
    let before = try #require(TestFiles(files: ["s.yaml": text]).read().scenario)
    let after = try anonymous(text)
    Self.expectSameShape(before, try after.scenario())
    // Zones, labels and names of the random clusters; "on", "x" and the like are too short to look for.
    for name in ["zone-a", "east", "vm-0", "shop", "replica", "hdd", "gpu"] {
      #expect(!after.yaml.contains(name), "\(name)\n\(after.yaml)")
    }
  }

  /// Everything but names is equal, object by object in the same order.
  static func expectSameShape(_ a: Scenario, _ b: Scenario) {
    let (x, y) = (ClusterBuilder(a.cluster), ClusterBuilder(b.cluster))
    let (m, n) = (x.inventory, y.inventory)
    #expect(m.nodes.count == n.nodes.count && m.machines.count == n.machines.count && m.pods.count == n.pods.count)
    guard m.nodes.count == n.nodes.count, m.machines.count == n.machines.count else { return }
    #expect(m.nodes.map(\.zone) == n.nodes.map(\.zone))
    for (node, other) in zip(m.nodes, n.nodes) {
      #expect(node.cpuMillicores == other.cpuMillicores && node.memoryBytes == other.memoryBytes)
      #expect(node.labels.count == other.labels.count && node.taints.count == other.taints.count)
      #expect(node.migrationNIC == other.migrationNIC && node.observedUsage == other.observedUsage)
    }
    for (index, machine) in m.machines.enumerated() {
      let other = n.machines[index]
      #expect(machine.vCPUs == other.vCPUs && machine.memoryRequestBytes == other.memoryRequestBytes)
      #expect(machine.priority == other.priority && machine.labels.count == other.labels.count)
      func place(_ inventory: Inventory, _ name: String?) -> NodeID? { name.flatMap { inventory.node(named: $0) } }
      #expect(place(m, x.settings[index].startNode) == place(n, y.settings[index].startNode))
      #expect(x.settings[index].trace?.row == y.settings[index].trace?.row)
    }
    func machinesOfNodes(_ scenario: Scenario) -> [Int] {
      let state = InitialPlacer.place(SimulationSetup(scenario), replication: 0).state
      return scenario.cluster.initialPlacement == .random ? [] : state.machinesByNode().map(\.count)
    }
    #expect(machinesOfNodes(a) == machinesOfNodes(b))
    #expect(SchedulingRules(m).isWorker == SchedulingRules(n).isWorker)
    let (r, s) = (ClusterState(m), ClusterState(n))
    for machine in m.machines.indices.map({ MachineID($0) }) {
      for node in m.nodes.indices.map({ NodeID($0) }) {
        #expect(r.refusal(machine, on: node) == s.refusal(machine, on: node))
      }
    }
  }
}

extension Int64 {
  fileprivate mutating func clamp(to range: ClosedRange<Int64>) {
    self = Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

extension KeyKind {
  fileprivate var mayHoldNames: Bool {
    switch self {
    case .text, .labels, .amounts, .free, .paths, .word: true
    case .list(let kind), .oneOrMany(let kind): kind.mayHoldNames
    case .anyOf(let kinds): kinds.contains { $0.mayHoldNames }
    default: false
    }
  }
}
