/// CPU as Kubernetes counts it: `4`, `500m`, `7600m`, `329087452n`.
package enum CPUQuantity {
  /// Thousandths of a core, rounded up; a negative or absurd amount is refused.
  package static func millicores(_ text: String) throws(UnitError) -> Int64 {
    let quantity = try Quantity(text)
    guard !quantity.isNegative else { throw UnitError(.negative, "negative CPU '\(text)'") }
    guard let value = quantity.milliUnits, value <= 1_000_000_000_000 else {
      throw UnitError(
        .outOfRange, "'\(text)' is too much CPU", suggestion: "CPU is counted in cores: 16, or 500m for half of one")
    }
    return value
  }
}

/// Memory as Kubernetes counts it: `64Gi`, `20477040Ki`, `64M`.
package enum MemorySize {
  /// 64 TiB: more than any machine or node has.
  package static let largestBytes: Int64 = 1 << 46

  /// Bytes, rounded up; a negative amount or one beyond `largestBytes` is refused.
  package static func bytes(_ text: String) throws(UnitError) -> Int64 {
    let quantity = try Quantity(text)
    guard !quantity.isNegative else { throw UnitError(.negative, "negative memory '\(text)'") }
    guard let value = quantity.wholeUnits, value <= largestBytes else {
      throw UnitError(
        .outOfRange, "'\(text)' is too much memory", suggestion: "memory is counted in bytes: 16Gi, or 512Mi")
    }
    return value
  }
}

/// Data rate: `25Gbps` is bits a second in powers of ten, `64Mi` is bytes a second as KubeVirt writes it.
package enum Bandwidth {
  private static let bitUnits: [(String, Double)] = [
    ("bps", 1), ("kbps", 1e3), ("Mbps", 1e6), ("Gbps", 1e9), ("Tbps", 1e12),
    ("bit/s", 1), ("kbit/s", 1e3), ("Mbit/s", 1e6), ("Gbit/s", 1e9), ("Tbit/s", 1e12),
  ]

  /// The units of bits a second; bytes a second are quantities.
  package static let bitUnitNames = bitUnits.map(\.0)

  /// Bytes per second.
  package static func bytesPerSecond(_ text: String) throws(UnitError) -> Double {
    let (number, unit) = splitNumber(text)
    if let scale = bitUnits.first(where: { $0.0 == unit })?.1 {
      guard let value = decimal(number) else {
        throw UnitError(.malformed, "'\(text)' has no number", suggestion: example)
      }
      guard value >= 0 else { throw UnitError(.negative, "negative bandwidth '\(text)'") }
      guard value * scale <= 1e18 else { throw UnitError(.outOfRange, "'\(text)' is too large a bandwidth") }
      return value * scale / 8
    }
    if let near = bitUnits.first(where: { $0.0.lowercased() == unit.lowercased() })?.0 {
      throw UnitError(.unknownUnit, "unknown unit '\(unit)' in '\(text)'", suggestion: "did you mean \(number)\(near)?")
    }
    let quantity: Quantity
    do throws(UnitError) {
      quantity = try Quantity(unit.hasSuffix("/s") ? String(text.dropLast(2)) : text)
    } catch {
      throw error.reason == .unknownUnit ? UnitError(.unknownUnit, error.message, suggestion: example) : error
    }
    guard !quantity.isNegative else { throw UnitError(.negative, "negative bandwidth '\(text)'") }
    guard quantity.double <= 1e18 else { throw UnitError(.outOfRange, "'\(text)' is too large a bandwidth") }
    return quantity.double
  }

  private static let example = "write 25Gbps (bits a second) or 64Mi (bytes a second)"
}

/// Lengths of time: `90s`, `5m`, `1h30m`, `7d`, `2w`, `400ms`.
package enum DurationText {
  private static let units: [(String, Double)] = [
    ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
    ("w", 604_800),
  ]
  private static let longForms: [(String, String)] = [
    ("sec", "s"), ("secs", "s"), ("second", "s"), ("seconds", "s"), ("min", "m"), ("mins", "m"), ("minute", "m"),
    ("minutes", "m"), ("hr", "h"), ("hour", "h"), ("hours", "h"), ("day", "d"), ("days", "d"), ("week", "w"),
    ("weeks", "w"),
  ]

  package static let unitNames = units.map(\.0)

  /// Seconds; one or more numbers with units, the largest first by habit but in any order.
  package static func seconds(_ text: String) throws(UnitError) -> Double {
    if text == "0" { return 0 }
    guard text.utf8.first != UInt8(ascii: "-") else { throw UnitError(.negative, "negative duration '\(text)'") }
    var rest = Substring(text)
    var total = 0.0
    repeat {
      let (number, tail) = splitNumber(String(rest))
      let unit = String(tail.prefix { !isNumeric($0) })
      guard let value = decimal(number), value >= 0 else {
        throw UnitError(.malformed, "'\(text)' is not a duration", suggestion: "write 90s, 5m, 1h30m or 7d")
      }
      guard let scale = units.first(where: { $0.0 == unit })?.1 else {
        throw unknownUnit(text, number: number, unit: unit)
      }
      total += value * scale
      rest = tail.dropFirst(unit.count)
    } while !rest.isEmpty
    guard total <= 1e11 else { throw UnitError(.outOfRange, "'\(text)' is too long a time") }
    return total
  }

  private static func unknownUnit(_ text: String, number: String, unit: String) -> UnitError {
    if unit.isEmpty {
      return UnitError(
        .unknownUnit, "'\(text)' has no unit of time", suggestion: "did you mean \(number)s or \(number)m?")
    }
    let bare = unit.filter { $0 != " " }.lowercased()
    let known = units.first { $0.0 == bare }?.0 ?? longForms.first { $0.0 == bare }?.1
    return UnitError(
      .unknownUnit, "unknown unit '\(unit)' in '\(text)'",
      suggestion: known.map { "did you mean \(number)\($0)?" } ?? "write 90s, 5m, 1h30m or 7d")
  }
}

/// Shares of a hundred: `70%`, `70 %` or `70`.
package enum Percentage {
  /// The number before the sign: 70 for `70%`.
  package static func value(_ text: String) throws(UnitError) -> Double {
    let (number, unit) = splitNumber(text)
    guard unit.isEmpty || unit == "%" || unit == " %", let value = decimal(number) else {
      throw UnitError(.malformed, "'\(text)' is not a percentage", suggestion: "write 70% or 70")
    }
    return value
  }
}

/// The leading sign, digits and dots of a text, and the rest.
private func splitNumber(_ text: String) -> (number: String, unit: String) {
  let number = text.prefix { isNumeric($0) || $0 == "-" || $0 == "+" }
  return (String(number), String(text.dropFirst(number.count)))
}

private func isNumeric(_ character: Character) -> Bool { ("0"..."9").contains(character) || character == "." }

/// A plain decimal number; nil for anything else, exponents and names of numbers among it.
private func decimal(_ text: String) -> Double? {
  guard text.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }), let value = Double(text), value.isFinite else {
    return nil
  }
  return value
}
