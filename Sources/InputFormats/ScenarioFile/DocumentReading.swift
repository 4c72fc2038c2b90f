/// Reads a document to be written again, aliases and merged keys resolved.
///
/// A number or boolean where a text is expected keeps the letters it is written with: a pool called `007` stays `007`.
/// Aliases stand for what they name, so a short file may be a huge document: what is read is limited.
struct DocumentReading {
  /// Where the limit was passed.
  private(set) var overrun: SyntaxNode?
  /// Bytes that may still be read.
  private var budget: Int

  /// - Parameter fileBytes: of the file that holds the document.
  init(fileBytes: Int) { budget = 16 * fileBytes + (16 << 20) }

  /// - Parameter kind: what the decoder expects there.
  mutating func value(_ node: SyntaxNode, as kind: KeyKind, depth: Int = 0) -> DocumentValue {
    let kind = node.kind == .sequence ? kind : kind.one
    budget -= 8 + (node.isScalar ? node.range.end - node.range.start : 0)
    if overrun == nil, budget < 0 || depth > SyntaxLimit.depth { overrun = node }
    if overrun != nil { return .literal("null") }
    switch node.kind {
    case .sequence:
      var list: [DocumentValue] = []
      for element in node.elements where overrun == nil {
        list.append(value(element, as: kind.inside(""), depth: depth + 1))
      }
      return .list(list)
    case .mapping:
      var entries: [DocumentValue.Entry] = []
      for (key, value) in node.entries where overrun == nil {
        let name = key.text ?? SyntaxWriter.json(key)
        budget -= name.utf8.count
        entries.append(DocumentValue.Entry(name, self.value(value, as: kind.inside(name), depth: depth + 1)))
      }
      return .entries(entries)
    default: return Self.scalar(node, kind)
    }
  }

  private static func scalar(_ node: SyntaxNode, _ kind: KeyKind) -> DocumentValue {
    let text = node.text ?? ""
    if node.kind == .string { return .text(text) }
    let json = SyntaxWriter.json(node)
    // Numbers that JSON has no form for are texts there.
    guard node.kind == .null || json == text || kind.readsNumbers(node.kind), !json.hasPrefix("\"") else {
      return .text(text)
    }
    return .literal(json)
  }
}

extension KeyKind {
  /// Of one element without brackets.
  fileprivate var one: KeyKind {
    if case .oneOrMany(let kind) = self { kind } else { self }
  }

  /// Of what stands under a key, or among the elements of a list.
  fileprivate func inside(_ word: String) -> KeyKind {
    switch self {
    case .section(let section): section.keys.first { $0.name == word }?.kind ?? .free
    case .list(let kind), .oneOrMany(let kind): kind
    case .labels, .amounts: .text
    case .anyOf(let kinds): kinds.map { $0.inside(word) }.first { !$0.isFree } ?? .free
    // Parameters of balancers are numbers, or texts that no number looks like.
    case .balancer: BalancerKeys.common.keys.first { $0.name == word }?.kind ?? .number(0...0)
    case .number: self
    case .paths: word.split(separator: ".").reduce(.section(ScenarioKeys.section)) { $0.inside(String($1)) }
    default: .free
    }
  }

  private var isFree: Bool {
    if case .free = self { true } else { false }
  }

  /// Whether the decoder takes the value of such a scalar and not its letters.
  fileprivate func readsNumbers(_ scalar: SyntaxNode.Kind) -> Bool {
    switch self {
    case .boolean, .integer, .number: true
    case .anyOf(let kinds): scalar == .bool && kinds.contains { $0.readsNumbers(.bool) }
    default: false
    }
  }
}
