import ClusterModel
package import SimulationEngine

/// Reads `[balancer:] metric comparison value`, as in `headroom.request.memory.min >= 20%`.
///
/// The value is in the metric's unit: `20 %` or `0.2` for a share, `1s` or `1` for seconds, `5Gi` for bytes, `500m`
/// for cores, a plain number otherwise. Serves `expect` in a scenario and `--gate`.
package struct ExpressionParser {
  package let metrics: [ScenarioVocabulary.Metric]

  package init(metrics: [ScenarioVocabulary.Metric]) { self.metrics = metrics }

  /// What is wrong with an expression, and which of its characters (UTF-8 offsets).
  package struct Failure: Error, Sendable {
    package var code: DiagnosticCode
    package var message: String
    package var help: String?
    package var bytes: Range<Int>
  }

  package func parse(_ text: String) throws(Failure) -> Expectation {
    let bytes = Array(text.utf8)
    let whole = 0..<bytes.count
    guard let at = bytes.firstIndex(where: { "<>=".utf8.contains($0) }) else {
      throw Failure(
        code: .badExpression, message: "'\(text)' has no comparison", help: "write metric <= value", bytes: whole)
    }
    let width = at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "=") ? 2 : 1
    let sign = String(decoding: bytes[at..<at + width], as: UTF8.self)
    guard let comparison = Expectation.Comparison(rawValue: sign) else {
      throw Failure(
        code: .badExpression, message: "unknown comparison '\(sign)'", help: "use <=, >=, <, > or ==",
        bytes: at..<at + width)
    }
    var left = trimmed(bytes, 0..<at)
    var balancer: String?
    if let colon = bytes[left].firstIndex(of: UInt8(ascii: ":")) {
      balancer = String(decoding: bytes[trimmed(bytes, left.lowerBound..<colon)], as: UTF8.self)
      left = trimmed(bytes, colon + 1..<left.upperBound)
    }
    let name = String(decoding: bytes[left], as: UTF8.self)
    guard let metric = metrics.first(where: { $0.name == name }) else {
      let near = Suggestion.closest(to: name, in: metrics.map(\.name))
      throw Failure(
        code: .unknownMetric, message: "unknown metric '\(name)'",
        help: near.map { "did you mean '\($0)'?" } ?? "see: headroom list metrics",
        bytes: left.isEmpty ? whole : left)
    }
    let right = trimmed(bytes, at + width..<bytes.count)
    guard !right.isEmpty else {
      throw Failure(
        code: .badExpression, message: "'\(text)' has no value",
        help: "write \(name) \(sign) \(Self.example(metric.unit))",
        bytes: whole)
    }
    let number = try value(String(decoding: bytes[right], as: UTF8.self), metric, right)
    return Expectation(text: text, metric: name, comparison: comparison, value: number, balancer: balancer)
  }

  private func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, bytes[low] == 0x20 || bytes[low] == 0x09 { low += 1 }
    while high > low, bytes[high - 1] == 0x20 || bytes[high - 1] == 0x09 { high -= 1 }
    return low..<high
  }

  private func value(
    _ text: String, _ metric: ScenarioVocabulary.Metric, _ range: Range<Int>
  ) throws(Failure) -> Double {
    if let plain = Double(text), plain.isFinite {
      if metric.unit == .share, abs(plain) > 1 {
        throw Failure(
          code: .badExpression, message: "'\(metric.name)' is a share from 0 to 1, found \(text)",
          help: "did you mean \(text)%?", bytes: range)
      }
      return plain
    }
    var help = "write \(Self.example(metric.unit))"
    do {
      switch metric.unit {
      case .share: return try Percentage.value(text) / 100
      case .seconds: return try DurationText.seconds(text)
      case .bytes: return try Quantity(text).double
      case .cores: return try Quantity(text).double
      case .count, .ratio, .coreSeconds, .perMachineDay: break
      }
    } catch {
      help = error.suggestion ?? help
    }
    throw Failure(
      code: .badExpression,
      message: "'\(text)' is not a value of '\(metric.name)', which is in \(Self.words(metric.unit))",
      help: help, bytes: range)
  }

  private static func words(_ unit: MetricDefinition.Unit) -> String {
    switch unit {
    case .share: "percent"
    case .count: "whole things"
    case .ratio: "a plain number"
    default: unit.rawValue
    }
  }

  private static func example(_ unit: MetricDefinition.Unit) -> String {
    switch unit {
    case .share: "20%"
    case .seconds: "1s"
    case .bytes: "5Gi"
    default: "3"
    }
  }
}
