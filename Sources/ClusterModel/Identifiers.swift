/// A node's dense index in `Inventory.nodes`; nodes are sorted by name at load.
package struct NodeID: Hashable, Comparable, BitwiseCopyable, Sendable {
  package var rawValue: UInt32

  /// Stands for "on no node".
  package static let none = NodeID(rawValue: .max)

  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ index: Int) { rawValue = UInt32(truncatingIfNeeded: index) }

  package var index: Int { Int(rawValue) }
  package static func < (a: NodeID, b: NodeID) -> Bool { a.rawValue < b.rawValue }
}

/// A virtual machine's dense index in `Inventory.machines`; machines are sorted by namespace and name at load.
package struct MachineID: Hashable, Comparable, BitwiseCopyable, Sendable {
  package var rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ index: Int) { rawValue = UInt32(truncatingIfNeeded: index) }

  package var index: Int { Int(rawValue) }
  package static func < (a: MachineID, b: MachineID) -> Bool { a.rawValue < b.rawValue }
}

/// A zone's dense index in `Inventory.zones`, sorted by name.
package struct ZoneID: Hashable, Comparable, BitwiseCopyable, Sendable {
  package var rawValue: UInt32

  package init(_ index: Int) { rawValue = UInt32(truncatingIfNeeded: index) }

  package var index: Int { Int(rawValue) }
  package static func < (a: ZoneID, b: ZoneID) -> Bool { a.rawValue < b.rawValue }
}
