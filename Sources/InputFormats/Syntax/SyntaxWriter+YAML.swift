import ClusterModel

extension SyntaxWriter {
  /// A block collection that is being written.
  private struct Level {
    var elements: SyntaxElements?
    var entries: SyntaxEntries?
    var indent: Int
    /// Whether the first entry goes on the line that is already begun.
    var isInline: Bool
  }

  /// Appends a node in block style, ending with a line break.
  ///
  /// - Complexity: O(text of the node, aliases followed, plus its indentation); the stack is an array, not calls.
  static func appendYAML(_ root: SyntaxNode, _ style: YAMLStyle = .block, to output: inout [UInt8]) {
    var stack: [Level] = []
    begin(root, style, indent: 0, isInline: true, &stack, &output)
    while var level = stack.popLast() {
      if level.elements != nil {
        guard let element = level.elements?.next() else { continue }
        beginLine(&level, &output)
        output.append(UInt8(ascii: "-"))
        stack.append(level)
        beginAfterIndicator(element, style, indent: level.indent, &stack, &output)
      } else {
        guard let entry = level.entries?.next() else { continue }
        beginLine(&level, &output)
        stack.append(level)
        if appendImplicitKey(entry.key, to: &output) {
          beginAfterKey(entry.value, style, indent: level.indent, &stack, &output)
        } else {
          output += "? ".utf8
          appendFlow(entry.key, to: &output)
          output.append(0x0A)
          appendIndent(level.indent, to: &output)
          output.append(UInt8(ascii: ":"))
          beginAfterIndicator(entry.value, style, indent: level.indent, &stack, &output)
        }
      }
    }
  }

  private static func beginLine(_ level: inout Level, _ output: inout [UInt8]) {
    if !level.isInline { appendIndent(level.indent, to: &output) }
    level.isInline = false
  }

  private static func appendIndent(_ indent: Int, to output: inout [UInt8]) {
    for _ in 0..<indent { output.append(0x20) }
  }

  /// A value after `-` or after the `:` of an explicit key: a collection goes on in the same line.
  private static func beginAfterIndicator(
    _ node: SyntaxNode, _ style: YAMLStyle, indent: Int, _ stack: inout [Level], _ output: inout [UInt8]
  ) {
    output.append(0x20)
    begin(node, style, indent: indent + 2, isInline: true, &stack, &output)
  }

  /// A value after `key:`: a collection begins on the next line, a sequence at the column of the key.
  private static func beginAfterKey(
    _ node: SyntaxNode, _ style: YAMLStyle, indent: Int, _ stack: inout [Level], _ output: inout [UInt8]
  ) {
    if !isOnOneLine(node, style) {
      output.append(0x0A)
      let isSequence = node.kind == .sequence
      begin(node, style, indent: isSequence ? indent : indent + 2, isInline: false, &stack, &output)
    } else {
      output.append(0x20)
      begin(node, style, indent: indent + 2, isInline: true, &stack, &output)
    }
  }

  private static func begin(
    _ node: SyntaxNode, _ style: YAMLStyle, indent: Int, isInline: Bool, _ stack: inout [Level], _ output: inout [UInt8]
  ) {
    if isOnOneLine(node, style) {
      if node.kind != .string || !appendLiteral(node, indent: max(indent, 2), to: &output) {
        appendFlow(node, to: &output)
        output.append(0x0A)
      }
    } else if node.kind == .sequence {
      stack.append(Level(elements: node.elements, entries: nil, indent: indent, isInline: isInline))
    } else {
      stack.append(Level(elements: nil, entries: node.entries, indent: indent, isInline: isInline))
    }
  }

  private static func isOnOneLine(_ node: SyntaxNode, _ style: YAMLStyle) -> Bool {
    if node.isScalar || node.count == 0 { return true }
    return style == .numbersOnOneLine && node.kind == .sequence
      && node.elements.allSatisfy { $0.kind == .integer || $0.kind == .float }
  }

  /// `key:` where the key is a short scalar.
  private static func appendImplicitKey(_ key: SyntaxNode, to output: inout [UInt8]) -> Bool {
    guard key.isScalar, key.tree.text(key.index).count < 500 else { return false }
    appendYAMLScalar(key, to: &output)
    output.append(UInt8(ascii: ":"))
    return true
  }

  /// What is still to be written of a node on one line.
  private enum Piece {
    case text(StaticString)
    case node(SyntaxNode)
    case elements(SyntaxElements, isFirst: Bool)
    case entries(SyntaxEntries, isFirst: Bool)
  }

  /// A node on one line: keys that are collections, and empty collections.
  static func appendFlow(_ root: SyntaxNode, to output: inout [UInt8]) {
    var stack: [Piece] = [.node(root)]
    while let piece = stack.popLast() {
      switch piece {
      case .text(let text): for offset in 0..<text.utf8CodeUnitCount { output.append(text.utf8Start[offset]) }
      case .node(let node) where node.kind == .sequence:
        output.append(UInt8(ascii: "["))
        stack.append(.elements(node.elements, isFirst: true))
      case .node(let node) where node.kind == .mapping:
        output.append(UInt8(ascii: "{"))
        stack.append(.entries(node.entries, isFirst: true))
      case .node(let node):
        if node.kind == .string {
          node.tree.withText(node.index) { appendText($0, isInBrackets: root.kind != .string, to: &output) }
        } else {
          appendYAMLScalar(node, to: &output)
        }
      case .elements(var elements, let isFirst):
        guard let element = elements.next() else {
          output.append(UInt8(ascii: "]"))
          continue
        }
        if !isFirst { output += ", ".utf8 }
        stack.append(.elements(elements, isFirst: false))
        stack.append(.node(element))
      case .entries(var entries, let isFirst):
        guard let entry = entries.next() else {
          output.append(UInt8(ascii: "}"))
          continue
        }
        output += (isFirst ? "? " : ", ? ").utf8
        stack.append(.entries(entries, isFirst: false))
        stack.append(.node(entry.value))
        stack.append(.text(" : "))
        stack.append(.node(entry.key))
      }
    }
  }

  private static func appendYAMLScalar(_ node: SyntaxNode, to output: inout [UInt8]) {
    node.tree.withText(node.index) { text in
      let kind = node.tree.word(node.index).kind
      if kind == TapeKind.string { return appendText(text, isInBrackets: false, to: &output) }
      if kind == TapeKind.null { return output += "null".utf8 }
      if ScalarResolution.kind(text) != kind { output += "!!float ".utf8 }
      for index in 0..<text.count { output.append(text[index]) }
    }
  }

  /// A string on one line: plain where every reader of YAML 1.1 and 1.2 takes it for text, else in double quotes.
  private static func appendText(_ text: Span<UInt8>, isInBrackets: Bool, to output: inout [UInt8]) {
    if !isInBrackets, isPlainSafe(text) || isAmount(text) {
      for index in 0..<text.count { output.append(text[index]) }
      return
    }
    QuotedText.append(text, to: &output, wide: .long)
  }

  /// `64Gi`, `500m`, `25Gbps`: digits with a unit behind them, which no version of YAML takes for a number.
  private static func isAmount(_ text: Span<UInt8>) -> Bool {
    var digits = 0
    while digits < text.count, text[digits] &- 0x30 < 10 { digits += 1 }
    guard digits > 0, text[0] != 0x30, (1...4).contains(text.count - digits) else { return false }
    for index in digits..<text.count {
      let lower = text[index] | 0x20
      guard lower &- 0x61 < 26, lower != UInt8(ascii: "e") else { return false }
    }
    return true
  }

  /// Words that YAML 1.1 takes for booleans.
  private static let oldBooleans: [String] = ["y", "n", "yes", "no", "on", "off"]

  private static func isPlainSafe(_ text: Span<UInt8>) -> Bool {
    let count = text.count
    guard count > 0, count < 1000 else { return false }
    let first = text[0]
    guard (first | 0x20) &- 0x61 < 26 || first == UInt8(ascii: "/") || first == UInt8(ascii: "_") || first >= 0x80
    else { return false }
    for index in 0..<count {
      let byte = text[index]
      guard byte >= 0x20, byte != 0x7F else { return false }
      let next = index + 1 < count ? text[index + 1] : 0x20
      if byte == UInt8(ascii: ":"), next == 0x20 { return false }
      if byte == 0x20, next == UInt8(ascii: "#") || index + 1 == count { return false }
    }
    if QuotedText.hasHiddenCharacter(beyondASCII: text) || ScalarResolution.kind(text) != TapeKind.string {
      return false
    }
    if count <= 3 {
      let word = String(decoding: (0..<count).map { text[$0] }, as: UTF8.self).lowercased()
      if oldBooleans.contains(word) { return false }
    }
    return true
  }

  /// Writes text of several lines as a literal block; false when that would not read back equal.
  private static func appendLiteral(_ node: SyntaxNode, indent: Int, to output: inout [UInt8]) -> Bool {
    guard node.kind == .string else { return false }
    return node.tree.withText(node.index) { text in
      guard isLiteralSafe(text) else { return false }
      let count = text.count
      let endsInBreak = text[count - 1] == 0x0A
      let isKept = endsInBreak && text[count - 2] == 0x0A
      output += (isKept ? "|+" : endsInBreak ? "|" : "|-").utf8
      output.append(0x0A)
      var atLineStart = true
      for index in 0..<count {
        if atLineStart, text[index] != 0x0A { appendIndent(indent, to: &output) }
        atLineStart = text[index] == 0x0A
        output.append(text[index])
      }
      if !endsInBreak { output.append(0x0A) }
      return true
    }
  }

  private static func isLiteralSafe(_ text: Span<UInt8>) -> Bool {
    let count = text.count
    guard count > 2, text[0] > 0x20, text[0] != 0x7F else { return false }
    var hasBreak = false
    for index in 0..<count {
      let byte = text[index]
      if byte == 0x0A {
        hasBreak = true
        if text[index - 1] == 0x20 || text[index - 1] == 0x09 { return false }
      } else if byte < 0x20 || byte == 0x7F {
        return false
      }
    }
    let last = text[count - 1]
    return hasBreak && last != 0x20 && !QuotedText.hasHiddenCharacter(beyondASCII: text)
  }
}
