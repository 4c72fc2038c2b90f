/// Replaces the names of a cluster in a scenario's document by numbers of their kind: `node-01`, `machine-0007`.
///
/// Numbers follow the order of the old names and have equally many digits, so that whatever depends on the order of
/// names stays as it was. Equal names get equal ones; what a label selects it selects still.
struct Anonymizer {
  private let original: DocumentValue
  private let selectors: NamesInSelectors
  private var newNames: [Name: String] = [:]
  /// How many names of each kind were replaced.
  private(set) var counts: [(kind: String, count: Int)] = []

  init(_ document: DocumentValue) {
    original = document
    selectors = NamesInSelectors(document)
    var given: Set<Name> = []
    var references: [NameWalk.Use] = []
    _ =
      NameWalk(document: document, selectors: selectors) { use in
        if use.fallback == nil { given.insert(use.name) } else { references.append(use) }
        return ""
      }.renamed
    let things = given
    for use in references where Self.thing(of: use.name, isGiven: things.contains) == nil {
      if let name = use.fallbackName { given.insert(name) }
    }
    number(given.sorted())
  }

  /// - Parameter name: of the scenario.
  func document(named name: String?) -> DocumentValue {
    var result = NameWalk(document: original, selectors: selectors) { newName($0) }.renamed
    result["metadata"] = .entries([DocumentValue.Entry("name", .text(name ?? "anonymous"))])
    return result
  }

  /// - Parameter names: in the order of their numbers, kinds mixed.
  private mutating func number(_ names: [Name]) {
    var byKind: [NameKind: [Name]] = [:]
    for name in names { byKind[name.kind, default: []].append(name) }
    for kind in NameKind.allCases {
      guard let names = byKind[kind] else { continue }
      let width = String(names.count).utf8.count
      for (position, name) in names.enumerated() {
        let digits = String(position + 1)
        newNames[name] = "\(kind.rawValue)-" + String(repeating: "0", count: width - digits.utf8.count) + digits
      }
      counts.append((names.count == 1 ? kind.singular : kind.plural, names.count))
    }
  }

  private func newName(_ use: NameWalk.Use) -> String {
    if let (name, rest) = Self.thing(of: use.name, isGiven: { newNames[$0] != nil }), let new = newNames[name] {
      return new + rest
    }
    return use.fallbackName.flatMap { newNames[$0] } ?? ""
  }

  /// What is called so: the thing itself, or the pool or group that `worker-12` is one of, with `-12` for the rest.
  private static func thing(of name: Name, isGiven: (Name) -> Bool) -> (name: Name, rest: String)? {
    if isGiven(name) { return (name, "") }
    guard name.kind == .node || name.kind == .machine, let dash = name.text.lastIndex(of: "-") else { return nil }
    let rest = name.text[dash...]
    guard rest.utf8.count > 1, rest.utf8.dropFirst().allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    var group = name
    group.text = String(name.text[..<dash])
    return isGiven(group) ? (group, String(rest)) : nil
  }
}

extension NameWalk.Use {
  /// What it counts as where nothing is called so.
  fileprivate var fallbackName: Name? {
    fallback.map { Name(kind: $0, namespace: $0.hasNamespace ? name.namespace : "", text: name.text) }
  }
}
