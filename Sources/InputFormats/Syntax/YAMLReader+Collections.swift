/// What happens to an open collection as its children come and when it ends.
extension YAMLReader {
  /// Notes the key that was just written in the innermost mapping: for duplicates, merges and values to leave out.
  @inline(__always)
  mutating func noteKey(_ index: Int) {
    let resolved = builder.resolved(index)
    let word = TapeWord(bits: builder.words[resolved])
    guard word.kind <= TapeKind.string else { return }
    let place = builder.text(resolved)
    if word.kind == TapeKind.null, place.count == 0 { return }
    let offset = TapeWord(bits: builder.words[index]).start
    builder.keys.push(place, offset: offset, bytes: bytes, pool: builder.pool)
    let frame = frames.count - 1
    if place.count == 2, !place.inPool, bytes[place.start] == UInt8(ascii: "<"),
      bytes[place.start + 1] == UInt8(ascii: "<"), word.tag & TapeFlag.quoted == 0, resolved == index
    {
      frames[frame].mergeKey = index
    }
    if !place.inPool, skipped.contains(bytes.span, place.start, place.start + place.count) {
      frames[frame].skipFrom = builder.words.count
      frames[frame].skipPool = builder.pool.count
      frames[frame].skipAnchors = builder.anchors.count
    }
  }

  /// Notes that a child of the innermost collection is complete.
  @inline(__always)
  mutating func noteChild() {
    let frame = frames.count - 1
    guard frame >= 0 else { return }
    if frames[frame].awaitsExplicitValue {
      noteKey(frames[frame].explicitKey)
      return
    }
    frames[frame].count += 1
    if frames[frame].skipFrom != 0 {
      let from = frames[frame].skipFrom
      frames[frame].skipFrom = 0
      if builder.anchors.count == frames[frame].skipAnchors, builder.isCollection(from) {
        builder.skip(from: from, pool: frames[frame].skipPool)
      }
    }
    if frames[frame].mergeKey != 0 {
      let key = frames[frame].mergeKey
      frames[frame].mergeKey = 0
      let word = TapeWord(bits: builder.words[key])
      builder.words[key] = TapeWord(start: word.start, tag: TapeKind.merge, length: word.length).bits
      frames[frame].hasMerges = true
    }
  }

  /// Closes the innermost collection and counts it in its parent.
  mutating func close() throws(SyntaxFailure) {
    var frame = frames[frames.count - 1]
    if frame.kind == .blockMapping, frame.awaitsExplicitValue {
      frames[frames.count - 1].awaitsExplicitValue = false
      try writeEmpty(NodeProperties())
      noteChild()
      frame = frames[frames.count - 1]
    }
    if builder.keys.count > frame.keyBase {
      if builder.keys.count > frame.keyBase + 1 { reportDuplicates(from: frame.keyBase) }
      if frame.hasMerges { try applyMerges(&frame) }
      builder.keys.pop(to: frame.keyBase)
    }
    builder.close(frame.tape, count: frame.count, end: contentEnd)
    frames.removeLast()
    if frame.anchor >= 0 {
      let words = builder.words.count - frame.tape
      builder.anchors[frame.anchor].isOpen = false
      builder.anchors[frame.anchor].height = frame.height
      builder.anchors[frame.anchor].weight = words + (contentEnd - frame.start) / 16 + frame.aliasWeight
    }
    lastWeight = frame.aliasWeight
    lastHeight = frame.height
    if let parent = frames.indices.last {
      frames[parent].height = max(frames[parent].height, frame.height + 1)
      frames[parent].aliasWeight += frame.aliasWeight
    }
    if frame.kind == .blockMapping, isPackable(frame) { builder.pack(from: frame.tape) }
    if frame.kind == .blockMapping || frame.kind == .blockSequence { noteChild() }
  }

  /// Whether a mapping that just ended is a long element of a list near the root, and none that a merge will look into.
  private func isPackable(_ frame: OpenCollection) -> Bool {
    guard contentEnd - frame.start >= TapePacking.minimumBytes, let list = frames.last, list.kind == .blockSequence
    else {
      return false
    }
    return frames.count == 1 || frames.count == TapePacking.maximumDepth && frames[0].mergeKey == 0
  }

  mutating func reportDuplicates(from base: Int) {
    for pair in builder.keys.duplicates(from: base, bytes: bytes, pool: builder.pool) {
      report(
        duplicateKey(
          builder.keys.reference(pair.first), builder.keys.reference(pair.again), bytes: bytes, pool: builder.pool))
    }
  }

  /// Writes the pairs that merge keys bring as aliases behind the mapping's own; own keys and earlier merges win.
  private mutating func applyMerges(_ frame: inout OpenCollection) throws(SyntaxFailure) {
    var known: Set<String> = []
    var sources: [(index: Int, at: Int)] = []
    var index = frame.tape + 2
    let own = builder.words.count
    while index < own {
      let value = builder.next(after: index)
      let key = builder.resolved(index)
      let word = TapeWord(bits: builder.words[key])
      if word.kind == TapeKind.merge {
        sources += try mergeSources(value)
        frame.count -= 1
      } else if word.kind <= TapeKind.string {
        known.insert(builder.string(key, in: bytes))
      }
      index = builder.next(after: value)
    }
    for source in sources {
      guard TapeWord(bits: builder.words[source.index]).kind == TapeKind.mapping else {
        throw SyntaxFailure("Y038", "a merge key needs a mapping or a sequence of mappings", at: source.at)
      }
      var pair = source.index + 2
      let last = builder.next(after: source.index)
      while pair < last {
        let key = builder.resolved(pair)
        let value = builder.next(after: pair)
        pair = builder.next(after: value)
        guard TapeWord(bits: builder.words[key]).kind <= TapeKind.string,
          known.insert(builder.string(key, in: bytes)).inserted
        else { continue }
        builder.mergedPairs += 1
        if builder.mergedPairs > SyntaxLimit.mergedPairs {
          throw SyntaxFailure(
            "Y037", "the merge keys up to here bring more than \(SyntaxLimit.mergedPairs) pairs", at: source.at)
        }
        builder.alias(start: source.at, end: source.at, target: key)
        builder.alias(start: source.at, end: source.at, target: builder.resolved(value))
        frame.count += 1
      }
    }
  }

  private func mergeSources(_ value: Int) throws(SyntaxFailure) -> [(index: Int, at: Int)] {
    let source = builder.resolved(value)
    let at = TapeWord(bits: builder.words[value]).start
    guard TapeWord(bits: builder.words[source]).kind == TapeKind.sequence else { return [(source, at)] }
    var result: [(index: Int, at: Int)] = []
    var element = source + 2
    let last = builder.next(after: source)
    while element < last {
      result.append((builder.resolved(element), TapeWord(bits: builder.words[element]).start))
      element = builder.next(after: element)
    }
    return result
  }
}

/// What both readers say about a key that stands twice in one mapping.
func duplicateKey(_ first: KeyReference, _ again: KeyReference, bytes: [UInt8], pool: [UInt8]) -> SyntaxFailure {
  let place = again.place
  let text = (place.inPool ? pool : bytes)[place.start..<(place.start + place.count)]
  let name =
    text.count > 80 ? String(decoding: text.prefix(80), as: UTF8.self) + "…" : String(decoding: text, as: UTF8.self)
  var failure = SyntaxFailure(
    "Y018", "duplicate key \"\(name)\" (first at line ", at: again.offset, to: again.offset + max(place.count, 1),
    label: "stands twice in this mapping", help: "remove one")
  failure.reference = first.offset
  failure.tail = ")"
  return failure
}
