/// One `--set path.to.key=value`: a value that stands before what the document says at that path.
///
/// Elements of lists are named by their position from 0 or by their `name` or `label`:
/// `cluster.machines.web.count=20`. The value is read as YAML and decoded by the same code as the document.
struct Override: Sendable {
  var path: [String]
  var text: String
  var node: SyntaxNode
  /// Position in the session's list of overrides.
  var index: Int
  /// What the user wrote it as.
  var origin = "--set"

  /// Reads `path=value` texts; what is not one is reported.
  static func parse(_ texts: [String], session: DecodingSession) -> [Override] {
    var result: [Override] = []
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        session.report(
          .error, .badOverride, "--set '\(text)' is not path.to.key=value", help: "write --set seed=7")
        continue
      }
      let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      let value = Array(text[text.index(after: equals)...].utf8)
      let file = SourceFile(path: "--set \(text[..<equals])", bytes: value)
      let read = SyntaxReader.read(file)
      session.report(read.diagnostics)
      guard !path.contains(""), read.documents.count == 1 else {
        if read.diagnostics.isEmpty {
          session.report(.error, .badOverride, "--set '\(text)' is not path.to.key=value", help: "write --set seed=7")
        }
        continue
      }
      result.append(Override(path: path, text: text, node: read.documents[0].root, index: result.count))
    }
    session.usedOverrides = Array(repeating: false, count: result.count)
    return result
  }
}

/// The overrides that reach a place in the document, with how much of their path led there.
struct OverrideReach {
  var override: Override
  var depth: Int

  /// The next word of the path; nil when the path ends here.
  var component: String? { depth < override.path.count ? override.path[depth] : nil }
  var isExact: Bool { depth == override.path.count }

  /// Those that go on through any of these names.
  static func descend(_ reaches: [OverrideReach], names: [String]) -> [OverrideReach] {
    reaches.compactMap { reach in
      guard let component = reach.component, names.contains(component) else { return nil }
      return OverrideReach(override: reach.override, depth: reach.depth + 1)
    }
  }
}
