import Testing

@testable import LiveMigration

struct MaxMinFairShareTests {
  struct Case {
    var flows: [MaxMinFairShare.Flow] = []
    var capacities: [Double] = []

    init(seed: UInt64) {
      var random = Seeded(seed)
      let links = random.integer(1, 12)
      for _ in 0..<links {
        capacities.append(random.chance(0.05) ? 0 : random.chance(0.4) ? 100 : random.uniform(1, 1000))
      }
      for _ in 0..<random.integer(0, 30) {
        var path: [Int] = []
        for _ in 0..<random.integer(1, 4) {
          let link = random.integer(0, links - 1)
          if !path.contains(link) { path.append(link) }
        }
        path += Array(repeating: -1, count: 4 - path.count)
        let cap = random.chance(0.5) ? Double.infinity : random.chance(0.1) ? 0 : random.uniform(0.1, 300)
        flows.append(
          MaxMinFairShare.Flow(path[0], path[1], path[2], path[3], capBytesPerSecond: cap))
      }
    }

    func rates() -> [Double] {
      var shares = MaxMinFairShare(capacities: capacities)
      let numbers = flows.map { shares.add($0) }
      return numbers.map { shares.rate(of: $0) }
    }
  }

  static func path(_ flow: MaxMinFairShare.Flow) -> [Int] { FullMaxMinFill.path(flow) }

  /// Textbook water filling: raise all growing rates by the least amount that stops one; recompute all from scratch.
  static func naive(_ example: Case) -> [Double] {
    var rates = example.flows.map { _ in 0.0 }
    var growing = Set(example.flows.indices)
    let paths = example.flows.map(path)
    let members = example.capacities.indices.map { link in paths.indices.filter { paths[$0].contains(link) } }
    func load(_ link: Int) -> Double { members[link].reduce(0) { $0 + rates[$1] } }
    while !growing.isEmpty {
      var rise = Double.infinity
      for flow in growing { rise = min(rise, example.flows[flow].capBytesPerSecond - rates[flow]) }
      for link in example.capacities.indices {
        let count = members[link].count { growing.contains($0) }
        if count > 0 { rise = min(rise, (example.capacities[link] - load(link)) / Double(count)) }
      }
      for flow in growing { rates[flow] += max(0, rise) }
      let stopped = growing.filter { flow in
        if rates[flow] >= example.flows[flow].capBytesPerSecond - 1e-9 { return true }
        return paths[flow].contains { load($0) >= example.capacities[$0] - 1e-9 }
      }
      growing.subtract(stopped)
    }
    return rates
  }

  @Test func `rates agree with textbook water filling`() {
    for seed in 0..<3000 as Range<UInt64> {
      let example = Case(seed: seed)
      let difference = zip(example.rates(), Self.naive(example)).map { abs($0 - $1) }.max() ?? 0
      #expect(difference < 1e-6, "seed \(seed)")
    }
  }

  @Test func `no link carries too much, and every flow is held back somewhere`() {
    for seed in 0..<3000 as Range<UInt64> {
      let example = Case(seed: seed)
      let rates = example.rates()
      var load = example.capacities.map { _ in 0.0 }
      var largest = load
      for (flow, rate) in zip(example.flows, rates) {
        for link in Self.path(flow) {
          load[link] += rate
          largest[link] = max(largest[link], rate)
        }
      }
      #expect(zip(load, example.capacities).allSatisfy { $0 <= $1 * (1 + 1e-12) + 1e-12 }, "seed \(seed)")
      for (flow, rate) in zip(example.flows, rates) {
        let atCap = rate >= flow.capBytesPerSecond * (1 - 1e-12)
        let bottleneck = Self.path(flow).contains {
          load[$0] >= example.capacities[$0] * (1 - 1e-9) && rate >= largest[$0] * (1 - 1e-9)
        }
        #expect(atCap || bottleneck, "seed \(seed)")
        #expect(rate <= flow.capBytesPerSecond, "seed \(seed)")
      }
    }
  }

  @Test func `twice the capacities and caps give twice the rates, exactly`() {
    for seed in 0..<500 as Range<UInt64> {
      var example = Case(seed: seed)
      let rates = example.rates()
      example.capacities = example.capacities.map { $0 * 2 }
      for i in example.flows.indices { example.flows[i].capBytesPerSecond *= 2 }
      #expect(example.rates() == rates.map { $0 * 2 }, "seed \(seed)")
    }
  }

  @Test func `flows that came and went leave no trace`() {
    for seed in 0..<300 as Range<UInt64> {
      let example = Case(seed: seed)
      var shares = MaxMinFairShare(capacities: example.capacities)
      let guests = example.flows.reversed().map { shares.add($0) }
      _ = guests.map { shares.rate(of: $0) }
      for number in guests { shares.remove(number) }
      let numbers = example.flows.map { shares.add($0) }
      let difference = zip(numbers.map { shares.rate(of: $0) }, example.rates()).map { abs($0 - $1) }.max() ?? 0
      #expect(difference < 1e-9, "seed \(seed)")
    }
  }

  @Test func `the order of flows does not matter`() {
    for seed in 0..<300 as Range<UInt64> {
      var example = Case(seed: seed)
      let rates = example.rates()
      example.flows.reverse()
      let difference = zip(example.rates().reversed(), rates).map { abs($0 - $1) }.max() ?? 0
      #expect(difference < 1e-9, "seed \(seed)")
    }
  }

  @Test func `degenerate inputs have plain answers`() {
    let flows = [
      MaxMinFairShare.Flow(-1, capBytesPerSecond: 5), MaxMinFairShare.Flow(9), MaxMinFairShare.Flow(0),
      MaxMinFairShare.Flow(1, capBytesPerSecond: .nan), MaxMinFairShare.Flow(2), MaxMinFairShare.Flow(3),
    ]
    var shares = MaxMinFairShare(capacities: [.nan, 10, .infinity, -4])
    let rates = flows.map { shares.add($0) }.map { shares.rate(of: $0) }
    #expect(rates[0] == 5)
    #expect(rates[1] == 0)
    #expect(rates[2] == 0)
    #expect(rates[3] == 0)
    #expect(rates[4] > 1e200)
    #expect(rates[5] == 0)
  }
}
