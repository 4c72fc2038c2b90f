import LiveMigration

/// What a published measurement says or what the model says about it; what is not known is nil.
struct PublishedFigures {
  /// Ends by itself, under the limits in force; false is a stall.
  var converges: Bool?
  var totalSeconds: Double?
  var pauseSeconds: Double?
  var mebibytes: Double?
  var passes: Int?
}

/// A pass of a migration that stalls.
struct SettledPass {
  var seconds: Double
  var leftMiB: Double
}

/// One migration of a published measurement as the model runs it.
struct PublishedRun {
  var usedMiB: Double
  var zeroMiB = 0.0
  var dirty = DirtyPageProfile.idle
  var mebibytesPerSecond: Double
  var limitMs = 300
  /// Forced stop: the monitor pauses the guest then.
  var pauseAtSeconds: Double?
  /// When the workload ends; it writes nothing from then on.
  var loadEndsSeconds: Double?
  var giveUpSeconds = 1800.0
  var change: (inout MigrationConfiguration) -> Void = { _ in }

  private var migration: MigrationCase {
    var configuration = MigrationConfiguration()
    configuration.multifdChannels = 1
    configuration.downtimeLimitMs = limitMs
    configuration.progressTimeout = 0
    configuration.allowWorkloadDisruption = pauseAtSeconds != nil
    change(&configuration)
    var migration = MigrationCase(
      memoryBytes: (usedMiB + zeroMiB) * 0x1p20, usedBytes: usedMiB * 0x1p20, dirty: dirty,
      linkBytesPerSecond: mebibytesPerSecond * 0x1p20, configuration: configuration)
    migration.completionTimeoutSeconds = pauseAtSeconds ?? giveUpSeconds
    return migration
  }

  /// Runs to the end and notes every reading of the bitmap: when, and what remains.
  func trace() -> (figures: PublishedFigures, readings: [(seconds: Double, remainingMiB: Double)]) {
    var transfer = migration.transfer()
    let rate = migration.bytesPerSecond
    var readings: [(seconds: Double, remainingMiB: Double)] = []
    var rounds = transfer.rounds
    var steps = 0
    while !transfer.phase.isFinal, steps < 20_000 {
      steps += 1
      let ended = loadEndsSeconds.map { transfer.elapsedSeconds >= $0 - 1e-9 } ?? false
      let room = ended ? Double.infinity : (loadEndsSeconds ?? .infinity) - transfer.elapsedSeconds
      let used = transfer.advance(
        seconds: room, bytesPerSecond: rate, linkBytesPerSecond: migration.linkBytesPerSecond,
        activity: ended ? 0 : 1)
      if transfer.rounds > rounds {
        rounds = transfer.rounds
        readings.append((transfer.elapsedSeconds, transfer.remainingBytes / 0x1p20))
      }
      guard used < .infinity else { break }
    }
    transfer.cancel(.doesNotConverge)
    let answer = MigrationPrediction(transfer)
    let converges = answer.status == .completed && !answer.isSuspended
    let ended = answer.status == .completed
    return (
      PublishedFigures(
        converges: converges, totalSeconds: ended ? answer.totalSeconds : nil,
        pauseSeconds: ended ? answer.downtimeSeconds : nil,
        mebibytes: ended ? answer.transferredBytes / 0x1p20 : nil, passes: ended ? answer.iterations : nil), readings
    )
  }

  var figures: PublishedFigures { trace().figures }

  /// The pass that repeats: the shortest one, with a bitmap that is read only when everything is sent.
  var settled: SettledPass {
    var run = self
    run.limitMs = 0
    let readings = run.trace().readings
    let passes = zip(readings, readings.dropFirst()).map {
      SettledPass(seconds: $1.seconds - $0.seconds, leftMiB: $1.remainingMiB)
    }
    return passes.min { $0.seconds < $1.seconds } ?? SettledPass(seconds: 0, leftMiB: 0)
  }
}

/// The shapes of dirtying the rows use.
enum PublishedDirt {
  static func hot(_ hotMiB: Double, tau: Double, cold: Double = 0, cap: Double) -> DirtyPageProfile {
    DirtyPageProfile(
      hotSetBytes: hotMiB * 0x1p20, tauSeconds: tau, coldBytesPerSecond: cold * 0x1p20, capBytes: cap * 0x1p20)
  }

  /// A set that is written through again and again, faster than any link.
  static func rewritten(_ mebibytes: Double, perSecond: Double) -> DirtyPageProfile {
    DirtyPageProfile([
      DirtyClass(setBytes: mebibytes * 0x1p20, writesBytesPerSecond: perSecond * 0x1p20, access: .sequential)
    ])
  }
}
