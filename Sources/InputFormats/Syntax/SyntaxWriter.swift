import ClusterModel

/// Writes nodes as text that reads back equal.
package enum SyntaxWriter {
  /// A node as one line of JSON, without a line break at the end.
  ///
  /// Input order is kept. Keys that are not strings become their JSON text. Numbers keep their digits where JSON allows
  /// them; numbers that JSON has no form for (infinity, not a number, hexadecimal beyond 64 bits) become strings.
  package static func json(_ node: SyntaxNode) -> String {
    var output: [UInt8] = []
    appendJSON(node, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// How YAML lays out collections.
  package enum YAMLStyle: Sendable {
    case block
    /// Block style, but lists of nothing but numbers on one line.
    case numbersOnOneLine
  }

  /// Documents as YAML in block style, `---` between them, and before the first where it would pass for a message.
  package static func yaml(_ documents: [SyntaxNode], style: YAMLStyle = .block) -> String {
    var output: [UInt8] = []
    for (index, document) in documents.enumerated() {
      if index > 0 { output += "---\n".utf8 }
      appendYAML(document, style, to: &output)
    }
    if ContentGuess.wrongContent(output, from: 0) != nil { output.insert(contentsOf: "---\n".utf8, at: 0) }
    return String(decoding: output, as: UTF8.self)
  }

  /// Appends a node as one line of JSON.
  ///
  /// - Complexity: O(text of the node, aliases followed); the stack is an array, not calls.
  package static func appendJSON(_ node: SyntaxNode, to output: inout [UInt8]) {
    appendJSON(node, to: &output, keyDepth: 0)
  }

  /// A collection that is being written.
  private enum Level {
    case elements(SyntaxElements, isFirst: Bool)
    case entries(SyntaxEntries, isFirst: Bool)
  }

  private static func appendJSON(_ root: SyntaxNode, to output: inout [UInt8], keyDepth: Int) {
    var stack: [Level] = []
    begin(root, &stack, &output)
    while let top = stack.popLast() {
      switch top {
      case .elements(var elements, let isFirst):
        guard let element = elements.next() else {
          output.append(UInt8(ascii: "]"))
          continue
        }
        if !isFirst { output.append(UInt8(ascii: ",")) }
        stack.append(.elements(elements, isFirst: false))
        begin(element, &stack, &output)
      case .entries(var entries, let isFirst):
        guard let entry = entries.next() else {
          output.append(UInt8(ascii: "}"))
          continue
        }
        if !isFirst { output.append(UInt8(ascii: ",")) }
        appendKey(entry.key, to: &output, keyDepth: keyDepth)
        output.append(UInt8(ascii: ":"))
        stack.append(.entries(entries, isFirst: false))
        begin(entry.value, &stack, &output)
      }
    }
  }

  private static func begin(_ node: SyntaxNode, _ stack: inout [Level], _ output: inout [UInt8]) {
    switch node.kind {
    case .sequence:
      output.append(UInt8(ascii: "["))
      stack.append(.elements(node.elements, isFirst: true))
    case .mapping:
      output.append(UInt8(ascii: "{"))
      stack.append(.entries(node.entries, isFirst: true))
    default: appendScalar(node, to: &output)
    }
  }

  /// Collections as keys of collections as keys double their backslashes: YAML stands in after a few levels.
  private static let keyDepthLimit = 6

  private static func appendKey(_ key: SyntaxNode, to output: inout [UInt8], keyDepth: Int) {
    if key.kind == .string { return appendScalar(key, to: &output) }
    var text: [UInt8] = []
    if keyDepth < keyDepthLimit {
      appendJSON(key, to: &text, keyDepth: keyDepth + 1)
    } else {
      appendFlow(key, to: &text)
    }
    if text.first == UInt8(ascii: "\""), key.isScalar {
      output += text
    } else {
      QuotedText.append(text.span, to: &output)
    }
  }

  private static func appendScalar(_ node: SyntaxNode, to output: inout [UInt8]) {
    switch node.kind {
    case .null: output += "null".utf8
    case .bool: output += (node.bool == true ? "true" : "false").utf8
    case .integer, .float: appendNumber(node, to: &output)
    default: node.tree.withText(node.index) { QuotedText.append($0, to: &output) }
    }
  }

  private static func appendNumber(_ node: SyntaxNode, to output: inout [UInt8]) {
    let isWritten = node.tree.withText(node.index) { text in
      guard isJSONNumber(text) else { return false }
      for index in 0..<text.count { output.append(text[index]) }
      return true
    }
    if isWritten { return }
    if node.kind == .integer, let value = node.integer {
      output += String(value).utf8
    } else if node.kind == .float, let value = node.double, value.isFinite {
      output += "\(value)".utf8
    } else {
      appendDigits(node, to: &output)
    }
  }

  /// A number beyond every machine type: its decimal digits without sign and zeros in front, or a string.
  private static func appendDigits(_ node: SyntaxNode, to output: inout [UInt8]) {
    let text = node.text ?? ""
    var digits = Substring(text)
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    while digits.utf8.count > 1, digits.first == "0" { digits = digits.dropFirst() }
    let number = Array(((isNegative ? "-" : "") + digits).utf8)
    if isJSONNumber(number.span) {
      output += number
    } else {
      let utf8 = Array(text.utf8)
      QuotedText.append(utf8.span, to: &output)
    }
  }

  /// Whether text is a number as JSON writes it.
  static func isJSONNumber(_ text: Span<UInt8>) -> Bool {
    var index = 0
    let count = text.count
    func isDigit(_ index: Int) -> Bool { index < text.count && text[index] &- 0x30 < 10 }
    if index < count, text[index] == UInt8(ascii: "-") { index += 1 }
    guard isDigit(index) else { return false }
    if text[index] == 0x30, isDigit(index + 1) { return false }
    while isDigit(index) { index += 1 }
    if index < count, text[index] == UInt8(ascii: ".") {
      index += 1
      guard isDigit(index) else { return false }
      while isDigit(index) { index += 1 }
    }
    if index < count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
      guard isDigit(index) else { return false }
      while isDigit(index) { index += 1 }
    }
    return index == count
  }
}
