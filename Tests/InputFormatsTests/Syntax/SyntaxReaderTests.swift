import Foundation
import TestSupport
import Testing

@testable import InputFormats

struct SyntaxReaderTests {
  static func read(_ bytes: [UInt8], path: String = "x.yaml") -> (
    documents: [SyntaxDocument], diagnostics: [Diagnostic]
  ) {
    SyntaxReader.read(SourceFile(path: path, bytes: bytes))
  }

  @Test func `every encoding that Unicode names is read`() throws {
    let text = "a: é😀\n"
    for encoding in [
      String.Encoding.utf8, .utf16, .utf16BigEndian, .utf16LittleEndian, .utf32, .utf32BigEndian, .utf32LittleEndian,
    ] {
      let result = Self.read(Array(try #require(text.data(using: encoding))))
      #expect(result.documents.map { SyntaxWriter.json($0.root) } == [#"{"a":"é😀"}"#], "\(encoding)")
    }
  }

  @Test(
    arguments: [
      ([0x61, 0x3A, 0x20, 0xFF], "Y002", 4), ([0x61, 0x0A, 0xC0, 0x80], "Y002", 1),
      ([0x61, 0xED, 0xA0, 0x80], "Y002", 2),
      ([0x61, 0x3A, 0x20, 0x62, 0x00, 0x00], "Y003", 5), ([0x61, 0x1B], "Y004", 2), ([0xC2, 0x80], "Y004", 1),
    ] as [([UInt8], String, Int)])
  func `what is not text is refused where it begins`(bytes: [UInt8], code: String, column: Int) {
    let result = Self.read(bytes)
    #expect(result.documents.isEmpty)
    #expect(result.diagnostics.map(\.code) == [code])
    #expect(result.diagnostics.first?.position?.column == column)
  }

  @Test func `controls beyond ASCII are text in JSON and written as escapes`() throws {
    let result = Self.read(Array("{\"a\":\"x\u{9B}31m\u{7F}\"}".utf8))
    #expect(result.diagnostics.isEmpty && result.documents.count == 1)
    let root = try #require(result.documents.first?.root)
    #expect(root["a"]?.text == "x\u{9B}31m\u{7F}")
    #expect(SyntaxWriter.json(root) == #"{"a":"x\u009b31m\u007f"}"#)
    #expect(SyntaxWriter.yaml([root]).unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7F) })
  }

  @Test(arguments: [
    ("<!DOCTYPE html>\n<html>", "1:1 this is HTML, not YAML"), ("\n <HTML>", "1:1 this is HTML, not YAML"),
    ("Error from server (Forbidden): nodes", "1:1 the export command failed: the file holds an error message"),
    ("error: the server is away\n", "1:1 the export command failed: the file holds an error message"),
    ("error:\n  code: 1\n", "none"), ("error: x\nkind: y\na: b\nc: d\n", "none"),
  ])
  func `a page or a message instead of an export is recognised`(text: String, expected: String) {
    #expect(SyntaxSamples.error(text) == expected)
  }

  @Test(arguments: ["a.yaml", "a.json"])
  func `collections under skipped keys are checked but not kept, scalars are kept`(path: String) throws {
    let rules = SkipRules(keys: ["managedFields", "images"])
    let json = #"{"a":1,"managedFields":[{"x":{"y":"z\n"}},2],"images":"i","b":{"images":{"q":[]},"c":2}}"#
    let text =
      path == "a.json"
      ? json : "a: 1\nmanagedFields:\n- x:\n    y: |\n      z\n- 2\nimages: i\nb:\n  images: {q: []}\n  c: 2\n"
    let root = try #require(SyntaxSamples.read(text, path: path, skipping: rules).documents.first?.root)
    #expect(SyntaxWriter.json(root) == #"{"a":1,"managedFields":null,"images":"i","b":{"images":null,"c":2}}"#)
    #expect(root["managedFields"]?.isSkipped == true)
    #expect(root["a"]?.isSkipped == false)
    #expect(root.tree.pool.isEmpty)
    #expect(root.tree.words.count == 15)
    #expect(!SyntaxSamples.read(text.replacing("[]", with: "[,]"), path: path, skipping: rules).diagnostics.isEmpty)
  }

  @Test func `an anchor inside a skipped value still serves its aliases`() {
    let result = SyntaxSamples.read("images: &a [1]\nb: *a\n", skipping: SkipRules(keys: ["images"]))
    #expect(result.documents.first?.root["b"]?.count == 1)
  }

  @Test(arguments: [SyntaxSamples.machine, SyntaxSamples.node])
  func `every truncation ends in a value or a diagnostic`(sample: String) {
    let bytes = Array(sample.utf8)
    for count in 0...bytes.count {
      let result = Self.read(Array(bytes.prefix(count)))
      for document in result.documents { _ = SyntaxWriter.json(document.root) }
      _ = DiagnosticRenderer.render(result.diagnostics, color: false)
    }
  }

  @Test(arguments: [SyntaxSamples.machine, SyntaxSamples.node])
  func `every mutation of a byte ends in a value or a diagnostic`(sample: String) {
    let bytes = Array(sample.utf8)
    let replacements = Array("\"'[]{}:,-?&*!|>#%@`\\ \t\n\r~<0a.".utf8) + [0, 0x80, 0xC3, 0xFF]
    for index in bytes.indices {
      for replacement in replacements {
        var mutated = bytes
        mutated[index] = replacement
        let result = Self.read(mutated)
        for document in result.documents {
          _ = SyntaxWriter.json(document.root)
          _ = SyntaxWriter.yaml([document.root])
        }
      }
    }
  }

  @Test func `nothing in a bracket soup traps`() {
    let pieces = [
      "[", "]", "{", "}", ",", ": ", ":", "? ", "- ", "\n", "  ", "\t", "&a ", "*a ", "!!str ", "<<", "x", "\"y\"",
      "|\n", "---\n", "# c\n", "'", "...\n",
    ]
    for seed in 0..<3000 as Range<UInt64> {
      var random = TestRandom(state: seed)
      let text = (0..<random.below(24)).map { _ in pieces[random.below(pieces.count)] }.joined()
      let result = SyntaxSamples.read(text)
      let documents = result.documents.map(\.root)
      guard !result.diagnostics.contains(where: { $0.severity == .error }) else { continue }
      let again = SyntaxSamples.json(SyntaxWriter.yaml(documents))
      if !documents.isEmpty { #expect(again == documents.map { SyntaxWriter.json($0) }, "seed \(seed): \(text)") }
    }
  }

  @Test func `deep and hostile files need no more stack than a small thread has`() async {
    let texts = [
      String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
      String(repeating: "? ", count: 480) + "x", String(repeating: "{a: ", count: 10_000),
      String(repeating: "- ", count: 490) + "x",
      String(repeating: "[", count: 490) + String(repeating: "]", count: 490),
    ]
    let finished = await withCheckedContinuation { (continuation: CheckedContinuation<Int, Never>) in
      let thread = Thread {
        var count = 0
        for text in texts {
          let result = SyntaxSamples.read(text)
          for document in result.documents {
            count += SyntaxWriter.json(document.root).utf8.count + SyntaxWriter.yaml([document.root]).utf8.count
          }
          count += DiagnosticRenderer.render(result.diagnostics, color: false).utf8.count
        }
        continuation.resume(returning: count)
      }
      thread.stackSize = 512 * 1024
      thread.start()
    }
    #expect(finished > 0)
  }

  static let nasty = ReferenceData.path("nasty/manifest.json")

  @Test(.enabled(if: nasty != nil, ReferenceData.absent))
  func `recorded bad files are refused at the recorded line`() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: try #require(Self.nasty)))
    let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    for row in rows {
      guard let name = row["file"] as? String, let category = row["category"] as? String,
        ["syntax", "encoding", "resource"].contains(category) || name == "dup-keys.yaml",
        let path = ReferenceData.path("nasty/\(name)")
      else { continue }
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      let result = Self.read(bytes, path: name)
      let isRefused = result.diagnostics.contains { $0.severity == .error }
      if row["verdict"] as? String == "accept" { #expect(!isRefused, "\(name)") }
      guard row["verdict"] as? String == "error" else { continue }
      #expect(isRefused || name == "trunc-mid-key.yaml", "\(name)")
      guard let at = row["at"] as? [Any], let line = at.first as? Int else { continue }
      #expect(result.diagnostics.contains { $0.position?.line == line }, "\(name)")
      guard let column = at.last as? Int else { continue }
      #expect(result.diagnostics.contains { $0.position?.column == column }, "\(name)")
    }
  }
}
