/// What KubeVirt's migration monitor does at its polls, in its order; one thing a poll.
///
/// 1. Post-copy has begun: nothing any more. 2. The completion time-out has passed, the guest may be disturbed and was
/// not yet: post-copy; for a machine with VFIO a limit of the pause of twice the time-out (v1.9); else the guest is
/// suspended. The last two double the time-out. 3. Nothing moved for longer than the progress time-out: abort. 4. The
/// time-out, doubled or not, has passed: abort. With the stall detector on, iterations are looked at besides
/// (`StallDetector`). Source: kubevirt/kubevirt `pkg/virt-launcher/virtwrap/live-migration-source.go`.
extension PreCopyTransfer {
  /// QEMU's largest limit of the pause, in seconds.
  static let mostDowntimeSeconds = 2000.0

  /// The earlier of an event and the monitor's next action.
  func monitored(_ event: (Double, Event), _ rates: Rates) -> (seconds: Double, event: Event) {
    var (seconds, kind) = event
    let timeout = max(0, deadline.actsAtSeconds - elapsedSeconds)
    if timeout < seconds { (seconds, kind) = (timeout, .completionTimeout) }
    if progressTimeoutSeconds > 0, model.progressRule == .newMinimum || movingRate(rates) == 0 {
      let stalled = max(0, secondsUntilNoProgress)
      // At the same poll a disturbance comes first, the abort for want of progress second.
      let isFirst = kind == .completionTimeout && !mayDisturb && stalled <= seconds
      if stalled < seconds || isFirst { (seconds, kind) = (stalled, .noProgress) }
    }
    if ramp != nil || switchoverDeadline < .infinity { return tuned(seconds, kind) }
    return (seconds, kind)
  }

  /// The earlier of an event and what only the switches of v1.9 bring.
  private func tuned(_ seconds: Double, _ kind: Event) -> (seconds: Double, event: Event) {
    var (seconds, kind) = (seconds, kind)
    if stage == .rounds, !isDisrupted, let ramp {
      let at = deadline.poll(notBefore: ramp.nextStepSeconds(iteration: rounds, now: elapsedSeconds))
      if at - elapsedSeconds < seconds { (seconds, kind) = (max(0, at - elapsedSeconds), .downtimeStep) }
    }
    let late = max(0, deadline.poll(notBefore: switchoverDeadline) - elapsedSeconds)
    if late < seconds { (seconds, kind) = (late, .switchoverTimeout) }
    return (seconds, kind)
  }

  var secondsUntilNoProgress: Double {
    let poll = deadline.poll(after: progressTimeoutSeconds, from: progress.lastProgressSeconds)
    guard poll <= lastActionSeconds else { return poll - elapsedSeconds }
    return deadline.poll(notBefore: lastActionSeconds + model.monitorPollSeconds / 2) - elapsedSeconds
  }

  private var mayDisturb: Bool { allowsDisruption && !isDisrupted }

  /// The completion time-out has passed.
  mutating func completionTimedOut() {
    guard mayDisturb else { return end(.aborted(.completionTimeout)) }
    lastActionSeconds = elapsedSeconds
    if allowsPostCopy, stage != .lastCopy { return requestPostCopy() }
    isDisrupted = true
    let limit = deadline.limitSeconds
    deadline.double()
    if raisesLimitForVFIO {
      setDowntimeLimit(min(2 * limit, Self.mostDowntimeSeconds))
      return
    }
    isSuspended = true
    guard stage != .lastCopy else { return }
    phase = .stopAndCopy
    repetition = RoundRepetition()
  }

  /// From here on no time-out acts.
  private mutating func requestPostCopy() {
    deadline = MonitorDeadline(limitSeconds: 0, model: model)
    postCopyRequested = true
  }

  private mutating func setDowntimeLimit(_ seconds: Double) {
    downtimeLimitSeconds = seconds
    repetition = RoundRepetition()
  }

  /// The ramp's next step.
  mutating func raiseDowntimeLimit() {
    ramp?.step(now: elapsedSeconds)
    // The stall detector may have gone further already.
    setDowntimeLimit(max(downtimeLimitSeconds, ramp?.limitSeconds ?? 0))
  }

  /// An iteration begins under the stall detector, which acts at once where the moment is good.
  mutating func noteIteration() {
    guard var detector = stall, !isDisrupted, !postCopyRequested, switchoverDeadline == .infinity else { return }
    let isMoment = detector.noteIteration(
      remaining: unsent.remaining, sentBytes: transferredBytes, now: elapsedSeconds)
    stall = detector
    guard isMoment else { return }
    let action = detector.action(
      remaining: unsent.remaining, elapsed: elapsedSeconds, completionTimeout: deadline.limitSeconds,
      maxDowntimeSeconds: maxDowntimeSeconds, allowsDisruption: allowsDisruption, allowsPostCopy: allowsPostCopy)
    switch action {
    case .nothing: return
    case .abort: return end(.aborted(.stallDetector))
    case .postCopy: return requestPostCopy()
    case .forceStop:
      isDisrupted = true
      setDowntimeLimit(Self.mostDowntimeSeconds)
    case .raiseLimit: setDowntimeLimit(max(downtimeLimitSeconds, maxDowntimeSeconds))
    }
    switchoverDeadline = elapsedSeconds + detector.settings.switchoverSeconds
  }
}
