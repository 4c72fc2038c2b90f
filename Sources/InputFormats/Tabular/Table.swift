/// A table with a header, from a CSV file or a sheet of a workbook: ranges of bytes, and texts only where asked for.
struct Table {
  /// Eight bytes: start, length, and whether quotes in it are doubled.
  private struct Cell: BitwiseCopyable {
    var start: UInt32 = 0
    var bits: UInt32 = 0

    init() {}
    init(_ start: Int, _ end: Int, hasEscapes: Bool) {
      self.start = UInt32(truncatingIfNeeded: start)
      bits = UInt32(truncatingIfNeeded: end - start) << 1 | (hasEscapes ? 1 : 0)
    }
    var range: Range<Int> { Int(start)..<Int(start) + Int(bits >> 1) }
    var hasEscapes: Bool { bits & 1 != 0 }
  }

  /// More cells than any inventory has; refused before they are stored.
  static let largestCellCount = 20_000_000

  let file: SourceFile
  /// The sheet's name; empty for a file of values.
  let sheet: String
  /// Column names as written.
  let header: [String]
  private(set) var rowCount = 0
  private let bytes: [UInt8]
  private let isCommaSeparated: Bool
  private let keys: [String]
  private var cells: [Cell] = []
  /// For each row its number in the sheet, or the byte where it begins in the file.
  private var places: [Int] = []

  /// A sheet: cells point into `pool`, which holds their decoded texts.
  init(file: SourceFile, sheet: String, header: [String], pool: [UInt8]) {
    self.file = file
    self.sheet = sheet
    self.header = header
    bytes = pool
    isCommaSeparated = true
    keys = header.map(ColumnName.key)
  }

  /// A file of separated values; what is wrong with its shape is reported.
  ///
  /// Nil where there is no header.
  init?(_ file: SourceFile, header given: [String]? = nil, session: DecodingSession) {
    let (decoded, _, failure) = TextEncoding.decode(file)
    if let failure { session.report(SyntaxFailure.diagnostics([failure], in: decoded, documents: nil)) }
    guard failure == nil else { return nil }
    self.file = decoded
    sheet = ""
    bytes = decoded.bytes
    var reader = CSVReader(decoded.bytes)
    isCommaSeparated = reader.separator == 0x2C
    do throws(CSVReader.Problem) {
      if given == nil, try !reader.next() { return nil }
      header = given ?? reader.fields.map(reader.text)
      keys = header.map(ColumnName.key)
      try readRows(&reader, session)
    } catch {
      Self.report(error, in: decoded, session)
      return nil
    }
  }

  static func report(_ problem: CSVReader.Problem, in file: SourceFile, _ session: DecodingSession) {
    session.report(
      Diagnostic(
        severity: .error, code: DiagnosticCode.badTable.rawValue, message: problem.message, file: file,
        range: SourceRange(start: problem.start, end: problem.end), help: problem.help))
  }

  private mutating func readRows(
    _ reader: inout CSVReader, _ session: DecodingSession
  ) throws(CSVReader.Problem) {
    let width = header.count
    var shape = RaggedRows(width: width, session: session, file: file)
    while try reader.next() {
      shape.check(reader)
      guard cells.count + width <= Self.largestCellCount else {
        throw CSVReader.Problem(
          message: "the table has more than \(Self.largestCellCount) cells", start: reader.rowStart,
          end: reader.rowEnd, help: "split the file")
      }
      for column in 0..<width {
        let field = column < reader.fields.count ? reader.fields[column] : nil
        cells.append(field.map { Cell($0.start, $0.end, hasEscapes: $0.hasEscapes) } ?? Cell())
      }
      places.append(reader.rowStart)
      rowCount += 1
    }
    shape.finish()
  }

  /// Adds a row of a sheet, as ranges of the pool by column; nil for an empty cell.
  mutating func append(row number: Int, _ ranges: [Range<Int>?]) {
    for range in ranges { cells.append(range.map { Cell($0.lowerBound, $0.upperBound, hasEscapes: false) } ?? Cell()) }
    places.append(number)
    rowCount += 1
  }

  var isFull: Bool { cells.count + header.count > Self.largestCellCount }

  // MARK: Reading

  /// The first column that is called one of these, compared as `ColumnName.key` spells it.
  func column(_ names: String...) -> Int? { column(names) }
  func column(_ names: [String]) -> Int? {
    for name in names {
      if let index = keys.firstIndex(of: name) { return index }
    }
    return nil
  }

  /// The text of a cell; nil when it is empty or there is no such column.
  func text(_ row: Int, _ column: Int?) -> String? {
    guard let column else { return nil }
    let cell = cells[row * header.count + column]
    guard !cell.range.isEmpty else { return nil }
    guard cell.hasEscapes else { return String(decoding: bytes[cell.range], as: UTF8.self) }
    let field = CSVReader.Field(start: cell.range.lowerBound, end: cell.range.upperBound, hasEscapes: true)
    return CSVReader.text(bytes, field)
  }

  func isEmpty(_ row: Int, _ column: Int?) -> Bool {
    column.map { cells[row * header.count + $0].range.isEmpty } ?? true
  }

  /// The number in a cell; nil when it is empty or no number.
  func number(_ row: Int, _ column: Int?) -> Double? {
    guard let column else { return nil }
    let range = cells[row * header.count + column].range
    return DecimalText.value(bytes.span, range.lowerBound, range.upperBound, isCommaSeparated: isCommaSeparated)
  }

  /// `True`, `yes`, `1`, `poweredOn` and their opposites; nil for anything else.
  func flag(_ row: Int, _ column: Int?) -> Bool? {
    switch text(row, column)?.lowercased() {
    case "true", "yes", "1", "on", "wahr", "poweredon", "powered on", "running": true
    case "false", "no", "0", "off", "falsch", "poweredoff", "powered off", "stopped", "halted", "suspended": false
    default: nil
    }
  }

  /// Reports at a cell: line and column of a file, or sheet and row of a workbook in the message.
  func report(
    _ severity: Diagnostic.Severity, _ code: DiagnosticCode, _ message: String, row: Int, column: Int?,
    help: String? = nil, to session: DecodingSession
  ) {
    var range = SourceRange(start: places[row], end: places[row] + 1)
    if let column {
      let cell = cells[row * header.count + column].range
      if !cell.isEmpty { range = SourceRange(start: cell.lowerBound, end: cell.upperBound) }
    }
    let place = sheet.isEmpty ? "" : "sheet '\(sheet)', row \(places[row]): "
    session.report(
      Diagnostic(
        severity: severity, code: code.rawValue, message: place + message, file: file,
        range: sheet.isEmpty ? range : nil, help: help))
  }
}

/// Counts rows that do not have as many values as the header, and reports the first ones.
private struct RaggedRows {
  let width: Int
  let session: DecodingSession
  let file: SourceFile
  private static let limit = 20
  private var reported = 0
  private var more = 0

  init(width: Int, session: DecodingSession, file: SourceFile) {
    self.width = width
    self.session = session
    self.file = file
  }

  /// A longer row may hide a value in the wrong column: an error.
  ///
  /// A shorter one is a warning, unless the file ends in it.
  mutating func check(_ reader: CSVReader) {
    let count = reader.fields.count
    guard count != width else { return }
    let isLonger = count > width && reader.fields[width...].contains { $0.end > $0.start }
    guard isLonger || count < width else { return }
    guard reported < Self.limit else {
      more += 1
      return
    }
    reported += 1
    let isCut = count < width && reader.rowEnd == file.bytes.count
    let start = isLonger ? reader.fields[width].start : reader.rowStart
    session.report(
      Diagnostic(
        severity: isLonger || isCut ? .error : .warning, code: DiagnosticCode.badTable.rawValue,
        message: "the row has \(count) values, the header \(width)", file: file,
        range: SourceRange(start: start, end: max(start, reader.rowEnd)),
        help: isCut
          ? "the file may be cut off: fetch it again"
          : isLonger ? "quote values that hold the separator" : "what is missing counts as empty"))
  }

  func finish() {
    guard more > 0 else { return }
    session.report(
      .warning, .badTable, "'\(file.path)': \(more) more rows do not have as many values as the header")
  }
}

/// How column names are compared.
enum ColumnName {
  /// Lower case without blanks, signs and `%`: `CPU usage %` is `cpuusage`, `Memory (GiB)` is `memorygib`; `#` counts as
  /// `num`, as in `# Cores`.
  static func key(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "#": result += "num"
      case "a"..."z", "0"..."9": result.unicodeScalars.append(scalar)
      case "A"..."Z": result.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
      default: if scalar.value >= 0x80 { result.unicodeScalars.append(scalar) }
      }
    }
    return result
  }
}
