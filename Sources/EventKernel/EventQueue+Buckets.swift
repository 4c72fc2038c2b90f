extension EventQueue {
  /// Events that are not due soon: unsorted buckets of equal length in time, and behind them an unsorted overflow.
  ///
  /// Each bucket is a chain of blocks from one pool, filled at the tail. When the last bucket is used up, the overflow is
  /// spread over new ones: their length follows from the median of a sample, so that they cover about half of it and
  /// single events in the far future do not matter. Every spread settles a constant share of the overflow, so an event moves
  /// a constant number of times on average. After the ladder queue (Tang, Goh and Thng, 2005) with a single rung.
  @frozen
  @usableFromInline
  struct Buckets: Sendable {
    /// Entries a block.
    @inlinable
    static var blockSize: Int { 16 }

    /// A chain of blocks: all full except the last.
    @frozen
    @usableFromInline
    struct Chain: BitwiseCopyable, Sendable {
      @usableFromInline var tail: Int32 = -1
      @usableFromInline var count: Int32 = 0

      @inlinable
      init() {}
    }

    /// All events in the buckets and the overflow.
    @usableFromInline var count = 0
    @usableFromInline var chains: ContiguousArray<Chain> = []
    /// The bucket to take next.
    @usableFromInline var next = 0
    /// Start of bucket 0 in microseconds; a bucket is 2^shift long.
    @usableFromInline var start: Int64 = 0
    @usableFromInline var shift: UInt64 = 0
    @usableFromInline var overflow: ContiguousArray<Entry> = []
    @usableFromInline var pool: ContiguousArray<Entry> = []
    /// For a block in a chain the block before it, for a free block the next free one; −1 ends both.
    @usableFromInline var previous: ContiguousArray<Int32> = []
    @usableFromInline var firstFree: Int32 = -1

    @inlinable
    init() {}

    /// Adds an entry that is due after the heap's end.
    @inlinable
    mutating func append(_ entry: Entry) {
      count &+= 1
      let index = UInt64(bitPattern: entry.time.microseconds &- start) >> shift
      if index < UInt64(chains.count) {
        append(entry, to: Int(index))
      } else {
        overflow.append(entry)
      }
    }

    @inlinable
    mutating func append(_ entry: Entry, to index: Int) {
      var chain = chains[index]
      let slot = Int(chain.count) % Self.blockSize
      if slot == 0 { addBlock(to: &chain, filler: entry) }
      pool[Int(chain.tail) &* Self.blockSize &+ slot] = entry
      chain.count &+= 1
      chains[index] = chain
    }

    @inlinable
    mutating func addBlock(to chain: inout Chain, filler: Entry) {
      let block: Int32
      if firstFree >= 0 {
        block = firstFree
        firstFree = previous[Int(block)]
        previous[Int(block)] = chain.tail
      } else {
        block = Int32(truncatingIfNeeded: previous.count)
        previous.append(chain.tail)
        pool.append(contentsOf: repeatElement(filler, count: Self.blockSize))
      }
      chain.tail = block
    }

    /// Moves the next bucket into `heap` and returns the last microsecond it covers; everything when only `all` are left.
    @inlinable
    mutating func takeNext(into heap: inout ContiguousArray<Entry>, all: Int) -> Int64 {
      guard count > 0 else { return .max }
      while true {
        while next < chains.count {
          let index = next
          next &+= 1
          if chains[index].count > 0 {
            empty(index, into: &heap)
            return start &+ Int64(next) << Int64(shift) &- 1
          }
        }
        if overflow.count <= all || !spread() {
          heap.append(contentsOf: overflow)
          overflow.removeAll(keepingCapacity: true)
          chains.removeAll(keepingCapacity: true)
          count = 0
          return .max
        }
      }
    }

    @inlinable
    mutating func empty(_ index: Int, into heap: inout ContiguousArray<Entry>) {
      let chain = chains[index]
      var block = chain.tail
      var filled = (Int(chain.count) &- 1) % Self.blockSize &+ 1
      while block >= 0 {
        let first = Int(block) &* Self.blockSize
        heap.append(contentsOf: pool[first..<first &+ filled])
        let before = previous[Int(block)]
        previous[Int(block)] = firstFree
        firstFree = block
        block = before
        filled = Self.blockSize
      }
      count &-= Int(chain.count)
      chains[index] = Chain()
    }

    /// Lays new buckets over the nearer half of the overflow and fills them; false if all of it is due at the end of time.
    @inlinable
    mutating func spread() -> Bool {
      var earliest = Int64.max
      for entry in overflow { earliest = min(earliest, entry.time.microseconds) }
      var sample = ContiguousArray<UInt64>()
      for i in stride(from: 0, to: overflow.count, by: max(1, overflow.count / 63)) {
        sample.append(UInt64(bitPattern: overflow[i].time.microseconds &- earliest))
      }
      sample.sort()
      let median = sample[sample.count / 2]
      // A power of two near one bucket for 32 events, covering at least up to the median.
      let bits = UInt64(max(1, min(20, Int.bitWidth &- (overflow.count / 32).leadingZeroBitCount)))
      let spanBits = UInt64(UInt64.bitWidth &- median.leadingZeroBitCount)
      shift = spanBits > bits ? spanBits &- bits : 0
      start = earliest
      next = 0
      // The last bucket must end inside the range of time.
      let room = UInt64(bitPattern: Int64.max &- earliest) >> shift
      let buckets = Int(min(1 << bits, room))
      chains = ContiguousArray(repeating: Chain(), count: buckets)
      var kept = 0
      for i in overflow.indices {
        let entry = overflow[i]
        let index = UInt64(bitPattern: entry.time.microseconds &- earliest) >> shift
        if index < UInt64(buckets) {
          append(entry, to: Int(index))
        } else {
          overflow[kept] = entry
          kept &+= 1
        }
      }
      overflow.removeLast(overflow.count &- kept)
      return buckets > 0
    }
  }
}
