import LiveMigration
import SimulationEngine

/// Advice as lines: the change, its threshold, what would come of it.
struct PredictionAdviceWords {
  private let answer: PredictionAnswer

  init(_ answer: PredictionAnswer) { self.answer = answer }

  var lines: [(label: String, text: String)] {
    answer.advice.map { (label($0.change), text($0)) } + hourLine
  }

  /// What it is about: how far one could go, or what would help and to what.
  var title: String {
    let verdict = answer.subject.verdict
    guard verdict.share(.converges) <= 0.5 else { return "How far one could go, one change at a time" }
    let help =
      switch verdict.outcome {
      case .converges, .cancelled: "What would make it converge"
      case .throttled: "What would get it across without slowing the guest"
      case .postCopy: "What would get it across without post-copy"
      case .paused: "What would get it across without stopping the guest for long"
      }
    return help + ", one change at a time"
  }

  private var setting: MigrationSetting { answer.subject.setting }

  private func label(_ change: MigrationAdvice.Change) -> String {
    switch change {
    case .bandwidth: "line"
    case .cap: "bandwidthPerMigration"
    case .downtimeLimit: PredictionWords.limitName(setting)
    case .completionTimeout: "completionTimeoutPerGiB"
    case .autoConverge: "auto-converge"
    case .postCopy: "post-copy"
    case .disruption: "allowWorkloadDisruption"
    case .writes: "writes"
    }
  }

  static func value(_ change: MigrationAdvice.Change, _ value: Double) -> String {
    switch change {
    case .bandwidth: PredictionWords.line(value)
    case .cap: PredictionWords.rate(value)
    case .downtimeLimit: PredictionWords.time(value)
    case .completionTimeout: "\(Int(value)) s a GB"
    case .writes: "\((value * 100).rounded() / 100) times"
    case .autoConverge, .postCopy, .disruption: "on"
    }
  }

  private func text(_ advice: MigrationAdvice) -> String {
    switch advice.change {
    case .autoConverge, .postCopy, .disruption: return switched(advice)
    case .writes: return writes(advice)
    case .bandwidth, .cap, .completionTimeout: return threshold(advice)
    case .downtimeLimit: return threshold(advice) + whoSetsTheLimit
    }
  }

  private func writes(_ advice: MigrationAdvice) -> String {
    let times = Self.value(.writes, advice.value ?? 1)
    let most = advice.greatestForMost.map { " (\(Self.value(.writes, $0)) for 95 % of draws)" } ?? ""
    return "up to \(times) as busy more likely than not\(most), then \(advice.median.map(PredictionWords.result) ?? "")"
  }

  /// No field of KubeVirt before 1.9 reaches QEMU's limit, and none without its switches since.
  private var whoSetsTheLimit: String {
    if setting.usesMaxDowntime { return "" }
    return setting.configuration.knowsExperiments
      ? " (QEMU's own limit; maxDowntimeMs sets it with downtimeTuning or stallDetector)"
      : " (QEMU's own limit; KubeVirt sets it from 1.9)"
  }

  /// What comes of it, then how many draws get across and how.
  private func switched(_ advice: MigrationAdvice) -> String {
    guard let median = advice.median else { return "" }
    let ways: [(MigrationVerdict.Outcome, String)] = [
      (.converges, "by themselves"), (.throttled, "slowed"), (.postCopy, "by post-copy"), (.paused, "stopped"),
    ]
    let parts = ways.filter { advice.share($0.0) > 0 }.map { "\($0.1) \(PredictionWords.percent(advice.share($0.0)))" }
    var text = PredictionWords.result(median) + "; \(PredictionWords.percent(advice.acrossShare)) of draws get across"
    if !parts.isEmpty { text += ": " + parts.joined(separator: ", ") }
    if advice.change == .postCopy, median.status == .postCopy { text += postCopy(advice) }
    return text
  }

  private func postCopy(_ advice: MigrationAdvice) -> String {
    let configuration = setting.configuration
    var text = configuration.allowPostCopy ? "; it is allowed, but acts only with allowWorkloadDisruption" : ""
    text +=
      configuration.activeExperiments.stallDetector
      ? "; it switches when the stall detector finds that what remains no longer falls"
      : "; it switches at the time-out (a smaller completionTimeoutPerGiB is sooner)"
    if let streams = advice.streams {
      text +=
        "; on this release it leaves \(streams.left) stream of \(streams.before), "
        + "\(PredictionWords.line(configuration.streamBytesPerSecond(channels: streams.left))) at most"
    }
    return text
      + "; then the guest is \(PredictionWords.percent(configuration.model.postCopySlowdownShare)) slower until "
      + "its hot pages have come, and is lost if the line fails"
  }

  /// Leads with the figures for half of the draws and for 95 %; the result is that of the latter.
  private func threshold(_ advice: MigrationAdvice) -> String {
    guard let value = advice.value, let median = advice.medianForMost ?? advice.median else {
      return nothing(advice.change)
    }
    let half = "from \(Self.value(advice.change, value))"
    let result = PredictionWords.result(median)
    guard let most = advice.valueForMost else {
      let odds = advice.shareAtValue.map { " (\(PredictionWords.percent($0)) of draws)" } ?? ""
      return "\(half) more likely than not\(odds), none in reach for 95 %: \(result)"
    }
    guard most > value else { return "\(half) in 95 % of draws: \(result)" }
    return "\(half) more likely than not, from \(Self.value(advice.change, most)) in 95 % of draws: \(result)"
  }

  private func nothing(_ change: MigrationAdvice.Change) -> String {
    let bound = PredictionWords.bound(answer.subject.setting)
    return switch change {
    case .bandwidth where bound == "the line": "none up to 100 Gbit/s is enough"
    case .bandwidth: "of no use by itself: \(bound) limits the rounds"
    case .downtimeLimit: "none up to a minute is enough"
    default: "none is enough"
    }
  }

  private var hourLine: [(label: String, text: String)] {
    guard let hours = answer.verdictsByHour else {
      return [("hour", "no matter: \(answer.subject.question.profile.name) is as busy at night as by day")]
    }
    let holds = hours.map { $0.outcome == .converges }
    let odds = hours.map { $0.share(.converges) }
    let isAlways = !holds.contains(false)
    guard let end = isAlways ? odds.min() : odds.max(), let hour = odds.firstIndex(of: end) else { return [] }
    let extreme =
      isAlways && end >= 0.995
      ? "" : "; at \(isAlways ? "worst" : "best") \(PredictionWords.percent(end)) of draws at \(hour):00"
    return [
      (
        "hour",
        "converges by itself more likely than not \(PredictionWords.hours(holds)) on working days\(extreme) (--hours shows "
          + "each)"
      )
    ]
  }
}
