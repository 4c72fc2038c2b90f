/// A span of bytes in a source file, end excluded.
package struct SourceRange: Sendable, Hashable {
  package var start: Int
  package var end: Int

  package init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }
}

/// One input as the user named it, with its bytes in UTF-8.
///
/// Lines end at LF, CR LF or CR. Lines and columns count from 1; a column is one Unicode scalar; a byte order mark at
/// the start is not a column. Positions are worked out on demand: a file without a diagnostic never pays for them.
package struct SourceFile: Sendable {
  package let path: String
  package let bytes: [UInt8]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The line and column of a byte offset; offsets past the end are those of the end.
  ///
  /// - Complexity: O(offset). For many offsets use `positions(of:)`, which reads the file once.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    var cursor = PositionCursor()
    cursor.advance(to: offset, in: bytes)
    return (cursor.line, cursor.column)
  }

  /// The lines and columns of many offsets, in the order given.
  ///
  /// - Complexity: O(bytes + n log n) for n offsets.
  package func positions(of offsets: [Int]) -> [(line: Int, column: Int)] {
    var result = [(line: Int, column: Int)](repeating: (1, 1), count: offsets.count)
    var cursor = PositionCursor()
    for index in offsets.indices.sorted(by: { offsets[$0] < offsets[$1] }) {
      cursor.advance(to: offsets[index], in: bytes)
      result[index] = (cursor.line, cursor.column)
    }
    return result
  }

  /// The first byte of the line that holds `offset`, looking back at most `limit` bytes.
  func lineStart(before offset: Int, limit: Int = .max) -> Int {
    var index = min(max(offset, 0), bytes.count)
    let stop = limit < index ? index - limit : 0
    while index > stop, bytes[index - 1] != 0x0A, bytes[index - 1] != 0x0D { index -= 1 }
    return index
  }

  /// The end of the line that holds `offset`, its line break excluded, looking ahead at most `limit` bytes.
  func lineEnd(after offset: Int, limit: Int = .max) -> Int {
    var index = min(max(offset, 0), bytes.count)
    let stop = limit < bytes.count - index ? index + limit : bytes.count
    while index < stop, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
    return index
  }
}

/// Walks forward through bytes and keeps the line and column.
private struct PositionCursor {
  var offset = 0
  var line = 1
  var column = 1

  mutating func advance(to target: Int, in bytes: [UInt8]) {
    let span = bytes.span
    let end = min(max(target, 0), span.count)
    if offset == 0, span.count >= 3, span[0] == 0xEF, span[1] == 0xBB, span[2] == 0xBF { offset = 3 }
    while offset < end {
      let byte = span[offset]
      offset += 1
      if byte == 0x0A || (byte == 0x0D && !(offset < span.count && span[offset] == 0x0A)) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
  }
}
