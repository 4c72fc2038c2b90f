/// Which nodes can take over a running machine, by the processor labels that KubeVirt puts on nodes.
///
/// As `LauncherPod.migrationSelector` says of the node where the machine booted; a node without such labels asks for
/// nothing.
/// - Complexity: memory is distinct processors × nodes bits.
package struct ProcessorCompatibility: Sendable {
  /// By node, rows of `tables`; −1 where every node will do.
  private var vendorRow: ContiguousArray<Int32> = []
  private var hostModelRow: ContiguousArray<Int32> = []
  private var tables: [ContiguousArray<Bool>] = []
  private let isHostModel: ContiguousArray<Bool>
  /// By machine, the row of what its last migration asked for; −2 where the dump does not say.
  private var statedRow: ContiguousArray<Int32> = []

  package init(_ inventory: Inventory) {
    isHostModel = ContiguousArray(inventory.machines.map { $0.cpuModel == .hostModel })
    var rows: [[String: String]: Int32] = [:]
    let families = LauncherPod.LabelFamily.families(of: inventory.nodes.lazy.flatMap(\.labels.keys))
    for node in inventory.nodes {
      let bare = LauncherPod.migrationSelector(.hostPassthrough, from: node.labels, families: families)
      let full = LauncherPod.migrationSelector(.hostModel, from: node.labels, families: families)
      vendorRow.append(row(bare, inventory, &rows))
      hostModelRow.append(row(full, inventory, &rows))
    }
    for machine in inventory.machines {
      statedRow.append(machine.migrationSelector.isEmpty ? -2 : row(machine.migrationSelector, inventory, &rows))
    }
  }

  /// Whether the dump tells of a machine which processor it booted on.
  package func isStated(_ machine: MachineID) -> Bool { statedRow[machine.index] != -2 }

  private mutating func row(
    _ selector: [String: String], _ inventory: Inventory, _ rows: inout [[String: String]: Int32]
  ) -> Int32 {
    if selector.isEmpty { return -1 }
    if let known = rows[selector] { return known }
    tables.append(
      ContiguousArray(
        inventory.nodes.map { node in selector.allSatisfy { node.labels[$0.key] == $0.value } }))
    rows[selector] = Int32(tables.count - 1)
    return Int32(tables.count - 1)
  }

  /// By node, whether it can take over a machine that booted on `boot`, or where the dump says; nil where all can.
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
    guard boot != .none else { return Int(max(-1, statedRow[machine.index])) }
    return Int(isHostModel[machine.index] ? hostModelRow[boot.index] : vendorRow[boot.index])
  }
}
