import SimulationEngine

/// Balancers in order of one metric; no winner without a test.
///
/// Entries stand in order of their means; the rank is one more than the number of balancers that a test has shown to be
/// better, so balancers that cannot be told apart may differ in rank when only one of them loses to a third.
package struct Ranking: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    /// One more than the number of balancers significantly better than this one.
    package let rank: Int
    package let contestant: Int
    package let label: String
    package let mean: Double
    /// Labels of those it is significantly better than, in order of rank.
    package let betterThan: [String]
  }

  package let metric: Int
  package let entries: [Entry]

  /// The first among at least two, when it is significantly better than every other one.
  package var winner: Entry? {
    guard entries.count > 1, entries[0].betterThan.count == entries.count - 1 else { return nil }
    return entries[0]
  }

  /// Those that the first cannot be told apart from.
  package var besideFirst: [Entry] {
    guard let first = entries.first else { return [] }
    return entries.dropFirst().filter { !first.betterThan.contains($0.label) }
  }

  /// Nil for a metric without a direction or with values for fewer than one balancer.
  init?(
    by metric: Int, _ direction: MetricDefinition.Direction, contestants: [ContestantSummary],
    differences: [MetricDifference]
  ) {
    guard direction != .neutral else { return nil }
    let sign = direction == .lowerIsBetter ? 1.0 : -1.0
    let means = contestants.indices.compactMap { index in
      contestants[index].metric(metric).map { (index: index, mean: $0.mean) }
    }
    guard !means.isEmpty else { return nil }
    let order = means.sorted { (sign * $0.mean, $0.index) < (sign * $1.mean, $1.index) }
    let tests = differences.filter { $0.metric == metric && $0.significant }
    func isBetter(_ x: Int, _ y: Int) -> Bool {
      tests.contains { test in
        (test.a == x && test.b == y && sign * test.mean > 0) || (test.a == y && test.b == x && sign * test.mean < 0)
      }
    }
    self.metric = metric
    entries = order.map { item in
      Entry(
        rank: 1 + order.count { isBetter($0.index, item.index) }, contestant: item.index,
        label: contestants[item.index].label, mean: item.mean,
        betterThan: order.filter { isBetter(item.index, $0.index) }.map { contestants[$0.index].label })
    }
  }
}
