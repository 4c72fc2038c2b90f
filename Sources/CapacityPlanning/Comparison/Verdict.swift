import SimulationEngine

/// The answer in sentences: what each balancer changed against the baseline, at what price, and how sure that is.
enum Verdict {
  static func sentences(_ found: Findings) -> [String] {
    guard found.contestants.count > 1 else { return alone(found) }
    guard let ranking = found.ranking else {
      return ["No ranking: the scenario's rankBy names no metric that has a value and a direction."]
    }
    let changes = ranking.entries.compactMap { entry in
      found.baselines[entry.contestant].map { sentence(found, entry.contestant, ranking.metric, $0) }
    }
    return [headline(found, ranking)] + changes
  }

  /// One balancer: nothing to compare, so the ranking metric's value.
  private static func alone(_ found: Findings) -> [String] {
    guard let entry = found.ranking?.entries.first, let metric = found.ranking?.metric,
      let summary = found.contestants[entry.contestant].metric(metric)
    else { return [] }
    let definition = found.definitions[metric]
    let value = NumberFormat.interval(summary.mean, summary.halfWidth, definition.unit)
    var text = "\(entry.label): \(MetricName.words(for: definition.name)) \(value)"
    text += price(found, entry.contestant)
    return [text + "."]
  }

  private static func headline(_ found: Findings, _ ranking: Ranking) -> String {
    let words = MetricName.words(for: found.definitions[ranking.metric].name)
    if found.experiment.replications < 2 {
      return "No winner by \(words): one replication cannot show whether a difference is real."
    }
    if let winner = ranking.winner { return "\(winner.label) is best by \(words)." }
    let others = ranking.besideFirst.map(\.label)
    guard let first = ranking.entries.first, !others.isEmpty else { return "No winner by \(words)." }
    return "No winner by \(words): \(first.label) cannot be told apart from \(list(others, "or"))."
  }

  /// One balancer: `greedy-variance cut CPU skew by 41 % ± 3 at 2.1 migrations per machine-day; downtime … against none`.
  private static func sentence(_ found: Findings, _ contestant: Int, _ metric: Int, _ baseline: Int) -> String {
    var text = found.contestants[contestant].label + " " + change(found, contestant, metric, baseline)
    text += price(found, contestant)
    if let pause = found.metric(MetricName.pauseTotal),
      let difference = found.difference(from: baseline, to: contestant, metric: pause)
    {
      let unit = found.definitions[pause].unit
      if difference.significant || difference.halfWidth == nil {
        let size = NumberFormat.difference(difference.mean, difference.halfWidth, unit)
        text += "; downtime \(size) in all"
      } else {
        text += "; downtime in all not significantly different"
      }
    }
    return text + " against \(found.contestants[baseline].label)."
  }

  private static func change(_ found: Findings, _ contestant: Int, _ metric: Int, _ baseline: Int) -> String {
    let definition = found.definitions[metric]
    let words = MetricName.words(for: definition.name)
    guard let difference = found.difference(from: baseline, to: contestant, metric: metric) else {
      return "has no value for \(words)"
    }
    let change = found.changes.first { $0.contestant == contestant && $0.metric == metric }
    // A ratio varies otherwise than a difference does: a percentage is shown where it says the same as the test.
    let certain = change.flatMap { abs($0.percent) > $0.halfWidth ?? 0 ? $0 : nil }
    let size =
      certain.map { NumberFormat.percent(abs($0.percent), $0.halfWidth) }
      ?? NumberFormat.difference(abs(difference.mean), difference.halfWidth, definition.unit, isSigned: false)
    if difference.halfWidth == nil {
      return difference.mean == 0
        ? "left \(words) as it was" : "\(difference.mean < 0 ? "cut" : "raised") \(words) by \(size) in one replication"
    }
    guard difference.significant else {
      let signedSize = NumberFormat.difference(difference.mean, difference.halfWidth, definition.unit)
      return difference.mean == 0 && difference.halfWidth == 0
        ? "left \(words) as it was" : "changed \(words) by \(signedSize), which is not significant,"
    }
    return "\(difference.mean < 0 ? "cut" : "raised") \(words) by \(size)"
  }

  private static func price(_ found: Findings, _ contestant: Int) -> String {
    guard let metric = found.metric(MetricName.migrationsPerMachineDay),
      let summary = found.contestants[contestant].metric(metric)
    else { return "" }
    if summary.mean == 0 { return " without a migration" }
    return " at \(NumberFormat.value(summary.mean, .ratio, digits: 2)) migrations per machine-day"
  }

  private static func list(_ names: [String], _ word: String) -> String {
    names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " \(word) " + (names.last ?? "")
  }
}
