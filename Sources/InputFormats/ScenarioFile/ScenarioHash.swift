package import Balancing
package import SimulationEngine

/// The hash of what decides the numbers of a run: equal for scenarios that mean the same, however they are written.
///
/// The cluster counts as its document with overrides in place, and with the bytes of dumps and traces; all else counts
/// by its decoded value, so that a default counts like the same value written out.
package enum ScenarioHash {
  /// - Parameter inputs: hash of cluster, dumps and traces, as `ScenarioReader.Reading` has it.
  package static func text(_ variants: [ScenarioVariant], inputs: String, balancers: [BalancerDefinition]) -> String {
    var hash = StableHash()
    hash.add(inputs)
    for variant in variants {
      let scenario = variant.scenario
      hash.add(variant.name)
      hash.add("\(scenario.seed) \(scenario.replications) \(scenario.horizon) \(scenario.warmUp)")
      hash.add(scenario.platform)
      hash.add("\(scenario.migration) \(scenario.demand) \(scenario.observation)")
      // Selectors are sorted lists, so that the text does not depend on the order of a dictionary.
      if !scenario.migrationPolicies.isEmpty { hash.add("\(scenario.migrationPolicies)") }
      for setting in scenario.balancers {
        hash.add("\(setting.label)\n\(setting.name)\n\(setting.every)")
        for parameter in balancers.first(where: { $0.name == setting.name })?.parameters ?? [] {
          hash.add("\(parameter.name)=\(setting.parameters[parameter.name].map { "\($0)" } ?? "")")
        }
      }
    }
    return hash.text
  }
}

/// FNV-1a with 64 bits: the same on every machine and in every version.
struct StableHash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { add(byte) }
    add(0xFF)
  }

  mutating func add(_ text: String) { add(Array(text.utf8)) }

  private mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  /// A document in canonical form: keys sorted, comments and layout gone, overrides in place, so that only what is said
  /// counts.
  mutating func add(_ node: SyntaxNode?, _ overrides: [OverrideReach] = []) {
    var node = node
    var deeper: [OverrideReach] = []
    for reach in overrides {
      if reach.isExact {
        node = reach.override.node
        deeper = []
      } else {
        deeper.append(reach)
      }
    }
    if let node, node.kind == .sequence {
      add(UInt8(ascii: "["))
      for (position, element) in node.elements.enumerated() {
        let names =
          [String(position)] + [element.text, element["label"]?.text, element["name"]?.text].compactMap { $0 }
        add(element, OverrideReach.descend(deeper, names: names))
      }
      add(UInt8(ascii: "]"))
    } else if let node, node.isScalar, node.kind != .null {
      add(UInt8(ascii: node.kind == .string ? "\"" : "="))
      add(Array((node.text ?? "").utf8))
    } else if node?.kind == .mapping || !deeper.isEmpty {
      addMapping(node, deeper)
    } else {
      add(UInt8(ascii: "~"))
    }
  }

  private mutating func addMapping(_ node: SyntaxNode?, _ overrides: [OverrideReach]) {
    add(UInt8(ascii: "{"))
    var entries: [(key: String, value: SyntaxNode?)] = []
    if let node, node.kind == .mapping { entries = node.entries.map { ($0.key.text ?? "", $0.value) } }
    for reach in overrides {
      if let key = reach.component, !entries.contains(where: { $0.key == key }) { entries.append((key, nil)) }
    }
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
      add(key)
      add(value, OverrideReach.descend(overrides, names: [key]))
    }
    add(UInt8(ascii: "}"))
  }
}
