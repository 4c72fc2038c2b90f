import EventKernel
import Testing

/// Numbers that must never change, on any machine and in any build: everything simulated depends on them.
@Suite struct GoldenTests {
  @Test func `the generator gives the pinned numbers`() {
    var random = RandomStream(seed: 1, replication: 2, purpose: .demand, entity: 3)
    #expect((0..<4).map { _ in random.next() } == [])
  }

  @Test func `the keys of streams are pinned`() {
    let keys = StreamPurpose.allCases.map { RandomStream.key(seed: 7, replication: 0, purpose: $0, entity: 1) }
    #expect(keys == [])
    #expect(StreamPurpose.allCases.map(\.rawValue) == Array(1...10))
    #expect([RandomStream.hash(1, 0), RandomStream.hash(1, 1), RandomStream.hash(2, 0)] == [])
  }

  @Test func `normal and exponential draws are pinned`() {
    var random = RandomStream(seed: 1, replication: 0, purpose: .durations)
    #expect([random.uniform(), random.normal(), random.exponential()].map(\.bitPattern) == [])
    #expect((0..<3).map { RandomStream.normal(key: 5, counter: $0).bitPattern } == [])
    let distributions: [any Distribution] = [
      LogNormalDistribution(location: 0, scale: 1), GammaDistribution(shape: 0.7, scale: 2),
      BetaDistribution(alpha: 2, beta: 3), ParetoDistribution(minimum: 1, shape: 2),
    ]
    #expect(distributions.map { $0.sample(using: &random).bitPattern } == [])
  }

  /// A hash over many arguments: one differing bit in one result changes it.
  func hash(_ range: ClosedRange<Double>, _ function: (Double) -> Double) -> UInt64 {
    (0..<10_000).reduce(0) { hash, i in
      let x = range.lowerBound + (range.upperBound - range.lowerBound) * (Double(i) + 0.5) / 10_000
      return (hash ^ function(x).bitPattern) &* 0x100_0000_01B3
    }
  }

  @Test func `the elementary functions are pinned to the bit`() {
    let hashes = [
      hash(-20...20, DeterministicMath.exp), hash(0...50, DeterministicMath.log),
      hash(-3...3, DeterministicMath.sinTurns), hash(-3...3, DeterministicMath.cosTurns),
      hash(0...9) { DeterministicMath.pow($0, 2.7) }, hash(-0.9...2, DeterministicMath.log1p),
      hash(-1...1, DeterministicMath.expm1), hash(0...1, NormalCurve.quantile), hash(-6...6, NormalCurve.cumulative),
    ]
    #expect(hashes == [])
  }
}
