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
}
