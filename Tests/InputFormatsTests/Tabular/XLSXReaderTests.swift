@testable import InputFormats
import Testing

@Suite struct XLSXReaderTests {
  private func read(_ bytes: [UInt8], _ sheet: String = "one") -> (table: Table?, lines: [String]) {
    let session = DecodingSession()
    let reader = XLSXReader(SourceFile(path: "b.xlsx", bytes: bytes), session: session)
    return (reader?.table(sheet, session: session), session.diagnostics.lines)
  }

  private static let rows = """
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>cpu</t></is></c></row>
    <row r="7"><c r="A7" t="s"><v>1</v></c><c r="B7"><v>9</v></c><c r="C7" t="n"><v>2.5</v></c></row>
    <row r="8"><c r="A8" t="b"><v>1</v></c><c r="C8" t="e"><v>#N/A</v></c></row>
    <row r="9"/><row r="10"><c r="A10" t="str"><v> a &lt;&amp;&#x41; </v></c></row>
    """
  private static let shared = "<si><t>name</t></si><si><r><t>two </t></r><r><t>runs</t></r><rPh><t>x</t></rPh></si>"

  @Test func `texts, numbers, booleans and gaps are read as they stand`() throws {
    let (table, lines) = read(WorkbookBuilder.workbook([("one", Self.rows)], shared: Self.shared))
    #expect(lines == [])
    let found = try #require(table)
    #expect(found.header == ["name", "cpu"] && found.rowCount == 3)
    #expect(found.text(0, 0) == "two runs" && found.number(0, 1) == 2.5)
    #expect(found.text(1, 0) == "True" && found.text(1, 1) == nil)
    #expect(found.text(2, 0) == "a <&A")
  }

  @Test func `hostile XML is refused`() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><row r=\"1\"><c><v>&a;</v></c></row>"
    let cases = [
      (bomb, "a document type is refused"),
      ("<row><c t=\"str\"><v>&lol;</v></c></row>", "an entity that is not one of XML's own is refused"),
      (String(repeating: "<a>", count: 200), "the XML is nested too deeply"), ("<row", "a tag has no end"),
      ("</b></b></b></b>", "an end tag without a start"), ("<row>", "the XML ends inside an element"),
    ]
    for (rows, message) in cases {
      let (table, lines) = read(WorkbookBuilder.workbook([("one", rows)]))
      #expect(table == nil && lines.count == 1 && lines.first?.contains(message) == true, "\(message) \(lines)")
    }
  }

  @Test func `a lone cell in the last column costs nothing`() throws {
    let rows =
      "<row r=\"1\"><c r=\"XFD1\" t=\"str\"><v>name</v></c></row><row r=\"1048576\"><c r=\"XFD2\"><v>1</v></c></row>"
    let table = try #require(read(WorkbookBuilder.workbook([("one", rows)])).table)
    #expect(table.header == ["name"] && table.rowCount == 1 && table.number(0, 0) == 1)
  }

  @Test func `every cut and every changed byte of a workbook ends in a table or a diagnostic`() {
    let bytes = WorkbookBuilder.workbook([("one", Self.rows)], shared: Self.shared)
    for length in 0..<bytes.count {
      let (table, lines) = read(Array(bytes.prefix(length)))
      #expect(table == nil && !lines.isEmpty)
    }
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= UInt8(1 << (index % 8))
      let (table, lines) = read(changed)
      #expect(table == nil || table?.rowCount == 3 || !lines.isEmpty)
    }
  }

  @Test func `every changed byte of a sheet ends in a table or a failure`() throws {
    let rows = Array(Self.rows.utf8)
    for index in rows.indices {
      for byte: UInt8 in [0, 0x22, 0x26, 0x2F, 0x3C, 0x3E, 0x39, 0xFF] {
        var changed = rows
        changed[index] = byte
        _ = read(WorkbookBuilder.workbook([("one", String(decoding: changed, as: UTF8.self))], shared: Self.shared))
      }
    }
  }
}
