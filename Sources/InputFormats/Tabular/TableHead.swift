/// The first rows of a file of separated values, for deciding what it is.
struct TableHead {
  /// Column names as `ColumnName.key` spells them.
  var keys: [String] = []
  /// The first row as written.
  var first: [String] = []
  /// The second row as written; empty where there is none.
  var second: [String] = []

  init(keys: [String]) {
    self.keys = keys
    first = keys
  }

  /// Looks at the first 64 KiB; nil for what is no table of at least two columns.
  init?(_ bytes: [UInt8]) {
    var reader = CSVReader(bytes, limit: 65_536)
    guard (try? reader.next()) == true, reader.fields.count > 1 else { return nil }
    first = reader.fields.map(reader.text)
    keys = first.map(ColumnName.key)
    if (try? reader.next()) == true { second = reader.fields.map(reader.text) }
  }

  func has(_ names: String...) -> Bool { names.allSatisfy(keys.contains) }
  func hasAny(_ names: String...) -> Bool { names.contains(where: keys.contains) }
}

/// A column of a format, as `headroom list formats` shows it.
package struct FormatColumn: Sendable {
  package var name: String
  package var summary: String

  init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}
