/// Reads the sheets of an .xlsx workbook as tables: shared and inline texts, numbers as written, booleans as true/false.
///
/// Dates stay the numbers that they are in the file. Sizes that a sheet states are not believed: only cells that are
/// there count. The first row with a cell is the header; columns without a name are left out.
/// Source: ECMA-376 part 1, section 18.
struct XLSXReader {
  let file: SourceFile
  private let archive: ZipArchive
  private(set) var sheetNames: [String] = []
  private var sheetPaths: [String] = []
  private var pool: [UInt8] = []
  private var shared: [Range<Int>] = []
  /// A workbook of ten hosts has no part above 2 MiB; one of 100,000 machines about 200 MiB.
  private static let limit = UnpackLimit(outputBytes: 512 << 20, freeBytes: 64 << 20, ratio: 200)

  /// Opens the workbook; nil when it is none, which is reported.
  init?(_ file: SourceFile, session: DecodingSession) {
    self.file = file
    do throws(ByteFailure) {
      archive = try ZipArchive(file.bytes)
      guard archive.entry(named: "xl/workbook.xml") != nil else {
        session.report(
          .error, .unknownFormat, "'\(file.path)' is an archive without a workbook in it", help: "unzip it first")
        return nil
      }
      try readWorkbook()
      if archive.entry(named: "xl/sharedStrings.xml") != nil { try readSharedStrings() }
    } catch {
      session.report(UnpackedInput.diagnostic(error, path: file.path))
      return nil
    }
  }

  /// The table on a sheet; nil when the sheet is empty, absent or broken; the last is reported.
  func table(_ name: String, session: DecodingSession) -> Table? {
    guard let index = sheetNames.firstIndex(of: name) else { return nil }
    do throws(ByteFailure) {
      var sheet = SheetReader(try part(sheetPaths[index]), pool: pool, shared: shared)
      return try sheet.read(file: file, name: name)
    } catch {
      var failure = error
      failure.message = "sheet '\(name)': \(error.message)"
      session.report(UnpackedInput.diagnostic(failure, path: file.path))
      return nil
    }
  }

  private func part(_ path: String) throws(ByteFailure) -> XMLTokenizer {
    guard let entry = archive.entry(named: path) else {
      throw ByteFailure("'\(path)' is missing in it", at: 0, help: "save the workbook again as .xlsx")
    }
    return XMLTokenizer(try archive.content(of: entry, limit: Self.limit))
  }

  /// Names of sheets and, through the relationships, their parts.
  private mutating func readWorkbook() throws(ByteFailure) {
    var xml = try part("xl/workbook.xml")
    var relations: [String] = []
    loop: while true {
      switch try xml.next() {
      case .start(let tag, _) where xml.isName(tag, "sheet"):
        guard let name = xml.attribute("name", in: xml.range), let id = xml.attribute("id", in: xml.range) else {
          continue
        }
        sheetNames.append(try Self.text(xml, name))
        relations.append(try Self.text(xml, id))
      case .endOfDocument: break loop
      default: continue
      }
    }
    var targets: [String: String] = [:]
    xml = try part("xl/_rels/workbook.xml.rels")
    loop: while true {
      switch try xml.next() {
      case .start(let tag, _) where xml.isName(tag, "Relationship"):
        guard let id = xml.attribute("Id", in: xml.range), let target = xml.attribute("Target", in: xml.range) else {
          continue
        }
        let path = try Self.text(xml, target)
        targets[try Self.text(xml, id)] = path.hasPrefix("/") ? String(path.dropFirst()) : "xl/" + path
      case .endOfDocument: break loop
      default: continue
      }
    }
    sheetPaths = relations.map { targets[$0] ?? "" }
  }

  /// All texts of a string's runs, one after the other; phonetic hints are left out.
  private mutating func readSharedStrings() throws(ByteFailure) {
    var xml = try part("xl/sharedStrings.xml")
    var start = 0
    var isText = false
    var isPhonetic = false
    while true {
      switch try xml.next() {
      case .start(let tag, let isEmpty):
        if xml.isName(tag, "si") {
          start = pool.count
          if isEmpty { shared.append(start..<start) }
        } else if xml.isName(tag, "rPh") {
          isPhonetic = !isEmpty
        } else if xml.isName(tag, "t") {
          isText = !isEmpty
        }
      case .end(let tag):
        if xml.isName(tag, "si") { shared.append(start..<pool.count) }
        if xml.isName(tag, "t") { isText = false }
        if xml.isName(tag, "rPh") { isPhonetic = false }
      case .text:
        if isText, !isPhonetic { try xml.append(xml.range, isLiteral: xml.isLiteral, to: &pool) }
      case .endOfDocument: return
      }
    }
  }

  private static func text(_ xml: XMLTokenizer, _ range: Range<Int>) throws(ByteFailure) -> String {
    var bytes: [UInt8] = []
    try xml.append(range, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// One pass over a sheet's XML.
private struct SheetReader {
  private var xml: XMLTokenizer
  private var pool: [UInt8]
  private let shared: [Range<Int>]
  /// Values of the current row by column; only these columns are looked at once the header is known.
  private var row: [(column: Int, range: Range<Int>)] = []
  private var rowNumber = 0
  private var column = -1
  private var kind = Kind.number
  private var valueStart = 0
  private var isValue = false

  private enum Kind { case number, shared, text, bool, error }

  static let largestColumn = 16_384

  init(_ xml: XMLTokenizer, pool: [UInt8], shared: [Range<Int>]) {
    self.xml = xml
    self.pool = pool
    self.shared = shared
  }

  mutating func read(file: SourceFile, name: String) throws(ByteFailure) -> Table? {
    var rows: [(number: Int, cells: [(column: Int, range: Range<Int>)])] = []
    var cellCount = 0
    while let found = try nextRow() {
      cellCount += found.count
      guard cellCount <= Table.largestCellCount else {
        throw ByteFailure("more than \(Table.largestCellCount) cells", at: 0, help: "split the sheet")
      }
      rows.append((rowNumber, found))
    }
    guard let first = rows.first else { return nil }
    let named = first.cells.filter { !$0.range.isEmpty }
    var position = [Int](repeating: -1, count: Self.largestColumn)
    for (index, cell) in named.enumerated() { position[cell.column] = index }
    let header = named.map { String(decoding: pool[$0.range], as: UTF8.self) }
    var table = Table(file: file, sheet: name, header: header, pool: pool)
    for row in rows.dropFirst() {
      guard !table.isFull else {
        throw ByteFailure("more than \(Table.largestCellCount) cells", at: 0, help: "split the sheet")
      }
      var ranges = [Range<Int>?](repeating: nil, count: header.count)
      for cell in row.cells where position[cell.column] >= 0 { ranges[position[cell.column]] = cell.range }
      if ranges.contains(where: { $0?.isEmpty == false }) { table.append(row: row.number, ranges) }
    }
    return table
  }

  /// The cells with a value of the next row that has any; nil at the end.
  private mutating func nextRow() throws(ByteFailure) -> [(column: Int, range: Range<Int>)]? {
    while true {
      switch try xml.next() {
      case .start(let tag, let isEmpty): startTag(tag, isEmpty)
      case .text:
        if isValue { try xml.append(xml.range, isLiteral: xml.isLiteral, to: &pool) }
      case .end(let tag):
        if xml.isName(tag, "row") {
          guard !row.isEmpty else { continue }
          defer { row = [] }
          return row
        }
        if xml.isName(tag, "v") || xml.isName(tag, "t") {
          isValue = false
        } else if xml.isName(tag, "c") {
          try finishCell()
        }
      case .endOfDocument: return nil
      }
    }
  }

  private mutating func startTag(_ tag: Range<Int>, _ isEmpty: Bool) {
    if xml.isName(tag, "row") {
      column = -1
      row = []
      rowNumber = min(Self.integer(xml, "r") ?? rowNumber + 1, 1 << 40)
    } else if xml.isName(tag, "c") {
      column = Self.column(xml) ?? column + 1
      kind = kindOfCell()
      valueStart = pool.count
    } else if xml.isName(tag, "v") || xml.isName(tag, "t") {
      isValue = !isEmpty
    }
  }

  private func kindOfCell() -> Kind {
    guard let type = xml.attribute("t", in: xml.range) else { return .number }
    switch String(decoding: xml.bytes[type], as: UTF8.self) {
    case "s": return .shared
    case "b": return .bool
    case "e": return .error
    case "str", "inlineStr": return .text
    default: return .number
    }
  }

  private mutating func finishCell() throws(ByteFailure) {
    var range = valueStart..<pool.count
    isValue = false
    guard (0..<Self.largestColumn).contains(column), !range.isEmpty else { return }
    switch kind {
    case .shared:
      let index = pool[range].reduce(0) { $1 &- 0x30 <= 9 ? min($0 * 10 + Int($1 - 0x30), 1 << 40) : 1 << 40 }
      pool.removeLast(range.count)
      guard index < shared.count else {
        throw ByteFailure("row \(rowNumber) names a text that the workbook does not hold", at: 0)
      }
      range = shared[index]
    case .bool:
      let isTrue = pool[range].elementsEqual([0x31])
      pool.removeLast(range.count)
      valueStart = pool.count
      pool += Array((isTrue ? "True" : "False").utf8)
      range = valueStart..<pool.count
    case .error:
      pool.removeLast(range.count)
      return
    case .number, .text: break
    }
    while !range.isEmpty, pool[range.lowerBound] <= 0x20 { range = range.lowerBound + 1..<range.upperBound }
    while !range.isEmpty, pool[range.upperBound - 1] <= 0x20 { range = range.lowerBound..<range.upperBound - 1 }
    if !range.isEmpty { row.append((column, range)) }
  }

  private static func integer(_ xml: XMLTokenizer, _ name: String) -> Int? {
    xml.attribute(name, in: xml.range).flatMap { Int(String(decoding: xml.bytes[$0], as: UTF8.self)) }
  }

  /// The column of `r="AB12"`, from 0.
  private static func column(_ xml: XMLTokenizer) -> Int? {
    guard let range = xml.attribute("r", in: xml.range) else { return nil }
    var value = 0
    for byte in xml.bytes[range].prefix(4) {
      let letter = byte & 0xDF
      guard letter >= 0x41, letter <= 0x5A else { break }
      value = value * 26 + Int(letter - 0x40)
    }
    return value > 0 ? value - 1 : nil
  }
}
