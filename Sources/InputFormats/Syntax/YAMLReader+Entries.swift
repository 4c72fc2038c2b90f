/// From the end of one node to the start of the next: entries of block collections.
extension YAMLReader {
  /// Goes to the next entry of an open collection, closing those that end; false at the end of the document.
  mutating func advance() throws(SyntaxFailure) -> Bool {
    let isFresh = p == lineStart
    let crossed = skipSeparation() || isFresh
    if p < end, !crossed { throw unexpected(at: p) }
    if p >= end || isMarker(p) {
      while !frames.isEmpty { try close() }
      return false
    }
    if tabAt >= lineStart { throw tabIndentation(at: tabAt) }
    let column = p - lineStart
    while let top = frames.last {
      if top.indent > column {
        try close()
        continue
      }
      if top.indent < column { throw badIndentation(column: column, expected: top.indent) }
      if top.kind == .blockMapping {
        try readEntry(top)
        return true
      }
      if isIndicator(UInt8(ascii: "-"), at: p) {
        p += 1
        contentEnd = p
        place = .sequenceEntry
        return true
      }
      guard frames.count > 1, frames[frames.count - 2].indent == column else {
        throw SyntaxFailure("Y013", "expected '- ' and the next element of the sequence", at: p)
      }
      try close()
    }
    throw SyntaxFailure(
      "Y014", "unexpected text after the end of the document's value", at: p, to: lineEnd(p),
      help: "begin another document with '---'")
  }

  private func badIndentation(column: Int, expected: Int) -> SyntaxFailure {
    SyntaxFailure(
      "Y015", "wrong indentation: \(column) columns where \(expected) were expected", at: p,
      label: "fits no line above")
  }

  func lineEnd(_ index: Int) -> Int {
    var index = index
    while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
    return index
  }

  /// Text where a line should end or a blank should stand.
  func unexpected(at offset: Int) -> SyntaxFailure {
    let isComment = byte(offset) == UInt8(ascii: "#")
    return SyntaxFailure(
      "Y016", isComment ? "a blank must stand before a comment" : "unexpected text after a value", at: offset,
      to: min(lineEnd(offset), offset + 200))
  }

  /// Reads the key of the next entry of the innermost block mapping.
  private mutating func readEntry(_ top: OpenCollection) throws(SyntaxFailure) {
    let first = bytes[p]
    if top.awaitsExplicitValue {
      frames[frames.count - 1].awaitsExplicitValue = false
      if isIndicator(UInt8(ascii: ":"), at: p) {
        p += 1
        contentEnd = p
        place = .explicitValue
        return
      }
      try writeEmpty(NodeProperties())
      noteChild()
    }
    if first == UInt8(ascii: "?"), isBlank(p + 1) {
      frames[frames.count - 1].awaitsExplicitValue = true
      frames[frames.count - 1].explicitKey = builder.words.count
      p += 1
      contentEnd = p
      place = .explicitKey
      return
    }
    let index = builder.words.count
    let nodeStart = p
    var properties = NodeProperties()
    if first == UInt8(ascii: "&") || first == UInt8(ascii: "!") { properties = try readProperties(inFlow: false) }
    switch byte(p) {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "*"):
      try readJSONLike(properties, indent: top.indent)
      let keyEnd = p
      _ = skipBlanks()
      guard lineStart <= nodeStart, isIndicator(UInt8(ascii: ":"), at: p) else {
        throw missingColon(nodeStart, keyEnd)
      }
    case UInt8(ascii: ":") where isBlank(p + 1):
      try writeEmpty(properties)
      p += 1
      contentEnd = p
      place = .mappingValue
      return
    default:
      if isBlank(p) || isIndicator(UInt8(ascii: "-"), at: p) { throw missingColon(nodeStart, p) }
      let start = p
      let line = try scanPlainLine(inFlow: false)
      guard line.isKey else { throw missingColon(start, line.end) }
      try writePlain(from: start, to: line.end, properties: properties)
      p = line.stop
    }
    _ = try finishKey(keyIndex: index, properties)
  }

  private func missingColon(_ start: Int, _ stop: Int) -> SyntaxFailure {
    if isIndicator(UInt8(ascii: "-"), at: start) {
      return SyntaxFailure("Y013", "expected a key, found an element of a sequence", at: start)
    }
    return SyntaxFailure(
      "Y017", "expected ':' after a key", at: start, to: max(stop, start + 1), label: "taken as a key",
      help: "a key and its ':' stand on one line")
  }
}
