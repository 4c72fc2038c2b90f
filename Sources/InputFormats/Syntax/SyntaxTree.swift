/// What a tape word begins; the low four bits of its tag.
enum TapeKind {
  static let null: UInt8 = 0
  static let bool: UInt8 = 1
  static let integer: UInt8 = 2
  static let float: UInt8 = 3
  static let string: UInt8 = 4
  static let sequence: UInt8 = 5
  static let mapping: UInt8 = 6
  static let alias: UInt8 = 7
  /// The key `<<` of a merge that was carried out; the pair is hidden and what it brought follows as aliases.
  static let merge: UInt8 = 8
  /// An element of a list that `TapePacking` holds.
  static let packed: UInt8 = 9
}

/// The high four bits of a tag.
enum TapeFlag {
  /// A scalar in quotes or a block scalar.
  static let quoted: UInt8 = 0x10
  /// A scalar of three words: its text is not simply the bytes of its range.
  static let extended: UInt8 = 0x20
  /// An empty null that stands for a value left out on request.
  static let skipped: UInt8 = 0x40
}

/// The first word of a node: source offset (32 bits), tag (8), and a length or count (24).
///
/// - A short scalar is one word; the length is that of its source bytes, quotes included.
/// - An extended scalar is three: text offset and length (32 each), then source end (32) and one bit "in the pool".
/// - A collection is two: words to its end from its start (32) and source end (32); the 24 bits count its children,
///   saturated.
/// - An alias is two: the second is the index of the node it stands for.
/// - A packed element is two: the 24 bits count its words, saturated; the second is where it begins among all that is
///   packed (32) and its length there (32).
struct TapeWord {
  static let maximumLength = 0xFF_FFFF
  var bits: UInt64

  init(bits: UInt64) { self.bits = bits }
  init(start: Int, tag: UInt8, length: Int) {
    bits = UInt64(UInt32(truncatingIfNeeded: start)) | UInt64(tag) << 32 | UInt64(truncatingIfNeeded: length) << 40
  }

  static func pair(_ low: Int, _ high: Int) -> UInt64 {
    UInt64(UInt32(truncatingIfNeeded: low)) | UInt64(UInt32(truncatingIfNeeded: high)) << 32
  }
  static func low(_ bits: UInt64) -> Int { Int(bits & 0xFFFF_FFFF) }
  static func high(_ bits: UInt64) -> Int { Int(bits >> 32) }

  var start: Int { TapeWord.low(bits) }
  var tag: UInt8 { UInt8(truncatingIfNeeded: bits >> 32) }
  var kind: UInt8 { tag & 0x0F }
  var length: Int { Int(bits >> 40) }
}

/// All documents of a file as one flat tape: what every node handle points into.
///
/// A node is one to three 64-bit words, written in document order, so a tree of a million scalars is one 8 MB array and
/// no objects. Text stays in the file's bytes; only text that had to be decoded (escapes, folded lines, block scalars)
/// is copied into the pool. Aliases point back at earlier nodes and never at a node that holds them: there are no cycles.
final class SyntaxTree: Sendable {
  let file: SourceFile
  let words: ContiguousArray<UInt64>
  let pool: [UInt8]
  private let packed: ContiguousArray<UInt32>

  init(file: SourceFile, words: ContiguousArray<UInt64>, pool: [UInt8], packed: ContiguousArray<UInt32> = []) {
    self.file = file
    self.words = words
    self.pool = pool
    self.packed = packed
  }

  /// The element of a sequence at an index, unpacked onto a tape of its own where it is packed.
  ///
  /// - Complexity: O(words of the element) each time where it is.
  func element(_ index: Int) -> SyntaxNode {
    let word = word(index)
    guard word.kind == TapeKind.packed else { return SyntaxNode(tree: self, index: resolved(index)) }
    let place = words[index + 1]
    let range = TapeWord.low(place)..<(TapeWord.low(place) + TapeWord.high(place))
    let own = TapePacking.unpacked(packed, range, start: word.start, words: word.length)
    return SyntaxNode(tree: SyntaxTree(file: file, words: own, pool: pool), index: 0)
  }

  func word(_ index: Int) -> TapeWord { TapeWord(bits: words[index]) }

  /// The index just past a node.
  func next(after index: Int) -> Int {
    let word = word(index)
    switch word.kind {
    case TapeKind.sequence, TapeKind.mapping: return index + TapeWord.low(words[index + 1])
    case TapeKind.alias, TapeKind.packed: return index + 2
    default: return index + (word.tag & TapeFlag.extended != 0 ? 3 : 1)
    }
  }

  /// The node itself, or the one it is an alias of.
  func resolved(_ index: Int) -> Int {
    var index = index
    while word(index).kind == TapeKind.alias { index = TapeWord.low(words[index + 1]) }
    return index
  }

  func range(_ index: Int) -> SourceRange {
    let word = word(index)
    let start = word.start
    switch word.kind {
    case TapeKind.sequence, TapeKind.mapping:
      return SourceRange(start: start, end: TapeWord.high(words[index + 1]))
    default:
      let isExtended = word.tag & TapeFlag.extended != 0
      return SourceRange(start: start, end: isExtended ? TapeWord.low(words[index + 2]) : start + word.length)
    }
  }

  /// Where the text of a scalar stands.
  func text(_ index: Int) -> (start: Int, count: Int, inPool: Bool) {
    let word = word(index)
    if word.tag & TapeFlag.extended != 0 {
      let place = words[index + 1]
      return (TapeWord.low(place), TapeWord.high(place), TapeWord.high(words[index + 2]) == 1)
    }
    let quote = word.tag & TapeFlag.quoted != 0 ? 1 : 0
    return (word.start + quote, word.length - 2 * quote, false)
  }

  func withText<Result>(_ index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
    let place = text(index)
    let source = place.inPool ? pool : file.bytes
    let span = source.span
    return body(span.extracting(place.start..<(place.start + place.count)))
  }

  /// The value of a key that is a scalar with exactly this text.
  ///
  /// - Complexity: O(keys of the mapping); a key of another length costs one comparison.
  func find(_ key: Span<UInt8>, in mapping: Int) -> (key: Int, value: Int)? {
    let end = next(after: mapping)
    let (tape, source) = (self.words, file.bytes)
    let words = tape.span
    let bytes = source.span
    var index = mapping + 2
    while index < end {
      let word = TapeWord(bits: words[index])
      let value: Int
      if word.kind <= TapeKind.string, word.tag & TapeFlag.extended == 0 {
        let quote = word.tag & TapeFlag.quoted != 0 ? 1 : 0
        value = index + 1
        if word.length - 2 * quote == key.count {
          let start = word.start + quote
          if isEqual(bytes.extracting(start..<(start + key.count)), key) { return (index, resolved(value)) }
        }
      } else {
        value = next(after: index)
        let keyIndex = resolved(index)
        if self.word(keyIndex).kind <= TapeKind.string, withText(keyIndex, { isEqual($0, key) }) {
          return (keyIndex, resolved(value))
        }
      }
      index = next(after: value)
    }
    return nil
  }
}

/// Whether two runs of bytes are the same.
@inline(__always)
func isEqual(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
  let count = a.count
  guard count == b.count else { return false }
  var index = 0
  while index + 8 <= count {
    if a.bytes.unsafeLoadUnalignedWord(index) != b.bytes.unsafeLoadUnalignedWord(index) { return false }
    index += 8
  }
  while index < count {
    if a[index] != b[index] { return false }
    index += 1
  }
  return true
}
