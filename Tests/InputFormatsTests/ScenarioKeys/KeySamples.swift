import Balancing

@testable import InputFormats

/// Values for a kind of key, written as YAML in flow style.
extension KeyKind {
  /// Values that the kind takes; what other keys say may still contradict them.
  func rightValues(_ vocabulary: ScenarioVocabulary) -> [String] {
    switch self {
    case .text: ["word", "\"two words\"", "7", "true"]
    case .form(let form): ["\"\(form.example)\""]
    case .boolean: ["true", "false"]
    case .integer(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
    case .number(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
    case .percent(let range): ["\(range.lowerBound)", "\(range.upperBound)%", "\"\(range.upperBound) %\""]
    case .cpu: ["500m", "16", "0.5", "\"2\"", "1e0", "7600000u"]
    case .amount: ["64Gi", "0.1", "1e-7", "500m", "9223372036854775807"]
    case .memory: ["64Gi", "512M", "1073741824", "1.5Gi", ".5Gi", "\"1e9\""]
    case .bandwidth: ["25Gbps", "64Mi", "64Mi/s", "1000000", "1e9", "2.5Gbit/s"]
    case .duration(let range):
      [range.lowerBound, range.upperBound].map { DefaultText.duration(seconds: $0) } + ["90s", "1h30m", "0.5h"]
    case .choice(let words): words
    case .word(let catalog): vocabulary.words(of: catalog)
    case .list(let element): ["[]"] + element.rightValues(vocabulary).map { "[\($0)]" }
    case .oneOrMany(let element):
      element.rightValues(vocabulary).filter { !$0.hasPrefix("{") }
        + KeyKind.list(of: element).rightValues(vocabulary)
    case .labels: ["{}", "{ a: b, c: 1, d: }"]
    case .amounts: ["{}", "{ nvidia.com/gpu: 4, hugepages-2Mi: 1Gi, a: 0.1, b: }"]
    case .section: []
    case .object(let kinds):
      kinds.map { "{ kind: \($0.kind), metadata: { name: a } }" }
        + ["{ kind: Service, metadata: { name: a, namespace: b }, spec: { selector: { app: web } } }"]
    case .anyOf(let kinds): kinds.flatMap { $0.rightValues(vocabulary) }
    case .balancer: vocabulary.balancers.flatMap { [$0.name, "{ name: \($0.name), label: mine, every: 1h }"] }
    case .paths: ["{}", "{ cluster.machines.web.count: 3 }", "{ demand: { scale: 2 } }"]
    case .free: ["[1, { a: b }]", "text"]
    }
  }

  /// Values of another type, out of range or without the unit.
  func wrongValues(_ vocabulary: ScenarioVocabulary) -> [String] {
    switch self {
    case .text: ["[a]", "{ a: b }"]
    case .form: ["qqq", "[a]"]
    case .boolean: ["maybe", "3", "[true]", "{}"]
    case .integer(let range):
      (range.lowerBound > .min ? ["\(range.lowerBound - 1)"] : [])
        + (range.upperBound < .max ? ["\(range.upperBound + 1)"] : []) + ["2.5", "\"4\"", "many", "[1]", "{}"]
    case .number(let range): ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", "much", "\"0.5\"", "[1]"]
    case .percent(let range):
      ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", "\(range.upperBound + 1)%", "much", "[1]", "true"]
    case .cpu(let isPositive): ["-1", "2cores", "many", "[1]", "true"] + (isPositive ? ["0", "0m"] : [])
    case .amount: ["-1", "64GB", "64 Gi", "many", "[1]", "true"]
    case .memory(let isPositive): ["-1", "64GB", "64 Gi", "1e30", "[1]", "true"] + (isPositive ? ["0", "0Gi"] : [])
    case .bandwidth(let allowsZero):
      ["-1", "25 Gbps", "25gbps", "fast", "[1]"] + (allowsZero ? [] : ["0", "25", "0Gbps"])
    case .duration: ["5", "2 days", "soon", "-5s", "5min", "[5m]", "true"]
    case .choice, .word: ["qqq", "[a]", "{}"]
    case .list(let element): ["qqq", "{ a: b }"] + element.wrongValues(vocabulary).map { "[\($0)]" }
    case .oneOrMany(let element):
      ["{ a: b }"] + element.wrongValues(vocabulary).filter { !$0.hasPrefix("[") }
    case .labels: ["qqq", "[a]", "{ a: [b] }"]
    case .amounts(let others):
      ["qqq", "[a]", "{ a: many }", "{ a: -1 }", "{ a: [1] }"] + others.map { "{ \($0): 1 }" }
    case .section: ["qqq", "[a]", "{ qqq: 1 }"]
    case .object:
      [
        "qqq", "[a]", "{}", "{ kind: qqq, metadata: { name: a } }", "{ kind: Service }",
        "{ kind: Service, metadata: {} }",
        "{ kind: Service, metadata: { name: a }, spec: { volumeName: b } }",
        "{ kind: Namespace, metadata: { name: a, namespace: b } }",
        "{ kind: Service, apiVersion: apps/v1, metadata: { name: a } }",
      ]
    case .anyOf(let kinds):
      // Wrong for one may be right for another.
      kinds.allSatisfy(\.isScalar) ? ["qqq", "[a]", "{}"] : ["{ qqq: 1 }", "[[a]]"]
    case .balancer: ["qqq", "{ name: qqq }", "{ label: mine }", "{ name: none, qqq: 1 }", "3"]
    case .paths: ["qqq", "[a]"] + ScenarioKeys.sharedByVariants.map { "{ \($0): 3 }" }
    case .free: []
    }
  }

  private var isScalar: Bool {
    switch self {
    case .list, .oneOrMany, .labels, .amounts, .section, .object, .balancer, .paths, .free: false
    default: true
    }
  }
}
