import Testing

@testable import LiveMigration

/// Guests like those of the types, on a platform that can be changed.
enum Migrating {
  /// Hot set in MiB, time constant, cold rate in MiB/s, working set as a share, used GiB of 32.
  static let guests: [MigratingGuest] = [
    guest(180, 3, 3, 0.15, 9), guest(1114, 4, 8, 0.3, 27), guest(786, 1.5, 35, 0.4, 25), guest(2294, 6, 40, 0.5, 22),
    guest(6144, 5, 10, 0.7, 24), guest(885, 1, 15, 0.2, 8), guest(295, 2, 60, 0.6, 29), guest(7, 3, 0.2, 0.05, 4),
  ]

  static func guest(_ hot: Double, _ tau: Double, _ cold: Double, _ share: Double, _ used: Double) -> MigratingGuest {
    MigratingGuest(
      usedBytes: used * gibibyte,
      dirty: DirtyPageProfile(
        hotSetBytes: hot * mebibyte, tauSeconds: tau, coldBytesPerSecond: cold * mebibyte,
        capBytes: share * used * gibibyte))
  }

  static func setting(_ lineBits: Double) -> MigrationSetting {
    MigrationSetting(
      memoryBytes: 32 * gibibyte, lineBytesPerSecond: lineBits / 8, configuration: MigrationConfiguration())
  }

  /// A guest and ways in which it may turn out, its writes 0.4 to 2.5 times as busy.
  static func ensemble(_ guest: MigratingGuest, count: Int = 24) -> GuestEnsemble {
    let drawn = (0..<count).map { index in
      var drawn = guest
      drawn.activity = 0.4 + 2.1 * Double(index) / Double(max(1, count - 1))
      return drawn
    }
    return GuestEnsemble(typical: guest, drawn: drawn)
  }

  static func outcome(_ setting: MigrationSetting, _ guest: MigratingGuest) -> MigrationVerdict.Outcome {
    MigrationVerdict.Outcome(predict(setting.migration(of: guest)))
  }
}

@Suite struct MigrationVerdictTests {
  @Test(arguments: Migrating.guests)
  func `more bandwidth never turns a migration that converges into one that is cancelled`(guest: MigratingGuest) {
    var hasConverged = false
    for step in 0..<60 {
      let converges = Migrating.outcome(Migrating.setting(1e8 * (1 + Double(step)) * 8), guest) == .converges
      #expect(converges || !hasConverged, "\(step)")
      hasConverged = hasConverged || converges
    }
    #expect(hasConverged)
  }

  @Test(arguments: Migrating.guests)
  func `shares add up, and ranges hold their medians`(guest: MigratingGuest) {
    for line in [1e9, 3e9, 10e9] {
      let verdict = PredictionEnsemble().verdict(Migrating.setting(line), Migrating.ensemble(guest))
      #expect(abs(verdict.shares.reduce(0, +) - 1) < 1e-9)
      #expect((verdict.outcome == .cancelled) == (verdict.acrossShare <= 0.5))
      #expect(verdict.share(verdict.outcome) == verdict.median.agreement)
      let median = verdict.median.median
      #expect(MigrationVerdict.Outcome.allCases.contains(verdict.outcome))
      #expect(verdict.median.totalSecondsRange.contains(median.totalSeconds))
      #expect(verdict.median.downtimeSecondsRange.contains(median.downtimeSeconds))
      #expect(verdict.transferredBytesRange.contains(median.transferredBytes))
      #expect(verdict.brownOutSecondsRange.contains(median.brownOutSeconds))
    }
  }

  @Test func `equal questions have equal verdicts, and without draws the typical guest stands for all`() {
    let guests = Migrating.ensemble(Migrating.guests[1])
    let setting = Migrating.setting(10e9)
    let ensemble = PredictionEnsemble()
    #expect(ensemble.verdict(setting, guests) == ensemble.verdict(setting, guests))
    let alone = ensemble.verdict(setting, GuestEnsemble(typical: guests.typical, drawn: []))
    #expect(alone.outcome == .converges && alone.median.agreement == 1)
  }

  @Test func `each way of ending has its class`() {
    var setting = Migrating.setting(1e9)
    let guest = Migrating.guests[1]
    #expect(Migrating.outcome(setting, guest) == .cancelled)
    #expect(Migrating.outcome(Migrating.setting(10e9), guest) == .converges)
    setting.configuration.allowWorkloadDisruption = true
    #expect(Migrating.outcome(setting, guest) == .paused)
    setting.configuration.allowPostCopy = true
    #expect(Migrating.outcome(setting, guest) == .postCopy)
    setting.configuration.allowAutoConverge = true
    #expect(Migrating.outcome(setting, guest) == .throttled)
  }

  @Test(arguments: Migrating.guests)
  func `a stalled round dirties what it sends`(guest: MigratingGuest) {
    let first = guest.firstDirtyBytesPerSecond
    #expect(guest.stalledRoundSeconds(bytesPerSecond: first * 1.01) == nil)
    #expect(guest.stalledRoundSeconds(bytesPerSecond: 0) == nil)
    for share in [0.2, 0.5, 0.9] {
      guard let seconds = guest.stalledRoundSeconds(bytesPerSecond: first * share) else {
        Issue.record("no round at \(share)")
        continue
      }
      let dirtied = guest.dirty.uniqueDirtyBytes(activitySeconds: seconds)
      #expect(abs(dirtied / (first * share * seconds) - 1) < 1e-6)
    }
  }

  @Test func `near the rate of the line only the class can be told`() {
    let guest = Migrating.guests[1]
    func isNear(_ share: Double) -> Bool {
      var setting = Migrating.setting(10e9)
      setting.lineBytesPerSecond *= guest.firstDirtyBytesPerSecond / share / setting.roundBytesPerSecond
      return PredictionEnsemble().verdict(setting, GuestEnsemble(typical: guest, drawn: [])).isNearEdge
    }
    #expect(!isNear(0.6) && isNear(0.75) && isNear(1.2) && !isNear(2.5))
  }

  @Test func `the rate is the least of line, streams and cap`() {
    var setting = Migrating.setting(100e9)
    #expect(setting.linkBytesPerSecond == setting.configuration.streamBytesPerSecond(channels: 8))
    setting.hasCPULimit = true
    #expect(setting.channels == 1 && setting.linkBytesPerSecond == 1.44e9)
    setting.lineBytesPerSecond = 1.25e8
    #expect(setting.linkBytesPerSecond == setting.payloadBytesPerSecond)
    #expect(setting.payloadBytesPerSecond < 1.25e8 * 0.95)
    let narrow = setting.payloadBytesPerSecond
    setting.mtuBytes = 9000
    #expect(abs(setting.payloadBytesPerSecond / narrow - 1.0516) < 0.001)
    setting.configuration.bandwidthPerMigration = 1e7
    #expect(setting.roundBytesPerSecond == 1e7)
  }
}
