import ClusterModel

/// Values as a user would write them, for the defaults of keys.
enum DefaultText {
  /// `5m`, `1s`, `250ms`.
  static func duration(seconds: Double) -> String { withoutBlanks(DurationText.formatted(seconds: seconds)) }

  /// `10Gbps`, `0`.
  static func bandwidth(bytesPerSecond: Double) -> String {
    if bytesPerSecond == 0 { return "0" }
    let text = withoutBlanks(Bandwidth.formatted(bytesPerSecond: bytesPerSecond))
    return text.hasSuffix("bit/s") ? text.dropLast("bit/s".count) + "bps" : text
  }

  private static func withoutBlanks(_ text: String) -> String { String(text.filter { $0 != " " }) }
}
