/// What may stand under a key: how it is read, and what the JSON Schema says of it.
package indirect enum KeyKind: Sendable {
  /// The text of any scalar.
  case text
  /// A text in a form of its own, such as `Mon 08:00`.
  case form(TextForm)
  case boolean
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Double>)
  case percent(ClosedRange<Double>)
  /// Kubernetes' cores: `16`, `500m`.
  case cpu(isPositive: Bool)
  /// Kubernetes' bytes: `64Gi`.
  case memory(isPositive: Bool)
  /// A quantity of a dump, in cores or bytes and without a limit: `7600m`, `20477040Ki`, `0.25`.
  case amount
  /// `25Gbps` or `64Mi` a second.
  case bandwidth(allowsZero: Bool)
  /// A text such as `90s`; the range is in seconds.
  case duration(ClosedRange<Double>)
  case choice([String])
  /// A name that a catalogue knows.
  case word(of: ScenarioVocabulary.Catalog)
  case list(of: KeyKind)
  /// A list, or one element without the brackets.
  case oneOrMany(KeyKind)
  /// A mapping of texts to texts.
  case labels
  /// A mapping of resources to quantities; these have keys of their own.
  case amounts(besides: [String])
  case section(KeySection)
  case anyOf([KeyKind])
  /// An object of Kubernetes: its `kind` decides which keys it has.
  case object([ObjectSection])
  /// A name of the catalogue, or a mapping with the name and the parameters of that balancer.
  case balancer
  /// A mapping of paths, written as for `--set`, to values of any kind.
  case paths
  /// Anything: kept for other programs and not read.
  case free

  /// Seconds up to 3,000 years.
  package static let anyDuration = 0.0...1e11
  /// Bytes a second: less is most likely a forgotten unit.
  package static let leastBandwidth = 125_000.0
}

/// The keys of one kind of Kubernetes object.
package struct ObjectSection: Sendable {
  package var kind: String
  package var section: KeySection
}

/// A text that a pattern describes.
package struct TextForm: Sendable {
  /// In the user's words: `a day and a time`.
  package var name: String
  /// A regular expression as JSON Schema has them (ECMA-262, the part that all dialects share).
  package var pattern: String
  package var example: String

  package init(_ name: String, pattern: String, example: String) {
    self.name = name
    self.pattern = pattern
    self.example = example
  }
}
