/// All data files below a folder, such as a must-gather tree, in order of their paths.
///
/// Files that are no data by their names (logs, pages, archives) and files without objects are counted and told in one
/// note. A file named as YAML or JSON that cannot be read is an error: the dump would be smaller than the cluster.
struct FolderWalk {
  private let path: String
  private var files: [String] = []
  private var left = SkipTally()

  private static let dataEndings = ["yaml", "yml", "json", "jsonl", "txt", "prom", "csv", "xlsx"]
  private static let maximumDepth = 32
  private static let maximumFiles = 200_000

  /// Nil where the path is no folder.
  init?(_ path: String, _ source: FileSource) {
    guard source.list(path) != nil else { return nil }
    self.path = path
    walk(path, source, depth: 0)
  }

  private mutating func walk(_ folder: String, _ source: FileSource, depth: Int) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    for entry in (source.list(folder) ?? []).sorted(by: { $0.name < $1.name }) {
      if entry.name.hasPrefix(".") {
        left.add("file", "hidden")
      } else if entry.isFolder {
        if depth < Self.maximumDepth {
          walk(base + entry.name, source, depth: depth + 1)
        } else {
          left.add("folder", "deeper than \(Self.maximumDepth) folders")
        }
      } else if Self.isData(entry.name.lowercased()) {
        if files.count < Self.maximumFiles {
          files.append(base + entry.name)
        } else {
          left.add("file", "more than \(Self.maximumFiles) of them")
        }
      } else {
        left.add("file", "no data by its name")
      }
    }
  }

  /// By the ending, which for a compressed file is the one in front of `.gz`.
  private static func isData(_ name: String) -> Bool {
    let plain = name.hasSuffix(".gz") ? name.dropLast(3) : name[...]
    return plain.lastIndex(of: ".").map { dataEndings.contains(String(plain[$0...].dropFirst())) } ?? false
  }

  /// Reads and opens each file; what holds no objects is left out.
  func open(with inputs: InputFiles, session: DecodingSession) -> [OpenedFile] {
    var tally = left
    var result: [OpenedFile] = []
    for name in files {
      guard let file = inputs.read(name, session: session) else { continue }
      let own = DecodingSession()
      let opened = FormatCatalog.open(file, session: own)
      if opened.kind != .unknown {
        session.report(own.diagnostics)
        result.append(opened)
      } else if own.hasErrors, [".yaml", ".yml", ".json"].contains(where: name.lowercased().hasSuffix) {
        session.report(own.diagnostics)
      } else {
        tally.add("file", "it holds no objects")
      }
    }
    if result.isEmpty {
      session.report(
        .error, .nothingInside, "folder '\(path)' holds no objects",
        help: "give the folder of a must-gather or of exported YAML and JSON files")
    }
    tally.report(to: session)
    return result
  }
}
