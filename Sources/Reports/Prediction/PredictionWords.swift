import ClusterModel
import LiveMigration

/// How predictions are said to people.
enum PredictionWords {
  static func time(_ seconds: Double) -> String { DurationText.formatted(seconds: seconds) }
  static func bytes(_ bytes: Double) -> String { MemorySize.formatted(bytes: bytes) }
  static func rate(_ bytesPerSecond: Double) -> String { bytes(bytesPerSecond) + "/s" }
  static func line(_ bytesPerSecond: Double) -> String { Bandwidth.formatted(bytesPerSecond: bytesPerSecond) }
  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  static let never = "never ends"

  /// Shares of one whole, which add up to 100: rounded down, the rest to the largest remainders.
  static func percents(_ shares: [Double]) -> [String] {
    let exact = shares.map { $0 * 100 }
    var whole = exact.map { Int(($0 + 1e-9).rounded(.down)) }
    let missing = max(0, Int(exact.reduce(0, +).rounded()) - whole.reduce(0, +))
    let order = exact.indices.sorted { a, b in
      let (first, second) = (exact[a] - Double(whole[a]), exact[b] - Double(whole[b]))
      return abs(first - second) > 1e-9 ? first > second : exact[a] > exact[b]
    }
    for index in order.prefix(missing) { whole[index] += 1 }
    return whole.map { "\($0) %" }
  }

  /// `21.3 to 34 s`; one value where both look alike, both units where they differ.
  static func range(_ range: ClosedRange<Double>, _ text: (Double) -> String) -> String {
    let (low, high) = (text(range.lowerBound), text(range.upperBound))
    if low == high { return low }
    let (first, second) = (low.split(separator: " "), high.split(separator: " "))
    let isOneUnit = first.count == 2 && second.count == 2 && first[1] == second[1]
    return "\(isOneUnit ? String(first[0]) : low) to \(high)"
  }

  static func outcome(_ outcome: MigrationVerdict.Outcome) -> String {
    switch outcome {
    case .converges: "converges"
    case .throttled: "throttled"
    case .postCopy: "post-copy"
    case .paused: "paused"
    case .cancelled: "cancelled"
    }
  }

  static func reason(_ reason: PreCopyTransfer.AbortReason?) -> String {
    switch reason {
    case .completionTimeout: "completion time-out"
    case .progressTimeout: "progress time-out"
    case .cancelled: "stopped from outside"
    case .stallDetector: "stall detector"
    case .doesNotConverge, nil: "it never converges, and no time-out ends it"
    }
  }

  /// `27.3 s, pause 280 ms`, with what it took.
  static func result(_ prediction: MigrationPrediction) -> String {
    let pause = "pause \(time(prediction.downtimeSeconds))"
    switch MigrationVerdict.Outcome(prediction) {
    case .converges: return "\(time(prediction.totalSeconds)), \(pause)"
    case .throttled:
      return "\(time(prediction.totalSeconds)), \(pause), guest slowed by up to "
        + percent(prediction.throttlePercentMax / 100)
    case .postCopy:
      return "\(time(prediction.totalSeconds)), \(pause), \(time(prediction.brownOutSeconds)) of work lost to slow-down"
    case .paused: return "\(time(prediction.totalSeconds)), guest stands still for \(time(prediction.downtimeSeconds))"
    case .cancelled where prediction.neverEnds: return "still never ends"
    case .cancelled: return "still cancelled after \(time(prediction.totalSeconds))"
    }
  }

  /// What sets the rate of the rounds.
  static func bound(_ setting: MigrationSetting) -> String {
    let cap = setting.configuration.bandwidthPerMigration
    if cap > 0, cap <= setting.linkBytesPerSecond { return "the cap of a migration" }
    if setting.linkBytesPerSecond < setting.payloadBytesPerSecond {
      return setting.channels == 1 ? "its one stream" : "its set of \(setting.channels) streams"
    }
    return "the line"
  }

  /// How much the figures deserve to be trusted.
  static func accuracy(_ verdict: MigrationVerdict) -> String {
    let share = percent(verdict.dirtyShareOfRate)
    if verdict.isNearEdge {
      return verdict.isNearRate
        ? "Near the edge: first writes are \(share) of the rate (from 70 % on only the class can be told, no times); measure "
          + "the guest's dirty pages before you rely on it."
        : "Near the edge: the draws disagree, so only the odds count; measure the guest's dirty pages."
    }
    switch verdict.outcome {
    case .converges:
      return "Durations are known to 10–20 % where the guest's figures hold; the range covers those figures."
    case .throttled, .postCopy, .paused, .cancelled:
      return "The class is clear; times follow the time-outs and the throttle and are rougher than 20 %."
    }
  }

  /// `0 to 8 and 18 to 24 o'clock` for the hours that hold, counted as ranges around midnight.
  static func hours(_ holds: [Bool]) -> String {
    guard holds.contains(false) else { return "at every hour" }
    guard holds.contains(true) else { return "at no hour" }
    let count = holds.count
    let starts = holds.indices.filter { holds[$0] && !holds[($0 + count - 1) % count] }
    let parts = starts.map { start in
      var end = start
      while holds[end % count] { end += 1 }
      return "from \(start):00 to \(end % count):00"
    }
    return parts.count < 2
      ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
  }
}
