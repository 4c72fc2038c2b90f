/// Text made fit for a terminal: nothing that moves the cursor, colours, rings or reorders; width counted in columns.
package enum TerminalText {
  /// Control characters, escapes and direction marks in visible form: `\u{1B}` for ESC, `\n` for a line break.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHostile) else { return text }
    var output = ""
    for scalar in text.unicodeScalars {
      if !isHostile(scalar) {
        output.unicodeScalars.append(scalar)
      } else {
        output += visible(scalar)
      }
    }
    return output
  }

  /// True for what acts on a terminal or on the order of text instead of being shown.
  package static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
    default: false
    }
  }

  private static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }

  /// Columns taken: two for wide East Asian scalars and emoji, none for combining marks.
  package static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// At most `limit` columns; what is cut ends in `…`.
  package static func truncated(_ text: String, to limit: Int) -> String {
    guard width(text) > limit else { return text }
    guard limit > 0 else { return "" }
    var output = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let next = width(scalar)
      guard used + next <= limit - 1 else { break }
      output.unicodeScalars.append(scalar)
      used += next
    }
    return output + "…"
  }

  /// Lines of at most `width` columns, broken at spaces and inside words that are too long; later lines are indented.
  package static func wrapped(_ text: String, width limit: Int, indent: String = "") -> String {
    let room = max(limit - width(indent), 8)
    var lines: [String] = []
    var line = ""
    for word in words(of: text).flatMap({ pieces(of: $0, width: room) }) {
      let candidate = line.isEmpty ? (lines.isEmpty ? "" : indent) + word : line + " " + word
      if width(candidate) > limit, !line.isEmpty {
        lines.append(line)
        line = indent + word
      } else {
        line = candidate
      }
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  /// Words, with `±` kept beside its half-width.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      if words.last == "±" {
        words[words.count - 1] += " " + word
      } else {
        words.append(word)
      }
    }
    return words
  }

  private static func pieces(of word: String, width limit: Int) -> [String] {
    guard width(word) > limit else { return [word] }
    var pieces: [String] = []
    var piece = ""
    var used = 0
    for scalar in word.unicodeScalars {
      let next = width(scalar)
      if used + next > limit {
        pieces.append(piece)
        piece = ""
        used = 0
      }
      piece.unicodeScalars.append(scalar)
      used += next
    }
    return pieces + [piece]
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
  }

  /// Blocks of East Asian Width W or F and of emoji (Unicode 16, EastAsianWidth.txt), as whole blocks.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
