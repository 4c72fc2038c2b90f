import ClusterModel

/// Text laid out for a terminal: escaped, cut and wrapped by columns.
package enum TerminalText {
  /// Text with nothing that moves the cursor, colours, rings or reorders.
  package static func escaped(_ text: String) -> String { VisibleText.escaped(text) }

  /// Escaped, and endless names cut: for sentences.
  package static func shown(_ text: String) -> String { VisibleText.shown(text) }

  package static func width(_ text: String) -> Int { VisibleText.width(text) }

  /// At most `limit` columns; what is cut ends in `…`.
  package static func truncated(_ text: String, to limit: Int) -> String {
    guard width(text) > limit else { return text }
    guard limit > 0 else { return "" }
    var output = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let next = VisibleText.width(scalar)
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
      let next = VisibleText.width(scalar)
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
}
