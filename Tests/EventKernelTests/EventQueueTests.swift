import EventKernel
import Testing

@Suite struct EventQueueTests {
  /// As small as the events of a run: a tag and a 32-bit id.
  enum FiveBytes: BitwiseCopyable, Sendable, Equatable {
    case first(UInt32)
    case second(UInt32)
  }

  /// A sorted array under the same contract: the slow twin.
  struct SortedTwin {
    private var pending: [(time: Int64, phase: UInt8, sequence: Int, event: Int)] = []
    private var sequence = 0

    var count: Int { pending.count }
    var peekTime: Int64? { pending.last?.time }

    mutating func schedule(_ event: Int, at time: Int64, phase: EventPhase) {
      let key = (time, phase.rawValue, sequence)
      var low = 0
      var high = pending.count
      while low < high {
        let middle = (low + high) / 2
        let other = pending[middle]
        if (other.time, other.phase, other.sequence) > key { low = middle + 1 } else { high = middle }
      }
      pending.insert((time, phase.rawValue, sequence, event), at: low)
      sequence += 1
    }

    mutating func popFirst() -> (time: Int64, phase: UInt8, event: Int)? {
      pending.popLast().map { ($0.time, $0.phase, $0.event) }
    }
  }

  /// Delays in microseconds that stress the queue differently.
  enum Delays: CaseIterable {
    case exponential, ties, bimodal, heavyTail, constant, endOfTime

    func draw(_ random: inout RandomStream) -> Int64 {
      switch self {
      case .exponential: Int64(random.exponential() * 1e6)
      case .ties: Int64(random.uniform(below: 4)) * 60_000_000
      case .bimodal: random.bernoulli(0.9) ? Int64(random.uniform(below: 50)) : 86_400_000_000
      case .heavyTail: Int64(ParetoDistribution(minimum: 1, shape: 0.2).sample(using: &random).clamped(to: 0...9e17))
      case .constant: 1_000_000
      case .endOfTime: random.bernoulli(0.3) ? .max : Int64(random.uniform(below: 1000))
      }
    }
  }

  @Test func `an entry of a five-byte event takes 24 bytes`() {
    #expect(MemoryLayout<FiveBytes>.size == 5)
    #expect(MemoryLayout<EventQueue<FiveBytes>.Entry>.stride == 24)
  }

  @Test(arguments: Delays.allCases, [3, 100, 1500])
  func `the queue pops as a sorted array does`(delays: Delays, pending: Int) throws {
    for seed in 0..<6 {
      var random = RandomStream(seed: UInt64(seed), replication: pending, purpose: .durations)
      var queue = EventQueue<Int>(minimumCapacity: seed.isMultiple(of: 2) ? 0 : pending)
      var twin = SortedTwin()
      var now: Int64 = 0
      var growing = true
      for step in 0..<6 * pending + 200 {
        if twin.count > pending { growing = false }
        if twin.count < pending / 4 { growing = true }
        let pushes = random.uniform(below: growing ? 4 : 2)
        for _ in 0..<pushes {
          let (sum, overflow) = now.addingReportingOverflow(delays.draw(&random))
          let time = overflow ? .max : sum
          let phase = try #require(EventPhase(rawValue: UInt8(random.uniform(below: 4))))
          queue.schedule(step, at: SimulationTime(microseconds: time), phase: phase)
          twin.schedule(step, at: time, phase: phase)
        }
        #expect(queue.count == twin.count)
        #expect(queue.peekTime?.microseconds == twin.peekTime)
        let expected = twin.popFirst()
        let popped = queue.popFirst()
        guard
          popped?.time.microseconds == expected?.time, popped?.event == expected?.event,
          popped?.phase.rawValue == expected?.phase
        else {
          Issue.record("seed \(seed), step \(step): \(String(describing: popped)), not \(String(describing: expected))")
          return
        }
        if let expected, expected.time < .max / 2 { now = expected.time }
      }
      while let expected = twin.popFirst() { #expect(queue.popFirst()?.event == expected.event) }
      #expect(queue.isEmpty && queue.popFirst() == nil && queue.peekTime == nil)
    }
  }

  @Test func `times before the last event and below zero keep their order`() {
    var random = RandomStream(seed: 3, replication: 0, purpose: .durations)
    var queue = EventQueue<Int>()
    var twin = SortedTwin()
    for step in 0..<20_000 {
      let time = Int64(bitPattern: random.next()) >> Int64(random.uniform(below: 63))
      queue.schedule(step, at: SimulationTime(microseconds: time), phase: .change)
      twin.schedule(step, at: time, phase: .change)
      if step.isMultiple(of: 3) { #expect(queue.popFirst()?.event == twin.popFirst()?.event) }
    }
    while let expected = twin.popFirst() { #expect(queue.popFirst()?.event == expected.event) }
  }

  @Test(arguments: [10, 10_000]) func `equal times and phases leave in the order they came`(count: Int) {
    var queue = EventQueue<Int>()
    for event in 0..<count { queue.schedule(event, at: .seconds(5), phase: .observe) }
    for event in 0..<count { #expect(queue.popFirst()?.event == event) }
  }

  @Test func `at one time the phases go finish, change, observe, react`() {
    var queue = EventQueue<Int>()
    for phase in EventPhase.allCases.reversed() { queue.schedule(Int(phase.rawValue), at: .seconds(1), phase: phase) }
    queue.schedule(9, at: .zero, phase: .react)
    var order: [Int] = []
    while let next = queue.popFirst() { order.append(next.event) }
    #expect(order == [9, 0, 1, 2, 3])
  }

  @Test func `nothing leaves before its limit`() {
    var queue = EventQueue<Int>()
    queue.schedule(1, at: .seconds(1), phase: .change)
    queue.schedule(2, at: .seconds(2), phase: .change)
    #expect(queue.popFirst(through: .seconds(0.5)) == nil)
    #expect(queue.popFirst(through: .seconds(1))?.event == 1)
    #expect(queue.popFirst(through: .seconds(1.9)) == nil)
    #expect(queue.count == 1)
    queue.removeAll()
    #expect(queue.isEmpty && queue.peekTime == nil && queue.popFirst() == nil)
  }

  @Test func `a queue that ran empty starts again`() {
    var random = RandomStream(seed: 9, replication: 0, purpose: .durations)
    var queue = EventQueue<Int>()
    var twin = SortedTwin()
    var now: Int64 = 0
    for round in 0..<60 {
      // From a few events to thousands, so that the queue is left empty in every state it has.
      for event in 0..<(1 << (round % 13)) {
        let time = now + (round.isMultiple(of: 2) ? 1_000_000 : Int64(random.exponential() * 1e6))
        queue.schedule(event, at: SimulationTime(microseconds: time), phase: .change)
        twin.schedule(event, at: time, phase: .change)
      }
      while let expected = twin.popFirst() {
        #expect(queue.peekTime?.microseconds == expected.time)
        #expect(queue.popFirst()?.event == expected.event)
        now = expected.time
      }
      #expect(queue.isEmpty && queue.popFirst() == nil)
    }
  }

  @Test func `one event that follows itself is never lost`() {
    var queue = EventQueue<Int>()
    for event in 0..<1000 { queue.schedule(event, at: .seconds(5), phase: .change) }
    for _ in 0..<999 { _ = queue.popFirst() }
    for step in 1...100 {
      guard let next = queue.popFirst() else {
        Issue.record("lost at step \(step)")
        return
      }
      queue.schedule(next.event, at: next.time + .hours(Double(step)), phase: .change)
    }
    #expect(queue.count == 1)
  }

  @Test func `a copy goes its own way`() {
    var queue = EventQueue<Int>()
    for event in 0..<1000 { queue.schedule(event, at: .seconds(Double(event)), phase: .change) }
    var copy = queue
    for _ in 0..<700 { _ = copy.popFirst() }
    #expect(queue.count == 1000 && copy.count == 300)
    #expect(queue.popFirst()?.event == 0)
    #expect(copy.popFirst()?.event == 700)
  }

  @Test func `many events at the end of time cost no more than in a heap`() {
    var queue = EventQueue<Int>()
    for event in 0..<50_000 { queue.schedule(event, at: .distantFuture, phase: .change) }
    queue.schedule(-1, at: .zero, phase: .change)
    #expect(queue.popFirst()?.event == -1)
    for event in 0..<50_000 { #expect(queue.popFirst()?.event == event) }
  }
}

extension Comparable {
  fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
