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
/// Model: the near future is a 4-ary heap in one array, keyed by (time, phase, sequence) compared as one 128-bit integer.
/// While few events are pending that is all. Above `heapLimit` the later ones wait unsorted in buckets of equal
/// length (`EventQueue+Buckets.swift`) and enter the heap a bucket at a time, so the heap stays inside the first-level
/// cache. Whatever the times look like, the worst case is the plain heap. An entry of a 5-byte event takes 24 bytes.
///
/// `popFirst` leaves the heap's root vacant, and the next `schedule` into the heap fills it with one downward pass:
/// the usual "handle an event, schedule its successor" costs one pass instead of two.
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

  /// More pending events than this are spread over buckets.
  @inlinable
  static var heapLimit: Int { 256 }

  /// Every event due at `heapEnd` or before, as a 4-ary heap.
  @usableFromInline var heap: ContiguousArray<Entry>
  @usableFromInline var heapEnd = Int64.max
  /// True while the heap's first element has already left.
  @usableFromInline var hasVacantRoot = false
  /// The heap size at which `spill` is worth its cost while there are no buckets.
  @usableFromInline var spillCount = heapLimit
  @usableFromInline var nextSequence: UInt64 = 0
  /// Everything due after `heapEnd`.
  @usableFromInline var later = Buckets()

  /// An empty queue with room for `minimumCapacity` events.
  @inlinable
  public init(minimumCapacity: Int = 0) {
    heap = []
    heap.reserveCapacity(min(max(0, minimumCapacity), Self.heapLimit) &+ 2)
    if minimumCapacity > Self.heapLimit { later.overflow.reserveCapacity(minimumCapacity) }
  }

  @inlinable
  public var count: Int { heap.count &- (hasVacantRoot ? 1 : 0) &+ later.count }

  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// The time of the next event, or nil when nothing is pending.
  @inlinable
  public var peekTime: SimulationTime? {
    if !hasVacantRoot { return heap.first?.time }
    var earliest: SimulationTime?
    for i in 1..<max(1, min(5, heap.count)) {
      let time = heap[i].time
      if earliest.map({ time < $0 }) ?? true { earliest = time }
    }
    return earliest
  }

  /// Adds an event; among equal times and phases it comes after those added before it.
  /// - Complexity: amortized O(1) moves and O(log h) comparisons, h the events in the heap: at most all, usually under 100.
  @inlinable
  public mutating func schedule(_ event: Event, at time: SimulationTime, phase: EventPhase) {
    let entry = Entry(time: time, order: UInt64(phase.rawValue) << 56 | nextSequence, event: event)
    nextSequence &+= 1
    if time.microseconds > heapEnd {
      later.append(entry)
    } else if hasVacantRoot {
      hasVacantRoot = false
      sinkFromRoot(entry)
    } else {
      heap.append(entry)
      rise(entry)
      if heapEnd == .max && heap.count > spillCount { spill() }
    }
  }

  /// Removes the next event, or returns nil when nothing is pending.
  /// - Complexity: as `schedule`.
  @inlinable
  public mutating func popFirst() -> Entry? { popFirst(through: .distantFuture) }

  /// Removes the next event if it is due at `limit` or before.
  @inlinable
  public mutating func popFirst(through limit: SimulationTime) -> Entry? {
    if hasVacantRoot { closeVacancy() }
    guard let first = heap.first, first.time <= limit else { return nil }
    hasVacantRoot = true
    if heap.count == 1 {
      // The heap holds the next event whenever there is one; an empty queue starts again without buckets.
      if later.count > 0 { refill() } else { heapEnd = .max }
    }
    return first
  }

  /// Drops all pending events; sequence numbers go on.
  @inlinable
  public mutating func removeAll() {
    heap.removeAll(keepingCapacity: true)
    heapEnd = .max
    hasVacantRoot = false
    later = Buckets()
  }

  /// Moves everything out of a heap that has grown too large, and starts again with the first bucket.
  @inlinable
  @inline(never)
  mutating func spill() {
    later.overflow.append(contentsOf: heap)
    later.count &+= heap.count
    refill()
  }

  /// Fills the heap, which has nothing pending, with the next bucket.
  @inlinable
  @inline(never)
  mutating func refill() {
    hasVacantRoot = false
    heap.removeAll(keepingCapacity: true)
    heapEnd = later.takeNext(into: &heap, all: Self.heapLimit / 2)
    heapify()
    // Times that no bucket can tell apart stay in the heap; trying again must not cost more than it did to get here.
    spillCount = max(Self.heapLimit, 2 &* heap.count)
  }
}
