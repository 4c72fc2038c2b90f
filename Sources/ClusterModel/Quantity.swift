/// A Kubernetes quantity held exactly, in billionths of its unit: `16Gi`, `500m`, `1e3`, `329087452n`.
///
/// Grammar: an optional sign, digits with at most one dot, then one suffix: none, `n u m k M G T P E` (powers of ten),
/// `Ki Mi Gi Ti Pi Ei` (powers of 1,024), or `e`/`E` with a signed integer. What is finer than a billionth is rounded
/// away from zero. Binary forms are capped at 2^63 − 1, as the API server does; a text without a digit, which the API
/// server reads as zero, is refused. Source: kubernetes/apimachinery `resource/quantity.go`.
package struct Quantity: Sendable, Hashable {
  /// Billionths.
  package var nanoUnits: Int128

  package init(nanoUnits: Int128) { self.nanoUnits = nanoUnits }

  /// Reads a quantity as a user or the API wrote it.
  /// - Complexity: O(characters).
  package init(_ text: String) throws(UnitError) {
    var parser = QuantityParser(text)
    nanoUnits = try parser.parse()
  }

  /// The suffixes that stand for a factor; none is one of them.
  package static let suffixes = QuantityParser.suffixes.map(\.0)

  package var isNegative: Bool { nanoUnits < 0 }

  /// Whole units, rounded away from zero; nil beyond 64 bits.
  package var wholeUnits: Int64? { rounded(to: 1_000_000_000) }

  /// Thousandths, rounded away from zero; nil beyond 64 bits.
  package var milliUnits: Int64? { rounded(to: 1_000_000) }

  /// Exact for whole units up to 2^53.
  package var double: Double {
    let (quotient, remainder) = nanoUnits.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder == 0 ? Double(quotient) : Double(nanoUnits) / 1e9
  }

  private func rounded(to divisor: Int128) -> Int64? {
    let (quotient, remainder) = nanoUnits.quotientAndRemainder(dividingBy: divisor)
    return Int64(exactly: remainder == 0 ? quotient : quotient + remainder.signum())
  }
}

/// A text that is not a number with a unit, with what was found and what to write instead.
package struct UnitError: Error, Equatable, Sendable {
  package enum Reason: Sendable, Equatable { case empty, malformed, unknownUnit, outOfRange, negative }

  package var reason: Reason
  /// Says what was found, in the user's words.
  package var message: String
  /// The literal text to write instead, as a question or an order.
  package var suggestion: String?

  package init(_ reason: Reason, _ message: String, suggestion: String? = nil) {
    self.reason = reason
    self.message = message
    self.suggestion = suggestion
  }
}

/// Reads one quantity from its UTF-8.
private struct QuantityParser {
  let text: String
  let bytes: [UInt8]
  var index = 0
  var mantissa: UInt128 = 0
  var fractionDigits = 0
  /// Something beyond the digits kept is not zero.
  var isInexact = false

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  static let capNano = Int128(Int64.max) * 1_000_000_000

  mutating func parse() throws(UnitError) -> Int128 {
    guard !bytes.isEmpty else {
      throw UnitError(.empty, "an empty text is not a quantity", suggestion: "write a number such as 500m or 16Gi")
    }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative || bytes[0] == UInt8(ascii: "+") { index = 1 }
    let start = index
    let digits = try readDigits()
    guard digits > 0 else {
      throw UnitError(
        .malformed, "'\(text)' has no number", suggestion: "write a number such as 500m or 16Gi")
    }
    let number = String(decoding: bytes[start..<index], as: UTF8.self)
    let suffix = String(decoding: bytes[index...], as: UTF8.self)
    let magnitude = try scaled(number: number, suffix: suffix)
    return isNegative ? -magnitude : magnitude
  }

  /// Digits before and after one dot.
  private mutating func readDigits() throws(UnitError) -> Int {
    var count = 0
    var sawDot = false
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "."), !sawDot {
        sawDot = true
      } else if byte >= 0x30, byte <= 0x39 {
        count += 1
        try append(UInt128(byte - 0x30), isFraction: sawDot)
      } else {
        break
      }
      index += 1
    }
    return count
  }

  private mutating func append(_ digit: UInt128, isFraction: Bool) throws(UnitError) {
    if mantissa >= 1_000_000_000_000_000_000_000_000_000_000 {
      guard isFraction else { throw tooLarge }
      if digit != 0 { isInexact = true }
      return
    }
    mantissa = mantissa * 10 + digit
    if isFraction { fractionDigits += 1 }
  }

  private var tooLarge: UnitError {
    UnitError(.outOfRange, "'\(text)' is too large a number")
  }

  private func scaled(number: String, suffix: String) throws(UnitError) -> Int128 {
    if let (power, isBinary) = Self.suffixes.first(where: { $0.0 == suffix }).map({ ($0.1, $0.2) }) {
      if isBinary {
        let value = try? times(UInt128(1) << UInt128(power), tenTo: 9)
        return min(value ?? Self.capNano, Self.capNano)
      }
      return try times(1, tenTo: 9 + power)
    }
    if let exponent = exponent(of: suffix) { return try times(1, tenTo: 9 + exponent) }
    throw unknownUnit(number: number, suffix: suffix)
  }

  static let suffixes: [(String, Int, Bool)] = [
    ("", 0, false), ("n", -9, false), ("u", -6, false), ("m", -3, false), ("k", 3, false), ("M", 6, false),
    ("G", 9, false), ("T", 12, false), ("P", 15, false), ("E", 18, false), ("Ki", 10, true), ("Mi", 20, true),
    ("Gi", 30, true), ("Ti", 40, true), ("Pi", 50, true), ("Ei", 60, true),
  ]

  /// The number after `e` or `E`, clamped to ±1,000,000.
  private func exponent(of suffix: String) -> Int? {
    guard let first = suffix.utf8.first, first | 0x20 == UInt8(ascii: "e") else { return nil }
    var rest = Array(suffix.utf8.dropFirst())
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    guard !rest.isEmpty, rest.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    var value = 0
    for digit in rest where value < 1_000_000 { value = value * 10 + Int(digit - 0x30) }
    return isNegative ? -value : value
  }

  /// mantissa × 10^(power − fractionDigits) × factor, rounded up.
  private func times(_ factor: UInt128, tenTo power: Int) throws(UnitError) -> Int128 {
    var digits = mantissa
    var exponent = power - fractionDigits
    var isInexact = isInexact
    var (product, overflow) = digits.multipliedReportingOverflow(by: factor)
    while overflow, exponent < 0 {
      if digits % 10 != 0 { isInexact = true }
      digits /= 10
      exponent += 1
      (product, overflow) = digits.multipliedReportingOverflow(by: factor)
    }
    guard !overflow else { throw tooLarge }
    while exponent > 0, product != 0 {
      (product, overflow) = product.multipliedReportingOverflow(by: 10)
      guard !overflow else { throw tooLarge }
      exponent -= 1
    }
    while exponent < 0, product != 0 {
      if product % 10 != 0 { isInexact = true }
      product /= 10
      exponent += 1
    }
    if isInexact { product += 1 }
    guard let result = Int128(exactly: product) else { throw tooLarge }
    return result
  }

  private func unknownUnit(number: String, suffix: String) -> UnitError {
    let lower = suffix.lowercased()
    var suggestion: String?
    if lower.utf8.contains(UInt8(ascii: " ")), !lower.utf8.contains(UInt8(ascii: ",")) {
      suggestion = "write it without blanks"
    } else if suffix.utf8.first == UInt8(ascii: ",") || suffix.utf8.first == UInt8(ascii: "_") {
      suggestion = "write a dot before decimals and nothing between thousands"
    } else if let letter = lower.first, "kmgtpe".contains(letter) {
      let decimal = letter == "k" ? "k" : letter.uppercased()
      let binary = letter.uppercased() + "i"
      let power = ["k": (3, 10), "m": (6, 20), "g": (9, 30), "t": (12, 40), "p": (15, 50), "e": (18, 60)][letter]!
      switch lower.dropFirst() {
      case "i", "ib": suggestion = "did you mean \(number)\(binary)?"
      case "", "b":
        suggestion = "did you mean \(number)\(decimal) (10^\(power.0)) or \(number)\(binary) (2^\(power.1))?"
      default: break
      }
    } else if lower == "b" {
      suggestion = "did you mean \(number)?"
    }
    let shown = suffix.isEmpty ? text : suffix
    return UnitError(
      .unknownUnit, "unknown unit '\(shown)' in '\(text)'",
      suggestion: suggestion ?? "units are m, k, M, G, T (powers of ten) and Ki, Mi, Gi, Ti (powers of 1024)")
  }
}
