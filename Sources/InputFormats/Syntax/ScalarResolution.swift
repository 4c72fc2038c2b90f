/// What a plain scalar means under the YAML 1.2 core schema, and the numbers it stands for.
///
/// `on`, `yes`, `12:30:45` and dates are strings; `0777` is the integer 777 and `0o777` is 511. Source: YAML 1.2.2, §10.3.
enum ScalarResolution {
  /// The tape kind of a plain scalar.
  static func kind(_ text: Span<UInt8>) -> UInt8 {
    guard text.count > 0 else { return TapeKind.null }
    switch text[0] {
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return number(text)
    case UInt8(ascii: "~"):
      return text.count == 1 ? TapeKind.null : TapeKind.string
    case UInt8(ascii: "n"), UInt8(ascii: "N"):
      return isWord(text, "null") ? TapeKind.null : TapeKind.string
    case UInt8(ascii: "t"), UInt8(ascii: "T"):
      return isWord(text, "true") ? TapeKind.bool : TapeKind.string
    case UInt8(ascii: "f"), UInt8(ascii: "F"):
      return isWord(text, "false") ? TapeKind.bool : TapeKind.string
    default:
      return TapeKind.string
    }
  }

  /// Whether the text is the word in lower case, capitalised or in upper case.
  private static func isWord(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
    guard text.count == word.utf8CodeUnitCount else { return false }
    var upper = 0
    for index in 0..<text.count {
      let byte = text[index]
      guard byte | 0x20 == word.utf8Start[index] else { return false }
      if byte & 0x20 == 0 { upper += 1 }
    }
    return upper == 0 || upper == text.count || (upper == 1 && text[0] & 0x20 == 0)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  private static func number(_ text: Span<UInt8>) -> UInt8 {
    let count = text.count
    var index = 0
    if text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-") { index = 1 }
    guard index < count else { return TapeKind.string }
    if index == 0, text[0] == 0x30, count > 2, text[1] == UInt8(ascii: "x") || text[1] == UInt8(ascii: "o") {
      return radixInteger(text)
    }
    if text[index] == UInt8(ascii: "."), count > index + 1, !isDigit(text[index + 1]) {
      return special(text, from: index + 1, signed: index == 1)
    }
    let whole = index
    while index < count, isDigit(text[index]) { index += 1 }
    var digits = index - whole
    if index == count { return digits > 0 ? TapeKind.integer : TapeKind.string }
    if text[index] == UInt8(ascii: ".") {
      index += 1
      let fraction = index
      while index < count, isDigit(text[index]) { index += 1 }
      digits += index - fraction
    }
    guard digits > 0 else { return TapeKind.string }
    if index < count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
      let exponent = index
      while index < count, isDigit(text[index]) { index += 1 }
      if index == exponent { return TapeKind.string }
    }
    return index == count ? TapeKind.float : TapeKind.string
  }

  private static func radixInteger(_ text: Span<UInt8>) -> UInt8 {
    let isOctal = text[1] == UInt8(ascii: "o")
    for index in 2..<text.count {
      let byte = text[index]
      let isHexLetter = (byte | 0x20) &- 0x61 < 6
      guard isOctal ? byte &- 0x30 < 8 : isDigit(byte) || isHexLetter else { return TapeKind.string }
    }
    return TapeKind.integer
  }

  /// `.inf` with a sign or without, and `.nan`; `text` from `start` is what follows the dot.
  private static func special(_ text: Span<UInt8>, from start: Int, signed: Bool) -> UInt8 {
    guard text.count == start + 3 else { return TapeKind.string }
    let word = text.extracting(start..<text.count)
    if isWord(word, "inf") { return TapeKind.float }
    let isNaN = isWord(word, "nan") || (word[0] == 0x4E && word[1] == 0x61 && word[2] == 0x4E)
    let isTitle = word[0] == 0x4E && word[1] == 0x61 && word[2] == 0x6E
    return isNaN && !isTitle && !signed ? TapeKind.float : TapeKind.string
  }

  /// The value of an integer's text; nil outside the signed 64-bit range.
  static func integer(_ text: Span<UInt8>) -> Int64? {
    var index = 0
    var radix: Int64 = 10
    var isNegative = false
    if text.count > 2, text[0] == 0x30, text[1] | 0x20 > UInt8(ascii: "9") {
      radix = text[1] == UInt8(ascii: "x") ? 16 : 8
      index = 2
    } else if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
      isNegative = text[0] == UInt8(ascii: "-")
      index = 1
    }
    guard index < text.count else { return nil }
    var value: Int64 = 0
    while index < text.count {
      let byte = text[index]
      let digit = Int64(isDigit(byte) ? byte - 0x30 : (byte | 0x20) &- 0x61 &+ 10)
      let (scaled, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) =
        isNegative
        ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
      index += 1
    }
    return value
  }

  /// The value of a number's text; nil when a finite number is too large for a double.
  static func double(_ text: String) -> Double? {
    var body = Substring(text)
    var sign = 1.0
    if body.first == "-" || body.first == "+" {
      if body.first == "-" { sign = -1 }
      body = body.dropFirst()
    }
    if body.utf8.count == 4, body.first == ".", let letter = body.utf8.dropFirst().first, !isDigit(letter) {
      return letter | 0x20 == UInt8(ascii: "i") ? sign * .infinity : .nan
    }
    if body.hasPrefix("0x") || body.hasPrefix("0o") { return integer(text.utf8.span).map { Double($0) } }
    guard let value = Double(body), value.isFinite else { return nil }
    return sign * value
  }
}
