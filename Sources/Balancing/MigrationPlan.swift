package import ClusterModel

/// What a balancer proposes: moves in order of preference.
///
/// A value; the engine validates and executes it.
package struct MigrationPlan: Sendable, Equatable {
  package var moves: [Move]

  package init(moves: [Move] = []) { self.moves = moves }

  /// One machine to move.
  package struct Move: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      /// A VirtualMachineInstanceMigration, to `target` by `addedNodeSelector` or wherever the scheduler chooses.
      case migration
      /// A pod eviction, as the descheduler does it: the machine's eviction strategy decides what happens.
      case eviction
      /// Stop and start on `target`.
      case restart
    }

    package var machine: MachineID
    /// Nil: the scheduler chooses.
    package var target: NodeID?
    package var kind: Kind
    package var reason: MoveReason

    package init(machine: MachineID, target: NodeID?, kind: Kind, reason: MoveReason) {
      self.machine = machine
      self.target = target
      self.kind = kind
      self.reason = reason
    }
  }
}

/// Why a move is worth it, as data; reports put it in words.
package enum MoveReason: Sendable, Equatable {
  /// The node is over its threshold: observed and allowed share of the resource.
  case nodeOverutilized(resource: Resource, percent: Double, thresholdPercent: Double)
  /// Summed variance of node utilisation falls by this much.
  case varianceReduction(by: Double)
  case other(String)
}

/// The resources that thresholds and scores speak of.
package enum Resource: String, Sendable, CaseIterable { case cpu, memory, pods }
