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
  let skipped: [[UInt8]]
  var builder = TapeBuilder()
  var p = 0
  var failures: [SyntaxFailure] = []
  var roots: [(index: Int, number: Int)] = []
  var documentNumber = 0
  private var frames: [OpenJSON] = []

  init(bytes: [UInt8], start: Int, skipping rules: SkipRules) {
    self.bytes = bytes
    end = bytes.count
    p = start
    skipped = rules.keys.map { Array($0.utf8) }
    builder.words.reserveCapacity(bytes.count / 16 + 16)
    frames.reserveCapacity(32)
  }

  @inline(__always)
  private func byte(_ index: Int) -> UInt8 { index < end ? bytes[index] : 0 }

  /// Reads the whole stream; afterwards `roots`, `failures` and the builder hold the result.
  ///
  /// A broken value ends the reading: where the next one begins is anyone's guess.
  mutating func read() {
    while true {
      skipBlanks()
      guard p < end else { return }
      let root = builder.words.count
      let pool = builder.pool.count
      documentNumber += 1
      builder.beginDocument()
      do throws(SyntaxFailure) {
        try readDocument()
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

  @inline(__always)
  private mutating func skipBlanks() {
    // The usual case first: none.
    if p < end, bytes[p] > 0x20 { return }
    let source = bytes
    let span = source.span
    var index = p
    while index < span.count {
      let byte = span[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
      index += 1
    }
    p = index
  }

  private mutating func readDocument() throws(SyntaxFailure) {
    frames.removeAll(keepingCapacity: true)
    try readValue()
    while let top = frames.last {
      skipBlanks()
      if top.isObject {
        if try !readMemberStart(top) { continue }
      } else if try !readElementStart(top) {
        continue
      }
      try readValue()
    }
    try checkEnd()
  }

  /// After a document only blanks or another value may follow.
  private mutating func checkEnd() throws(SyntaxFailure) {
    skipBlanks()
    guard p < end else { return }
    if let comment = comment(at: p) { throw comment }
    switch bytes[p] {
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
  private mutating func readElementStart(_ top: OpenJSON) throws(SyntaxFailure) -> Bool {
    let next = byte(p)
    if next == UInt8(ascii: "]") {
      close()
      return false
    }
    guard top.count > 0 else { return true }
    guard next == UInt8(ascii: ",") else { throw missingComma(start: top.start, isObject: top.isObject) }
    let comma = p
    p += 1
    skipBlanks()
    if byte(p) == UInt8(ascii: "]") { throw trailingComma(comma) }
    return true
  }

  /// The key and colon of a member; false when the object ended.
  private mutating func readMemberStart(_ top: OpenJSON) throws(SyntaxFailure) -> Bool {
    let next = byte(p)
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
      skipBlanks()
      if byte(p) == UInt8(ascii: "}") { throw trailingComma(comma) }
    }
    guard byte(p) == UInt8(ascii: "\"") else { throw badKey() }
    let index = builder.words.count
    try readString()
    let place = builder.text(index)
    builder.keys.push(
      place, offset: TapeWord(bits: builder.words[index]).start, bytes: bytes, pool: builder.pool)
    skipBlanks()
    guard byte(p) == UInt8(ascii: ":") else {
      if p >= end { throw cutOff() }
      throw SyntaxFailure("Y106", "expected ':' after a key", at: p)
    }
    p += 1
    if !skipped.isEmpty, !place.inPool, isSkipped(place) {
      frames[frames.count - 1].skipFrom = builder.words.count
      frames[frames.count - 1].skipPool = builder.pool.count
    }
    skipBlanks()
    return true
  }

  private func isSkipped(_ place: TextPlace) -> Bool {
    for name in skipped where name.count == place.count {
      var offset = 0
      while offset < name.count, name[offset] == bytes[place.start + offset] { offset += 1 }
      if offset == name.count { return true }
    }
    return false
  }

  private mutating func reportDuplicates(from base: Int) {
    for pair in builder.keys.duplicates(from: base, bytes: bytes, pool: builder.pool) {
      report(
        duplicateKey(
          builder.keys.reference(pair.first), builder.keys.reference(pair.again), bytes: bytes, pool: builder.pool))
    }
  }

  private mutating func close() {
    p += 1
    let frame = frames.removeLast()
    builder.close(frame.tape, count: frame.count, end: p)
    noteChild()
  }

  @inline(__always)
  private mutating func noteChild() {
    let top = frames.count - 1
    guard top >= 0 else { return }
    frames[top].count += 1
    if frames[top].skipFrom != 0 {
      builder.skip(from: frames[top].skipFrom, pool: frames[top].skipPool)
      frames[top].skipFrom = 0
    }
  }

  /// Reads a scalar, or opens a collection.
  private mutating func readValue() throws(SyntaxFailure) {
    let first = byte(p)
    switch first {
    case UInt8(ascii: "\""):
      try readString()
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      if frames.count >= SyntaxLimit.depth {
        throw SyntaxFailure("Y040", "nesting deeper than the limit of \(SyntaxLimit.depth)", at: p)
      }
      let isObject = first == UInt8(ascii: "{")
      frames.append(
        OpenJSON(isObject: isObject, tape: builder.words.count, start: p, keyBase: builder.keys.count))
      builder.open(isObject ? TapeKind.mapping : TapeKind.sequence, start: p)
      p += 1
      return
    case UInt8(ascii: "-"), 0x30...0x39:
      try readNumber()
    case UInt8(ascii: "t"): try readWord("true", TapeKind.bool)
    case UInt8(ascii: "f"): try readWord("false", TapeKind.bool)
    case UInt8(ascii: "n"): try readWord("null", TapeKind.null)
    default:
      throw badValue()
    }
    noteChild()
  }

  private mutating func readWord(_ word: StaticString, _ kind: UInt8) throws(SyntaxFailure) {
    let count = word.utf8CodeUnitCount
    for offset in 0..<count where byte(p + offset) != word.utf8Start[offset] { throw badValue() }
    let next = byte(p + count) | 0x20
    if next &- 0x61 < 26 { throw badValue() }
    builder.scalar(start: p, end: p + count, tag: kind)
    p += count
  }

  private mutating func readNumber() throws(SyntaxFailure) {
    let start = p
    var index = p
    var kind = TapeKind.integer
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let whole = index
    while byte(index) &- 0x30 < 10 { index += 1 }
    if index == whole { throw badNumber(start, "a number needs a digit here", at: index) }
    if bytes[whole] == 0x30, index > whole + 1 { throw badNumber(start, "a number has no leading zeros", at: whole) }
    if byte(index) == UInt8(ascii: ".") {
      kind = TapeKind.float
      index += 1
      let fraction = index
      while byte(index) &- 0x30 < 10 { index += 1 }
      if index == fraction { throw badNumber(start, "a digit must follow the decimal point", at: index) }
    }
    if byte(index) | 0x20 == UInt8(ascii: "e") {
      kind = TapeKind.float
      index += 1
      if byte(index) == UInt8(ascii: "-") || byte(index) == UInt8(ascii: "+") { index += 1 }
      let exponent = index
      while byte(index) &- 0x30 < 10 { index += 1 }
      if index == exponent { throw badNumber(start, "a digit must follow the exponent", at: index) }
    }
    let next = byte(index)
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

  private mutating func readString() throws(SyntaxFailure) {
    let start = p
    let source = bytes
    let span = source.span
    var index = p + 1
    while index < span.count {
      let byte = span[index]
      if byte == UInt8(ascii: "\"") {
        p = index + 1
        builder.scalar(start: start, end: p, tag: TapeKind.string | TapeFlag.quoted)
        return
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      index += 1
    }
    let poolStart = builder.pool.count
    builder.pool.append(contentsOf: bytes[(start + 1)..<index])
    p = index
    while p < end {
      let byte = bytes[p]
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
        index = p + 1
        while index < end, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"), bytes[index] >= 0x20
        {
          index += 1
        }
        builder.pool.append(contentsOf: bytes[p..<index])
        p = index
      }
    }
    throw cutOff(openedAt: start)
  }

  private mutating func decodeEscape() throws(SyntaxFailure) {
    let start = p
    let letter = byte(p + 1)
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
