package import Balancing
import EventKernel
import SimulationEngine

/// An element of `balancers` that is a mapping: what every balancer has, then the parameters of the named one.
package enum BalancerKeys {
  static let name = Key.word("name", of: .balancers, "name of the balancer").required()
  static let label = Key.text("label", example: "mine", "what reports and gates call it; else its name")
  static let every = Key.duration("every", in: 1...31_536_000, default: defaults.every, "time between two plans")

  static let common = KeySection(name, label, every, notYet: ["command", "timeout"])

  /// What is compared where the scenario names no balancer.
  static let whereNoneAreNamed = ["none", "low-node-utilization"]

  /// The keys of one balancer; parameters with dotted names are nested mappings.
  package static func section(_ definition: BalancerDefinition) -> KeySection {
    let parameters = definition.parameters.map { ($0.name.split(separator: ".").map(String.init), $0) }
    return KeySection(common.keys + keys(parameters), notYet: common.notYet)
  }

  private static func keys(_ parameters: [(path: [String], definition: ParameterDefinition)]) -> [KeyDefinition] {
    var result: [KeyDefinition] = []
    for (path, definition) in parameters where !result.contains(where: { $0.name == path[0] }) {
      if path.count == 1 {
        result.append(Key<Double>.parameter(definition, named: path[0]).definition)
      } else {
        let deeper = parameters.filter { $0.path[0] == path[0] && $0.path.count > 1 }
        let nested = KeySection(keys(deeper.map { (Array($0.path.dropFirst()), $0.definition) }))
        let summary = "one value for each of " + nested.keys.map(\.name).joined(separator: ", ")
        result.append(KeyDefinition(name: path[0], kind: .section(nested), summary: summary))
      }
    }
    return result
  }

  private static let defaults = BalancerSetting(label: "", name: "", parameters: ParameterValues([]))
}

extension Key<Double> {
  /// A balancer's parameter; its value in the unit of its kind, words by their position.
  static func parameter(_ parameter: ParameterDefinition, named name: String) -> Key {
    let (range, value, summary) = (parameter.range, parameter.defaultValue, parameter.summary)
    switch parameter.kind {
    case .percent: return percent(name, in: range, default: value, summary)
    case .number: return number(name, in: range, default: value, summary)
    case .duration:
      let text = value.map { DefaultText.duration(seconds: $0) }
      return Key(name, .duration(range), default: text, summary) { $0.seconds(in: range) }
    case .integer:
      let low = Int64(range.lowerBound.clamped(to: -1e15...1e15))
      let whole = low...max(low, Int64(range.upperBound.clamped(to: -1e15...1e15)))
      return Key(name, .integer(whole), default: value.map(DecodingSession.shown), summary) {
        $0.integer(in: whole).map(Double.init)
      }
    case .boolean:
      return Key(name, .boolean, default: value.map { "\($0 != 0)" }, summary) { $0.bool().map { $0 ? 1 : 0 } }
    case .choice(let words):
      let position = value.flatMap { Int(exactly: $0) }
      let word = position.flatMap { words.indices.contains($0) ? words[$0] : nil }
      return Key(name, .choice(words), default: word, summary) { $0.choice(of: words).map(Double.init) }
    }
  }
}
