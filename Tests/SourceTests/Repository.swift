import Foundation

/// The package's own files, found from this file's place.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  struct File: Sendable {
    /// From the root, such as `Sources/Balancing/Balancer.swift`.
    var path: String
    var text: String

    var name: String { String(path.split(separator: "/").last ?? "") }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// Lines without comments and without what stands in string literals.
    var code: [String] { SourceText.code(text) }
  }

  /// Files under `folder` whose name ends in `suffix`, sorted by path; placeholders of empty targets are left out.
  static func files(_ folder: String, _ suffix: String = ".swift") -> [File] {
    let base = root.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return names.sorted().filter { $0.hasSuffix(suffix) && !$0.hasSuffix("Placeholder.swift") }.compactMap { name in
      let path = folder + "/" + name
      return text(path).map { File(path: path, text: $0) }
    }
  }

  static func text(_ path: String) -> String? {
    try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  static var topLevel: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
  }

  static func folders(_ path: String) -> [String] {
    let base = root.appendingPathComponent(path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
    return names.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: base.appendingPathComponent($0).path, isDirectory: &isFolder)
        && isFolder.boolValue
    }.sorted()
  }
}
