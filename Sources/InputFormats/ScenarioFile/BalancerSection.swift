import Balancing
import EventKernel
import SimulationEngine

/// `balancers`: names, or mappings with a name, a label, a period and the balancer's own parameters.
struct BalancerSection {
  let session: DecodingSession
  let vocabulary: ScenarioVocabulary

  func decode(_ field: Field) -> [BalancerSetting] {
    let items = field.node?.isScalar == true ? [field] : field.items() ?? []
    var labels: [String] = []
    return items.compactMap { item in
      guard let setting = setting(item) else { return nil }
      if labels.contains(setting.label) {
        item.fail(
          .duplicateName, "two balancers are called '\(setting.label)'", help: "tell them apart: add label: other-name")
      }
      labels.append(setting.label)
      return setting
    }
  }

  /// The entry of the catalogue with its defaults.
  func setting(named name: String) -> BalancerSetting? {
    guard let definition = vocabulary.balancers.first(where: { $0.name == name }) else { return nil }
    return BalancerSetting(label: name, name: name, parameters: ParameterValues(definition.parameters))
  }

  private func setting(_ item: Field) -> BalancerSetting? {
    if let node = item.node, node.isScalar {
      guard let definition = definition(node) else { return nil }
      let mapping = MappingReader(
        session: session, what: "balancer '\(definition.name)'", node: nil, anchor: node, overrides: item.overrides)
      return setting(definition, mapping)
    }
    guard var mapping = item.mapping("balancer") else { return nil }
    guard let node = mapping.required("name")?.node, let definition = definition(node) else { return nil }
    return setting(definition, mapping)
  }

  private func definition(_ node: SyntaxNode) -> BalancerDefinition? {
    let name = session.string(node, "name")
    if let found = vocabulary.balancers.first(where: { $0.name == name }) { return found }
    guard let name else { return nil }
    if name == "external" {
      session.report(
        .error, .notYet, "the balancer 'external' is not supported yet", at: node, label: "not supported yet",
        help: "remove it: this version runs built-in balancers only")
      return nil
    }
    let names = vocabulary.balancers.map(\.name)
    session.report(
      .error, .unknownBalancer, "unknown balancer '\(node.shortText)'", at: node, label: "not a balancer",
      help: Suggestion.closest(to: name, in: names).map { "did you mean '\($0)'?" }
        ?? "balancers are: \(names.joined(separator: ", "))")
    return nil
  }

  private func setting(_ definition: BalancerDefinition, _ reader: MappingReader) -> BalancerSetting {
    var mapping = MappingReader(
      session: session, what: "balancer '\(definition.name)'", node: reader.node, anchor: reader.anchor,
      overrides: reader.overrides)
    _ = mapping.field("name")
    let label = mapping.field("label")?.string() ?? definition.name
    let every = mapping.field("every")?.duration(in: 1...31_536_000)
    var values: [String: Double] = [:]
    parameters(definition.parameters.map { ($0.name.split(separator: ".").map(String.init), $0) }, &mapping, &values)
    mapping.finish(notYet: ["command", "timeout"])
    var setting = BalancerSetting(
      label: label, name: definition.name, parameters: ParameterValues(definition.parameters, overrides: values))
    if let every { setting.every = every }
    return setting
  }

  /// Reads parameters whose dotted names are nested mappings.
  private func parameters(
    _ list: [(path: [String], definition: ParameterDefinition)], _ mapping: inout MappingReader,
    _ values: inout [String: Double]
  ) {
    var seen: [String] = []
    for (path, definition) in list where !seen.contains(path[0]) {
      seen.append(path[0])
      guard let field = mapping.field(path[0]) else { continue }
      if path.count == 1 {
        if let value = value(field, definition) { values[definition.name] = value }
        continue
      }
      guard var nested = field.mapping("'\(path[0])'") else { continue }
      let deeper = list.filter { $0.path[0] == path[0] && $0.path.count > 1 }
      parameters(deeper.map { (Array($0.path.dropFirst()), $0.definition) }, &nested, &values)
      nested.finish()
    }
  }

  private func value(_ field: Field, _ definition: ParameterDefinition) -> Double? {
    let range = definition.range
    switch definition.kind {
    case .percent: return field.percent(in: range)
    case .number: return field.number(in: range)
    case .integer:
      let low = Int64(range.lowerBound.clamped(to: -1e15...1e15))
      return field.integer(in: low...max(low, Int64(range.upperBound.clamped(to: -1e15...1e15)))).map(Double.init)
    case .duration: return field.seconds(in: range)
    case .boolean: return field.bool().map { $0 ? 1 : 0 }
    case .choice(let words): return field.choice(of: words).map(Double.init)
    }
  }
}
