/// RFC 3339 times as the API server prints them.
enum Timestamp {
  /// Seconds since 1970; nil for anything else, such as an impossible month.
  ///
  /// `2025-03-01T10:00:00Z`, with fractions of a second and with an offset such as `+02:00`.
  static func seconds(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3A,
      bytes[16] == 0x3A, let year = number(bytes, 0..<4), let month = number(bytes, 5..<7),
      let day = number(bytes, 8..<10), let hour = number(bytes, 11..<13), let minute = number(bytes, 14..<16),
      let second = number(bytes, 17..<19), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second <= 60
    else { return nil }
    var index = 19
    var fraction = 0.0
    if bytes[index] == 0x2E {
      var place = 0.1
      index += 1
      while index < bytes.count, bytes[index] &- 0x30 < 10 {
        fraction += Double(bytes[index] - 0x30) * place
        place /= 10
        index += 1
      }
    }
    guard let offset = offsetSeconds(bytes[index...]) else { return nil }
    let whole = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Double(whole) + fraction
  }

  private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var value = 0
    for byte in bytes[range] {
      guard byte &- 0x30 < 10 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  private static func offsetSeconds(_ rest: ArraySlice<UInt8>) -> Int? {
    let rest = Array(rest)
    if rest.count == 1, rest[0] | 0x20 == 0x7A { return 0 }
    guard rest.count == 6, rest[0] == 0x2B || rest[0] == 0x2D, rest[3] == 0x3A, let hours = number(rest, 1..<3),
      let minutes = number(rest, 4..<6)
    else { return nil }
    return (rest[0] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// Days since 1970-01-01 in the Gregorian calendar: years run from March, so that the leap day comes last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let ofEra = shifted - era * 400
    let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }
}
