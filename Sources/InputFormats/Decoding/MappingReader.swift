/// Reads a mapping key by key and remembers which keys exist, so that `finish` can name the others.
///
/// Where the mapping has a `KeySection`, a key exists when the section lists it and the decoder asks for it.
package struct MappingReader {
  let session: DecodingSession
  /// As messages name it: `the scenario`, `node pool 'general'`.
  package let what: String
  let node: SyntaxNode?
  let anchor: SyntaxNode
  let overrides: [OverrideReach]
  /// Nil for a mapping whose keys are free, such as labels.
  let section: KeySection?
  /// Keys asked for, in that order; the set is for looking up.
  private var known: [String] = []
  private var knownSet: Set<String> = []

  init(
    session: DecodingSession, what: String, node: SyntaxNode?, anchor: SyntaxNode, overrides: [OverrideReach],
    section: KeySection? = nil
  ) {
    self.session = session
    self.what = what
    self.node = node
    self.anchor = anchor
    self.overrides = overrides
    self.section = section
  }

  /// The value under a key; nil when it is absent or null, which is reported where the key is required.
  package mutating func field<Value>(_ key: Key<Value>) -> Field? {
    let field = field(key.definition)
    if field == nil, key.definition.isRequired { reportMissing(key, help: key.definition.missingHelp) }
    return field
  }

  /// What the key's value decodes to; nil when it is absent or wrong, which is reported.
  package mutating func value<Value>(_ key: Key<Value>) -> Value? { field(key).flatMap(key.read) }

  /// Whether the document itself has the key, be its value null or wrong.
  package func isWritten<Value>(_ key: Key<Value>) -> Bool { node?[key.name] != nil }

  /// The value under a key of the section; nil when the section does not list it.
  mutating func field(_ key: KeyDefinition) -> Field? {
    guard section?.contains(key.name) == true else { return nil }
    return field(named: key.name)
  }

  private mutating func field(named key: String) -> Field? { field(named: key, node: node?[key]) }

  private mutating func field(named key: String, node: SyntaxNode?) -> Field? {
    if knownSet.insert(key).inserted { known.append(key) }
    return Field(
      session: session, name: key, node: node, anchor: anchor,
      overrides: OverrideReach.descend(overrides, names: [key]))
  }

  /// Reports that a key is not there.
  package func reportMissing<Value>(_ key: Key<Value>, help: String?) { reportMissing(key.name, help: help) }

  func reportMissing(_ key: String, help: String?) {
    session.report(
      .error, .missingKey, "\(what) has no '\(key)'", at: node?[key] ?? anchor, label: "'\(key)' is missing",
      help: help)
  }

  /// All values of a mapping whose keys are free, in input order, then those that only overrides name.
  package mutating func allFields() -> [(key: String, field: Field)] {
    var values: [(key: String, node: SyntaxNode?)] = []
    var keys: Set<String> = []
    for entry in node?.entries.map({ $0 }) ?? [] {
      guard let key = entry.key.text, keys.insert(key).inserted else { continue }
      values.append((key, entry.value))
    }
    for reach in overrides {
      if let component = reach.component, keys.insert(component).inserted { values.append((component, nil)) }
    }
    return values.compactMap { value in field(named: value.key, node: value.node).map { (value.key, $0) } }
  }

  /// Keys that were not asked for, for objects of other programs that may say more than is modelled.
  var unknownKeys: [String] {
    (node?.entries.map { $0 } ?? []).compactMap { $0.key.text }.filter { !knownSet.contains($0) }
  }

  /// Reports every key that was not asked for.
  package mutating func finish() {
    let notYet = section?.notYet ?? []
    for entry in node?.entries.map({ $0 }) ?? [] {
      guard let key = entry.key.text, entry.key.isScalar else {
        session.wrongType(entry.key, "a key of \(what)", "a text")
        continue
      }
      if knownSet.contains(key) { continue }
      if notYet.contains(key) {
        session.report(
          .error, .notYet, "'\(key)' in \(what) is not supported yet", at: entry.key, label: "not supported yet",
          help: "remove it: this version does not simulate it")
        continue
      }
      let near = Suggestion.closest(to: key, in: known + notYet)
      session.report(
        .error, .unknownKey, "unknown key '\(entry.key.shortText)' in \(what)", at: entry.key, label: "unknown key",
        help: near.map { "did you mean '\($0)'?" } ?? "known keys: \(known.joined(separator: ", "))")
    }
    for reach in overrides where !session.usedOverrides[reach.override.index] {
      guard let component = reach.component, !knownSet.contains(component) else { continue }
      session.unknownOverride(reach, in: what, known: known)
    }
  }
}

extension DecodingSession {
  /// An override whose path leads nowhere; reported once.
  func unknownOverride(_ reach: OverrideReach, in what: String, known: [String]) {
    guard !usedOverrides[reach.override.index] else { return }
    usedOverrides[reach.override.index] = true
    let component = reach.component ?? ""
    let near = Suggestion.closest(to: component, in: known)
    report(
      .error, .badOverride, "\(reach.override.origin) \(reach.override.text): no '\(component)' in \(what)",
      at: reach.override.node,
      help: near.map { "did you mean '\($0)'?" }
        ?? (known.isEmpty ? nil : "known: \(InventoryCollection.list(known))"))
  }
}
