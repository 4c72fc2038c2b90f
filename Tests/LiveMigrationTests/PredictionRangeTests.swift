import Testing

@testable import LiveMigration

struct PredictionRangeTests {
  static func example() -> MigrationCase {
    var configuration = MigrationConfiguration()
    configuration.model = .plainQEMU
    configuration.bandwidthPerMigration = 100 * mebibyte
    let dirty = DirtyPageProfile([
      DirtyClass(setBytes: 64 * mebibyte, writesBytesPerSecond: 30 * mebibyte, access: .random)
    ])
    var example = MigrationCase(
      memoryBytes: gibibyte, usedBytes: 256 * mebibyte, dirty: dirty, linkBytesPerSecond: 1e9,
      configuration: configuration)
    example.completionTimeoutSeconds = 60
    example.progressTimeoutSeconds = 20
    return example
  }

  @Test func `the range holds the median, and the same case has the same answer`() {
    let ensemble = PredictionEnsemble()
    let once = ensemble.predict([Self.example()], starts: [0], linkBytesPerSecond: 1e9)[0]
    #expect(once.totalSecondsRange.contains(once.median.totalSeconds))
    #expect(once.downtimeSecondsRange.contains(once.median.downtimeSeconds))
    #expect(once == ensemble.predict([Self.example()], starts: [0], linkBytesPerSecond: 1e9)[0])
  }

  @Test func `an unknown phase of bursts widens the range`() {
    var example = Self.example()
    example.configuration.downtimeLimitMs = 30
    var ensemble = PredictionEnsemble()
    ensemble.lateness = (median: 0, spread: 0)
    let steady = ensemble.predict([example], starts: [0], linkBytesPerSecond: 1e9)[0].totalSecondsRange
    example.burst = BurstPattern(onSeconds: 1, offSeconds: 3)
    let bursty = ensemble.predict([example], starts: [0], linkBytesPerSecond: 1e9)[0].totalSecondsRange
    #expect(bursty.upperBound - bursty.lowerBound > steady.upperBound - steady.lowerBound)
  }

  @Test func `a guest bound by its processor writes less in a migration, and nobody knows how much less`() {
    var example = Self.example()
    example.dirty = example.dirty.scaled(writes: 2)
    example.configuration.downtimeLimitMs = 300
    let ensemble = PredictionEnsemble()
    example.busyShare = 0
    let paced = ensemble.predict([example], starts: [0], linkBytesPerSecond: 1e9)[0]
    example.busyShare = 1
    let bound = ensemble.predict([example], starts: [0], linkBytesPerSecond: 1e9)[0]
    #expect(bound.median.transferredBytes < paced.median.transferredBytes)
    let width = { (range: ClosedRange<Double>) in range.upperBound - range.lowerBound }
    #expect(width(bound.totalSecondsRange) > width(paced.totalSecondsRange))
  }

  @Test func `what a link carries is known to half a percent`() {
    var example = Self.example()
    example.dirty = .idle
    example.configuration.bandwidthPerMigration = 0
    example.linkBytesPerSecond = 100 * mebibyte
    let exact = predict(example).totalSeconds
    let range = PredictionEnsemble().predict([example], starts: [0], linkBytesPerSecond: 100 * mebibyte)[0]
      .totalSecondsRange
    #expect(range.lowerBound > exact * 0.98 && range.lowerBound < exact * 0.997)
    #expect(range.upperBound < exact * 1.02 && range.upperBound > exact * 1.003)
  }

  @Test func `bursts write as much as their share of the time says`() {
    let burst = BurstPattern(onSeconds: 0.3, offSeconds: 0.7, phaseSeconds: 0.45)
    #expect(abs(burst.activeSeconds(from: 0, to: 10) - 3) < 1e-9)
    // From 0.45 s into a period the next burst begins after 0.55 s.
    #expect(burst.activeSeconds(from: 0, to: 0.5) == 0)
    #expect(abs(burst.activeSeconds(from: 0.5, to: 0.75) - 0.2) < 1e-9)
    #expect(BurstPattern(onSeconds: 0, offSeconds: 0).activeSeconds(from: 0, to: 1) == 0)
    #expect(BurstPattern(onSeconds: .nan, offSeconds: -1).activeSeconds(from: 0, to: 1) == 0)
  }

  @Test func `migrations on one link get what one alone leaves, and all of it afterwards`() {
    var example = Self.example()
    example.configuration.bandwidthPerMigration = 0
    example.dirty = .idle
    let link = 100 * mebibyte
    example.linkBytesPerSecond = link
    let alone = predict(example)
    #expect(predict([example], starts: [0], sharing: link)[0] == alone)
    let apart = predict([example, example], starts: [0, 60], sharing: link)
    #expect(apart[0] == alone)
    #expect(abs(apart[1].totalSeconds - alone.totalSeconds) < 1e-6)
    // Together each takes twice as long; the second of a pair half a length later gains where the first has ended.
    let together = predict([example, example], starts: [0, 0], sharing: link)
    #expect(abs(together[0].totalSeconds / alone.totalSeconds - 2) < 0.05)
    let late = predict([example, example], starts: [0, alone.totalSeconds / 2], sharing: link)
    #expect(abs(late[0].totalSeconds / alone.totalSeconds - 1.5) < 0.05)
    #expect(abs(late[1].totalSeconds / alone.totalSeconds - 1.5) < 0.05)
  }
}
