/// The first line of a plain scalar.
struct PlainLine {
  var start: Int
  /// Past its last character that is not a blank.
  var end: Int
  /// Where scanning stopped: a colon, a comment, a bracket or comma, a line break, the end.
  var stop: Int
  var isKey: Bool
}

extension YAMLReader {
  /// Scans a plain scalar on one line, from `p`; moves nothing.
  mutating func scanPlainLine(inFlow: Bool) throws(SyntaxFailure) -> PlainLine {
    let start = p
    if let problem = plainStartProblem(inFlow: inFlow) { throw problem }
    let span = bytes.span
    let (last, stop, isKey) = YAMLReader.plainEnd(span, from: start, inFlow: inFlow)
    return PlainLine(start: start, end: last, stop: stop, isKey: isKey)
  }

  /// Where a plain scalar's text ends on its line, where scanning stopped, and whether that is a colon of a key.
  @inline(__always)
  static func plainEnd(_ span: Span<UInt8>, from start: Int, inFlow: Bool) -> (last: Int, stop: Int, isKey: Bool) {
    var index = start
    var last = start
    let count = span.count
    while index < count {
      let byte = span[index]
      // Letters, digits and most punctuation end nothing.
      if byte > 0x3A ? !inFlow || byte | 0x26 != 0x7F : byte > 0x2C || (byte > 0x23 && byte < 0x2C && byte != 0x3A) {
        if byte != 0x3A {
          index += 1
          last = index
          continue
        }
      }
      switch byte {
      case 0x20, 0x09:
        index += 1
        continue
      case 0x0A, 0x0D:
        return (last, index, false)
      case UInt8(ascii: ":"):
        let next = index + 1 < count ? span[index + 1] : 0x0A
        let isFlowEnd = inFlow && (next == UInt8(ascii: ",") || next | 0x20 == 0x7B || next | 0x20 == 0x7D)
        if next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D || isFlowEnd { return (last, index, true) }
      case UInt8(ascii: "#"):
        if index > start, span[index - 1] == 0x20 || span[index - 1] == 0x09 { return (last, index, false) }
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        if inFlow { return (last, index, false) }
      default: break
      }
      index += 1
      last = index
    }
    return (last, index, false)
  }

  /// Why no plain scalar can begin at `p`.
  private func plainStartProblem(inFlow: Bool) -> SyntaxFailure? {
    let first = byte(p)
    switch first {
    case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
      guard isBlank(p + 1) || (inFlow && isFlowIndicator(byte(p + 1))) else { return nil }
      return SyntaxFailure("Y016", "'\(Character(Unicode.Scalar(first)))' alone is not a value here", at: p)
    case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"):
      return SyntaxFailure(
        "Y060", "plain text cannot begin with '\(Character(Unicode.Scalar(first)))'", at: p, help: "quote the value")
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"),
      UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"),
      UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "#"):
      return SyntaxFailure(
        "Y016", "unexpected '\(Character(Unicode.Scalar(first)))'", at: p, help: "quote the value if it is text")
    default: return nil
    }
  }

  /// Writes a plain scalar that stands on one line.
  @inline(__always)
  mutating func writePlain(from start: Int, to stop: Int, properties: NodeProperties) throws(SyntaxFailure) {
    let index = builder.words.count
    try writePlain(from: start, to: stop, tag: properties.tag)
    if properties.anchor != nil { define(properties, scalarAt: index) }
  }

  @inline(__always)
  private mutating func writePlain(from start: Int, to stop: Int, tag: UInt8) throws(SyntaxFailure) {
    contentEnd = stop
    let source = bytes
    let span = source.span
    let text = span.extracting(start..<stop)
    let meaning =
      tag == NodeProperties.untagged
      ? ScalarResolution.kind(text) : try kind(tag, text: text, at: start, to: stop)
    builder.scalar(start: start, end: stop, tag: meaning)
  }

  /// Reads a plain scalar whose first line was scanned, with the lines that continue it.
  mutating func readPlain(_ first: PlainLine, tag: UInt8, indent: Int, inFlow: Bool) throws(SyntaxFailure) {
    p = first.stop
    guard !first.isKey, p < end, bytes[p] == 0x0A || bytes[p] == 0x0D,
      let next = continuation(after: p, indent: indent, inFlow: inFlow)
    else {
      return try writePlain(from: first.start, to: first.end, tag: tag)
    }
    let poolStart = builder.pool.count
    builder.pool.append(contentsOf: bytes[first.start..<first.end])
    var line: (at: Int, lineStart: Int, blankLines: Int)? = next
    var last = first.end
    let source = bytes
    while let current = line {
      lineStart = current.lineStart
      p = current.at
      let scanned = YAMLReader.plainEnd(source.span, from: p, inFlow: inFlow)
      if scanned.last == p { break }
      fold(current.blankLines)
      builder.pool.append(contentsOf: bytes[p..<scanned.last])
      last = scanned.last
      p = scanned.stop
      if scanned.isKey {
        if inFlow { break }
        throw SyntaxFailure(
          "Y010", "': ' in the second line of a plain value", at: p,
          label: "a key stands on one line, indented like the other keys", help: "indent the key, or quote the value")
      }
      guard p < end, bytes[p] == 0x0A || bytes[p] == 0x0D else { break }
      line = continuation(after: p, indent: indent, inFlow: inFlow)
    }
    contentEnd = last
    let meaning: UInt8
    if tag == NodeProperties.untagged || tag == NodeProperties.text {
      meaning = TapeKind.string
    } else {
      let copy = Array(builder.pool[poolStart...])
      meaning = try kind(tag, text: copy.span, at: first.start, to: last)
    }
    builder.pooled(start: first.start, end: last, tag: meaning, poolStart: poolStart)
  }

  /// A folded line break: a space, or the line breaks of the empty lines.
  mutating func fold(_ blankLines: Int) {
    if blankLines == 0 {
      builder.pool.append(0x20)
    } else {
      for _ in 0..<blankLines { builder.pool.append(0x0A) }
    }
  }

  /// The next line with content when it continues the plain scalar that ends at a line break.
  private func continuation(
    after stop: Int, indent: Int, inFlow: Bool
  ) -> (at: Int, lineStart: Int, blankLines: Int)? {
    let span = bytes.span
    var index = stop
    var blankLines = -1
    while index < span.count {
      // At a line break.
      let wasReturn = span[index] == 0x0D
      index += 1
      if wasReturn, index < span.count, span[index] == 0x0A { index += 1 }
      blankLines += 1
      let start = index
      while index < span.count, span[index] == 0x20 { index += 1 }
      let column = index - start
      while index < span.count, span[index] == 0x20 || span[index] == 0x09 { index += 1 }
      guard index < span.count else { return nil }
      let byte = span[index]
      if byte == 0x0A || byte == 0x0D { continue }
      if column <= indent || byte == UInt8(ascii: "#") { return nil }
      if index == start, isMarkerText(index) { return nil }
      if inFlow, isFlowIndicator(byte) { return nil }
      if inFlow, byte == UInt8(ascii: ":"), isBlank(index + 1) || isFlowIndicator(self.byte(index + 1)) { return nil }
      return (index, start, blankLines)
    }
    return nil
  }
}
