import Testing

@testable import LiveMigration

/// What KubeVirt's monitor does when time is up.
struct MigrationMonitorTests {
  /// A guest that dirties faster than its link carries, with a limit of 300 s.
  static func endless(_ change: (inout MigrationConfiguration) -> Void = { _ in }) -> MigrationCase {
    let dirty = DirtyPageProfile(
      hotSetBytes: 4 * gibibyte, tauSeconds: 2, coldBytesPerSecond: 0, capBytes: 4 * gibibyte)
    var example = MigrationCase(
      memoryBytes: 16 * gibibyte, usedBytes: 8 * gibibyte, dirty: dirty, linkBytesPerSecond: 500 * mebibyte)
    change(&example.configuration)
    example.completionTimeoutSeconds = 300
    return example
  }

  @Test func `without leave to disturb the guest, the time-out aborts at the first poll past the second`() {
    let result = predict(Self.endless())
    #expect(result.status == .cancelled)
    #expect(result.reason == .completionTimeout)
    #expect(abs(result.totalSeconds - 301.2) < 1e-6)
    #expect(result.downtimeSeconds == 0)
  }

  @Test(arguments: [(1.0, 2.0), (3, 4), (40, 41.2), (750, 751.2), (10350, 10351.2)])
  func `time-outs act on the grid of polls`(limit: Double, second: Double) {
    let deadline = MonitorDeadline(limitSeconds: limit, model: MigrationModel())
    #expect(abs(deadline.actsAtSeconds - second) < 1e-6)
  }

  @Test func `with leave to disturb the guest, the time-out pauses it and the rest drains`() {
    let result = predict(Self.endless { $0.allowWorkloadDisruption = true })
    #expect(result.status == .completed)
    #expect(result.isSuspended)
    #expect(result.totalSeconds > 301.2)
    // What is unsent at the pause and what was dirtied before it: between one and two hot sets.
    let hotSetSeconds = 4 * 1024.0 / 500
    #expect(result.downtimeSeconds > hotSetSeconds * 0.7)
    #expect(result.downtimeSeconds < hotSetSeconds * 2.1)
    #expect(abs(result.totalSeconds - 301.2 - result.downtimeSeconds) < 1e-6)
  }

  @Test func `a paused guest whose link dies is aborted at twice the limit`() {
    var transfer = Self.endless {
      $0.allowWorkloadDisruption = true
      $0.progressTimeout = 0
    }.transfer()
    while !transfer.isSuspended { transfer.step(500 * mebibyte) }
    #expect(transfer.phase == .stopAndCopy)
    while !transfer.phase.isFinal { transfer.step(0) }
    #expect(transfer.phase == .aborted(.completionTimeout))
    #expect(abs(transfer.elapsedSeconds - 601.2) < 1e-6)
    #expect(abs(transfer.pauseSeconds - 300) < 1e-6)
  }

  @Test func `post-copy moves the guest at the time-out and pauses it only for the hand-over`() {
    let example = Self.endless { $0.allowPostCopy = true }
    let result = predict(example)
    #expect(result.status == .postCopy)
    #expect(abs(result.downtimeSeconds - MigrationModel().deviceStateSeconds) < 1e-9)
    #expect(result.totalSeconds > 301.2)
    let twoHotSetsSeconds: Double = 2 * 4096 / 500
    #expect(result.totalSeconds < 301.2 + twoHotSetsSeconds)
    #expect(result.brownOutSeconds > 0.07 * 301)
  }

  @Test func `post-copy without leave to disturb is an abort`() {
    let result = predict(
      Self.endless {
        $0.allowPostCopy = true
        $0.allowWorkloadDisruption = false
      })
    #expect(result.reason == .completionTimeout)
  }

  @Test func `post-copy has no time-out, whatever the link does`() {
    var transfer = Self.endless { $0.allowPostCopy = true }.transfer()
    while transfer.phase != .postCopy { transfer.step(500 * mebibyte) }
    #expect(transfer.wantsLinkRate)
    #expect(
      transfer.secondsUntilNextEvent(bytesPerSecond: 0, linkBytesPerSecond: 0, activity: 1) == .infinity)
    transfer.advance(seconds: 1e6, bytesPerSecond: 0, linkBytesPerSecond: 0, activity: 1)
    #expect(transfer.phase == .postCopy)
    while !transfer.phase.isFinal { transfer.step(500 * mebibyte) }
    #expect(transfer.phase == .completed)
  }

  @Test func `a dead link is noticed by the progress time-out, a slow one is not`() {
    var example = Self.endless()
    example.completionTimeoutSeconds = 0
    var transfer = example.transfer()
    transfer.step(500 * mebibyte, atMost: 3)
    while !transfer.phase.isFinal { transfer.step(0) }
    #expect(transfer.phase == .aborted(.progressTimeout))
    #expect(abs(transfer.elapsedSeconds - 154) < 0.41)

    transfer = example.transfer()
    transfer.step(1000, atMost: 1000)
    #expect(transfer.phase == .preCopy)
  }

  @Test func `a stricter monitor aborts when the remaining data sets no new minimum`() {
    var example = Self.endless()
    example.configuration.model.progressRule = .newMinimum
    example.configuration.multifdChannels = 1
    example.progressTimeoutSeconds = 20
    let result = predict(example)
    #expect(result.reason == .progressTimeout)
    #expect(result.totalSeconds > 30 && result.totalSeconds < 60)
  }

  @Test func `without time-outs a guest that never converges is reported as such`() {
    var example = Self.endless { $0.progressTimeout = 0 }
    example.completionTimeoutSeconds = 0
    #expect(predict(example).reason == .doesNotConverge)
  }

  @Test func `cancelling ends the transfer where it is`() {
    var transfer = Self.endless().transfer()
    transfer.step(500 * mebibyte, atMost: 3)
    transfer.cancel()
    #expect(transfer.phase == .aborted(.cancelled))
    #expect(transfer.remainingBytes == 0)
    transfer.cancel(.progressTimeout)
    #expect(transfer.phase == .aborted(.cancelled))
    #expect(transfer.secondsUntilNextEvent(bytesPerSecond: 1, linkBytesPerSecond: 1, activity: 1) == .infinity)
  }
}

extension PreCopyTransfer {
  /// Goes to the next event at one rate everywhere.
  mutating func step(_ bytesPerSecond: Double, atMost seconds: Double = .infinity) {
    let next = secondsUntilNextEvent(
      bytesPerSecond: bytesPerSecond, linkBytesPerSecond: bytesPerSecond, activity: 1)
    let length = min(next, seconds)
    guard length < .infinity else { return cancel() }
    advance(seconds: length, bytesPerSecond: bytesPerSecond, linkBytesPerSecond: bytesPerSecond, activity: 1)
  }
}
