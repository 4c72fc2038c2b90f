import LiveMigration
import SimulationEngine

/// What an answer rests on, with how strongly each figure is anchored.
struct PredictionAssumptions {
  private let subject: PredictionSubject

  init(_ subject: PredictionSubject) { self.subject = subject }

  private var profile: WorkloadProfile { subject.question.profile }
  private var grade: String { "type \(profile.name), evidence \(profile.grade.rawValue)" }

  var lines: [(label: String, text: String)] {
    [
      ("memory in use", used), ("dirty pages", dirty), ("busy", busy), ("line", line), ("streams", streams),
      ("platform", platform), ("on the way", model),
    ]
  }

  private func spread(_ spread: Spread, _ unit: String) -> String {
    "\(number(spread.low)) to \(number(spread.high))\(unit)"
  }

  /// The default's range and grade, or that a key of `model:` stands in its place.
  private func grade(_ key: String, _ text: String) -> String {
    subject.isStated("model.\(key)") ? "(stated)" : "(\(text))"
  }

  private func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\((value * 100).rounded() / 100)"
  }

  private var used: String {
    let text = PredictionWords.bytes(subject.guests.typical.usedBytes)
    return subject.isStated("used")
      ? "\(text), stated"
      : "\(text), \(number(profile.memoryUsedPercent.typical)) % (\(spread(profile.memoryUsedPercent, " %"))), reasoned (C)"
  }

  private var dirty: String {
    let profile = profile
    let guest = subject.guests.typical.dirty
    let tau = guest[0].writesBytesPerSecond > 0 ? guest[0].setBytes / guest[0].writesBytesPerSecond : 0
    func part(_ flag: String, _ text: String, _ range: String) -> String {
      subject.isStated(flag) ? "\(text) (stated)" : "\(text) (\(range))"
    }
    let parts = [
      part(
        "hot-set", "hot set \(PredictionWords.bytes(guest[0].setBytes))",
        spread(profile.hotSetPercentOfUsed, " % of used")),
      part("tau", "rewritten in \(PredictionWords.time(tau))", spread(profile.hotSetTimeConstantSeconds, " s")),
      part(
        "cold-rate", "\(PredictionWords.rate(guest[1].writesBytesPerSecond)) of other pages",
        spread(profile.coldDirtyMiBPerSecond, " MiB/s at the reference size")),
    ]
    var text = parts.joined(separator: ", ") + "; \(grade)"
    if let rate = subject.question.dirtyBytesPerSecond {
      text +=
        "; sets and rates scaled to the measured \(PredictionWords.rate(rate)), times 2 (1 to 3) because a rate "
        + "from outside a migration is too low (B)"
    }
    return text
  }

  private var busy: String {
    let guest = subject.guests.typical
    let share = "\(PredictionWords.percent(guest.busyShare)) of \(subject.question.vCPUs) vCPUs"
    guard let hour = subject.question.hourOfDay else {
      return profile.pattern == .officeHours || profile.pattern == .nightly
        ? "while it works, \(share) (\(spread(profile.meanCPUPercent, " %")))"
        : "at the mean of the day, \(share) (\(spread(profile.meanCPUPercent, " %"))); --hour takes another"
    }
    let ratio = profile.useRatio(hourOfDay: hour)
    return
      "at \(Self.clock(hour)) on a working day, \(number((ratio * 100).rounded() / 100)) times its mean use, \(share), so "
      + "it writes \(number(guest.activity)) times as fast; pattern of the type (C)"
  }

  static func clock(_ hour: Double) -> String {
    let minutes = Int((hour * 60).rounded()) % 1440
    return "\(minutes / 60):" + (minutes % 60 < 10 ? "0" : "") + "\(minutes % 60)"
  }

  private var line: String {
    let setting = subject.setting
    let share = MigrationModel.payloadShare(mtuBytes: setting.mtuBytes)
    let tls = setting.configuration.multifdChannels > 1 ? "tlsFactorManyStreams" : "tlsFactorSingleStream"
    return
      "\(PredictionWords.line(setting.lineBytesPerSecond))\(subject.isStated("bandwidth") ? "" : " (not stated)"), to "
      + "itself; MTU \(setting.mtuBytes) leaves \(PredictionWords.percent(share)), TLS "
      + (setting.configuration.disableTLS
        ? "is off"
        : "\(PredictionWords.percent(setting.configuration.tlsFactor)) of that \(grade(tls, "75 to 100 %, C"))")
      + ": \(PredictionWords.rate(setting.payloadBytesPerSecond))"
  }

  private var streams: String {
    let setting = subject.setting
    let rate = PredictionWords.rate(setting.configuration.streamBytesPerSecond(channels: setting.channels))
    let configuration = setting.configuration
    let isStated = subject.isStated("multifdChannels")
    if setting.channels > 1 {
      return
        "\(setting.channels) (multifd\(isStated ? ", stated" : "")), which carry \(rate); 1 where the pod has a CPU limit"
    }
    var why = ""
    if configuration.multifdChannels > 1 {
      why = configuration.allowPostCopy ? ", since post-copy is allowed" : ""
    } else {
      why = isStated ? ", stated" : ", as this release has it"
    }
    return "1\(why), which carries \(rate) \(grade("singleStreamBandwidth", "B"))"
  }

  private var platform: String {
    let configuration = subject.setting.configuration
    let cap = configuration.bandwidthPerMigration
    let timeout = subject.setting.completionTimeoutSeconds
    var parts = [
      subject.presetName, cap > 0 ? "cap \(PredictionWords.rate(cap))" : "no cap",
      "downtime limit \(PredictionWords.time(Double(configuration.downtimeLimitMs) / 1000))",
      timeout > 0
        ? "time-out \(configuration.completionTimeoutPerGiB) s for each GB, \(PredictionWords.time(timeout)), looked at every "
          + PredictionWords.time(configuration.model.monitorPollSeconds)
        : "no completion time-out",
    ]
    parts.append(configuration.allowAutoConverge ? "auto-converge" : "no auto-converge")
    parts.append(configuration.allowPostCopy ? "post-copy" : "no post-copy")
    if configuration.allowPostCopy || configuration.allowsWorkloadDisruption {
      parts.append("allowWorkloadDisruption \(configuration.allowsWorkloadDisruption)")
    }
    let experiments = configuration.activeExperiments
    if experiments.stallDetector { parts.append("stall detector") }
    if experiments.downtimeTuning { parts.append("downtime tuning") }
    if experiments.usesMaxDowntime {
      parts.append("longest pause \(PredictionWords.time(Double(configuration.maxDowntimeMs) / 1000))")
    }
    if experiments.compression != .none {
      parts.append(
        "compression \(experiments.compression.rawValue) at \(number(configuration.model.compressionRatio)) to 1")
    }
    return parts.joined(separator: ", ")
  }

  private var model: String {
    let model = subject.setting.configuration.model
    return
      "the guest loses \(PredictionWords.percent(model.preCopySlowdownShare)) while its pages are watched "
      + "\(grade("preCopySlowdown", "2 to 20 %, C")); device state and switch-over take "
      + "\(PredictionWords.time(model.deviceStateSeconds)) \(grade("deviceStateMs", "B")); times before and after "
      + "the transfer are reasoned (C)"
  }
}
