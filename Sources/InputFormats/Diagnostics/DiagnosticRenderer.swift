import ClusterModel

/// Diagnostics as text, all at once, in the manner compilers taught people to read.
package enum DiagnosticRenderer {
  /// Characters of a message; a help may hold a long command to copy.
  private static let longestMessage = 1000

  /// Renders diagnostics sorted by file and position, at most `limit` of them and then how many more there are.
  ///
  /// Errors have the first claim on a place, then warnings, so that no error hides behind notes.
  /// Nothing from an input reaches the terminal raw: control characters, escape sequences and marks that change the
  /// direction of text are shown as `\u{…}`. Of a long line only the part around the place is shown.
  /// - Parameter width: columns that an excerpt may take.
  /// - Complexity: O(n log n) for n diagnostics, and one pass over each file that has one.
  package static func render(_ diagnostics: [Diagnostic], limit: Int = 20, width: Int = 140, color: Bool) -> String {
    let shown = gravest(sorted(diagnostics), limit: max(limit, 0))
    let style = DiagnosticStyle(color: color, width: width)
    let positions = positions(of: shown)
    var output = ""
    for (index, diagnostic) in shown.enumerated() {
      if index > 0 { output += "\n" }
      output += render(diagnostic, position: positions[index], style: style)
    }
    if diagnostics.count > shown.count {
      if !shown.isEmpty { output += "\n" }
      output += "… and \(diagnostics.count - shown.count) more\n"
    }
    return output
  }

  /// The first of the gravest diagnostics, in the order given.
  private static func gravest(_ diagnostics: [Diagnostic], limit: Int) -> [Diagnostic] {
    guard diagnostics.count > limit else { return diagnostics }
    let severities: [Diagnostic.Severity] = [.error, .warning, .note]
    let kept = severities.flatMap { severity in diagnostics.indices.filter { diagnostics[$0].severity == severity } }
    return kept.prefix(limit).sorted().map { diagnostics[$0] }
  }

  /// Diagnostics by file and position.
  package static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.indices.sorted { isBefore(diagnostics[$0], diagnostics[$1], $0 < $1) }.map { diagnostics[$0] }
  }

  private static func isBefore(_ a: Diagnostic, _ b: Diagnostic, _ isEarlier: Bool) -> Bool {
    let (aPath, bPath) = (a.file?.path ?? "", b.file?.path ?? "")
    if aPath != bPath { return aPath < bPath }
    let (aStart, bStart) = (a.range?.start ?? -1, b.range?.start ?? -1)
    return aStart != bStart ? aStart < bStart : isEarlier
  }

  /// Lines and columns, reading each run of diagnostics in one file once.
  /// - Complexity: O(bytes + n log n) for n diagnostics that are sorted.
  package static func positions(of diagnostics: [Diagnostic]) -> [(line: Int, column: Int)?] {
    var result: [(line: Int, column: Int)?] = []
    var index = 0
    while index < diagnostics.count {
      guard let file = diagnostics[index].file, diagnostics[index].range != nil else {
        result.append(nil)
        index += 1
        continue
      }
      var offsets: [Int] = []
      var stop = index
      while stop < diagnostics.count, let other = diagnostics[stop].file, other.path == file.path,
        other.bytes.count == file.bytes.count, let range = diagnostics[stop].range
      {
        offsets.append(range.start)
        stop += 1
      }
      result += file.positions(of: offsets).map { $0 }
      index = stop
    }
    return result
  }

  private static func render(
    _ diagnostic: Diagnostic, position: (line: Int, column: Int)?, style: DiagnosticStyle
  ) -> String {
    let word = diagnostic.severity.rawValue + (diagnostic.code.isEmpty ? "" : "[\(diagnostic.code)]")
    var output = style.severity(diagnostic.severity, word)
    output += style.bold(": " + VisibleText.shown(diagnostic.message, longest: longestMessage)) + "\n"
    var gutter = 1
    if let file = diagnostic.file {
      let path = VisibleText.shown(file.path)
      if let position, let range = diagnostic.range {
        gutter = String(position.line).count
        let margin = String(repeating: " ", count: gutter)
        let excerpt = SourceExcerpt(file: file, range: range, width: style.width - gutter - 3)
        output += "\(margin)\(style.frame("-->")) \(path):\(position.line):\(position.column)\n"
        output += "\(margin) \(style.frame("|"))\n"
        output += "\(style.frame("\(position.line) |"))\(excerpt.text.isEmpty ? "" : " ")\(excerpt.text)\n"
        let label = diagnostic.label.isEmpty ? "" : " " + VisibleText.shown(diagnostic.label)
        let carets = String(repeating: "^", count: excerpt.caretCount) + label
        let padding = String(repeating: " ", count: excerpt.caretColumn)
        output += "\(margin) \(style.frame("|")) \(padding)\(style.severity(diagnostic.severity, carets))\n"
      } else {
        output += " \(style.frame("-->")) \(path)\n"
      }
    }
    let margin = String(repeating: " ", count: gutter + 1)
    for note in diagnostic.notes { output += "\(margin)\(style.frame("=")) note: \(VisibleText.shown(note))\n" }
    if let help = diagnostic.help { output += "\(margin)\(style.frame("=")) help: \(VisibleText.shown(help))\n" }
    return output
  }
}

/// Colours of a terminal, or none.
private struct DiagnosticStyle {
  var color: Bool
  var width: Int

  func severity(_ severity: Diagnostic.Severity, _ text: String) -> String {
    let code =
      switch severity {
      case .error: "1;31"
      case .warning: "1;33"
      case .note: "1;36"
      }
    return paint(code, text)
  }
  func bold(_ text: String) -> String { paint("1", text) }
  func frame(_ text: String) -> String { paint("1;34", text) }
  private func paint(_ code: String, _ text: String) -> String {
    color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
