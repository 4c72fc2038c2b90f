/// Reads files and lists folders; the program supplies it, so that nothing here touches the disk.
package struct FileSource: Sendable {
  package struct Entry: Sendable {
    package var name: String
    package var isFolder: Bool

    package init(name: String, isFolder: Bool) {
      self.name = name
      self.isFolder = isFolder
    }
  }

  /// The bytes of a file.
  package var read: @Sendable (_ path: String) throws(FileReadError) -> [UInt8]
  /// What a folder holds, in any order; nil for a path that is no folder.
  package var list: @Sendable (_ path: String) -> [Entry]?

  package init(
    read: @escaping @Sendable (_ path: String) throws(FileReadError) -> [UInt8],
    list: @escaping @Sendable (_ path: String) -> [Entry]? = { _ in nil }
  ) {
    self.read = read
    self.list = list
  }
}

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
  /// Traces in folders of dumps, which are no part of those.
  private var leftTraces: [String] = []
  private var leftPaths: Set<String> = []

  init(source: FileSource) { self.source = source }

  /// The file at a path; a failure is reported at `node`, or without a place.
  func read(_ path: String, at node: SyntaxNode? = nil, session: DecodingSession) -> SourceFile? {
    if let known = cache[path] { return known }
    do {
      let input = UnpackedInput(path: path, bytes: try source.read(path))
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

  /// The file at a path, or all data in a folder; the caller decides what each one is for.
  func open(_ path: String, at node: SyntaxNode? = nil, session: DecodingSession) -> [OpenedFile] {
    guard let folder = FolderWalk(path, source) else {
      return read(path, at: node, session: session).map { [FormatCatalog.open($0, session: session)] } ?? []
    }
    return folder.open(with: self, isWithinScenario: node != nil, session: session)
  }

  func isFolder(_ path: String) -> Bool { source.list(path) != nil }

  /// The traces at a path: a file, or all of a folder.
  func openTraces(
    _ path: String, format: String? = nil, at node: SyntaxNode? = nil, session: DecodingSession
  ) -> [OpenedFile] {
    guard let folder = FolderWalk(path, source) else {
      return read(path, at: node, session: session).map { [FormatCatalog.open($0, session: session)] } ?? []
    }
    return folder.openTraces(format: format, with: self, session: session)
  }

  /// Remembers a trace that a dump's folder holds.
  func leaveTrace(_ path: String) {
    if leftPaths.insert(path).inserted { leftTraces.append(path) }
  }

  /// Traces that lie in the folder of a dump and that nobody asked for by name.
  var unusedTraces: [String] { leftTraces.filter { !hashedPaths.contains($0) } }

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
