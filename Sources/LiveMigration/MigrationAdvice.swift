import EventKernel

/// One change that makes a migration converge, or how far one could go before it no longer does; each by itself.
package struct MigrationAdvice: Sendable, Equatable {
  package enum Change: String, Sendable, CaseIterable {
    /// Line of the migration network, wire bytes per second.
    case bandwidth
    /// `bandwidthPerMigration`, bytes per second; 0 is none.
    case cap
    /// Seconds.
    case downtimeLimit
    /// Seconds per GB.
    case completionTimeout
    case autoConverge, postCopy
    /// `allowWorkloadDisruption` without post-copy: the guest is paused at the time-out.
    case disruption
    /// How many times as busily the guest may write.
    case writes
  }

  package var change: Change
  /// The least value, of `writes` the greatest; nil for switches, and where nothing in reach is enough.
  package var value: Double?
  /// The least value with which 95 % of the draws converge.
  package var valueForMost: Double?
  /// The typical guest under the change; nil where no value is enough.
  package var typical: MigrationPrediction?
  /// Share of draws that end like `typical` under the change.
  package var share: Double?

  package init(_ change: Change) { self.change = change }
}

/// Searches for what makes a migration converge by itself, one change at a time, by predicting with it.
///
/// Thresholds go by the typical guest without noise and come from bisection to 0.3 %, rounded up to three digits; every
/// threshold was predicted with, and so was 0.3 % less. More of a thing may in rare cases do harm, since rounds and
/// polls are discrete; then the threshold is one of several.
/// - Complexity: about 15 predictions a threshold, and as many times the draws for 95 %.
package struct AdviceSearch: Sendable {
  private let setting: MigrationSetting
  private let guests: GuestEnsemble
  private let ensemble: PredictionEnsemble
  /// Fewer than the verdict's draws are enough for 95 %.
  package var searchDraws = 32
  package static let mostDraws = 0.95

  package init(_ setting: MigrationSetting, _ guests: GuestEnsemble, ensemble: PredictionEnsemble) {
    self.setting = setting
    self.guests = guests
    self.ensemble = ensemble
  }

  /// Whether the typical guest gets across by itself.
  package func converges(_ setting: MigrationSetting) -> Bool {
    MigrationVerdict.Outcome(predict(setting.migration(of: guests.typical))) == .converges
  }

  private func convergesInMost(_ setting: MigrationSetting) -> Bool {
    let step = max(1, guests.drawn.count / max(1, searchDraws))
    let drawn = stride(from: 0, to: guests.drawn.count, by: step).map { guests.drawn[$0] }
    return ensemble.convergingShare(setting, GuestEnsemble(typical: guests.typical, drawn: drawn)) >= Self.mostDraws
  }

  /// What would make it converge, when it does not; how much there is to spare, when it does.
  package func advice() -> [MigrationAdvice] {
    let isFine = converges(setting)
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
    let present = Double(setting.configuration.downtimeLimitMs) / 1000
    let range = isFine ? min(0.001, present)...present : present...max(present, 60)
    return threshold(.downtimeLimit, range, most: max(present, 60), unit: 0.001) {
      $0.configuration.downtimeLimitMs = Int(($1 * 1000).rounded())
    }
  }

  /// Up to a hundred times; beyond that the question is another one.
  package func writes() -> MigrationAdvice? {
    var advice = MigrationAdvice(.writes)
    func busier(_ factor: Double) -> MigratingGuest {
      var guest = guests.typical
      guest.activity *= factor
      return guest
    }
    func holds(_ factor: Double) -> Bool {
      MigrationVerdict.Outcome(predict(setting.migration(of: busier(factor)))) == .converges
    }
    guard !holds(100) else { return nil }
    let over = Self.least(in: 0.01...1) { holds(1 / $0) } ?? 1
    let factor = max(1, (1 / over * 100).rounded(.down) / 100)
    advice.value = factor
    advice.typical = predict(setting.migration(of: busier(factor)))
    return advice
  }

  /// Only where the time-out is what ends it, and not that it would never converge.
  package func completionTimeout() -> MigrationAdvice? {
    var changed = setting
    changed.configuration.completionTimeoutPerGiB = 0
    guard setting.completionTimeoutSeconds > 0, converges(changed) else { return nil }
    let seconds = predict(changed.migration(of: guests.typical)).totalSeconds
    let gigabytes = max(1, (setting.memoryBytes / 1e9).rounded(.up))
    let least = Int((seconds / gigabytes).rounded(.up))
    var advice = MigrationAdvice(.completionTimeout)
    for perGigabyte in least...(least + 2) where advice.value == nil {
      changed.configuration.completionTimeoutPerGiB = perGigabyte
      if converges(changed) {
        advice.value = Double(perGigabyte)
        advice.typical = predict(changed.migration(of: guests.typical))
      }
    }
    return advice.value == nil ? nil : advice
  }

  private func threshold(
    _ change: MigrationAdvice.Change, _ range: ClosedRange<Double>, most: Double, unit: Double,
    set: (inout MigrationSetting, Double) -> Void
  ) -> MigrationAdvice? {
    func changed(_ value: Double) -> MigrationSetting {
      var changed = setting
      set(&changed, value)
      return changed
    }
    func rounded(_ value: Double, upTo limit: Double, _ holds: (MigrationSetting) -> Bool) -> Double {
      let up = Self.roundedUp(value / unit) * unit
      return up <= limit && holds(changed(up)) ? up : value
    }
    var advice = MigrationAdvice(change)
    guard let least = Self.least(in: range, where: { converges(changed($0)) }) else { return advice }
    let value = rounded(least, upTo: range.upperBound, converges)
    advice.value = value
    advice.typical = predict(changed(value).migration(of: guests.typical))
    if let inMost = Self.least(in: value...max(value, most), where: { convergesInMost(changed($0)) }) {
      advice.valueForMost = rounded(inMost, upTo: most, convergesInMost)
    }
    return advice
  }

  // MARK: Switches

  package func switched(_ change: MigrationAdvice.Change) -> MigrationAdvice? {
    var changed = setting
    switch change {
    case .autoConverge:
      guard !setting.configuration.allowAutoConverge else { return nil }
      changed.configuration.allowAutoConverge = true
    case .postCopy:
      guard !setting.configuration.allowPostCopy else { return nil }
      changed.configuration.allowPostCopy = true
      changed.configuration.allowWorkloadDisruption = true
    default:
      guard !setting.configuration.allowsWorkloadDisruption else { return nil }
      changed.configuration.allowWorkloadDisruption = true
    }
    var advice = MigrationAdvice(change)
    let verdict = ensemble.verdict(changed, guests)
    advice.typical = verdict.typical
    let outcome = MigrationVerdict.Outcome(verdict.typical)
    advice.share = verdict.share(outcome)
    let present = MigrationVerdict.Outcome(predict(setting.migration(of: guests.typical)))
    return outcome == present && outcome != .cancelled ? nil : advice
  }

  // MARK: Numbers

  /// The least value that holds, found from above by halving in logarithms to 0.3 %; nil where the greatest fails.
  static func least(in range: ClosedRange<Double>, where holds: (Double) -> Bool) -> Double? {
    guard holds(range.upperBound) else { return nil }
    guard range.lowerBound < range.upperBound, !holds(range.lowerBound) else { return range.lowerBound }
    var (low, high) = (range.lowerBound, range.upperBound)
    while high > low * 1.003 {
      let middle = (low * high).squareRoot()
      if holds(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// Up to three digits: 1,234.5 becomes 1,240.
  static func roundedUp(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value }
    var scale = 1.0
    while value / scale >= 1000 { scale *= 10 }
    while value / scale < 100 { scale /= 10 }
    return (value / scale - 1e-9).rounded(.up) * scale
  }
}
