/// Paths of variants: their words are names too.
extension NameWalk {
  /// A path of a variant with its value; one for each thing that the path's names mean.
  ///
  /// A word is looked up among the elements of the list that the path walks through, in the scenario or in what the same
  /// variant sets there.
  /// - Complexity: O(elements of the lists on the way).
  func path(_ entry: DocumentValue.Entry, among entries: [DocumentValue.Entry]) -> [DocumentValue.Entry] {
    var rule = NameRule.scenario
    var namespace = Self.defaultNamespace
    var places = [document]
    var (walked, paths) = ("", [""])
    for word in entry.key.split(separator: ".").map(String.init) {
      if case .object = rule { rule = .object(kind: places.lazy.compactMap { $0["kind"]?.scalarText }.first ?? "") }
      var words = [word]
      switch rule {
      case .list(let element): words = elements(word, in: places, element, namespace)
      case .labels, .volumeLabels: words = [labelKey(word)]
      case .resources: words = [resource(word)]
      default: break
      }
      paths = paths.flatMap { start in words.map { start.isEmpty ? $0 : start + "." + $0 } }
      walked += walked.isEmpty ? word : "." + word
      rule = resolved(rule.step(word), places.flatMap(\.ownEntries))
      places = places.flatMap { $0.places(under: word) } + entries.filter { $0.key == walked }.map(\.value)
      if case .namespaced = rule {
        namespace = places.lazy.compactMap { $0["namespace"]?.scalarText }.first ?? Self.defaultNamespace
      }
    }
    let value = value(entry.value, rule, namespace)
    return paths.map { DocumentValue.Entry($0, value) }
  }

  /// What a word for an element of a list becomes: the new names of all that it names, and itself where it is a position.
  private func elements(
    _ word: String, in places: [DocumentValue], _ rule: NameRule, _ namespace: String
  ) -> [String] {
    var words: [String] = []
    for place in places {
      guard case .list(let list) = place else { continue }
      for (position, element) in list.enumerated() {
        var new: String?
        if element.names.contains(word) {
          let renamed = value(element.named, rule, namespace)
          new =
            renamed.scalarText ?? (element["name"]?.scalarText == word ? renamed["name"] : renamed["label"])?.scalarText
        } else if Int(word) == position {
          new = word
        }
        if let new, !words.contains(new) { words.append(new) }
      }
    }
    return words.isEmpty ? [word] : words
  }
}

extension DocumentValue {
  fileprivate var ownEntries: [Entry] {
    if case .entries(let entries) = self { entries } else { [] }
  }

  /// How paths call an element of a list.
  fileprivate var names: [String] {
    [scalarText ?? self["label"]?.scalarText, self["name"]?.scalarText].compactMap { $0 }
  }

  /// No more of an element than what its name depends on.
  fileprivate var named: DocumentValue {
    guard case .entries(let entries) = self else { return self }
    return .entries(entries.filter { ["name", "namespace", "label"].contains($0.key) })
  }

  /// What a word of a path leads to: the value under a key, or elements by name and by position.
  fileprivate func places(under word: String) -> [DocumentValue] {
    guard case .list(let list) = self else { return self[word].map { [$0] } ?? [] }
    return list.enumerated().filter { Int(word) == $0.offset || $0.element.names.contains(word) }.map(\.element)
  }
}
