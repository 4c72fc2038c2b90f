/// Something to tell the user about an input: data, rendered at the edge of the program.
package struct Diagnostic: Sendable {
  package enum Severity: String, Sendable, Hashable {
    case error, warning, note
  }

  package var severity: Severity
  /// A letter for the layer and three digits: `Y001`.
  package var code: String
  package var message: String
  package var file: SourceFile?
  package var range: SourceRange?
  /// The words beside the `^^^`.
  package var label: String
  package var notes: [String]
  /// What to do about it: a command or literal text.
  package var help: String?

  package init(
    severity: Severity, code: String, message: String, file: SourceFile? = nil, range: SourceRange? = nil,
    label: String = "", notes: [String] = [], help: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.file = file
    self.range = range
    self.label = label
    self.notes = notes
    self.help = help
  }
}

extension Diagnostic {
  /// The line and column where the diagnostic begins, when it has a place.
  package var position: (line: Int, column: Int)? {
    guard let file, let range else { return nil }
    return file.position(of: range.start)
  }
}
