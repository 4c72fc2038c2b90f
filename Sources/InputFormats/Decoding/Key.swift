import ClusterModel
package import EventKernel

/// A key whose value decodes to one type.
///
/// A decoder asks `mapping.value(Keys.count)`; name, range and words stand in the key alone. A key works only in
/// a mapping whose `KeySection` lists it, and a listed key that no decoder asks for is reported as unknown.
package struct Key<Value>: CataloguedKey {
  package private(set) var definition: KeyDefinition
  let read: @Sendable (Field) -> Value?

  package var name: String { definition.name }

  /// For a value that needs a reader of its own.
  package init(
    _ name: String, _ kind: KeyKind, default defaultText: String? = nil, example: String? = nil, _ summary: String,
    read: @escaping @Sendable (Field) -> Value?
  ) {
    definition = KeyDefinition(
      name: name, kind: kind, summary: summary, defaultText: defaultText, example: example)
    self.read = read
  }

  /// The same key where it must be there.
  /// - Parameter help: what to write where it is missing.
  package func required(help: String? = nil) -> Key {
    var copy = self
    copy.definition.isRequired = true
    copy.definition.missingHelp = help
    return copy
  }

  /// The same key, read and checked without changing a number.
  package var withoutEffect: Key {
    var copy = self
    copy.definition.hasNoEffect = true
    return copy
  }
}

extension Key<String> {
  package static func text(
    _ name: String, default value: String? = nil, example: String? = nil, _ summary: String
  ) -> Key {
    Key(name, .text, default: value, example: example, summary) { $0.string() }
  }

  /// A text in a form of its own, which the decoder takes apart.
  package static func text(
    _ name: String, _ form: TextForm, or other: KeyKind? = nil, default value: String? = nil, _ summary: String
  ) -> Key {
    let kind = other.map { KeyKind.anyOf([.form(form), $0]) } ?? .form(form)
    return Key(name, kind, default: value, example: form.example, summary) { $0.string() }
  }

  /// A name that a catalogue knows; the decoder looks it up.
  package static func word(
    _ name: String, of catalog: ScenarioVocabulary.Catalog, default value: String? = nil, example: String? = nil,
    _ summary: String
  ) -> Key {
    Key(name, .word(of: catalog), default: value, example: example, summary) { $0.string() }
  }
}

extension Key<Bool> {
  package static func boolean(_ name: String, default value: Bool? = nil, _ summary: String) -> Key {
    Key(name, .boolean, default: value.map { "\($0)" }, summary) { $0.bool() }
  }
}

extension Key<Int> {
  package static func integer(
    _ name: String, in range: ClosedRange<Int64>, default value: Int? = nil, example: String? = nil, _ summary: String
  ) -> Key {
    Key(name, .integer(range), default: value.map(String.init), example: example, summary) { $0.integer(in: range) }
  }
}

extension Key<Double> {
  package static func number(
    _ name: String, in range: ClosedRange<Double>, default value: Double? = nil, _ summary: String
  ) -> Key {
    Key(name, .number(range), default: value.map(DecodingSession.shown), summary) { $0.number(in: range) }
  }

  /// The number before the percent sign.
  package static func percent(
    _ name: String, in range: ClosedRange<Double>, default value: Double? = nil, example: String? = nil,
    _ summary: String
  ) -> Key {
    Key(name, .percent(range), default: value.map { DecodingSession.shown($0) + "%" }, example: example, summary) {
      $0.percent(in: range)
    }
  }

  /// Bytes per second.
  package static func bandwidth(
    _ name: String, allowsZero: Bool = false, default value: Double? = nil, _ summary: String
  ) -> Key {
    Key(
      name, .bandwidth(allowsZero: allowsZero), default: value.map { DefaultText.bandwidth(bytesPerSecond: $0) },
      summary
    ) { $0.bandwidth(allowsZero: allowsZero) }
  }
}

extension Key<Int64> {
  package static func millicores(
    _ name: String, isPositive: Bool = false, default text: String? = nil, example: String? = nil, _ summary: String
  ) -> Key {
    Key(name, .cpu(isPositive: isPositive), default: text, example: example, summary) {
      isPositive ? $0.positiveMillicores() : $0.millicores()
    }
  }

  package static func memoryBytes(
    _ name: String, isPositive: Bool = false, default text: String? = nil, example: String? = nil, _ summary: String
  ) -> Key {
    Key(name, .memory(isPositive: isPositive), default: text, example: example, summary) {
      isPositive ? $0.positiveMemoryBytes() : $0.memoryBytes()
    }
  }
}

extension Key<SimulationDuration> {
  package static func duration(
    _ name: String, in range: ClosedRange<Double> = KeyKind.anyDuration, default value: SimulationDuration? = nil,
    _ summary: String
  ) -> Key {
    Key(name, .duration(range), default: value.map { DefaultText.duration(seconds: $0.seconds) }, summary) {
      $0.duration(in: range)
    }
  }
}

extension Key where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One of an enumeration's words.
  package static func choice(_ name: String, default value: Value? = nil, _ summary: String) -> Key {
    Key(name, .choice(Value.allCases.map(\.rawValue)), default: value?.rawValue, summary) { $0.choice(Value.self) }
  }
}

extension Key<[String]> {
  /// Texts; one may stand without the brackets.
  package static func texts(_ name: String, example: String? = nil, _ summary: String) -> Key {
    Key(name, .oneOrMany(.text), example: example, summary) { $0.strings() }
  }
}

extension Key<[String: String]> {
  package static func labels(_ name: String, example: String? = nil, _ summary: String) -> Key {
    Key(name, .labels, example: example, summary) { $0.labels() }
  }
}

extension Key<MappingReader> {
  /// A mapping with keys of its own.
  package static func section(_ name: String, _ section: KeySection, _ summary: String) -> Key {
    Key(name, .section(section), summary) { $0.mapping(section, "'\(name)'") }
  }
}

extension Key<[Field]> {
  /// A list whose elements the decoder reads.
  package static func list(_ name: String, of kind: KeyKind, _ summary: String) -> Key {
    Key(name, .list(of: kind), summary) { $0.items() }
  }

  /// A list whose elements the decoder reads; one may stand without the brackets.
  package static func oneOrMany(
    _ name: String, of kind: KeyKind, default text: String? = nil, example: String? = nil, _ summary: String
  ) -> Key {
    Key(name, .oneOrMany(kind), default: text, example: example, summary) { $0.oneOrMany() }
  }
}

extension Key<SyntaxNode> {
  /// A key of other programs that is let through.
  package static func free(_ name: String, _ summary: String) -> Key { Key(name, .free, summary) { $0.node } }
}

extension Key<SyntaxNode> {
  /// A value in Kubernetes' own form, checked key by key and handed on as it is.
  package static func kubernetes(_ name: String, _ kind: KeyKind, example: String? = nil, _ summary: String) -> Key {
    Key(name, kind, example: example, summary) { $0.checked(as: kind) }
  }
}

extension Key<ResourceAmounts> {
  /// Amounts of resources that have no key of their own.
  package static func amounts(
    _ name: String, besides others: [String], example: String? = nil, _ summary: String
  ) -> Key {
    Key(name, .amounts(besides: others), example: example, summary) { $0.amounts(besides: others) }
  }
}
