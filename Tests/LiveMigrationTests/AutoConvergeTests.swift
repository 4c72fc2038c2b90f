import Testing

@testable import LiveMigration

struct AutoConvergeTests {
  @Test func `every second busy period takes a step, from 20 to 99 percent`() {
    var converge = AutoConverge()
    var steps: [Double] = []
    for _ in 0..<24 {
      converge.closePeriod(dirtiedBytes: 60, sentBytes: 100)
      steps.append((converge.throttle * 100).rounded())
    }
    #expect(steps.prefix(8) == [0, 20, 20, 30, 30, 40, 40, 50])
    #expect(steps.last == 99)
  }

  @Test func `quiet periods neither count nor reset`() {
    var converge = AutoConverge()
    converge.closePeriod(dirtiedBytes: 60, sentBytes: 100)
    converge.closePeriod(dirtiedBytes: 50, sentBytes: 100)
    #expect(converge.throttle == 0)
    converge.closePeriod(dirtiedBytes: 60, sentBytes: 100)
    #expect(converge.throttle == 0.2)
  }

  @Test func `a busy guest slows with its share, an idling one escapes until the share is short`() {
    var converge = AutoConverge()
    for _ in 0..<6 { converge.closePeriod(dirtiedBytes: 60, sentBytes: 100) }
    #expect(abs(converge.throttle - 0.4) < 1e-12)
    #expect(abs(converge.activityFactor(busyShare: 1) - 0.6) < 1e-12)
    #expect(converge.activityFactor(busyShare: 0.5) == 1)
    #expect(abs(converge.activityFactor(busyShare: 0.8) - 0.75) < 1e-12)
  }

  @Test func `throttling lets a guest converge that otherwise does not`() {
    var example = MigrationMonitorTests.endless()
    #expect(predict(example).status == .cancelled)
    example.configuration.allowAutoConverge = true
    let throttled = predict(example)
    #expect(throttled.status == .completed)
    #expect(throttled.throttlePercentMax >= 80)
    #expect(throttled.brownOutSeconds > 10)
    #expect(throttled.totalSeconds < 301)
    // Syncs inside long rounds let the throttle rise sooner.
    example.configuration.autoConvergeSyncSeconds = 5
    #expect(predict(example).totalSeconds < throttled.totalSeconds)
  }
}
