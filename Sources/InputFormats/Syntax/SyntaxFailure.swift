/// Why a reader stopped or what it found wrong: a diagnostic before the lines are counted.
struct SyntaxFailure: Error {
  var code: String
  var message: String
  var start: Int
  var end: Int
  var label = ""
  var help: String?
  var severity = Diagnostic.Severity.error
  /// An offset whose line number is put after the message, then the tail.
  var reference: Int?
  var tail = ""
  /// The document it belongs to, from 1; 0 for the whole file.
  var document = 0

  init(_ code: String, _ message: String, at start: Int, to end: Int? = nil, label: String = "", help: String? = nil) {
    self.code = code
    self.message = message
    self.start = start
    self.end = end ?? start + 1
    self.label = label
    self.help = help
  }
}

extension SyntaxFailure {
  /// Failures as diagnostics with line numbers filled in, in the order of their places.
  ///
  /// `documents` is how many the file holds; nil when the reader stopped before it knew.
  /// - Complexity: O(bytes of the file + n log n) for n failures.
  static func diagnostics(_ failures: [SyntaxFailure], in file: SourceFile, documents: Int?) -> [Diagnostic] {
    let referring = failures.indices.filter { failures[$0].reference != nil }
    let lines = file.positions(of: referring.map { failures[$0].reference ?? 0 })
    var lineOf = [Int](repeating: 0, count: failures.count)
    for (index, position) in zip(referring, lines) { lineOf[index] = position.line }
    var result: [(order: Int, diagnostic: Diagnostic)] = []
    for (index, failure) in failures.enumerated() {
      let message = failure.reference == nil ? failure.message : failure.message + "\(lineOf[index])" + failure.tail
      var notes: [String] = []
      if let documents, documents > 1, failure.document > 0 {
        notes.append("in document \(failure.document) of \(documents)")
      } else if documents == nil, failure.document > 1 {
        notes.append("in document \(failure.document); the ones before it were read")
      }
      result.append(
        (
          index,
          Diagnostic(
            severity: failure.severity, code: failure.code, message: message, file: file,
            range: SourceRange(start: failure.start, end: max(failure.end, failure.start)), label: failure.label,
            notes: notes, help: failure.help)
        ))
    }
    result.sort { ($0.diagnostic.range?.start ?? 0, $0.order) < ($1.diagnostic.range?.start ?? 0, $1.order) }
    return result.map(\.diagnostic)
  }
}
