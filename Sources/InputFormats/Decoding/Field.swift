import ClusterModel
package import EventKernel

/// The value under one key, with the overrides that reach below it.
package struct Field {
  let session: DecodingSession
  /// As messages name it.
  package let name: String
  /// Nil where only overrides lead.
  package let node: SyntaxNode?
  /// Where to point when there is no value.
  let anchor: SyntaxNode
  let overrides: [OverrideReach]

  /// Nil when nothing is there: no key, a null, and no override.
  init?(session: DecodingSession, name: String, node: SyntaxNode?, anchor: SyntaxNode, overrides: [OverrideReach]) {
    var node = node
    var deeper: [OverrideReach] = []
    for reach in overrides {
      if reach.isExact {
        node = reach.override.node
        session.usedOverrides[reach.override.index] = true
        deeper = []
      } else {
        deeper.append(reach)
      }
    }
    if let present = node, present.kind == .null { node = nil }
    guard node != nil || !deeper.isEmpty else { return nil }
    self.session = session
    self.name = name
    self.node = node
    self.anchor = node ?? anchor
    self.overrides = deeper
  }

  package func string() -> String? { value { session.string($0, name) } }
  package func bool() -> Bool? { value { session.bool($0, name) } }
  package func number(in range: ClosedRange<Double>) -> Double? { value { session.number($0, name, in: range) } }
  package func millicores() -> Int64? { value { session.millicores($0, name) } }
  package func memoryBytes() -> Int64? { value { session.memoryBytes($0, name) } }
  package func percent(in range: ClosedRange<Double>) -> Double? { value { session.percent($0, name, in: range) } }
  package func seconds(in range: ClosedRange<Double> = KeyKind.anyDuration) -> Double? {
    value { session.seconds($0, name, in: range) }
  }
  package func duration(in range: ClosedRange<Double> = KeyKind.anyDuration) -> SimulationDuration? {
    seconds(in: range).map { SimulationDuration(seconds: $0) }
  }
  package func integer(in range: ClosedRange<Int64>) -> Int? {
    value { session.integer($0, name, in: range).map { Int($0) } }
  }
  package func choice(of words: [String]) -> Int? { value { session.choice($0, name, of: words) } }

  package func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    let cases = Array(type.allCases)
    return choice(of: cases.map(\.rawValue)).map { cases[$0] }
  }

  /// Memory that is more than nothing.
  package func positiveMemoryBytes() -> Int64? { positive(memoryBytes()) }
  package func positiveMillicores() -> Int64? { positive(millicores()) }

  private func positive(_ value: Int64?) -> Int64? {
    guard let value else { return nil }
    if value > 0 { return value }
    fail(.outOfRange, "'\(name)' must be more than 0")
    return nil
  }

  /// Bytes per second.
  /// - Parameter allowsZero: whether 0 is let through, which stands for no limit.
  package func bandwidth(allowsZero: Bool) -> Double? {
    value { node in
      guard let rate = session.unit(node, name, "a bandwidth", parse: Bandwidth.bytesPerSecond) else { return nil }
      if rate == 0, allowsZero { return 0 }
      guard rate >= KeyKind.leastBandwidth else {
        fail(
          .outOfRange, "'\(name)' of \(Bandwidth.formatted(bytesPerSecond: rate)) is too little",
          help: "write 25Gbps (bits a second) or 64Mi (bytes a second)")
        return nil
      }
      return rate
    }
  }

  /// A list of texts; one text stands for a list of one.
  package func strings() -> [String]? {
    guard let node else {
      _ = items()
      return nil
    }
    if node.isScalar { return string().map { [$0] } }
    return items()?.compactMap { $0.string() }
  }

  /// A mapping of texts to texts, such as labels; a null is the empty text.
  package func labels() -> [String: String]? {
    guard var mapping = mapping(name) else { return nil }
    var result: [String: String] = [:]
    for (key, field) in mapping.allFields() { result[key] = field.string() ?? "" }
    for entry in mapping.node?.entries.map({ $0 }) ?? [] where entry.value.kind == .null {
      if let key = entry.key.text, result[key] == nil { result[key] = "" }
    }
    mapping.finish()
    return result
  }

  /// The elements of a list, named by position and by their own name.
  package func items() -> [Field]? {
    guard let node, node.kind == .sequence else {
      value { session.wrongType($0, name, "a list") }
      return nil
    }
    var result: [Field] = []
    var names: [String] = []
    for (position, element) in node.elements.enumerated() {
      let own = element.text ?? element["label"]?.text ?? element["name"]?.text
      var aliases = [String(position)] + [own].compactMap { $0 }
      if let name = element["name"]?.text, name != own { aliases.append(name) }
      names += aliases.dropFirst()
      let reach = OverrideReach.descend(overrides, names: aliases)
      let title = "\(name)[\(position)]"
      if let field = Field(session: session, name: title, node: element, anchor: node, overrides: reach) {
        result.append(field)
      } else {
        session.report(.error, .wrongType, "element \(position) of '\(name)' is empty", at: element)
      }
    }
    guard !overrides.isEmpty else { return result }
    let known = Set(names)
    for reach in overrides where !session.usedOverrides[reach.override.index] {
      guard let component = reach.component, !known.contains(component) else { continue }
      if let position = Int(component), position < result.count { continue }
      session.unknownOverride(reach, in: name, known: names)
    }
    return result
  }

  /// The elements of a list, or the one value that stands for a list of one.
  package func oneOrMany() -> [Field]? { node?.isScalar == true ? [self] : items() }

  /// What a key makes of this value; nil after it was reported.
  package func value<Value>(_ key: Key<Value>) -> Value? { key.read(self) }

  /// A mapping to read key by key; also where only overrides lead below a missing one.
  package func mapping(_ section: KeySection, _ what: String) -> MappingReader? { reader(section, what) }

  /// A mapping whose keys are free.
  package func mapping(_ what: String) -> MappingReader? { reader(nil, what) }

  private func reader(_ section: KeySection?, _ what: String) -> MappingReader? {
    if let node, node.kind != .mapping {
      session.wrongType(node, name, "a mapping")
      return nil
    }
    return MappingReader(
      session: session, what: what, node: node, anchor: anchor, overrides: overrides, section: section)
  }

  package func fail(_ code: DiagnosticCode, _ message: String, label: String = "", help: String? = nil) {
    session.report(.error, code, message, at: anchor, label: label, help: help)
  }

  @discardableResult
  func value<Value>(_ read: (SyntaxNode) -> Value?) -> Value? {
    for reach in overrides where !session.usedOverrides[reach.override.index] {
      if node == nil || node?.isScalar == true { session.unknownOverride(reach, in: name, known: []) }
    }
    return node.flatMap(read)
  }
}
