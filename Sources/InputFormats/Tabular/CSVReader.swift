/// Reads separated values row by row, straight over the bytes.
///
/// Separators are `,`, `;` or tab, found from the first row; fields may be quoted, with doubled quotes and line breaks
/// inside; lines end at LF, CR LF or CR; a byte order mark is passed over, and so are empty lines. A row is a list of
/// byte ranges: no text is built until somebody asks for it. RFC 4180, and what spreadsheets make of it.
/// - Complexity: O(bytes).
package struct CSVReader {
  /// The bytes of one field, quotes excluded.
  package struct Field: BitwiseCopyable {
    package var start: Int
    package var end: Int
    /// Holds doubled quotes that stand for one.
    var hasEscapes: Bool
  }

  /// Something that is no table any more.
  package struct Problem: Error {
    package var message: String
    package var start: Int
    package var end: Int
    var help: String?
  }

  let bytes: [UInt8]
  package let separator: UInt8
  package private(set) var fields: [Field] = []
  /// Where the current row begins and ends, its line break excluded.
  private(set) var rowStart = 0
  private(set) var rowEnd = 0
  private var index: Int
  private let end: Int

  /// - Parameter limit: reads only the first bytes, for a look at the head.
  package init(_ bytes: [UInt8], separator: UInt8? = nil, limit: Int = .max) {
    self.bytes = bytes
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    index = start
    end = min(bytes.count, limit)
    self.separator = separator ?? Self.separator(bytes[start..<max(start, min(bytes.count, 65_536))])
  }

  /// The most frequent candidate outside quotes in the first line that has one; a tie goes to `;`, then `,`.
  static func separator(_ head: ArraySlice<UInt8>) -> UInt8 {
    var counts: (semicolon: Int, comma: Int, tab: Int) = (0, 0, 0)
    var isQuoted = false
    for byte in head {
      switch byte {
      case 0x22: isQuoted.toggle()
      case 0x3B where !isQuoted: counts.semicolon += 1
      case 0x2C where !isQuoted: counts.comma += 1
      case 0x09 where !isQuoted: counts.tab += 1
      case 0x0A, 0x0D:
        if !isQuoted, counts != (0, 0, 0) { return best(counts) }
      default: break
      }
    }
    return best(counts)
  }

  private static func best(_ counts: (semicolon: Int, comma: Int, tab: Int)) -> UInt8 {
    if counts.semicolon > 0, counts.semicolon >= counts.comma, counts.semicolon >= counts.tab { return 0x3B }
    return counts.tab > counts.comma ? 0x09 : 0x2C
  }

  /// Reads the next row that is not empty into `fields`; false at the end.
  package mutating func next() throws(Problem) -> Bool {
    let bytes = bytes
    let span = bytes.span
    repeat {
      guard index < end else { return false }
      fields.removeAll(keepingCapacity: true)
      rowStart = index
      try readRow(span)
    } while rowEnd == rowStart
    return true
  }

  private mutating func readRow(_ span: Span<UInt8>) throws(Problem) {
    var cursor = index
    let separator = separator
    while true {
      var start = cursor
      if separator != 0x09 {
        while cursor < end, span[cursor] == 0x20 || span[cursor] == 0x09 { cursor += 1 }
      } else {
        while cursor < end, span[cursor] == 0x20 { cursor += 1 }
      }
      if cursor < end, span[cursor] == 0x22 {
        cursor = try readQuoted(span, from: cursor)
      } else {
        start = cursor
        while cursor < end {
          let byte = span[cursor]
          if byte == separator || byte == 0x0A || byte == 0x0D { break }
          cursor += 1
        }
        var last = cursor
        while last > start, span[last - 1] == 0x20 || span[last - 1] == 0x09 { last -= 1 }
        fields.append(Field(start: start, end: last, hasEscapes: false))
      }
      guard cursor < end, span[cursor] == separator else { break }
      cursor += 1
    }
    rowEnd = cursor
    if cursor < end, span[cursor] == 0x0D { cursor += 1 }
    if cursor < end, span[cursor] == 0x0A, cursor == rowEnd || span[cursor - 1] == 0x0D { cursor += 1 }
    index = cursor
  }

  /// Reads a quoted field from its opening quote; where the separator or line break after it stands.
  private mutating func readQuoted(_ span: Span<UInt8>, from open: Int) throws(Problem) -> Int {
    var cursor = open + 1
    var hasEscapes = false
    while cursor < end {
      guard span[cursor] == 0x22 else {
        cursor += 1
        continue
      }
      if cursor + 1 < end, span[cursor + 1] == 0x22 {
        hasEscapes = true
        cursor += 2
        continue
      }
      fields.append(Field(start: open + 1, end: cursor, hasEscapes: hasEscapes))
      cursor += 1
      while cursor < end, span[cursor] == 0x20 || (span[cursor] == 0x09 && separator != 0x09) { cursor += 1 }
      if cursor == end || span[cursor] == separator || span[cursor] == 0x0A || span[cursor] == 0x0D { return cursor }
      throw Problem(
        message: "text after the closing quote of a field", start: cursor, end: cursor + 1,
        help: "write a quote inside a quoted field twice")
    }
    throw Problem(
      message: "a quoted field has no closing quote", start: open, end: open + 1,
      help: "the file may be cut off: fetch it again")
  }

  /// The text of a field.
  package func text(_ field: Field) -> String { Self.text(bytes, field) }

  static func text(_ bytes: [UInt8], _ field: Field) -> String {
    let text = String(decoding: bytes[field.start..<field.end], as: UTF8.self)
    guard field.hasEscapes else { return text }
    var result = ""
    var wasQuote = false
    for scalar in text.unicodeScalars {
      if scalar == "\"", wasQuote {
        wasQuote = false
        continue
      }
      wasQuote = scalar == "\""
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// The number in a field; nil for anything else.
  package func number(_ field: Field) -> Double? {
    DecimalText.value(bytes.span, field.start, field.end, isCommaSeparated: separator == 0x2C)
  }
}
