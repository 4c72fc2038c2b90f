import EventKernel
import Testing

@Suite struct SimulationTimeTests {
  @Test func `seconds round to the nearest microsecond`() {
    #expect(SimulationTime(seconds: 1.0000004).microseconds == 1_000_000)
    #expect(SimulationTime(seconds: 1.0000006).microseconds == 1_000_001)
    #expect(SimulationDuration(seconds: -0.0000006).microseconds == -1)
    #expect(SimulationTime.hours(1.5).seconds == 5400)
    #expect(SimulationDuration.days(2) == .hours(48))
    #expect(SimulationDuration.milliseconds(3) == .seconds(0.003))
    #expect(SimulationTime.minutes(2).seconds == 120)
  }

  @Test(arguments: [Double.infinity, 1e300, -Double.infinity, -1e300, .nan, 0x1p63 / 1e6])
  func `no number of seconds traps`(seconds: Double) {
    let time = SimulationTime(seconds: seconds)
    #expect(time.microseconds == (seconds.isNaN ? 0 : seconds > 0 ? .max : .min))
    #expect(SimulationDuration(seconds: seconds).microseconds == time.microseconds)
  }

  @Test func `arithmetic saturates at the ends`() {
    #expect(SimulationTime.distantFuture + .seconds(1) == .distantFuture)
    #expect((SimulationTime(microseconds: .min) - .seconds(1)).microseconds == .min)
    #expect((SimulationTime(microseconds: .min) - SimulationTime.distantFuture).microseconds == .min)
    #expect((SimulationTime.zero - SimulationTime(microseconds: .min)).microseconds == .max)
    #expect((SimulationDuration.days(1) * .max).microseconds == .max)
    #expect((SimulationDuration.days(1) * .min).microseconds == .min)
    #expect((SimulationDuration.days(-1) * .max).microseconds == .min)
  }

  @Test func `times and durations add up`() {
    var time = SimulationTime.seconds(10)
    time += .seconds(5)
    time -= .milliseconds(500)
    #expect(time.seconds == 14.5)
    #expect(time - SimulationTime.seconds(10) == .seconds(4.5))
    #expect(SimulationDuration.seconds(2) * 3 + .seconds(1) - .seconds(2) == .seconds(5))
    #expect(SimulationTime.zero < time && time < .distantFuture)
  }
}
