import Balancing
import EventKernel
import SimulationEngine

/// `balancers`: names, or mappings with a name, a label, a period and the balancer's own parameters.
struct BalancerSection {
  let session: DecodingSession
  let vocabulary: ScenarioVocabulary

  func decode(_ field: Field) -> [BalancerSetting] {
    let items = field.value(ScenarioKeys.balancers) ?? []
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
      return definition(node).map { setting($0, node: nil, anchor: node, overrides: item.overrides) }
    }
    guard var mapping = item.mapping(KeySection(BalancerKeys.name), "balancer") else { return nil }
    guard let node = mapping.field(BalancerKeys.name)?.node, let definition = definition(node) else { return nil }
    return setting(definition, node: mapping.node, anchor: mapping.anchor, overrides: mapping.overrides)
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

  private func setting(
    _ definition: BalancerDefinition, node: SyntaxNode?, anchor: SyntaxNode, overrides: [OverrideReach]
  ) -> BalancerSetting {
    typealias Keys = BalancerKeys
    let section = Keys.section(definition)
    var mapping = MappingReader(
      session: session, what: "balancer '\(definition.name)'", node: node, anchor: anchor, overrides: overrides,
      section: section)
    _ = mapping.field(Keys.name.definition)
    let label = mapping.value(Keys.label) ?? definition.name
    let every = mapping.value(Keys.every)
    var values: [String: Double] = [:]
    parameters(section.keys, of: definition, under: "", &mapping, &values)
    mapping.finish()
    var setting = BalancerSetting(
      label: label, name: definition.name, parameters: ParameterValues(definition.parameters, overrides: values))
    if let every { setting.every = every }
    return setting
  }

  /// Reads parameters whose dotted names are nested mappings.
  /// - Parameter prefix: of their names, such as `thresholds.`.
  private func parameters(
    _ keys: [KeyDefinition], of balancer: BalancerDefinition, under prefix: String, _ mapping: inout MappingReader,
    _ values: inout [String: Double]
  ) {
    for key in keys {
      let name = prefix + key.name
      if case .section(let section) = key.kind {
        guard var nested = mapping.field(key)?.mapping(section, "'\(key.name)'") else { continue }
        parameters(section.keys, of: balancer, under: name + ".", &nested, &values)
        nested.finish()
      } else if let parameter = balancer.parameters.first(where: { $0.name == name }) {
        values[name] = mapping.value(Key<Double>.parameter(parameter, named: key.name))
      }
    }
  }
}
