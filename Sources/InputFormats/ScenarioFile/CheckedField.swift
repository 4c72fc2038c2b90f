import ClusterModel

/// Values in Kubernetes' own form: checked strictly here, then read by the same code that reads dumps.
extension Field {
  /// The value with overrides in place; nil after everything that is wrong with it was reported.
  func checked(as kind: KeyKind) -> SyntaxNode? {
    guard check(kind), let node else { return overrides.isEmpty ? nil : overridden(kind) }
    return overrides.isEmpty ? node : overridden(kind)
  }

  /// Reads what was checked; what the reader of dumps might complain of was said before.
  static func reading<Value>(_ body: (DecodingSession) -> Value) -> Value { body(DecodingSession()) }

  /// Whether the value is of the kind, with keys, words and ranges as the catalogue has them.
  private func check(_ kind: KeyKind) -> Bool {
    switch kind {
    case .text: return string() != nil
    case .integer(let range): return integer(in: range) != nil
    case .choice(let words): return choice(of: words) != nil
    case .labels: return labels() != nil
    case .list(let element):
      guard let items = items() else { return false }
      return items.reduce(true) { $1.check(element) && $0 }
    case .section(let section): return check(section)
    case .object(let kinds): return checkObject(kinds)
    default: return true
    }
  }

  private func check(_ section: KeySection) -> Bool {
    guard var mapping = mapping(section, "'\(name)'") else { return false }
    var isRight = true
    for key in section.keys {
      let field = mapping.field(key)
      if field == nil, key.isRequired { mapping.reportMissing(key.name, help: key.missingHelp) }
      isRight = (field?.check(key.kind) ?? !key.isRequired) && isRight
    }
    mapping.finish()
    guard isRight, let rule = section.rule else { return isRight }
    if let node = overrides.isEmpty ? node : overridden(.section(section)) { rule(self, node) }
    return isRight
  }

  /// By the object's `kind`, which is the first key of every section.
  private func checkObject(_ kinds: [ObjectSection]) -> Bool {
    let words = kinds.map(\.kind)
    guard let node, node.kind == .mapping, let kind = node["kind"], kind.kind != .null else {
      fail(
        node?.kind == .mapping || node == nil ? .missingKey : .wrongType, "'\(name)' must be an object with a 'kind'",
        help: "kinds are: \(words.joined(separator: ", "))")
      return false
    }
    guard let position = session.choice(kind, "kind", of: words) else { return false }
    return check(kinds[position].section)
  }

  private func overridden(_ kind: KeyKind) -> SyntaxNode? {
    var reading = DocumentReading(fileBytes: anchor.file.bytes.count)
    let value = node.map { reading.value($0, as: kind) } ?? .entries([])
    return reading.overrun == nil ? value.with(overrides).node : nil
  }
}

extension DocumentValue {
  /// With overrides in their places, in the order in which they were given.
  fileprivate func with(_ reaches: [OverrideReach]) -> DocumentValue {
    var result = self
    var deeper: [OverrideReach] = []
    for reach in reaches {
      if reach.isExact {
        var reading = DocumentReading(fileBytes: reach.override.text.utf8.count)
        result = reading.value(reach.override.node, as: .free)
        deeper = []
      } else {
        deeper.append(reach)
      }
    }
    guard !deeper.isEmpty else { return result }
    if case .list(let list) = result {
      return .list(
        list.enumerated().map { position, element in
          let names = [String(position), element.scalarText ?? element["name"]?.scalarText].compactMap { $0 }
          return element.with(OverrideReach.descend(deeper, names: names))
        })
    }
    if case .entries = result {} else { result = .entries([]) }
    for reach in deeper {
      guard let key = reach.component else { continue }
      result[key] = (result[key] ?? .entries([])).with(OverrideReach.descend(deeper, names: [key]))
    }
    return result
  }
}
