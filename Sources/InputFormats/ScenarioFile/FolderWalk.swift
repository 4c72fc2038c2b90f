/// All data files below a folder, such as a must-gather tree, in order of their paths.
///
/// Files that are no data by their names (logs, pages, archives), files without objects, and traces, which are no part of
/// a dump, are counted and told in one note for each reason. A file named as YAML or JSON that cannot be read is an
/// error: the dump would be smaller than the cluster.
struct FolderWalk {
  private let path: String
  private var files: [String] = []
  /// Files that a folder of traces may hold but no dump.
  private var others: [String] = []
  private var left = SkipTally()

  private static let dataEndings = ["yaml", "yml", "json", "jsonl", "txt", "prom", "csv", "xlsx"]
  private static let maximumDepth = 32
  private static let maximumFiles = 200_000

  /// Nil where the path is no folder.
  init?(_ path: String, _ source: FileSource) {
    guard let entries = source.list(path) else { return nil }
    self.path = path
    walk(path, entries, source, depth: 0)
  }

  private mutating func walk(_ folder: String, _ entries: [FileSource.Entry], _ source: FileSource, depth: Int) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      if entry.name.hasPrefix(".") {
        left.add("file", "hidden")
      } else if entry.isFolder {
        if depth < Self.maximumDepth {
          walk(base + entry.name, source.list(base + entry.name) ?? [], source, depth: depth + 1)
        } else {
          left.add("folder", "deeper than \(Self.maximumDepth) folders")
        }
      } else {
        let isData = Self.isData(entry.name.lowercased())
        if (isData ? files : others).count >= Self.maximumFiles {
          left.add("file", "more than \(Self.maximumFiles) of them")
        } else if isData {
          files.append(base + entry.name)
        } else {
          others.append(base + entry.name)
        }
      }
    }
  }

  /// By the ending, which for a compressed file is the one in front of `.gz`.
  private static func isData(_ name: String) -> Bool {
    let plain = name.hasSuffix(".gz") ? name.dropLast(3) : name[...]
    return plain.lastIndex(of: ".").map { dataEndings.contains(String(plain[$0...].dropFirst())) } ?? false
  }

  /// Reads and opens each file of a dump; what is no part of one is left out.
  /// - Parameter isWithinScenario: whether a scenario names the folder, and so cannot be named by it.
  func open(with inputs: InputFiles, isWithinScenario: Bool, session: DecodingSession) -> [OpenedFile] {
    var tally = left
    for name in others { tally.add("file", "no data by its name", name: name) }
    var result: [OpenedFile] = []
    var traceCount = 0
    for name in files {
      let own = DecodingSession()
      let opened = inputs.read(name, session: own).map { FormatCatalog.open($0, session: own) }
      switch opened?.kind {
      case .trace:
        traceCount += 1
        inputs.leaveTrace(name)
        tally.add("trace", "no part of a dump: \(opened?.format ?? "")", name: name)
      case .scenario where isWithinScenario: tally.add("scenario", "no part of a dump", name: name)
      case .scenario, .kubernetes, .metrics, .inventory, .measurements:
        session.report(own.diagnostics)
        if let opened { result.append(opened) }
      case nil, .unknown:
        if own.hasErrors, Self.isNamedAsObjects(name.lowercased()) {
          session.report(own.diagnostics)
        } else {
          tally.add("file", opened == nil ? "it cannot be read" : "it holds no objects", name: name)
        }
      }
    }
    if result.isEmpty {
      session.report(
        .error, .nothingInside, "folder '\(path)' holds no objects",
        help: traceCount > 0
          ? "its \(traceCount) traces go into a machine group: trace: {file: \(path)}"
          : "give the folder of a must-gather or of exported YAML and JSON files")
    }
    tally.report(to: session)
    return result
  }

  /// YAML or JSON, packed or not.
  private static func isNamedAsObjects(_ name: String) -> Bool {
    let plain = name.hasSuffix(".gz") ? name.dropLast(3) : name[...]
    return [".yaml", ".yml", ".json"].contains(where: plain.hasSuffix)
  }

  /// Reads and opens the traces in the folder, `2.csv` before `10.csv`; what is none is counted.
  ///
  /// Unless a format is stated, all are of the one that most files are in.
  func openTraces(format stated: String?, with inputs: InputFiles, session: DecodingSession) -> [OpenedFile] {
    var tally = left
    var opened: [OpenedFile] = []
    for name in (files + others).sorted(by: Self.isBefore) {
      let own = DecodingSession()
      guard let file = inputs.read(name, session: own) else {
        tally.add("file", "it cannot be read", name: name)
        continue
      }
      let found = FormatCatalog.open(file, session: own)
      if found.kind == .trace {
        session.report(own.diagnostics)
        opened.append(found)
      } else {
        tally.add("file", "no usage trace", name: name)
      }
    }
    guard stated == nil else {
      tally.report(to: session)
      return opened
    }
    var counts: [(format: String, count: Int)] = []
    for file in opened {
      if let index = counts.firstIndex(where: { $0.format == file.format }) {
        counts[index].count += 1
      } else {
        counts.append((file.format, 1))
      }
    }
    let most = counts.map(\.count).max()
    let format = counts.first { $0.count == most }?.format
    for file in opened where file.format != format {
      tally.add("trace", "not \(format ?? ""), as the others are: \(file.format)", name: file.file.path)
    }
    tally.report(to: session)
    return opened.filter { $0.format == format }
  }

  /// Natural order: numbers inside names by their value.
  static func isBefore(_ a: String, _ b: String) -> Bool {
    var (left, right) = (Array(a.utf8)[...], Array(b.utf8)[...])
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    while let first = left.first, let second = right.first {
      guard isDigit(first), isDigit(second) else {
        if first != second { return first < second }
        left.removeFirst()
        right.removeFirst()
        continue
      }
      let numbers = [left.prefix(while: isDigit), right.prefix(while: isDigit)]
      (left, right) = (left[numbers[0].endIndex...], right[numbers[1].endIndex...])
      let plain = numbers.map { $0.drop { $0 == 0x30 } }
      if plain[0].count != plain[1].count { return plain[0].count < plain[1].count }
      if !plain[0].elementsEqual(plain[1]) { return plain[0].lexicographicallyPrecedes(plain[1]) }
    }
    return left.isEmpty && right.isEmpty ? a < b : left.isEmpty
  }
}
