package import LiveMigration

/// A migration's prediction as JSON and as a line for people.
package enum PredictionDocument {
  /// The members of one answer, without its id; what is unknown is absent, such as the time of what nothing ends.
  package static func members(_ answer: RangedPrediction) -> [(String, JSONValue?)] {
    let median = answer.median
    func known(_ value: JSONValue) -> JSONValue? { median.neverEnds ? nil : value }
    func range(_ value: ClosedRange<Double>) -> JSONValue {
      .array([.number(rounded(value.lowerBound)), .number(rounded(value.upperBound))])
    }
    return [
      ("status", .string(median.status.rawValue)),
      ("reason", median.reason.map { .string($0.rawValue) }),
      ("totalSeconds", known(.number(rounded(median.totalSeconds)))),
      ("totalSecondsRange", known(range(answer.totalSecondsRange))),
      ("downtimeSeconds", .number(rounded(median.downtimeSeconds))),
      ("downtimeSecondsRange", range(answer.downtimeSecondsRange)),
      ("iterations", known(.integer(Int64(median.iterations)))),
      ("transferredBytes", known(.integer(Int64(min(median.transferredBytes.rounded(), 9e18))))),
      ("throttlePercentMax", .number(rounded(median.throttlePercentMax))),
      ("agreement", .number(rounded(answer.agreement))),
    ]
  }

  /// One line for people.
  package static func line(id: String, _ answer: RangedPrediction) -> String {
    let median = answer.median
    func seconds(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
    let range = answer.totalSecondsRange
    let reason = median.reason.map { " (\($0.rawValue))" } ?? ""
    guard !median.neverEnds else {
      return "\(TerminalText.shown(id)): \(median.status.rawValue)\(reason), never ends by itself\n"
    }
    return "\(TerminalText.shown(id)): \(median.status.rawValue)\(reason) after \(seconds(median.totalSeconds)) s "
      + "(\(seconds(range.lowerBound)) to \(seconds(range.upperBound))), pause \(seconds(median.downtimeSeconds)) s, "
      + "\(median.iterations) bitmap readings, \((median.transferredBytes / 1_048_576).rounded()) MiB sent\n"
  }

  /// Microseconds are finer than anything that can be predicted.
  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
