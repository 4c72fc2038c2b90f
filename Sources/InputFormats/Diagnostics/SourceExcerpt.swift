import ClusterModel

/// The part of a source line around a place, and where its carets go.
struct SourceExcerpt {
  var text = ""
  var caretColumn = 0
  var caretCount = 1

  /// Reads at most a few hundred bytes of the line, however long it is.
  /// - Parameter width: columns for the text; of a long line, at least two in five of them show what stands before the
  ///   place.
  init(file: SourceFile, range: SourceRange, width: Int) {
    let room = max(width, 20) - 2
    let start = min(max(range.start, 0), file.bytes.count)
    let reach = 4 * room
    var first = file.lineStart(before: start, limit: reach)
    let isCutBefore =
      first > 0 && start - first >= reach && file.bytes[first - 1] != 0x0A && file.bytes[first - 1] != 0x0D
    while isCutBefore, first < start, file.bytes[first] & 0xC0 == 0x80 { first += 1 }
    if first == 0, file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { first = min(3, start) }
    var last = file.lineEnd(after: start, limit: reach)
    let isCutAfter = last < file.bytes.count && file.bytes[last] != 0x0A && file.bytes[last] != 0x0D
    while isCutAfter, last > start, file.bytes[last] & 0xC0 == 0x80 { last -= 1 }
    let head = Array(String(decoding: file.bytes[first..<start], as: UTF8.self).unicodeScalars)
    let tail = Array(String(decoding: file.bytes[start..<last], as: UTF8.self).unicodeScalars)
    let marked = String(decoding: file.bytes[start..<max(start, min(range.end, last))], as: UTF8.self).unicodeScalars
      .count
    let headColumns = Self.columns(head[...])
    let shownTail = tail.prefix(Self.count(of: tail, in: room - min(headColumns, room * 2 / 5)))
    let shownHead = head.suffix(Self.count(of: head.reversed(), in: room - Self.columns(shownTail)))
    if isCutBefore || shownHead.count < head.count {
      text = "…"
      caretColumn = 1
    }
    for scalar in shownHead { caretColumn += append(scalar) }
    var columns = 0
    for (index, scalar) in shownTail.enumerated() {
      let width = append(scalar)
      if index < marked { columns += width }
    }
    if isCutAfter || shownTail.count < tail.count { text += "…" }
    caretCount = max(columns, 1)
  }

  private static func columns(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
    scalars.reduce(0) { $0 + VisibleText.width(VisibleText.visible($1)) }
  }

  /// How many characters from the first on take at most so many columns.
  private static func count(of scalars: [Unicode.Scalar], in room: Int) -> Int {
    var left = room
    return scalars.firstIndex { scalar in
      left -= VisibleText.width(VisibleText.visible(scalar))
      return left < 0
    } ?? scalars.count
  }

  /// Appends a character as it is shown; the columns it takes.
  private mutating func append(_ scalar: Unicode.Scalar) -> Int {
    let shown = VisibleText.visible(scalar)
    text += shown
    return VisibleText.width(shown)
  }
}
