/// An object or array that is being read.
private struct OpenJSON {
  var isObject: Bool
  var tape: Int
  var start: Int
  var keyBase: Int
  var count = 0
  /// Where a value that is left out began on the tape; 0 for none.
  var skipFrom = 0
  var skipPool = 0
}

/// Reads JSON (RFC 8259), one value or several one after the other, in one pass from bytes to tape.
///
/// Strict: comments, trailing commas and single quotes are refused with the fix, because the tools that wrote the file
/// did not mean them. Several values are several documents, as `jq` prints them.
///
/// - Complexity: O(bytes); memory is the tape and a stack of at most `SyntaxLimit.depth` collections.
struct JSONReader {
  let bytes: [UInt8]
  let end: Int
  let skipped: SkippedKeys
  var builder = TapeBuilder()
  var p = 0
  var failures: [SyntaxFailure] = []
  var roots: [(index: Int, number: Int)] = []
  var documentNumber = 0
  /// The innermost open collection, where `depth` is not 0, and those around it.
  private var top = OpenJSON(isObject: false, tape: 0, start: 0, keyBase: 0)
  private var outer: [OpenJSON] = []
  private var depth = 0

  init(bytes: [UInt8], start: Int, skipping rules: SkipRules) {
    self.bytes = bytes
    end = bytes.count
    p = start
    skipped = SkippedKeys(rules)
    builder.reserve(bytes: bytes.count)
    outer.reserveCapacity(32)
  }

  /// Reads the whole stream; afterwards `roots`, `failures` and the builder hold the result.
  ///
  /// A broken value ends the reading: where the next one begins is anyone's guess.
  mutating func read() {
    let source = bytes
    let span = source.span
    while true {
      skipBlanks(span)
      guard p < end else { return }
      let root = builder.words.count
      let pool = builder.pool.count
      documentNumber += 1
      builder.beginDocument()
      do throws(SyntaxFailure) {
        try readDocument(span)
        try checkEnd(span)
        roots.append((root, documentNumber))
      } catch {
        builder.words.removeSubrange(root...)
        builder.pool.removeSubrange(pool...)
        report(error)
        return
      }
    }
  }

  private mutating func report(_ failure: SyntaxFailure) {
    guard failures.count < SyntaxLimit.failures else { return }
    var failure = failure
    failure.document = documentNumber
    failures.append(failure)
  }

  /// The byte at `p`; 0 at the end (a NUL never reaches a reader).
  @inline(__always)
  private func current(_ span: Span<UInt8>) -> UInt8 { p < span.count ? span[p] : 0 }

  @inline(__always)
  private func byte(_ index: Int, _ span: Span<UInt8>) -> UInt8 { index < span.count ? span[index] : 0 }

  @inline(__always)
  private mutating func skipBlanks(_ span: Span<UInt8>) {
    // The usual case first: none.
    if p < span.count, span[p] > 0x20 { return }
    p = ByteScan.afterBlanks(span, from: p)
  }

  private mutating func readDocument(_ span: Span<UInt8>) throws(SyntaxFailure) {
    outer.removeAll(keepingCapacity: true)
    depth = 0
    repeat {
      if depth > 0 {
        skipBlanks(span)
        if top.isObject {
          if try !readMemberStart(span) { continue }
        } else if try !readElementStart(span) {
          continue
        }
      }
      try readValue(span)
    } while depth > 0
  }

  /// After a document only blanks or another value may follow.
  private mutating func checkEnd(_ span: Span<UInt8>) throws(SyntaxFailure) {
    skipBlanks(span)
    guard p < end else { return }
    if let comment = comment(at: p) { throw comment }
    switch span[p] {
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      throw SyntaxFailure("Y105", "this bracket closes nothing", at: p, help: "remove it")
    case UInt8(ascii: ","):
      throw SyntaxFailure(
        "Y105", "expected the end of the file or another value, found ','", at: p,
        help: "put the values in brackets: [ …, … ]")
    default: return
    }
  }

  /// Before an element or the end of an array; false when the array ended.
  @inline(__always)
  private mutating func readElementStart(_ span: Span<UInt8>) throws(SyntaxFailure) -> Bool {
    let next = current(span)
    if next == UInt8(ascii: "]") {
      close()
      return false
    }
    guard top.count > 0 else { return true }
    guard next == UInt8(ascii: ",") else { throw missingComma(start: top.start, isObject: top.isObject) }
    let comma = p
    p += 1
    skipBlanks(span)
    if current(span) == UInt8(ascii: "]") { throw trailingComma(comma) }
    return true
  }

  /// The key and colon of a member; false when the object ended.
  @inline(__always)
  private mutating func readMemberStart(_ span: Span<UInt8>) throws(SyntaxFailure) -> Bool {
    let next = current(span)
    if next == UInt8(ascii: "}") {
      if top.count > 1 { reportDuplicates(from: top.keyBase) }
      if top.count > 0 { builder.keys.pop(to: top.keyBase) }
      close()
      return false
    }
    if top.count > 0 {
      guard next == UInt8(ascii: ",") else { throw missingComma(start: top.start, isObject: top.isObject) }
      let comma = p
      p += 1
      skipBlanks(span)
      if current(span) == UInt8(ascii: "}") { throw trailingComma(comma) }
    }
    guard current(span) == UInt8(ascii: "\"") else { throw badKey() }
    let start = p
    var mayBeSkipped = false
    let close = ByteScan.stringStop(span, from: start + 1)
    if close < span.count, span[close] == UInt8(ascii: "\"") {
      p = close + 1
      builder.scalar(start: start, end: p, tag: TapeKind.string | TapeFlag.quoted)
      builder.keys.push(
        TextPlace(start: start + 1, count: close - start - 1, inPool: false), offset: start, in: span)
      mayBeSkipped = skipped.contains(span, start + 1, close)
    } else {
      let index = builder.words.count
      try readLongString(span, stop: close)
      builder.keys.push(builder.text(index), offset: start, bytes: bytes, pool: builder.pool)
    }
    skipBlanks(span)
    guard current(span) == UInt8(ascii: ":") else {
      if p >= end { throw cutOff() }
      throw SyntaxFailure("Y106", "expected ':' after a key", at: p)
    }
    p += 1
    skipBlanks(span)
    if mayBeSkipped, current(span) == UInt8(ascii: "{") || current(span) == UInt8(ascii: "[") {
      top.skipFrom = builder.words.count
      top.skipPool = builder.pool.count
    }
    return true
  }

  private mutating func reportDuplicates(from base: Int) {
    for pair in builder.keys.duplicates(from: base, bytes: bytes, pool: builder.pool) {
      report(
        duplicateKey(
          builder.keys.reference(pair.first), builder.keys.reference(pair.again), bytes: bytes, pool: builder.pool))
    }
  }

  @inline(__always)
  private mutating func close() {
    p += 1
    builder.close(top.tape, count: top.count, end: p)
    depth -= 1
    if depth > 0 {
      let (tape, length) = (top.tape, p - top.start)
      top = outer.removeLast()
      if depth <= TapePacking.maximumDepth, !top.isObject, length >= TapePacking.minimumBytes {
        builder.pack(from: tape)
      }
    }
    noteChild()
  }

  @inline(__always)
  private mutating func noteChild() {
    guard depth > 0 else { return }
    top.count += 1
    if top.skipFrom != 0 {
      builder.skip(from: top.skipFrom, pool: top.skipPool)
      top.skipFrom = 0
    }
  }

  /// Reads a scalar, or opens a collection.
  @inline(__always)
  private mutating func readValue(_ span: Span<UInt8>) throws(SyntaxFailure) {
    let first = current(span)
    switch first {
    case UInt8(ascii: "\""):
      let start = p
      let close = ByteScan.stringStop(span, from: start + 1)
      if close < span.count, span[close] == UInt8(ascii: "\"") {
        p = close + 1
        builder.scalar(start: start, end: p, tag: TapeKind.string | TapeFlag.quoted)
      } else {
        try readLongString(span, stop: close)
      }
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      if depth >= SyntaxLimit.depth {
        throw SyntaxFailure("Y040", "nesting deeper than the limit of \(SyntaxLimit.depth)", at: p)
      }
      let isObject = first == UInt8(ascii: "{")
      if depth > 0 { outer.append(top) }
      depth += 1
      top = OpenJSON(isObject: isObject, tape: builder.words.count, start: p, keyBase: builder.keys.count)
      builder.open(isObject ? TapeKind.mapping : TapeKind.sequence, start: p)
      p += 1
      return
    case UInt8(ascii: "-"), 0x30...0x39:
      try readNumber(span)
    case UInt8(ascii: "t"): try readWord("true", TapeKind.bool, span)
    case UInt8(ascii: "f"): try readWord("false", TapeKind.bool, span)
    case UInt8(ascii: "n"): try readWord("null", TapeKind.null, span)
    default:
      throw badValue()
    }
    noteChild()
  }

  private mutating func readWord(_ word: StaticString, _ kind: UInt8, _ span: Span<UInt8>) throws(SyntaxFailure) {
    let count = word.utf8CodeUnitCount
    for offset in 0..<count where byte(p + offset, span) != word.utf8Start[offset] { throw badValue() }
    let next = byte(p + count, span) | 0x20
    if next &- 0x61 < 26 { throw badValue() }
    builder.scalar(start: p, end: p + count, tag: kind)
    p += count
  }

  private mutating func readNumber(_ span: Span<UInt8>) throws(SyntaxFailure) {
    let start = p
    var index = p
    var kind = TapeKind.integer
    if span[index] == UInt8(ascii: "-") { index += 1 }
    let whole = index
    while byte(index, span) &- 0x30 < 10 { index += 1 }
    if index == whole { throw badNumber(start, "a number needs a digit here", at: index) }
    if span[whole] == 0x30, index > whole + 1 { throw badNumber(start, "a number has no leading zeros", at: whole) }
    if byte(index, span) == UInt8(ascii: ".") {
      kind = TapeKind.float
      index += 1
      let fraction = index
      while byte(index, span) &- 0x30 < 10 { index += 1 }
      if index == fraction { throw badNumber(start, "a digit must follow the decimal point", at: index) }
    }
    if byte(index, span) | 0x20 == UInt8(ascii: "e") {
      kind = TapeKind.float
      index += 1
      if byte(index, span) == UInt8(ascii: "-") || byte(index, span) == UInt8(ascii: "+") { index += 1 }
      let exponent = index
      while byte(index, span) &- 0x30 < 10 { index += 1 }
      if index == exponent { throw badNumber(start, "a digit must follow the exponent", at: index) }
    }
    let next = byte(index, span)
    if (next | 0x20) &- 0x61 < 26 || next == UInt8(ascii: "_") || next == UInt8(ascii: ".") || next >= 0x80 {
      throw badNumber(start, "unexpected text after a number", at: index)
    }
    builder.scalar(start: start, end: index, tag: kind)
    p = index
  }

  private func badNumber(_ start: Int, _ message: String, at offset: Int) -> SyntaxFailure {
    if offset >= end { return cutOff() }
    return SyntaxFailure("Y107", message, at: offset, help: "put quotes around text")
  }

  /// The rest of a string at `p` whose plain beginning ends at `stop`: with escapes, or broken.
  private mutating func readLongString(_ span: Span<UInt8>, stop: Int) throws(SyntaxFailure) {
    let start = p
    var index = stop
    let poolStart = builder.pool.count
    builder.pool.append(contentsOf: bytes[(start + 1)..<index])
    p = index
    while p < end {
      let byte = span[p]
      if byte == UInt8(ascii: "\"") {
        p += 1
        builder.pooled(start: start, end: p, tag: TapeKind.string | TapeFlag.quoted, poolStart: poolStart)
        return
      }
      if byte == UInt8(ascii: "\\") {
        try decodeEscape()
      } else if byte < 0x20 {
        let isBreak = byte == 0x0A || byte == 0x0D
        throw SyntaxFailure(
          "Y108", isBreak ? "text is not closed on its line" : "a control character inside text",
          at: isBreak ? start : p, to: isBreak ? p : p + 1,
          help: isBreak ? "add the closing quote" : "write it as an escape")
      } else {
        index = ByteScan.stringStop(span, from: p + 1)
        builder.pool.append(contentsOf: bytes[p..<index])
        p = index
      }
    }
    throw cutOff(openedAt: start)
  }

  private mutating func decodeEscape() throws(SyntaxFailure) {
    let start = p
    let letter = p + 1 < end ? bytes[p + 1] : 0
    p += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): builder.pool.append(letter)
    case UInt8(ascii: "b"): builder.pool.append(8)
    case UInt8(ascii: "f"): builder.pool.append(12)
    case UInt8(ascii: "n"): builder.pool.append(10)
    case UInt8(ascii: "r"): builder.pool.append(13)
    case UInt8(ascii: "t"): builder.pool.append(9)
    case UInt8(ascii: "u"):
      let scalar = try EscapeDecoding.utf16Escape(bytes, at: start, next: &p)
      builder.pool.append(contentsOf: scalar)
    default:
      if start + 1 >= end { throw cutOff() }
      throw SyntaxFailure(
        "Y109", "unknown escape in text", at: start, to: start + 2, help: "write '\\\\' for a backslash")
    }
  }
}
