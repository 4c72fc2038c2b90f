/// One live migration's transfer, from the first byte to the end, as a fluid state machine driven from outside.
///
/// The owner asks for the time of the next event at the present rates, advances by that time or less, and may change
/// bandwidth and activity at every call, so both are integrated piecewise and exactly. Model:
/// round 0 sends every used page (4,104 bytes on the wire for 4,096) and every zero page (9 bytes and scan time); round
/// n sends what was dirtied during round n − 1. QEMU looks at its threshold `bandwidth × downtimeLimit` at every check
/// (see `RateWindow`): once less remains it reads the dirty bitmap, and when the exact amount is still below, it stops
/// the guest. The last copy runs at link speed, not under the migration's own cap; device state follows.
/// KubeVirt's monitor acts on a grid of polls (`PreCopy+Monitor`). Source: QEMU `migration.c`, `ram.c`; kubevirt `live-migration-source.go`.
///
/// - Complexity: a call costs O(dirty classes), about 50 ns; no allocation. A migration that does not converge costs
///   a bounded number of events, since equal rounds are skipped together.
package struct PreCopyTransfer: Sendable {
  package enum AbortReason: String, Sendable, CaseIterable {
    case completionTimeout, progressTimeout, cancelled, doesNotConverge
    /// The stall detector gave up, or the switch-over that it asked for took too long.
    case stallDetector
  }

  package enum Phase: Sendable, Equatable {
    case preCopy
    /// The guest is paused: in the last copy, or because the monitor paused it after the time-out.
    case stopAndCopy
    /// The guest runs on the target; pages follow.
    case postCopy
    case completed
    case aborted(AbortReason)

    package var isFinal: Bool {
      switch self {
      case .completed, .aborted: true
      case .preCopy, .stopAndCopy, .postCopy: false
      }
    }
  }

  /// What moves right now; `phase` is its summary.
  enum Stage: Sendable, Equatable {
    case disks, rounds, lastCopy, deviceState, postCopyHandover, postCopyStream, ended
  }

  enum Event: Sendable, Equatable {
    case none, disksCopied, sync, wholeRounds, completionTimeout, noProgress, lastPageSent, deviceStateSent
    case postCopyBegun, postCopyStarted, postCopyDone
    /// The downtime limit goes up; the switch-over that the stall detector asked for took too long.
    case downtimeStep, switchoverTimeout
  }

  /// Share of time the guest's CPUs are busy; below 1 it escapes a throttle that leaves it enough CPU.
  package var busyShare = 1.0
  /// Seconds without progress before the monitor aborts; 0 is never.
  package var progressTimeoutSeconds: Double

  /// Nil writes all the time.
  package var burst: BurstPattern?

  package internal(set) var phase = Phase.preCopy
  /// Bytes on the wire so far.
  package internal(set) var transferredBytes = 0.0
  /// Readings of the dirty bitmap as QEMU counts them: one at the start, one a round, one with the guest stopped.
  package internal(set) var rounds = 1
  /// Seconds the guest stood still.
  package internal(set) var pauseSeconds = 0.0
  package internal(set) var elapsedSeconds = 0.0
  /// Guest seconds lost to slow-down: dirty logging, throttling, post-copy faults; pauses are not in it.
  package internal(set) var brownOutSeconds = 0.0
  /// The highest throttle so far, 0 … 0.99.
  package internal(set) var throttleMax = 0.0
  /// The monitor paused the guest after the time-out.
  package internal(set) var isSuspended = false
  /// Execution moved to the target before all pages had.
  package internal(set) var usedPostCopy = false

  let dirty: DirtyPageProfile
  let model: MigrationModel
  let capBytesPerSecond: Double
  /// QEMU's limit of the pause; the ramp, the stall detector and the time-out of machines with VFIO change it.
  var downtimeLimitSeconds: Double
  let maxDowntimeSeconds: Double
  let compressionRatio: Double
  /// A machine with a VFIO device whose time-out raises the limit of the pause.
  let raisesLimitForVFIO: Bool
  let allowsPostCopy: Bool
  let allowsDisruption: Bool
  let allowsAutoConverge: Bool
  let autoConvergeSyncSeconds: Double

  var stage: Stage
  var unsent: UnsentPages
  var window = RateWindow()
  /// Chance in the writes, for ranges.
  var noise = WriteNoise()
  /// Seconds spent in rounds.
  var roundsSeconds = 0.0
  var diskBytes: Double
  /// Activity integral since the bitmap was read.
  var activitySeconds = 0.0
  var secondsSinceSync = 0.0
  var deviceStateSeconds: Double
  var postCopyRequested = false
  var postCopySlowBytes = 0.0
  var deadline: MonitorDeadline
  var progress = ProgressWatch()
  var converge: AutoConverge
  var period = SyncPeriod()
  var repetition = RoundRepetition()
  /// The monitor has disturbed the guest already (`mode: Paused`), whether or not the guest stands still.
  var isDisrupted = false
  /// When the monitor last acted, so that it does one thing a poll.
  var lastActionSeconds = -Double.infinity
  /// Nil where the release or the switches leave them out.
  var ramp: DowntimeRamp?
  var stall: StallDetector?
  /// Time at which a switch-over that the stall detector asked for must have ended.
  var switchoverDeadline = Double.infinity

  /// - Parameters:
  ///   - usedBytes: guest pages with data.
  ///   - zeroBytes: guest pages never written.
  ///   - copiedDiskBytes: disks copied before the memory: container disks, volume migration.
  ///   - completionTimeoutSeconds: `MigrationConfiguration.completionTimeoutSeconds(bytes:)`; 0 is none.
  ///   - sequentialStart: where sequential writers stand at the start, as a share of their set.
  ///   - channels: `MigrationConfiguration.channels` of this machine; nil for one without limits and CPUs of its own.
  ///   - hasVFIODevice: a device that is passed through and migrates with the machine, which rules out post-copy.
  package init(
    usedBytes: Double, zeroBytes: Double, copiedDiskBytes: Double, dirty: DirtyPageProfile,
    configuration: MigrationConfiguration, completionTimeoutSeconds: Double, sequentialStart: Double = 0,
    channels: Int? = nil, hasVFIODevice: Bool = false
  ) {
    let used = usedBytes.isFinite ? max(0, usedBytes) : 0
    let limited = dirty.limited(toBytes: used)
    self.dirty = limited
    let streams = channels ?? configuration.channels(hasCPULimit: false)
    model = configuration.model.scanning(channels: streams)
    capBytesPerSecond = max(0, configuration.bandwidthPerMigration)
    maxDowntimeSeconds = Double(max(1, configuration.maxDowntimeMs)) / 1000
    raisesLimitForVFIO = hasVFIODevice && configuration.knowsVFIO
    compressionRatio = configuration.compressionRatio(channels: streams)
    let experiments = configuration.activeExperiments
    ramp = experiments.downtimeTuning ? DowntimeRamp(maxDowntimeMs: configuration.maxDowntimeMs) : nil
    stall = experiments.stallDetector ? StallDetector(settings: configuration.model.stallDetector) : nil
    let usual = Double(max(0, configuration.downtimeLimitMs)) / 1000
    downtimeLimitSeconds = ramp?.limitSeconds ?? (stall == nil ? usual : min(usual, maxDowntimeSeconds))
    allowsPostCopy = configuration.allowPostCopy && !raisesLimitForVFIO
    allowsDisruption = configuration.allowsWorkloadDisruption
    allowsAutoConverge = configuration.allowAutoConverge
    autoConvergeSyncSeconds = configuration.autoConvergeSyncSeconds
    progressTimeoutSeconds = Double(max(0, configuration.progressTimeout))
    unsent = UnsentPages(
      usedBytes: used, zeroBytes: zeroBytes.isFinite ? max(0, zeroBytes) : 0, dirty: limited,
      sequentialStart: min(max(sequentialStart, 0), 1))
    diskBytes = copiedDiskBytes.isFinite ? max(0, copiedDiskBytes) : 0
    stage = diskBytes > 0 ? .disks : .rounds
    deviceStateSeconds = max(0, configuration.model.deviceStateSeconds)
    deadline = MonitorDeadline(limitSeconds: completionTimeoutSeconds, model: configuration.model)
    converge = AutoConverge(settings: configuration.model.autoConverge)
  }

  /// Bytes that would still have to be sent if nothing more were dirtied.
  package var remainingBytes: Double { phase.isFinal ? 0 : unsent.remaining + diskBytes }

  /// Share of CPU time auto-converge takes from the guest now.
  package var throttle: Double { converge.throttle }

  /// Whether the migration's own cap does not bind: in the last copy and in post-copy.
  package var wantsLinkRate: Bool { !model.sendsWholeRounds && (stage == .lastCopy || stage == .postCopyStream) }

  /// Seconds until the transfer changes by itself at these rates; infinity when it is stalled or over.
  ///
  /// - Parameters:
  ///   - bytesPerSecond: what the flow gets in the rounds, under its cap.
  ///   - linkBytesPerSecond: what it gets or would get without the cap; used where `wantsLinkRate`.
  ///   - activity: how busily the guest writes, 1 being the level of its profile.
  package func secondsUntilNextEvent(
    bytesPerSecond: Double, linkBytesPerSecond: Double, activity: Double
  ) -> Double {
    nextEvent(Rates(bytesPerSecond, linkBytesPerSecond, activity)).seconds
  }

  /// Integrates up to the next event and makes its transition when `seconds` reach it; never passes it.
  ///
  /// Infinite `seconds` lead to the next event; where there is none, nothing happens and infinity comes back.
  /// An event nearer than `eventToleranceSeconds` counts as reached, so an owner with an integer clock makes headway.
  /// - Returns: the seconds used, less than `seconds` when an event came first.
  @discardableResult
  package mutating func advance(
    seconds: Double, bytesPerSecond: Double, linkBytesPerSecond: Double, activity: Double
  ) -> Double {
    guard !phase.isFinal, seconds >= 0 else { return 0 }
    let rates = Rates(bytesPerSecond, linkBytesPerSecond, activity)
    let next = nextEvent(rates)
    guard next.seconds < .infinity || seconds < .infinity else { return .infinity }
    if seconds + Self.eventToleranceSeconds < next.seconds {
      integrate(seconds, rates)
      return seconds
    }
    integrate(next.seconds, rates, endsRound: next.event == .sync)
    handle(next.event, rates)
    return min(seconds, next.seconds)
  }

  /// Ends the migration from outside, such as when a node fails; the guest stays where it runs.
  package mutating func cancel(_ reason: AbortReason = .cancelled) {
    guard !phase.isFinal else { return }
    end(.aborted(reason))
  }

  /// Rates of one call, made harmless.
  struct Rates: Sendable, Equatable {
    let bytesPerSecond: Double
    let linkBytesPerSecond: Double
    let activity: Double

    init(_ bytesPerSecond: Double, _ linkBytesPerSecond: Double, _ activity: Double) {
      self.bytesPerSecond = Self.bounded(bytesPerSecond)
      self.linkBytesPerSecond = Self.bounded(linkBytesPerSecond)
      self.activity = Self.bounded(activity)
    }

    /// NaN and negative become 0; a rate of 10^15 is as good as infinite and keeps sums finite.
    private static func bounded(_ value: Double) -> Double { value > 0 ? min(value, 1e15) : 0 }
  }

  package static let eventToleranceSeconds = 1e-6
}
