import EventKernel
import Testing

@Suite struct StatisticsTests {
  func isNear(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    a.map { ($0 - b).magnitude <= tolerance * max(1, b.magnitude) } ?? false
  }

  // Tables of the t distribution; the digits from SciPy 1.17.
  @Test(arguments: [
    (1.0, 0.975, 12.7062047361747), (2, 0.975, 4.30265272974946), (5, 0.975, 2.57058183563631),
    (10, 0.995, 3.16927267261695), (30, 0.9, 1.31041502539136), (100, 0.975, 1.98397151852355),
    (1000, 0.995, 2.58075469806595), (1.5, 0.975, 6.01666310442793), (3, 0.5001, 0.000272069909110519),
  ])
  func `t quantiles match the tables`(degrees: Double, p: Double, expected: Double) {
    let t = StudentT.quantile(p, degrees: degrees)
    #expect((t / expected - 1).magnitude < 1e-8)
    #expect(isNear(StudentT.quantile(1 - p, degrees: degrees), -t, 1e-10))
    #expect(isNear(StudentT.cumulative(t, degrees: degrees), p, 1e-10))
  }

  @Test func `the t distribution at its edges`() {
    #expect(isNear(StudentT.cumulative(-0.001, degrees: 7), 0.4996150086224994, 1e-13))
    #expect((StudentT.twoSided(40, degrees: 3) / (2 * 1.7190340394579253e-05) - 1).magnitude < 1e-10)
    #expect(isNear(StudentT.cumulative(2.5, degrees: 1e6), 0.9937902552489184, 1e-9))
    #expect(isNear(StudentT.quantile(0.975, degrees: 1e9), 1.959963984540054))
    #expect(StudentT.quantile(0.5, degrees: 4) == 0)
    #expect(StudentT.quantile(1, degrees: 4) == .infinity && StudentT.quantile(0, degrees: 4) == -.infinity)
    #expect(StudentT.quantile(0.9, degrees: 0).isNaN && StudentT.quantile(2, degrees: 3).isNaN)
    #expect(StudentT.cumulative(.infinity, degrees: 2) == 1)
  }

  @Test(arguments: [
    (2.5, 4.0, 0.3, 0.3521975859067672), (0.5, 0.5, 0.9, 0.7951672353008665), (200, 300, 0.41, 0.677628164772179),
    (1e4, 2e4, 0.335, 0.7301346342435686),
  ])
  func `the incomplete beta function matches references`(a: Double, b: Double, x: Double, expected: Double) {
    #expect(isNear(SpecialFunctions.incompleteBeta(x, a, b), expected, 1e-10))
    #expect(isNear(SpecialFunctions.incompleteBeta(1 - x, b, a), 1 - expected, 1e-10))
  }

  @Test func `the incomplete gamma function matches references`() {
    #expect(isNear(SpecialFunctions.incompleteGamma(0.5, 0.2), 0.47291074313446196, 1e-13))
    #expect(isNear(SpecialFunctions.incompleteGamma(30, 25), 0.1821039159774551, 1e-12))
    #expect(isNear(SpecialFunctions.incompleteGamma(1000, 1050), 0.9413288886226819, 1e-11))
  }

  @Test func `moments in one pass equal moments in two, merged or not`() {
    var random = RandomStream(seed: 1, replication: 0, purpose: .bootstrap)
    let values = (0..<1001).map { _ in 1e9 + random.uniform() }
    let mean = values.reduce(0) { $0 + ($1 - 1e9) } / 1001 + 1e9
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1000
    let whole = Welford(values)
    #expect(isNear(whole.mean, mean, 1e-15) && isNear(whole.variance, variance, 1e-7))
    var merged = Welford(values[..<400])
    merged.merge(Welford(values[400...]))
    merged.merge(Welford())
    #expect(merged.count == 1001 && merged.minimum == whole.minimum && merged.maximum == whole.maximum)
    #expect(isNear(merged.mean, whole.mean, 1e-15) && isNear(merged.variance, whole.variance, 1e-7))
    #expect(Welford().variance == 0 && Welford([3]).variance == 0)
  }

  @Test func `a value counts for as long as it lasts`() {
    var load = TimeWeightedMean(2)
    load.update(to: 6, at: .seconds(10))
    load.add(-5, at: .seconds(15))
    // 2 for 10 s, 6 for 5 s, 1 for 5 s.
    #expect(isNear(load.mean(at: .seconds(20)), 55.0 / 20))
    #expect(isNear(load.integral(at: .seconds(20)), 55))
    #expect(isNear(load.variance(at: .seconds(20)), (40.0 + 180 + 5) / 20 - 2.75 * 2.75))
    #expect(load.minimum == 1 && load.maximum == 6)
    load.restart(at: .seconds(20))
    load.update(to: 3, at: .seconds(30))
    #expect(isNear(load.mean(at: .seconds(40)), 2) && load.minimum == 1 && load.maximum == 3)
    #expect(TimeWeightedMean(7).mean(at: .zero) == 7)
  }

  @Test func `quantiles are of type 7`() {
    let quantiles = Quantiles([3, 1, 4, 1, 5, 9, 2, 6, .nan])
    #expect(quantiles.count == 8)
    #expect(isNear(quantiles[0.1], 1) && isNear(quantiles[0.25], 1.75) && isNear(quantiles.median, 3.5))
    #expect(isNear(quantiles[0.9], 6.9))
    #expect(quantiles[0] == 1 && quantiles[1] == 9 && quantiles[-3] == 1 && quantiles[7] == 9)
    #expect(Quantiles([])[0.5] == nil && Quantiles([4])[0.3] == 4)
  }

  // Ranks of the binomial interval, 95 %.
  @Test(arguments: [
    (100, 0.5, 40, 61), (20, 0.5, 6, 15), (100, 0.95, 90, 100), (200, 0.95, 184, 197), (1000, 0.99, 983, 997),
  ])
  func `the interval of a quantile lies between the right order statistics`(n: Int, p: Double, low: Int, high: Int) {
    let quantiles = Quantiles((1...n).map { Double($0) })
    #expect(quantiles.interval(at: p) == Double(low)...Double(high))
  }

  @Test func `a quantile of too few values has no interval`() {
    #expect(Quantiles([1, 2, 3, 4, 5]).interval(at: 0.5) == nil)
    #expect(Quantiles([]).interval(at: 0.5) == nil)
  }

  @Test func `the interval of a mean follows the textbook`() {
    // n = 5, mean 12, s = √2.5: 12 ± 2.776445 · √0.5.
    let interval = ConfidenceInterval(of: [10, 11, 12, 13, 14])
    #expect(isNear(interval.mean, 12) && isNear(interval.halfWidth, 2.7764451051977987 * 0.5.squareRoot()))
    #expect(interval.contains(13.9) && !interval.contains(14))
    #expect(ConfidenceInterval(of: [1]).halfWidth == .infinity)
    #expect(ConfidenceInterval(of: [2, 2, 2]).halfWidth == 0)
    let wider = ConfidenceInterval(of: [10, 11, 12, 13, 14], confidence: 0.99)
    #expect(isNear(wider.halfWidth, 4.604094871415897 * 0.5.squareRoot()))
  }

  @Test func `nineteen of twenty intervals cover the mean`() {
    var random = RandomStream(seed: 12, replication: 0, purpose: .bootstrap)
    let covered = (0..<4000).count { _ in
      ConfidenceInterval(of: (0..<6).map { _ in random.normal() }).contains(0)
    }
    // 3800 ± 3.3 standard deviations of 13.8.
    #expect((3755...3845).contains(covered))
  }

  @Test func `a paired comparison matches the t test of textbooks`() {
    let before = [12.9, 13.5, 12.8, 15.6, 17.2, 19.2, 12.6, 15.3, 14.4, 11.3]
    let after = [12.7, 13.6, 12.0, 15.2, 16.8, 20.0, 12.0, 15.9, 16.0, 11.1]
    let comparison = PairedComparison(a: before, b: after)
    #expect(isNear(comparison.difference.mean, 0.05, 1e-9))
    #expect(isNear(comparison.pValue, 0.8358400057139277, 1e-8))
    #expect(comparison.difference.contains(0))
    let shifted = PairedComparison(a: before, b: before.map { $0 + 1 })
    #expect(shifted.pValue < 1e-6 && isNear(shifted.difference.low, 1))
    #expect(PairedComparison(a: [1, 2], b: [1, 2]).pValue == 1)
    #expect(PairedComparison(a: [1], b: [2]).pValue == 1)
  }

  @Test func `what rounding leaves is no difference`() {
    let a = (1...8).map { 0.1 * Double($0) }
    let dust = PairedComparison(a: a, b: a.map { $0 + 1e-14 * $0 })
    #expect(dust.difference.mean == 0 && dust.difference.halfWidth == 0 && dust.pValue == 1)
    let small = PairedComparison(a: a, b: a.map { $0 + 1e-9 * $0 })
    #expect(small.difference.mean > 0 && small.standardDeviation > 0)
    #expect(PairedComparison.difference(0, 1e-300) == 1e-300 && PairedComparison.difference(-2, 3) == 5)
  }

  @Test func `the warm-up of a run is found`() {
    var random = RandomStream(seed: 2, replication: 0, purpose: .bootstrap)
    let series = (0..<2000).map { 10 * DeterministicMath.exp(-Double($0) / 40) + random.normal() }
    let warmUp = MSER5(series)
    #expect(warmUp.isSettled && (60...250).contains(warmUp.truncation) && warmUp.truncation.isMultiple(of: 5))
    let steady = MSER5((0..<2000).map { _ in random.normal() })
    #expect(steady.isSettled && steady.truncation < 200)
    let drifting = MSER5((0..<2000).map { Double($0) + random.normal() })
    #expect(!drifting.isSettled)
    #expect(!MSER5([1, 2, 3]).isSettled)
  }

  @Test func `enough replications reach the half-width and one fewer does not`() {
    // t(0.975, n − 1) · 10 / √n ≤ 2 first holds at n = 99.
    #expect(ReplicationsNeeded.count(standardDeviation: 10, halfWidth: 2) == 99)
    #expect(ReplicationsNeeded.count(standardDeviation: 0, halfWidth: 1) == 2)
    #expect(ReplicationsNeeded.count(standardDeviation: 1, halfWidth: 0) == nil)
    #expect(ReplicationsNeeded.count(standardDeviation: 1, halfWidth: 1e-9) == nil)
  }
}
