/// The anchor and the tag written before a node.
struct NodeProperties {
  /// What a tag makes of a scalar: a tape kind, or one of these.
  static let untagged: UInt8 = 0xFF
  /// Text whatever it looks like: `!`, `!!str` and tags of other schemas.
  static let text: UInt8 = TapeKind.string

  var anchor: String?
  var tag = NodeProperties.untagged
  var start = -1
  var end = -1

  var isEmpty: Bool { start < 0 }
  var hasTag: Bool { tag != NodeProperties.untagged }
}

extension YAMLReader {
  /// Reads anchors and tags on this line, with the blanks after them.
  mutating func readProperties(inFlow: Bool) throws(SyntaxFailure) -> NodeProperties {
    var properties = NodeProperties()
    while p < end, bytes[p] == UInt8(ascii: "&") || bytes[p] == UInt8(ascii: "!") {
      let start = p
      if properties.isEmpty { properties.start = start }
      if bytes[p] == UInt8(ascii: "&") {
        let name = try readName(what: "an anchor")
        if properties.anchor != nil { throw SyntaxFailure("Y030", "a second anchor for one value", at: start, to: p) }
        properties.anchor = name
      } else {
        if properties.hasTag { throw SyntaxFailure("Y031", "a second tag for one value", at: start, to: p + 1) }
        properties.tag = try readTag()
      }
      properties.end = p
      contentEnd = p
      let endsHere = isBlank(p) || (inFlow && isFlowIndicator(byte(p)))
      guard endsHere else {
        throw SyntaxFailure("Y032", "a blank must follow an anchor or a tag", at: start, to: p + 1)
      }
      _ = skipBlanks()
    }
    return properties
  }

  @inline(__always)
  func isFlowIndicator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte | 0x20 == UInt8(ascii: "{") || byte | 0x20 == UInt8(ascii: "}")
  }

  /// The name after `&` or `*`; leaves `p` after it.
  mutating func readName(what: String) throws(SyntaxFailure) -> String {
    let start = p + 1
    p = start
    while p < end, !isBlank(p), !isFlowIndicator(bytes[p]) { p += 1 }
    guard p > start else { throw SyntaxFailure("Y033", "\(what) needs a name", at: start - 1) }
    return String(decoding: bytes[start..<p], as: UTF8.self)
  }

  private mutating func readTag() throws(SyntaxFailure) -> UInt8 {
    let start = p
    if byte(p + 1) == UInt8(ascii: "<") {
      p += 2
      while p < end, !isBlank(p), bytes[p] != UInt8(ascii: ">") { p += 1 }
      guard byte(p) == UInt8(ascii: ">"), p > start + 2 else {
        throw SyntaxFailure("Y031", "a tag that begins '!<' ends with '>'", at: start, to: p)
      }
      p += 1
      return meaning(of: String(decoding: bytes[(start + 2)..<(p - 1)], as: UTF8.self))
    }
    p += 1
    var handleEnd = start + 1
    while p < end, !isBlank(p), !isFlowIndicator(bytes[p]) {
      if bytes[p] == UInt8(ascii: "!") {
        if handleEnd > start + 1 { throw SyntaxFailure("Y031", "a tag has one handle", at: start, to: p + 1) }
        handleEnd = p + 1
      }
      p += 1
    }
    let handle = String(decoding: bytes[start..<handleEnd], as: UTF8.self)
    let suffix = String(decoding: bytes[handleEnd..<p], as: UTF8.self)
    if handle == "!", suffix.isEmpty { return NodeProperties.text }
    if let prefix = tagHandles[handle] { return meaning(of: prefix + suffix) }
    if handle == "!!" { return meaning(of: "tag:yaml.org,2002:" + suffix) }
    if handle == "!" { return NodeProperties.text }
    throw SyntaxFailure(
      "Y031", "the tag handle '\(handle)' is not declared in this document", at: start, to: p,
      help: "declare it with '%TAG \(handle) prefix' before '---'")
  }

  private func meaning(of tag: String) -> UInt8 {
    switch tag {
    case "tag:yaml.org,2002:int": TapeKind.integer
    case "tag:yaml.org,2002:float": TapeKind.float
    case "tag:yaml.org,2002:bool": TapeKind.bool
    case "tag:yaml.org,2002:null": TapeKind.null
    default: NodeProperties.text
    }
  }

  /// The tape kind of a scalar under its tag.
  func kind(_ tag: UInt8, text: Span<UInt8>, at start: Int, to stop: Int) throws(SyntaxFailure) -> UInt8 {
    if tag == NodeProperties.text { return TapeKind.string }
    let natural = ScalarResolution.kind(text)
    if natural == tag { return natural }
    if tag == TapeKind.float, natural == TapeKind.integer, text[0] != 0x30 || text.count < 2 || text[1] < 0x3A {
      return TapeKind.float
    }
    throw SyntaxFailure("Y034", "the value does not fit its tag", at: start, to: stop)
  }

  /// Registers an anchor on the node that begins at a tape index; its place in the anchor list.
  mutating func define(_ name: String, at index: Int, isOpen: Bool) -> Int {
    builder.anchors.append(Anchor(index: index, isOpen: isOpen))
    builder.anchorNames[name] = builder.anchors.count - 1
    return builder.anchors.count - 1
  }

  /// Registers the anchor of a scalar that was just written.
  mutating func define(_ properties: NodeProperties, scalarAt index: Int) {
    guard let name = properties.anchor else { return }
    let entry = define(name, at: index, isOpen: false)
    builder.anchors[entry].weight = 1 + builder.text(index).count / 16
  }

  /// Reads `*name` and writes an alias.
  mutating func readAlias() throws(SyntaxFailure) {
    let start = p
    let name = try readName(what: "an alias")
    contentEnd = p
    guard let entry = builder.anchorNames[name] else {
      let known = builder.anchorNames.keys.sorted()
      let help = Suggestion.closest(to: name, in: known).map { "did you mean '*\($0)'?" }
      throw SyntaxFailure("Y035", "no anchor '&\(name)' stands before this alias", at: start, to: p, help: help)
    }
    let anchor = builder.anchors[entry]
    if anchor.isOpen {
      let isMerge = frames.last.map { $0.mergeKey != 0 } ?? false
      let inMergeList = frames.count > 1 && frames[frames.count - 2].mergeKey != 0
      let message = isMerge || inMergeList ? "merge key refers to itself" : "alias refers to a collection that holds it"
      throw SyntaxFailure("Y036", message, at: start, to: p)
    }
    builder.aliasWeight += anchor.weight
    if builder.aliasWeight > SyntaxLimit.aliasWeight {
      throw SyntaxFailure(
        "Y037", "the aliases up to here stand for more than \(SyntaxLimit.aliasWeight) values", at: start, to: p)
    }
    if frames.count + anchor.height > SyntaxLimit.depth { throw tooDeep(at: start) }
    lastWeight = anchor.weight
    lastHeight = anchor.height
    if !frames.isEmpty {
      frames[frames.count - 1].aliasWeight += anchor.weight
      frames[frames.count - 1].height = max(frames[frames.count - 1].height, anchor.height + 1)
    }
    builder.alias(start: start, end: p, target: anchor.index)
  }

  func tooDeep(at offset: Int) -> SyntaxFailure {
    SyntaxFailure("Y040", "nesting deeper than the limit of \(SyntaxLimit.depth)", at: offset)
  }
}
