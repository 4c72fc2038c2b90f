import EventKernel

/// A prediction with 90 % ranges over what its case leaves open.
package struct RangedPrediction: Sendable, Equatable {
  /// The most frequent status with the median of each figure among the runs that end so.
  package var median: MigrationPrediction
  /// Fifth and ninety-fifth percentile of the runs that end like `median`.
  package var totalSecondsRange: ClosedRange<Double>
  package var downtimeSecondsRange: ClosedRange<Double>
  /// Share of runs that end like `median`.
  package var agreement: Double
}

/// Runs each case several times over what it leaves open, and sums the runs up.
///
/// Open are the phase of bursts and the place of sequential writers at the start (both uniform, spread evenly over the
/// runs), chance in random writes and measured bandwidth, when the monitor polls, how late rate windows end on a busy host
/// (`lateness`), what the link carries (`linkSpread`), and what a CPU-bound guest gets of that host (`busyGuest`). All of
/// it comes from keys made of the run's number, so equal cases have equal answers.
package struct PredictionEnsemble: Sendable {
  package var runs = 32
  /// By what share rate windows end late on a busy host: log-normal with this median and spread of the logarithm.
  ///
  /// QEMU sleeps to the end of its window and wakes when the host lets it. Measured with QEMU 7.2 on a host with busy
  /// processors, mean of each of 81 paced migrations: median 0.21 %, 95 % of them below 3.9 %.
  package var lateness = (median: 0.0021, spread: 1.8)

  /// What a CPU-bound guest writes in a migration as a share of what it wrote before: log-normal.
  ///
  /// It shares the host's processors with the migration. Measured with QEMU 7.2 on a busy host, 14 guests before any
  /// throttling: median 0.93, spread 0.15; the median is that of published dips under KVM (`preCopySlowdownShare`).
  package var busyGuest = (median: 0.93, spread: 0.15)

  /// Standard deviation of what a link carries, as a share of its nominal payload rate.
  ///
  /// Measured with QEMU 7.2 over 16 migrations on links of 25 to 150 MB/s, mean of the windows of the first round.
  package var linkSpread = 0.005

  package init() {}

  /// Cases on one link that starts at 0, or a case alone.
  package func predict(_ cases: [MigrationCase], starts: [Double], linkBytesPerSecond: Double) -> [RangedPrediction] {
    var outcomes = cases.map { _ in [MigrationPrediction]() }
    for run in 0..<max(1, runs) {
      let factor = linkFactor(run)
      let varied = cases.enumerated().map { self.varied($1, run: run, member: $0) }
      if cases.count == 1 {
        outcomes[0].append(LiveMigration.predict(varied[0]))
      } else {
        let answers = LiveMigration.predict(varied, starts: starts, sharing: linkBytesPerSecond * factor)
        for (i, answer) in answers.enumerated() { outcomes[i].append(answer) }
      }
    }
    return outcomes.map(Self.summary)
  }

  /// What the link carries in a run; all cases on it meet the same.
  private func linkFactor(_ run: Int) -> Double {
    max(0.5, 1 + linkSpread * RandomStream.normal(key: RandomStream.hash(0x5EED, 0x11A8), counter: UInt64(run)))
  }

  /// One way the open parts of a case may turn out.
  func varied(_ original: MigrationCase, run: Int, member: Int) -> MigrationCase {
    var varied = original
    let key = RandomStream.hash(0x5EED, UInt64(member))
    let even = (Double(run) + 0.5) / Double(max(1, runs))
    if let burst = original.burst {
      varied.burst = BurstPattern(
        onSeconds: burst.onSeconds, offSeconds: burst.offSeconds,
        phaseSeconds: (even + Double(member) * 0.618).truncatingRemainder(dividingBy: 1) * burst.periodSeconds)
    }
    // A second even spread, independent of the first: multiples of the golden ratio.
    varied.sequentialStart = ((Double(run) + 0.5) * 0.6180339887498949 + Double(member) * 0.38)
      .truncatingRemainder(dividingBy: 1)
    varied.noiseKey = RandomStream.hash(key, UInt64(run)) | 1
    varied.linkBytesPerSecond *= linkFactor(run)
    if original.busyShare >= 1 {
      varied.activity *=
        busyGuest.median
        * DeterministicMath.exp(busyGuest.spread * RandomStream.normal(key: varied.noiseKey, counter: 1 << 33))
    }
    varied.configuration.model.monitorOffsetSeconds =
      original.configuration.model.monitorPollSeconds * RandomStream.uniform(key: varied.noiseKey, counter: 1 << 34)
    let deviate = RandomStream.normal(key: key, counter: UInt64(run))
    varied.configuration.model.rateWindowSeconds *=
      1 + min(0.5, lateness.median * DeterministicMath.exp(lateness.spread * deviate))
    return varied
  }

  static func summary(_ outcomes: [MigrationPrediction]) -> RangedPrediction {
    var best = outcomes[0].status
    var most = 0
    for status in MigrationPrediction.Status.allCases {
      let count = outcomes.count { $0.status == status }
      if count > most { (best, most) = (status, count) }
    }
    let same = outcomes.filter { $0.status == best }
    // Times of runs that nothing ends mean nothing among those of the others.
    let neverEnds = 2 * same.count(where: \.neverEnds) > same.count
    let measured = same.filter { $0.neverEnds == neverEnds }
    func quantile(_ share: Double, _ value: (MigrationPrediction) -> Double) -> Double {
      Self.quantile(share, ofSorted: measured.map(value).sorted())
    }
    var median = measured[0]
    median.totalSeconds = quantile(0.5, \.totalSeconds)
    median.downtimeSeconds = quantile(0.5, \.downtimeSeconds)
    median.iterations = Int(quantile(0.5) { Double($0.iterations) }.rounded())
    median.transferredBytes = quantile(0.5, \.transferredBytes)
    median.throttlePercentMax = quantile(0.5, \.throttlePercentMax)
    median.brownOutSeconds = quantile(0.5, \.brownOutSeconds)
    let reasons = PreCopyTransfer.AbortReason.allCases.map { reason in same.count { $0.reason == reason } }
    if let peak = reasons.max(), peak > 0, let index = reasons.firstIndex(of: peak) {
      median.reason = PreCopyTransfer.AbortReason.allCases[index]
    }
    return RangedPrediction(
      median: median, totalSecondsRange: quantile(0.05, \.totalSeconds)...quantile(0.95, \.totalSeconds),
      downtimeSecondsRange: quantile(0.05, \.downtimeSeconds)...quantile(0.95, \.downtimeSeconds),
      agreement: Double(same.count) / Double(outcomes.count))
  }

  /// Straight between the values on both sides of the place; 0 of no values.
  package static func quantile(_ share: Double, ofSorted sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return 0 }
    let place = share * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }
}
