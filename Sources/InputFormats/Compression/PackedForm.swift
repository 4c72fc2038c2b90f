/// Archives and packed or binary forms that are not read, known by their first bytes, each with the command to unpack it.
struct PackedForm {
  /// What it is, as a subject: `a tar archive`.
  var name: String
  var help: String
  var code = DiagnosticCode.compressed

  /// The form of bytes that are to be read next; nil for what may be text or a workbook.
  /// - Parameters:
  ///   - bytes: after gzip was taken away, where there was any.
  ///   - isUnpacked: whether there was.
  init?(_ bytes: [UInt8], path: String, isUnpacked: Bool) {
    let file = Self.quoted(path)
    if Self.isTar(bytes) {
      self.init(
        name: "a tar archive" + (isUnpacked ? " in gzip" : ""),
        help: Self.folder(path) { "tar -\(isUnpacked ? "xz" : "x")f \(file) -C \($0)" })
    } else if ZipArchive.recognizes(bytes) {
      // A broken archive is told where its sheets are looked for.
      guard let archive = try? ZipArchive(bytes), archive.entry(named: "xl/workbook.xml") == nil else { return nil }
      self.init(
        name: "a zip archive without a workbook in it",
        help: "unpack it, and give the folder: unzip \(file) -d \(Self.folderName(path))")
    } else if let (name, command) = Self.packed(bytes) {
      let isArchive = [".tar.", ".txz", ".tzst", ".tbz"].contains(where: path.lowercased().contains)
      self.init(
        name: name,
        help: isArchive
          ? Self.folder(path) { "tar -xf \(file) -C \($0)" } : "unpack it first: \(command) \(file)")
    } else if bytes.starts(with: "PAR1".utf8) {
      self.init(
        name: "Parquet",
        help: "convert it: duckdb -c \"COPY (FROM 'FILE.parquet') TO 'FILE.csv' (HEADER)\", or: python3 -c "
          + "\"import pandas; pandas.read_parquet('FILE.parquet').to_csv('FILE.csv', index=False)\"",
        code: .unknownFormat)
    } else {
      return nil
    }
  }

  private init(name: String, help: String, code: DiagnosticCode = .compressed) {
    self.name = name
    self.help = help
    self.code = code
  }

  private static func packed(_ bytes: [UInt8]) -> (name: String, command: String)? {
    let forms: [(name: String, start: [UInt8], command: String)] = [
      ("gzip inside gzip", [0x1F, 0x8B], "gunzip -k"), ("zstd", [0x28, 0xB5, 0x2F, 0xFD], "zstd -d"),
      ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz -dk"), ("bzip2", [0x42, 0x5A, 0x68], "bunzip2 -k"),
      ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z x"),
    ]
    return forms.first { bytes.starts(with: $0.start) }.map { ($0.name, $0.command) }
  }

  /// A header of tar: its checksum, in octal at byte 148, is the sum of its 512 bytes with blanks in the checksum's place.
  ///
  /// Holds for every kind of tar, with and without `ustar` in it. Source: POSIX.1-2017, pax, "ustar Interchange Format".
  static func isTar(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 512, bytes[0] != 0 else { return false }
    let digits = bytes[148..<156].drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    guard !digits.isEmpty else { return false }
    let stated = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
    let sum = bytes[..<512].enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
    return sum == stated
  }

  private static func folder(_ path: String, _ command: (String) -> String) -> String {
    let name = folderName(path)
    return "unpack it, and give the folder: mkdir \(name) && " + command(name)
  }

  /// The file's name up to its endings, for the folder to unpack to.
  private static func folderName(_ path: String) -> String {
    var name = path.split(separator: "/").last.map(String.init) ?? ""
    for ending in [".gz", ".xz", ".zst", ".bz2", ".tar", ".tgz", ".txz", ".tzst", ".tbz", ".zip"]
    where name.lowercased().hasSuffix(ending) { name.removeLast(ending.count) }
    return quoted(
      name.isEmpty || name == "-" || name == path.split(separator: "/").last.map(String.init) ?? ""
        ? "unpacked" : name)
  }

  /// A word for the shell.
  private static func quoted(_ word: String) -> String {
    if word == "-" { return "FILE" }
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "/._-+".unicodeScalars.contains(scalar)
    }
    return isPlain && !word.hasPrefix("-")
      ? word
      : "'"
        + word.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
