/// Where an answer goes, known to be writable before the work begins.
struct OutputTarget {
  private let path: String?

  /// - Parameter path: nil and `-` are standard output.
  init(_ path: String?) throws(ProgramError) {
    self.path = path == "-" ? nil : path
    if let path = self.path { try FileAccess.checkWritable(path) }
  }

  var isStandardOutput: Bool { path == nil }

  func write(_ text: String) throws(ProgramError) { try FileAccess.write(text, to: path) }
}
