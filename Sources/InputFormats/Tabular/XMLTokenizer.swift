/// Takes XML apart into tags and texts, as far as office files need it, safe against hostile ones.
///
/// Names lose their prefix; comments and processing instructions are passed over. A document type is refused, and with
/// it every entity but the five of XML and character numbers; depth is limited; nothing recurses.
/// - Complexity: O(bytes).
struct XMLTokenizer {
  enum Token: Equatable {
    case start(name: Range<Int>, isEmpty: Bool)
    case end(name: Range<Int>)
    case text
    case endOfDocument
  }

  static let deepest = 100
  let bytes: [UInt8]
  /// The bytes of the last text, or of the attributes of the last start tag.
  private(set) var range = 0..<0
  /// The last text is CDATA: `&` stands for itself.
  private(set) var isLiteral = false
  private var index = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  mutating func next() throws(ByteFailure) -> Token {
    while index < bytes.count {
      guard bytes[index] == 0x3C else {
        let start = index
        index = bytes[start...].firstIndex(of: 0x3C) ?? bytes.count
        range = start..<index
        isLiteral = false
        return .text
      }
      let rest = bytes[(index + 1)...]
      switch rest.first {
      case UInt8(ascii: "?"): try skip(past: "?>")
      case UInt8(ascii: "!"):
        if rest.starts(with: "!--".utf8) {
          try skip(past: "-->")
        } else if rest.starts(with: "![CDATA[".utf8) {
          let start = index + 9
          try skip(past: "]]>")
          range = start..<max(start, index - 3)
          isLiteral = true
          return .text
        } else {
          throw ByteFailure("a document type is refused", at: index)
        }
      case UInt8(ascii: "/"): return try endTag()
      default: return try startTag()
      }
    }
    guard depth == 0 else { throw ByteFailure("the XML ends inside an element", at: bytes.count) }
    return .endOfDocument
  }

  private mutating func skip(past end: String) throws(ByteFailure) {
    let pattern = Array(end.utf8)
    var cursor = index + 2
    while cursor + pattern.count <= bytes.count {
      if bytes[cursor] == pattern[0], bytes[cursor...].starts(with: pattern) {
        index = cursor + pattern.count
        return
      }
      cursor += 1
    }
    throw ByteFailure("the XML has no '\(end)'", at: index)
  }

  private mutating func endTag() throws(ByteFailure) -> Token {
    guard let close = bytes[index...].firstIndex(of: 0x3E) else {
      throw ByteFailure("a tag has no end", at: index)
    }
    depth -= 1
    guard depth >= 0 else { throw ByteFailure("an end tag without a start", at: index) }
    let name = localName(from: index + 2, to: close)
    index = close + 1
    return .end(name: name)
  }

  private mutating func startTag() throws(ByteFailure) -> Token {
    let open = index
    var cursor = open + 1
    var quote: UInt8 = 0
    while cursor < bytes.count {
      let byte = bytes[cursor]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3E {
        break
      }
      guard byte != 0x3C else { throw ByteFailure("a tag has no end", at: open) }
      cursor += 1
    }
    guard cursor < bytes.count else { throw ByteFailure("a tag has no end", at: open) }
    let isEmpty = bytes[cursor - 1] == 0x2F && cursor - 1 > open
    let name = localName(from: open + 1, to: cursor)
    guard !name.isEmpty else { throw ByteFailure("a tag has no name", at: open) }
    range = name.upperBound..<(isEmpty ? max(name.upperBound, cursor - 1) : cursor)
    index = cursor + 1
    if !isEmpty {
      depth += 1
      guard depth <= Self.deepest else { throw ByteFailure("the XML is nested too deeply", at: open) }
    }
    return .start(name: name, isEmpty: isEmpty)
  }

  private func localName(from start: Int, to end: Int) -> Range<Int> {
    var first = start
    var cursor = start
    while cursor < end {
      let byte = bytes[cursor]
      if byte <= 0x20 || byte == 0x2F || byte == 0x3E { break }
      if byte == 0x3A { first = cursor + 1 }
      cursor += 1
    }
    return first..<max(first, cursor)
  }

  func isName(_ range: Range<Int>, _ name: StaticString) -> Bool {
    guard range.count == name.utf8CodeUnitCount else { return false }
    return name.withUTF8Buffer { buffer in zip(buffer, bytes[range]).allSatisfy { $0 == $1 } }
  }

  /// The bytes of an attribute's value in a start tag's `range`, looked for by local name; nil when it is not there.
  func attribute(_ name: String, in range: Range<Int>) -> Range<Int>? {
    var cursor = range.lowerBound
    let wanted = name.utf8
    while cursor < range.upperBound {
      while cursor < range.upperBound, bytes[cursor] <= 0x20 { cursor += 1 }
      let key = localName(from: cursor, to: bytes[cursor..<range.upperBound].firstIndex(of: 0x3D) ?? range.upperBound)
      guard let equals = bytes[cursor..<range.upperBound].firstIndex(of: 0x3D) else { return nil }
      cursor = equals + 1
      while cursor < range.upperBound, bytes[cursor] <= 0x20 { cursor += 1 }
      guard cursor < range.upperBound, bytes[cursor] == 0x22 || bytes[cursor] == 0x27 else { return nil }
      guard let close = bytes[(cursor + 1)..<range.upperBound].firstIndex(of: bytes[cursor]) else { return nil }
      if bytes[key].elementsEqual(wanted) { return cursor + 1..<close }
      cursor = close + 1
    }
    return nil
  }

  /// Appends text with its character references replaced.
  func append(_ range: Range<Int>, isLiteral: Bool = false, to pool: inout [UInt8]) throws(ByteFailure) {
    guard !isLiteral, bytes[range].contains(0x26) else {
      pool += bytes[range]
      return
    }
    var cursor = range.lowerBound
    while cursor < range.upperBound {
      guard bytes[cursor] == 0x26 else {
        pool.append(bytes[cursor])
        cursor += 1
        continue
      }
      let limit = min(range.upperBound, cursor + 12)
      guard let end = bytes[cursor..<limit].firstIndex(of: 0x3B),
        let scalar = Self.character(String(decoding: bytes[cursor + 1..<end], as: UTF8.self))
      else { throw ByteFailure("an entity that is not one of XML's own is refused", at: cursor) }
      pool += Array(String(scalar).utf8)
      cursor = end + 1
    }
  }

  private static func character(_ name: String) -> Unicode.Scalar? {
    switch name {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard name.hasPrefix("#") else { return nil }
      let digits = name.dropFirst()
      let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      return code.flatMap(Unicode.Scalar.init)
    }
  }
}
