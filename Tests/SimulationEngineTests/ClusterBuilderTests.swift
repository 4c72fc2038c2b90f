import ClusterModel
import TestSupport
import Testing

@testable import SimulationEngine

struct ClusterBuilderTests {
  @Test func `numbers are padded so that names sort as they count`() {
    #expect(ClusterBuilder.numbered("a", count: 3) == ["a-1", "a-2", "a-3"])
    #expect(ClusterBuilder.numbered("a", count: 12).first == "a-01")
    let names = ClusterBuilder.numbered("a", count: 100)
    #expect(names == names.sorted() && names.count == 100)
    #expect(ClusterBuilder.numbered("a", count: 0).isEmpty)
  }

  @Test func `pools give allocatable less the reserve, deal zones in turn and label hosts`() {
    var specification = ClusterSpecification()
    specification.nodePools = [
      Build.nodes(3, cores: 16, gib: 64) {
        $0.zones = ["a", "b"]
        $0.reservedCPUMillicores = 500
        $0.reservedMemoryBytes = 1 << 30
      },
      Build.nodes(0, "named") { $0.names = ["x", "y"] },
    ]
    let inventory = ClusterBuilder(specification).inventory
    #expect(inventory.nodes.map(\.name) == ["node-1", "node-2", "node-3", "x", "y"])
    #expect(inventory.nodes.map(\.zoneName) == ["a", "b", "a", "", ""])
    #expect(inventory.nodes[0].cpuMillicores == 15_500 && inventory.nodes[0].memoryBytes == 63 << 30)
    #expect(inventory.nodes[1].labels["kubernetes.io/hostname"] == "node-2")
  }

  @Test func `machines of a class that is not shared cannot migrate live`() {
    var specification = ClusterSpecification()
    specification.storageClasses = [.init(name: "rwx", isShared: true), .init(name: "rwo", isShared: false)]
    specification.machineGroups = ["rwx", "rwo", ""].map { name in
      Build.machines("m\(name)", 1) { $0.storageClassName = name }
    }
    let machines = ClusterBuilder(specification).inventory.machines
    #expect(machines.map(\.name) == ["m", "mrwo", "mrwx"])
    #expect(machines.map(\.migratability) == [.live, .cold(reason: "DisksNotLiveMigratable"), .live])
  }

  @Test func `anti-affinity of a group keeps its machines apart and no others`() {
    let scenario = Build.scenario(
      nodes: [Build.nodes(3)],
      machines: [Build.machines("m", 4) { $0.hasHostAntiAffinity = true }, Build.machines("n", 3)])
    let outcome = InitialPlacer.place(SimulationSetup(scenario), replication: 0)
    #expect(outcome.unplaced == [MachineID(3)])
    #expect(outcome.state.podCount.allSatisfy { $0 == 2 })
  }

  @Test func `a group with a named CPU model runs on nodes that have it, where nodes say which they have`() {
    let label = "cpu-model.node.kubevirt.io/Broadwell"
    for labels in [["\(label)": "true"], [:]] {
      var specification = ClusterSpecification()
      specification.nodePools = [Build.nodes(1, "old"), Build.nodes(1, "new") { $0.labels = labels }]
      specification.machineGroups = [
        Build.machines("m", 1) { $0.cpuModel = .named("Broadwell") }, Build.machines("n", 1),
      ]
      let machines = ClusterBuilder(specification).inventory.machines
      #expect(machines[0].nodeSelector == labels)
      #expect(machines[1].nodeSelector.isEmpty)
    }
  }

  @Test func `allocation ratio and overcommit reach the requests`() {
    var specification = ClusterSpecification()
    specification.machineGroups = [Build.machines("m", 1, vCPUs: 4, gib: 8)]
    specification.cpuAllocationRatio = 2
    specification.memoryOvercommitPercent = 200
    let machine = ClusterBuilder(specification).inventory.machines[0]
    #expect(machine.cpuRequestMillicores == 2005)
    #expect(machine.memoryRequestBytes == (4 << 30) + (240 + 40 + 32) << 20 + 35_000_000)
  }

  @Test func `each trace row drives the machine of its number`() {
    let setup = SimulationSetup(
      Build.scenario(
        nodes: [Build.nodes(1)],
        machines: [Build.replayed("b", [[0.1], [0.2]]), Build.machines("a", 1), Build.replayed("c", [[0.3]])]))
    #expect(setup.inventory.machines.map(\.name) == ["a", "b-1", "b-2", "c-1"])
    #expect(setup.settings.map { $0.trace?.index } == [nil, 0, 0, 1])
    #expect(setup.settings.map { $0.trace?.row } == [nil, 0, 1, 0])
  }
}
