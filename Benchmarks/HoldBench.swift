import EventKernel

/// The hold model: N pending events; the earliest leaves and comes back after an exponential delay of mean one second.
///
/// The variants replace the delays: `bimodal` is a microsecond-scale delay in nine of ten events and a day otherwise, `ties` one
/// of four whole minutes, so that thousands of events share a time.
///
/// Counts events (one `popFirst` and one `schedule` each). Delays come from a table of 65,536 numbers, so the queue is all that
/// is measured. Events are what a run queues: an enum with a 32-bit id, dispatched by a switch.
let holdBench = Bench(
  name: "hold", unit: "event",
  parameterSets: [
    ["pending": 1_000], ["pending": 100_000], ["pending": 1_000_000],
    ["pending": 100_000, "delays": "bimodal"], ["pending": 100_000, "delays": "ties"],
  ],
  quickParameterSets: [["pending": 100], ["pending": 100, "delays": "bimodal"]]
) { parameters, meter in
  let pending = parameters[size: "pending"]
  let events = pending <= 100 ? 1_000 : 5_000_000
  var random = RandomStream(seed: 1, replication: 0, purpose: .durations)
  let kind = parameters["delays"]?.text
  let delays = (0..<65536).map { _ in holdDelay(kind, &random) }
  var queue = EventQueue<HoldEvent>(minimumCapacity: pending)
  for id in 0..<pending {
    queue.schedule(.finish(UInt32(id)), at: .zero + delays[id & 65535], phase: .finish)
  }
  var now = SimulationTime.zero
  var sum: UInt64 = 0
  meter.measure {
    var draw = UInt32(truncatingIfNeeded: pending)
    for _ in 0..<events {
      guard let next = queue.popFirst() else { break }
      now = next.time
      let delay = delays[Int((draw &* 2_654_435_761 >> 7) & 65535)]
      draw &+= 1
      switch next.event {
      case .finish(let id):
        sum &+= UInt64(id)
        queue.schedule(.finish(id), at: now + delay, phase: .finish)
      case .sample:
        break
      }
    }
  }
  return BenchOutcome(
    work: Double(events), counters: ["events": events, "pendingAtEnd": queue.count],
    resultHash: hashed(hashed(emptyHash, UInt64(bitPattern: now.microseconds)), sum))
}

private func holdDelay(_ kind: String?, _ random: inout RandomStream) -> SimulationDuration {
  switch kind {
  case "bimodal": random.bernoulli(0.9) ? SimulationDuration(seconds: 1e-4 * random.exponential()) : .days(1)
  case "ties": .minutes(Double(1 + random.uniform(below: 4)))
  default: SimulationDuration(seconds: random.exponential())
  }
}

private enum HoldEvent: BitwiseCopyable, Sendable {
  case finish(UInt32)
  case sample(UInt32)
}
