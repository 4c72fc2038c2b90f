/// Text from outside made safe to show.
package enum VisibleText {
  /// Text with every character that is invisible or that acts on the terminal written as `\u{…}`, tabs as `\t`.
  package static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var output = ""
    for scalar in text.unicodeScalars { output += visible(scalar) }
    return output
  }

  static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x09: "\\t"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    default:
      isHidden(scalar.value) ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
    }
  }

  /// Control characters, direction marks, zero-width characters, line separators, tags and non-characters.
  private static func isHidden(_ code: UInt32) -> Bool {
    switch code {
    case 0..<0x20, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
    case 0xFE00...0xFE0F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true
    default: code & 0xFFFE == 0xFFFE
    }
  }

  /// The columns of a terminal that a character takes: 2 for the wide ones of East Asia and pictures.
  static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x0300...0x036F: 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60: 2
    case 0x1F300...0x1FAFF, 0x20000...0x3FFFD: 2
    default: 1
    }
  }
}

/// The part of a source line around a place, and where its carets go.
struct SourceExcerpt {
  var text = ""
  var caretColumn = 0
  var caretCount = 1

  /// Characters shown before the place and from it on.
  static let before = 60
  static let after = 80

  /// Reads at most a few hundred bytes of the line, however long it is.
  init(file: SourceFile, range: SourceRange) {
    let start = min(max(range.start, 0), file.bytes.count)
    let reach = 4 * SourceExcerpt.before
    var first = file.lineStart(before: start, limit: reach)
    let isCutBefore =
      first > 0 && start - first >= reach && file.bytes[first - 1] != 0x0A && file.bytes[first - 1] != 0x0D
    while isCutBefore, first < start, file.bytes[first] & 0xC0 == 0x80 { first += 1 }
    if first == 0, file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { first = min(3, start) }
    var last = file.lineEnd(after: start, limit: 4 * SourceExcerpt.after)
    let isCutAfter = last < file.bytes.count && file.bytes[last] != 0x0A && file.bytes[last] != 0x0D
    while isCutAfter, last > start, file.bytes[last] & 0xC0 == 0x80 { last -= 1 }
    let head = Array(String(decoding: file.bytes[first..<start], as: UTF8.self).unicodeScalars)
    let tail = Array(String(decoding: file.bytes[start..<last], as: UTF8.self).unicodeScalars)
    let marked = String(decoding: file.bytes[start..<max(start, min(range.end, last))], as: UTF8.self).unicodeScalars
      .count
    let shownHead = head.suffix(SourceExcerpt.before)
    let shownTail = tail.prefix(SourceExcerpt.after)
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

  /// Appends a character as it is shown; the columns it takes.
  private mutating func append(_ scalar: Unicode.Scalar) -> Int {
    let shown = VisibleText.visible(scalar)
    text += shown
    return shown.unicodeScalars.reduce(0) { $0 + VisibleText.width($1) }
  }
}
