/// Rounds that repeat themselves: bandwidth, activity and the data of a round are the same as in the one before.
///
/// A migration whose dirty rate exceeds the bandwidth ends in such rounds until a time-out; they are skipped together.
struct RoundRepetition: Sendable, Equatable {
  /// Length of the repeating round, 0 while rounds still differ.
  var roundSeconds = 0.0
  var sentBytes = 0.0
  var rates: PreCopyTransfer.Rates?
  var dataAtStart = 0.0
  var sentAtStart = 0.0
  /// Bytes of the rate window sent when the round began.
  var windowBytes = 0.0
  /// The rates held through the whole round.
  var isUniform = false
  /// All rounds at these rates, and those since the data of a round last changed by more than 0.1 %.
  var cycle = RoundCycle()
  var settled = RoundCycle()
  /// A whole cycle has passed at these rates.
  var isWarm = false

  /// So many rounds at the same rates are a cycle, even where no two are equal; their mean is repeated.
  static let cycleRounds = 250.0
  /// So many rounds of settled data are a cycle, where the threshold is far and no rate window shifts them.
  static let settledRounds = 50.0
}

/// Rounds counted together, for their mean length and bytes.
struct RoundCycle: Sendable, Equatable {
  private(set) var count = 0.0
  private var fromSeconds = 0.0
  private var fromBytes = 0.0

  mutating func restart(seconds: Double, bytes: Double) { (count, fromSeconds, fromBytes) = (0, seconds, bytes) }
  mutating func add() { count += 1 }
  func mean(seconds: Double, bytes: Double) -> (seconds: Double, bytes: Double) {
    ((seconds - fromSeconds) / count, (bytes - fromBytes) / count)
  }
}

extension PreCopyTransfer {
  /// The next event at these rates.
  func nextEvent(_ rates: Rates) -> (seconds: Double, event: Event) {
    switch stage {
    case .ended: return (.infinity, .none)
    case .deviceState: return (deviceStateSeconds, .deviceStateSent)
    case .postCopyHandover: return (deviceStateSeconds, .postCopyStarted)
    case .postCopyStream: return (secondsUntilAllSent(rates), .postCopyDone)
    case .lastCopy: return monitored((secondsUntilAllSent(rates), .lastPageSent), rates)
    case .disks:
      let seconds = rates.bytesPerSecond > 0 ? diskBytes / rates.bytesPerSecond : .infinity
      return monitored((seconds, .disksCopied), rates)
    case .rounds:
      let acting = monitored((.infinity, .none), rates)
      if canSkipRounds(rates), secondsSinceSync == 0, !postCopyRequested {
        let whole = min(acting.seconds / repetition.roundSeconds, 1e9).rounded(.down)
        if whole >= 2 { return (whole * repetition.roundSeconds, .wholeRounds) }
      }
      let sync = secondsUntilSync(rates)
      if postCopyRequested {
        let check = window.secondsUntilCheck(after: 0, sinceSync: secondsSinceSync, pace(rates))
        return sync <= check ? (sync, .sync) : (check, .postCopyBegun)
      }
      return sync <= acting.seconds ? (sync, .sync) : acting
    }
  }

  /// The pace of the rounds, and that of the last copy and post-copy, which the cap does not limit.
  private func pace(_ rates: Rates) -> Pace {
    let isCapped = stage == .rounds || model.sendsWholeRounds
    let hasWindows = isCapped && !model.sendsWholeRounds
    return Pace(
      bytesPerSecond: isCapped ? rates.bytesPerSecond : rates.linkBytesPerSecond,
      linkBytesPerSecond: rates.linkBytesPerSecond, capBytesPerSecond: hasWindows ? capBytesPerSecond : 0,
      model: model, compressionRatio: compressionRatio)
  }

  private func secondsUntilAllSent(_ rates: Rates) -> Double {
    unsent.secondsUntilRemaining(0, pace: pace(rates), window: window)
  }

  private func secondsUntilSync(_ rates: Rates) -> Double {
    let pace = pace(rates)
    let roundEnd = unsent.secondsUntilRemaining(0, pace: pace, window: window)
    if model.sendsWholeRounds { return roundEnd }
    let first = window.firstWindowSeconds(pace)
    var check = Double.infinity
    if pace.firstBytesPerSecond > pace.bytesPerSecond, roundsSeconds < 2 * first - 1e-9 {
      check = checkSeconds(below: pace.firstBytesPerSecond * downtimeLimitSeconds, pace, from: first)
      if roundsSeconds + check >= 2 * first - 1e-9 { check = .infinity }
    }
    if check == .infinity {
      check = checkSeconds(below: rates.bytesPerSecond * downtimeLimitSeconds, pace, from: first)
    }
    let sync = min(roundEnd, check)
    guard allowsAutoConverge, autoConvergeSyncSeconds > 0, rounds >= 2, pace.bytesPerSecond > 0 else { return sync }
    return min(sync, max(0, autoConvergeSyncSeconds - secondsSinceSync))
  }

  /// Seconds until QEMU finds less than `threshold` bytes remaining; before the end of the first window it has none.
  private func checkSeconds(below threshold: Double, _ pace: Pace, from first: Double) -> Double {
    let crossing = unsent.secondsUntilRemaining(threshold, pace: pace, window: window)
    guard crossing < .infinity else { return .infinity }
    return window.secondsUntilCheck(after: max(crossing, first - roundsSeconds), sinceSync: secondsSinceSync, pace)
  }

  /// The bandwidth QEMU has measured in the last window.
  private mutating func measuredBandwidth(_ pace: Pace) -> Double {
    if pace.windowBytes < .infinity { return pace.bytesPerSecond }
    let isFirst = roundsSeconds < 2 * window.firstWindowSeconds(pace) - 1e-9
    return (isFirst ? pace.firstBytesPerSecond : pace.bytesPerSecond) * noise.bandwidthFactor()
  }

  func movingRate(_ rates: Rates) -> Double {
    wantsLinkRate ? rates.linkBytesPerSecond : rates.bytesPerSecond
  }

  private func canSkipRounds(_ rates: Rates) -> Bool { repetition.roundSeconds > 0 && repetition.rates == rates }

  /// Moves time and bytes without a transition.
  /// - Parameter endsRound: whether the bitmap is read right after.
  mutating func integrate(_ seconds: Double, _ rates: Rates, endsRound: Bool = false) {
    guard seconds > 0 else { return }
    if stage == .rounds, secondsSinceSync == 0, canSkipRounds(rates), seconds >= repetition.roundSeconds {
      let whole = ((seconds + Self.eventToleranceSeconds) / repetition.roundSeconds).rounded(.down)
      skip(rounds: whole, rates)
      return integrate(seconds - whole * repetition.roundSeconds, rates, endsRound: endsRound)
    }
    if repetition.rates != rates {
      repetition.isUniform = secondsSinceSync == 0
      repetition.rates = rates
      repetition.roundSeconds = 0
      restartCycles()
    }
    elapsedSeconds += seconds
    if phase == .stopAndCopy { pauseSeconds += seconds }
    switch stage {
    case .disks:
      let sent = min(diskBytes, seconds * rates.bytesPerSecond)
      diskBytes -= sent
      transferredBytes += sent
      note(moved: sent > 0)
    case .rounds:
      secondsSinceSync += seconds
      roundsSeconds += seconds
      if !isSuspended { accumulateActivity(seconds, rates) }
      sendRound(seconds, pace(rates), endsRound: endsRound)
    case .lastCopy, .postCopyStream:
      let before = unsent.data
      let sent = unsent.send(seconds: seconds, pace: pace(rates), window: &window)
      transferredBytes += sent
      if stage == .lastCopy { note(moved: sent > 0) }
      if stage == .postCopyStream { chargePostCopyFaults(seconds: seconds, sentBytes: before - unsent.data) }
    case .deviceState, .postCopyHandover: deviceStateSeconds = max(0, deviceStateSeconds - seconds)
    case .ended: break
    }
  }

  private mutating func note(moved: Bool) {
    progress.note(remaining: remainingBytes, moved: moved, now: elapsedSeconds, rule: model.progressRule)
  }

  /// Sends pages of a round.
  ///
  /// A monitor that asks for new minima polls too rarely to see the burst that ends a round under a cap; it sees what the
  /// window before left, or, where nothing paces the round, what remained about half a poll before its end.
  private mutating func sendRound(_ seconds: Double, _ pace: Pace, endsRound: Bool) {
    guard endsRound, model.progressRule == .newMinimum else {
      let sent = unsent.send(seconds: seconds, pace: pace, window: &window)
      transferredBytes += sent
      return note(moved: sent > 0)
    }
    var before = seconds - min(model.monitorPollSeconds, secondsSinceSync) / 2
    if pace.windowBytes < .infinity {
      var (rest, end) = (unsent, window)
      _ = rest.send(seconds: seconds, pace: pace, window: &end)
      before = seconds - end.elapsedSeconds
    }
    if before > 0 {
      transferredBytes += unsent.send(seconds: before, pace: pace, window: &window)
      note(moved: true)
    }
    transferredBytes += unsent.send(seconds: seconds - max(0, before), pace: pace, window: &window)
  }

  private mutating func accumulateActivity(_ seconds: Double, _ rates: Rates) {
    let kept = converge.activityFactor(busyShare: busyShare)
    let active = burst?.activeSeconds(from: elapsedSeconds - seconds, to: elapsedSeconds) ?? seconds
    activitySeconds += active * rates.activity * kept
    brownOutSeconds += seconds * (1 - kept * (1 - model.preCopySlowdownShare))
  }

  /// Repeats the last round `rounds` times; what remains at the end is what remained at the start.
  private mutating func skip(rounds whole: Double, _ rates: Rates) {
    let seconds = whole * repetition.roundSeconds
    elapsedSeconds += seconds
    transferredBytes += whole * repetition.sentBytes
    repetition.sentAtStart = transferredBytes
    rounds += Int(whole)
    if isSuspended { pauseSeconds += seconds } else { brownOutSeconds += seconds * lostShare }
    note(moved: true)
  }

  /// Share of guest throughput lost now, in the rounds.
  package var lostShare: Double {
    1 - converge.activityFactor(busyShare: busyShare) * (1 - model.preCopySlowdownShare)
  }

  /// The transition of an event that has been reached.
  mutating func handle(_ event: Event, _ rates: Rates) {
    switch event {
    case .none, .wholeRounds: break
    case .disksCopied:
      diskBytes = 0
      stage = .rounds
      secondsSinceSync = 0
      period.startSeconds = elapsedSeconds
      period.sentAtStart = transferredBytes
    case .sync: synchronize(rates)
    case .completionTimeout: completionTimedOut()
    case .noProgress: if secondsUntilNoProgress <= Self.eventToleranceSeconds { end(.aborted(.progressTimeout)) }
    case .downtimeStep: raiseDowntimeLimit()
    case .switchoverTimeout: end(.aborted(.stallDetector))
    case .lastPageSent: stage = .deviceState
    case .postCopyBegun: beginPostCopy()
    case .postCopyStarted:
      stage = .postCopyStream
      phase = .postCopy
    case .deviceStateSent, .postCopyDone: end(.completed)
    }
  }

  mutating func end(_ final: Phase) {
    phase = final
    stage = .ended
  }

  /// Reads the dirty bitmap and begins a round; returns the bytes added.
  mutating func readBitmap() -> Double {
    rounds += 1
    let added = unsent.addDirty(dirty, activitySeconds: activitySeconds, noise: &noise)
    activitySeconds = 0
    secondsSinceSync = 0
    window.noteSync()
    return added
  }

  /// A bitmap reading between rounds: stop when what remains is under the threshold.
  private mutating func synchronize(_ rates: Rates) {
    let roundSeconds = secondsSinceSync
    let bandwidth =
      model.sendsWholeRounds
      ? unsent.dataAtStart / max(roundSeconds, Self.eventToleranceSeconds) : measuredBandwidth(pace(rates))
    let added = readBitmap()
    if unsent.remaining < bandwidth * downtimeLimitSeconds || unsent.isEmpty {
      rounds += 1
      stage = .lastCopy
      phase = .stopAndCopy
      return
    }
    if postCopyRequested { return beginPostCopy() }
    if allowsAutoConverge { closePeriod(dirtied: added) }
    if stall != nil { return noteIteration() }
    noteRepetition(roundSeconds: roundSeconds, rates)
  }

  private mutating func closePeriod(dirtied: Double) {
    period.dirtiedBytes += dirtied
    guard elapsedSeconds - period.startSeconds >= converge.settings.periodSeconds else { return }
    converge.closePeriod(dirtiedBytes: period.dirtiedBytes, sentBytes: transferredBytes - period.sentAtStart)
    throttleMax = max(throttleMax, converge.throttle)
    period = SyncPeriod(startSeconds: elapsedSeconds, dirtiedBytes: 0, sentAtStart: transferredBytes)
  }

  /// Decides whether the round that begins will be the one that ended.
  ///
  /// Under auto-converge only the highest throttle repeats; a difference of 10^-9 of the data is none.
  private mutating func noteRepetition(roundSeconds: Double, _ rates: Rates) {
    let settings = converge.settings
    let throttleIsFinal = !allowsAutoConverge || converge.throttle >= min(settings.maximumPercent, 99) / 100
    let change = abs(unsent.dataAtStart - repetition.dataAtStart) / max(unsent.dataAtStart, 1)
    let same = change <= 1e-9 && abs(window.sentBytes - repetition.windowBytes) <= 1e-9 * window.sentBytes
    let repeats =
      same && unsent.zeroes == 0 && repetition.isUniform && throttleIsFinal && burst == nil && noise.key == 0
    repetition.windowBytes = window.sentBytes
    repetition.roundSeconds = repeats ? roundSeconds : 0
    repetition.sentBytes = transferredBytes - repetition.sentAtStart
    repetition.dataAtStart = unsent.dataAtStart
    repetition.sentAtStart = transferredBytes
    repetition.isUniform = true
    guard !repeats, throttleIsFinal else { return }
    let pace = pace(rates)
    let isFar = unsent.remaining > 1.1 * pace.bytesPerSecond * downtimeLimitSeconds
    let isSettled = change <= 1e-3 && isFar && pace.windowBytes == .infinity
    countCycles(isSettled: isSettled)
  }

  /// Rounds that are never equal, as under bursts and rate windows, are skipped by the mean of a cycle.
  private mutating func countCycles(isSettled: Bool) {
    repetition.cycle.add()
    repetition.settled.add()
    let settled = isSettled && repetition.settled.count >= RoundRepetition.settledRounds
    if !settled, repetition.cycle.count == RoundRepetition.cycleRounds, !repetition.isWarm {
      // The first cycle still comes down from the whole memory.
      repetition.isWarm = true
      repetition.cycle.restart(seconds: elapsedSeconds, bytes: transferredBytes)
    } else if settled || repetition.cycle.count >= RoundRepetition.cycleRounds {
      let cycle = settled ? repetition.settled : repetition.cycle
      let mean = cycle.mean(seconds: elapsedSeconds, bytes: transferredBytes)
      (repetition.roundSeconds, repetition.sentBytes) = (mean.seconds, mean.bytes)
      restartCycles()
    } else if !isSettled {
      repetition.settled.restart(seconds: elapsedSeconds, bytes: transferredBytes)
    }
  }

  private mutating func restartCycles() {
    repetition.isWarm = false
    repetition.cycle.restart(seconds: elapsedSeconds, bytes: transferredBytes)
    repetition.settled.restart(seconds: elapsedSeconds, bytes: transferredBytes)
  }
}
