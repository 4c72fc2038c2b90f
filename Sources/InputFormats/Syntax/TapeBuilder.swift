/// A node with a name that aliases may use.
struct Anchor {
  var index: Int
  /// Nodes and text an alias to it stands for: one a tape word, one every 16 bytes, and the same for aliases within.
  var weight = 1
  /// Collections nested in it, itself included.
  var height = 0
  /// Whether it is a collection that is still being read.
  var isOpen = false
}

/// Limits that keep a small hostile file from costing more than a large honest one.
enum SyntaxLimit {
  /// Collections within collections, aliases followed.
  static let depth = 500
  /// What all aliases of a document may stand for together (see `Anchor.weight`).
  static let aliasWeight = 10_000_000
  /// Pairs all merge keys of a file may bring.
  static let mergedPairs = 1_000_000
  static let fileBytes = 0x7FFF_FFFF
  /// Reported failures of one file; the rest are the same mistake again.
  static let failures = 1000
}

/// Writes the tape of a file while a reader walks through its bytes.
struct TapeBuilder {
  var words: ContiguousArray<UInt64> = []
  var pool: [UInt8] = []
  var packed: ContiguousArray<UInt32> = []
  private var packing: ContiguousArray<UInt32> = []
  var keys = KeyStack()
  var anchors: [Anchor] = []
  var anchorNames: [String: Int] = [:]
  /// What the aliases of this document stand for so far.
  var aliasWeight = 0
  var mergedPairs = 0

  /// Makes room for the tape of a file of this many bytes, so that it is not copied while it grows.
  ///
  /// A word for every 8 bytes is more than files with text need; pages that are never written cost no memory.
  mutating func reserve(bytes: Int) {
    words.reserveCapacity(bytes / 8 + 16)
    if bytes > 64 * TapePacking.minimumBytes { packed.reserveCapacity(bytes / 8) }
  }

  /// Packs the last node, an element of a list; not where anchors say that an alias may want it.
  mutating func pack(from index: Int) {
    let (begin, count) = (packed.count, words.count - index)
    guard anchors.isEmpty, count <= TapePacking.maximumWords else { return }
    guard let length = TapePacking.pack(words, from: index, into: &packing) else { return }
    packed.append(contentsOf: packing[..<length])
    let start = TapeWord(bits: words[index]).start
    words.removeSubrange(index...)
    words.append(
      TapeWord(start: start, tag: TapeKind.packed, length: min(count, TapeWord.maximumLength)).bits)
    words.append(TapeWord.pair(begin, length))
  }

  @inline(__always)
  mutating func scalar(start: Int, end: Int, tag: UInt8) {
    let length = end - start
    if length < TapeWord.maximumLength {
      words.append(TapeWord(start: start, tag: tag, length: length).bits)
    } else {
      let quote = tag & TapeFlag.quoted != 0 ? 1 : 0
      extended(start: start, end: end, tag: tag, text: start + quote, count: length - 2 * quote, inPool: false)
    }
  }

  mutating func extended(start: Int, end: Int, tag: UInt8, text: Int, count: Int, inPool: Bool) {
    words.append(TapeWord(start: start, tag: tag | TapeFlag.extended, length: 0).bits)
    words.append(TapeWord.pair(text, count))
    words.append(TapeWord.pair(end, inPool ? 1 : 0))
  }

  /// A scalar whose text was appended to the pool from `poolStart` on.
  mutating func pooled(start: Int, end: Int, tag: UInt8, poolStart: Int) {
    extended(start: start, end: end, tag: tag, text: poolStart, count: pool.count - poolStart, inPool: true)
  }

  mutating func alias(start: Int, end: Int, target: Int) {
    words.append(
      TapeWord(start: start, tag: TapeKind.alias, length: min(end - start, TapeWord.maximumLength)).bits)
    words.append(UInt64(truncatingIfNeeded: target))
  }

  @inline(__always)
  mutating func open(_ kind: UInt8, start: Int) {
    words.append(TapeWord(start: start, tag: kind, length: 0).bits)
    words.append(0)
  }

  @inline(__always)
  mutating func close(_ index: Int, count: Int, end: Int) {
    let word = TapeWord(bits: words[index])
    words[index] = TapeWord(start: word.start, tag: word.tag, length: min(count, TapeWord.maximumLength)).bits
    words[index + 1] = TapeWord.pair(words.count - index, end)
  }

  /// Makes the nodes from `index` on the first children of a new mapping: what looked like a value was a key.
  ///
  /// - Complexity: O(words moved); a key is at most 1024 bytes when it is a collection.
  mutating func insertMapping(at index: Int, start: Int) {
    words.insert(contentsOf: [TapeWord(start: start, tag: TapeKind.mapping, length: 0).bits, 0], at: index)
    guard !anchors.isEmpty else { return }
    // Anchors inside the moved nodes are the last ones defined.
    var last = anchors.count - 1
    while last >= 0, anchors[last].index >= index {
      anchors[last].index += 2
      last -= 1
    }
    var position = index + 2
    while position < words.count {
      let word = TapeWord(bits: words[position])
      if word.kind == TapeKind.alias, TapeWord.low(words[position + 1]) >= index { words[position + 1] += 2 }
      position += word.kind >= TapeKind.sequence && word.kind != TapeKind.merge ? 2 : width(word)
    }
  }

  private func width(_ word: TapeWord) -> Int { word.tag & TapeFlag.extended != 0 ? 3 : 1 }

  /// Takes back what was written from `index` on and leaves an empty null marked as left out.
  mutating func skip(from index: Int, pool poolCount: Int) {
    let start = TapeWord(bits: words[index]).start
    words.removeSubrange(index...)
    pool.removeSubrange(poolCount...)
    words.append(TapeWord(start: start, tag: TapeKind.null | TapeFlag.skipped, length: 0).bits)
  }

  /// Begins a document: anchors do not cross documents.
  mutating func beginDocument() {
    anchors.removeAll(keepingCapacity: true)
    anchorNames.removeAll(keepingCapacity: true)
    aliasWeight = 0
    keys.removeAll()
  }

  /// The index just past a finished node.
  func next(after index: Int) -> Int {
    let word = TapeWord(bits: words[index])
    switch word.kind {
    case TapeKind.sequence, TapeKind.mapping: return index + TapeWord.low(words[index + 1])
    case TapeKind.alias, TapeKind.packed: return index + 2
    default: return index + width(word)
    }
  }

  func isCollection(_ index: Int) -> Bool {
    let kind = TapeWord(bits: words[index]).kind
    return kind == TapeKind.sequence || kind == TapeKind.mapping
  }

  func resolved(_ index: Int) -> Int {
    var index = index
    while TapeWord(bits: words[index]).kind == TapeKind.alias { index = TapeWord.low(words[index + 1]) }
    return index
  }

  /// Where the text of a scalar stands.
  func text(_ index: Int) -> TextPlace {
    let word = TapeWord(bits: words[index])
    if word.tag & TapeFlag.extended != 0 {
      let place = words[index + 1]
      return TextPlace(
        start: TapeWord.low(place), count: TapeWord.high(place), inPool: TapeWord.high(words[index + 2]) == 1)
    }
    let quote = word.tag & TapeFlag.quoted != 0 ? 1 : 0
    return TextPlace(start: word.start + quote, count: word.length - 2 * quote, inPool: false)
  }

  /// The text of a scalar as a string.
  func string(_ index: Int, in bytes: [UInt8]) -> String {
    let place = text(index)
    let source = place.inPool ? pool : bytes
    return String(decoding: source[place.start..<(place.start + place.count)], as: UTF8.self)
  }
}

/// Where the text of a scalar stands: in the file or in the pool.
struct TextPlace {
  var start: Int
  var count: Int
  var inPool: Bool
}
