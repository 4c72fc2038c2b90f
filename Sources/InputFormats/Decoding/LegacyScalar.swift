/// Plain scalars that YAML 1.1 and 1.2 read differently, where a reader may have meant the other.
extension DecodingSession {
  /// Warns where a text was expected and programs of YAML 1.1 would see something else: `on`, `12:30:45`.
  func warnOfLegacyText(_ node: SyntaxNode, _ text: String) {
    let count = text.utf8.count
    guard count <= 12, let first = text.utf8.first else { return }
    let isDigit = first &- 0x30 < 10
    guard isDigit || [0x6E, 0x6F, 0x79].contains(first | 0x20), node.isPlain, node.kind == .string else { return }
    let meaning: String
    if isDigit {
      guard let seconds = Self.sexagesimal(text) else { return }
      meaning = "the number \(seconds)"
    } else {
      switch text.lowercased() {
      case "yes", "on": meaning = "true"
      case "no", "off": meaning = "false"
      default: return
      }
    }
    report(
      .warning, .looseScalar, "'\(text)' is a text here; programs that follow YAML 1.1 read \(meaning)", at: node,
      help: "put it in quotes: \"\(text)\"")
  }

  /// Warns of a whole number with leading zeros: `0777` is 777 in YAML 1.2 and was 511 before.
  func warnOfLegacyNumber(_ node: SyntaxNode, _ value: Int64) {
    guard node.isPlain, node.kind == .integer, let text = node.text, text.utf8.count > 1, text.hasPrefix("0"),
      !text.hasPrefix("0x"), !text.hasPrefix("0o"), let octal = Int64(text, radix: 8)
    else { return }
    report(
      .warning, .looseScalar, "'\(text)' is the number \(value); programs that follow YAML 1.1 read \(octal)", at: node,
      help: "write \(value), or 0o\(text.drop { $0 == "0" }) for \(octal)")
  }

  /// Seconds of `12:30:45`, as YAML 1.1 reads numbers to the base 60; nil for anything else.
  static func sexagesimal(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return nil }
    var total = 0
    for (index, part) in parts.enumerated() {
      guard (1...4).contains(part.utf8.count), let value = Int(part), value >= 0, index == 0 || value < 60 else {
        return nil
      }
      total = total * 60 + value
    }
    return total
  }
}
