import EventKernel
import Balancing
import CapacityPlanning
import EventKernel
import SimulationEngine

/// A parameter's kind, default and range in words.
enum ParameterText {
  static func kind(_ parameter: ParameterDefinition) -> String {
    switch parameter.kind {
    case .percent: "percent"
    case .number: "number"
    case .integer: "integer"
    case .duration: "seconds"
    case .boolean: "boolean"
    case .choice: "choice"
    }
  }

  /// `default 70 %, 0 to 100`; choices by their words.
  static func value(_ parameter: ParameterDefinition) -> String {
    func text(_ value: Double) -> String {
      switch parameter.kind {
      case .percent: "\(plain(value)) %"
      case .number, .integer: plain(value)
      case .duration: NumberFormat.value(value, .seconds)
      case .boolean: value == 0 ? "false" : "true"
      case .choice(let words):
        words.indices.contains(Int(value.clamped(to: 0...1000))) ? words[Int(value.clamped(to: 0...1000))] : "?"
      }
    }
    let start = parameter.defaultValue.map { "default: \(text($0))" } ?? "not set"
    switch parameter.kind {
    case .boolean: return start
    case .choice(let words): return "\(start); one of \(words.joined(separator: ", "))"
    default:
      let (low, high) = (parameter.range.lowerBound, parameter.range.upperBound)
      return high >= 1e6 ? "\(start); at least \(text(low))" : "\(start); \(text(low)) to \(text(high))"
    }
  }

  private static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }
}
