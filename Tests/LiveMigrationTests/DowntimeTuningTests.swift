import Testing

@testable import LiveMigration

/// The switches of KubeVirt 1.9: the ramp of the downtime limit, the stall detector, compression.
struct DowntimeTuningTests {
  static func next(_ change: (inout MigrationConfiguration) -> Void = { _ in }) -> MigrationConfiguration {
    var configuration = MigrationPreset.named("next")?.configuration ?? MigrationConfiguration()
    change(&configuration)
    return configuration
  }

  /// A guest that stalls on 1 GbE with `hot` MiB left a round.
  static func stalling(hot: Double, _ change: (inout MigrationConfiguration) -> Void) -> MigrationCase {
    let dirty = DirtyPageProfile(
      hotSetBytes: hot * mebibyte, tauSeconds: 0.3, coldBytesPerSecond: 10 * mebibyte, capBytes: 2 * gibibyte)
    var example = MigrationCase(
      memoryBytes: 8 * gibibyte, usedBytes: 4 * gibibyte, dirty: dirty, linkBytesPerSecond: 112 * mebibyte,
      configuration: next(change))
    example.completionTimeoutSeconds = 1350
    return example
  }

  /// KubeVirt enhancement 291, 1 GbE: an 8 GiB worker that is idle and writes about 77 MiB/s; means of ten runs.
  ///
  /// Limit 300 ms: 112.4 s (worst 161), pause 451 ms, 11,862 MiB, 69 passes. Ramp from 150 to 1,050 ms: 92.2 s (worst
  /// 98), 611 ms, 9,694 MiB, 28 passes. How the worker writes is not published; chosen from a grid to suit both rows
  /// are 6,600 MiB in use, 40 MiB hot, 30 MiB/s cold, a quiet second in 46, a line of 105.5 MiB/s (the published bytes over time),
  /// 150 ms of device state: the test shows that one guest explains both rows, not that they were foretold.
  @Test func `the ramp saves a hosted worker on 1 Gbit per second about as much as measured`() {
    func mean(ramp: Bool) -> (total: Double, pause: Double, mebibytes: Double, passes: Double) {
      var sum = (total: 0.0, pause: 0.0, mebibytes: 0.0, passes: 0.0)
      let runs = 20
      for run in 0..<runs {
        let dirty = DirtyPageProfile(
          hotSetBytes: 40 * mebibyte, tauSeconds: 0.1, coldBytesPerSecond: 30 * mebibyte, capBytes: 2000 * mebibyte)
        var example = MigrationCase(
          memoryBytes: 8 * gibibyte, usedBytes: 6600 * mebibyte, dirty: dirty, linkBytesPerSecond: 105.5 * mebibyte,
          configuration: Self.next {
            $0.maxDowntimeMs = 1050
            $0.experiments.downtimeTuning = ramp
            $0.model.deviceStateSeconds = 0.15
          })
        example.completionTimeoutSeconds = 400
        example.burst = BurstPattern(
          onSeconds: 45, offSeconds: 1, phaseSeconds: (Double(run) + 0.5) / Double(runs) * 46)
        let result = predict(example)
        #expect(result.status == .completed)
        sum.total += result.totalSeconds / Double(runs)
        sum.pause += result.downtimeSeconds / Double(runs)
        sum.mebibytes += result.transferredBytes / mebibyte / Double(runs)
        sum.passes += Double(result.iterations) / Double(runs)
      }
      return sum
    }
    let (fixed, ramp) = (mean(ramp: false), mean(ramp: true))
    #expect(abs(fixed.total / 112.4 - 1) < 0.05, "\(fixed)")
    #expect(abs(fixed.mebibytes / 11_862 - 1) < 0.05, "\(fixed)")
    #expect(abs(fixed.pause / 0.451 - 1) < 0.15, "\(fixed)")
    #expect(abs(ramp.total / 92.2 - 1) < 0.05, "\(ramp)")
    #expect(abs(ramp.mebibytes / 9694 - 1) < 0.05, "\(ramp)")
    #expect(abs(ramp.pause / 0.611 - 1) < 0.2, "\(ramp)")
    #expect(ramp.passes < fixed.passes / 2)
  }

  @Test func `the ramp has seven equal steps, ten seconds apart, from the third iteration on`() {
    var ramp = DowntimeRamp(maxDowntimeMs: 1200)
    #expect(ramp.limitSeconds == 0.15)
    #expect(ramp.nextStepSeconds(iteration: 2, now: 50) == .infinity)
    var limits: [Double] = []
    var now = 50.0
    while ramp.nextStepSeconds(iteration: 3, now: now) < .infinity {
      now = ramp.nextStepSeconds(iteration: 3, now: now)
      ramp.step(now: now)
      limits.append(ramp.limitSeconds)
    }
    #expect(now == 110)
    #expect(limits.count == 7 && limits.last == 1.2)
    for (index, limit) in limits.enumerated() { #expect(abs(limit - 0.15 * Double(index + 2)) < 1e-9) }
    // A maximum below the first limit is kept.
    #expect(DowntimeRamp(maxDowntimeMs: 100).limitSeconds == 0.1)
  }

  @Test func `a migration that stalls ends by the ramp, and not without`() {
    let fixed = predict(Self.stalling(hot: 80) { _ in })
    #expect(fixed.reason == .completionTimeout)
    let ramped = predict(Self.stalling(hot: 80) { $0.experiments.downtimeTuning = true })
    #expect(ramped.status == .completed && ramped.totalSeconds < 130)
    #expect(ramped.downtimeSeconds > 0.3 && ramped.downtimeSeconds < 1)
  }

  @Test func `the stall detector aborts early what has no chance, and lets pass what has one`() {
    let lost = predict(Self.stalling(hot: 400) { $0.experiments.stallDetector = true })
    #expect(lost.reason == .stallDetector)
    #expect(lost.totalSeconds > 40 && lost.totalSeconds < 200)
    let near = predict(Self.stalling(hot: 80) { $0.experiments.stallDetector = true })
    #expect(near.status == .completed && near.totalSeconds < 200)
    #expect(near.downtimeSeconds > 0.3 && near.downtimeSeconds < 1)
  }

  @Test func `with leave to disturb, the stall detector forces the end or switches to post-copy`() {
    let forced = predict(
      Self.stalling(hot: 400) {
        $0.experiments.stallDetector = true
        $0.allowWorkloadDisruption = true
      })
    #expect(forced.status == .completed && forced.totalSeconds < 200 && !forced.isSuspended)
    #expect(forced.downtimeSeconds > 1 && forced.downtimeSeconds < 10)
    let moved = predict(
      Self.stalling(hot: 400) {
        $0.experiments.stallDetector = true
        $0.allowPostCopy = true
        $0.allowWorkloadDisruption = nil
      })
    #expect(moved.status == .postCopy && moved.totalSeconds < 200)
  }

  @Test func `a switch-over that takes too long is aborted`() {
    var transfer = Self.stalling(hot: 400) {
      $0.experiments.stallDetector = true
      $0.allowWorkloadDisruption = true
    }.transfer()
    while transfer.phase == .preCopy { transfer.step(112 * mebibyte) }
    #expect(transfer.phase == .stopAndCopy)
    let began = transfer.elapsedSeconds
    while !transfer.phase.isFinal { transfer.step(1000) }
    #expect(transfer.phase == .aborted(.stallDetector))
    #expect(transfer.elapsedSeconds - began < 61)
  }

  @Test func `waiting for a good moment gives way after 40, 20, 10 seconds`() {
    var detector = StallDetector(settings: StallDetector.Settings())
    // One good iteration of 100 MB, then none below 200 and 300 MB.
    _ = detector.noteIteration(remaining: 1e8, sentBytes: 0, now: 0)
    _ = detector.noteIteration(remaining: 2e8, sentBytes: 1e8, now: 1)
    var moment = -1.0
    for second in 2...200 where moment < 0 {
      if detector.noteIteration(remaining: 2e8, sentBytes: Double(second) * 1e8, now: Double(second)) {
        moment = Double(second)
      }
    }
    // Stalled once the first value is older than 40 s, then 40 s of waiting for as little as it.
    #expect(moment >= 81 && moment <= 82)
    #expect(abs(detector.bytesPerSecond - 1e8) < 1)
  }

  @Test func `an older release ignores the switches to the last bit`() {
    for seed in 0..<100 as Range<UInt64> {
      let example = PreCopyLawsTests.example(seed: seed)
      var switched = example
      switched.configuration.experiments.stallDetector = true
      switched.configuration.experiments.downtimeTuning = true
      switched.configuration.experiments.compression = .zstd
      #expect(predict(example) == predict(switched), "seed \(seed)")
    }
  }

  @Test func `every migration ends under the switches, whatever its numbers`() {
    for seed in 0..<300 as Range<UInt64> {
      var random = Seeded(seed)
      var example = PreCopyLawsTests.example(seed: seed)
      example.configuration.knowsExperiments = true
      example.configuration.experiments.stallDetector = random.chance(0.6)
      example.configuration.experiments.downtimeTuning = random.chance(0.6)
      if random.chance(0.5) { example.configuration.experiments.compression = .zstd }
      example.configuration.maxDowntimeMs = random.integer(1, 3000)
      let result = predict(example)
      #expect(result.totalSeconds.isFinite && result.totalSeconds > 0, "seed \(seed)")
      #expect(result.downtimeSeconds <= result.totalSeconds, "seed \(seed)")
    }
  }

  /// KubeVirt enhancement 246: 12 GiB of a memory-heavy guest became 3.3 GiB.
  @Test func `compression sends less by its ratio, and needs more than one channel`() {
    var example = Self.stalling(hot: 20) { $0.experiments.compression = .zstd }
    example.dirty = .idle
    let packed = predict(example)
    example.configuration.experiments.compression = .none
    let plain = predict(example)
    let zeroes = (example.memoryBytes - example.usedBytes) * 9 / 4096
    let ratio = (plain.transferredBytes - zeroes) / (packed.transferredBytes - zeroes)
    #expect(abs(ratio - 12 / 3.3) < 0.1, "\(ratio)")
    #expect(packed.totalSeconds < plain.totalSeconds / 3)
    var configuration = Self.next { $0.experiments.compression = .zstd }
    #expect(configuration.compressionRatio(channels: 1) == 1)
    #expect(configuration.compressionRatio(channels: 8) == 3.6)
    #expect(configuration.streamBytesPerSecond(channels: 8) == 8 * 312.5e6)
    configuration.knowsExperiments = false
    #expect(configuration.compressionRatio(channels: 8) == 1)
  }
}
