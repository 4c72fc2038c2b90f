import Testing

@testable import LiveMigration

struct ColdMigrationTests {
  @Test func `a start takes 15 to 90 seconds on Linux and 45 to 240 on Windows`() {
    for (guest, low, typical, high) in [(ColdMigration.Guest.linux, 15.0, 35.0, 90.0), (.windows, 45, 90, 240)] {
      let cold = ColdMigration(guest: guest)
      let (least, most) = (cold.sample(stop: 0, platform: 0, boot: 0), cold.sample(stop: 1, platform: 1, boot: 1))
      #expect(least.startSeconds + least.bootSeconds == low)
      #expect(cold.typical.startSeconds + cold.typical.bootSeconds == typical)
      #expect(most.startSeconds + most.bootSeconds == high)
    }
  }

  @Test func `a larger draw is never shorter, and senseless draws are clamped`() {
    let cold = ColdMigration()
    var before = 0.0
    for i in 0...100 {
      let u = Double(i) / 100
      let downtime = cold.sample(stop: u, platform: u, boot: u).downtimeSeconds
      #expect(downtime > before)
      before = downtime
    }
    #expect(cold.sample(stop: .nan, platform: -3, boot: .nan) == cold.sample(stop: 0, platform: 0, boot: 0))
    #expect(cold.sample(stop: 9, platform: 9, boot: 9) == cold.sample(stop: 1, platform: 1, boot: 1))
  }

  @Test func `the grace period bounds the stop`() {
    let short = ColdMigration().withGracePeriod(seconds: 5)
    #expect(short.sample(stop: 1, platform: 0, boot: 0).stopSeconds == 5)
    let long = ColdMigration().withGracePeriod(seconds: 180)
    #expect(long.sample(stop: 1, platform: 0, boot: 0).stopSeconds == 180)
    #expect(long.sample(stop: 0.5, platform: 0, boot: 0).stopSeconds == 15)
  }

  @Test func `failed evacuations back off by doubling, at most 320 seconds`() {
    let phases = MigrationPhases()
    #expect((0...8).map { phases.backoffSeconds(failures: $0) } == [0, 20, 40, 80, 160, 320, 320, 320, 320])
    #expect(phases.secondsBeforeTransfer(0.5) == 11)
  }

  @Test func `SR-IOV interfaces take up to 30 s to unplug`() {
    let phases = MigrationPhases()
    #expect(phases.secondsBeforeTransfer(0.5, hasSRIOVInterfaces: true, detach: 0) == 12)
    #expect(phases.secondsBeforeTransfer(0.5, hasSRIOVInterfaces: true, detach: 1) == 41)
  }

  @Test func `failures count since the last success, among the five newest attempts`() {
    var attempts = FinishedAttempts()
    #expect(attempts.failuresSinceSuccess == 0)
    var counts: [Int] = []
    for succeeded in [false, false, true, false, true, true] + [Bool](repeating: false, count: 7) {
      attempts.add(succeeded: succeeded)
      counts.append(attempts.failuresSinceSuccess)
    }
    #expect(counts == [1, 2, 0, 1, 0, 0, 1, 2, 3, 4, 5, 5, 5])
  }
}
