import CapacityPlanning
import SimulationEngine

/// The headline metrics in groups, as both tables for people show them.
struct MetricRows {
  struct Row {
    /// The metric in words; `headroom list metrics` has the name beside them.
    var label: String
    var metric: Int
    /// By contestant.
    var values: [Value]
  }

  struct Value {
    /// `12.3 % ± 0.4`, or `–` without a value.
    var text: String
    /// Better than every other balancer: significantly, and by enough to matter.
    var isBest: Bool
  }

  struct Group {
    var title: String
    var rows: [Row]
  }

  let groups: [Group]
  let hasBest: Bool

  init(_ comparison: Comparison) {
    var groups: [Group] = []
    for (metric, definition) in comparison.definitions.enumerated() where definition.isHeadline {
      guard comparison.contestants.contains(where: { $0.metric(metric) != nil }) else { continue }
      let best = Self.best(metric, definition.direction, comparison)
      let summaries = comparison.contestants.map { $0.metric(metric).map { (mean: $0.mean, halfWidth: $0.halfWidth) } }
      let values = NumberFormat.row(summaries, definition.unit).enumerated().map { index, text in
        Value(text: text ?? "–", isBest: index == best)
      }
      let parts = definition.name.split(separator: ".", maxSplits: 1)
      let title = parts[0].prefix(1).uppercased() + parts[0].dropFirst()
      let row = Row(label: MetricName.words(for: definition.name), metric: metric, values: values)
      if let index = groups.firstIndex(where: { $0.title == title }) {
        groups[index].rows.append(row)
      } else {
        groups.append(Group(title: title, rows: [row]))
      }
    }
    self.groups = groups
    hasBest = groups.contains { $0.rows.contains { $0.values.contains(where: \.isBest) } }
  }

  /// What the mark in both tables means.
  static let bestNote =
    "better than every other balancer by at least 1 %, significantly (paired t-tests, 95 % over all pairs)"

  /// Differences under this share of the larger mean are not marked, however certain.
  private static let leastShare = 0.01

  /// The contestant whose tests against every other one are significant and in its favour.
  private static func best(
    _ metric: Int, _ direction: MetricDefinition.Direction, _ comparison: Comparison
  ) -> Int? {
    guard direction != .neutral, comparison.contestants.count > 1 else { return nil }
    let sign = direction == .lowerIsBetter ? 1.0 : -1.0
    let tests = comparison.differences.filter { test in
      let means = [test.a, test.b].map { abs(comparison.contestants[$0].metric(metric)?.mean ?? 0) }
      return test.metric == metric && test.significant && abs(test.mean) >= leastShare * max(means[0], means[1])
    }
    return comparison.contestants.indices.first { contestant in
      let wins = tests.count {
        ($0.a == contestant && sign * $0.mean > 0) || ($0.b == contestant && sign * $0.mean < 0)
      }
      return wins == comparison.contestants.count - 1
    }
  }
}

/// Counts by reason for every balancer, most frequent reason first.
struct ReasonRows {
  struct Row {
    var reason: String
    /// Mean per replication by contestant.
    var means: [Double]
  }

  let rows: [Row]

  init(_ counts: [[ReasonCount]]) {
    let reasons = counts.joined().map(\.reason).sorted()
    var rows: [Row] = []
    for reason in reasons where rows.last?.reason != reason {
      rows.append(Row(reason: reason, means: counts.map { list in list.first { $0.reason == reason }?.mean ?? 0 }))
    }
    self.rows = rows.sorted { a, b in
      let (left, right) = (a.means.reduce(0, +), b.means.reduce(0, +))
      return left == right ? a.reason < b.reason : left > right
    }
  }
}
