import ClusterModel
import InputFormats
import SimulationEngine
import TestSupport
import Testing

/// Labels of launcher pods and the traces that migrations leave in them, from the dump to what a run decides.
struct LauncherLabelTests {
  private func setup(_ documents: [String], pools: String = "") throws -> SimulationSetup {
    let scenario = """
      apiVersion: headroom/v1
      kind: Scenario
      metadata: { name: t }
      cluster:
        snapshot: [d.yaml]
      \(pools)
      balancers: [none]
      horizon: 1h
      """
    let files = TestFiles(files: ["s.yaml": scenario, "d.yaml": documents.joined(separator: "\n---\n")])
    let reading = files.read("s.yaml")
    return SimulationSetup(try #require(reading.scenario, "\(reading.diagnostics.lines)"))
  }

  private static func node(_ name: String, host: String, migratesTo: [String]) -> String {
    let models = migratesTo.map { "cpu-model-migration.node.kubevirt.io/\($0): 'true'" }.joined(separator: ", ")
    return """
      { apiVersion: v1, kind: Node, metadata: { name: \(name), labels: { kubevirt.io/schedulable: 'true',
        cpu-vendor.node.kubevirt.io/Intel: 'true', host-model-cpu.node.kubevirt.io/\(host): 'true', \(models) } },
        status: { allocatable: { cpu: 16, memory: 64Gi, pods: 110 } } }
      """
  }

  private static func instance(_ name: String, on node: String, labels: String = "", antiAffinity: String = "")
    -> String
  {
    """
    { apiVersion: kubevirt.io/v1, kind: VirtualMachineInstance, metadata: { name: \(name), namespace: shop,
      labels: { kubevirt.io/nodeName: \(node)\(labels) } },
      spec: { domain: { memory: { guest: 1Gi } } }, status: { phase: Running, nodeName: \(node) } }
    """
  }

  private static func launcher(_ name: String, on node: String, labels: String = "", spec: String = "") -> String {
    """
    { apiVersion: v1, kind: Pod, metadata: { name: virt-launcher-\(name)-abcde, namespace: shop,
      labels: { kubevirt.io: virt-launcher, vm.kubevirt.io/name: \(name), kubevirt.io/created-by: u-\(name)\(labels) } },
      spec: { nodeName: \(node), containers: [{ name: compute, resources: { requests: { cpu: 1, memory: 1Gi } } }]\(spec) },
      status: { phase: Running } }
    """
  }

  private static let broadwell = node("bdw", host: "Broadwell", migratesTo: ["Broadwell"])
  private static let skylake = node("sky", host: "Skylake", migratesTo: ["Broadwell", "Skylake"])

  @Test(arguments: ["vm.kubevirt.io/name: quiet", "kubevirt.io/domain: quiet"])
  func `anti-affinity to a label that only the launcher pod carries holds in runs`(label: String) throws {
    let shuns = """
      , affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { \(label) } } }] } }
      """
    let setup = try setup([
      Self.broadwell, Self.skylake, Self.instance("loud", on: "sky"), Self.launcher("loud", on: "sky", spec: shuns),
      Self.instance("quiet", on: "bdw"), Self.launcher("quiet", on: "bdw", labels: ", kubevirt.io/domain: quiet"),
    ])
    let state = InitialPlacer.place(setup, replication: 0).state
    #expect(setup.inventory.machines.map(\.name) == ["loud", "quiet"])
    #expect(state.refusal(MachineID(0), on: NodeID(0)) == .interPodAffinity)
    #expect(state.refusal(MachineID(1), on: NodeID(1)) == .interPodAffinity)
  }

  @Test func `labels of the machine object that its pod does not have match no selector`() throws {
    let machine = """
      { apiVersion: kubevirt.io/v1, kind: VirtualMachine, metadata: { name: a, namespace: shop, labels: { tier: db } },
        spec: { runStrategy: Always, template: { metadata: { labels: { app: x } },
          spec: { domain: { memory: { guest: 1Gi } } } } } }
      """
    let setup = try setup([Self.broadwell, machine])
    #expect(setup.inventory.machines[0].labels == ["app": "x"])
  }

  private static let migratedTo = """
    , nodeSelector: { kubevirt.io/schedulable: 'true', disk: ssd, cpu-vendor.node.kubevirt.io/Intel: 'true',
      cpu-model-migration.node.kubevirt.io/Broadwell: 'true' }
    """

  @Test func `a machine that has migrated keeps the processor it booted on until it boots again`() throws {
    let setup = try setup([
      Self.broadwell, Self.skylake, Self.instance("a", on: "sky"), Self.launcher("a", on: "sky", spec: Self.migratedTo),
      Self.instance("b", on: "sky"), Self.launcher("b", on: "sky"),
    ])
    let machine = setup.inventory.machines[0]
    #expect(machine.nodeSelector == ["kubevirt.io/schedulable": "true", "disk": "ssd"])
    #expect(
      machine.migrationSelector == [
        "cpu-vendor.node.kubevirt.io/Intel": "true", "cpu-model-migration.node.kubevirt.io/Broadwell": "true",
      ])
    let (a, b, bdw) = (MachineID(0), MachineID(1), NodeID(0))
    var state = InitialPlacer.place(setup, replication: 0).state
    let compatibility = setup.rules.compatibility
    #expect(compatibility.allows(a, bootedOn: state.bootNode[0], to: bdw))
    #expect(!compatibility.allows(b, bootedOn: state.bootNode[1], to: bdw), "it booted on Skylake")
    state.remove(a)
    state.place(a, on: NodeID(1))
    #expect(!compatibility.allows(a, bootedOn: state.bootNode[0], to: bdw), "now it has booted on Skylake too")
  }

  @Test func `a pool that no dumped machine can migrate to is remarked on, one with the labels is not`() throws {
    let documents = [Self.broadwell, Self.skylake, Self.instance("a", on: "sky"), Self.launcher("a", on: "sky")]
    func remarks(_ labels: String) throws -> [String] {
      let setup = try setup(
        documents,
        pools: """
          \n  nodePools:
              - { name: extra, count: 1\(labels), node: { cpu: 16, memory: 64Gi } }
          """)
      return Remarks.all(setup, InitialPlacer.place(setup, replication: 0)).filter { $0.contains("pool extra") }
    }
    #expect(try remarks("").first?.hasPrefix("1 machine cannot migrate live to pool extra, first shop/a") == true)
    #expect(try remarks(", labels: { cpu-model-migration.node.kubevirt.io/Skylake: 'true' }") == [])
  }
}
