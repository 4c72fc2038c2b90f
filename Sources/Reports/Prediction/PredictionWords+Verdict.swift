import LiveMigration

/// The verdict in a sentence, and why.
extension PredictionWords {
  static func headline(_ answer: PredictionAnswer) -> String {
    let subject = answer.subject
    let verdict = subject.verdict
    let median = verdict.median.median
    let pause = time(median.downtimeSeconds)
    let total = time(median.totalSeconds)
    let share = verdict.share(verdict.outcome)
    switch verdict.outcome {
    case .converges:
      let others = verdict.acrossShare - share > 0.005 ? ", \(percent(verdict.acrossShare)) get across" : ""
      return "Converges\(odds(share))\(others): \(total) of copying, a pause of \(pause)."
    case .throttled:
      return "Gets across\(odds(verdict.acrossShare)),\(odds(share)) because auto-converge slows the guest by up to "
        + "\(percent(median.throttlePercentMax / 100)): \(total), a pause of \(pause)."
    case .postCopy:
      return "Does not converge\(odds(share)); post-copy finishes it after \(total), with a pause of \(pause)."
    case .paused:
      let actor = median.isSuspended ? "the time-out pauses" : "the stall detector stops"
      return "Does not converge\(odds(share)); \(actor) the guest for \(pause), done after \(total)."
    case .cancelled:
      switch median.reason {
      case .doesNotConverge: return "Never converges\(odds(share)), and no time-out ends it\(rescue(answer))."
      case .stallDetector:
        return "Will be aborted after \(total)\(odds(share)) by the stall detector, since what remains no longer falls"
          + "\(rescue(answer))."
      default:
        return "Will be cancelled after \(total)\(odds(share)), by the \(reason(median.reason))\(rescue(answer))."
      }
    }
  }

  /// ` in 94 % of draws`; nothing where it is all of them.
  private static func odds(_ share: Double) -> String { share >= 0.995 ? "" : " in \(percent(share)) of draws" }

  /// `; gets across with auto-converge (7m21s) or post-copy (1h27m)`.
  private static func rescue(_ answer: PredictionAnswer) -> String {
    func helps(_ change: MigrationAdvice.Change) -> MigrationPrediction? {
      answer.advice.first { $0.change == change && $0.acrossShare > 0.5 }?.median
    }
    let slowed = helps(.autoConverge).map { "auto-converge (\(time($0.totalSeconds)))" }
    let moved = helps(.postCopy).map { "post-copy (\(time($0.totalSeconds)))" }
    let ways = [slowed, moved].compactMap { $0 }
    return ways.isEmpty ? "" : "; gets across with \(ways.joined(separator: " or "))"
  }

  /// Why it ends so: what the guest writes against what the migration sends, then where most draws differ from the
  /// typical machine, of which the figures are.
  static func because(_ subject: PredictionSubject) -> String {
    balance(subject) + disagreement(subject) + longPause(subject)
  }

  private static func balance(_ subject: PredictionSubject) -> String {
    let guest = subject.guests.typical
    let setting = subject.setting
    let rounds = setting.roundPageBytesPerSecond
    let limit = setting.pauseLimitSeconds
    let first = guest.firstDirtyBytesPerSecond
    let ratio = setting.compressionRatio
    let packed = ratio > 1 ? " with pages packed to 1/\((ratio * 10).rounded() / 10) by zstd" : ""
    let start =
      "The guest dirties \(rate(first)) at first, \(percent(first / rounds)) of the \(rate(rounds)) that "
      + "\(bound(setting)) lets through\(packed)"
    guard let stalled = guest.stalledRoundSeconds(bytesPerSecond: rounds) else {
      return start + ", so each round is shorter than the one before."
    }
    let settles = "rounds settle at \(bytes(stalled * rounds)), a pause of \(time(stalled)) if forced"
    // QEMU compares bytes of pages with bytes on the wire.
    if stalled * ratio <= limit {
      return start + "; \(settles), which the \(limitName(setting)) of \(time(limit)) allows."
    }
    guard MigrationVerdict.Outcome(subject.verdict.typical) == .converges else {
      return start + ": \(settles), where \(time(limit)) are allowed."
    }
    return setting.roundBytesPerSecond < setting.linkBytesPerSecond
      ? start + "; it gets across all the same, since QEMU sends each window's share at once, at "
        + "\(rate(setting.linkBytesPerSecond)), and reads the bitmap in between."
      : start + "; \(settles). QEMU reads the bitmap before a round ends, which can just be under \(time(limit))."
  }

  static func limitName(_ setting: MigrationSetting) -> String {
    setting.usesMaxDowntime ? "maxDowntimeMs" : "downtime limit"
  }

  private static func disagreement(_ subject: PredictionSubject) -> String {
    let typical = MigrationVerdict.Outcome(subject.verdict.typical)
    let most = subject.verdict.outcome
    guard typical != most else { return "" }
    return " That is the typical machine, which \(ends(typical)); most draws, which vary its figures and what the line "
      + "carries, \(ends(most, isPlural: true))."
  }

  private static func ends(_ outcome: MigrationVerdict.Outcome, isPlural: Bool = false) -> String {
    switch outcome {
    case .converges: isPlural ? "converge" : "converges"
    case .throttled: isPlural ? "need auto-converge" : "needs auto-converge"
    case .postCopy: isPlural ? "end by post-copy" : "ends by post-copy"
    case .paused: isPlural ? "are stopped to end" : "is stopped to end"
    case .cancelled: isPlural ? "are cancelled" : "is cancelled"
    }
  }

  /// QEMU stops the guest when its estimate of the copy is within the limit; the pause is longer.
  private static func longPause(_ subject: PredictionSubject) -> String {
    let verdict = subject.verdict
    let limit = subject.setting.pauseLimitSeconds
    let pause = verdict.median.median.downtimeSeconds
    guard [.converges, .throttled].contains(verdict.outcome), pause > 1.2 * limit else { return "" }
    let device = subject.setting.configuration.model.deviceStateSeconds
    let more =
      pause > 1.2 * (limit + device)
      ? " and counts pages of zeroes at the speed of the line, though scanning them is slower" : ""
    return
      " The pause of \(time(pause)) exceeds the limit of \(time(limit)): QEMU's estimate leaves out the device state ("
      + "\(time(device)))\(more)."
  }
}
