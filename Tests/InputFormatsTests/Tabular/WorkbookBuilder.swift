@testable import InputFormats

/// Makes small workbooks and archives of stored files.
enum WorkbookBuilder {
  static func zip(_ files: [(name: String, text: String)]) -> [UInt8] {
    var body: [UInt8] = []
    var directory: [UInt8] = []
    func word(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    for file in files {
      let content = Array(file.text.utf8)
      let name = Array(file.name.utf8)
      let sizes = word(Int(CRC32.of(content)), 4) + word(content.count, 4) + word(content.count, 4)
      directory += word(0x0201_4B50, 4) + word(20, 2) + word(20, 2) + word(0, 8) + sizes + word(name.count, 2)
      directory += word(0, 12) + word(body.count, 4) + name
      body +=
        word(0x0403_4B50, 4) + word(20, 2) + word(0, 8) + sizes + word(name.count, 2) + word(0, 2) + name + content
    }
    let end = word(0x0605_4B50, 4) + word(0, 4) + word(files.count, 2) + word(files.count, 2)
    return body + directory + end + word(directory.count, 4) + word(body.count, 4) + word(0, 2)
  }

  /// A workbook whose sheets hold this XML inside `sheetData`.
  static func workbook(_ sheets: [(name: String, rows: String)], shared: String = "") -> [UInt8] {
    var files: [(String, String)] = []
    let list = sheets.enumerated().map { "<sheet name=\"\($1.name)\" sheetId=\"1\" r:id=\"rId\($0)\"/>" }.joined()
    files.append(("xl/workbook.xml", "<?xml version=\"1.0\"?><x:workbook><x:sheets>\(list)</x:sheets></x:workbook>"))
    let links = sheets.indices.map { "<Relationship Id=\"rId\($0)\" Target=\"worksheets/s\($0).xml\"/>" }.joined()
    files.append(("xl/_rels/workbook.xml.rels", "<Relationships>\(links)</Relationships>"))
    if !shared.isEmpty { files.append(("xl/sharedStrings.xml", "<sst>\(shared)</sst>")) }
    for (index, sheet) in sheets.enumerated() {
      files.append(
        (
          "xl/worksheets/s\(index).xml",
          "<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>\(sheet.rows)</sheetData></worksheet>"
        ))
    }
    return zip(files)
  }
}
