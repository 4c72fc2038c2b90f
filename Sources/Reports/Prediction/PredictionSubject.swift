import ClusterModel
package import LiveMigration
package import SimulationEngine

/// What was asked of one migration, and the verdict on it.
package struct PredictionSubject: Sendable {
  package var question: GuestQuestion
  package var setting: MigrationSetting
  package var presetName: String
  /// What was said and not assumed: flags without dashes, and keys of `migration:` such as `model.deviceStateMs`.
  package var stated: [String]
  package var guests: GuestEnsemble
  package var verdict: MigrationVerdict

  package init(
    question: GuestQuestion, setting: MigrationSetting, presetName: String, stated: [String], draws: Int
  ) {
    self.question = question
    self.setting = setting
    self.presetName = presetName
    self.stated = stated
    guests = question.ensemble(count: draws)
    verdict = PredictionEnsemble().verdict(setting, guests)
  }

  package func isStated(_ flag: String) -> Bool { stated.contains(flag) }

  /// The verdict for each hour of a working day, by the same draws; hours of equal use have one.
  package func verdictsByHour() -> [MigrationVerdict] {
    var uses: [Double] = []
    var verdicts: [MigrationVerdict] = []
    for hour in 0..<24 {
      var question = question
      question.hourOfDay = Double(hour)
      if let equal = uses.firstIndex(where: { abs($0 - question.useRatio) < 1e-9 }) {
        verdicts.append(verdicts[equal])
      } else {
        let guests = question.ensemble(count: guests.drawn.count)
        verdicts.append(PredictionEnsemble().verdict(setting, guests))
      }
      uses.append(question.useRatio)
    }
    return verdicts
  }
}

/// The whole answer about one migration.
package struct PredictionAnswer: Sendable {
  package var subject: PredictionSubject
  package var advice: [MigrationAdvice]
  /// Nil for a type whose use is the same around the clock.
  package var verdictsByHour: [MigrationVerdict]?
  package var notes: [String]

  package var outcomesByHour: [MigrationVerdict.Outcome]? { verdictsByHour?.map(\.outcome) }

  package init(_ subject: PredictionSubject, notes: [String]) {
    self.subject = subject
    self.notes = notes
    var search = AdviceSearch(subject.setting, subject.guests, ensemble: PredictionEnsemble(), verdict: subject.verdict)
    let release = MigrationPreset.named(subject.presetName)?.kubeVirt ?? .newest
    search.knowsDisruption = release >= KubeVirtVersion(1, 5)
    advice = search.advice()
    verdictsByHour = subject.question.profile.hasHours ? subject.verdictsByHour() : nil
  }
}

/// One line of a table: what was varied and to what, and what comes of it.
package struct PredictionRow: Sendable {
  package var varied: [(key: String, value: String)]
  package var subject: PredictionSubject

  package init(varied: [(key: String, value: String)], subject: PredictionSubject) {
    self.varied = varied
    self.subject = subject
  }
}

/// Equal machines that leave one node, so many at a time.
package struct PredictionWave: Sendable {
  package var parallel: Int
  package var count: Int
  /// By run.
  package var outcomes: [WaveOutcome]

  package init(_ subject: PredictionSubject, count: Int, parallel: Int, runs: Int) {
    self.parallel = parallel
    self.count = count
    let drawn = subject.guests.drawn.isEmpty ? [subject.guests.typical] : subject.guests.drawn
    let step = max(1, drawn.count / max(1, runs))
    let setting = subject.setting
    let streams = setting.configuration.streamBytesPerSecond(channels: setting.channels)
    outcomes = stride(from: 0, to: drawn.count, by: step).map { run in
      let members = [MigrationCase](repeating: setting.migration(of: drawn[run]), count: count)
      return predictWave(
        members, parallel: parallel, sharing: setting.payloadBytesPerSecond, streamBytesPerSecond: streams)
    }
  }

  /// All get across in no run, and in most nothing ends one of them, so that there is no time to tell.
  package var neverEnds: Bool {
    allAcrossShare == 0 && 2 * outcomes.count(where: \.neverEnds) > outcomes.count
  }

  /// Median and 90 % range over the runs in which all get across, over all where there is none such.
  package func spread(_ value: (WaveOutcome) -> Double) -> (median: Double, range: ClosedRange<Double>) {
    let good = outcomes.filter { Self.isAllAcross($0) }
    let ended = neverEnds ? outcomes : outcomes.filter { !$0.neverEnds }
    let sorted = (good.isEmpty ? ended : good).map(value).sorted()
    func quantile(_ share: Double) -> Double { PredictionEnsemble.quantile(share, ofSorted: sorted) }
    return (quantile(0.5), quantile(0.05)...quantile(0.95))
  }

  /// Share of runs in which no machine is cancelled.
  package var allAcrossShare: Double {
    Double(outcomes.count { Self.isAllAcross($0) }) / Double(max(1, outcomes.count))
  }

  private static func isAllAcross(_ outcome: WaveOutcome) -> Bool {
    outcome.predictions.allSatisfy { $0.status != .cancelled }
  }

  /// Machines that end on the target, mean over the runs.
  package var completed: Double {
    outcomes.reduce(0) { $0 + Double($1.predictions.count { $0.status != .cancelled }) }
      / Double(max(1, outcomes.count))
  }
}
