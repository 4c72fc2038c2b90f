import Testing

@testable import LiveMigration

/// Laws every transfer obeys, whatever its numbers.
struct PreCopyLawsTests {
  static func example(seed: UInt64) -> MigrationCase {
    var random = Seeded(seed)
    let memory = random.uniform(0.5, 64) * gibibyte
    let used = memory * random.uniform(0.1, 1)
    let dirty = DirtyPageProfile(
      hotSetBytes: used * random.uniform(0.001, 0.2), tauSeconds: random.uniform(0.3, 8),
      coldBytesPerSecond: random.uniform(0, 100) * mebibyte, capBytes: used * random.uniform(0.2, 0.9))
    var example = MigrationCase(
      memoryBytes: memory, usedBytes: used, dirty: dirty,
      linkBytesPerSecond: random.uniform(100, 3000) * mebibyte)
    example.configuration.downtimeLimitMs = random.integer(30, 1000)
    if random.chance(0.3) { example.configuration.bandwidthPerMigration = example.linkBytesPerSecond * 0.5 }
    example.configuration.completionTimeoutPerGiB = [20, 150, 800][random.integer(0, 2)]
    example.configuration.allowAutoConverge = random.chance(0.2)
    example.configuration.allowPostCopy = random.chance(0.2)
    example.configuration.allowWorkloadDisruption = random.chance(0.2) ? true : nil
    return example
  }

  @Test func `every migration ends, and its figures are sound`() {
    for seed in 0..<500 as Range<UInt64> {
      let example = Self.example(seed: seed)
      let result = predict(example)
      #expect(result.reason != .doesNotConverge, "seed \(seed)")
      #expect(result.totalSeconds > 0 && result.totalSeconds.isFinite, "seed \(seed)")
      #expect(result.downtimeSeconds >= 0 && result.downtimeSeconds <= result.totalSeconds, "seed \(seed)")
      #expect(result.brownOutSeconds >= 0 && result.brownOutSeconds <= result.totalSeconds, "seed \(seed)")
      #expect(result.throttlePercentMax <= 99, "seed \(seed)")
      if result.status != .cancelled {
        #expect(result.iterations >= 3 || result.status == .postCopy, "seed \(seed)")
        #expect(result.transferredBytes >= example.usedBytes * 0.99, "seed \(seed)")
      }
    }
  }

  @Test func `a guest that writes nothing sends its memory once`() {
    for seed in 0..<100 as Range<UInt64> {
      var example = Self.example(seed: seed)
      example.dirty = .idle
      let result = predict(example)
      let zeroes = example.memoryBytes - example.usedBytes
      let wire = example.usedBytes * 4104 / 4096 + zeroes * 9 / 4096
      #expect(result.status == .completed, "seed \(seed)")
      #expect(result.iterations == 3, "seed \(seed)")
      #expect(abs(result.transferredBytes - wire) < 1e-6 * wire, "seed \(seed)")
    }
  }

  /// Lengths vary with the grid of checks: one check interval, or one copy of the threshold, is the resolution.
  @Test func `twice the bandwidth is never slower`() {
    for seed in 0..<300 as Range<UInt64> {
      var example = Self.example(seed: seed)
      example.configuration.allowAutoConverge = false
      let slow = predict(example)
      example.linkBytesPerSecond *= 2
      example.configuration.bandwidthPerMigration *= 2
      let fast = predict(example)
      #expect(fast.totalSeconds <= slow.totalSeconds + 0.1, "seed \(seed)")
      if slow.status == .completed, !slow.isSuspended { #expect(fast.status == .completed, "seed \(seed)") }
    }
  }

  @Test func `a higher downtime limit never takes longer`() {
    for seed in 0..<300 as Range<UInt64> {
      var example = Self.example(seed: seed)
      example.configuration.allowAutoConverge = false
      let tight = predict(example)
      example.configuration.downtimeLimitMs *= 2
      let loose = predict(example)
      // After a time-out the length depends on where in a round it struck.
      guard !loose.isSuspended, loose.status != .postCopy else { continue }
      #expect(loose.totalSeconds <= tight.totalSeconds * 1.001 + 0.1, "seed \(seed)")
    }
  }

  @Test func `more memory in use takes longer`() {
    for seed in 0..<300 as Range<UInt64> {
      var example = Self.example(seed: seed)
      example.completionTimeoutSeconds = 5000
      example.configuration.allowAutoConverge = false
      let small = predict(example)
      example.memoryBytes += 2 * gibibyte
      example.usedBytes += 2 * gibibyte
      let large = predict(example)
      guard !small.isSuspended, small.status == .completed else { continue }
      #expect(large.totalSeconds >= small.totalSeconds - 0.1, "seed \(seed)")
    }
  }

  @Test func `copied disks add their bytes before the memory`() {
    var example = MigrationCase(
      memoryBytes: 4 * gibibyte, usedBytes: 2 * gibibyte, dirty: .idle, linkBytesPerSecond: 1e9)
    let without = predict(example)
    example.copiedDiskBytes = 10e9
    let with = predict(example)
    #expect(abs(with.totalSeconds - without.totalSeconds - 10) < 1e-6)
    #expect(abs(with.transferredBytes - without.transferredBytes - 10e9) < 1)
    #expect(with.downtimeSeconds == without.downtimeSeconds)
  }

  /// Readings are counted to 2 %, because rounds that never repeat are skipped by their mean.
  @Test func `advancing in pieces gives what one step gives`() {
    for seed in 0..<100 as Range<UInt64> {
      let example = Self.example(seed: seed)
      let whole = predict(example)
      var random = Seeded(seed + 1000)
      var pieces = example.transfer()
      let (rate, link) = (example.bytesPerSecond, example.linkBytesPerSecond)
      var calls = 0
      while !pieces.phase.isFinal, calls < 500_000 {
        calls += 1
        let next = pieces.secondsUntilNextEvent(bytesPerSecond: rate, linkBytesPerSecond: link, activity: 1)
        let share = random.chance(0.5) ? 1 : random.uniform()
        let used = pieces.advance(
          seconds: next * share, bytesPerSecond: rate, linkBytesPerSecond: link, activity: 1)
        #expect(used <= next * share + 1e-9)
      }
      #expect(abs(pieces.elapsedSeconds - whole.totalSeconds) < 1e-4 + 1e-6 * whole.totalSeconds, "seed \(seed)")
      #expect(abs(pieces.rounds - whole.iterations) <= 2 + whole.iterations / 50, "seed \(seed)")
    }
  }

  @Test func `rounds that repeat are skipped without changing the result`() {
    let dirty = DirtyPageProfile(
      hotSetBytes: gibibyte, tauSeconds: 3, coldBytesPerSecond: 10 * mebibyte, capBytes: 4 * gibibyte)
    var example = MigrationCase(
      memoryBytes: 16 * gibibyte, usedBytes: 8 * gibibyte, dirty: dirty, linkBytesPerSecond: 112 * mebibyte)
    example.completionTimeoutSeconds = 3000
    var transfer = example.transfer()
    var plain = example.transfer()
    let rate = example.linkBytesPerSecond
    var events = 0
    while !transfer.phase.isFinal {
      events += 1
      let next = transfer.secondsUntilNextEvent(bytesPerSecond: rate, linkBytesPerSecond: rate, activity: 1)
      transfer.advance(seconds: next, bytesPerSecond: rate, linkBytesPerSecond: rate, activity: 1)
    }
    while !plain.phase.isFinal {
      plain.repetition = RoundRepetition()
      let next = plain.secondsUntilNextEvent(bytesPerSecond: rate, linkBytesPerSecond: rate, activity: 1)
      plain.advance(seconds: next, bytesPerSecond: rate, linkBytesPerSecond: rate, activity: 1)
    }
    #expect(transfer.rounds > 100)
    #expect(events < 60)
    #expect(transfer.rounds == plain.rounds)
    #expect(abs(transfer.elapsedSeconds - plain.elapsedSeconds) < 1e-6)
    #expect(abs(transfer.transferredBytes - plain.transferredBytes) < 1e-6 * plain.transferredBytes)
    #expect(abs(transfer.brownOutSeconds - plain.brownOutSeconds) < 1e-3)
  }

  @Test func `rounds that never repeat exactly still cost a bounded number of events`() {
    var example = PredictionRangeTests.example()
    example.dirty = DirtyPageProfile([
      DirtyClass(setBytes: 64 * mebibyte, writesBytesPerSecond: 900 * mebibyte, access: .random),
      DirtyClass(setBytes: 100 * mebibyte, writesBytesPerSecond: 33 * mebibyte, access: .sequential),
    ])
    example.configuration.downtimeLimitMs = 10
    example.progressTimeoutSeconds = 0
    for burst in [nil, BurstPattern(onSeconds: 5, offSeconds: 0.01)] {
      example.burst = burst
      example.completionTimeoutSeconds = 2000
      let short = predict(example)
      example.completionTimeoutSeconds = 100_000
      let long = predict(example)
      #expect(long.reason == .completionTimeout)
      #expect(abs(long.totalSeconds - 100_000) < 1)
      #expect(abs(long.transferredBytes / short.transferredBytes / 50 - 1) < 0.02)
      #expect(abs(Double(long.iterations) / Double(short.iterations) / 50 - 1) < 0.02)
    }
  }

  @Test(arguments: [Double.nan, -.infinity, -1, 0, .infinity, 1e300])
  func `senseless figures do no harm`(value: Double) {
    var example = MigrationCase(
      memoryBytes: value, usedBytes: value,
      dirty: DirtyPageProfile(hotSetBytes: value, tauSeconds: value, coldBytesPerSecond: value, capBytes: value),
      linkBytesPerSecond: value)
    example.completionTimeoutSeconds = 100
    let result = predict(example)
    #expect(result.totalSeconds >= 0)
    example = MigrationCase(memoryBytes: 1e9, usedBytes: 1e9, dirty: .idle, linkBytesPerSecond: 1e9)
    example.activity = value
    #expect(predict(example).status == .completed)
  }
}
