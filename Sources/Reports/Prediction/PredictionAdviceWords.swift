import LiveMigration
import SimulationEngine

/// Advice as lines: the change, its threshold, what would come of it.
struct PredictionAdviceWords {
  private let answer: PredictionAnswer

  init(_ answer: PredictionAnswer) { self.answer = answer }

  var lines: [(label: String, text: String)] {
    answer.advice.map { (Self.label($0.change), text($0)) } + hourLine
  }

  static func label(_ change: MigrationAdvice.Change) -> String {
    switch change {
    case .bandwidth: "line"
    case .cap: "bandwidthPerMigration"
    case .downtimeLimit: "downtime limit"
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
    case .writes:
      let times = advice.value ?? 1
      return "up to \(Self.value(.writes, times)) as busy, then \(advice.typical.map(PredictionWords.result) ?? "")"
    case .bandwidth, .cap, .downtimeLimit, .completionTimeout: return threshold(advice)
    }
  }

  private func switched(_ advice: MigrationAdvice) -> String {
    guard let typical = advice.typical else { return "" }
    var text = PredictionWords.result(typical)
    if let share = advice.share, share < 0.995 { text += " (so in \(PredictionWords.percent(share)) of draws)" }
    if advice.change == .postCopy, typical.status == .postCopy {
      let slow = answer.subject.setting.configuration.model.postCopySlowdownShare
      text +=
        "; it switches at the time-out (a smaller completionTimeoutPerGiB is sooner), then the guest is \(PredictionWords.percent(slow)) slower until its hot "
        + "pages have come, and is lost if the line fails"
    }
    return text
  }

  private func threshold(_ advice: MigrationAdvice) -> String {
    guard let value = advice.value, let typical = advice.typical else { return nothing(advice.change) }
    var text = "from \(Self.value(advice.change, value))"
    if let most = advice.valueForMost {
      text += most > value ? " (\(Self.value(advice.change, most)) for 95 % of draws)" : " (also for 95 % of draws)"
    } else if advice.change != .completionTimeout {
      text += " (none in reach for 95 % of draws)"
    }
    return text + ": \(PredictionWords.result(typical))"
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
    guard let hours = answer.outcomesByHour else {
      return [("hour", "no matter: \(answer.subject.question.profile.name) is as busy at night as by day")]
    }
    let holds = hours.map { $0 == .converges }
    return [("hour", "converges by itself \(PredictionWords.hours(holds)) on working days (--hours shows each)")]
  }
}
