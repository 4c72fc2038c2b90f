import Foundation
import Testing

/// What is left out while reading must be what nobody reads.
struct SkippedKeyTests {
  @Test func `no reader asks for a key whose value is left out`() throws {
    let catalog = try #require(Repository.text("Sources/InputFormats/FormatCatalog.swift"))
    let start = try #require(catalog.range(of: "static let skippedKeys"))
    let list = catalog[start.upperBound...].prefix { $0 != "]" }
    let keys = list.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    #expect(keys.count > 20 && keys.contains("managedFields"))
    let files = Repository.files("Sources/InputFormats").filter { !$0.path.hasSuffix("/FormatCatalog.swift") }
    for key in keys {
      let asking = files.filter { $0.text.contains("\"\(key)\"") }.map(\.path)
      #expect(asking == [], "\(key)")
      #expect(catalog.components(separatedBy: "\"\(key)\"").count == 2, "\(key)")
    }
  }
}
