import EventKernel
import Testing

@Suite struct DistributionsTests {
  static let all: [(name: String, value: any Distribution)] = [
    ("uniform", UniformDistribution(low: -2, high: 5)),
    ("exponential", ExponentialDistribution(mean: 3)),
    ("normal", NormalDistribution(mean: -4, deviation: 2)),
    ("log-normal", LogNormalDistribution(location: 0.3, scale: 0.5)),
    ("gamma 0.4", GammaDistribution(shape: 0.4, scale: 2)),
    ("gamma 1", GammaDistribution(shape: 1, scale: 2)),
    ("gamma 30", GammaDistribution(shape: 30, scale: 0.1)),
    ("beta 2 5", BetaDistribution(alpha: 2, beta: 5)),
    ("beta 0.5 0.5", BetaDistribution(alpha: 0.5, beta: 0.5)),
    ("pareto", ParetoDistribution(minimum: 2, shape: 5)),
  ]

  @Test(arguments: all.indices)
  func `samples follow the distribution function`(index: Int) {
    let (name, distribution) = Self.all[index]
    var random = RandomStream(seed: 2026, replication: 0, purpose: .durations, entity: UInt64(index))
    let n = 20_000
    let samples = (0..<n).map { _ in distribution.sample(using: &random) }.sorted()
    var distance = 0.0
    for (i, sample) in samples.enumerated() {
      let expected = distribution.cumulative(sample)
      distance = max(
        distance, (expected - Double(i) / Double(n)).magnitude, (Double(i + 1) / Double(n) - expected).magnitude)
    }
    // Kolmogorov–Smirnov at 0.1 %: √(−ln(0.001 / 2) / 2) / √n.
    let critical = (-DeterministicMath.log(0.0005) / 2).squareRoot() / Double(n).squareRoot()
    #expect(distance < critical, "\(name)")

    let moments = Welford(samples)
    let error = (distribution.variance / Double(n)).squareRoot()
    #expect((moments.mean - distribution.mean).magnitude < 4 * error, "\(name)")
    // The error of a sample variance follows from the fourth moment.
    let fourth = samples.reduce(0.0) { $0 + DeterministicMath.pow(($1 - moments.mean).magnitude, 4) } / Double(n)
    let varianceError = ((fourth - moments.variance * moments.variance) / Double(n)).squareRoot()
    #expect((moments.variance - distribution.variance).magnitude < 4 * varianceError, "\(name)")
  }

  @Test func `stateless normals follow the normal distribution`() {
    let n = 100_000
    let key = RandomStream.key(seed: 1, replication: 0, purpose: .demand, entity: 9)
    let samples = (0..<UInt64(n)).map { RandomStream.normal(key: key, counter: $0) }.sorted()
    var distance = 0.0
    for (i, sample) in samples.enumerated() {
      distance = max(distance, (NormalCurve.cumulative(sample) - (Double(i) + 0.5) / Double(n)).magnitude)
    }
    #expect(distance < 1.9495 / Double(n).squareRoot())
  }

  @Test func `a log-normal can be given by its percentiles`() {
    let tail = LogNormalDistribution(median: 10, p95: 80)
    #expect((tail.cumulative(10) - 0.5).magnitude < 1e-12)
    #expect((tail.cumulative(80) - 0.95).magnitude < 1e-12)
    let range = LogNormalDistribution(p05: 4, p95: 25)
    #expect((range.cumulative(4) - 0.05).magnitude < 1e-12)
    #expect((range.cumulative(25) - 0.95).magnitude < 1e-12)
    #expect((range.median - 10).magnitude < 1e-12)
    #expect((range.scale - DeterministicMath.log(25.0 / 4) / 3.29).magnitude < 1e-3)
    let moments = LogNormalDistribution(mean: 7, variationCoefficient: 1.5)
    #expect((moments.mean - 7).magnitude < 1e-12)
    #expect((moments.standardDeviation - 10.5).magnitude < 1e-9)
  }

  @Test func `observed values come back as often as they were seen`() {
    let distribution = EmpiricalDistribution([5, 1, 1, 3, .nan])
    #expect(distribution.mean == 2.5)
    #expect((distribution.variance - 2.75).magnitude < 1e-12)
    #expect(distribution.cumulative(0.9) == 0 && distribution.cumulative(1) == 0.5)
    #expect(distribution.cumulative(4) == 0.75 && distribution.cumulative(5) == 1)
    var random = RandomStream(seed: 3, replication: 0, purpose: .profile)
    let ones = (0..<10_000).count { _ in distribution.sample(using: &random) == 1 }
    #expect((4800...5200).contains(ones))
    #expect(EmpiricalDistribution([]).sample(using: &random) == 0)
  }

  @Test func `a heavy tail has no finite moments`() {
    #expect(ParetoDistribution(minimum: 1, shape: 1).mean == .infinity)
    #expect(ParetoDistribution(minimum: 1, shape: 2).variance == .infinity)
    #expect(ParetoDistribution(minimum: 1, shape: 1.5).mean == 3)
  }

  @Test(arguments: [0, -1, .nan, .infinity, 1e-300, 1e300] as [Double])
  func `odd parameters never trap and never give NaN`(parameter: Double) {
    var random = RandomStream(seed: 4, replication: 0, purpose: .durations)
    let distributions: [any Distribution] = [
      ExponentialDistribution(mean: parameter), ExponentialDistribution(rate: parameter),
      LogNormalDistribution(median: parameter, p95: 2), LogNormalDistribution(p05: parameter, p95: 2),
      GammaDistribution(shape: parameter, scale: 1), BetaDistribution(alpha: parameter, beta: 1),
      ParetoDistribution(minimum: parameter, shape: parameter), NormalDistribution(mean: 0, deviation: parameter),
    ]
    for distribution in distributions {
      for _ in 0..<10 { #expect(!distribution.sample(using: &random).isNaN) }
    }
  }
}
