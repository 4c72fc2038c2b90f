import EventKernel
import SimulationEngine

/// A doubt about the experiment and what to do about it.
package struct Advice: Sendable, Equatable {
  /// Stable name for programs.
  package let code: String
  package let message: String

  static func all(_ found: Findings) -> [Advice] {
    var advice: [Advice] = []
    if found.experiment.replications < 2 {
      advice.append(
        Advice(
          code: "one-replication",
          message: "one replication gives no intervals and no test between balancers; try --replications 10"))
    } else {
      advice += wideInterval(found).map { [$0] } ?? []
      advice += tiedLeaders(found).map { [$0] } ?? []
    }
    advice += refusals(found)
    advice += unevenSamples(found)
    let guessed = found.experiment.evidence.filter { $0.grade == .c }.map(\.text)
    if !guessed.isEmpty {
      advice.append(
        Advice(
          code: "grade-c",
          message: "inputs that nobody has measured (grade C) are in use: \(guessed.joined(separator: ", ")); "
            + "vary them before you rely on small differences"))
    }
    advice += found.experiment.remarks.map { Advice(code: "remark", message: $0) }
    return advice
  }

  /// Relative half-width above which an interval is called wide, and the one proposed instead.
  private static let wideShare = 0.10
  private static let targetShare = 0.07
  /// More replications than this are not proposed for a narrower interval, or to settle a tie.
  private static let mostForInterval = 200
  private static let mostReplications = 1000

  /// An interval that is wide relative to its mean.
  private struct WideInterval {
    var share: Double
    var contestant: Int
    var metric: Int
    /// Replications for the target; nil when more than anyone would run.
    var needed: Int?
  }

  /// The widest interval among headline metrics that more replications can mend, else that of the ranking metric.
  private static func wideInterval(_ found: Findings) -> Advice? {
    let wide = wideIntervals(found)
    let mendable = wide.filter { $0.needed != nil }.max { $0.share < $1.share }
    guard let worst = mendable ?? wide.first(where: { $0.metric == found.ranking?.metric }) else { return nil }
    let name = MetricName.words(for: found.definitions[worst.metric].name)
    let start =
      "\(found.experiment.replications) replications give ±\(NumberFormat.value(worst.share, .share, digits: 2)) on "
      + "\(name) of \(found.contestants[worst.contestant].label)"
    guard let needed = worst.needed else {
      return Advice(
        code: "wide-interval",
        message: start + "; more than \(mostForInterval) are needed for ±7 %: read its order of size only")
    }
    return Advice(
      code: "wide-interval", message: start + "; about \(needed) are needed for ±7 %; try --replications \(needed)")
  }

  private static func wideIntervals(_ found: Findings) -> [WideInterval] {
    found.contestants.enumerated().flatMap { index, contestant in
      found.definitions.enumerated().compactMap { metric, definition -> WideInterval? in
        guard definition.isHeadline, let summary = contestant.metric(metric), let half = summary.halfWidth,
          summary.mean != 0, half / abs(summary.mean) > wideShare
        else { return nil }
        let needed = ReplicationsNeeded.count(
          standardDeviation: summary.standardDeviation, halfWidth: targetShare * abs(summary.mean),
          confidence: Comparison.confidence)
        let rounded = needed.map { roundedUp(max($0, found.experiment.replications + 1)) }
        return WideInterval(
          share: half / abs(summary.mean), contestant: index, metric: metric,
          needed: rounded.flatMap { $0 <= mostForInterval ? $0 : nil })
      }
    }
  }

  /// The first and the next one it does not beat: how many replications would settle a difference of the size seen.
  private static func tiedLeaders(_ found: Findings) -> Advice? {
    guard let ranking = found.ranking, let first = ranking.entries.first, let second = ranking.besideFirst.first
    else { return nil }
    guard
      let difference = found.difference(from: first.contestant, to: second.contestant, metric: ranking.metric),
      difference.mean != 0, difference.standardDeviation > 0
    else { return nil }
    let pairs = found.contestants.count * (found.contestants.count - 1) / 2
    let needed = ReplicationsNeeded.count(
      standardDeviation: difference.standardDeviation, halfWidth: abs(difference.mean),
      confidence: 1 - (1 - Comparison.confidence) / Double(pairs))
    let words = MetricName.words(for: found.definitions[ranking.metric].name)
    let start = "\(first.label) and \(second.label) cannot be told apart by \(words)"
    guard let needed, needed <= mostReplications else {
      return Advice(
        code: "tie", message: start + "; a difference this small takes more than \(mostReplications) to show")
    }
    let rounded = roundedUp(max(needed, found.experiment.replications + 1))
    return Advice(
      code: "tie",
      message: start + "; if the true difference is the one seen, about \(rounded) replications would show it; "
        + "try --replications \(rounded)")
  }

  /// Balancers whose proposals are refused more often than carried out.
  private static func refusals(_ found: Findings) -> [Advice] {
    found.contestants.compactMap { contestant in
      let refused = contestant.refusals.reduce(0) { $0 + $1.mean }
      guard let first = contestant.refusals.first, refused >= 1,
        let metric = found.metric(MetricName.migrationsRequested), let requested = contestant.metric(metric),
        refused > requested.mean / 2
      else { return nil }
      let share = NumberFormat.value((first.mean / refused * 100).rounded() / 100, .share)
      return Advice(
        code: "refused-moves",
        message: "most moves that \(contestant.label) proposed were refused "
          + "(\(NumberFormat.value(refused, .count)) a replication; \(share) of them: \(first.reason))")
    }
  }

  /// Headline metrics that exist in some replications only: their means are not comparable without a thought.
  private static func unevenSamples(_ found: Findings) -> [Advice] {
    found.contestants.flatMap { contestant in
      found.definitions.enumerated().compactMap { metric, definition in
        guard definition.isHeadline, let summary = contestant.metric(metric),
          summary.valueCount < summary.samples.count
        else { return nil }
        return Advice(
          code: "missing-values",
          message:
            "\(MetricName.words(for: definition.name)) of \(contestant.label) exists in \(summary.valueCount) of "
            + "\(summary.samples.count) replications; its mean is over those")
      }
    }
  }

  /// To the next number that people would type: tens up to 200, fifties above.
  private static func roundedUp(_ count: Int) -> Int {
    let step = count <= 20 ? 5 : count <= 200 ? 10 : 50
    return (count + step - 1) / step * step
  }
}
