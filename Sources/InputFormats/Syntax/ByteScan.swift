/// Looks for the end of runs of bytes, eight at a time.
enum ByteScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The first quote, backslash or control character of a JSON string from an offset on, or the end.
  ///
  /// In `x &- ones & ~x` the lowest high bit stands in the first byte of `x` that is 0; bits above it may be wrong.
  @inline(__always)
  static func stringStop(_ span: Span<UInt8>, from start: Int) -> Int {
    let count = span.count
    var index = start
    while index + 8 <= count {
      let word = span.bytes.unsafeLoadUnalignedWord(index)
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      let found =
        ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word) & highs
      if found != 0 { return index + found.trailingZeroBitCount >> 3 }
      index += 8
    }
    while index < count {
      let byte = span[index]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
      index += 1
    }
    return index
  }

  /// The first byte from an offset on that is no blank and no line break, or the end.
  @inline(__always)
  static func afterBlanks(_ span: Span<UInt8>, from start: Int) -> Int {
    let count = span.count
    var index = start
    while index < count {
      while index + 8 <= count {
        let others = span.bytes.unsafeLoadUnalignedWord(index) ^ (ones &* 0x20)
        if others != 0 {
          index += others.trailingZeroBitCount >> 3
          break
        }
        index += 8
      }
      guard index < count else { break }
      let byte = span[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
      index += 1
    }
    return index
  }
}
