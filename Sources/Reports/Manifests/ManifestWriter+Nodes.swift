import ClusterModel
import SimulationEngine

extension ManifestWriter {
  /// `v1 Node`: capacity is allocatable and what the pool reserves; a dump's node gets its allocatable for both.
  mutating func node(_ index: Int) -> JSONValue {
    let node = inventory.nodes[index]
    let name = names.nodes[index]
    let reserved = node.labels["headroom/pool"].flatMap { reservedOfPool[$0] } ?? (0, 0)
    let taints = node.taints.compactMap { taint($0) }
    let further = amounts(node.extraAllocatable)
    return .manifest(
      "v1", "Node",
      [
        (
          "metadata",
          metadata(
            name, original: node.name, labels: node.labels,
            annotations: Self.annotations(of: node.migrationNIC).merging(uplinks(of: node)) { $1 },
            uid: KubernetesName.uid("Node", "", name))
        ),
        (
          "spec",
          .object([
            ("taints", taints.isEmpty ? nil : .array(taints)), ("unschedulable", node.isCordoned ? .bool(true) : nil),
          ])
        ),
        (
          "status",
          .object([
            ("addresses", .array([.object([("address", .string(name)), ("type", .string("Hostname"))])])),
            ("allocatable", Self.resources(node, (0, 0), further)),
            ("capacity", Self.resources(node, reserved, further)),
            ("conditions", .array([Self.readiness(node)])), ("nodeInfo", Self.nodeInfo(name)),
          ])
        ),
      ])
  }

  private static func resources(
    _ node: Node, _ reserved: (cpu: Int64, memory: Int64), _ further: [(String, JSONValue?)]
  ) -> JSONValue {
    func sum(_ a: Int64, _ b: Int64) -> Int64 {
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? .max : sum
    }
    return .object(
      [
        ("cpu", ManifestQuantity.cpu(millicores: sum(node.cpuMillicores, reserved.cpu))),
        ("memory", ManifestQuantity.bytes(sum(node.memoryBytes, reserved.memory))),
        ("pods", .string(String(node.podLimit))),
      ] + further)
  }

  private static func readiness(_ node: Node) -> JSONValue {
    .object([
      ("message", .string(node.isReady ? "kubelet is posting ready status" : "kubelet stopped posting node status")),
      ("reason", .string(node.isReady ? "KubeletReady" : "NodeStatusUnknown")),
      ("status", .string(node.isReady ? "True" : "Unknown")), ("type", .string("Ready")),
    ])
  }

  /// All of these the API requires; only the first three and the platform mean anything.
  private static func nodeInfo(_ name: String) -> JSONValue {
    let uid = KubernetesName.uid("Machine", "", name)
    return .object([
      ("architecture", .string("amd64")), ("bootID", .string(uid)),
      ("containerRuntimeVersion", .string("cri-o://1.33.0")), ("kernelVersion", .string("5.14.0")),
      ("kubeProxyVersion", .string("")), ("kubeletVersion", .string("v1.33.0")), ("machineID", .string(uid)),
      ("operatingSystem", .string("linux")), ("osImage", .string("Linux")), ("systemUUID", .string(uid)),
    ])
  }

  /// What a node's network carries of migrations, unless that is what is assumed without a word.
  private static func annotations(of network: NetworkInterface) -> [String: String] {
    guard network != NetworkInterface() else { return [:] }
    let bytes = network.bytesPerSecond.rounded()
    return [
      ManifestKey.migrationBandwidth: String(Int64(min(max(bytes, 0), 1e18))),
      ManifestKey.migrationLinks: network.linkCount == 1 ? nil : String(network.linkCount),
      ManifestKey.migrationMTU: String(network.mtuBytes),
      ManifestKey.migrationDedicated: network.isDedicated ? "true" : "false",
    ].compactMapValues { $0 }
  }

  /// The uplinks of a node's zone or rack: labels with bytes a second.
  private func uplinks(of node: Node) -> [String: String] {
    let texts = inventory.uplinks.compactMap { uplink -> String? in
      guard let bytes = node.labels[uplink.label].map(uplink.bytesPerSecond(of:)), bytes < .infinity else { return nil }
      return "\(uplink.label)=\(Int64(min(max(bytes.rounded(), 0), 1e18)))"
    }
    return texts.isEmpty ? [:] : [ManifestKey.uplinks: texts.joined(separator: ",")]
  }

  /// `metrics.k8s.io NodeMetrics` of the nodes whose usage was observed.
  mutating func nodeMetrics() -> [JSONValue] {
    inventory.nodes.indices.compactMap { index in
      guard let usage = inventory.nodes[index].observedUsage else { return nil }
      let metadata = metadata(names.nodes[index])
      return .manifest(
        "metrics.k8s.io/v1beta1", "NodeMetrics",
        [
          ("metadata", metadata), ("timestamp", .string(Self.epoch)), ("usage", Self.usage(usage)),
          ("window", .string("0s")),
        ])
    }
  }

  /// Nothing is written of when a dump was made: the same cluster is always the same bytes.
  static let epoch = "1970-01-01T00:00:00Z"

  static func usage(_ usage: ObservedUsage) -> JSONValue {
    .object([
      ("cpu", usage.cpuCores.map { ManifestQuantity.measured($0) }),
      ("memory", usage.memoryBytes.map { ManifestQuantity.measured($0) }),
    ])
  }
}
