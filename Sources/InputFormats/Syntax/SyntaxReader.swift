/// Names of mapping keys whose values a reader checks but does not keep, where they are mappings or lists.
///
/// In API lists `managedFields` and the `images` of nodes are a quarter to a third of the bytes and nobody asks for
/// them. A scalar is always kept: it may be a label that happens to have such a name.
package struct SkipRules: Sendable {
  /// The keys, compared as text at every depth.
  package var keys: [String]

  package init(keys: [String] = []) { self.keys = keys }
  package static let none = SkipRules()
}

/// The names of `SkipRules` for looking up each key of a file.
struct SkippedKeys {
  private let names: [[UInt8]]
  /// A bit for what `mark` makes of each name: most keys need no further look.
  private var marks = InlineArray<8, UInt64>(repeating: 0)

  init(_ rules: SkipRules) {
    names = rules.keys.map { Array($0.utf8) }
    for name in names where !name.isEmpty {
      let mark = Self.mark(name.span, 0, name.count)
      marks[mark >> 6] |= 1 << UInt64(mark & 63)
    }
  }

  /// Whether the bytes from `start` up to `end` are one of the names.
  @inline(__always)
  func contains(_ span: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start < end else { return false }
    let mark = Self.mark(span, start, end)
    guard marks[mark >> 6] >> UInt64(mark & 63) & 1 != 0 else { return false }
    return isName(span.extracting(start..<end))
  }

  private func isName(_ key: Span<UInt8>) -> Bool { names.contains { isEqual($0.span, key) } }

  /// Nine bits of the length and the bytes at both ends.
  @inline(__always)
  private static func mark(_ span: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    ((end - start) &* 37 ^ Int(span[start]) &* 11 ^ Int(span[end - 1]) &* 3) & 511
  }
}

/// Bytes to documents: YAML 1.2 or JSON, chosen by content.
///
/// Text that begins like a JSON value is read as JSON first, and as YAML when that fails and YAML takes it, unless the
/// name ends in `.json`: someone who names a file so wants to hear about the comma that JSON does not allow.
package enum SyntaxReader {
  /// Reads all documents; never throws: what could be read, and diagnostics for the rest.
  package static func read(_ file: SourceFile) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic]) {
    read(file, skipping: .none)
  }

  /// Reads all documents and leaves out the values of some keys: they are scanned but put no nodes on the tape.
  package static func read(
    _ file: SourceFile, skipping rules: SkipRules
  ) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic]) {
    let (source, start, problem) = TextEncoding.decode(file)
    if let failure = problem ?? ContentGuess.wrongContent(source.bytes, from: start) {
      return ([], SyntaxFailure.diagnostics([failure], in: source, documents: 1))
    }
    let guess = ContentGuess(source, from: start)
    guard guess.isJSON else { return readYAML(source, start, rules) }
    let json = readJSON(source, start, rules)
    if guess.isJSONOnly || !json.hasErrors { return (json.documents, json.diagnostics) }
    let yaml = readYAML(source, start, rules)
    let isRefused = yaml.diagnostics.contains { $0.severity == .error }
    return isRefused && !guess.isNamedYAML ? (json.documents, json.diagnostics) : yaml
  }

  private static func readJSON(
    _ file: SourceFile, _ start: Int, _ rules: SkipRules
  ) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic], hasErrors: Bool) {
    var reader = JSONReader(bytes: file.bytes, start: start, skipping: rules)
    reader.read()
    let tree = SyntaxTree(
      file: file, words: reader.builder.words, pool: reader.builder.pool, packed: reader.builder.packed)
    let documents = reader.roots.map {
      SyntaxDocument(root: SyntaxNode(tree: tree, index: tree.resolved($0.index)), number: $0.number)
    }
    let diagnostics = SyntaxFailure.diagnostics(reader.failures, in: file, documents: nil)
    return (documents, diagnostics, !reader.failures.isEmpty)
  }

  private static func readYAML(
    _ file: SourceFile, _ start: Int, _ rules: SkipRules
  ) -> (documents: [SyntaxDocument], diagnostics: [Diagnostic]) {
    var reader = YAMLReader(bytes: file.bytes, start: start, skipping: rules)
    reader.read()
    let tree = SyntaxTree(
      file: file, words: reader.builder.words, pool: reader.builder.pool, packed: reader.builder.packed)
    let documents = reader.roots.map {
      SyntaxDocument(root: SyntaxNode(tree: tree, index: tree.resolved($0.index)), number: $0.number)
    }
    let failures = CutOff.noting(reader.failures, in: file, last: documents.last?.root)
    return (documents, SyntaxFailure.diagnostics(failures, in: file, documents: reader.documentNumber))
  }
}
