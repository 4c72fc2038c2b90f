import LiveMigration
import Testing

@testable import SimulationEngine

/// Machines guessed from their type, as `predict` takes them.
@Suite struct GuestQuestionTests {
  private static let mebibyte = 0x1p20

  private static func question(_ name: String) throws -> GuestQuestion {
    let profile = WorkloadCatalog.all[try #require(WorkloadCatalog.index(of: name))]
    return GuestQuestion(
      profile: profile, vCPUs: profile.referenceVCPUs, memoryBytes: Int64(profile.referenceMemoryGiB * 0x1p30))
  }

  /// Used MiB, first dirty rate, then at 112, 1,100 and 2,600 MiB/s the seconds, or the pause where it stalls.
  static let implied: [(name: String, usedMiB: Double, slope: Double, seconds: [Double], stalls: [Double])] = [
    ("general-purpose", 9011, 63, [86, 8, 4], []),
    ("database", 27853, 287, [27, 11], [9.8]),
    ("realtime-analytics", 26214, 559, [26, 11], [10.2]),
    ("ai-ml", 49152, 1658, [23], [53.4, 2.7]),
    ("data-streaming", 29491, 207, [29, 12], [5.3]),
    ("batch", 22938, 422, [25, 10], [31.8]),
    ("hpc", 49152, 2468, [39], [120.5, 9.6]),
    ("edge-iot", 1843, 10, [17, 2, 1], []),
    ("media-processing", 7373, 900, [9, 3], [9.1]),
    ("dev-test-building", 3686, 332, [4, 2], [10.2]),
    ("dev-test-idle", 3686, 3, [33, 3, 1], []),
  ]

  /// Against an independent closed loop over the same typical figures; totals are whole seconds there.
  @Test(arguments: implied.indices)
  func `typical machines of each type take the times that their figures imply`(index: Int) throws {
    let row = Self.implied[index]
    let guest = try Self.question(row.name).ensemble(count: 0).typical
    #expect(abs(guest.usedBytes / Self.mebibyte / row.usedMiB - 1) < 0.01)
    #expect(abs(guest.firstDirtyBytesPerSecond / Self.mebibyte - row.slope) < 0.01 * row.slope + 1)
    for (position, rate) in [112.0, 1100, 2600].enumerated() {
      var setting = MigrationSetting(
        memoryBytes: guest.usedBytes, lineBytesPerSecond: 0, configuration: MigrationConfiguration())
      setting.configuration.disableTLS = true
      setting.lineBytesPerSecond = rate * Self.mebibyte / MigrationModel.payloadShare(mtuBytes: 1500)
      let result = predict(setting.migration(of: guest))
      let stalled = guest.stalledRoundSeconds(bytesPerSecond: rate * Self.mebibyte)
      if position < row.stalls.count {
        #expect(MigrationVerdict.Outcome(result) == .cancelled, "\(rate)")
        #expect(abs((stalled ?? 0) / row.stalls[position] - 1) < 0.03, "\(rate): \(stalled ?? 0)")
      } else {
        let expected = row.seconds[position - row.stalls.count]
        #expect(MigrationVerdict.Outcome(result) == .converges, "\(rate)")
        #expect(abs(result.totalSeconds - expected) <= max(0.2 * expected, 0.6), "\(rate): \(result.totalSeconds)")
      }
    }
  }

  @Test func `half of the draws lie below typical, a twentieth below low and a twentieth above high`() throws {
    let question = try Self.question("database")
    let draws = question.ensemble(count: 400).drawn
    func shares(_ spread: Spread, _ value: (MigratingGuest) -> Double) -> [Double] {
      [spread.low, spread.typical, spread.high].map { mark in
        Double(draws.count { value($0) < mark * 0.9999 }) / Double(draws.count)
      }
    }
    let tau = shares(question.profile.hotSetTimeConstantSeconds) { guest in
      guest.dirty[0].setBytes / guest.dirty[0].writesBytesPerSecond
    }
    let cold = shares(question.profile.coldDirtyMiBPerSecond) { $0.dirty[1].writesBytesPerSecond / Self.mebibyte }
    for found in [tau, cold] {
      // Low and high are not in the same proportion to typical, so only their ratio is that of p95 to p5.
      #expect(abs(found[1] - 0.5) < 0.01 && found[0] < 0.2 && found[2] > 0.8)
    }
    let ratios = draws.map { $0.dirty[1].writesBytesPerSecond }.sorted()
    #expect(abs(ratios[380] / ratios[20] / 17.5 - 1) < 0.06)
  }

  @Test func `fewer draws are the first of more, and any number of them is spread evenly`() throws {
    let question = try Self.question("database")
    #expect(question.ensemble(count: 20).drawn == Array(question.ensemble(count: 200).drawn.prefix(20)))
    let sequence = SpreadSequence(key: 42)
    for count in [16, 64, 128] {
      let points = (0..<count).map(sequence.point)
      for dimension in 0..<SpreadSequence.dimensions {
        let cells = Set(points.map { Int($0[dimension] * Double(count)) })
        #expect(cells.count == count, "\(dimension)")
      }
    }
    // Two dimensions together: as many of 256 points in each of 16 squares.
    let points = (0..<256).map(sequence.point)
    for (a, b) in [(0, 1), (1, 2), (5, 7), (6, 7), (3, 4)] {
      let counts = (0..<16).map { square in
        points.count { Int($0[a] * 4) == square / 4 && Int($0[b] * 4) == square % 4 }
      }
      #expect(counts.allSatisfy { abs($0 - 16) <= 8 }, "\(a) \(b): \(counts)")
    }
  }

  @Test func `draws are the same for equal questions and keep what is stated`() throws {
    var question = try Self.question("database")
    #expect(question.ensemble(count: 10) == question.ensemble(count: 10))
    question.usedBytes = 0x1p34
    question.hotSetBytes = 0x1p30
    question.tauSeconds = 4
    question.coldBytesPerSecond = 8 * Self.mebibyte
    for guest in question.ensemble(count: 20).drawn {
      #expect(guest.usedBytes == 0x1p34 && guest.dirty[0].setBytes == 0x1p30)
      #expect(abs(guest.dirty[0].writesBytesPerSecond - 0x1p28) < 1)
      #expect(guest.dirty[1].writesBytesPerSecond == 8 * Self.mebibyte)
      #expect(guest.dirty.workingSetBytes <= 0x1p34)
    }
  }

  @Test func `a measured rate is doubled, with a range of one to three times`() throws {
    var question = try Self.question("database")
    question.dirtyBytesPerSecond = 100 * Self.mebibyte
    let guests = question.ensemble(count: 200)
    func first(_ guest: MigratingGuest) -> Double { guest.dirty.uniqueDirtyBytes(activitySeconds: 1) / Self.mebibyte }
    #expect(abs(first(guests.typical) - 200) < 2)
    let sorted = guests.drawn.map(first).sorted()
    #expect(sorted[100] > 190 && sorted[100] < 210 && sorted[190] / sorted[10] > 2.5 && sorted[190] / sorted[10] < 3.5)
  }

  @Test func `the day follows the type's pattern around its mean`() throws {
    let database = try Self.question("database").profile
    let day = (0..<240).map { database.useRatio(hourOfDay: Double($0) / 10) }
    #expect(abs(day.reduce(0, +) / 240 - 1) < 0.01)
    #expect(day.max() == database.useRatio(hourOfDay: 14) && day.min() == database.useRatio(hourOfDay: 2))
    #expect(abs(database.useRatio(hourOfDay: 14) / database.useRatio(hourOfDay: 2) - 3) < 1e-9)
    let batch = try Self.question("batch").profile
    #expect(batch.useRatio(hourOfDay: 23) == 1 && abs(batch.useRatio(hourOfDay: 12) - 0.25) < 1e-9)
    #expect(try Self.question("hpc").profile.useRatio(hourOfDay: 3) == 1)
    #expect(WorkloadProfile.activity(useRatio: 1) == 1 && WorkloadProfile.activity(useRatio: 9) == 2.5)
  }

  @Test func `the same database converges at night and not at noon`() throws {
    var question = try Self.question("database")
    let setting = MigrationSetting(
      memoryBytes: Double(question.memoryBytes), lineBytesPerSecond: 2.4e9 / 8, configuration: MigrationConfiguration())
    let outcomes = [2.0, 14].map { hour in
      question.hourOfDay = hour
      return MigrationVerdict.Outcome(predict(setting.migration(of: question.ensemble(count: 0).typical)))
    }
    #expect(outcomes == [.converges, .cancelled])
  }
}
