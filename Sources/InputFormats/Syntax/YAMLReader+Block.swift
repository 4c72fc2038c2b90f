/// Block structure: what the columns of lines decide.
extension YAMLReader {
  /// Reads one document from `place` to the next marker or the end.
  mutating func readDocument() throws(SyntaxFailure) {
    while true {
      if try !readBlockNode() { continue }
      if try !advance() { return }
    }
  }

  /// The column that a node's lines must go beyond: that of the collection around it.
  @inline(__always)
  private var parentIndent: Int { frames.last?.indent ?? -1 }

  /// Reads the node expected at `place`: true when it is complete, false when a collection was opened in its stead.
  private mutating func readBlockNode() throws(SyntaxFailure) -> Bool {
    let indent = parentIndent
    if place == .mappingValue, byte(p) == 0x20, isWordStart(byte(p + 1)) {
      p += 1
      let start = p
      let line = try scanPlainLine(inFlow: false)
      if line.isKey { try requireNesting(false, tab: -1, colon: line.stop) }
      p = start
      try readPlain(line, tag: NodeProperties.untagged, indent: indent, inFlow: false)
      return try finishNode()
    }
    var crossed = place == .documentLine
    if !crossed, skipSeparation() { crossed = true }
    if isNodeAbsent(crossed: crossed, indent: indent) { return try finishEmpty(NodeProperties()) }
    var outer = NodeProperties()
    var inner = NodeProperties()
    var column = p - lineStart
    if bytes[p] == UInt8(ascii: "&") || bytes[p] == UInt8(ascii: "!") {
      let tab = tabAt
      inner = try readProperties(inFlow: false)
      if skipSeparation() {
        outer = inner
        inner = NodeProperties()
        crossed = true
        if isNodeAbsent(crossed: true, indent: indent) { return try finishEmpty(outer) }
        column = p - lineStart
        if bytes[p] == UInt8(ascii: "&") || bytes[p] == UInt8(ascii: "!") {
          inner = try readProperties(inFlow: false)
          if skipSeparation() {
            outer = try merged(outer, inner)
            inner = NodeProperties()
            if isNodeAbsent(crossed: true, indent: indent) { return try finishEmpty(outer) }
            column = p - lineStart
          } else if p >= end {
            return try finishEmpty(merged(outer, inner))
          }
        }
      } else if p >= end {
        return try finishEmpty(inner)
      } else {
        tabAt = tab
      }
    }
    let mayNest = crossed || (place != .mappingValue && place != .afterMarker)
    return try readContent(outer, inner, column: column, indent: indent, mayNest: mayNest)
  }

  /// Whether nothing is written where a node is expected: the next content belongs to a collection further out.
  ///
  /// Goes back to the start of that line, so that its blanks are looked at again as indentation.
  private mutating func isNodeAbsent(crossed: Bool, indent: Int) -> Bool {
    if !crossed { return p >= end }
    let column = (tabAt >= lineStart ? tabAt : p) - lineStart
    if p < end, !isMarker(p) {
      if column > indent { return false }
      let mayBeSequence = place != .sequenceEntry && tabAt < lineStart && frames.last?.kind == .blockMapping
      if column == indent, mayBeSequence, isIndicator(UInt8(ascii: "-"), at: p) { return false }
    }
    p = lineStart
    return true
  }

  /// Whether a byte begins a plain scalar whatever follows: an ASCII letter or digit.
  @inline(__always)
  private func isWordStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }

  /// Whether a `-`, `?` or `:` at an offset is an indicator: a blank follows.
  @inline(__always)
  func isIndicator(_ indicator: UInt8, at index: Int) -> Bool { byte(index) == indicator && isBlank(index + 1) }

  private func merged(_ a: NodeProperties, _ b: NodeProperties) throws(SyntaxFailure) -> NodeProperties {
    if a.isEmpty { return b }
    if b.isEmpty { return a }
    if a.anchor != nil, b.anchor != nil {
      throw SyntaxFailure("Y030", "a second anchor for one value", at: b.start, to: b.end)
    }
    if a.hasTag, b.hasTag { throw SyntaxFailure("Y031", "a second tag for one value", at: b.start, to: b.end) }
    return NodeProperties(
      anchor: a.anchor ?? b.anchor, tag: a.hasTag ? a.tag : b.tag, start: min(a.start, b.start), end: max(a.end, b.end))
  }

  private mutating func readContent(
    _ outer: NodeProperties, _ inner: NodeProperties, column: Int, indent: Int, mayNest: Bool
  ) throws(SyntaxFailure) -> Bool {
    let first = bytes[p]
    if first == UInt8(ascii: "-") || first == UInt8(ascii: "?") || first == UInt8(ascii: ":"), isBlank(p + 1) {
      return try openBlock(first, outer, inner, column: column, mayNest: mayNest)
    }
    if first == UInt8(ascii: "|") || first == UInt8(ascii: ">") {
      let properties = try merged(outer, inner)
      let index = builder.words.count
      try readBlockScalar(tag: properties.tag, indent: indent)
      define(properties, scalarAt: index)
      return try finishNode()
    }
    let start = inner.isEmpty ? p : inner.start
    let nodeStart = p
    let index = builder.words.count
    let tab = tabAt
    var properties = inner
    if first != UInt8(ascii: "\""), first != UInt8(ascii: "'"), first != UInt8(ascii: "["), first != UInt8(ascii: "{"),
      first != UInt8(ascii: "*")
    {
      let line = try scanPlainLine(inFlow: false)
      if line.isKey {
        try requireNesting(mayNest, tab: tab, colon: line.stop)
        try openMapping(at: index, start: start, column: column, properties: outer)
        try writePlain(from: nodeStart, to: line.end, properties: inner)
        p = line.stop
        return try finishKey(keyIndex: index + 2, inner)
      }
      properties = try merged(outer, inner)
      p = nodeStart
      try readPlain(line, tag: properties.tag, indent: indent, inFlow: false)
      define(properties, scalarAt: index)
      return try finishNode()
    }
    let takesOuter = !outer.isEmpty && inner.isEmpty && first != UInt8(ascii: "*")
    if takesOuter { properties = outer }
    try readJSONLike(properties, indent: indent)
    let afterNode = p
    let isOneLine = lineStart <= nodeStart
    if isOneLine { _ = skipBlanks() }
    if isOneLine, isIndicator(UInt8(ascii: ":"), at: p) {
      try requireNesting(mayNest, tab: tab, colon: p)
      if first == UInt8(ascii: "[") || first == UInt8(ascii: "{"), p - nodeStart > 1024 {
        throw SyntaxFailure(
          "Y041", "a key may be at most 1024 bytes long when it is a collection", at: nodeStart, to: p)
      }
      builder.insertMapping(at: index, start: start)
      try openMapping(at: index, start: start, column: column, properties: outer, isWritten: true)
      inheritFromKey(first)
      if takesOuter { retarget(outer, to: index) } else { anchorMapping(outer, at: index) }
      return try finishKey(keyIndex: index + 2, inner)
    }
    p = afterNode
    if !outer.isEmpty, !takesOuter {
      if first == UInt8(ascii: "*") {
        throw SyntaxFailure("Y035", "an alias takes no anchor or tag of its own", at: outer.start, to: outer.end)
      }
      _ = try merged(outer, inner)
      if let name = outer.anchor {
        let entry = define(name, at: index, isOpen: false)
        let size = builder.words.count - index + (p - nodeStart) / 16
        builder.anchors[entry].weight =
          size + (first == UInt8(ascii: "[") || first == UInt8(ascii: "{") ? lastWeight : 0)
        builder.anchors[entry].height = first == UInt8(ascii: "[") || first == UInt8(ascii: "{") ? lastHeight : 0
      }
    }
    return try finishNode()
  }

  /// Adds what the aliases in a key stand for to the mapping that was made around it.
  mutating func inheritFromKey(_ first: UInt8) {
    guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") || first == UInt8(ascii: "*") else { return }
    let frame = frames.count - 1
    frames[frame].aliasWeight += lastWeight
    frames[frame].height = max(frames[frame].height, lastHeight + 1)
  }

  private mutating func anchorMapping(_ properties: NodeProperties, at mapping: Int) {
    guard let name = properties.anchor else { return }
    frames[frames.count - 1].anchor = define(name, at: mapping, isOpen: true)
  }

  /// Gives an anchor that was taken for the key's to the mapping that the key begins.
  private mutating func retarget(_ properties: NodeProperties, to mapping: Int) {
    guard let name = properties.anchor, let entry = builder.anchorNames[name] else { return }
    builder.anchors[entry] = Anchor(index: mapping, isOpen: true)
    frames[frames.count - 1].anchor = entry
  }

  /// A quoted scalar, a collection in brackets or an alias.
  mutating func readJSONLike(_ properties: NodeProperties, indent: Int) throws(SyntaxFailure) {
    let index = builder.words.count
    switch bytes[p] {
    case UInt8(ascii: "*"):
      if !properties.isEmpty {
        throw SyntaxFailure(
          "Y035", "an alias takes no anchor or tag of its own", at: properties.start, to: properties.end)
      }
      try readAlias()
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      try readFlowCollection(properties, indent: indent)
    default:
      try readQuoted(tag: properties.tag, indent: indent)
      define(properties, scalarAt: index)
    }
  }

  private func requireNesting(_ mayNest: Bool, tab: Int, colon: Int) throws(SyntaxFailure) {
    if tab >= 0 { throw tabIndentation(at: tab) }
    guard mayNest else {
      throw SyntaxFailure(
        "Y010", place == .mappingValue ? "a second ': ' inside a plain value" : "a mapping cannot begin on this line",
        at: colon, label: "a key and its value are already on this line",
        help: place == .mappingValue ? "quote the value" : "begin the mapping on the next line")
    }
  }

  func tabIndentation(at offset: Int) -> SyntaxFailure {
    SyntaxFailure("Y011", "tab used as indentation", at: offset, label: "a tab", help: "replace the tab with spaces")
  }

  /// Opens a block collection at its first indicator.
  private mutating func openBlock(
    _ indicator: UInt8, _ outer: NodeProperties, _ inner: NodeProperties, column: Int, mayNest: Bool
  ) throws(SyntaxFailure) -> Bool {
    if tabAt >= 0 { throw tabIndentation(at: tabAt) }
    let index = builder.words.count
    if indicator == UInt8(ascii: "-") {
      guard mayNest, inner.isEmpty else {
        throw SyntaxFailure(
          "Y012", "a sequence cannot begin on this line", at: p, help: "begin it on the next line")
      }
      try open(.blockSequence, start: p, indent: column, properties: outer)
      p += 1
      contentEnd = p
      place = .sequenceEntry
      return false
    }
    guard mayNest, inner.isEmpty || indicator == UInt8(ascii: ":") else {
      throw SyntaxFailure("Y012", "a mapping cannot begin on this line", at: p, help: "begin it on the next line")
    }
    try openMapping(at: index, start: inner.isEmpty ? p : inner.start, column: column, properties: outer)
    if indicator == UInt8(ascii: "?") {
      p += 1
      contentEnd = p
      frames[frames.count - 1].awaitsExplicitValue = true
      frames[frames.count - 1].explicitKey = builder.words.count
      place = .explicitKey
      return false
    }
    try writeEmpty(inner)
    p += 1
    contentEnd = p
    place = .mappingValue
    return false
  }

  private mutating func openMapping(
    at index: Int, start: Int, column: Int, properties: NodeProperties, isWritten: Bool = false
  ) throws(SyntaxFailure) {
    try open(.blockMapping, start: start, indent: column, properties: properties, at: isWritten ? index : nil)
  }

  /// Pushes a collection; `written` is its place when its two words stand on the tape already.
  mutating func open(
    _ kind: OpenCollection.Kind, start: Int, indent: Int, properties: NodeProperties, at written: Int? = nil
  ) throws(SyntaxFailure) {
    if frames.count >= SyntaxLimit.depth { throw tooDeep(at: start) }
    let isSequence = kind == .blockSequence || kind == .flowSequence
    let index = written ?? builder.words.count
    if written == nil { builder.open(isSequence ? TapeKind.sequence : TapeKind.mapping, start: start) }
    frames.append(
      OpenCollection(kind: kind, indent: indent, tape: index, start: start, keyBase: builder.keys.count))
    if let name = properties.anchor, written == nil {
      frames[frames.count - 1].anchor = define(name, at: index, isOpen: true)
    }
  }

  /// After a key and the blanks behind it: the colon, then its value is next.
  mutating func finishKey(keyIndex: Int, _ properties: NodeProperties) throws(SyntaxFailure) -> Bool {
    noteKey(keyIndex)
    p += 1
    contentEnd = p
    place = .mappingValue
    return false
  }

  private mutating func finishEmpty(_ properties: NodeProperties) throws(SyntaxFailure) -> Bool {
    try writeEmpty(properties)
    return try finishNode()
  }

  /// Writes the null, or with a tag the empty text, that stands where nothing is written.
  mutating func writeEmpty(_ properties: NodeProperties) throws(SyntaxFailure) {
    let index = builder.words.count
    let at = max(contentEnd, 0)
    let tag = properties.hasTag && properties.tag == NodeProperties.text ? TapeKind.string : TapeKind.null
    builder.scalar(start: at, end: at, tag: tag)
    define(properties, scalarAt: index)
  }

  /// After a complete node: counts it in its parent.
  @inline(__always)
  private mutating func finishNode() throws(SyntaxFailure) -> Bool {
    noteChild()
    return true
  }
}
