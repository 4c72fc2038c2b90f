/// One key of a mapping: its name, what it may hold and what it means.
///
/// From this one entry come decoding, ranges, "did you mean", the reference of keys and the JSON Schema.
package struct KeyDefinition: Sendable {
  package var name: String
  package var kind: KeyKind
  /// One line in the user's terms, with the unit.
  package var summary: String
  /// What holds where the key is absent, as a user would write it.
  package var defaultText: String?
  /// A value worth showing where the kind alone says too little.
  package var example: String?
  package var isRequired = false
  /// What to do where a required key is missing.
  package var missingHelp: String?
  /// Read and checked, but changes no number in this version.
  package var hasNoEffect = false

  /// The summary, with a warning where the key has no effect.
  package var meaning: String { summary + (hasNoEffect ? "; read, but changes nothing in this version" : "") }
}

/// The keys that one kind of mapping has; each list stands in one place.
package struct KeySection: Sendable {
  package var keys: [KeyDefinition]
  /// Keys that Headroom knows but this version does not do.
  package var notYet: [String]
  /// What its values must fulfil together; looks at a mapping whose keys are right, with overrides in place.
  var rule: (@Sendable (Field, SyntaxNode) -> Void)?
  /// What people know it by, where it stands in several places.
  var form: KeyForm?

  func with(_ rule: @escaping @Sendable (Field, SyntaxNode) -> Void) -> KeySection {
    var result = self
    result.rule = rule
    return result
  }

  package init(_ keys: [KeyDefinition], notYet: [String] = []) {
    self.keys = keys
    self.notYet = notYet
  }

  package init(_ keys: any CataloguedKey..., notYet: [String] = []) {
    self.init(keys.map(\.definition), notYet: notYet)
  }

  /// Names of its keys, in the order in which a scenario is written.
  var names: [String] { keys.map(\.name) }

  func contains(_ name: String) -> Bool { keys.contains { $0.name == name } }

  /// Listed once for people, under this name, wherever it stands.
  func known(as name: String, _ summary: String) -> KeySection {
    var copy = self
    copy.form = KeyForm(name: name, summary: summary)
    return copy
  }
}

/// The heading of keys that stand in several places of a scenario.
package struct KeyForm: Sendable {
  package var name: String
  /// One line: what has these keys, in Kubernetes' terms where it comes from there.
  package var summary: String
}

/// A key without the type of its value, so that a section can list keys of all types.
package protocol CataloguedKey: Sendable {
  var definition: KeyDefinition { get }
}
