import Testing

@testable import LiveMigration

/// The order in which KubeVirt's monitor acts, line by line, and the time-outs it compares with.
struct MigrationActionTests {
  private static let link = 500 * mebibyte

  private static func transfer(
    hasVFIODevice: Bool = false, progressTimeout: Int = 150, limit: Double = 300, version: String = "next",
    _ change: (inout MigrationConfiguration) -> Void = { _ in }
  ) -> PreCopyTransfer {
    var configuration = MigrationPreset.named(version)?.configuration ?? MigrationConfiguration()
    configuration.progressTimeout = progressTimeout
    change(&configuration)
    let example = MigrationMonitorTests.endless()
    return PreCopyTransfer(
      usedBytes: example.usedBytes, zeroBytes: 0, copiedDiskBytes: 0, dirty: example.dirty,
      configuration: configuration, completionTimeoutSeconds: limit, hasVFIODevice: hasVFIODevice)
  }

  @Test func `line 1: post-copy that has begun has no time-out`() {
    var transfer = Self.transfer { $0.allowPostCopy = true; $0.allowWorkloadDisruption = nil }
    while transfer.phase != .postCopy { transfer.step(Self.link) }
    transfer.advance(seconds: 1e5, bytesPerSecond: 0, linkBytesPerSecond: 0, activity: 1)
    #expect(transfer.phase == .postCopy)
  }

  @Test func `line 2: past the limit post-copy comes first where it may`() {
    var transfer = Self.transfer { $0.allowPostCopy = true; $0.allowWorkloadDisruption = true }
    while !transfer.phase.isFinal { transfer.step(Self.link) }
    #expect(transfer.usedPostCopy && transfer.elapsedSeconds > 301.2)
    #expect(!transfer.isSuspended)
  }

  @Test func `line 2: a machine with VFIO gets a longer pause in place of post-copy, from version 1_9 on`() {
    for allowsPostCopy in [false, true] {
      var transfer = Self.transfer(hasVFIODevice: true) {
        $0.allowPostCopy = allowsPostCopy
        $0.allowWorkloadDisruption = true
      }
      while !transfer.phase.isFinal { transfer.step(Self.link) }
      #expect(transfer.phase == .completed)
      #expect(!transfer.usedPostCopy && !transfer.isSuspended)
      #expect(transfer.downtimeLimitSeconds == 600)
      // QEMU stops the guest at its next look, so the pause is about one hot set.
      #expect(transfer.elapsedSeconds > 301.2 && transfer.elapsedSeconds < 325)
    }
    var long = Self.transfer(hasVFIODevice: true, limit: 1500) { $0.allowWorkloadDisruption = true }
    while !long.phase.isFinal { long.step(Self.link) }
    #expect(long.downtimeLimitSeconds == 2000)
    var older = Self.transfer(hasVFIODevice: true, version: "openshift-4.20") { $0.allowPostCopy = true }
    while !older.phase.isFinal { older.step(Self.link) }
    #expect(older.usedPostCopy)
  }

  @Test func `line 2: else the guest is suspended, once`() {
    var transfer = Self.transfer { $0.allowWorkloadDisruption = true }
    while !transfer.phase.isFinal { transfer.step(Self.link) }
    #expect(transfer.phase == .completed && transfer.isSuspended)
  }

  @Test func `line 3: no progress aborts, whether or not the guest may be disturbed`() {
    for mayDisturb in [false, true] {
      var transfer = Self.transfer { $0.allowWorkloadDisruption = mayDisturb }
      transfer.step(Self.link, atMost: 10)
      while !transfer.phase.isFinal { transfer.step(0) }
      #expect(transfer.phase == .aborted(.progressTimeout))
      #expect(abs(transfer.elapsedSeconds - 161.2) < 0.41)
    }
  }

  @Test func `lines 2 to 4 at one poll: a disturbance, then want of progress, then the limit`() {
    func stuck(_ mayDisturb: Bool) -> PreCopyTransfer {
      // Both limits pass at the same poll: nothing ever moves.
      var transfer = Self.transfer(progressTimeout: 300) { $0.allowWorkloadDisruption = mayDisturb }
      while !transfer.phase.isFinal { transfer.step(0) }
      return transfer
    }
    #expect(stuck(false).phase == .aborted(.progressTimeout))
    #expect(abs(stuck(false).elapsedSeconds - 301.2) < 1e-6)
    let disturbed = stuck(true)
    #expect(disturbed.isSuspended)
    #expect(disturbed.phase == .aborted(.progressTimeout))
    // One thing a poll: the abort comes with the next.
    #expect(abs(disturbed.elapsedSeconds - 301.6) < 1e-6)
  }

  @Test func `line 4: the limit aborts, and twice the limit aborts a suspended guest`() {
    var plain = Self.transfer()
    while !plain.phase.isFinal { plain.step(Self.link) }
    #expect(plain.phase == .aborted(.completionTimeout))
    #expect(abs(plain.elapsedSeconds - 301.2) < 1e-6)
    for hasVFIODevice in [false, true] {
      var disturbed = Self.transfer(hasVFIODevice: hasVFIODevice, progressTimeout: 0) {
        $0.allowWorkloadDisruption = true
      }
      while disturbed.elapsedSeconds < 301.1 { disturbed.step(Self.link) }
      while !disturbed.phase.isFinal { disturbed.step(0) }
      #expect(disturbed.phase == .aborted(.completionTimeout))
      #expect(abs(disturbed.elapsedSeconds - 601.2) < 1e-6)
    }
  }

  @Test func `zero switches both time-outs off`() {
    var transfer = Self.transfer(progressTimeout: 0, limit: 0)
    transfer.advance(seconds: 1e6, bytesPerSecond: 0, linkBytesPerSecond: 0, activity: 1)
    #expect(transfer.phase == .preCopy)
  }

  /// Guest memory, copied disks and moved volumes together, in started billions of bytes.
  @Test(arguments: [
    (1.0, 0.0, 2.0), (4, 0, 5), (16, 0, 18), (64, 0, 69), (256, 0, 275), (16, 2, 20), (4, 100, 112),
  ])
  func `the time-out counts what is sent`(memoryGiB: Double, disksGiB: Double, units: Double) {
    for perGiB in [20, 150, 800] {
      var configuration = MigrationConfiguration()
      configuration.completionTimeoutPerGiB = perGiB
      let seconds = configuration.completionTimeoutSeconds(bytes: (memoryGiB + disksGiB) * gibibyte)
      #expect(seconds == units * Double(perGiB))
    }
  }
}
