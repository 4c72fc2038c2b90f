import SimulationEngine

/// Balancers in order of one metric; no winner without a test.
///
/// Neighbours whose difference is not significant share a rank, so a chain of small differences is one rank even if
/// its ends differ: `betterThan` lists what a test has shown.
package struct Ranking: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    /// From 1; shared ranks are followed by a gap (1, 1, 3).
    package let rank: Int
    package let contestant: Int
    package let label: String
    package let mean: Double
    /// Labels of those it is significantly better than, in order of rank.
    package let betterThan: [String]
  }

  package let metric: Int
  package let entries: [Entry]

  /// The label that alone holds the first rank among at least two.
  package var winner: Entry? {
    guard entries.count > 1, entries[0].rank == 1, entries[1].rank > 1 else { return nil }
    return entries[0]
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
    var entries: [Entry] = []
    for (position, item) in order.enumerated() {
      let sharesRank = position > 0 && !isBetter(order[position - 1].index, item.index)
      entries.append(
        Entry(
          rank: sharesRank ? entries[position - 1].rank : position + 1, contestant: item.index,
          label: contestants[item.index].label, mean: item.mean,
          betterThan: order.filter { isBetter(item.index, $0.index) }.map { contestants[$0.index].label }))
    }
    self.entries = entries
  }
}
