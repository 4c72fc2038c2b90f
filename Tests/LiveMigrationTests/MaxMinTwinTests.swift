import Foundation
import Testing

@testable import LiveMigration

/// Random sequences of operations beside filling everything anew; `HEADROOM_TWIN_CASES=100000` runs that many.
struct MaxMinTwinTests {
  /// Sequences of twelve operations, each of which is compared: 24,000 by default.
  static let count = UInt64(ProcessInfo.processInfo.environment["HEADROOM_TWIN_CASES"] ?? "") ?? 2000

  /// The kept structure beside plain lists of what it should hold.
  private struct Both {
    var kept = MaxMinFairShare()
    var capacities: [Double] = []
    var flows: [(number: Int, flow: MaxMinFairShare.Flow)] = []

    mutating func change(_ random: inout Seeded) -> String {
      switch random.integer(0, 9) {
      case 0..<2 where !flows.isEmpty:
        let gone = flows.remove(at: random.integer(0, flows.count - 1))
        kept.remove(gone.number)
        return "remove \(gone)"
      case 2 where !flows.isEmpty:
        let position = random.integer(0, flows.count - 1)
        flows[position].flow.capBytesPerSecond = Self.cap(&random)
        kept.setCap(flows[position].flow.capBytesPerSecond, of: flows[position].number)
        return "cap \(flows[position])"
      case 3:
        let link = random.integer(0, capacities.count - 1)
        capacities[link] = Self.capacity(&random)
        kept.setCapacity(of: link, bytesPerSecond: capacities[link])
        return "capacity of \(link) \(capacities[link])"
      default:
        var flow = MaxMinFairShare.Flow(capBytesPerSecond: Self.cap(&random))
        // Mostly from an even link to an odd one, as NICs are; some cross more.
        let links = capacities.count
        var path = [2 * random.integer(0, (links - 1) / 2), min(links - 1, 2 * random.integer(0, (links - 1) / 2) + 1)]
        while random.chance(0.2), path.count < 6 { path.append(random.integer(0, links - 1)) }
        for (i, link) in path.enumerated() where !path[..<i].contains(link) { flow.links[i] = Int32(link) }
        flows.append((kept.add(flow), flow))
        return "add \(flow)"
      }
    }

    static func cap(_ random: inout Seeded) -> Double {
      random.chance(0.6) ? .infinity : random.chance(0.1) ? 0 : random.chance(0.3) ? 50 : random.uniform(0.1, 300)
    }

    static func capacity(_ random: inout Seeded) -> Double {
      random.chance(0.05) ? 0 : random.chance(0.4) ? 100 : random.uniform(1, 1000)
    }

    mutating func differences() -> [Double] {
      let expected = FullMaxMinFill.rates(flows: flows.map(\.flow), capacities: capacities)
      return zip(flows, expected).map { abs(kept.rate(of: $0.number) - $1) / max($1, 1e-3) }
    }
  }

  private static func sequence(_ seed: UInt64) -> (both: Both, random: Seeded) {
    var random = Seeded(seed)
    var both = Both()
    for _ in 0..<random.integer(1, 12) {
      both.capacities.append(Both.capacity(&random))
      _ = both.kept.addLink(bytesPerSecond: both.capacities.last ?? 0)
    }
    for _ in 0..<random.integer(0, 12) { _ = both.change(&random) }
    return (both, random)
  }

  @Test func `rates kept through any operations are those of filling everything anew`() {
    for seed in 0..<Self.count {
      var (both, random) = Self.sequence(seed)
      for step in 0..<12 {
        let operation = both.change(&random)
        if random.chance(0.2) { continue }
        let worst = both.differences().max() ?? 0
        guard worst <= 1e-9 else {
          Issue.record("seed \(seed) step \(step): \(operation) leaves a difference of \(worst)")
          return
        }
      }
    }
  }

  @Test func `the same operations give the same bits, and another component keeps its own`() {
    for seed in 0..<300 as Range<UInt64> {
      var (one, random) = Self.sequence(seed)
      var (other, _) = Self.sequence(seed)
      let links = one.capacities.count
      // Two links and three flows that nothing else touches.
      for _ in 0..<2 { _ = one.kept.addLink(bytesPerSecond: 100.0 / 3) }
      let apart = (0..<3).map { one.kept.add(MaxMinFairShare.Flow(links, links + $0 % 2)) }
      let before = apart.map { one.kept.rate(of: $0).bitPattern }
      var same = random
      for _ in 0..<12 {
        _ = one.change(&random)
        #expect(apart.map { one.kept.rate(of: $0).bitPattern } == before, "seed \(seed)")
      }
      for _ in 0..<12 {
        _ = other.change(&same)
        _ = other.differences()
      }
      var again = Self.sequence(seed).both
      var random2 = Self.sequence(seed).random
      for _ in 0..<12 {
        _ = again.change(&random2)
        _ = again.differences()
      }
      #expect(
        other.flows.map { other.kept.rate(of: $0.number).bitPattern }
          == again.flows.map { again.kept.rate(of: $0.number).bitPattern }, "seed \(seed)")
    }
  }

  @Test func `asking what a flow would get with another cap changes nothing`() {
    for seed in 0..<500 as Range<UInt64> {
      var (both, random) = Self.sequence(seed)
      guard !both.flows.isEmpty else { continue }
      let before = both.flows.map { both.kept.rate(of: $0.number).bitPattern }
      let position = random.integer(0, both.flows.count - 1)
      let asked = both.kept.rate(of: both.flows[position].number, withCap: .infinity)
      #expect(both.flows.map { both.kept.rate(of: $0.number).bitPattern } == before, "seed \(seed)")
      both.flows[position].flow.capBytesPerSecond = .infinity
      let expected = FullMaxMinFill.rates(flows: both.flows.map(\.flow), capacities: both.capacities)[position]
      #expect(asked == expected || abs(asked - expected) <= 1e-9 * max(expected, 1e-3), "seed \(seed)")
      #expect((both.differences().max() ?? 0) >= 0)
    }
  }
}
