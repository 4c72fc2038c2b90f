import Testing

@testable import LiveMigration

/// Machines that leave a node over one link, together or one after another.
@Suite struct WaveTests {
  /// 4 GiB, 300 MiB/s of distinct pages, on a line of 1,250 MiB/s, a quarter of which is 312.5.
  private var cases: [MigrationCase] {
    var configuration = MigrationConfiguration()
    configuration.completionTimeoutPerGiB = 0
    let memory = 4 * 0x1p30
    return (0..<4).map { _ in
      MigrationCase(
        memoryBytes: memory, usedBytes: memory,
        dirty: DirtyPageProfile([
          DirtyClass(setBytes: 0.9 * memory, writesBytesPerSecond: 300 * 0x1p20, access: .sequential)
        ]), linkBytesPerSecond: 1250 * 0x1p20, configuration: configuration)
    }
  }

  @Test func `one at a time starts each at the end of the one before`() {
    let alone = predict(cases[0])
    let wave = predictWave(cases, parallel: 1, sharing: cases[0].linkBytesPerSecond)
    #expect(abs(wave.makespanSeconds - 4 * alone.totalSeconds) < 1e-6)
    #expect(wave.predictions.allSatisfy { abs($0.totalSeconds - alone.totalSeconds) < 1e-6 })
  }

  @Test func `sharing the line makes busy guests send far more`() {
    let one = predictWave(cases, parallel: 1, sharing: cases[0].linkBytesPerSecond)
    let all = predictWave(cases, parallel: 4, sharing: cases[0].linkBytesPerSecond)
    // SimGrid has 307 s and 375 GiB for the same four together.
    #expect((300...325).contains(all.makespanSeconds))
    #expect((365...395).contains(all.transferredBytes / 0x1p30))
    #expect((16...18).contains(one.makespanSeconds))
  }

  /// A busy guest over one stream of a line that carries far more, and over eight of one that carries less.
  private static func settings() -> [MigrationSetting] {
    var settings: [MigrationSetting] = []
    for (gigabits, channels, cap) in [(100.0, 1, 0.0), (100, 1, 0.2e9), (100, 2, 2e9), (10, 8, 0), (10, 8, 0.1e9)] {
      var configuration = MigrationConfiguration()
      configuration.multifdChannels = channels
      configuration.bandwidthPerMigration = cap
      configuration.downtimeLimitMs = 10
      settings.append(
        MigrationSetting(
          memoryBytes: 32 * 0x1p30, lineBytesPerSecond: gigabits * 1e9 / 8, configuration: configuration))
    }
    return settings
  }

  @Test(arguments: [(120.0, 0.05), (1024, 1), (1024, 8), (8192, 2)], [false, true])
  func `one at a time is the prediction alone, whatever limits it`(
    guest: (setMiB: Double, tau: Double), isPostCopy: Bool
  ) {
    let dirty = DirtyPageProfile([
      DirtyClass(
        setBytes: guest.setMiB * 0x1p20, writesBytesPerSecond: guest.setMiB * 0x1p20 / guest.tau, access: .random)
    ])
    for var setting in Self.settings() {
      setting.configuration.allowPostCopy = isPostCopy
      setting.configuration.multifdWithPostCopy = true
      let migration = setting.migration(of: MigratingGuest(usedBytes: 32 * 0x1p30, dirty: dirty))
      let alone = predict(migration)
      let streams = setting.configuration.streamBytesPerSecond(channels: setting.channels)
      let wave = predictWave(
        [migration, migration, migration], parallel: 1, sharing: setting.payloadBytesPerSecond,
        streamBytesPerSecond: streams)
      #expect(wave.predictions == [alone, alone, alone])
      let pair = predictWave(
        [migration, migration], parallel: 2, sharing: 2 * setting.linkBytesPerSecond, streamBytesPerSecond: streams)
      if streams < setting.payloadBytesPerSecond { #expect(pair.predictions == [alone, alone]) }
    }
  }

  @Test func `what nothing ends is told, and holds its slot for ever`() {
    var stuck = cases[0]
    stuck.dirty = DirtyPageProfile([
      DirtyClass(setBytes: 0x1p30, writesBytesPerSecond: 9e9, access: .sequential)
    ])
    stuck.progressTimeoutSeconds = 0
    let alone = predict(stuck)
    #expect(alone.neverEnds && alone.reason == .doesNotConverge)
    let one = predictWave([stuck, cases[0]], parallel: 1, sharing: stuck.linkBytesPerSecond)
    #expect(one.neverEnds && one.predictions.allSatisfy(\.neverEnds))
    let both = predictWave([stuck, cases[1]], parallel: 2, sharing: 2 * stuck.linkBytesPerSecond)
    #expect(both.predictions.map(\.neverEnds) == [true, false])
    stuck.completionTimeoutSeconds = 60
    #expect(!predict(stuck).neverEnds)
  }
}
