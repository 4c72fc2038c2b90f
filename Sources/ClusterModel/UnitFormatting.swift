extension MemorySize {
  /// `64 GiB`, `1.5 GiB`, `512 MiB`, `900 B`: three significant digits at most, trailing zeros dropped.
  package static func formatted(bytes: Double) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var (value, unit) = (bytes, 0)
    while abs(value) >= 1023.5, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(shortNumber(value)) \(units[unit])"
  }

  package static func formatted(bytes: Int64) -> String { formatted(bytes: Double(bytes)) }
}

extension CPUQuantity {
  /// Cores: `16`, `0.5`, `7.6`.
  package static func formatted(millicores: Int64) -> String { shortNumber(Double(millicores) / 1000) }
}

extension Bandwidth {
  /// Bits a second as network people write it: `25 Gbit/s`, `100 Mbit/s`.
  package static func formatted(bytesPerSecond: Double) -> String {
    let units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"]
    var (value, unit) = (bytesPerSecond * 8, 0)
    while abs(value) >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\(shortNumber(value)) \(units[unit])"
  }
}

extension DurationText {
  /// `250 ms`, `1.5 s`, `5m`, `1h30m`, `7d`; two units at most, the smaller one dropped when zero.
  package static func formatted(seconds: Double) -> String {
    guard seconds.isFinite else { return "never" }
    if seconds < 0 { return "-" + formatted(seconds: -seconds) }
    if seconds == 0 { return "0 s" }
    if seconds < 0.9995 { return "\(shortNumber(seconds * 1000)) ms" }
    if seconds < 59.95 { return "\(shortNumber(seconds)) s" }
    let whole = seconds < 1e15 ? Int64(seconds.rounded()) : Int64(1e15)
    let sizes: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    let first = sizes.firstIndex { whole >= $0.0 } ?? 3
    let major = sizes[first]
    let next = first + 1 < sizes.count ? sizes[first + 1] : sizes[first]
    let remainder = first + 1 < sizes.count ? whole % major.0 / next.0 : 0
    return "\(whole / major.0)\(major.1)" + (remainder > 0 ? "\(remainder)\(next.1)" : "")
  }
}

/// A number with three significant digits at most and no trailing zeros; whole from 100 on.
func shortNumber(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "unknown" : value < 0 ? "-∞" : "∞" }
  let magnitude = abs(value)
  let sign = value < 0 ? "-" : ""
  if magnitude >= 1e15 { return "\(value)" }
  var decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2
  var smallest = magnitude
  while smallest > 0, smallest < 0.995, decimals < 9 {
    smallest *= 10
    decimals += 1
  }
  var scale: Int64 = 1
  for _ in 0..<decimals { scale *= 10 }
  let units = Int64((magnitude * Double(scale)).rounded())
  guard units > 0 else { return "0" }
  var fraction = String(units % scale)
  fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
  while fraction.last == "0" { fraction.removeLast() }
  let isWhole = decimals == 0 || fraction.isEmpty
  return sign + String(units / scale) + (isWhole ? "" : "." + fraction)
}
