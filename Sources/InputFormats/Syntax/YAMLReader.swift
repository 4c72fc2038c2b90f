/// A collection that is being read.
struct OpenCollection {
  enum Kind { case blockSequence, blockMapping, flowSequence, flowMapping, flowPair }
  /// What comes next inside a collection in brackets.
  enum FlowState { case item, explicitKey, colon, value, separator }

  var kind: Kind
  /// The column of a block collection's entries; for one in brackets, that of the block around it.
  var indent: Int
  var tape: Int
  var start: Int
  var keyBase: Int
  var count = 0
  var state = FlowState.item
  /// In a block mapping: `?` was read and its `:` has not come yet.
  var awaitsExplicitValue = false
  /// The tape index of a key `<<` whose value comes next; 0 for none.
  var mergeKey = 0
  var hasMerges = false
  /// Where a value that is left out began on the tape; 0 for none.
  var skipFrom = 0
  var skipPool = 0
  /// A value with anchors inside is kept: a later alias may need it.
  var skipAnchors = 0
  /// The tape index of the key after `?`.
  var explicitKey = 0
  var aliasWeight = 0
  var height = 1
  /// Index in the builder's anchors, or -1.
  var anchor = -1
}

/// Reads YAML 1.2 in one pass from bytes to tape: no tokens, no recursion.
///
/// Block structure is decided by the column of each line against the stack of open collections. A node at the place of
/// a first key is written as a value and becomes a key when a colon follows on its line. Source: YAML 1.2.2, with the
/// official test suite deciding where the text is hard to read.
///
/// - Complexity: O(bytes); memory is the tape and the stack, at most `SyntaxLimit.depth` deep.
struct YAMLReader {
  /// What the next node is to its parent.
  enum Place { case documentLine, afterMarker, sequenceEntry, mappingValue, explicitKey, explicitValue }

  let bytes: [UInt8]
  let end: Int
  let skipped: SkippedKeys
  var builder = TapeBuilder()
  var frames: [OpenCollection] = []
  var place = Place.documentLine

  var p = 0
  var lineStart = 0
  /// The first tab in the blanks before `p`, when `p` follows blanks at the start of a line or after an indicator; or -1.
  var tabAt = -1
  /// The end of the last token: where a block collection ends.
  var contentEnd = 0
  /// What the aliases in the collection that closed last stand for, and its height; or those of the last alias.
  var lastWeight = 0
  var lastHeight = 0
  /// Whether the last node inside brackets was quoted or in brackets: its colon needs no blank behind it.
  var lastWasJSON = false

  var tagHandles: [String: String] = [:]
  var hasDirectives = false
  var hasVersion = false

  var failures: [SyntaxFailure] = []
  var roots: [(index: Int, number: Int)] = []
  var documentNumber = 0
  /// Where the document being read begins on the tape and in the pool; the root is -1 between documents.
  var documentRoot = -1
  var documentPool = 0

  init(bytes: [UInt8], start: Int, skipping rules: SkipRules) {
    self.bytes = bytes
    end = bytes.count
    p = start
    lineStart = start
    skipped = SkippedKeys(rules)
    builder.reserve(bytes: bytes.count)
    frames.reserveCapacity(32)
  }

  /// The byte at an offset; 0 past the end (a NUL never reaches a reader).
  @inline(__always)
  func byte(_ index: Int) -> UInt8 { index < end ? bytes[index] : 0 }

  /// Whether a blank, a line break or the end stands at an offset.
  @inline(__always)
  func isBlank(_ index: Int) -> Bool {
    let byte = byte(index)
    return byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0
  }

  /// `---` or `...` at the start of a line.
  func isMarker(_ index: Int) -> Bool { index == lineStart && isMarkerText(index) }

  /// `---` or `...` and a blank behind it, wherever it stands.
  func isMarkerText(_ index: Int) -> Bool {
    let byte = byte(index)
    guard byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") else { return false }
    return self.byte(index + 1) == byte && self.byte(index + 2) == byte && isBlank(index + 3)
  }

  /// Reads the whole stream; afterwards `roots`, `failures` and the builder hold the result.
  mutating func read() {
    while true {
      do throws(SyntaxFailure) {
        guard try readDocumentStart() else { return }
        builder.beginDocument()
        documentNumber += 1
        documentRoot = builder.words.count
        documentPool = builder.pool.count
        try readDocument()
        roots.append((documentRoot, documentNumber))
        documentRoot = -1
        try readDocumentEnd()
      } catch {
        recover(from: error)
      }
    }
  }

  /// Drops a broken document and goes on at the next marker.
  private mutating func recover(from failure: SyntaxFailure) {
    if documentRoot >= 0 {
      builder.words.removeSubrange(documentRoot...)
      builder.pool.removeSubrange(documentPool...)
      documentRoot = -1
    }
    report(failure)
    frames.removeAll(keepingCapacity: true)
    builder.beginDocument()
    endDirectives()
    var index = min(max(p, failure.start), end)
    while index < end, !(isMarker(index) && index == p) {
      while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
      while index < end, bytes[index] == 0x0A || bytes[index] == 0x0D { index += 1 }
      lineStart = index
      if isMarker(index) { break }
    }
    p = index
    lineStart = p
  }

  mutating func report(_ failure: SyntaxFailure) {
    guard failures.count < SyntaxLimit.failures else { return }
    var failure = failure
    failure.document = documentNumber
    failures.append(failure)
  }

  mutating func endDirectives() {
    hasDirectives = false
    hasVersion = false
    if !tagHandles.isEmpty { tagHandles.removeAll() }
  }

  /// Skips blanks, comments and line breaks up to the next content; whether a line break was crossed.
  @inline(__always)
  mutating func skipSeparation() -> Bool {
    let source = bytes
    let span = source.span
    var crossed = false
    var index = p
    while true {
      var firstTab = -1
      var current: UInt8 = 0
      while index < span.count {
        current = span[index]
        if current == 0x20 {
          index += 1
        } else if current == 0x09 {
          if firstTab < 0 { firstTab = index }
          index += 1
        } else {
          break
        }
      }
      if index >= span.count {
        p = index
        tabAt = firstTab
        return crossed
      }
      if current == UInt8(ascii: "#"), index == lineStart || span[index - 1] == 0x20 || span[index - 1] == 0x09 {
        while index < span.count, span[index] != 0x0A, span[index] != 0x0D { index += 1 }
        if index >= span.count { continue }
        current = span[index]
      }
      if current == 0x0A || current == 0x0D {
        index += 1
        if current == 0x0D, index < span.count, span[index] == 0x0A { index += 1 }
        lineStart = index
        crossed = true
        continue
      }
      p = index
      tabAt = firstTab
      return crossed
    }
  }

  /// Skips blanks on this line; whether there were any.
  @inline(__always)
  mutating func skipBlanks() -> Bool {
    let from = p
    while p < end, bytes[p] == 0x20 || bytes[p] == 0x09 { p += 1 }
    return p > from
  }
}
