import LiveMigration

/// A published measurement with what the model needs beyond what was published.
struct PublishedRow {
  enum Role: String {
    /// The row fixed a constant or an input of its own prediction: agreement shows arithmetic only.
    case calibrated
    /// Inputs come from the description or from other rows: the total must agree within 15 %.
    case test
    /// An input that decides is not published: the alternatives must enclose the measured total.
    case open
  }

  var id: String
  var title: String
  var role: Role
  var assumed: String
  /// Whether the migration ended by itself, as published.
  var converged: Bool
  /// The first is the likely one; more of them span what is not known.
  var runs: [PublishedFigures]
  /// The total of the source where the table of rows holds it in words.
  var totalSeconds: Double?
  /// What a stalled migration leaves at the end of each pass, and the length of a pass: published and predicted.
  var settled: (published: SettledPass, predicted: SettledPass)?
}

extension PublishedRow {
  /// Payload of 1 Gbit per second at an MTU of 1,500: 112.2 MiB/s; and of the faster lines at 9,000.
  private static let gigabit = 1e9 / 8 / 0x1p20 * MigrationModel.payloadShare(mtuBytes: 1500)
  private static let tenGigabit = 10e9 / 8 / 0x1p20 * MigrationModel.payloadShare(mtuBytes: 9000)

  static let all = worker + traces + java + multifd + lines + evacuations + laboratory

  // MARK: A worker of a hosted cluster, and a quiet guest, on 1 Gbit per second

  /// The mean pass of the row is (11,862 − used) / 68 MiB; a hot set that is 80 % rewritten in such a pass gives it.
  private static func worker(used: Double, tau: Double, limitMs: Int = 300) -> PublishedRun {
    let pass = (11_862 - used) / 68
    let rate = 11_862 / 112.4
    let seconds = pass / rate
    let hot = (pass - seconds) / -libmExpm1(-seconds / tau)
    return PublishedRun(
      usedMiB: used, dirty: PublishedDirt.hot(hot, tau: tau, cold: 1, cap: 2048), mebibytesPerSecond: rate,
      limitMs: limitMs)
  }

  private static func libmExpm1(_ x: Double) -> Double {
    // A short series is enough for a test's input.
    var (term, sum) = (1.0, 0.0)
    for k in 1..<40 {
      term *= x / Double(k)
      sum += term
    }
    return sum
  }

  /// The limit rises from 150 ms in seven steps to 1,050 ms from the third reading on, 10 s apart.
  private static func ramped(used: Double, tau: Double) -> PublishedFigures {
    let first = worker(used: used, tau: tau, limitMs: 150).trace()
    let start = first.readings.count > 1 ? first.readings[1].seconds : 0
    var last = first.figures
    for step in 0...7 {
      let run = worker(used: used, tau: tau, limitMs: 150 + step * 900 / 7)
      last = run.figures
      let from = start + Double(step) * 10
      guard let total = last.totalSeconds, total < from + 10 || step == 7 else { continue }
      last.totalSeconds = max(total, from)
      last.mebibytes = last.mebibytes.map { $0 * max(total, from) / total }
      last.passes = nil
      break
    }
    return last
  }

  private static var worker: [PublishedRow] {
    let quiet = [2.0, 20, 60].map { cold in
      [300, 150].map { limit in
        PublishedRun(
          usedMiB: 3000, dirty: PublishedDirt.hot(20, tau: 1, cold: cold, cap: 2000), mebibytesPerSecond: gigabit,
          limitMs: limit
        ).figures
      }
    }
    return [
      PublishedRow(
        id: "1", title: "hosted-cluster worker, 1 GbE, limit 300 ms", role: .open,
        assumed: "rate 105.5 MiB/s and mean pass of the row; used 5.5 to 8 GiB, tau 0.5 to 1.5 s not published",
        converged: true,
        runs: [(8192, 1.5), (6800, 1.0), (8192, 0.8), (5632, 1.5)].map { worker(used: $0.0, tau: $0.1).figures }),
      PublishedRow(
        id: "2", title: "the same, limit rising 150 to 1,050 ms", role: .open,
        assumed: "as row 1; the limit in steps, each step run by itself", converged: true,
        runs: [(6800, 1.0), (8192, 0.8), (5632, 1.5)].map { ramped(used: $0.0, tau: $0.1) }),
      PublishedRow(
        id: "3", title: "idle guest, limit 300 ms (pause)", role: .open,
        assumed: "3 GiB used, hot 20 MiB, cold 2 to 60 MiB/s: none published", converged: true,
        runs: quiet.map { $0[0] }),
      PublishedRow(
        id: "4", title: "idle guest, limit 150 ms (pause)", role: .open, assumed: "as row 3", converged: true,
        runs: quiet.map { $0[1] }),
    ]
  }

  // MARK: Digitised passes on 1 Gbit per second

  private static var traces: [PublishedRow] {
    let build = PublishedDirt.hot(1024, tau: 1, cold: 22, cap: 4117)
    return [
      PublishedRow(
        id: "5", title: "MariaDB, 1 GbE", role: .test,
        assumed: "line payload; hot 664 MiB, tau 6 s, cold 5 MiB/s fitted to its first seven passes", converged: true,
        runs: [
          PublishedRun(
            usedMiB: 6159, dirty: PublishedDirt.hot(664, tau: 6, cold: 5, cap: 3000), mebibytesPerSecond: gigabit
          ).figures
        ]),
      PublishedRow(
        id: "6", title: "kernel build, 1 GbE", role: .test,
        assumed: "line payload; hot 1,024 MiB, cold 22 MiB/s fitted to ten of 22 passes; load ends at 250 s",
        converged: true,
        runs: [PublishedRun(usedMiB: 4117, dirty: build, mebibytesPerSecond: gigabit, loadEndsSeconds: 250).figures]),
      stalled(
        "7", "Redis A, 1 GbE", 10_246, PublishedDirt.hot(654, tau: 1, cold: 17, cap: 8000), "fit of its passes",
        SettledPass(seconds: 7.2, leftMiB: 814)),
      stalled(
        "8", "Redis B, 1 GbE", 10_277, PublishedDirt.hot(266, tau: 0.5, cold: 34, cap: 8000), "fit of its passes",
        SettledPass(seconds: 3.2, leftMiB: 389)),
      stalled(
        "9", "Redis, small hot set, 1 GbE", 8192, PublishedDirt.hot(124, tau: 0.3, cold: 3, cap: 4000),
        "hot set from its 128 MiB a pass", SettledPass(seconds: 1.1, leftMiB: 128)),
      stalled(
        "10", "stress-ng, 1 GbE", 6160, PublishedDirt.rewritten(5140, perSecond: 400), "rewritten set of the row",
        SettledPass(seconds: 47, leftMiB: 5140)),
    ]
  }

  private static func stalled(
    _ id: String, _ title: String, _ used: Double, _ dirty: DirtyPageProfile, _ assumed: String,
    _ published: SettledPass
  ) -> PublishedRow {
    let run = PublishedRun(usedMiB: used, dirty: dirty, mebibytesPerSecond: gigabit)
    return PublishedRow(
      id: id, title: title, role: .test, assumed: "line payload; \(assumed)", converged: false, runs: [run.figures],
      settled: (published, run.settled))
  }

  // MARK: 256 GiB of Java, most of it zeroes

  /// 97 % of 67.1 million pages were zeroes; 2.6 GiB were left at 252 MiB/s, so the set rewritten within a pass is 2.6 GiB.
  private static func java(throttled: Bool, initial: Double = 20, rate: Double = 252) -> PublishedRun {
    var run = PublishedRun(
      usedMiB: 7864, zeroMiB: 254_280, dirty: PublishedDirt.hot(2662, tau: 4, cold: 0, cap: 6000),
      mebibytesPerSecond: rate, limitMs: 4000, giveUpSeconds: 1487)
    run.change = {
      $0.allowAutoConverge = throttled
      $0.model.autoConverge.initialPercent = initial
    }
    return run
  }

  private static var java: [PublishedRow] {
    [
      PublishedRow(
        id: "12", title: "Java, 256 GiB, limit 4 s", role: .calibrated,
        assumed: "252 MiB/s, 7.7 GiB used and a 2.6 GiB hot set from the row; tau 4 s", converged: false,
        runs: [java(throttled: false).figures]),
      PublishedRow(
        id: "13", title: "the same with auto-converge", role: .open,
        assumed: "row 12, not fitted to this one; today's steps from 20 or 60 %; rate 114 to 252 MiB/s",
        converged: true,
        runs: [
          java(throttled: true).figures, java(throttled: true, initial: 60).figures,
          java(throttled: true, rate: 114).figures, java(throttled: true, initial: 60, rate: 114).figures,
        ]),
    ]
  }

  // MARK: Several channels, compression

  /// Compression as a factor on pages: the wire's bytes over the memory's, from rate and time of each row.
  private static func channels(ratio: Double, gigabits: Double?) -> PublishedFigures {
    let wire = gigabits.map { $0 * 1e9 / 8 / 0x1p20 } ?? tenGigabit
    var run = PublishedRun(usedMiB: 54 * 1024, zeroMiB: 10 * 1024, mebibytesPerSecond: wire * ratio)
    // From QEMU 9.0 on the channels look for zeroes, each at the speed of one thread.
    run.change = { $0.multifdChannels = 8 }
    var figures = run.figures
    figures.mebibytes = figures.mebibytes.map { $0 / ratio }
    return figures
  }

  private static var multifd: [PublishedRow] {
    [
      PublishedRow(
        id: "14", title: "64 GiB idle, 8 channels, 10 Gb/s", role: .test,
        assumed: "payload of an MTU of 9,000; eight channels look for zeroes",
        converged: true, runs: [channels(ratio: 1, gigabits: nil)]),
      PublishedRow(
        id: "15", title: "the same with zstd", role: .calibrated,
        assumed: "ratio 2.68 from rate and time of the row; processors limit it to 8.6 Gb/s, also from the row",
        converged: true, runs: [channels(ratio: 2.68, gigabits: 8.579)]),
      PublishedRow(
        id: "16", title: "the same with QATzip", role: .test, assumed: "ratio 2.68 of row 15; payload of the line",
        converged: true, runs: [channels(ratio: 2.68, gigabits: nil)]),
    ]
  }

  // MARK: RDMA, a tuned host, zeroes, another machine monitor

  private static var lines: [PublishedRow] {
    func rdma(_ gigabits: Double) -> PublishedFigures {
      PublishedRun(usedMiB: 8192, mebibytesPerSecond: gigabits * 1e9 / 8 / 0x1p20).figures
    }
    func small(_ used: Double) -> PublishedFigures {
      PublishedRun(usedMiB: used, zeroMiB: 8192 - used, mebibytesPerSecond: tenGigabit, limitMs: 10).figures
    }
    let rewrite = PublishedRun(
      usedMiB: 6144, dirty: PublishedDirt.rewritten(5418, perSecond: 4000), mebibytesPerSecond: 1895)
    return [
      PublishedRow(
        id: "18a", title: "RDMA 9.5 Gb/s, 8 GB touched", role: .test, assumed: "rate as published", converged: true,
        runs: [rdma(9.5)]),
      PublishedRow(
        id: "18b", title: "RDMA 26 Gb/s, memory pinned first", role: .open,
        assumed: "rate as published; pinning is not modelled, up to 2 s for 8 GB", converged: true,
        runs: [rdma(26), rdma(26).later(2)]),
      PublishedRow(
        id: "19", title: "8 GiB idle, 10 GbE", role: .open, assumed: "used memory not published: 0.1 to 4 GiB",
        converged: true, runs: [512, 100, 4096].map(small)),
      PublishedRow(
        id: "20", title: "8 GiB, packet forwarding, 10 GbE", role: .open,
        assumed: "used memory not published: 0.1 to 4 GiB", converged: true, runs: [512, 100, 4096].map(small)),
      PublishedRow(
        id: "21", title: "16 GiB of zeroes", role: .calibrated, assumed: "the scan rate is from this row",
        converged: true,
        runs: [PublishedRun(usedMiB: 0, zeroMiB: 16_384, mebibytesPerSecond: tenGigabit).figures]),
      PublishedRow(
        id: "22", title: "Cloud Hypervisor, full rewrite", role: .test,
        assumed: "1,895 MiB/s, 5,418 MiB rewritten a pass, both of the row", converged: false,
        runs: [rewrite.figures], settled: (SettledPass(seconds: 3, leftMiB: 5418), rewrite.settled)),
    ]
  }

  // MARK: Ten machines leave a host over 25 Gbit per second

  /// - Parameter share: payload left by the encrypting proxy.
  private static func evacuation(used: Double, dirty: DirtyPageProfile, share: Double, stopAfter: Double? = nil)
    -> PublishedFigures
  {
    let line = 25e9 / 8 * MigrationModel.payloadShare(mtuBytes: 1500) * share
    var configuration = MigrationConfiguration()
    configuration.progressTimeout = 0
    configuration.allowWorkloadDisruption = stopAfter != nil
    var migration = MigrationCase(
      memoryBytes: 64 * 0x1p30, usedBytes: used * 0x1p30, dirty: dirty, linkBytesPerSecond: line,
      configuration: configuration)
    migration.completionTimeoutSeconds = stopAfter ?? 3600
    let wave = predictWave(Array(repeating: migration, count: 10), parallel: 10, sharing: line)
    let pauses = wave.predictions.map(\.downtimeSeconds)
    return PublishedFigures(
      converges: wave.predictions.allSatisfy { $0.status == .completed && !$0.isSuspended },
      totalSeconds: wave.makespanSeconds, pauseSeconds: pauses.max(), mebibytes: wave.transferredBytes / 0x1p20,
      passes: wave.predictions.map(\.iterations).max())
  }

  private static var evacuations: [PublishedRow] {
    // 163 s at the payload of the line are 43.5 GiB a machine; 163 / 185 is what the proxy leaves.
    let (used, proxy) = (43.5, 163.0 / 185)
    let idle = DirtyPageProfile.idle
    // The defaults' general-purpose machine, scaled to 43.5 GiB as they say, with a low and a high one.
    let medium = [(665.0, 3.0, 3.0), (87, 5, 0.5), (2600, 1, 15)].map {
      PublishedDirt.hot($0.0, tau: $0.1, cold: $0.2, cap: 9000)
    }
    return [
      PublishedRow(
        id: "23", title: "ten idle machines, kernel TLS", role: .calibrated,
        assumed: "43.5 GiB used each, from this row and the line", converged: true,
        runs: [evacuation(used: used, dirty: idle, share: 1)], totalSeconds: 163),
      PublishedRow(
        id: "23p", title: "ten idle machines, proxy TLS", role: .calibrated, assumed: "0.88 of the line, from this row",
        converged: true, runs: [evacuation(used: used, dirty: idle, share: proxy)], totalSeconds: 185),
      PublishedRow(
        id: "24", title: "medium load, kernel TLS", role: .open,
        assumed: "row 23; dirtying of the default general-purpose machine, low and high", converged: true,
        runs: medium.map { evacuation(used: used, dirty: $0, share: 1) }, totalSeconds: 171),
      PublishedRow(
        id: "24p", title: "medium load, proxy TLS", role: .open,
        assumed: "row 24; processors left to the proxy not known: 0.65 or 0.88 of the line",
        converged: true,
        runs: [(0, proxy), (0, 0.65), (1, proxy), (1, 0.65)].map { (kind: Int, share: Double) in
          evacuation(used: used, dirty: medium[kind], share: share)
        }, totalSeconds: 249),
      PublishedRow(
        id: "25", title: "page thrasher, kernel TLS", role: .open,
        assumed: "all of 43.5 or 60 GiB rewritten; that stack's stop rule not published: 2 to 5 passes",
        converged: false,
        runs: [(43.5, 4), (43.5, 2), (60, 3), (60, 5)].map { (used: Double, passes: Double) in
          evacuation(
            used: used, dirty: PublishedDirt.rewritten(used * 1024, perSecond: 2000), share: 1,
            stopAfter: (passes - 1) * 163 * used / 43.5)
        }, totalSeconds: 835),
    ]
  }

  // MARK: Two rows of a learning study

  private static var laboratory: [PublishedRow] {
    let dacapo = PublishedRun(
      usedMiB: 645, dirty: PublishedDirt.hot(77.2, tau: 81 / 57.4, cap: 77.3), mebibytesPerSecond: 96.6
    ).figures
    return [
      PublishedRow(
        id: "26", title: "dacapo, 676 MB", role: .test,
        assumed: "101 MB/s of the row; written set 81 MB at 57.4 MB/s; deltas not modelled", converged: true,
        runs: [dacapo]),
      PublishedRow(
        id: "27", title: "synthetic, 1,493 MB", role: .test,
        assumed: "84 MB/s; written set 1,248 MB at 682 MB/s; stopped after five passes, which its bytes show",
        converged: false,
        runs: [
          PublishedRun(
            usedMiB: 1424, dirty: PublishedDirt.hot(1190, tau: 1248 / 682, cap: 1190.1), mebibytesPerSecond: 80.1,
            pauseAtSeconds: 74
          ).figures
        ]),
    ]
  }
}

extension PublishedFigures {
  /// The same, so much longer.
  func later(_ seconds: Double) -> PublishedFigures {
    var figures = self
    figures.totalSeconds = totalSeconds.map { $0 + seconds }
    return figures
  }
}
