/// Goes through a document where `NameRule` says names are, and writes what a visitor makes of each.
struct NameWalk {
  /// A name where it stands.
  struct Use {
    var name: Name
    /// Nil where the name is given here, else the kind of name it is when nothing else is called so.
    var fallback: NameKind?
  }

  /// The new name.
  let visit: (Use) -> String
  /// New names of everything of a kind that is called so, in any namespace.
  let elements: (NameKind, String) -> [String]

  static let defaultNamespace = "default"

  func document(_ document: DocumentValue) -> DocumentValue { value(document, .scenario, Self.defaultNamespace) }

  private func name(_ kind: NameKind, _ text: String, _ namespace: String, fallback: NameKind? = nil) -> String {
    visit(Use(name: Name(kind: kind, namespace: kind.hasNamespace ? namespace : "", text: text), fallback: fallback))
  }

  private func value(_ value: DocumentValue, _ rule: NameRule, _ namespace: String) -> DocumentValue {
    switch (rule, value) {
    case (.kept, _): return value
    case (.list(let rule, _), .list(let list)): return .list(list.map { self.value($0, rule, namespace) })
    case (.list(let rule, _), _): return self.value(value, rule, namespace)
    case (.labels, .entries(let entries)): return labels(entries, namespace)
    case (.mapping(let rules), .entries(let entries)): return mapping(entries, rules, namespace)
    case (.namespaced(let rules, let order), .entries(let entries)):
      return namespaced(entries, rules).sorted(by: order)
    case (.taint, .entries(let entries)):
      return mapping(entries, ["key": .labelKey, "value": .labelValue(keyUnder: "key")], namespace)
    case (.paths, .entries(let entries)): return .entries(entries.flatMap { path($0) })
    case (_, .literal("null")): return value
    // A name may be written as a number.
    case (_, .text(let text)), (_, .literal(let text)): return .text(self.text(text, rule, namespace))
    default: return value
    }
  }

  private func text(_ text: String, _ rule: NameRule, _ namespace: String) -> String {
    switch rule {
    case .name(let kind): return text.isEmpty ? text : name(kind, text, namespace)
    case .reference(let kind): return name(kind, text, namespace, fallback: kind)
    case .qualifiedMachine:
      guard let slash = text.firstIndex(of: "/") else { return text }
      let space = String(text[..<slash])
      return name(.namespace, space, "", fallback: .namespace) + "/"
        + name(.machine, String(text[text.index(after: slash)...]), space, fallback: .machine)
    case .reason: return LabelNames.isIdentifier(text) ? text : name(.reason, text, namespace)
    case .labelKey: return labelKey(text)
    case .valueOfLabel(let key): return labelValue(text, under: key, namespace)
    case .taint: return taint(text, namespace)
    default: return text
    }
  }

  private func mapping(
    _ entries: [DocumentValue.Entry], _ rules: [String: NameRule], _ namespace: String
  ) -> DocumentValue {
    .entries(
      entries.map { entry in
        var rule = rules[entry.key] ?? .kept
        rule = resolved(rule, entries)
        return DocumentValue.Entry(entry.key, value(entry.value, rule, namespace))
      })
  }

  /// A label's value with the key that stands beside it.
  private func resolved(_ rule: NameRule, _ entries: [DocumentValue.Entry]) -> NameRule {
    switch rule {
    case .labelValue(let sibling):
      guard case .text(let key) = entries.first(where: { $0.key == sibling })?.value else { return .valueOfLabel("") }
      return .valueOfLabel(key)
    case .list(let inner, let kind): return .list(resolved(inner, entries), kind)
    default: return rule
    }
  }

  private func namespaced(_ entries: [DocumentValue.Entry], _ rules: [String: NameRule]) -> DocumentValue {
    var rules = rules
    rules["namespace"] = .name(.namespace)
    var entries = entries
    if !entries.contains(where: { $0.key == "namespace" }) {
      entries.append(DocumentValue.Entry("namespace", .text(Self.defaultNamespace)))
    }
    var namespace = Self.defaultNamespace
    if case .text(let text) = entries.first(where: { $0.key == "namespace" })?.value { namespace = text }
    return mapping(entries, rules, namespace)
  }

  // MARK: Labels

  private func labels(_ entries: [DocumentValue.Entry], _ namespace: String) -> DocumentValue {
    let renamed = entries.map { entry in
      DocumentValue.Entry(labelKey(entry.key), value(entry.value, .valueOfLabel(entry.key), namespace))
    }
    return .entries(renamed.sorted { $0.key < $1.key })
  }

  private func labelKey(_ key: String) -> String {
    key.isEmpty || LabelNames.isWellKnown(key) ? key : name(.labelKey, key, "")
  }

  private func labelValue(_ value: String, under key: String, _ namespace: String) -> String {
    switch LabelNames.value(value, under: key) {
    case .kept: value
    case .name(let kind): name(kind, value, namespace)
    case .reference(let kind): name(kind, value, namespace, fallback: .labelValue)
    case .value: name(.labelValue, value, namespace)
    }
  }

  /// `key=value:NoSchedule`.
  private func taint(_ text: String, _ namespace: String) -> String {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let pair = halves[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = pair.count > 1 ? "=" + labelValue(pair[1], under: pair[0], namespace) : ""
    return labelKey(pair[0]) + value + (halves.count > 1 ? ":" + halves[1] : "")
  }

  // MARK: Paths

  /// A path of a variant with its value; one for each thing that the path's names mean.
  private func path(_ entry: DocumentValue.Entry) -> [DocumentValue.Entry] {
    var rule = NameRule.scenario
    var paths = [""]
    for word in entry.key.split(separator: ".").map(String.init) {
      let (next, kind) = rule.step(word)
      var words = [word]
      if kind == .labelKey {
        words = [labelKey(word)]
      } else if let kind {
        words = elements(kind, word)
      }
      paths = paths.flatMap { start in words.map { start.isEmpty ? $0 : start + "." + $0 } }
      rule = next
    }
    let value = value(entry.value, rule, Self.defaultNamespace)
    return paths.map { DocumentValue.Entry($0, value) }
  }
}
