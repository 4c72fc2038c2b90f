/// Text from outside made safe to show, and its width in columns of a terminal.
///
/// Here because spellings of quantities live in this module and both readers and reports, which share nothing higher,
/// show text of users: one table decides what is hidden.
package enum VisibleText {
  /// Text with every hidden character written as `\u{1B}`, line breaks and tabs as `\n`, `\r`, `\t`.
  package static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var output = ""
    for scalar in text.unicodeScalars { output += visible(scalar) }
    return output
  }

  /// Text to show in a sentence: escaped, endless words cut in their middle and endless texts at their end.
  ///
  /// Names of Kubernetes have at most 253 characters and paths in a must-gather about 300, so what is cut is no name to
  /// copy.
  /// - Parameter longest: characters of the whole text.
  package static func shown(_ text: String, longest: Int = .max) -> String {
    guard text.utf8.count > longestWord else { return escaped(text) }
    var output = ""
    var word: [Unicode.Scalar] = []
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      if count > longest { break }
      if scalar == " " {
        append(word, to: &output)
        output += " "
        word.removeAll(keepingCapacity: true)
      } else {
        word.append(scalar)
      }
    }
    append(word, to: &output)
    return count > longest ? output + "…" : output
  }

  private static let longestWord = 512

  private static func append(_ word: [Unicode.Scalar], to output: inout String) {
    let head = word.count > longestWord ? longestWord * 2 / 3 : word.count
    for scalar in word.prefix(head) { output += visible(scalar) }
    guard head < word.count else { return }
    output += "…"
    for scalar in word.suffix(longestWord / 4) { output += visible(scalar) }
  }

  package static func visible(_ scalar: Unicode.Scalar) -> String {
    guard isHidden(scalar) else { return String(scalar) }
    return switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }

  /// True for what acts on a terminal, reorders text or cannot be seen, instead of being shown.
  ///
  /// Control (C0, C1), format (zero-width, direction marks, tags), line and paragraph separators, private use, variation
  /// selectors, fillers and non-characters, by the general categories of Unicode and its default-ignorable code points.
  package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value < 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: return true
    default:
      let code = scalar.value
      return code & 0xFFFE == 0xFFFE || scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Columns taken: two for wide East Asian scalars and emoji, none for combining marks.
  package static func width(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

  package static func width(_ scalar: Unicode.Scalar) -> Int {
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
