import Foundation
import Testing
import TestSupport

@testable import InputFormats

/// The official YAML test suite, where its data is at hand.
struct YAMLSuiteTests {
  struct Case {
    var id: String
    var yaml: String
    var isInvalid: Bool
    var json: [Any]?
  }

  static let path = ReferenceData.path("yaml-suite.jsonl")

  static func cases() throws -> [Case] {
    let text = try String(contentsOfFile: try #require(path), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      return Case(
        id: row["id"] as? String ?? "", yaml: row["yaml"] as? String ?? "",
        isInvalid: row["error"] as? Bool ?? false, json: row["json"] as? [Any])
    }
  }

  static func hasErrors(_ text: String) -> Bool {
    SyntaxReader.read(SourceFile(path: "case.yaml", bytes: Array(text.utf8))).diagnostics.contains {
      $0.severity == .error
    }
  }

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `every valid case of the suite loads`() throws {
    for item in try Self.cases() where !item.isInvalid {
      #expect(!Self.hasErrors(item.yaml), "\(item.id): \(item.yaml)")
    }
  }

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `every invalid case of the suite is refused`() throws {
    for item in try Self.cases() where item.isInvalid {
      #expect(Self.hasErrors(item.yaml), "\(item.id): \(item.yaml)")
    }
  }

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `every case of the suite with values loads equal`() throws {
    for item in try Self.cases() where !item.isInvalid {
      guard let json = item.json else { continue }
      let documents = SyntaxReader.read(SourceFile(path: "case.yaml", bytes: Array(item.yaml.utf8))).documents
      let lines = documents.map { SyntaxWriter.json($0.root) }
      let found = try lines.map {
        try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
      }
      #expect((found as NSArray).isEqual(json as NSArray), "\(item.id): \(item.yaml)\n\(lines)\n\(json)")
    }
  }

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `every valid case of the suite written as YAML reads back equal`() throws {
    for item in try Self.cases() where !item.isInvalid {
      let documents = SyntaxReader.read(SourceFile(path: "case.yaml", bytes: Array(item.yaml.utf8))).documents
      guard !documents.isEmpty else { continue }
      let written = SyntaxWriter.yaml(documents.map(\.root))
      let again = SyntaxReader.read(SourceFile(path: "again.yaml", bytes: Array(written.utf8)))
      #expect(
        again.documents.map { SyntaxWriter.json($0.root) } == documents.map { SyntaxWriter.json($0.root) },
        "\(item.id): \(written)")
    }
  }
}
