@testable import InputFormats
import Testing

@Suite struct CSVReaderTests {
  private func rows(_ text: String) throws(CSVReader.Problem) -> [[String]] {
    var reader = CSVReader(Array(text.utf8))
    var rows: [[String]] = []
    while try reader.next() { rows.append(reader.fields.map(reader.text)) }
    return rows
  }

  @Test func `quotes keep separators, line breaks and doubled quotes`() throws {
    #expect(
      try rows("a,\"b,c\"\n\"x\ny\",\"he said \"\"no\"\"\"\n") == [["a", "b,c"], ["x\ny", "he said \"no\""]])
  }

  @Test(arguments: ["\n", "\r\n", "\r"], [",", ";", "\t", ";\t", ", "])
  func `line ends and separators of every kind are found`(_ end: String, _ separator: String) throws {
    let text = [["name", "cpu"], ["a", "1"], ["b", "2"]].map { $0.joined(separator: separator) }.joined(separator: end)
    #expect(try rows("\u{FEFF}" + text + end + end) == [["name", "cpu"], ["a", "1"], ["b", "2"]])
  }

  @Test func `empty fields stay and empty lines go`() throws {
    #expect(try rows("a,,c\n\n,\n") == [["a", "", "c"], ["", ""]])
    #expect(try rows("") == [])
  }

  @Test func `a quote without an end and text after a quote are refused where they are`() {
    let open = #expect(throws: CSVReader.Problem.self) { try self.rows("a,b\n1,\"x\n2,y\n") }
    #expect(open?.start == 6 && open?.message == "a quoted field has no closing quote")
    let after = #expect(throws: CSVReader.Problem.self) { try self.rows("a,\"b\"c\n") }
    #expect(after?.start == 5)
  }

  @Test(arguments: [
    ("0", 0), ("12.5", 12.5), ("-3", -3), ("1e3", 1000), ("1,546.6", 1546.6), ("1,234,567", 1_234_567),
    ("0.7333333333333333", 0.7333333333333333), ("12345678901234567890123", 1.2345678901234568e22), (".5", 0.5),
  ])
  func `numbers are exact`(_ text: String, _ value: Double) {
    let bytes = Array(text.utf8)
    #expect(DecimalText.value(bytes.span, 0, bytes.count, isCommaSeparated: true) == value)
  }

  @Test(arguments: ["", "x", "1x", "1,23", "1,2345", "nan", "inf", "0x10", "1.2.3", "-", "1e", "1e999"])
  func `what is no number is none`(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(DecimalText.value(bytes.span, 0, bytes.count, isCommaSeparated: true) == nil)
  }

  @Test func `a comma is a decimal sign only where it cannot be anything else`() {
    func value(_ text: String) -> Double? {
      let bytes = Array(text.utf8)
      return DecimalText.value(bytes.span, 0, bytes.count, isCommaSeparated: false)
    }
    #expect(value("1546,6") == 1546.6 && value("1.546,6") == 1546.6 && value("1,546.6") == 1546.6)
    #expect(value("1,546") == nil)
  }

  @Test func `ragged rows are told by line and column`() {
    let session = DecodingSession()
    let file = SourceFile(path: "t.csv", bytes: Array("a,b,c\n1,2\n1,2,3,4\n1,2,3,\n1,2".utf8))
    let table = Table(file, session: session)
    #expect(table?.rowCount == 4 && table?.text(0, 2) == nil && table?.number(1, 2) == 3)
    #expect(
      session.diagnostics.lines == [
        "warning I001 2:1 the row has 2 values, the header 3 | what is missing counts as empty",
        "error I001 3:7 the row has 4 values, the header 3 | quote values that hold the separator",
        "error I001 5:1 the row has 2 values, the header 3 | the file may be cut off: fetch it again",
      ])
  }

  @Test func `a table in UTF-16 is read and one in Latin-1 refused`() {
    let text = "name\tcpu\nÄ\t1\n"
    var wide: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    let session = DecodingSession()
    #expect(Table(SourceFile(path: "t", bytes: wide), session: session)?.text(0, 0) == "Ä")
    #expect(Table(SourceFile(path: "t", bytes: [0x61, 0x2C, 0xC4, 0x0A]), session: session) == nil)
    #expect(session.diagnostics.lines.count == 1 && session.hasErrors)
  }
}
