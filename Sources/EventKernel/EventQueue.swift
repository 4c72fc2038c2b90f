/// What an event is about; at equal times the lower phase comes first.
@frozen
public enum EventPhase: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  /// Something ends and gives back what it held.
  case finish
  /// Something changes the cluster.
  case change
  /// Something is measured.
  case observe
  /// Somebody decides on what was measured.
  case react
}

/// The pending events of one run, earliest first.
///
/// **Order contract.** An event with an earlier time leaves first; at equal times the lower phase; at equal phases the
/// one that was scheduled first. The order is total, so a run never depends on how the queue is built inside.
///
/// Model: an implicit 4-ary heap in one array, keyed by (time, phase, sequence) compared as one 128-bit integer. An
/// entry of a 5-byte event takes 24 bytes. `popFirst` leaves the root vacant, and the next `schedule` fills it with one
/// downward pass: the usual "handle an event, schedule its successor" costs one pass instead of two.
///
/// Events cannot be cancelled; give the event a generation number and skip it when it comes up stale.
@frozen
public struct EventQueue<Event: BitwiseCopyable & Sendable>: Sendable {
  /// An event with the time it is due.
  @frozen
  public struct Entry: BitwiseCopyable, Sendable {
    public let time: SimulationTime
    /// Phase in the upper 8 bits, sequence number in the lower 56.
    @usableFromInline let order: UInt64
    public let event: Event

    @inlinable
    init(time: SimulationTime, order: UInt64, event: Event) {
      self.time = time
      self.order = order
      self.event = event
    }

    @inlinable
    public var phase: EventPhase { EventPhase(rawValue: UInt8(truncatingIfNeeded: order >> 56)) ?? .react }

    /// Time and order as one number: the compiler turns a comparison into two subtractions.
    @inlinable
    var key: Int128 { Int128(time.microseconds) << 64 | Int128(order) }
  }

  /// The heap; while `hasVacantRoot` holds, the first element has already left.
  @usableFromInline var entries: ContiguousArray<Entry>
  @usableFromInline var nextSequence: UInt64 = 0
  @usableFromInline var hasVacantRoot = false

  /// An empty queue with room for `minimumCapacity` events.
  @inlinable
  public init(minimumCapacity: Int = 0) {
    entries = []
    entries.reserveCapacity(max(0, minimumCapacity) &+ 1)
  }

  @inlinable
  public var count: Int { entries.count &- (hasVacantRoot ? 1 : 0) }

  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// The time of the next event, or nil when nothing is pending.
  @inlinable
  public var peekTime: SimulationTime? {
    if !hasVacantRoot { return entries.first?.time }
    var earliest: SimulationTime?
    for i in 1..<max(1, min(5, entries.count)) {
      let time = entries[i].time
      if earliest.map({ time < $0 }) ?? true { earliest = time }
    }
    return earliest
  }

  /// Adds an event; among equal times and phases it comes after those added before it.
  /// - Complexity: O(log count) comparisons, one cache line a level; constant on average when it follows no `popFirst`.
  @inlinable
  public mutating func schedule(_ event: Event, at time: SimulationTime, phase: EventPhase) {
    let entry = Entry(time: time, order: UInt64(phase.rawValue) << 56 | nextSequence, event: event)
    nextSequence &+= 1
    if hasVacantRoot {
      hasVacantRoot = false
      sinkFromRoot(entry)
    } else {
      entries.append(entry)
      rise(entry)
    }
  }

  /// Removes the next event, or returns nil when nothing is pending.
  /// - Complexity: O(1) when the event before it was followed by `schedule`, O(log count) otherwise.
  @inlinable
  public mutating func popFirst() -> Entry? {
    if hasVacantRoot { closeVacancy() }
    guard let first = entries.first else { return nil }
    hasVacantRoot = true
    return first
  }

  /// Removes the next event if it is due at `limit` or before.
  @inlinable
  public mutating func popFirst(through limit: SimulationTime) -> Entry? {
    if hasVacantRoot { closeVacancy() }
    guard let first = entries.first, first.time <= limit else { return nil }
    hasVacantRoot = true
    return first
  }

  /// Drops all pending events and keeps the memory; sequence numbers go on.
  @inlinable
  public mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    hasVacantRoot = false
  }
}
