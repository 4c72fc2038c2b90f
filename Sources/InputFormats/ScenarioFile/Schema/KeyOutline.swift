import Balancing
import ClusterModel

/// The keys of a scenario for reading: what stands in several places is listed once, under a name of its own.
package struct KeyOutline: Sendable {
  package struct Form: Sendable {
    package var name: String
    package var summary: String
    /// Paths begin with the form's name.
    package var keys: [DocumentedKey]
  }

  package private(set) var keys: [DocumentedKey]
  /// In the order in which a reader meets them.
  package private(set) var forms: [Form] = []

  package init(_ vocabulary: ScenarioVocabulary) {
    var walk = KeyWalk(vocabulary, namesForms: true)
    keys = walk.entries(ScenarioKeys.section, under: "")
    while forms.count < walk.met.count {
      let (form, section) = walk.met[forms.count]
      forms.append(
        Form(name: form.name, summary: form.summary, keys: walk.entries(section, under: form.name + ".")))
    }
  }
}

/// Goes through the lists of keys, each key before those inside it.
struct KeyWalk {
  private let vocabulary: ScenarioVocabulary
  private let namesForms: Bool
  /// Forms that were met and not gone into.
  private(set) var met: [(form: KeyForm, section: KeySection)] = []

  init(_ vocabulary: ScenarioVocabulary, namesForms: Bool) {
    self.vocabulary = vocabulary
    self.namesForms = namesForms
  }

  mutating func entries(_ section: KeySection, under prefix: String) -> [DocumentedKey] {
    section.keys.flatMap { key in
      let path = prefix + key.name
      let kind = key.kind.described(namesForms: namesForms)
      return [DocumentedKey(path: path, kind: kind, definition: key)] + inside(key.kind, path)
    }
  }

  private mutating func inside(_ kind: KeyKind, _ path: String) -> [DocumentedKey] {
    switch kind {
    case .section(let section):
      if namesForms, let form = section.form {
        if !met.contains(where: { $0.form.name == form.name }) { met.append((form, section)) }
        return []
      }
      return entries(section, under: path + ".")
    case .list(let element), .oneOrMany(let element): return inside(element, path + "[]")
    case .anyOf(let kinds): return kinds.flatMap { inside($0, path) }
    case .object(let kinds): return objects(kinds, path)
    case .balancer: return balancers(path)
    default: return []
    }
  }

  /// What all balancers have once, then the parameters of each.
  /// - Parameter path: of any element: `balancers[]`.
  private mutating func balancers(_ path: String) -> [DocumentedKey] {
    entries(BalancerKeys.common, under: path + ".")
      + vocabulary.balancers.flatMap { definition in
        let own = BalancerKeys.section(definition).keys.filter { !BalancerKeys.common.contains($0.name) }
        return entries(KeySection(own), under: "\(path.dropLast())\(definition.name)].")
      }
  }

  /// The keys of each kind; for reading those that all have once and first.
  private mutating func objects(_ kinds: [ObjectSection], _ path: String) -> [DocumentedKey] {
    var shared: [KeyDefinition] = []
    if namesForms, let first = kinds.first {
      let others = kinds.dropFirst().map(\.section)
      shared = first.section.keys.filter { key in others.allSatisfy { $0.contains(key.name) } }
        .map { key in others.reduce(key) { Self.merged($0, with: $1) } }
    }
    return entries(KeySection(shared), under: path + ".")
      + kinds.flatMap { kind in
        let own = kind.section.keys.filter { key in !shared.contains { $0.name == key.name } }
        return entries(KeySection(own), under: "\(path.dropLast())\(kind.kind)].")
      }
  }

  /// A key that may also be what it is in another section.
  private static func merged(_ key: KeyDefinition, with section: KeySection) -> KeyDefinition {
    guard let other = section.keys.first(where: { $0.name == key.name }) else { return key }
    var result = key
    switch (key.kind, other.kind) {
    case (.choice(let words), .choice(let more)): result.kind = .choice(words + more.filter { !words.contains($0) })
    case (.section(let one), .section(let two)):
      result.kind = .section(
        KeySection(one.keys.map { merged($0, with: two) } + two.keys.filter { !one.contains($0.name) }))
    default: break
    }
    return result
  }
}
