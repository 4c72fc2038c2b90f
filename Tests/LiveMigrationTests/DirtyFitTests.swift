import EventKernel
import TestSupport
import Testing

@testable import LiveMigration

/// What is planted comes out again, and what cannot be known is said to be unknown.
struct DirtyFitTests {
  private static let mebibyte = 0x1p20
  private static let lengths = [0.1, 0.3, 1, 3, 10, 30, 60]

  private struct Planted {
    var hot: Double
    var tau: Double
    var cold: Double
    var cap = Double.infinity

    func dirty(_ seconds: Double) -> Double {
      min(cap, hot * (1 - DeterministicMath.exp(-seconds / tau)) + cold * seconds)
    }
  }

  private func intervals(
    _ planted: Planted, _ lengths: [Double], relativeError: Double = 0.05, noise: (Int) -> Double = { _ in 0 }
  ) -> [DirtyObservation] {
    lengths.enumerated().map { index, seconds in
      DirtyObservation(
        .interval(seconds: seconds, dirtyBytes: planted.dirty(seconds) * (1 + noise(index))),
        relativeError: relativeError, absoluteErrorBytes: 0)
    }
  }

  private static func draw(_ random: inout RandomStream) -> Planted {
    func between(_ low: Double, _ high: Double) -> Double {
      low * DeterministicMath.exp(random.uniform() * DeterministicMath.log(high / low))
    }
    return Planted(
      hot: between(100, 2000) * mebibyte, tau: between(0.5, 8), cold: between(2, 60) * mebibyte)
  }

  @Test func `what is planted without noise comes out within 1 percent`() {
    Seeds.each(20) { seed in
      var random = RandomStream(seed: seed, replication: 0, purpose: .profile)
      let planted = Self.draw(&random)
      guard let fit = DirtyFit(intervals(planted, Self.lengths)) else { return "no fit" }
      let ratios = [
        fit.hotSetBytes.typical / planted.hot, fit.tauSeconds.typical / planted.tau,
        fit.coldBytesPerSecond.typical / planted.cold,
      ]
      return ratios.allSatisfy { abs($0 - 1) < 0.01 } ? nil : "\(ratios)"
    }
  }

  /// 90 % intervals; noise of 5 %, as stated.
  @Test func `intervals cover what was planted in 85 to 95 of 100 cases`() throws {
    var covered = [0, 0, 0]
    let cases = 500
    var random = RandomStream(seed: 20, replication: 0, purpose: .profile)
    for _ in 0..<cases {
      let planted = Self.draw(&random)
      let deviates = Self.lengths.map { _ in random.normal() }
      let fit = try #require(DirtyFit(intervals(planted, Self.lengths) { 0.05 * deviates[$0] }))
      let pairs = [
        (fit.hotSetBytes, planted.hot), (fit.tauSeconds, planted.tau), (fit.coldBytesPerSecond, planted.cold),
      ]
      for (index, pair) in pairs.enumerated() where pair.0.low <= pair.1 && pair.1 <= pair.0.high {
        covered[index] += 1
      }
    }
    for count in covered { #expect(count >= 425 && count <= 475, "\(covered)") }
  }

  @Test func `twice the bytes are twice the hot set and the cold rate in the same time`() throws {
    let planted = Planted(hot: 5e8, tau: 3, cold: 2e7)
    let noise = [0.04, -0.05, 0.02, 0.06, -0.03, 0.01, -0.04]
    let one = try #require(DirtyFit(intervals(planted, Self.lengths) { noise[$0] }))
    let twice = Planted(hot: 1e9, tau: 3, cold: 4e7)
    let two = try #require(DirtyFit(intervals(twice, Self.lengths) { noise[$0] }))
    for (a, b) in [(one.hotSetBytes, two.hotSetBytes), (one.coldBytesPerSecond, two.coldBytesPerSecond)] {
      #expect(abs(b.typical / a.typical - 2) < 1e-6 && abs(b.high / a.high - 2) < 1e-6)
    }
    #expect(abs(two.tauSeconds.typical / one.tauSeconds.typical - 1) < 1e-6)
  }

  @Test func `more of the same data narrows the intervals, and never widens them much`() throws {
    var random = RandomStream(seed: 4, replication: 0, purpose: .profile)
    for _ in 0..<20 {
      let planted = Self.draw(&random)
      let deviates = (0..<21).map { _ in random.normal() }
      let all = intervals(planted, Self.lengths + Self.lengths + Self.lengths) { 0.05 * deviates[$0] }
      let few = try #require(DirtyFit(Array(all.prefix(7))))
      let many = try #require(DirtyFit(all))
      func width(_ estimate: DirtyFit.Estimate) -> Double { estimate.high - estimate.low }
      #expect(width(many.hotSetBytes) < 1.5 * width(few.hotSetBytes))
      #expect(width(many.coldBytesPerSecond) < 1.5 * width(few.coldBytesPerSecond))
    }
  }

  @Test func `rounds of a stall alone tell neither the hot set nor tau, and the fit says so`() throws {
    let link = 110 * Self.mebibyte
    let rounds = (0..<10).map { index in
      let seconds = 10.6 + 0.05 * Double(index % 3)
      return DirtyObservation(
        .round(seconds: seconds, remainingBytes: link * seconds, bandwidthBytesPerSecond: link))
    }
    let fit = try #require(DirtyFit(rounds))
    #expect(!fit.tellsCurve && !fit.tauSeconds.isIdentified)
    #expect(fit.tauSeconds.low == DirtyFit.tauRange.lowerBound && fit.tauSeconds.high == DirtyFit.tauRange.upperBound)
    #expect(fit.stalledCount == 10 && fit.findings.contains(.stalledRounds(10)))
    // Only what was dirty after that time is known.
    for curve in fit.curves { #expect(abs(curve.dirtyBytes(after: 10.6) / (link * 10.6) - 1) < 0.05) }
    #expect(fit.hotSetBytes.low == 0 && fit.coldBytesPerSecond.low == 0)
  }

  @Test func `a slow link bounds tau and gives no point`() throws {
    let planted = Planted(hot: 266 * Self.mebibyte, tau: 0.5, cold: 34 * Self.mebibyte)
    let fit = try #require(DirtyFit(intervals(planted, [93, 31, 12, 6, 3.6, 3.2, 3.1])))
    #expect(!fit.tauSeconds.isIdentified && fit.findings.contains(.timeConstantBounded))
    #expect(fit.tauSeconds.low == DirtyFit.tauRange.lowerBound && fit.tauSeconds.high < 3)
    #expect(fit.tauSeconds.low < fit.tauSeconds.typical && fit.tauSeconds.typical < fit.tauSeconds.high)
    // A longer τ goes with a larger hot set.
    #expect(fit.curves[0].hotSetBytes < fit.curves[2].hotSetBytes && fit.correlation.hotTau > 0)
  }

  @Test func `one far reading hardly moves the curve`() throws {
    let planted = Planted(hot: 5e8, tau: 2, cold: 2e7)
    var seen = intervals(planted, [0.3, 1, 2, 3, 5, 10, 20, 30, 60])
    seen.append(DirtyObservation(.interval(seconds: 5, dirtyBytes: 4 * planted.dirty(5)), relativeError: 0.05))
    let fit = try #require(DirtyFit(seen))
    #expect(abs(fit.hotSetBytes.typical / planted.hot - 1) < 0.1)
    #expect(fit.findings.contains(.outliers(1)))
  }

  @Test func `a curve that ends at a level has that as its working set`() throws {
    let planted = Planted(hot: 2e8, tau: 1, cold: 5e7, cap: 1.2e9)
    let fit = try #require(DirtyFit(intervals(planted, [0.3, 1, 3, 8, 15, 30, 60, 90]), memoryBytes: 8e9))
    #expect(fit.workingSetBytes.isIdentified && abs(fit.workingSetBytes.typical / 1.2e9 - 1) < 0.05)
    #expect(abs(fit.coldBytesPerSecond.typical / planted.cold - 1) < 0.1)
  }

  @Test func `traps of rates are told`() throws {
    let seen = [
      DirtyObservation(.idleRate(bytesPerSecond: 3e7)), DirtyObservation(.idleRate(bytesPerSecond: 2e7)),
      DirtyObservation(.rateWhileMigrating(bytesPerSecond: 1.1e8, bandwidthBytesPerSecond: 1.12e8)),
      DirtyObservation(.rateWhileMigrating(bytesPerSecond: 5e7, bandwidthBytesPerSecond: nil)),
      DirtyObservation(.nothingSampled), DirtyObservation(.interval(seconds: 0, dirtyBytes: 3)),
    ]
    let fit = try #require(DirtyFit(seen))
    for finding in [
      DirtyFinding.idleRates(2), .ratesWhileMigrating(2), .ratesOfTheLink(1), .nothingSampled(1), .unusable(1),
    ] {
      #expect(fit.findings.contains(finding))
    }
    #expect(fit.usedCount == 2 && fit.skippedCount == 4 && !fit.tellsCurve)
    #expect(fit.idleBytesPerSecond == 2.5e7)
    // Twice of what was seen is dirty after a second.
    #expect(abs(fit.typical.dirtyBytes(after: 1) / 5e7 - 1) < 0.01)
    #expect(DirtyFit([DirtyObservation(.nothingSampled)]) == nil)
  }

  /// Links on which what is planted converges: totals are of migrations that ended by themselves.
  @Test func `totals of past migrations are met by what the fit predicts`() throws {
    let planted = DirtyFit.Curve(hotSetBytes: 3e8, tauSeconds: 2, coldBytesPerSecond: 2e7, workingSetBytes: 4e9)
    var seen: [DirtyObservation] = []
    for rate in [2e8, 3e8, 1.2e9] {
      var past = PastMigration(totalSeconds: 60, memoryBytes: 4e9, bandwidthBytesPerSecond: rate)
      let answer = predict(past.with(planted.profile(memoryBytes: 4e9)))
      #expect(answer.status == .completed)
      past.totalSeconds = answer.totalSeconds
      past.downtimeSeconds = answer.downtimeSeconds
      seen.append(DirtyObservation(.migration(past)))
    }
    let fit = try #require(DirtyFit(seen))
    #expect(fit.usedCount == 3 && fit.findings.contains(.totals(3)))
    // A point of the curve narrows what totals leave open.
    let more = try #require(
      DirtyFit(seen + [DirtyObservation(.interval(seconds: 1, dirtyBytes: planted.dirtyBytes(after: 1)))]))
    for fit in [fit, more] {
      for observation in seen {
        guard case .migration(let past) = observation.evidence else { continue }
        let again = predict(past.with(fit.typical.profile(memoryBytes: 4e9)))
        #expect(abs(again.totalSeconds / past.totalSeconds - 1) < 0.02)
      }
      #expect(fit.hotSetBytes.low <= 3e8 && fit.hotSetBytes.high >= 3e8)
      #expect(fit.tauSeconds.low <= 2 && fit.tauSeconds.high >= 2)
      #expect(fit.coldBytesPerSecond.low <= 2e7 && fit.coldBytesPerSecond.high >= 2e7)
    }
    #expect(more.tauSeconds.high / more.tauSeconds.low < fit.tauSeconds.high / fit.tauSeconds.low)
    #expect(more.coldBytesPerSecond.high - more.coldBytesPerSecond.low < fit.coldBytesPerSecond.high)
  }

  @Test func `a migration stalls where its rounds repeat`() {
    let curve = DirtyFit.Curve(hotSetBytes: 3e8, tauSeconds: 0.5, coldBytesPerSecond: 3e7)
    guard case .stalls(let seconds, let left) = DirtyPlateau(curve, linkBytesPerSecond: 1.2e8) else {
      Issue.record("it converges")
      return
    }
    #expect(abs(left / (1.2e8 * seconds) - 1) < 1e-6)
    #expect(abs(seconds - 3e8 / (1.2e8 - 3e7)) < 0.05)
    #expect(DirtyPlateau(curve, linkBytesPerSecond: 7e8) == .converges)
  }
}
