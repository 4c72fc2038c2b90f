package import SimulationEngine

/// Puts numbers in words for people: a unit that fits the size, and no more digits than the interval supports.
///
/// Decimal point, comma between thousands, no locale. Files for programs (JSON, CSV) never pass through here.
package enum NumberFormat {
  /// `0.412` with two places is `0.41`; ties go away from zero; no exponent; a result of zero has no sign.
  package static func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "unknown" : value < 0 ? "-infinite" : "infinite" }
    let places = min(max(places, 0), 9)
    let scale = powersOfTen[places]
    let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 0x1p62 else { return "\(value)" }
    let digits = UInt64(scaled)
    let divisor = UInt64(scale)
    var text = grouped(digits / divisor)
    if places > 0 {
      let fraction = String(digits % divisor)
      text += "." + String(repeating: "0", count: places - fraction.count) + fraction
    }
    return value < 0 && digits != 0 ? "-" + text : text
  }

  /// `12.3 %`, `350 ms`, `4.20 GiB`: three significant digits, if not told otherwise, in the unit that suits the size.
  package static func value(
    _ value: Double, _ unit: MetricDefinition.Unit, digits: Int = 3, isSigned: Bool = false
  ) -> String {
    let scale = Scale(of: abs(value), unit)
    let places = isWhole(value / scale.divisor) ? 0 : significantPlaces(value / scale.divisor, digits)
    let number = decimal(value / scale.divisor, places: places)
    return signed(number, isSigned && value > 0) + scale.suffix
  }

  /// `12.3 % ± 0.4`, `0.8 s ± 0.2`: both in one unit, the half-width with one or two digits and the mean to match.
  ///
  /// A half-width that starts with 1 keeps two digits. Without a half-width it is the value alone.
  package static func interval(
    _ mean: Double, _ halfWidth: Double?, _ unit: MetricDefinition.Unit, isSigned: Bool = false
  ) -> String {
    guard let halfWidth, halfWidth.isFinite else { return value(mean, unit, isSigned: isSigned) }
    let scale = Scale(of: max(abs(mean), halfWidth), unit)
    let scaledMean = mean / scale.divisor
    let scaledHalf = halfWidth / scale.divisor
    let places = intervalPlaces(scaledMean, scaledHalf)
    let number = signed(decimal(scaledMean, places: places), isSigned && mean > 0)
    return number + scale.suffix + " ± " + halfText(scaledHalf, places: places)
  }

  /// Values that stand side by side: one unit and as many decimals for all, as far as that hides none of them.
  ///
  /// The smallest value chooses the unit, unless the largest would pass 10,000 in it. The narrowest half-width asks for
  /// its decimals; the widest value gets at most four significant digits.
  package static func row(
    _ items: [(mean: Double, halfWidth: Double?)?], _ unit: MetricDefinition.Unit
  ) -> [String?] {
    func half(_ value: Double?) -> Double { value.flatMap { $0.isFinite ? $0 : nil } ?? 0 }
    let known = items.compactMap { $0 }.filter { $0.mean.isFinite }
    let largest = known.map { max(abs($0.mean), half($0.halfWidth)) }.max() ?? 0
    let smallest = known.map { abs($0.mean) }.filter { $0 > 0 }.min() ?? largest
    let fine = Scale(of: smallest, unit)
    let scale = largest / fine.divisor < 1e4 ? fine : Scale(of: largest, unit)
    let wanted = known.map { intervalPlaces($0.mean / scale.divisor, half($0.halfWidth) / scale.divisor) }.max() ?? 0
    let widest = known.map { abs($0.mean) / scale.divisor }.max() ?? 0
    let places = widest == 0 ? wanted : min(wanted, significantPlaces(widest, 4))
    return items.map { item in
      guard let item else { return nil }
      let (mean, halfWidth) = (item.mean / scale.divisor, item.halfWidth.map { half($0) / scale.divisor })
      let number = item.mean == 0 && half(item.halfWidth) == 0 ? "0" : decimal(mean, places: places)
      // Less than half of the last place but one would show one poor digit, or none.
      let isLost = mean != 0 && abs(mean) * powersOfTen[places] < 5
      guard item.mean.isFinite, !isLost || abs(mean) < half(halfWidth) else {
        return interval(item.mean, item.halfWidth, unit)
      }
      guard let halfWidth, item.halfWidth?.isFinite == true else { return number + scale.suffix }
      return number + scale.suffix + " ± " + halfText(halfWidth, places: places)
    }
  }

  /// `41 % ± 3` for a change in percent.
  package static func percent(_ percent: Double, _ halfWidth: Double?) -> String {
    interval(percent / 100, halfWidth.map { $0 / 100 }, .share)
  }

  /// `+482 ms ± 148`, `-1.2 ± 0.4 points` for a difference of shares, which a percentage could be taken for a ratio of.
  static func difference(
    _ mean: Double, _ halfWidth: Double?, _ unit: MetricDefinition.Unit, isSigned: Bool = true
  ) -> String {
    guard unit == .share else { return interval(mean, halfWidth, unit, isSigned: isSigned) }
    return interval(mean * 100, halfWidth.map { $0 * 100 }, .ratio, isSigned: isSigned) + " points"
  }

  /// Places after the point for a mean and its half-width in the unit shown.
  private static func intervalPlaces(_ mean: Double, _ half: Double) -> Int {
    if half == 0 { return isWhole(mean) ? 0 : significantPlaces(mean, 3) }
    let wanted = significantPlaces(half, half / magnitude(half) < 2 ? 2 : 1)
    return mean == 0 ? wanted : min(wanted, significantPlaces(mean, 4))
  }

  private static func halfText(_ half: Double, places: Int) -> String {
    if half == 0 { return "0" }
    let text = decimal(half, places: places)
    let isHidden = half > 0 && !text.contains { ("1"..."9").contains($0) }
    return isHidden ? "<" + decimal(1 / powersOfTen[places], places: places) : text
  }

  private static func signed(_ number: String, _ isSigned: Bool) -> String { isSigned ? "+" + number : number }

  private static func isWhole(_ value: Double) -> Bool { value == value.rounded() && abs(value) < 1e15 }

  /// Places after the point that show `digits` significant digits of a value.
  private static func significantPlaces(_ value: Double, _ digits: Int) -> Int {
    guard value != 0, value.isFinite else { return 0 }
    var places = digits - 1
    var size = abs(value)
    while size >= 10, places > 0 {
      size /= 10
      places -= 1
    }
    while size < 1, places < 9 {
      size *= 10
      places += 1
    }
    return places
  }

  /// The power of ten at or below a positive value.
  private static func magnitude(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    var power = 1.0
    while power * 10 <= value { power *= 10 }
    while power > value { power /= 10 }
    return power
  }

  private static func grouped(_ value: UInt64) -> String {
    var text = String(value)
    var end = text.count - 3
    while end > 0 {
      text.insert(",", at: text.index(text.startIndex, offsetBy: end))
      end -= 3
    }
    return text
  }

  private static let powersOfTen: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

  /// What a value is divided by and the unit written after it.
  private struct Scale {
    var divisor = 1.0
    var suffix = ""

    init(of size: Double, _ unit: MetricDefinition.Unit) {
      let steps: [(from: Double, divisor: Double, suffix: String)] =
        switch unit {
        case .share: [(0, 0.01, " %")]
        case .seconds where size == 0: [(0, 1, " s")]
        case .seconds:
          [(0, 1e-3, " ms"), (0.5, 1, " s"), (180, 60, " min"), (7200, 3600, " h"), (172_800, 86_400, " d")]
        case .bytes:
          [
            (0, 1, " B"), (0x1p10, 0x1p10, " KiB"), (0x1p20, 0x1p20, " MiB"), (0x1p30, 0x1p30, " GiB"),
            (0x1p40, 0x1p40, " TiB"), (0x1p50, 0x1p50, " PiB"),
          ]
        case .cores: [(0, 1, " cores")]
        case .coreSeconds: [(0, 1, " core-s"), (7200, 3600, " core-h")]
        case .count, .ratio, .perMachineDay: []
        }
      for step in steps where size >= step.from {
        divisor = step.divisor
        suffix = step.suffix
      }
    }
  }
}
