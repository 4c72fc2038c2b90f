import Balancing
import ClusterModel

/// Every key of a scenario with its path, for people.
package struct DocumentedKey: Sendable {
  /// `cluster.nodePools[].count`; what only one balancer or kind of object has stands under `balancers[its name]`.
  package var path: String
  /// What it may hold, in words.
  package var kind: String
  package var definition: KeyDefinition

  /// All keys, each before those inside it.
  package static func all(_ vocabulary: ScenarioVocabulary) -> [DocumentedKey] {
    entries(ScenarioKeys.section, under: "", vocabulary)
  }

  private static func entries(
    _ section: KeySection, under prefix: String, _ vocabulary: ScenarioVocabulary
  ) -> [DocumentedKey] {
    section.keys.flatMap { key in
      let path = prefix + key.name
      return [DocumentedKey(path: path, kind: key.kind.described, definition: key)] + inside(key.kind, path, vocabulary)
    }
  }

  private static func inside(_ kind: KeyKind, _ path: String, _ vocabulary: ScenarioVocabulary) -> [DocumentedKey] {
    switch kind {
    case .section(let section): entries(section, under: path + ".", vocabulary)
    case .list(let element), .oneOrMany(let element): inside(element, path + "[]", vocabulary)
    case .anyOf(let kinds): kinds.flatMap { inside($0, path, vocabulary) }
    case .object(let kinds):
      kinds.flatMap { entries($0.section, under: "\(path.dropLast())\($0.kind)].", vocabulary) }
    case .balancer: balancers(path, vocabulary)
    default: []
    }
  }

  /// What all balancers have once, then the parameters of each.
  /// - Parameter path: of any element: `balancers[]`.
  private static func balancers(_ path: String, _ vocabulary: ScenarioVocabulary) -> [DocumentedKey] {
    entries(BalancerKeys.common, under: path + ".", vocabulary)
      + vocabulary.balancers.flatMap { definition in
        let own = BalancerKeys.section(definition).keys.filter { !BalancerKeys.common.contains($0.name) }
        return entries(KeySection(own), under: "\(path.dropLast())\(definition.name)].", vocabulary)
      }
  }
}

extension KeyKind {
  /// `whole number, 1 to 4096`.
  var described: String {
    switch self {
    case .text: "text"
    case .form(let form): form.name
    case .boolean: "true or false"
    case .integer(let range):
      "whole number, "
        + (range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)")
    case .number(let range): "number, " + Self.range(range, DecodingSession.shown)
    case .percent(let range): "percentage, " + Self.range(range, DecodingSession.shown)
    case .cpu(let isPositive): "CPU such as 16 or 500m" + (isPositive ? ", more than 0" : "")
    case .amount: "a quantity such as 500m or 64Gi"
    case .memory(let isPositive): "memory such as 64Gi" + (isPositive ? ", more than 0" : "")
    case .bandwidth: "bandwidth such as 25Gbps or 64Mi"
    case .duration(let range):
      range == Self.anyDuration
        ? "duration such as 5m" : "duration, " + Self.range(range) { DefaultText.duration(seconds: $0) }
    case .choice(let words): words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    case .word(let catalog): catalog.described
    case .list(let element): "list of: " + element.described
    case .oneOrMany(let element): "list of: " + element.described + "; one text needs no brackets"
    case .labels: "mapping of texts"
    case .amounts: "mapping of resources to quantities"
    case .section: "mapping"
    case .object(let kinds): "object of Kubernetes: " + kinds.map(\.kind).joined(separator: ", ")
    case .anyOf(let kinds): kinds.map(\.described).joined(separator: ", or ")
    case .balancer: "name, or a mapping"
    case .paths: "mapping of paths to values"
    case .free: "anything"
    }
  }

  private static func range(_ range: ClosedRange<Double>, _ text: (Double) -> String) -> String {
    range.upperBound >= 1e12
      ? "at least \(text(range.lowerBound))" : "\(text(range.lowerBound)) to \(text(range.upperBound))"
  }
}

extension ScenarioVocabulary.Catalog {
  /// Where its names are shown.
  fileprivate var described: String {
    switch self {
    case .balancers: "one of 'headroom list balancers'"
    case .metrics: "one of 'headroom list metrics'"
    case .workloadTypes: "one of 'headroom list workloads'"
    case .platforms: "one of 'headroom list presets'"
    case .traceFormats: "a format of traces of 'headroom list formats'"
    }
  }
}
