/// Goes through a document where `NameRule` says names are, and writes what a visitor makes of each.
struct NameWalk {
  /// A name where it stands.
  struct Use {
    var name: Name
    /// Nil where the name is given here, else the kind of name it is when nothing else is called so.
    var fallback: NameKind?
  }

  /// The whole scenario.
  let document: DocumentValue
  /// What selectors in it need to go on matching.
  let selectors: NamesInSelectors
  /// The new name.
  let visit: (Use) -> String

  static let defaultNamespace = "default"

  var renamed: DocumentValue { value(document, .scenario, Self.defaultNamespace) }

  func name(_ kind: NameKind, _ text: String, _ namespace: String, fallback: NameKind? = nil) -> String {
    visit(Use(name: Name(kind: kind, namespace: kind.hasNamespace ? namespace : "", text: text), fallback: fallback))
  }

  func value(_ value: DocumentValue, _ rule: NameRule, _ namespace: String) -> DocumentValue {
    switch (rule, value) {
    case (.kept, _): return value
    case (.list(let rule), .list(let list)): return .list(list.map { self.value($0, rule, namespace) })
    case (.list(let rule), _): return self.value(value, rule, namespace)
    case (.labels, .entries(let entries)): return labels(entries, namespace)
    case (.volumeLabels, .entries(let entries)): return labels(entries, namespace, mayJoinZones: true)
    case (.resources, .entries(let entries)):
      return .entries(
        entries.map { DocumentValue.Entry(resource($0.key), $0.value) }.sorted { $0.key < $1.key })
    case (.object, .entries(let entries)):
      let space = value["metadata"]?["namespace"]?.scalarText ?? Self.defaultNamespace
      return self.value(.entries(entries), .object(kind: value["kind"]?.scalarText ?? ""), space)
    case (.mapping(let rules), .entries(let entries)): return mapping(entries, rules, namespace)
    case (.namespaced(let rules, let order), .entries(let entries)):
      return namespaced(entries, rules).sorted(by: order)
    case (.taint, .entries(let entries)):
      return mapping(entries, ["key": .labelKey, "value": .labelValue(keyUnder: "key")], namespace)
    case (.paths, .entries(let entries)): return .entries(entries.flatMap { path($0, among: entries) })
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
    case .reason: return LabelNames.isReason(text) ? text : name(.reason, text, namespace)
    case .address: return LabelNames.isAnyAddress(text) ? text : name(.address, text, "")
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
  func resolved(_ rule: NameRule, _ entries: [DocumentValue.Entry]) -> NameRule {
    switch rule {
    case .labelValue(let sibling):
      return .valueOfLabel(entries.first { $0.key == sibling }?.value.scalarText ?? "")
    case .list(let inner): return .list(resolved(inner, entries))
    default: return rule
    }
  }

  private func namespaced(_ entries: [DocumentValue.Entry], _ rules: [String: NameRule]) -> DocumentValue {
    var rules = rules
    rules["namespace"] = .name(.namespace)
    var entries = entries.filter { $0.key != "namespace" || $0.value != .literal("null") }
    if !entries.contains(where: { $0.key == "namespace" }) {
      entries.append(DocumentValue.Entry("namespace", .text(Self.defaultNamespace)))
    }
    let namespace = entries.first { $0.key == "namespace" }?.value.scalarText
    return mapping(entries, rules, namespace ?? Self.defaultNamespace)
  }

  // MARK: Labels

  private func labels(
    _ entries: [DocumentValue.Entry], _ namespace: String, mayJoinZones: Bool = false
  ) -> DocumentValue {
    let renamed = entries.map { entry in
      let rule = NameRule.valueOfLabel(entry.key)
      let key = labelKey(entry.key)
      guard mayJoinZones, let text = entry.value.scalarText, case .name = LabelNames.value(text, under: entry.key)
      else {
        return DocumentValue.Entry(key, value(entry.value, rule, namespace))
      }
      let zones = text.split(separator: "__").map { self.text(String($0), rule, namespace) }
      return DocumentValue.Entry(key, .text(zones.joined(separator: "__")))
    }
    return .entries(renamed.sorted { $0.key < $1.key })
  }

  /// Only names with a slash are counted by the scheduler: they keep one.
  func resource(_ text: String) -> String {
    if LabelNames.isKnownResource(text) { return text }
    let isCounted = text.utf8.contains(UInt8(ascii: "/")) && !text.hasPrefix("requests.")
    return (isCounted ? "example.com/" : "") + name(.resource, text, "")
  }

  func labelKey(_ key: String) -> String {
    key.isEmpty || LabelNames.isKnown(key) ? key : name(.labelKey, key, "")
  }

  private func labelValue(_ value: String, under key: String, _ namespace: String) -> String {
    if selectors.comparedKeys.contains(key), Int64(value) != nil { return value }
    switch LabelNames.value(value, under: key) {
    case .kept: return value
    case .name(let kind): return name(kind, value, namespace)
    case .reference(let kind):
      if kind.hasNamespace, selectors.sharedKeys.contains(key) { return name(.labelValue, value, namespace) }
      return name(kind, value, namespace, fallback: .labelValue)
    case .value: return name(.labelValue, value, namespace)
    }
  }

  /// `key=value:NoSchedule`.
  private func taint(_ text: String, _ namespace: String) -> String {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let pair = halves[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = pair.count > 1 ? "=" + labelValue(pair[1], under: pair[0], namespace) : ""
    return labelKey(pair[0]) + value + (halves.count > 1 ? ":" + halves[1] : "")
  }
}
