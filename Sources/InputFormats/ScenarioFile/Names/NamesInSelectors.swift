/// Labels whose values new names must treat alike for selectors to go on matching what they match.
struct NamesInSelectors {
  /// Keys that `Gt` and `Lt` compare with numbers: whole numbers under them stay.
  private(set) var comparedKeys: Set<String> = []
  /// Keys by which selectors look into other namespaces: a value has one new name in all of them.
  private(set) var sharedKeys: Set<String> = []

  /// - Complexity: O(document).
  init(_ document: DocumentValue) { scan(document) }

  private mutating func scan(_ value: DocumentValue) {
    switch value {
    case .text, .literal: return
    case .list(let list): for element in list { scan(element) }
    case .entries(let entries):
      if let sign = value["operator"]?.scalarText, sign == "Gt" || sign == "Lt", let key = value["key"]?.scalarText {
        comparedKeys.insert(key)
      }
      if value["namespaces"] != nil || value["namespaceSelector"] != nil, let selector = value["labelSelector"] {
        share(selector)
      }
      // Policies select machines of all namespaces.
      if case .entries(let labels) = value[MigrationSelectorKeys.machines.name] {
        for label in labels { sharedKeys.insert(label.key) }
      }
      for entry in entries { scan(entry.value) }
    }
  }

  private mutating func share(_ selector: DocumentValue) {
    if case .entries(let labels) = selector["matchLabels"] { for label in labels { sharedKeys.insert(label.key) } }
    guard case .list(let expressions) = selector["matchExpressions"] else { return }
    for expression in expressions { if let key = expression["key"]?.scalarText { sharedKeys.insert(key) } }
  }
}
