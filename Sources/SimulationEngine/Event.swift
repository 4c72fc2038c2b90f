/// Everything that can happen in a run; one small id a case, so that a queue entry takes 24 bytes.
package enum Event: BitwiseCopyable, Sendable {
  case demandSample
  case headroomCheck
  case balance
  /// The migration in this slot, if the generation still matches: see `MigrationTicket`.
  case migrationStep(MigrationTicket)
  /// Migrations that wait for a slot look again.
  case queueRetry
  /// The machine that restarts reaches its next stage.
  case restartStep(UInt32)
  case warmUpEnd
}

/// A slot of the migration table and the generation in which the event was scheduled, in 32 bits.
///
/// A slot is reused after 2^18 reschedulings at the earliest with the same number, so an event left in the queue never
/// acts on a later migration.
package struct MigrationTicket: BitwiseCopyable, Sendable, Equatable {
  private let rawValue: UInt32

  package static let slotCount = 1 << 14
  package static let generationMask: UInt32 = (1 << 18) - 1

  package init(slot: Int, generation: UInt32) {
    rawValue = UInt32(truncatingIfNeeded: slot) << 18 | generation & Self.generationMask
  }

  package var slot: Int { Int(rawValue >> 18) }
  package var generation: UInt32 { rawValue & Self.generationMask }
}
