import EventKernel
import TestSupport
import Testing

@testable import SimulationEngine

struct WaterFillingTests {
  private static func example(_ seed: UInt64) -> (demands: [Double], weights: [Double], capacity: Double) {
    var random = RandomStream(seed: seed, replication: 0, purpose: .demand)
    let count = random.pick(1...12)
    let demands = (0..<count).map { _ in random.bernoulli(0.1) ? 0 : 8 * random.uniform() }
    let weights = (0..<count).map { _ in Double(random.pick([1, 105, 405, 4005])) }
    return (demands, weights, demands.reduce(0, +) * 1.3 * random.uniform())
  }

  @Test func `all capacity is used or all demand met, and nobody gets more than it wants`() {
    Seeds.each(500) { seed in
      let (demands, weights, capacity) = Self.example(seed)
      let shares = WaterFilling.shares(demands: demands, weights: weights, capacity: capacity)
      let sum = shares.reduce(0, +)
      let wanted = min(capacity, demands.reduce(0, +))
      if abs(sum - wanted) > 1e-9 { return "gives \(sum) of \(wanted)" }
      for (share, demand) in zip(shares, demands) where share < 0 || share > demand { return "\(share) of \(demand)" }
      return nil
    }
  }

  @Test func `the unsatisfied share in proportion to their weights`() {
    Seeds.each(500) { seed in
      let (demands, weights, capacity) = Self.example(seed)
      let shares = WaterFilling.shares(demands: demands, weights: weights, capacity: capacity)
      let levels = demands.indices.filter { shares[$0] < demands[$0] - 1e-9 }.map { shares[$0] / weights[$0] }
      guard let low = levels.min(), let high = levels.max() else { return nil }
      if high - low > 1e-9 * max(1, high) { return "levels from \(low) to \(high)" }
      for index in demands.indices where shares[index] / weights[index] > high * (1 + 1e-9) + 1e-12 {
        return "a satisfied one is above the level"
      }
      return nil
    }
  }

  @Test func `the level is the one that bisection finds`() {
    Seeds.each(200) { seed in
      let (demands, weights, capacity) = Self.example(seed)
      var low = 0.0
      var high = 100.0
      for _ in 0..<200 {
        let level = (low + high) / 2
        let sum = zip(demands, weights).reduce(0) { $0 + min($1.0, $1.1 * level) }
        if sum > capacity { high = level } else { low = level }
      }
      let shares = WaterFilling.shares(demands: demands, weights: weights, capacity: capacity)
      for index in demands.indices {
        let twin = min(demands[index], weights[index] * low)
        if abs(twin - shares[index]) > 1e-7 { return "share \(index) is \(shares[index]), by bisection \(twin)" }
      }
      return nil
    }
  }

  @Test func `three machines by hand`() {
    // 6 cores for 1, 4 and 4 with weights 1, 1 and 3: the first is satisfied, 5 are split 1.25 : 3.75.
    #expect(WaterFilling.shares(demands: [1, 4, 4], weights: [1, 1, 3], capacity: 6) == [1, 1.25, 3.75])
    #expect(WaterFilling.shares(demands: [2, 2], weights: [1, 1], capacity: 0) == [0, 0])
    #expect(WaterFilling.shares(demands: [], weights: [], capacity: 5) == [])
  }
}
