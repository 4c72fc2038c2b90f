/// How a machine's latest migrations ended, as far as KubeVirt keeps them: the five newest.
///
/// The pause before the next evacuation or workload update grows with the failures since the last success among them.
/// Source: kubevirt `pkg/virt-controller/watch/migration/migration.go`.
package struct FinishedAttempts: Sendable, Equatable {
  package static let kept = 5

  /// One bit an attempt, 1 a failure, the newest lowest.
  private var failures: UInt8 = 0
  private var count: UInt8 = 0

  package init() {}

  package mutating func add(succeeded: Bool) {
    failures = (failures << 1 | (succeeded ? 0 : 1)) & (1 << UInt8(Self.kept) - 1)
    count = min(count + 1, UInt8(Self.kept))
  }

  package var failuresSinceSuccess: Int { min((~failures).trailingZeroBitCount, Int(count)) }
}
