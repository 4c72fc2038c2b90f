/// A scalar key of a mapping that is being read; four to a cache line, because every key of a file becomes one.
struct KeyReference {
  private var start: UInt32
  /// The length, with the highest bit set for a text in the pool.
  private var length: UInt32
  private var source: UInt32
  var mark: UInt32

  init(place: TextPlace, offset: Int, mark: UInt32) {
    start = UInt32(truncatingIfNeeded: place.start)
    length = UInt32(truncatingIfNeeded: place.count) | (place.inPool ? 0x8000_0000 : 0)
    source = UInt32(truncatingIfNeeded: offset)
    self.mark = mark
  }

  var place: TextPlace {
    TextPlace(start: Int(start), count: Int(length & 0x7FFF_FFFF), inPool: length & 0x8000_0000 != 0)
  }
  /// Its offset in the source, for messages.
  var offset: Int { Int(source) }
}

/// The keys of all open mappings, innermost last, to find duplicates.
///
/// A short mapping compares every pair by a 32-bit mark made of length and a few bytes, then by text. A long one uses
/// an open-addressed table on the standard library's hash, which is seeded anew in every process, so no file can be
/// built to make it slow. The hash decides nothing that a user sees: duplicates are found in input order either way.
struct KeyStack {
  private var references: ContiguousArray<KeyReference> = []
  private var table: ContiguousArray<UInt32> = []
  static let pairwiseLimit = 20

  var count: Int { references.count }
  mutating func removeAll() { references.removeAll(keepingCapacity: true) }
  mutating func pop(to count: Int) { references.removeSubrange(count...) }
  func reference(_ index: Int) -> KeyReference { references[index] }

  mutating func push(_ place: TextPlace, offset: Int, bytes: [UInt8], pool: [UInt8]) {
    push(place, offset: offset, in: place.inPool ? pool.span : bytes.span)
  }

  /// A key whose text stands at its place in `source`: the file or the pool.
  @inline(__always)
  mutating func push(_ place: TextPlace, offset: Int, in source: Span<UInt8>) {
    var mark = UInt32(truncatingIfNeeded: place.count) &* 0x9E37_79B1
    if place.count > 0 {
      let last = place.start + place.count - 1
      mark ^= KeyStack.mix(source[place.start], source[place.start + place.count / 2], source[last])
    }
    references.append(KeyReference(place: place, offset: offset, mark: mark))
  }

  @inline(__always)
  private static func mix(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt32 {
    UInt32(a) | UInt32(b) << 8 | UInt32(c) << 16
  }

  /// The first key from `base` on that repeats an earlier one, after the key at `skip`; nil when there is none.
  ///
  /// - Complexity: O(text of the keys from `base` on).
  mutating func duplicates(from base: Int, bytes: [UInt8], pool: [UInt8]) -> [(first: Int, again: Int)] {
    let count = references.count - base
    if count < 2 { return [] }
    if count <= KeyStack.pairwiseLimit { return pairwise(from: base, bytes: bytes, pool: pool) }
    var capacity = 64
    while capacity < 2 * count { capacity *= 2 }
    if table.count < capacity { table = ContiguousArray(repeating: 0, count: capacity) }
    for slot in 0..<capacity { table[slot] = 0 }
    var found: [(first: Int, again: Int)] = []
    for index in base..<references.count {
      let place = references[index].place
      var slot = KeyStack.hash(place, place.inPool ? pool.span : bytes.span) & (capacity - 1)
      var isNew = true
      while table[slot] != 0 {
        let other = base + Int(table[slot]) - 1
        if isSame(other, index, bytes: bytes, pool: pool) {
          found.append((other, index))
          isNew = false
          break
        }
        slot = (slot + 1) & (capacity - 1)
      }
      if isNew { table[slot] = UInt32(truncatingIfNeeded: index - base + 1) }
    }
    return found
  }

  private func pairwise(from base: Int, bytes: [UInt8], pool: [UInt8]) -> [(first: Int, again: Int)] {
    var found: [(first: Int, again: Int)] = []
    let keys = references.span
    for index in (base + 1)..<keys.count {
      let mark = keys[index].mark
      for other in base..<index where keys[other].mark == mark {
        if isSame(other, index, bytes: bytes, pool: pool) {
          found.append((other, index))
          break
        }
      }
    }
    return found
  }

  private func isSame(_ a: Int, _ b: Int, bytes: [UInt8], pool: [UInt8]) -> Bool {
    let (first, second) = (references[a].place, references[b].place)
    guard references[a].mark == references[b].mark, first.count == second.count else { return false }
    for offset in 0..<first.count {
      let left = first.inPool ? pool[first.start + offset] : bytes[first.start + offset]
      let right = second.inPool ? pool[second.start + offset] : bytes[second.start + offset]
      if left != right { return false }
    }
    return true
  }

  private static func hash(_ place: TextPlace, _ source: Span<UInt8>) -> Int {
    var hasher = Hasher()
    var index = place.start
    let end = place.start + place.count
    while index + 8 <= end {
      var word: UInt64 = 0
      for offset in 0..<8 { word = word << 8 | UInt64(source[index + offset]) }
      hasher.combine(word)
      index += 8
    }
    while index < end {
      hasher.combine(source[index])
      index += 1
    }
    return hasher.finalize()
  }
}
