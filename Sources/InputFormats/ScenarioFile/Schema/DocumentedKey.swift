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
    var walk = KeyWalk(vocabulary, namesForms: false)
    return walk.entries(ScenarioKeys.section, under: "")
  }
}

extension KeyKind {
  /// `whole number, 1 to 4096`; keys in several places by their form where forms are listed apart.
  func described(namesForms: Bool) -> String {
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
    case .list(let element): "list of: " + element.described(namesForms: namesForms)
    case .oneOrMany(let element):
      "list of: " + element.described(namesForms: namesForms) + "; one text needs no brackets"
    case .labels: "mapping of texts"
    case .amounts: "mapping of resources to quantities"
    case .section(let section):
      if namesForms, let form = section.form { "mapping as under '\(form.name)'" } else { "mapping" }
    case .object(let kinds): "object of Kubernetes: " + kinds.map(\.kind).joined(separator: ", ")
    case .anyOf(let kinds): kinds.map { $0.described(namesForms: namesForms) }.joined(separator: ", or ")
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
