/// QEMU's bitmap of pages to send, as stretches of the address space with the share of pages that are marked.
///
/// The dirty classes lie one after another in the order of the profile, then the used memory nobody writes. QEMU's
/// scan goes through the addresses in a circle and goes on where it stands after every reading of the dirty log, so
/// which pages are still unsent depends on the addresses: a stretch is sent and cleared, the ones ahead stay marked.
/// A page written after it was marked is sent once and marked again by the next reading, because the log of writes is
/// cleared by readings only. Random writes mark each page of a class with equal chance, so `d` becomes
/// `1 − (1 − d)(1 − δ)`; a sequential writer marks the interval it has gone through.
/// Source: QEMU `ram.c`: `find_dirty_block`, `migration_bitmap_sync`, `migration_bitmap_clear_dirty`.
///
/// - Complexity: a reading costs O(stretches), a few to 32, about 5 ns each.
struct PageMap: Sendable {
  struct Stretch: BitwiseCopyable, Sendable {
    var end: Double
    /// Share of pages marked, 0 … 1.
    var density: Double
    /// Index of the dirty class; the number of classes for memory that is not written.
    var area: Int
  }

  private static let capacity = 48
  /// Stretches kept after a reading; beyond it the two that differ least are joined, keeping their bytes.
  private static let keptStretches = 32

  private var stretches = InlineArray<48, Stretch>(repeating: Stretch(end: 0, density: 0, area: 0))
  private var count = 0
  /// Where the scan stands.
  private(set) var scan = 0.0
  /// Marked bytes.
  private(set) var marked = 0.0
  /// Marked bytes from the scan to the last address.
  private(set) var markedAhead = 0.0

  /// Everything is marked, as at the start of a migration.
  init(usedBytes: Double, dirty: DirtyPageProfile) {
    var end = 0.0
    for i in 0..<dirty.classCount where dirty[i].setBytes > 0 {
      end += dirty[i].setBytes
      append(Stretch(end: end, density: 1, area: i))
    }
    if usedBytes > end { append(Stretch(end: usedBytes, density: 1, area: dirty.classCount)) }
    tally()
  }

  private mutating func append(_ stretch: Stretch) {
    stretches[count] = stretch
    count += 1
  }

  /// Makes `address` a boundary; returns the index of the stretch that begins there.
  private mutating func split(at address: Double) -> Int {
    var i = 0
    while i < count, stretches[i].end <= address { i += 1 }
    let start = i > 0 ? stretches[i - 1].end : 0
    guard i < count, address > start, count < Self.capacity else { return i }
    var j = count
    while j > i {
      stretches[j] = stretches[j - 1]
      j -= 1
    }
    stretches[i].end = address
    count += 1
    return i + 1
  }

  private func start(_ index: Int) -> Double { index > 0 ? stretches[index - 1].end : 0 }

  /// Clears the next `bytes` marked bytes from the scan on, in a circle.
  mutating func sweep(bytes: Double) {
    guard bytes > 0, count > 0 else { return }
    if bytes >= marked {
      scan = lastMarkedBeforeScan()
      for i in 0..<count { stretches[i].density = 0 }
      return tally()
    }
    var left = bytes
    var i = split(at: scan)
    for _ in 0...count {
      if i >= count { i = 0 }
      let begin = start(i)
      let mass = (stretches[i].end - begin) * stretches[i].density
      if mass > left {
        scan = begin + left / stretches[i].density
        let next = split(at: scan)
        if next > i { stretches[i].density = 0 }
        break
      }
      left -= mass
      stretches[i].density = 0
      if mass > 0 { scan = stretches[i].end }
      if left <= 0 { break }
      i += 1
    }
    tally()
  }

  /// Where a whole circle of the scan ends: behind the last marked page before its start.
  private func lastMarkedBeforeScan() -> Double {
    var (before, last) = (-1.0, scan)
    for i in 0..<count where stretches[i].density > 0 {
      if start(i) < scan { before = min(stretches[i].end, scan) }
      last = stretches[i].end
    }
    return before >= 0 ? before : last
  }

  /// Marks the share `dirtied` of every stretch of a class, as random writes do.
  mutating func mark(area: Int, share dirtied: Double) {
    let clean = 1 - min(max(dirtied, 0), 1)
    for i in 0..<count where stretches[i].area == area {
      stretches[i].density = 1 - (1 - stretches[i].density) * clean
    }
  }

  /// Marks `length` bytes of a class from `position` within it, in a circle, as a sequential writer does.
  mutating func mark(area: Int, base: Double, set: Double, position: Double, length: Double) {
    guard length > 0, set > 0 else { return }
    if length >= set { return markAll(area, from: base, to: base + set) }
    let end = position + length
    markAll(area, from: base + position, to: base + min(end, set))
    if end > set { markAll(area, from: base, to: base + end - set) }
  }

  private mutating func markAll(_ area: Int, from low: Double, to high: Double) {
    let first = split(at: low)
    let last = split(at: high)
    guard last > first else { return }
    for i in first..<min(last, count) where stretches[i].area == area { stretches[i].density = 1 }
  }

  /// Joins equal neighbours and recounts, after the classes have been marked.
  mutating func tidy() {
    var kept = 0
    for i in 0..<count {
      if kept > 0, stretches[kept - 1].area == stretches[i].area,
        stretches[kept - 1].density == stretches[i].density
      {
        stretches[kept - 1].end = stretches[i].end
      } else {
        stretches[kept] = stretches[i]
        kept += 1
      }
    }
    count = kept
    while count > Self.keptStretches, joinLeastDifferent() {}
    tally()
  }

  private mutating func joinLeastDifferent() -> Bool {
    var best = -1
    var least = Double.infinity
    for i in 0..<(count - 1) where stretches[i].area == stretches[i + 1].area {
      let lengths = min(stretches[i].end - start(i), stretches[i + 1].end - stretches[i].end)
      let difference = abs(stretches[i].density - stretches[i + 1].density) * lengths
      if difference < least { (best, least) = (i, difference) }
    }
    guard best >= 0 else { return false }
    let (a, b) = (stretches[best].end - start(best), stretches[best + 1].end - stretches[best].end)
    stretches[best + 1].density =
      (a * stretches[best].density + b * stretches[best + 1].density) / max(a + b, 1e-300)
    for i in best..<(count - 1) { stretches[i] = stretches[i + 1] }
    count -= 1
    return true
  }

  private mutating func tally() {
    var begin = 0.0
    (marked, markedAhead) = (0, 0)
    for i in 0..<count {
      let end = stretches[i].end
      marked += (end - begin) * stretches[i].density
      if end > scan { markedAhead += (end - max(begin, scan)) * stretches[i].density }
      begin = end
    }
  }
}
