import ClusterModel

/// Amounts of a dump that must be read back as they were: without the limits of what a user may ask for.
extension Field {
  /// Bytes of a quantity, up to the largest number.
  func exactBytes() -> Int64? { whole("an amount of memory", \.wholeUnits) }

  /// Thousandths of a core, up to the largest number.
  func exactMillicores() -> Int64? { whole("an amount of CPU", \.milliUnits) }

  /// More than any quantity is.
  private static let largestAmount = 1e24

  /// A number to its last digit, or a quantity.
  func exactAmount() -> Double? {
    value { node in
      if let value = node.double, (0...Self.largestAmount).contains(value) { return value }
      return session.unit(node, name, "an amount") { text throws(UnitError) in
        let quantity = try Self.notNegative(text)
        let (whole, part) = quantity.nanoUnits.quotientAndRemainder(dividingBy: 1_000_000_000)
        return part == 0 ? Double(whole) : quantity.double
      }
    }
  }

  /// Resources with their quantities.
  /// - Parameter others: resources that stand under keys of their own.
  func amounts(besides others: [String]) -> ResourceAmounts? {
    guard var mapping = mapping(name) else { return nil }
    var result = ResourceAmounts()
    for (resource, field) in mapping.allFields() {
      if others.contains(resource) {
        field.fail(
          .contradiction, "'\(resource)' has a key of its own and cannot stand in '\(name)'", label: "not here",
          help: "use the key for \(resource) beside '\(name)'")
        continue
      }
      let amount = field.value { node in
        session.unit(node, resource, "an amount") { text throws(UnitError) in try Self.notNegative(text) }
      }
      guard let amount else { continue }
      result[resource] = amount
      guard let grain = ResourceGrain(of: resource), !grain.divides(amount) else { continue }
      field.fail(
        .outOfRange,
        grain.isPage
          ? "'\(resource)' comes in whole pages, found '\(field.node?.shortText ?? "")'"
          : "'\(resource)' comes in whole pieces, found '\(field.node?.shortText ?? "")'",
        help: "write \(resource): \(ExactAmount.quantity(grain.roundedUp(amount)))")
    }
    mapping.finish()
    return result
  }

  private func whole(_ what: String, _ path: KeyPath<Quantity, Int64?>) -> Int64? {
    value { node in
      session.unit(node, name, what) { text throws(UnitError) in
        guard let value = try Self.notNegative(text)[keyPath: path] else {
          throw UnitError(.outOfRange, "'\(text)' is too much")
        }
        return value
      }
    }
  }

  private static func notNegative(_ text: String) throws(UnitError) -> Quantity {
    let quantity = try Quantity(text)
    guard !quantity.isNegative else { throw UnitError(.negative, "negative amount '\(text)'") }
    return quantity
  }
}

/// Spellings that read back as exactly the same amount.
enum ExactAmount {
  /// `4`, `7600m`.
  static func cores(millicores: Int64) -> String {
    millicores % 1000 == 0 ? String(millicores / 1000) : "\(millicores)m"
  }

  /// `64Gi`, `20477040Ki`, `35000000`: the largest binary unit that divides.
  static func bytes(_ bytes: Int64) -> String {
    guard bytes > 0 else { return String(bytes) }
    for (shift, unit) in [(40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")] where bytes.trailingZeroBitCount >= shift {
      return "\(bytes >> shift)\(unit)"
    }
    return String(bytes)
  }

  /// `2Gi`, `500m`, `1n`: exact up to 10^21 units, where fractions are no longer kept.
  static func quantity(_ quantity: Quantity) -> String {
    let nano = max(0, quantity.nanoUnits)
    let (whole, part) = nano.quotientAndRemainder(dividingBy: 1_000_000_000)
    if part == 0 || whole >= 1_000_000_000_000_000_000_000 {
      return Int64(exactly: whole).map { bytes($0) } ?? "\(whole)"
    }
    return nano % 1_000_000 == 0 ? "\(nano / 1_000_000)m" : "\(nano)n"
  }

  /// The shortest digits of a number; whole numbers without a fraction.
  static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
  static func number(_ value: Float) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }

  /// Bytes as a count, or as a number where they are no whole ones.
  static func bytes(_ value: Double) -> String {
    Int64(exactly: value).map { bytes($0) } ?? "\(value)"
  }

  /// `25Gbps`, or bytes a second where bits do not come out even.
  static func bandwidth(bytesPerSecond: Double) -> String {
    let bits = [("Gbps", 1e9), ("Mbps", 1e6), ("bps", 1)].lazy.map { unit, scale in
      number(bytesPerSecond * 8 / scale) + unit
    }
    return bits.first { (try? Bandwidth.bytesPerSecond($0)) == bytesPerSecond } ?? number(bytesPerSecond)
  }

  /// `300s`, `1500us`.
  static func duration(microseconds: Int64) -> String {
    microseconds % 1_000_000 == 0 ? "\(microseconds / 1_000_000)s" : "\(microseconds)us"
  }
}
