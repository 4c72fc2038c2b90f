/// The alpha switches of KubeVirt 1.9 that change how a transfer ends; all off by default.
///
/// The gates `MigrationStallDetection` and `MigrationDowntimeTuning` and the `experimental` block of a
/// `MigrationPolicy` set them. Source: kubevirt/kubevirt `pkg/virt-launcher/virtwrap/live-migration-source.go`,
/// `stall-detector.go`; kubevirt/enhancements 246 (compression).
package struct MigrationExperiments: Sendable, Equatable {
  package enum Compression: String, Sendable, CaseIterable { case none, zstd }

  /// Looks at every iteration and acts when the remaining data no longer falls; see `StallDetector`.
  package var stallDetector = false
  /// Raises the limit of the pause step by step; see `DowntimeRamp`.
  package var downtimeTuning = false
  /// Packs pages before they are sent; needs multifd.
  package var compression = Compression.none

  package init() {}

  /// Whether `maxDowntimeMs` acts.
  package var usesMaxDowntime: Bool { stallDetector || downtimeTuning }
  /// Turns on what another turns on.
  package mutating func add(_ other: MigrationExperiments) {
    stallDetector = stallDetector || other.stallDetector
    downtimeTuning = downtimeTuning || other.downtimeTuning
    if other.compression != .none { compression = other.compression }
  }

  /// Whether any is on.
  package var isOn: Bool { self != MigrationExperiments() }
}

/// `MigrationDowntimeTuning`: the limit of the pause grows from 150 ms to `maxDowntimeMs` while a migration goes on.
///
/// Seven equal steps, from the third iteration on, at least ten seconds apart, on the grid of the monitor's polls.
/// Source: kubevirt/kubevirt `live-migration-source.go`.
struct DowntimeRamp: Sendable, Equatable {
  static let firstLimitSeconds = 0.15
  static let steps = 7
  static let firstIteration = 3
  static let leastGapSeconds = 10.0

  private let maximumSeconds: Double
  private var taken = 0
  private var lastStepSeconds = -Self.leastGapSeconds

  init(maxDowntimeMs: Int) { maximumSeconds = Double(max(1, maxDowntimeMs)) / 1000 }

  var limitSeconds: Double {
    let first = min(Self.firstLimitSeconds, maximumSeconds)
    return first + (maximumSeconds - first) * Double(taken) / Double(Self.steps)
  }

  /// When the next step may come, before it is put on the grid of polls; infinity where there is none.
  func nextStepSeconds(iteration: Int, now: Double) -> Double {
    guard taken < Self.steps, iteration >= Self.firstIteration else { return .infinity }
    return max(now, lastStepSeconds + Self.leastGapSeconds)
  }

  mutating func step(now: Double) {
    taken = min(taken + 1, Self.steps)
    lastStepSeconds = now
  }
}
