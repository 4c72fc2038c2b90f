import ClusterModel

/// Regular expressions for texts with units, in the part of ECMA-262 that every dialect shares.
enum TextPattern {
  private static let number = "([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"
  private static let numberAboveZero = "(0*[1-9][0-9]*(\\.[0-9]*)?|0*\\.0*[1-9][0-9]*)"
  private static let suffix =
    "(" + Quantity.suffixes.filter { !$0.isEmpty }.joined(separator: "|") + "|[eE][+-]?[0-9]+)?"

  static func quantity(isPositive: Bool) -> String {
    "^\\+?" + (isPositive ? numberAboveZero : number) + suffix + "$"
  }

  static func bandwidth(allowsZero: Bool) -> String {
    "^\\+?" + (allowsZero ? number : numberAboveZero) + "(" + Bandwidth.bitUnitNames.joined(separator: "|") + "|"
      + suffix + "(/s)?)$"
  }

  static let duration = "^(0|(" + number + "(" + DurationText.unitNames.joined(separator: "|") + "))+)$"

  /// Only 0 to 100 is told apart from any number; other ranges are left to the decoder.
  static func percent(_ range: ClosedRange<Double>) -> String {
    let share = "(0*[0-9]{1,2}(\\.[0-9]*)?|\\.[0-9]+|0*100(\\.0*)?)"
    return "^" + (range == 0...100 ? "\\+?" + share : "[+-]?" + number) + " ?%?$"
  }
}
