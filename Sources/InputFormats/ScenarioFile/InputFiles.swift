/// Reads the bytes of a file; the program supplies it, so that nothing here touches the disk.
package typealias FileSource = @Sendable (_ path: String) throws(FileReadError) -> [UInt8]

/// Why a file could not be read, in words.
package struct FileReadError: Error, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}

/// The files of one command: each is read and unpacked once, and every one used counts towards the scenario's hash, once.
final class InputFiles {
  private let source: FileSource
  private var cache: [String: SourceFile] = [:]
  private var hashedPaths: Set<String> = []
  private(set) var hash = StableHash()

  init(source: @escaping FileSource) { self.source = source }

  /// The file at a path; a failure is reported at `node`, or without a place.
  func read(_ path: String, at node: SyntaxNode? = nil, session: DecodingSession) -> SourceFile? {
    if let known = cache[path] { return known }
    do {
      let input = UnpackedInput(path: path, bytes: try source(path))
      session.report(input.diagnostics)
      guard input.isUsable else { return nil }
      cache[path] = input.file
      return input.file
    } catch {
      session.report(
        .error, .unreadableFile, "cannot read '\(path)': \(error.message)", at: node,
        help: node == nil ? nil : "paths are relative to the scenario file")
      return nil
    }
  }

  /// Counts content towards the hash.
  func addToHash(_ file: SourceFile) {
    if hashedPaths.insert(file.path).inserted { hash.add(file.bytes) }
  }
  func addToHash(_ node: SyntaxNode?, _ overrides: [OverrideReach]) { hash.add(node, overrides) }

  /// `path` seen from the folder of `base`.
  static func resolved(_ path: String, besides base: String) -> String {
    guard !path.hasPrefix("/"), path != "-", let slash = base.lastIndex(of: "/") else { return path }
    return base[...slash] + path
  }
}
