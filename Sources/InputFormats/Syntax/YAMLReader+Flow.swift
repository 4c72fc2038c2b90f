/// Collections in brackets.
extension YAMLReader {
  /// Reads the collection that begins at `p`, with everything in it.
  ///
  /// Continuation lines must be indented more than the block collection around it; a closing bracket alone need not be.
  mutating func readFlowCollection(_ properties: NodeProperties, indent: Int) throws(SyntaxFailure) {
    let base = frames.count
    let opener = p
    do throws(SyntaxFailure) {
      try openFlow(properties, indent: indent)
      while frames.count > base {
        try skipFlowSeparation(indent: indent)
        try stepFlow(indent: indent)
      }
    } catch {
      throw unclosed(opener, base: base, failure: error)
    }
  }

  private mutating func openFlow(_ properties: NodeProperties, indent: Int) throws(SyntaxFailure) {
    let kind = bytes[p] == UInt8(ascii: "[") ? OpenCollection.Kind.flowSequence : .flowMapping
    try open(kind, start: p, indent: indent, properties: properties)
    p += 1
    contentEnd = p
  }

  /// Goes to the next content inside brackets.
  private mutating func skipFlowSeparation(indent: Int) throws(SyntaxFailure) {
    // The usual cases first: no blank, or one.
    let next = byte(p)
    if next > 0x23 { return }
    if next == 0x20, byte(p + 1) > 0x23 {
      p += 1
      return
    }
    let crossed = skipSeparation()
    if p >= end { throw notClosed() }
    guard crossed else {
      if byte(p) == UInt8(ascii: "#") { throw unexpected(at: p) }
      return
    }
    if isMarker(p) { throw notClosed() }
    let column = (tabAt >= lineStart ? tabAt : p) - lineStart
    if column <= indent, byte(p) != UInt8(ascii: "]"), byte(p) != UInt8(ascii: "}") {
      if tabAt >= lineStart { throw tabIndentation(at: tabAt) }
      throw notClosed()
    }
  }

  /// The innermost collection in brackets does not end.
  func notClosed() -> SyntaxFailure {
    guard let frame = frames.last(where: { $0.kind == .flowSequence || $0.kind == .flowMapping }) else {
      return unexpected(at: min(p, end))
    }
    return notClosed(frame)
  }

  private func notClosed(_ frame: OpenCollection) -> SyntaxFailure {
    let isSequence = frame.kind == .flowSequence
    var failure = SyntaxFailure(
      "Y050", "flow \(isSequence ? "sequence" : "mapping") opened on line ", at: frame.start, label: "never closed",
      help: "missing \(isSequence ? "]" : "}")")
    failure.reference = frame.start
    failure.tail = " is not closed"
    return failure
  }

  /// A failure inside brackets that never close is that of the bracket: what follows was not meant to be inside.
  private func unclosed(_ opener: Int, base: Int, failure: SyntaxFailure) -> SyntaxFailure {
    guard failure.code != "Y050", failure.code != "Y011", failure.code != "Y040", frames.count > base else {
      if failure.code == "Y050", frames.count > base { return notClosed(outermostUnclosed(base: base)) }
      return failure
    }
    let line = firstLineEnd(opener)
    if failure.start <= line { return failure }
    var depth = frames[base...].reduce(0) { $1.kind == .flowPair ? $0 : $0 + 1 }
    var index = max(p, failure.start)
    var start = lineStart
    while index < end, depth > 0 {
      switch bytes[index] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case 0x0A, 0x0D:
        start = index + 1
        let next = byte(start)
        if next != 0x20, next != 0x0A, next != 0x0D, next != UInt8(ascii: "]"), next != UInt8(ascii: "}"),
          frames[base].indent >= 0
        {
          return notClosed(frames[base])
        }
        if next == UInt8(ascii: "-"), byte(start + 1) == next, byte(start + 2) == next { index = end }
      default: break
      }
      index += 1
    }
    return depth > 0 ? notClosed(frames[base]) : failure
  }

  /// Which open bracket to name: the outermost, because all within it are open too.
  private func outermostUnclosed(base: Int) -> OpenCollection {
    frames[base]
  }

  private func firstLineEnd(_ index: Int) -> Int { lineEnd(index) }

  /// One step inside brackets: an entry, a separator or an end; `p` is at content.
  private mutating func stepFlow(indent: Int) throws(SyntaxFailure) {
    let top = frames.count - 1
    let frame = frames[top]
    let next = byte(p)
    switch (frame.kind, frame.state) {
    case (.flowPair, .separator):
      try closeFlow()
    case (_, .separator):
      try separate(frame, next)
    case (_, .colon):
      if next == UInt8(ascii: ":"), lastWasJSON || isFlowIndicator(byte(p + 1)) || isBlank(p + 1) {
        p += 1
        contentEnd = p
        frames[top].state = .value
      } else {
        try writeEmpty(NodeProperties())
        finishFlowValue()
      }
    case (_, .value):
      if next == UInt8(ascii: ",") || next == UInt8(ascii: "}") || next == UInt8(ascii: "]") {
        try writeEmpty(NodeProperties())
        finishFlowValue()
      } else {
        try readFlowNode(indent: indent)
      }
    case (_, .explicitKey):
      if isFlowIndicator(next) && next != UInt8(ascii: "[") && next != UInt8(ascii: "{")
        || (next == UInt8(ascii: ":") && (isBlank(p + 1) || isFlowIndicator(byte(p + 1))))
      {
        try writeEmpty(NodeProperties())
        lastWasJSON = false
        frames[top].state = .colon
      } else {
        try readFlowNode(indent: indent)
      }
    case (_, .item):
      try readItem(frame, next, indent: indent)
    }
  }

  private mutating func separate(_ frame: OpenCollection, _ next: UInt8) throws(SyntaxFailure) {
    let closing = frame.kind == .flowSequence ? UInt8(ascii: "]") : UInt8(ascii: "}")
    if next == UInt8(ascii: ",") {
      p += 1
      contentEnd = p
      frames[frames.count - 1].state = .item
    } else if next == closing {
      try closeFlow()
    } else {
      let name = frame.kind == .flowSequence ? "',' or ']'" : "',' or '}'"
      throw SyntaxFailure("Y051", "expected \(name)", at: p)
    }
  }

  /// The start of an entry, or the closing bracket.
  private mutating func readItem(_ frame: OpenCollection, _ next: UInt8, indent: Int) throws(SyntaxFailure) {
    let isSequence = frame.kind == .flowSequence
    if next == (isSequence ? UInt8(ascii: "]") : UInt8(ascii: "}")) { return try closeFlow() }
    if next == UInt8(ascii: ",") || next == UInt8(ascii: "]") || next == UInt8(ascii: "}") {
      throw SyntaxFailure(
        "Y051", next == UInt8(ascii: ",") ? "an entry is missing before ','" : "this bracket closes nothing", at: p)
    }
    let isSeparate = isBlank(p + 1) || isFlowIndicator(byte(p + 1))
    if next == UInt8(ascii: "?"), isBlank(p + 1) {
      if isSequence { try open(.flowPair, start: p, indent: indent, properties: NodeProperties()) }
      p += 1
      contentEnd = p
      frames[frames.count - 1].state = .explicitKey
      return
    }
    if next == UInt8(ascii: ":"), isSeparate {
      if isSequence { try open(.flowPair, start: p, indent: indent, properties: NodeProperties()) }
      try writeEmpty(NodeProperties())
      p += 1
      contentEnd = p
      frames[frames.count - 1].state = .value
      return
    }
    try readFlowNode(indent: indent)
  }

  /// Reads a node: a leaf is finished here, a collection is opened.
  private mutating func readFlowNode(indent: Int) throws(SyntaxFailure) {
    var properties = NodeProperties()
    let start = p
    let index = builder.words.count
    while byte(p) == UInt8(ascii: "&") || byte(p) == UInt8(ascii: "!") {
      let more = try readProperties(inFlow: true)
      if properties.anchor != nil, more.anchor != nil {
        throw SyntaxFailure("Y030", "a second anchor for one value", at: more.start, to: more.end)
      }
      if properties.hasTag, more.hasTag {
        throw SyntaxFailure("Y031", "a second tag for one value", at: more.start, to: more.end)
      }
      properties = NodeProperties(
        anchor: properties.anchor ?? more.anchor, tag: properties.hasTag ? properties.tag : more.tag,
        start: properties.isEmpty ? more.start : properties.start, end: more.end)
      try skipFlowSeparation(indent: indent)
    }
    let next = byte(p)
    lastWasJSON = true
    let isEmpty =
      next == UInt8(ascii: ",") || next == UInt8(ascii: "]") || next == UInt8(ascii: "}")
      || (next == UInt8(ascii: ":") && (isBlank(p + 1) || isFlowIndicator(byte(p + 1))))
    if isEmpty, !properties.isEmpty {
      try writeEmpty(properties)
      lastWasJSON = false
      return try finishFlowNode(start: start, index: index, first: next)
    }
    switch next {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      return try openFlow(properties, indent: indent)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      try readQuoted(tag: properties.tag, indent: indent)
      define(properties, scalarAt: index)
    case UInt8(ascii: "*"):
      guard properties.isEmpty else {
        throw SyntaxFailure("Y035", "an alias takes no anchor or tag of its own", at: start, to: p)
      }
      try readAlias()
    default:
      lastWasJSON = false
      let line = try scanPlainLine(inFlow: true)
      p = line.start
      try readPlain(line, tag: properties.tag, indent: indent, inFlow: true)
      define(properties, scalarAt: index)
    }
    try finishFlowNode(start: start, index: index, first: next)
  }

  /// After a complete node inside brackets: it is a key, a value or an element.
  private mutating func finishFlowNode(
    start: Int, index: Int, first: UInt8
  ) throws(SyntaxFailure) {
    let top = frames.count - 1
    switch frames[top].state {
    case .value:
      finishFlowValue()
    case .explicitKey:
      noteKey(index)
      frames[top].state = .colon
    case .item where frames[top].kind == .flowMapping:
      noteKey(index)
      frames[top].state = .colon
    default:
      let after = p
      if lineStart <= start { _ = skipBlanks() }
      let isPair =
        lineStart <= start && byte(p) == UInt8(ascii: ":")
        && (lastWasJSON || isBlank(p + 1) || isFlowIndicator(byte(p + 1)))
      guard isPair else {
        p = after
        frames[top].count += 1
        frames[top].state = .separator
        return
      }
      if first == UInt8(ascii: "[") || first == UInt8(ascii: "{"), p - start > 1024 {
        throw SyntaxFailure("Y041", "a key may be at most 1024 bytes long when it is a collection", at: start, to: p)
      }
      builder.insertMapping(at: index, start: start)
      try open(.flowPair, start: start, indent: frames[top].indent, properties: NodeProperties(), at: index)
      inheritFromKey(first)
      noteKey(index + 2)
      p += 1
      contentEnd = p
      frames[frames.count - 1].state = .value
    }
  }

  private mutating func finishFlowValue() {
    noteChild()
    frames[frames.count - 1].state = .separator
  }

  /// Closes the innermost collection in brackets (or a pair, which has no bracket) and finishes it as a node.
  private mutating func closeFlow() throws(SyntaxFailure) {
    let frame = frames[frames.count - 1]
    let isPair = frame.kind == .flowPair
    if !isPair {
      p += 1
      contentEnd = p
    }
    try close()
    guard let parent = frames.last, parent.isFlow else { return }
    lastWasJSON = true
    if isPair {
      frames[frames.count - 1].count += 1
      frames[frames.count - 1].state = .separator
    } else {
      let first = frame.kind == .flowSequence ? UInt8(ascii: "[") : UInt8(ascii: "{")
      try finishFlowNode(start: frame.start, index: frame.tape, first: first)
    }
  }
}

extension OpenCollection {
  var isFlow: Bool { kind != .blockSequence && kind != .blockMapping }
}
