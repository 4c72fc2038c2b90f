import Testing

@testable import LiveMigration

/// The event-driven transfer against the millisecond integrator.
struct PreCopyTwinTests {
  struct Case {
    var used: Double
    var zeroes: Double
    var classes: [DirtyClass]
    var configuration = MigrationConfiguration()
    var limit: Double
    /// Rates of consecutive stretches of `stretch` seconds; the last one stays.
    var rates: [NaiveTransfer.Rates]
    var stretch: Double

    init(seed: UInt64) {
      var random = Seeded(seed)
      used = random.uniform(50, 3000) * mebibyte
      zeroes = random.chance(0.5) ? random.uniform(0, 2000) * mebibyte : 0
      classes = []
      let bandwidth = random.uniform(50, 1500) * mebibyte
      for _ in 0..<random.integer(0, 3) {
        let set = used * random.uniform(0.001, 0.25)
        classes.append(
          DirtyClass(
            setBytes: set, writesBytesPerSecond: bandwidth * random.uniform(0, 0.7),
            access: random.chance(0.5) ? .random : .sequential))
      }
      if random.chance(0.5) { configuration.bandwidthPerMigration = bandwidth }
      configuration.downtimeLimitMs = random.integer(10, 600)
      configuration.allowWorkloadDisruption = random.chance(0.3)
      configuration.progressTimeout = 0
      limit = Double(random.integer(3, 20))
      // Off the grid of checks, so that a change of rate never coincides with one.
      stretch = Double(random.integer(1, 4)) + 0.037
      rates = (0..<random.integer(1, 5)).map { _ in
        let rate = bandwidth * (random.chance(0.5) ? 1 : random.uniform(0.3, 1))
        return NaiveTransfer.Rates(
          bytesPerSecond: rate, linkBytesPerSecond: rate * random.uniform(1, 3),
          activity: random.chance(0.5) ? 1 : random.uniform(0, 2))
      }
    }

    func rates(at time: Double) -> NaiveTransfer.Rates {
      rates[min(rates.count - 1, Int((time + 1e-9) / stretch))]
    }
  }

  static func runNaive(_ example: Case, frequency: Int) -> NaiveTransfer {
    var naive = NaiveTransfer(
      used: example.used, zeroes: example.zeroes, classes: example.classes, configuration: example.configuration,
      limit: example.limit, frequency: frequency)
    naive.run(horizon: 100, rates: example.rates(at:))
    return naive
  }

  static func runFast(_ example: Case, rateFactor: Double = 1) -> PreCopyTransfer {
    var transfer = PreCopyTransfer(
      usedBytes: example.used, zeroBytes: example.zeroes, copiedDiskBytes: 0,
      dirty: DirtyPageProfile(example.classes), configuration: example.configuration,
      completionTimeoutSeconds: example.limit)
    var events = 0
    while !transfer.phase.isFinal, events < 100_000 {
      events += 1
      let now = example.rates(at: transfer.elapsedSeconds)
      let (rate, link) = (now.bytesPerSecond * rateFactor, now.linkBytesPerSecond * rateFactor)
      let change = (((transfer.elapsedSeconds + 1e-9) / example.stretch).rounded(.down) + 1) * example.stretch
      let next = transfer.secondsUntilNextEvent(
        bytesPerSecond: rate, linkBytesPerSecond: link, activity: now.activity)
      transfer.advance(
        seconds: min(next, change - transfer.elapsedSeconds), bytesPerSecond: rate, linkBytesPerSecond: link,
        activity: now.activity)
    }
    return transfer
  }

  static func agree(_ naive: NaiveTransfer, _ fast: PreCopyTransfer) -> Bool {
    (naive.outcome == "completed") == (fast.phase == .completed) && naive.rounds == fast.rounds
      && abs(naive.elapsed - fast.elapsedSeconds) <= 0.01 + 0.005 * naive.elapsed
      && abs(naive.pause - fast.pauseSeconds) <= 0.01 + 0.03 * naive.pause
      && abs(naive.transferred - fast.transferredBytes) <= 0.01 * naive.transferred
  }

  @Test func `the event-driven transfer agrees with steps of one millisecond`() {
    var compared = 0
    var completed = 0
    var disagreeing: [UInt64] = []
    for seed in 0..<800 as Range<UInt64> {
      let example = Case(seed: seed)
      let fast = Self.runFast(example)
      // Near a threshold a few bytes decide about one round more: such cases are told by a tiny change of rate.
      let near = [0.99, 0.996, 0.999, 1.001, 1.004, 1.01].map { Self.runFast(example, rateFactor: $0) }
      let isRobust = near.allSatisfy {
        $0.phase == fast.phase && $0.rounds == fast.rounds && abs($0.pauseSeconds - fast.pauseSeconds) < 0.02
          && abs($0.elapsedSeconds - fast.elapsedSeconds) < 0.015 * fast.elapsedSeconds
          && abs($0.transferredBytes - fast.transferredBytes) < 0.015 * fast.transferredBytes
      }
      guard isRobust else { continue }
      // Where a round ends within a step of a check, shorter steps decide.
      let agrees = [1000, 10_000].contains { Self.agree(Self.runNaive(example, frequency: $0), fast) }
      compared += 1
      if !agrees { disagreeing.append(seed) }
      if fast.phase == .completed { completed += 1 }
    }
    #expect(compared > 300)
    #expect(disagreeing.isEmpty, "seeds \(disagreeing)")
    #expect(completed > 100)
    #expect(completed < compared)
  }
}
