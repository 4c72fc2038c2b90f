import ClusterModel
import Testing

/// Target pods of migrations, and hosts that are only planned.
struct LauncherMigrationTests {
  private static let source = [
    "host-model-cpu.node.kubevirt.io/Skylake-Server": "true",
    "host-model-required-features.node.kubevirt.io/pdpe1gb": "true", "cpu-vendor.node.kubevirt.io/Intel": "true",
    "cpu-model.node.kubevirt.io/Penryn": "true", "kubernetes.io/hostname": "a",
  ]

  @Test func `a host model needs its model, its features and its vendor, a named model the vendor alone`() {
    let every = Set(LauncherPod.LabelFamily.allCases)
    let vendor = ["cpu-vendor.node.kubevirt.io/Intel": "true"]
    #expect(
      LauncherPod.migrationSelector(.hostModel, from: Self.source, families: every)
        == vendor.merging([
          "cpu-model-migration.node.kubevirt.io/Skylake-Server": "true", "cpu-feature.node.kubevirt.io/pdpe1gb": "true",
        ]) { first, _ in first })
    #expect(LauncherPod.migrationSelector(.named("Penryn"), from: Self.source, families: every) == vendor)
    #expect(LauncherPod.migrationSelector(.hostModel, from: Self.source, families: []).isEmpty)
  }

  private func host(_ name: String, _ labels: [String: String], devices: Int64) -> Node {
    var node = Node(name: name, labels: labels, cpuMillicores: 1000, memoryBytes: 1 << 30)
    node.extraAllocatable["devices.kubevirt.io/kvm"] = Quantity(nanoUnits: Int128(devices) * 1_000_000_000)
    node.extraAllocatable["nvidia.com/A100"] = Quantity(nanoUnits: 1_000_000_000)
    return node
  }

  @Test func `a planned node gets what all hosts carry of KubeVirt's labels and devices, and nothing else`() {
    let base = ["kubevirt.io/schedulable": "true", "kubernetes.io/arch": "amd64", "team": "x"]
    let hosts = [
      Node(name: "master", labels: ["kubernetes.io/arch": "arm64"], cpuMillicores: 1, memoryBytes: 1),
      host("a", base.merging(["cpu-model.node.kubevirt.io/Penryn": "true"]) { a, _ in a }, devices: 1000),
      host("b", base, devices: 110),
    ]
    let common = CommonHost(hosts)
    var planned = Node(name: "new", labels: ["team": "y"], cpuMillicores: 1, memoryBytes: 1)
    common.complete(&planned)
    #expect(planned.labels == ["team": "y", "kubevirt.io/schedulable": "true", "kubernetes.io/arch": "amd64"])
    #expect(planned.extraAllocatable.entries.map(\.name) == ["devices.kubevirt.io/kvm"])
    #expect(planned.extraAllocatable["devices.kubevirt.io/kvm"]?.wholeUnits == 110)
    var plain = Node(name: "p", cpuMillicores: 1, memoryBytes: 1)
    CommonHost([Node(name: "n", labels: ["kubernetes.io/arch": "amd64"], cpuMillicores: 1, memoryBytes: 1)])
      .complete(&plain)
    #expect(plain.labels.isEmpty, "nodes of another platform say nothing about KubeVirt")
  }
}
