/// Which nodes can take over a running machine, by the processor labels that KubeVirt puts on nodes.
///
/// A target must carry the vendor label of the node where the machine booted; for a host-model machine also that node's
/// model among its `cpu-model-migration` labels and each of its required features. A node without such labels asks for
/// nothing. Source: kubevirt/kubevirt `pkg/virt-controller/watch/migration/migration.go`.
/// - Complexity: memory is distinct processors × nodes bits.
package struct ProcessorCompatibility: Sendable {
  private static let vendor = "cpu-vendor.node.kubevirt.io/"
  private static let hostModel = "host-model-cpu.node.kubevirt.io/"
  private static let hostFeature = "host-model-required-features.node.kubevirt.io/"
  private static let migrationModel = "cpu-model-migration.node.kubevirt.io/"
  private static let feature = "cpu-feature.node.kubevirt.io/"

  /// By node, rows of `tables`; −1 where every node will do.
  private var vendorRow: ContiguousArray<Int32> = []
  private var hostModelRow: ContiguousArray<Int32> = []
  private var tables: [ContiguousArray<Bool>] = []
  private let isHostModel: ContiguousArray<Bool>

  package init(_ inventory: Inventory) {
    isHostModel = ContiguousArray(inventory.machines.map { $0.cpuModel == .hostModel })
    var rows: [[String]: Int32] = [:]
    for node in inventory.nodes {
      let names = node.labels.filter { $0.value == "true" }.keys.sorted()
      let vendors = names.filter { $0.hasPrefix(Self.vendor) }
      let processor = names.compactMap { name -> String? in
        if name.hasPrefix(Self.hostModel) { return Self.migrationModel + name.dropFirst(Self.hostModel.count) }
        if name.hasPrefix(Self.hostFeature) { return Self.feature + name.dropFirst(Self.hostFeature.count) }
        return nil
      }
      vendorRow.append(row(vendors, inventory, &rows))
      hostModelRow.append(row(vendors + processor, inventory, &rows))
    }
  }

  private mutating func row(_ labels: [String], _ inventory: Inventory, _ rows: inout [[String]: Int32]) -> Int32 {
    if labels.isEmpty { return -1 }
    if let known = rows[labels] { return known }
    tables.append(
      ContiguousArray(inventory.nodes.map { node in labels.allSatisfy { node.labels[$0] == "true" } }))
    rows[labels] = Int32(tables.count - 1)
    return Int32(tables.count - 1)
  }

  /// By node, whether it can take over a machine that booted on `boot`; nil where all can.
  package func targets(of machine: MachineID, bootedOn boot: NodeID) -> ContiguousArray<Bool>? {
    let row = row(machine, boot)
    return row < 0 ? nil : tables[row]
  }

  @inline(__always)
  package func allows(_ machine: MachineID, bootedOn boot: NodeID, to target: NodeID) -> Bool {
    let row = row(machine, boot)
    return row < 0 || tables[row][target.index]
  }

  @inline(__always)
  private func row(_ machine: MachineID, _ boot: NodeID) -> Int {
    guard boot != .none else { return -1 }
    return Int(isHostModel[machine.index] ? hostModelRow[boot.index] : vendorRow[boot.index])
  }
}
