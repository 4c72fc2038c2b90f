import Balancing
import ClusterModel

extension JSONSchema {
  /// What a kind of value allows.
  ///
  /// Ranges of texts with units, references between keys, and the contents of gates are left to the decoder.
  init(_ kind: KeyKind, _ vocabulary: ScenarioVocabulary) {
    switch kind {
    case .text: types = Self.scalars
    case .form(let form):
      types = ["string"]
      pattern = form.pattern
    case .boolean: types = ["boolean"]
    case .integer(let range):
      types = ["integer"]
      minimum = Double(range.lowerBound)
      if range.upperBound < .max { maximum = Double(range.upperBound) }
    case .number(let range):
      types = ["number"]
      (minimum, maximum) = (range.lowerBound, range.upperBound)
    case .percent(let range):
      types = ["number", "string"]
      (minimum, maximum) = (range.lowerBound, range.upperBound)
      pattern = TextPattern.percent(range)
    case .cpu(let isPositive): setQuantity(isPositive: isPositive)
    case .memory(let isPositive):
      setQuantity(isPositive: isPositive)
      maximum = Double(MemorySize.largestBytes)
    case .amount: setQuantity(isPositive: false)
    case .bandwidth(let allowsZero):
      types = ["number", "string"]
      minimum = allowsZero ? 0 : KeyKind.leastBandwidth
      pattern = TextPattern.bandwidth(allowsZero: allowsZero)
    case .duration(let range):
      types = range.contains(0) ? ["string", "integer"] : ["string"]
      if range.contains(0) { (minimum, maximum) = (0, 0) }
      pattern = TextPattern.duration
    case .choice(let words): self.words = words
    case .word(let catalog):
      words = vocabulary.words(of: catalog)
      if words.isEmpty { types = Self.scalars }
    case .labels:
      types = ["object"]
      additionalProperties = .each(JSONSchema(types: Self.scalars + ["null"]))
    case .amounts(let others):
      types = ["object"]
      additionalProperties = .each(JSONSchema(.amount, vocabulary).orNull)
      forbiddenNames = others
    case .paths:
      types = ["object"]
      forbiddenNames = ScenarioKeys.sharedByVariants
    case .free: break
    case .list, .oneOrMany, .section, .anyOf, .object, .balancer: setCollection(kind, vocabulary)
    }
  }

  private mutating func setCollection(_ kind: KeyKind, _ vocabulary: ScenarioVocabulary) {
    switch kind {
    case .list(let element):
      types = ["array"]
      items = [JSONSchema(element, vocabulary)]
    case .oneOrMany(let element):
      // Only a scalar stands for a list of one.
      let one = if case .balancer = element { KeyKind.word(of: .balancers) } else { element }
      anyOf = [JSONSchema(one, vocabulary), JSONSchema(.list(of: element), vocabulary)]
    case .section(let section): self = JSONSchema(section, vocabulary)
    case .anyOf(let kinds): anyOf = kinds.map { JSONSchema($0, vocabulary) }
    case .object(let kinds): oneOf = kinds.map { JSONSchema($0.section, vocabulary) }
    case .balancer:
      oneOf =
        [JSONSchema(.word(of: .balancers), vocabulary)] + vocabulary.balancers.map { Self.balancer($0, vocabulary) }
    default: break
    }
  }

  private mutating func setQuantity(isPositive: Bool) {
    types = ["number", "string"]
    if isPositive { exclusiveMinimum = 0 } else { minimum = 0 }
    pattern = TextPattern.quantity(isPositive: isPositive)
  }

  /// A mapping with these keys and no other.
  init(_ section: KeySection, _ vocabulary: ScenarioVocabulary) {
    types = ["object"]
    properties = section.keys.map { Property(name: $0.name, schema: JSONSchema($0, vocabulary)) }
    required = section.keys.filter(\.isRequired).map(\.name)
    additionalProperties = .nothing
  }

  /// A key's value with what it means.
  init(_ key: KeyDefinition, _ vocabulary: ScenarioVocabulary) {
    self.init(key.kind, vocabulary)
    if !key.isRequired { allowNull() }
    description = key.meaning
    defaultValue = key.defaultText.flatMap(Self.value)
    examples = [key.example].compactMap { $0.flatMap(Self.value) }
  }

  fileprivate var orNull: JSONSchema {
    var copy = self
    copy.allowNull()
    return copy
  }

  /// A key without a value is as good as absent.
  private mutating func allowNull() {
    let null = JSONSchema(types: ["null"])
    if !types.isEmpty {
      types += null.types
    } else if !words.isEmpty {
      anyOf = [self, null]
      words = []
    } else if !anyOf.isEmpty {
      anyOf.append(null)
    }
  }

  /// The mapping that configures one balancer, told from the others by its name.
  private static func balancer(_ definition: BalancerDefinition, _ vocabulary: ScenarioVocabulary) -> JSONSchema {
    var schema = JSONSchema(BalancerKeys.section(definition), vocabulary)
    schema.description = definition.summary
    for index in schema.properties.indices where schema.properties[index].name == BalancerKeys.name.name {
      schema.properties[index].schema.words = [definition.name]
    }
    return schema
  }

  private static let scalars = ["string", "number", "boolean"]

  /// A value as a scenario would write it; an empty text is a text.
  private static func value(_ text: String) -> SyntaxNode? {
    let written = text.isEmpty ? "\"\"" : text
    return SyntaxReader.read(SourceFile(path: "", bytes: Array(written.utf8))).documents.first?.root
  }
}

/// The JSON Schema of scenario files, for editors and other programs.
package enum ScenarioSchema {
  package static let identifier = "urn:headroom:schema:scenario:v1"

  package static func schema(_ vocabulary: ScenarioVocabulary) -> JSONSchema {
    var schema = JSONSchema(ScenarioKeys.section, vocabulary)
    schema.title = "Headroom scenario"
    schema.description = "An experiment on a cluster of virtual machines: cluster, demand, balancers and gates."
    return schema
  }
}
