/// Scalars in single and double quotes.
extension YAMLReader {
  /// Reads the quoted scalar at `p`; lines after the first must be indented more than `indent`.
  mutating func readQuoted(tag: UInt8, indent: Int) throws(SyntaxFailure) {
    let start = p
    let quote = bytes[p]
    let isDouble = quote == UInt8(ascii: "\"")
    var index = p + 1
    do {
      let span = bytes.span
      while index < span.count {
        let byte = span[index]
        if byte == quote || byte == 0x0A || byte == 0x0D || (isDouble && byte == UInt8(ascii: "\\")) { break }
        index += 1
      }
    }
    guard index < end else { throw unclosedQuote(start) }
    if bytes[index] == quote, isDouble || byte(index + 1) != quote {
      p = index + 1
      contentEnd = p
      let meaning = tag == NodeProperties.untagged ? TapeKind.string : try quotedKind(tag, start + 1, index)
      builder.scalar(start: start, end: p, tag: meaning | TapeFlag.quoted)
      return
    }
    let poolStart = builder.pool.count
    builder.pool.append(contentsOf: bytes[(start + 1)..<index])
    p = index
    try decodeQuoted(start: start, quote: quote, indent: indent, poolStart: poolStart)
    contentEnd = p
    let copy = tag == NodeProperties.untagged || tag == NodeProperties.text ? [] : Array(builder.pool[poolStart...])
    let meaning = copy.isEmpty ? TapeKind.string : try kind(tag, text: copy.span, at: start, to: p)
    builder.pooled(start: start, end: p, tag: meaning | TapeFlag.quoted, poolStart: poolStart)
  }

  private func quotedKind(_ tag: UInt8, _ from: Int, _ to: Int) throws(SyntaxFailure) -> UInt8 {
    let span = bytes.span
    return try kind(tag, text: span.extracting(from..<to), at: from - 1, to: to + 1)
  }

  private func unclosedQuote(_ start: Int) -> SyntaxFailure {
    SyntaxFailure("Y061", "quoted text is not closed", at: start, label: "opened here", help: "add the closing quote")
  }

  /// Decodes escapes and line folds from `p` to the closing quote into the pool.
  private mutating func decodeQuoted(
    start: Int, quote: UInt8, indent: Int, poolStart: Int
  ) throws(SyntaxFailure) {
    let isDouble = quote == UInt8(ascii: "\"")
    // Blanks before a line break are dropped, but not those that an escape produced.
    var keep = poolStart
    while p < end {
      let byte = bytes[p]
      switch byte {
      case quote:
        p += 1
        if isDouble || self.byte(p) != quote { return }
        builder.pool.append(quote)
        p += 1
        keep = builder.pool.count
      case UInt8(ascii: "\\") where isDouble:
        let next = self.byte(p + 1)
        if next == 0x0A || next == 0x0D {
          p += 1
          let blankLines = try skipQuotedLines(start: start, indent: indent)
          for _ in 0..<blankLines { builder.pool.append(0x0A) }
        } else {
          try decodeEscape(quoteStart: start)
        }
        keep = builder.pool.count
      case 0x0A, 0x0D:
        while builder.pool.count > keep, let last = builder.pool.last, last == 0x20 || last == 0x09 {
          builder.pool.removeLast()
        }
        fold(try skipQuotedLines(start: start, indent: indent))
        keep = builder.pool.count
      default:
        var index = p + 1
        while index < end, bytes[index] != quote, bytes[index] != 0x0A, bytes[index] != 0x0D,
          bytes[index] != UInt8(ascii: "\\")
        {
          index += 1
        }
        builder.pool.append(contentsOf: bytes[p..<index])
        p = index
      }
    }
    throw unclosedQuote(start)
  }

  /// From a line break to the next line with content; the number of empty lines between.
  private mutating func skipQuotedLines(start: Int, indent: Int) throws(SyntaxFailure) -> Int {
    var blankLines = -1
    while p < end {
      let wasReturn = bytes[p] == 0x0D
      p += 1
      if wasReturn, byte(p) == 0x0A { p += 1 }
      lineStart = p
      blankLines += 1
      while byte(p) == 0x20 { p += 1 }
      let column = p - lineStart
      let tab = p
      _ = skipBlanks()
      guard p < end else { break }
      if bytes[p] == 0x0A || bytes[p] == 0x0D { continue }
      if isMarker(p) { throw unclosedQuote(start) }
      if column <= indent {
        if byte(tab) == 0x09 { throw tabIndentation(at: tab) }
        throw unclosedQuote(start)
      }
      return blankLines
    }
    throw unclosedQuote(start)
  }

  private mutating func decodeEscape(quoteStart: Int) throws(SyntaxFailure) {
    let start = p
    let letter = byte(p + 1)
    p += 2
    switch letter {
    case UInt8(ascii: "0"): builder.pool.append(0)
    case UInt8(ascii: "a"): builder.pool.append(7)
    case UInt8(ascii: "b"): builder.pool.append(8)
    case UInt8(ascii: "t"), 0x09: builder.pool.append(9)
    case UInt8(ascii: "n"): builder.pool.append(10)
    case UInt8(ascii: "v"): builder.pool.append(11)
    case UInt8(ascii: "f"): builder.pool.append(12)
    case UInt8(ascii: "r"): builder.pool.append(13)
    case UInt8(ascii: "e"): builder.pool.append(27)
    case UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "\\"): builder.pool.append(letter)
    case UInt8(ascii: "N"): builder.pool.append(contentsOf: [0xC2, 0x85])
    case UInt8(ascii: "_"): builder.pool.append(contentsOf: [0xC2, 0xA0])
    case UInt8(ascii: "L"): builder.pool.append(contentsOf: [0xE2, 0x80, 0xA8])
    case UInt8(ascii: "P"): builder.pool.append(contentsOf: [0xE2, 0x80, 0xA9])
    case UInt8(ascii: "x"): try decodeHex(2, at: start)
    case UInt8(ascii: "u"): try decodeHex(4, at: start)
    case UInt8(ascii: "U"): try decodeHex(8, at: start)
    default:
      if p > end { throw unclosedQuote(quoteStart) }
      throw SyntaxFailure(
        "Y062", "unknown escape in double quotes", at: start, to: start + 2,
        help: "write '\\\\' for a backslash, or use single quotes")
    }
  }

  private mutating func decodeHex(_ digits: Int, at start: Int) throws(SyntaxFailure) {
    if digits == 4 {
      let encoded = try EscapeDecoding.utf16Escape(bytes, at: start, next: &p)
      builder.pool.append(contentsOf: encoded)
      return
    }
    guard let value = EscapeDecoding.hex(bytes, from: p, count: digits) else {
      throw SyntaxFailure("Y062", "an escape needs \(digits) hexadecimal digits", at: start, to: min(p + digits, end))
    }
    p += digits
    guard let scalar = Unicode.Scalar(value) else {
      throw SyntaxFailure("Y062", "the escape is not a Unicode character", at: start, to: p)
    }
    builder.pool.append(contentsOf: EscapeDecoding.utf8(scalar))
  }
}

/// What escapes in YAML and JSON have in common.
enum EscapeDecoding {
  /// The value of hexadecimal digits; nil when one is missing.
  static func hex(_ bytes: [UInt8], from start: Int, count: Int) -> UInt32? {
    guard start + count <= bytes.count else { return nil }
    var value: UInt32 = 0
    for index in start..<(start + count) {
      let byte = bytes[index]
      let letter = (byte | 0x20) &- 0x61
      if byte &- 0x30 < 10 {
        value = value << 4 | UInt32(byte - 0x30)
      } else if letter < 6 {
        value = value << 4 | UInt32(letter + 10)
      } else {
        return nil
      }
    }
    return value
  }

  static func utf8(_ scalar: Unicode.Scalar) -> [UInt8] { Array(String(scalar).utf8) }

  /// The UTF-8 of `\uHHHH`, or of two of them that are a surrogate pair; `next` moves behind it.
  static func utf16Escape(_ bytes: [UInt8], at start: Int, next: inout Int) throws(SyntaxFailure) -> [UInt8] {
    guard let first = hex(bytes, from: start + 2, count: 4) else {
      throw SyntaxFailure(
        "Y062", "an escape needs 4 hexadecimal digits", at: start, to: min(start + 6, bytes.count))
    }
    next = start + 6
    if let scalar = Unicode.Scalar(first) { return utf8(scalar) }
    let isPair = next + 1 < bytes.count && bytes[next] == UInt8(ascii: "\\") && bytes[next + 1] == UInt8(ascii: "u")
    if first < 0xDC00, isPair, let second = hex(bytes, from: next + 2, count: 4), second >= 0xDC00, second < 0xE000,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    {
      next += 6
      return utf8(scalar)
    }
    throw SyntaxFailure("Y063", "lone UTF-16 surrogate escape", at: start, to: next)
  }
}
