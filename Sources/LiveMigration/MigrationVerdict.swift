/// How a migration ends, over all the ways in which its guest and its platform may turn out.
package struct MigrationVerdict: Sendable, Equatable {
  package enum Outcome: String, Sendable, CaseIterable {
    /// By itself: rounds became short enough for the downtime limit.
    case converges
    /// Because auto-converge slowed the guest down.
    case throttled = "auto-converge"
    case postCopy = "post-copy"
    /// Because the monitor stopped the guest, at the completion time-out or when the data no longer fell.
    case paused
    case cancelled

    package init(_ prediction: MigrationPrediction) {
      self =
        switch prediction.status {
        case .cancelled: .cancelled
        case .postCopy: .postCopy
        case .completed where prediction.isDisrupted: .paused
        case .completed where prediction.throttlePercentMax > 0: .throttled
        case .completed: .converges
        }
    }
  }

  /// A fifth and a ninety-fifth percentile.
  package typealias Range = ClosedRange<Double>

  /// Cancelled, unless more than half of the draws get across: then the way in which most of those do.
  package var outcome: Outcome
  /// Share of draws by outcome, in the order of `Outcome.allCases`.
  package var shares: [Double]
  /// The typical guest without any noise; explanations go by it, thresholds by the draws.
  package var typical: MigrationPrediction
  /// Medians and 90 % ranges of the draws that end like `outcome`.
  package var median: RangedPrediction
  package var iterationsRange: Range
  package var transferredBytesRange: Range
  package var throttlePercentRange: Range
  package var brownOutSecondsRange: Range
  /// First dirty rate of the typical guest over the rate of the rounds: from 1 on a migration may stall.
  package var dirtyShareOfRate: Double

  package func share(_ outcome: Outcome) -> Double {
    zip(Outcome.allCases, shares).first { $0.0 == outcome }?.1 ?? 0
  }

  /// Share of draws that end on the target, in whatever way.
  package var acrossShare: Double { 1 - share(.cancelled) }

  /// Whether only the class can be told, not times: near where the guest writes as fast as the line sends, or where
  /// draws disagree.
  ///
  /// Published models reach about 90 % on total times in the laboratory; from 0.7 of the line on, the slope of the
  /// dirty-page curve decides, and it is known to a factor of three.
  package var isNearEdge: Bool {
    max(acrossShare, 1 - acrossShare) < 0.9 || isNearRate
  }

  /// The guest writes about as fast as the rounds send, or faster and gets across all the same.
  package var isNearRate: Bool { dirtyShareOfRate >= 0.7 && (dirtyShareOfRate < 1.5 || outcome == .converges) }
}

extension MigrationVerdict.Outcome {
  /// The one that stands for draws with so many of each outcome, in the order of `allCases`.
  init(counts: [Int]) {
    let across = zip(Self.allCases, counts).filter { $0.0 != .cancelled }
    let total = counts.reduce(0, +)
    let sum = across.reduce(0) { $0 + $1.1 }
    guard 2 * sum > total, let most = across.map(\.1).max() else {
      self = .cancelled
      return
    }
    self = across.first { $0.1 == most }?.0 ?? .cancelled
  }
}

extension PredictionEnsemble {
  /// The verdict on one migration; each drawn guest is run once, with noise of its own.
  /// - Complexity: one prediction a draw, 5 to 100 µs each.
  package func verdict(_ setting: MigrationSetting, _ guests: GuestEnsemble) -> MigrationVerdict {
    let typical = LiveMigration.predict(setting.migration(of: guests.typical))
    let answers = outcomes(setting, guests)
    let classes = answers.map { MigrationVerdict.Outcome($0) }
    let counts = MigrationVerdict.Outcome.allCases.map { outcome in classes.count { $0 == outcome } }
    let outcome = MigrationVerdict.Outcome(counts: counts)
    let same = zip(answers, classes).filter { $0.1 == outcome }.map(\.0)
    var median = Self.summary(same.isEmpty ? answers : same)
    median.agreement = Double(same.count) / Double(answers.count)
    func range(_ value: (MigrationPrediction) -> Double) -> MigrationVerdict.Range {
      let sorted = same.map(value).sorted()
      return Self.quantile(0.05, ofSorted: sorted)...Self.quantile(0.95, ofSorted: sorted)
    }
    let rate = setting.roundPageBytesPerSecond
    return MigrationVerdict(
      outcome: outcome, shares: counts.map { Double($0) / Double(answers.count) }, typical: typical, median: median,
      iterationsRange: range { Double($0.iterations) }, transferredBytesRange: range(\.transferredBytes),
      throttlePercentRange: range(\.throttlePercentMax), brownOutSecondsRange: range(\.brownOutSeconds),
      dirtyShareOfRate: rate > 0 ? guests.typical.firstDirtyBytesPerSecond / rate : .infinity)
  }

  /// Never empty: without draws it is the typical guest.
  private func outcomes(_ setting: MigrationSetting, _ guests: GuestEnsemble) -> [MigrationPrediction] {
    guests.members.indices.map { outcome(setting, guests.members, draw: $0) }
  }

  /// One draw with the noise of its number, which is the same for every setting.
  func outcome(_ setting: MigrationSetting, _ members: [MigratingGuest], draw: Int) -> MigrationPrediction {
    outcome(setting, members[draw], number: draw)
  }

  func outcome(_ setting: MigrationSetting, _ guest: MigratingGuest, number: Int) -> MigrationPrediction {
    LiveMigration.predict(varied(setting.migration(of: guest), run: number, member: 0))
  }
}
