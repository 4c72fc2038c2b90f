/// Literal `|` and folded `>` scalars.
extension YAMLReader {
  private enum Chomping { case clip, strip, keep }

  /// Reads the block scalar at `p`, whose lines are indented more than `indent`; ends at the start of a line.
  mutating func readBlockScalar(tag: UInt8, indent: Int) throws(SyntaxFailure) {
    let start = p
    let isFolded = bytes[p] == UInt8(ascii: ">")
    p += 1
    var chomping = Chomping.clip
    var explicit = 0
    var hasChomping = false
    while p < end {
      let byte = bytes[p]
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), !hasChomping {
        chomping = byte == UInt8(ascii: "+") ? .keep : .strip
        hasChomping = true
      } else if byte > 0x30, byte <= 0x39, explicit == 0 {
        explicit = Int(byte - 0x30)
      } else {
        break
      }
      p += 1
    }
    try readHeaderEnd(start)
    contentEnd = p
    let contentIndent = explicit > 0 ? max(indent, 0) + explicit : try detectIndent(above: indent)
    let poolStart = builder.pool.count
    let trailing = try appendLines(contentIndent, parent: indent, isFolded: isFolded)
    finishChomping(chomping, trailing: trailing, isEmpty: builder.pool.count == poolStart)
    try checkNoTab(parent: indent)
    var meaning = TapeKind.string
    if tag != NodeProperties.untagged, tag != NodeProperties.text {
      let copy = Array(builder.pool[poolStart...])
      meaning = try kind(tag, text: copy.span, at: start, to: contentEnd)
    }
    builder.pooled(start: start, end: contentEnd, tag: meaning | TapeFlag.quoted, poolStart: poolStart)
  }

  /// Blanks, a comment and the line break after the indicators.
  private mutating func readHeaderEnd(_ start: Int) throws(SyntaxFailure) {
    let hadBlank = skipBlanks()
    if byte(p) == UInt8(ascii: "#"), hadBlank { p = lineEnd(p) }
    guard p < end else { return }
    guard bytes[p] == 0x0A || bytes[p] == 0x0D else {
      throw SyntaxFailure(
        "Y064", "unexpected text after '\(Character(Unicode.Scalar(bytes[start])))'", at: p, to: lineEnd(p),
        help: "begin the text on the next line")
    }
    skipBreak()
  }

  private mutating func skipBreak() {
    guard p < end else { return }
    let wasReturn = bytes[p] == 0x0D
    p += 1
    if wasReturn, byte(p) == 0x0A { p += 1 }
    lineStart = p
  }

  /// The indentation of the first line with content; empty lines before it may not be longer.
  private func detectIndent(above indent: Int) throws(SyntaxFailure) -> Int {
    var index = p
    var longest = 0
    var longestAt = p
    while index < end {
      let start = index
      while index < end, bytes[index] == 0x20 { index += 1 }
      let column = index - start
      if index < end, bytes[index] != 0x0A, bytes[index] != 0x0D {
        // A line indented no more than the parent ends the scalar: then it is empty, and its blank lines are free.
        if column <= indent || isMarkerText(start) { return max(indent + 1, longest) }
        if longest > column {
          throw SyntaxFailure("Y065", "an empty line is indented more than the first line of text", at: longestAt)
        }
        return column
      }
      if column > longest {
        longest = column
        longestAt = start
      }
      guard index < end else { break }
      let wasReturn = bytes[index] == 0x0D
      index += 1
      if wasReturn, byte(index) == 0x0A { index += 1 }
    }
    return max(indent + 1, longest)
  }

  /// Appends the lines of text; the number of line breaks after the last one.
  private mutating func appendLines(
    _ contentIndent: Int, parent: Int, isFolded: Bool
  ) throws(SyntaxFailure) -> Int {
    var breaks = 0
    var wasSpaced = false
    var isFirst = true
    while p < end {
      var index = p
      let limit = p + contentIndent
      while index < end, index < limit, bytes[index] == 0x20 { index += 1 }
      if index < end, bytes[index] == 0x0A || bytes[index] == 0x0D {
        p = index
        skipBreak()
        breaks += 1
        continue
      }
      if index >= end {
        // The end of the file ends its last line.
        if index > p { breaks += 1 }
        p = end
        lineStart = p
        break
      }
      if index < limit || (p == lineStart && index == p && isMarkerText(p)) { break }
      let isSpaced = bytes[index] == 0x20 || bytes[index] == 0x09
      if isFirst || !isFolded || wasSpaced || isSpaced {
        for _ in 0..<breaks { builder.pool.append(0x0A) }
      } else if breaks == 1 {
        builder.pool.append(0x20)
      } else {
        for _ in 1..<breaks { builder.pool.append(0x0A) }
      }
      let stop = lineEnd(index)
      builder.pool.append(contentsOf: bytes[index..<stop])
      contentEnd = stop
      p = stop
      breaks = 1
      skipBreak()
      if p >= end { lineStart = p }
      wasSpaced = isSpaced
      isFirst = false
    }
    return breaks
  }

  private mutating func finishChomping(_ chomping: Chomping, trailing: Int, isEmpty: Bool) {
    switch chomping {
    case .strip: break
    case .clip: if !isEmpty, trailing > 0 { builder.pool.append(0x0A) }
    case .keep: for _ in 0..<trailing { builder.pool.append(0x0A) }
    }
  }

  /// A line of blanks with a tab right after a block scalar is neither text nor empty.
  private func checkNoTab(parent: Int) throws(SyntaxFailure) {
    var index = p
    while byte(index) == 0x20 { index += 1 }
    guard byte(index) == 0x09, p < end else { return }
    throw tabIndentation(at: index)
  }
}
