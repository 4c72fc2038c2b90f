/// Searches for what makes a migration converge by itself, one change at a time, by predicting with it.
///
/// Thresholds go by the draws of the verdict, each with the noise of its number: what follows advice has the odds that
/// advice names. They come from bisection to 0.3 %, rounded up to three digits, and were predicted with. More of a thing
/// may in rare cases do harm, since rounds and polls are discrete; then the threshold is one of several.
/// - Complexity: about four predictions a draw and threshold; see `DrawThreshold`.
package struct AdviceSearch: Sendable {
  private let setting: MigrationSetting
  private let guests: GuestEnsemble
  private let ensemble: PredictionEnsemble
  /// The verdict on the setting as it is.
  private let present: MigrationVerdict
  /// Whether the release has `allowWorkloadDisruption`: KubeVirt 1.5.
  package var knowsDisruption = true
  package static let mostDraws = 0.95

  /// - Parameter verdict: that on `setting`, where it is known already.
  package init(
    _ setting: MigrationSetting, _ guests: GuestEnsemble, ensemble: PredictionEnsemble, verdict: MigrationVerdict? = nil
  ) {
    present = verdict ?? ensemble.verdict(setting, guests)
    self.setting = setting
    self.guests = guests
    self.ensemble = ensemble
  }

  /// Whether more than half of the draws get across by themselves.
  package func converges(_ setting: MigrationSetting) -> Bool {
    convergingShare(setting) > 0.5
  }

  package func convergingShare(_ setting: MigrationSetting) -> Double {
    let draws = guests.members.indices
    let count = draws.count {
      MigrationVerdict.Outcome(ensemble.outcome(setting, guests.members, draw: $0)) == .converges
    }
    return Double(count) / Double(draws.count)
  }

  /// What would make it converge, when it does not; how much there is to spare, when it does.
  package func advice() -> [MigrationAdvice] {
    let isFine = present.share(.converges) > 0.5
    var result = [bandwidth(isFine), cap(isFine), downtimeLimit(isFine)]
    if isFine {
      result.append(writes())
    } else {
      result += [completionTimeout(), switched(.autoConverge), switched(.postCopy), switched(.disruption)]
    }
    return result.compactMap { $0 }
  }

  // MARK: Thresholds

  /// Lines from 10 Mbit/s to 100 Gbit/s, in round figures of bits.
  package func bandwidth(_ isFine: Bool) -> MigrationAdvice? {
    let line = setting.lineBytesPerSecond
    let most = max(line, 12.5e9)
    return threshold(.bandwidth, isFine ? min(1.25e6, line)...line : line...most, most: most, unit: 0.125) {
      $0.lineBytesPerSecond = $1
    }
  }

  /// Caps up to what the line takes; nothing to tell where no cap binds a migration that does not converge.
  package func cap(_ isFine: Bool) -> MigrationAdvice? {
    let present = setting.configuration.bandwidthPerMigration
    let link = setting.linkBytesPerSecond
    guard isFine || (present > 0 && present < link) else { return nil }
    let range = isFine ? 0x1p17...max(0x1p18, setting.roundBytesPerSecond) : present...link
    return threshold(.cap, range, most: max(range.upperBound, link), unit: 0x1p20) {
      $0.configuration.bandwidthPerMigration = $1
    }
  }

  /// Up to a minute: beyond that nobody would call it live.
  package func downtimeLimit(_ isFine: Bool) -> MigrationAdvice? {
    let present = setting.pauseLimitSeconds
    let range = isFine ? min(0.001, present)...present : present...max(present, 60)
    return threshold(.downtimeLimit, range, most: max(present, 60), unit: 0.001) { $0.pauseLimitSeconds = $1 }
  }

  /// Between a hundredth and a hundred times; beyond that the question is another one.
  package func writes() -> MigrationAdvice? {
    var advice = MigrationAdvice(.writes)
    func busier(_ guest: MigratingGuest, _ factor: Double) -> MigratingGuest {
      var busier = guest
      busier.activity *= factor
      return busier
    }
    func predictions(_ factor: Double) -> [MigrationPrediction] {
      guests.members.indices.map { ensemble.outcome(setting, busier(guests.members[$0], factor), number: $0) }
    }
    let search = DrawThreshold(count: guests.members.count) { over, draw in
      let guest = busier(guests.members[draw], 1 / over)
      return MigrationVerdict.Outcome(ensemble.outcome(setting, guest, number: draw)) == .converges
    }
    func greatest(_ range: ClosedRange<Double>, above target: Double) -> Double? {
      search.least(in: range, above: target).map { (1 / $0 * 100).rounded(.down) / 100 }
    }
    guard !search.holds(0.01, above: 0.5) else { return nil }
    let value = max(1, greatest(0.01...1, above: 0.5) ?? 1)
    advice.value = value
    let answers = predictions(value)
    advice.shareAtValue = share(answers)
    advice.median = median(answers)
    advice.typical = predict(setting.migration(of: busier(guests.typical, value)))
    advice.greatestForMost = greatest(1 / value...100, above: Self.mostDraws)
    advice.shareForMost = advice.greatestForMost.map { share(predictions($0)) }
    return advice
  }

  /// Only where the time-out is what ends it, and not that it would never converge.
  package func completionTimeout() -> MigrationAdvice? {
    guard setting.completionTimeoutSeconds > 0 else { return nil }
    var changed = setting
    // A time-out beyond all that matters: rounds that repeat are skipped until it comes, as they are not without one.
    changed.configuration.completionTimeoutPerGiB = 100_000
    let gigabytes = max(1, (setting.memoryBytes / 1e9).rounded(.up))
    let needed = predictions(changed).filter { MigrationVerdict.Outcome($0) == .converges }
      .map { Int(($0.totalSeconds / gigabytes).rounded(.up)) }.sorted()
    func least(above target: Double) -> Int? {
      let count = guests.members.count
      let place = target > 0.5 ? Int((Double(count) * target).rounded(.up)) - 1 : count / 2
      guard place < needed.count else { return nil }
      return (needed[place]...(needed[place] + 2)).first { perGigabyte in
        changed.configuration.completionTimeoutPerGiB = perGigabyte
        return Self.holds(convergingShare(changed), target)
      }
    }
    guard let value = least(above: 0.5) else { return nil }
    let most = least(above: Self.mostDraws)
    return filled(MigrationAdvice(.completionTimeout), value: Double(value), most: most.map(Double.init)) {
      $0.configuration.completionTimeoutPerGiB = Int($1)
    }
  }

  private func threshold(
    _ change: MigrationAdvice.Change, _ range: ClosedRange<Double>, most: Double, unit: Double,
    set: @escaping (inout MigrationSetting, Double) -> Void
  ) -> MigrationAdvice? {
    func changed(_ value: Double) -> MigrationSetting {
      var changed = setting
      set(&changed, value)
      return changed
    }
    let members = guests.members
    let search = DrawThreshold(count: members.count) { value, draw in
      MigrationVerdict.Outcome(ensemble.outcome(changed(value), members, draw: draw)) == .converges
    }
    /// Rounded up where that holds for all draws together; else a little more, since more of a thing may do harm.
    func confirmed(_ value: Double, upTo limit: Double, _ target: Double) -> Double? {
      for step in [1, 1.003, 1.01, 1.03] {
        let up = min(limit, Self.roundedUp(value * step / unit) * unit)
        if search.holds(up, above: target) { return up }
      }
      return search.holds(value, above: target) ? value : nil
    }
    func found(_ range: ClosedRange<Double>, upTo limit: Double, _ target: Double) -> Double? {
      search.least(in: range, above: target).flatMap { confirmed($0, upTo: limit, target) }
    }
    let advice = MigrationAdvice(change)
    guard let value = found(range, upTo: range.upperBound, 0.5) else { return advice }
    return filled(advice, value: value, most: found(value...max(value, most), upTo: most, Self.mostDraws), set: set)
  }

  /// Advice with what comes of both figures.
  private func filled(
    _ advice: MigrationAdvice, value: Double, most: Double?, set: (inout MigrationSetting, Double) -> Void
  ) -> MigrationAdvice {
    var advice = advice
    func changed(_ value: Double) -> MigrationSetting {
      var changed = setting
      set(&changed, value)
      return changed
    }
    let answers = predictions(changed(value))
    advice.value = value
    advice.shareAtValue = share(answers)
    advice.median = median(answers)
    advice.typical = predict(changed(value).migration(of: guests.typical))
    if let most {
      let answers = predictions(changed(most))
      advice.valueForMost = most
      advice.shareForMost = share(answers)
      advice.medianForMost = median(answers)
    }
    return advice
  }

  private func predictions(_ setting: MigrationSetting) -> [MigrationPrediction] {
    guests.members.indices.map { ensemble.outcome(setting, guests.members, draw: $0) }
  }

  private func share(_ answers: [MigrationPrediction]) -> Double {
    Double(answers.count { MigrationVerdict.Outcome($0) == .converges }) / Double(answers.count)
  }

  /// Medians of those that converge.
  private func median(_ answers: [MigrationPrediction]) -> MigrationPrediction? {
    let good = answers.filter { MigrationVerdict.Outcome($0) == .converges }
    return good.isEmpty ? nil : PredictionEnsemble.summary(good).median
  }

  // MARK: Switches

  package func switched(_ change: MigrationAdvice.Change) -> MigrationAdvice? {
    let configuration = setting.configuration
    var changed = setting
    switch change {
    case .autoConverge:
      guard !configuration.allowAutoConverge else { return nil }
      changed.configuration.allowAutoConverge = true
    case .postCopy:
      guard !configuration.allowPostCopy || !configuration.allowsWorkloadDisruption else { return nil }
      changed.configuration.allowPostCopy = true
      changed.configuration.allowWorkloadDisruption = true
    default:
      // With post-copy allowed, leave to disturb is leave for post-copy.
      guard knowsDisruption, !configuration.allowsWorkloadDisruption, !configuration.allowPostCopy else { return nil }
      changed.configuration.allowWorkloadDisruption = true
    }
    var advice = MigrationAdvice(change)
    let verdict = ensemble.verdict(changed, guests)
    guard verdict.outcome != present.outcome || verdict.outcome == .cancelled else { return nil }
    advice.typical = verdict.typical
    advice.median = verdict.median.median
    advice.share = verdict.share(verdict.outcome)
    advice.shares = verdict.shares
    if changed.channels < setting.channels { advice.streams = (changed.channels, setting.channels) }
    return advice
  }

  // MARK: Numbers

  /// Half has to be exceeded, more than that reached.
  static func holds(_ share: Double, _ target: Double) -> Bool { target > 0.5 ? share >= target : share > target }

  /// Up to three digits: 1,234.5 becomes 1,240.
  static func roundedUp(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value }
    var scale = 1.0
    while value / scale >= 1000 { scale *= 10 }
    while value / scale < 100 { scale /= 10 }
    return (value / scale - 1e-9).rounded(.up) * scale
  }
}
