import EventKernel
import Testing

/// Queues with known answers, simulated with the kernel's queue, streams and statistics.
@Suite struct QueueingTests {
  enum Event: BitwiseCopyable, Sendable {
    case arrival
    case departure
  }

  struct Answer {
    var utilization: Double
    var meanInSystem: Double
    var meanWait: Double
  }

  /// M/M/c over 16,000 arrivals after a warm-up of 500 mean service times; service takes one second on average.
  func simulate(servers: Int, arrivalsPerSecond: Double, replication: Int) -> Answer {
    var arrivals = RandomStream(seed: 42, replication: replication, purpose: .demand)
    var services = RandomStream(seed: 42, replication: replication, purpose: .durations)
    let gap = ExponentialDistribution(rate: arrivalsPerSecond)
    var queue = EventQueue<Event>()
    var waiting: [SimulationTime] = []
    var firstWaiting = 0
    var busy = TimeWeightedMean()
    var inSystem = TimeWeightedMean()
    var waits = Welford()
    let warmUp = SimulationTime.seconds(500)
    let end = warmUp + .seconds(16_000 / arrivalsPerSecond)
    var isWarm = false
    queue.schedule(.arrival, at: .seconds(gap.sample(using: &arrivals)), phase: .change)
    while let next = queue.popFirst(through: end) {
      let now = next.time
      if !isWarm && now >= warmUp {
        isWarm = true
        busy.restart(at: warmUp)
        inSystem.restart(at: warmUp)
        waits = Welford()
      }
      switch next.event {
      case .arrival:
        inSystem.add(1, at: now)
        waiting.append(now)
        queue.schedule(.arrival, at: now + .seconds(gap.sample(using: &arrivals)), phase: .change)
      case .departure:
        inSystem.add(-1, at: now)
        busy.add(-1, at: now)
      }
      if Int(busy.value) < servers && firstWaiting < waiting.count {
        waits.add((now - waiting[firstWaiting]).seconds)
        firstWaiting += 1
        busy.add(1, at: now)
        queue.schedule(.departure, at: now + .seconds(services.exponential()), phase: .finish)
      }
    }
    return Answer(
      utilization: busy.mean(at: end) / Double(servers), meanInSystem: inSystem.mean(at: end), meanWait: waits.mean)
  }

  /// Erlang's C formula: the probability that an arrival waits.
  func erlangC(servers: Int, load: Double) -> Double {
    var blocking = 1.0
    for n in 1...servers { blocking = load * blocking / (Double(n) + load * blocking) }
    return blocking / (1 - load / Double(servers) * (1 - blocking))
  }

  @Test(arguments: [(1, 0.5), (1, 0.8), (4, 3.2), (10, 7.0)])
  func `M/M/c has the utilization, population and wait of the closed forms`(servers: Int, load: Double) {
    let answers = (0..<20).map { simulate(servers: servers, arrivalsPerSecond: load, replication: $0) }
    let wait = erlangC(servers: servers, load: load) / (Double(servers) - load)
    func interval(_ value: (Answer) -> Double) -> ConfidenceInterval {
      ConfidenceInterval(of: answers.map(value), confidence: 0.999)
    }
    #expect(interval(\.utilization).contains(load / Double(servers)))
    #expect(interval(\.meanInSystem).contains(load * (1 + wait)))
    #expect(interval(\.meanWait).contains(wait))
    // Narrow enough to notice a wrong model.
    #expect(interval(\.meanInSystem).halfWidth < 0.1 * interval(\.meanInSystem).mean)
  }
}
