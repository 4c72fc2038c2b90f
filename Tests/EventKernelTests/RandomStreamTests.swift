import EventKernel
import Testing

@Suite struct RandomStreamTests {
  @Test func `every part of the key changes the stream`() {
    let base = RandomStream(seed: 1, replication: 2, purpose: .demand, entity: 3)
    let others = [
      RandomStream(seed: 2, replication: 2, purpose: .demand, entity: 3),
      RandomStream(seed: 1, replication: 3, purpose: .demand, entity: 3),
      RandomStream(seed: 1, replication: 2, purpose: .burst, entity: 3),
      RandomStream(seed: 1, replication: 2, purpose: .demand, entity: 4),
      RandomStream(seed: 3, replication: 2, purpose: .demand, entity: 1),
      RandomStream(seed: 2, replication: 1, purpose: .demand, entity: 3),
    ]
    #expect(Set(others + [base]).count == 7)
    #expect(RandomStream(seed: 1, replication: 2, purpose: .demand, entity: 3) == base)
  }

  @Test func `neighbouring keys do not collide`() {
    var keys = Set<UInt64>()
    for seed in 0..<8 {
      for replication in 0..<8 {
        for purpose in StreamPurpose.allCases {
          for entity in 0..<100 {
            keys.insert(
              RandomStream.key(seed: UInt64(seed), replication: replication, purpose: purpose, entity: UInt64(entity)))
          }
        }
      }
    }
    #expect(keys.count == 8 * 8 * StreamPurpose.allCases.count * 100)
  }

  @Test func `streams of neighbouring entities are uncorrelated`() {
    let n = 20_000
    var a = RandomStream(seed: 1, replication: 0, purpose: .demand, entity: 1)
    var b = RandomStream(seed: 1, replication: 0, purpose: .demand, entity: 2)
    var products = Welford()
    for _ in 0..<n { products.add((a.uniform() - 0.5) * (b.uniform() - 0.5) * 12) }
    #expect(products.mean.magnitude < 4 / Double(n).squareRoot())
  }

  @Test func `stateless draws at consecutive counters are uncorrelated`() {
    let n = 50_000
    let key = RandomStream.key(seed: 9, replication: 1, purpose: .demand, entity: 7)
    var products = Welford()
    var across = Welford()
    for i in 0..<UInt64(n) {
      let value = RandomStream.normal(key: key, counter: i)
      products.add(value * RandomStream.normal(key: key, counter: i + 1))
      across.add(value * RandomStream.normal(key: key + 1, counter: i))
    }
    #expect(products.mean.magnitude < 4 / Double(n).squareRoot())
    #expect(across.mean.magnitude < 4 / Double(n).squareRoot())
  }

  @Test(arguments: [1, 2, 3, 7, 10, 1000]) func `bounded integers are equally likely`(bound: Int) {
    var random = RandomStream(seed: 5, replication: 0, purpose: .placement, entity: UInt64(bound))
    let draws = 100 * bound + 10_000
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<draws { counts[random.uniform(below: bound)] += 1 }
    let expected = Double(draws) / Double(bound)
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let degrees = Double(bound - 1)
    // χ² has mean df and variance 2 df.
    #expect(chiSquare <= degrees + 4 * (2 * degrees).squareRoot() + 4)
  }

  @Test func `large bounds stay in range and use the upper half`() {
    var random = RandomStream(seed: 5, replication: 0, purpose: .placement)
    let bound = Int.max / 3 * 2
    let draws = (0..<1000).map { _ in random.uniform(below: bound) }
    #expect(draws.allSatisfy { (0..<bound).contains($0) })
    #expect((400...600).contains(draws.count { $0 >= bound / 2 }))
    #expect(random.uniform(below: 0) == 0 && random.uniform(below: -5) == 0)
  }

  @Test func `a shuffle keeps the elements and favours no order`() {
    var random = RandomStream(seed: 6, replication: 0, purpose: .balancer)
    #expect(random.shuffled(Array(0..<100)).sorted() == Array(0..<100))
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 { counts[random.shuffled([1, 2, 3, 4]), default: 0] += 1 }
    #expect(counts.count == 24)
    // 1000 ± 4 standard deviations.
    #expect(counts.values.allSatisfy { (875...1125).contains($0) })
    #expect(random.shuffled([Int]()).isEmpty)
  }

  @Test func `uniform numbers stay in their interval`() {
    var random = RandomStream(seed: 7, replication: 0, purpose: .profile)
    for _ in 0..<100_000 {
      let half = random.uniform()
      let open = random.openUniform()
      guard half >= 0, half < 1, open > 0, open < 1 else {
        Issue.record("\(half) \(open)")
        return
      }
    }
  }

  @Test func `the table of normals follows the exact quantile`() {
    var worst = 0.0
    for i in 0..<100_000 as Range<UInt64> {
      let bits = RandomStream.hash(11, i)
      // The sign is the first bit; the other 63 are the tail's probability.
      let tail = Double(bits << 1 | 1) * 0x1p-65
      let exact = NormalCurve.quantile(tail) * (bits >> 63 == 0 ? 1 : -1)
      worst = max(worst, (RandomStream.normal(key: 11, counter: i) - exact).magnitude)
    }
    #expect(worst < 1e-10)
  }

  @Test func `filling a span draws the same numbers`() {
    var values = [Double](repeating: 0, count: 100)
    var span = values.mutableSpan
    RandomStream.fillNormals(&span, key: 4, firstCounter: 30)
    for i in 0..<100 { #expect(values[i] == RandomStream.normal(key: 4, counter: 30 + UInt64(i))) }
  }

  @Test func `a rare event happens as often as it should`() {
    var random = RandomStream(seed: 8, replication: 0, purpose: .failure)
    let hits = (0..<100_000).count { _ in random.bernoulli(0.01) }
    #expect((870...1130).contains(hits))
  }
}
