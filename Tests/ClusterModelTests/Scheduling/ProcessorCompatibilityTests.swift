import ClusterModel
import Testing

/// Labels as KubeVirt's node labeller writes them: an old Intel node, a newer one that can play the old one, an AMD node.
struct ProcessorCompatibilityTests {
  private static func node(_ name: String, _ vendor: String, host: String, migratesTo: [String], features: [String])
    -> Node
  {
    var labels = [
      "cpu-vendor.node.kubevirt.io/\(vendor)": "true", "host-model-cpu.node.kubevirt.io/\(host)": "true",
    ]
    for model in migratesTo { labels["cpu-model-migration.node.kubevirt.io/\(model)"] = "true" }
    for feature in features { labels["cpu-feature.node.kubevirt.io/\(feature)"] = "true" }
    if let required = features.first { labels["host-model-required-features.node.kubevirt.io/\(required)"] = "true" }
    return Node(name: name, labels: labels, cpuMillicores: 64_000, memoryBytes: 256 << 30)
  }

  private static func state(_ cpuModel: GuestCPUModel) -> ClusterState {
    let nodes = [
      node("a-old", "Intel", host: "Haswell", migratesTo: ["Haswell"], features: ["aes"]),
      node("b-new", "Intel", host: "Icelake", migratesTo: ["Haswell", "Icelake"], features: ["avx512f", "aes"]),
      node("c-amd", "AMD", host: "EPYC", migratesTo: ["EPYC"], features: ["svm"]),
      Node(name: "d-bare", cpuMillicores: 64_000, memoryBytes: 256 << 30),
    ]
    var machine = VirtualMachine(name: "vm", vCPUs: 2, guestMemoryBytes: 4 << 30)
    machine.cpuModel = cpuModel
    return ClusterState(Inventory(nodes: nodes, machines: [machine]))
  }

  private static func targets(_ state: ClusterState) -> [Int] {
    (0..<4).filter { state.mayMigrate(MachineID(0), to: NodeID($0)) }
  }

  @Test(arguments: [
    (GuestCPUModel.hostModel, 0, [1]), (.hostModel, 1, []), (.hostModel, 2, []), (.hostModel, 3, [0, 1, 2]),
    (.named("Haswell"), 0, [1]), (.named("Haswell"), 1, [0]), (.named("EPYC"), 2, []), (.hostPassthrough, 1, [0]),
  ])
  func `a machine moves to nodes of the same vendor that can play the host model it booted on`(
    model: GuestCPUModel, boot: Int, targets: [Int]
  ) {
    var state = Self.state(model)
    state.place(MachineID(0), on: NodeID(boot))
    #expect(Self.targets(state) == targets)
    let best = state.bestTarget(for: MachineID(0))
    #expect(best.map { targets.contains($0.index) } ?? targets.isEmpty)
    for node in 0..<4 where node != boot && !targets.contains(node) {
      #expect(state.migrationRefusal(MachineID(0), to: NodeID(node)) == .nodeAffinity)
      #expect(state.mayRun(MachineID(0), on: NodeID(node)), "a restart may go anywhere")
    }
  }

  @Test func `where a machine booted counts, not where it is now`() {
    var state = Self.state(.hostModel)
    let machine = MachineID(0)
    state.place(machine, on: NodeID(0))
    state.reserve(machine, on: NodeID(1))
    state.switchToReservation(machine)
    state.cancelReservation(machine)
    #expect(Self.targets(state) == [0])
    state.remove(machine)
    state.place(machine, on: NodeID(1))
    #expect(Self.targets(state) == [])
  }
}
