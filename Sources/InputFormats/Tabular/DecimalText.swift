/// Numbers as tables write them: `1546.6`, `1,546.6`, `-3`, `2.5e-3`, and `1546,6` where commas do not separate fields.
enum DecimalText {
  /// Powers of ten that a double holds exactly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// The value of a range of bytes; nil when it is no number, or one that could be read two ways (`1,546` where `,` may
  /// be a decimal sign).
  ///
  /// Digits up to 2^53 and powers of ten up to 22 are exact in one step; the rest goes through the text.
  static func value(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isCommaSeparated: Bool) -> Double? {
    var mantissa: UInt64 = 0
    var digits = 0
    var scale = 0
    var index = start
    let isNegative = index < end && bytes[index] == 0x2D
    if index < end, isNegative || bytes[index] == 0x2B { index += 1 }
    var isFraction = false
    while index < end {
      let byte = bytes[index]
      if byte &- 0x30 <= 9 {
        guard digits < 19 else { return slow(bytes, start, end) }
        mantissa = mantissa * 10 + UInt64(byte - 0x30)
        digits += 1
        if isFraction { scale += 1 }
      } else if byte == 0x2E, !isFraction {
        isFraction = true
      } else if byte == 0x2C {
        return withCommas(bytes, start, end, isCommaSeparated)
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    guard index == end else { return bytes[index] | 0x20 == 0x65 ? slow(bytes, start, end) : nil }
    guard mantissa < 1 << 53, scale <= 22 else { return slow(bytes, start, end) }
    let value = Double(mantissa) / powers[scale]
    return isNegative ? -value : value
  }

  /// Digits, dots and an exponent only, so that names of numbers stay names.
  private static func slow(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    guard end - start <= 400 else { return nil }
    var text = ""
    for index in start..<end {
      let byte = bytes[index]
      guard byte &- 0x30 <= 9 || byte == 0x2E || byte == 0x2D || byte == 0x2B || byte | 0x20 == 0x65 else { return nil }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// `1,546.6` by groups of three; `1546,6` and `1.546,6` where a comma can be a decimal sign.
  private static func withCommas(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ isCommaSeparated: Bool) -> Double? {
    guard end - start <= 60 else { return nil }
    var text: [UInt8] = []
    for index in start..<end { text.append(bytes[index]) }
    let body = text.first == 0x2D || text.first == 0x2B ? text.dropFirst() : text[...]
    let commas = body.count { $0 == 0x2C }
    if isGrouped(body, by: 0x2C, decimal: 0x2E) {
      let isAmbiguous = !isCommaSeparated && commas == 1 && !body.contains(0x2E)
      guard !isAmbiguous else { return nil }
      return plain(text.filter { $0 != 0x2C })
    }
    guard !isCommaSeparated, commas == 1 else { return nil }
    let whole = body.prefix { $0 != 0x2C }
    guard !whole.contains(0x2E) || isGrouped(whole, by: 0x2E, decimal: 0x2C) else { return nil }
    return plain(text.filter { $0 != 0x2E }.map { $0 == 0x2C ? 0x2E : $0 })
  }

  /// One to three digits, then groups of three, then perhaps a fraction.
  private static func isGrouped(_ body: ArraySlice<UInt8>, by separator: UInt8, decimal: UInt8) -> Bool {
    let whole = body.prefix { $0 != decimal }
    guard !body.dropFirst(whole.count).contains(separator) else { return false }
    let groups = whole.split(separator: separator, omittingEmptySubsequences: false)
    guard let first = groups.first, (1...3).contains(first.count) else { return false }
    return groups.dropFirst().allSatisfy { $0.count == 3 } && groups.joined().allSatisfy { $0 &- 0x30 <= 9 }
  }

  private static func plain(_ text: [UInt8]) -> Double? {
    value(text.span, 0, text.count, isCommaSeparated: true)
  }
}
