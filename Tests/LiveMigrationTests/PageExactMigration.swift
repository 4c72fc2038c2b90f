import Foundation

@testable import LiveMigration

/// QEMU's loop again, page by page: a bitmap to send, a log of writes, rate windows, slices, a monitor that polls.
///
/// Twin of `PreCopyTransfer`. It knows no fluid, no densities and no skipped windows: each page is found by scanning
/// and sent by itself, each write hits one page. The guest's writes are drawn when the log is read, because nothing
/// looks at the log in between.
struct PageExactMigration {
  struct Rates {
    var linkBytesPerSecond: Double
    var activity: Double
  }

  struct Writer {
    var firstPage: Int
    var pages: Int
    var perSecond: Double
    var access: DirtyClass.Access
    var position: Int
    /// Writes due and not yet made, a fraction.
    var due = 0.0
  }

  let model: MigrationModel
  let capBytesPerSecond: Double
  let limitSeconds: Double
  let usedPages: Int
  let timeoutSeconds: Double
  let progressTimeoutSeconds: Double
  let allowsPostCopy: Bool
  let allowsSuspension: Bool
  var converge: AutoConverge?
  var burst: BurstPattern?
  var rates: (Double) -> Rates
  var writers: [Writer] = []
  var random: Seeded

  var toSend: [Bool]
  var log: [Bool]
  var remaining: Int
  var scan = 0
  var now = 0.0
  var activityUntil = 0.0
  var rounds = 1
  var wireBytes = 0.0
  var pauseSeconds = 0.0
  var outcome = ""
  var windowStart = 0.0
  var windowBytes = 0.0
  var threshold = 0.0
  var isSuspended = false
  var suspendedAt = 0.0
  var isStopped = false
  /// Bytes in the socket buffers when `now` was `bufferedAt`.
  var buffered = 0.0
  var bufferedAt = 0.0
  var isPostCopyWanted = false
  var leastSeen = Int.max
  var lastProgress = 0.0
  var nextPoll = 0.0
  var period = SyncPeriod()

  init(_ example: MigrationCase, seed: UInt64, rates: @escaping (Double) -> Rates) {
    let configuration = example.configuration
    model = configuration.model
    capBytesPerSecond = configuration.bandwidthPerMigration
    limitSeconds = Double(configuration.downtimeLimitMs) / 1000
    usedPages = Int(example.usedBytes / 4096)
    timeoutSeconds = example.completionTimeoutSeconds ?? 0
    progressTimeoutSeconds = example.progressTimeoutSeconds ?? 0
    allowsPostCopy = configuration.allowPostCopy
    allowsSuspension = configuration.allowsWorkloadDisruption
    if configuration.allowAutoConverge { converge = AutoConverge(settings: model.autoConverge) }
    burst = example.burst
    self.rates = rates
    random = Seeded(seed)
    let pages = Int(example.memoryBytes / 4096)
    toSend = Array(repeating: true, count: pages)
    log = Array(repeating: false, count: pages)
    remaining = pages
    var first = 0
    for i in 0..<example.dirty.classCount {
      let kind = example.dirty[i]
      let count = Int(kind.setBytes / 4096)
      writers.append(
        Writer(
          firstPage: first, pages: count, perSecond: kind.writesBytesPerSecond / 4096, access: kind.access,
          position: Int(Double(count) * example.sequentialStart)))
      first += count
    }
  }

  mutating func run() {
    while outcome.isEmpty {
      if remaining == 0 || Double(remaining) * 4096 < threshold {
        let added = readLog()
        if remaining == 0 || Double(remaining) * 4096 < threshold { return stopAndCopy() }
        closePeriod(added)
      }
      if isPostCopyWanted { return postCopy() }
      sendSlice()
      closeWindowIfOver()
      if isOverBudget, outcome.isEmpty {
        pass(until: windowStart + model.rateWindowSeconds)
        closeWindowIfOver()
      }
    }
  }

  private var isOverBudget: Bool {
    capBytesPerSecond > 0 && windowBytes >= capBytesPerSecond * MigrationModel.rateWindowShareSeconds
  }

  private mutating func closeWindowIfOver() {
    guard now >= windowStart + model.rateWindowSeconds - 1e-9 else { return }
    threshold = windowBytes / (now - windowStart) * limitSeconds
    windowStart = now
    windowBytes = 0
  }

  private mutating func sendSlice() {
    let start = now
    var count = 0
    while !isOverBudget, remaining > 0, outcome.isEmpty {
      sendNextPage(at: rates(now).linkBytesPerSecond)
      if count & 63 == 0, now - start >= model.sliceSeconds { return }
      count += 1
    }
  }

  private mutating func sendNextPage(at speed: Double) {
    while !toSend[scan] { scan = scan + 1 < toSend.count ? scan + 1 : 0 }
    toSend[scan] = false
    remaining -= 1
    let isZero = scan >= usedPages
    let bytes = isZero ? model.zeroPageBytes : 4096 + model.pageHeaderBytes
    wireBytes += bytes
    windowBytes += bytes
    buffered = max(0, buffered - (now - bufferedAt) * speed)
    bufferedAt = now
    let host = model.socketBufferBytes > 0 ? max(speed, model.hostBytesPerSecond) : speed
    let wait = max(0, buffered + bytes - model.socketBufferBytes) / speed
    buffered += bytes
    pass(until: now + max(wait, bytes / host, isZero ? 4096 / model.scanBytesPerSecond : 0))
  }

  /// Lets time pass and polls on the way.
  private mutating func pass(until time: Double) {
    while nextPoll <= time, outcome.isEmpty {
      poll(at: nextPoll)
      nextPoll += model.monitorPollSeconds
    }
    if outcome.isEmpty { now = time }
  }

  private mutating func poll(at time: Double) {
    if remaining < leastSeen { (leastSeen, lastProgress) = (remaining, time) }
    let limit = isSuspended ? timeoutSeconds * 2 : timeoutSeconds
    let clock = model.monitorClockSeconds > 0 ? time.rounded(.down) : time
    if timeoutSeconds > 0, !isPostCopyWanted, model.monitorClockSeconds > 0 ? clock > limit : clock >= limit {
      if allowsPostCopy, !isStopped {
        isPostCopyWanted = true
      } else if allowsSuspension, !isSuspended {
        accountActivity(until: time)
        (isSuspended, suspendedAt) = (true, time)
      } else {
        (outcome, now) = ("cancelled", time)
      }
    } else if model.progressRule == .newMinimum, progressTimeoutSeconds > 0, !isPostCopyWanted,
      time - lastProgress >= progressTimeoutSeconds
    {
      (outcome, now) = ("cancelled", time)
    }
  }

  /// Adds up the writes due since the last time.
  private mutating func accountActivity(until time: Double) {
    defer { activityUntil = time }
    guard !isSuspended else { return }
    // The activity of a stretch is that at its middle; stretches are short beside changes of rate.
    var start = activityUntil
    while start < time {
      let end = min(time, start + 0.001)
      let active = burst?.activeSeconds(from: start, to: end) ?? (end - start)
      let kept = converge?.activityFactor(busyShare: 1) ?? 1
      for i in writers.indices {
        writers[i].due += active * rates((start + end) / 2).activity * kept * writers[i].perSecond
      }
      start = end
    }
  }

  /// Moves what was written since the last reading to the bitmap; returns the pages newly marked.
  private mutating func readLog() -> Int {
    accountActivity(until: now)
    rounds += 1
    var touched: [Int] = []
    for i in writers.indices where writers[i].pages > 0 {
      let count = writers[i].due.rounded(.down)
      writers[i].due -= count
      for _ in 0..<Int(count) {
        let page: Int
        switch writers[i].access {
        case .random: page = random.integer(0, writers[i].pages - 1)
        case .sequential:
          page = writers[i].position
          writers[i].position = page + 1 < writers[i].pages ? page + 1 : 0
        }
        touched.append(writers[i].firstPage + page)
      }
    }
    var added = 0
    for page in touched where !toSend[page] {
      toSend[page] = true
      added += 1
    }
    remaining += added
    return added
  }

  private mutating func closePeriod(_ added: Int) {
    guard var settings = converge else { return }
    period.dirtiedBytes += Double(added) * 4096
    guard now - period.startSeconds > settings.settings.periodSeconds else { return }
    settings.closePeriod(dirtiedBytes: period.dirtiedBytes, sentBytes: wireBytes - period.sentAtStart)
    converge = settings
    period = SyncPeriod(startSeconds: now, dirtiedBytes: 0, sentAtStart: wireBytes)
  }

  private mutating func stopAndCopy() {
    rounds += 1
    isStopped = true
    let stop = isSuspended ? suspendedAt : now
    drain()
    guard outcome.isEmpty else { return }
    now += model.deviceStateSeconds
    pauseSeconds = now - stop
    outcome = "completed"
  }

  private mutating func postCopy() {
    _ = readLog()
    pauseSeconds = model.deviceStateSeconds
    now += model.deviceStateSeconds
    nextPoll = .infinity
    drain()
    outcome = "post-copy"
  }

  /// Sends the rest without the cap.
  private mutating func drain() {
    while remaining > 0, outcome.isEmpty { sendNextPage(at: rates(now).linkBytesPerSecond) }
  }
}
