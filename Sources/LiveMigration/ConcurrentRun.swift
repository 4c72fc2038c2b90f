import ClusterModel

/// The state of migrations that run over one network, driven from event to event.
///
/// A migration whose rounds are whole and have no deadline depends only on the bytes it has carried; `FluidClocks` tell
/// when a round is done, however rates changed meanwhile. Every other migration is advanced when its own rate
/// changes. What a capped one would get without its cap is asked for again when a link of it was filled anew.
/// - Complexity: an event costs O(log migrations), and for its change of rates what `MaxMinFairShare` needs.
struct ConcurrentRun {
  /// A migration under way; its transfer lies beside it.
  private struct Progress {
    /// Number of its flow.
    var flow = -1
    var bytesPerSecond = 0.0
    var linkBytesPerSecond = 0.0
    /// Until when its transfer has been advanced.
    var seconds = 0.0
    var events = 0
    var isFluid = false
    var hasLinkRate = false
    var isTouched = false
    /// It was given up because nothing ends it.
    var neverEnds = false
  }

  private let migrations: [PlannedMigration]
  private let limits: MigrationLimits
  private var network: MigrationNetwork
  private var transfers: [PreCopyTransfer?]
  private var progress: [Progress]
  private(set) var predictions: [MigrationPrediction?]
  private(set) var startSeconds: [Double]
  private(set) var now = 0.0
  private var admission: MigrationAdmission
  private var clocks = FluidClocks()
  /// Next events of migrations that are not fluid.
  private var timers = LeastKeyHeap()
  private var steppedCount = 0
  /// Migrations to be given rates and a next event.
  private var touched: [Int] = []

  init(_ migrations: [PlannedMigration], _ network: MigrationNetwork, _ limits: MigrationLimits) {
    self.migrations = migrations
    self.limits = limits
    self.network = network
    transfers = migrations.map { _ in nil }
    progress = Array(repeating: Progress(), count: migrations.count)
    predictions = transfers.map { _ in nil }
    startSeconds = migrations.map { $0.startSeconds.isFinite ? max(0, $0.startSeconds) : 0 }
    timers = LeastKeyHeap(indices: migrations.count)
    admission = MigrationAdmission(
      sources: migrations.map(\.source.index), startSeconds: startSeconds, limits: limits)
  }

  mutating func toEnd() {
    while true {
      followRates()
      if let index = admission.next(at: now + FluidClocks.grainSeconds) {
        start(index)
        while let another = admission.next(at: now + FluidClocks.grainSeconds) { start(another) }
        continue
      }
      let next = min(admission.nextStartSeconds, min(clocks.nextSeconds, timers.first?.key ?? .infinity))
      guard next < .infinity else { break }
      now = max(now, next)
      for flow in clocks.takeDue(at: now, network.shares) { finishPart(network.id(ofFlow: flow)) }
      while let (index, time) = timers.first, time <= now + FluidClocks.grainSeconds { step(index, at: time) }
    }
    for index in transfers.indices where transfers[index] != nil {
      if !progress[index].isFluid { advance(index, to: now) }
      giveUp(index)
      end(index)
    }
  }

  private mutating func start(_ index: Int) {
    let planned = migrations[index]
    let transfer = planned.migration.transfer()
    progress[index].isFluid = transfer.dependsOnBytesOnly
    progress[index].seconds = now
    startSeconds[index] = now
    transfers[index] = transfer
    network.addFlow(
      id: index, from: planned.source, to: planned.target, capBytesPerSecond: planned.capBytesPerSecond,
      streams: planned.streams)
    progress[index].flow = network.flowNumber(of: index)
    if progress[index].isFluid {
      goOn(index)
    } else {
      steppedCount += 1
      touch(index)
    }
  }

  private mutating func giveUp(_ index: Int) {
    progress[index].neverEnds = transfers[index]?.phase.isFinal == false
    transfers[index]?.cancel(.doesNotConverge)
  }

  private mutating func end(_ index: Int) {
    let neverEnds = progress[index].neverEnds
    predictions[index] = transfers[index].map { MigrationPrediction($0, neverEnds: neverEnds) }
    transfers[index] = nil
    if !progress[index].isFluid { steppedCount -= 1 }
    timers.remove(index)
    network.removeFlow(id: index)
    admission.release(source: migrations[index].source.index)
  }

  // MARK: Fluid migrations

  /// All bytes of a round or of the last copy have been carried.
  private mutating func finishPart(_ index: Int) {
    guard let bytes = transfers[index]?.wireBytesToGo else { return }
    let seconds = now - progress[index].seconds
    progress[index].seconds = now
    pass(index, seconds, bytesPerSecond: seconds > 0 ? bytes / seconds : 1e15)
  }

  /// Makes a transfer's transitions until it has bytes to send again or is over.
  private mutating func pass(_ index: Int, _ seconds: Double, bytesPerSecond rate: Double) {
    let activity = migrations[index].migration.activity
    transfers[index]?.advance(
      seconds: seconds, bytesPerSecond: rate, linkBytesPerSecond: rate, activity: activity)
    while let transfer = transfers[index], !transfer.phase.isFinal, transfer.wireBytesToGo < 0.5 {
      transfers[index]?.advance(seconds: 0, bytesPerSecond: rate, linkBytesPerSecond: rate, activity: activity)
    }
    goOn(index)
  }

  private mutating func goOn(_ index: Int) {
    progress[index].events += 1
    if progress[index].events > eventLimit { giveUp(index) }
    guard transfers[index]?.phase.isFinal == false, let bytes = transfers[index]?.wireBytesToGo else {
      return end(index)
    }
    clocks.begin(flow: progress[index].flow, bytes: bytes)
  }

  // MARK: Other migrations

  /// A migration's own event.
  private mutating func step(_ index: Int, at time: Double) {
    timers.remove(index)
    let state = progress[index]
    transfers[index]?.advance(
      seconds: .infinity, bytesPerSecond: state.bytesPerSecond, linkBytesPerSecond: state.linkBytesPerSecond,
      activity: migrations[index].migration.activity)
    progress[index].seconds = time
    progress[index].events += 1
    if progress[index].events >= eventLimit { giveUp(index) }
    check(index)
  }

  /// Brings a transfer to a time at the rates it has had.
  private mutating func advance(_ index: Int, to time: Double) {
    let state = progress[index]
    var left = time - state.seconds
    while left > 0, transfers[index]?.phase.isFinal == false {
      left -=
        transfers[index]?.advance(
          seconds: left, bytesPerSecond: state.bytesPerSecond, linkBytesPerSecond: state.linkBytesPerSecond,
          activity: migrations[index].migration.activity) ?? left
    }
    progress[index].seconds = max(time, state.seconds)
  }

  /// After a change of a transfer: it is over, or its cap is another one, or only its next event.
  private mutating func check(_ index: Int) {
    guard let transfer = transfers[index] else { return }
    if transfer.phase.isFinal { return end(index) }
    if transfer.wantsLinkRate != progress[index].hasLinkRate {
      progress[index].hasLinkRate = transfer.wantsLinkRate
      let planned = migrations[index]
      network.setCap(
        transfer.wantsLinkRate ? planned.lastCopyCapBytesPerSecond : planned.capBytesPerSecond, of: index)
    }
    touch(index)
  }

  private mutating func touch(_ index: Int) {
    guard !progress[index].isTouched, !progress[index].isFluid else { return }
    progress[index].isTouched = true
    touched.append(index)
  }

  // MARK: Rates

  /// Fills changed links and follows: clocks of links, migrations whose rate is another one.
  private mutating func followRates() {
    var isDone = false
    while !isDone {
      let opened = network.shares.takeOpened()
      clocks.follow(opened, of: network.shares, now: now)
      if steppedCount > 0 {
        for link in opened {
          for place in network.shares.incidence.range(Int(link)) {
            touch(network.id(ofFlow: Int(network.shares.incidence.members[place].flow)))
          }
        }
      }
      isDone = touched.isEmpty
      let batch = touched
      touched.removeAll(keepingCapacity: true)
      for index in batch { progress[index].isTouched = false }
      for index in batch where transfers[index] != nil {
        // A migration that ends or changes its cap changes the rates of others.
        if network.shares.isFilled { giveRates(index) } else { touch(index) }
      }
    }
  }

  private mutating func giveRates(_ index: Int) {
    let flow = progress[index].flow
    let rate = network.shares.filledRate(of: flow)
    let cap = network.shares.cap(of: flow)
    var free = rate
    if !progress[index].hasLinkRate, cap < .infinity, rate >= cap * 0.999 {
      // The streams hold the last copy and the bursts of a rate window as well.
      free = min(network.rateWithoutCap(of: index), max(rate, migrations[index].lastCopyCapBytesPerSecond))
    }
    if rate != progress[index].bytesPerSecond || free != progress[index].linkBytesPerSecond {
      advance(index, to: now)
      progress[index].bytesPerSecond = rate
      progress[index].linkBytesPerSecond = free
      if transfers[index]?.phase.isFinal == true || transfers[index]?.wantsLinkRate != progress[index].hasLinkRate {
        return check(index)
      }
    }
    guard let transfer = transfers[index] else { return }
    let seconds = transfer.secondsUntilChange(
      PreCopyTransfer.Rates(rate, free, migrations[index].migration.activity))
    if seconds < .infinity { timers.set(index, to: progress[index].seconds + seconds) } else { timers.remove(index) }
  }
}

extension PreCopyTransfer {
  /// Whether nothing but the bytes it has sent decides what it does next, so that only the mean rate of a round counts.
  var dependsOnBytesOnly: Bool {
    model.sendsWholeRounds && deviceStateSeconds == 0 && deadline.limitSeconds == .infinity
      && progressTimeoutSeconds == 0 && !allowsAutoConverge && model.scanBytesPerSecond == .infinity
  }

  /// Bytes on the wire until the round, the last copy or the disks are sent.
  var wireBytesToGo: Double {
    switch stage {
    case .disks: diskBytes
    case .rounds, .lastCopy, .postCopyStream:
      unsent.data * (1 + model.pageHeaderBytes / UnsentPages.pageBytes)
        + unsent.zeroes * model.zeroPageBytes / UnsentPages.pageBytes
    case .deviceState, .postCopyHandover, .ended: 0
    }
  }

  /// Seconds until its next event; infinity also where its rounds repeat and nothing watches over them.
  func secondsUntilChange(_ rates: Rates) -> Double {
    let next = nextEvent(rates)
    let isForEver = next.event == .wholeRounds && next.seconds >= 0.99e9 * repetition.roundSeconds
    return isForEver ? .infinity : next.seconds
  }
}
