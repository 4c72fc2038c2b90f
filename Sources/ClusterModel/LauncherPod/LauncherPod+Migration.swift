/// What the target pod of a live migration asks for besides what the launcher pod does: a CPU like the source's.
extension LauncherPod {
  private static let hostModel = "host-model-cpu.node.kubevirt.io/"
  private static let hostFeature = "host-model-required-features.node.kubevirt.io/"

  /// Whether `migrationSelector` may have put this label into a pod's node selector.
  package static func isOfMigration(_ label: String) -> Bool {
    [LabelFamily.cpuModelMigration, .cpuVendor, .cpuFeature].contains { label.hasPrefix($0.rawValue) }
  }

  /// Labels that the target must carry, by those of the node where the machine booted.
  ///
  /// A host-model machine needs the model and the features that its first node gave it; every machine needs the same
  /// vendor. Source: kubevirt/kubevirt `pkg/virt-controller/watch/migration/migration.go`.
  /// - Parameter families: those that nodes carry at all.
  package static func migrationSelector(
    _ model: GuestCPUModel, from source: [String: String], families: Set<LabelFamily>
  ) -> [String: String] {
    var result: [String: String] = [:]
    for label in source.keys.sorted() {
      if families.contains(.cpuVendor), label.hasPrefix(LabelFamily.cpuVendor.rawValue) { result[label] = "true" }
      guard model == .hostModel else { continue }
      if families.contains(.cpuModelMigration), label.hasPrefix(hostModel) {
        result[LabelFamily.cpuModelMigration.rawValue + label.dropFirst(hostModel.count)] = "true"
      }
      if families.contains(.cpuFeature), label.hasPrefix(hostFeature) {
        result[LabelFamily.cpuFeature.rawValue + label.dropFirst(hostFeature.count)] = "true"
      }
    }
    return result
  }
}

/// What all virtualization hosts of a cluster have in common of KubeVirt's labels and devices.
///
/// A node that is only planned gets these, so that machines of the cluster can run there as on any other host.
package struct CommonHost: Sendable, Equatable {
  package private(set) var labels: [String: String] = [:]
  /// The least that any host has of ephemeral storage and of KubeVirt's devices.
  package private(set) var resources = ResourceAmounts()

  /// - Complexity: O(labels of all nodes).
  package init(_ nodes: [Node]) {
    var isFirst = true
    for node in nodes where node.labels[LauncherPod.LabelFamily.schedulable.rawValue] == "true" {
      if isFirst {
        isFirst = false
        labels = node.labels.filter { !LauncherPod.LabelFamily.families(of: [$0.key]).isEmpty }
        for entry in node.extraAllocatable.entries where LauncherPod.isPlatformResource(entry.name) {
          resources[entry.name] = entry.amount
        }
        continue
      }
      labels = labels.filter { node.labels[$0.key] == $0.value }
      for entry in resources.entries {
        let amount = node.extraAllocatable[entry.name]
        resources[entry.name] = amount.map { $0.nanoUnits < entry.amount.nanoUnits ? $0 : entry.amount }
      }
    }
  }

  /// What the node states itself stays.
  package func complete(_ node: inout Node) {
    node.labels.merge(labels) { stated, _ in stated }
    node.extraAllocatable = node.extraAllocatable.filled(from: resources)
  }
}
