/// The tape of finished list elements in half the room.
///
/// A dump is one list of many objects, each asked for once. Keeping all their words would take more memory than what is
/// made of them, so an element near the root that is long enough is packed when it ends and unpacked when it is asked
/// for. A packed word is 32 bits: tag (8), distance from the end of the word before (8), length or count (16); where
/// that does not suffice the distance is 255 and the whole word follows. The words after the first of collections and
/// extended scalars follow as they are.
enum TapePacking {
  /// Shorter elements stay as they are.
  ///
  /// More than the 1,024 bytes of a collection that may turn out to be a key.
  static let minimumBytes = 1025
  /// Lists deeper than this are parts of objects.
  static let maximumDepth = 2
  /// Longer elements are no objects but dumps of their own.
  static let maximumWords = 1 << 16
  private static let escape: UInt64 = 0xFF

  /// Packs words from an index on into `target`, which it makes long enough; the count, or nil where an alias is among
  /// them, whose target is a place on the whole tape.
  static func pack(
    _ words: borrowing ContiguousArray<UInt64>, from start: Int, into target: inout ContiguousArray<UInt32>
  ) -> Int? {
    let source = words.span
    // At worst a short word and a whole one for each.
    let needed = 3 * (source.count - start)
    if target.count < needed { target = ContiguousArray(repeating: 0, count: 2 * needed) }
    var packed = target.mutableSpan
    var (index, count) = (start, 0)
    var previous = TapeWord(bits: source[start]).start
    while index < source.count {
      let word = TapeWord(bits: source[index])
      if word.kind == TapeKind.alias || word.kind == TapeKind.packed { return nil }
      let distance = UInt64(truncatingIfNeeded: word.start &- previous)
      let extra = extraWords(word)
      var whole = index + 1
      if distance < escape, word.length < 0x10000 {
        packed[count] = UInt32(word.tag) | UInt32(truncatingIfNeeded: distance) << 8 | UInt32(word.length) << 16
      } else {
        packed[count] = UInt32(word.tag) | UInt32(escape) << 8
        whole = index
      }
      count += 1
      index += 1 + extra
      while whole < index {
        packed[count] = UInt32(truncatingIfNeeded: source[whole])
        packed[count + 1] = UInt32(truncatingIfNeeded: source[whole] >> 32)
        count += 2
        whole += 1
      }
      previous = word.start + (extra == 0 ? word.length : 0)
    }
    return count
  }

  private static func extraWords(_ word: TapeWord) -> Int {
    if word.kind == TapeKind.sequence || word.kind == TapeKind.mapping { return 1 }
    return word.tag & TapeFlag.extended != 0 ? 2 : 0
  }

  /// - Parameter start: where the element begins in the source.
  static func unpacked(
    _ all: ContiguousArray<UInt32>, _ range: Range<Int>, start: Int, words count: Int
  ) -> ContiguousArray<UInt64> {
    let packed = all.span
    var words: ContiguousArray<UInt64> = []
    words.reserveCapacity(count)
    var previous = start
    var index = range.lowerBound
    while index < range.upperBound {
      let short = packed[index]
      index += 1
      var word = TapeWord(
        start: previous + Int(short >> 8 & 0xFF), tag: UInt8(truncatingIfNeeded: short), length: Int(short >> 16))
      if UInt64(short >> 8 & 0xFF) == escape {
        word = TapeWord(bits: UInt64(packed[index]) | UInt64(packed[index + 1]) << 32)
        index += 2
      }
      words.append(word.bits)
      let extra = extraWords(word)
      previous = word.start + (extra == 0 ? word.length : 0)
      for _ in 0..<extra {
        words.append(UInt64(packed[index]) | UInt64(packed[index + 1]) << 32)
        index += 2
      }
    }
    return words
  }
}
