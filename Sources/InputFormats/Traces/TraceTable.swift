import EventKernel
import SimulationEngine

/// Goes through the rows of a trace's table and keeps count of what is wrong in them.
struct TraceTable {
  static let problemLimit = 20

  let file: SourceFile
  let session: DecodingSession
  private(set) var reader: CSVReader
  let header: [String]
  let keys: [String]
  private(set) var problems = 0

  /// Nil where there is no header, or no text; reported.
  init?(_ file: SourceFile, _ session: DecodingSession) {
    let (decoded, _, failure) = TextEncoding.decode(file)
    if let failure { session.report(SyntaxFailure.diagnostics([failure], in: decoded, documents: nil)) }
    guard failure == nil else { return nil }
    self.file = decoded
    self.session = session
    var reader = CSVReader(decoded.bytes)
    do throws(CSVReader.Problem) {
      guard try reader.next() else {
        session.report(.error, .badTraceShape, "'\(file.path)' is empty")
        return nil
      }
    } catch {
      Table.report(error, in: decoded, session)
      return nil
    }
    self.reader = reader
    header = reader.fields.map(reader.text)
    keys = header.map(ColumnName.key)
  }

  /// The name of the file without its folder.
  var name: String { file.path.split(separator: "/").last.map(String.init) ?? file.path }

  func column(_ names: String...) -> Int? { names.lazy.compactMap { keys.firstIndex(of: $0) }.first }

  /// Goes to the next row with as many values as the header; others are reported and passed over.
  ///
  /// False at the end, or after too many problems.
  mutating func next() -> Bool {
    while problems < Self.problemLimit {
      do throws(CSVReader.Problem) {
        guard try reader.next() else { return false }
      } catch {
        Table.report(error, in: file, session)
        problems = Self.problemLimit
        return false
      }
      if reader.fields.count == header.count { return true }
      fail(
        "the row has \(reader.fields.count) values, the header \(header.count)", .badTraceShape, reader.rowStart,
        reader.rowEnd, help: reader.rowEnd == file.bytes.count ? "the file may be cut off: fetch it again" : nil)
    }
    return false
  }

  func text(_ column: Int) -> String { reader.text(reader.fields[column]) }

  /// A number, nil for an empty cell or NaN; anything else is reported.
  mutating func number(_ column: Int) -> Double? {
    let field = reader.fields[column]
    guard field.end > field.start else { return nil }
    if let value = reader.number(field) {
      if value >= 0 { return value }
      fail("negative use", .badTraceCell, field.start, field.end)
      return nil
    }
    let text = reader.text(field)
    guard !["nan", "null", "na", "n/a", "-"].contains(text.lowercased()) else { return nil }
    fail("'\(text.prefix(40))' is not a number", .badTraceCell, field.start, field.end)
    return nil
  }

  mutating func seconds(_ column: Int, _ time: inout TimeColumn) -> Double? {
    let field = reader.fields[column]
    if let value = time.seconds(reader, field) { return value }
    fail(
      "'\(reader.text(field).prefix(40))' is not a time", .badTraceCell, field.start, max(field.start + 1, field.end),
      help: "write seconds, milliseconds since 1970, or 2026-03-01T08:00:00Z")
    return nil
  }

  mutating func fail(
    _ message: String, _ code: DiagnosticCode, _ start: Int, _ end: Int, help: String? = nil
  ) {
    problems += 1
    let isLast = problems == Self.problemLimit
    session.report(
      Diagnostic(
        severity: .error, code: code.rawValue, message: message, file: file,
        range: SourceRange(start: start, end: end),
        notes: isLast ? ["reading stops here, after \(problems) problems"] : [], help: help))
  }
}

extension TraceRequest {
  /// CPU use as a share of the machine.
  func share(_ value: Double, _ unit: Unit) -> Double {
    switch unit {
    case .percent: value / 100
    case .share: value
    case .cores: value / Double(max(1, vCPUs ?? Int.max >> 32))
    }
  }
}
