import Testing

@testable import InputFormats

/// Long elements of lists near the root are packed; the same lists deeper down are not, and must read the same.
struct TapePackingTests {
  /// Value, kind and place of every node below, places counted from `origin`.
  static func described(_ node: SyntaxNode, from origin: Int) -> [String] {
    let own = "\(node.kind) \(node.text ?? "") \(node.range.start - origin)-\(node.range.end - origin)"
    var result = [own + (node.isSkipped ? " skipped" : "") + " \(node.count)"]
    for element in node.elements { result += described(element, from: origin) }
    for entry in node.entries { result += described(entry.key, from: origin) + described(entry.value, from: origin) }
    return result
  }

  static func list(_ text: String, _ path: String, _ keys: [String]) throws -> (SyntaxNode, isPacked: Bool) {
    let read = SyntaxSamples.read(text, path: path, skipping: SkipRules(keys: ["images"]))
    #expect(read.diagnostics.map(\.message) == [])
    var node = try #require(read.documents.first?.root)
    for key in keys { node = try #require(node[key]) }
    let index = node.index + 2
    return (node, node.count > 0 && node.tree.word(index).kind == TapeKind.packed)
  }

  /// An object with everything that takes more than one short word.
  static func object(_ seed: Int) -> String {
    let long = String(repeating: "x", count: 70_000 + seed)
    let gap = String(repeating: " ", count: 300)
    let fields = (0..<40).map { #""key-\#($0)": {"a": [\#($0), -1.5e3, true, null, "t\#(seed)"], "b": {}}"# }
    return
      #"{"long": "\#(long)",\#(gap)"escaped": "a\tb\u00e9", "images": [1, {"x": []}], \#(fields.joined(separator: ", "))}"#
  }

  @Test func `packed elements of a JSON list read as unpacked ones do`() throws {
    let items = "[" + (0..<3).map(Self.object).joined(separator: ", ") + #", {"short": 1}, 7]"#
    let (head, deepHead) = (#"{"kind": "List", "items": "#, #"{"a": {"b": {"c": "#)
    let near = try Self.list(head + items + "}", "a.json", ["items"])
    let deep = try Self.list(deepHead + items + "}}}", "a.json", ["a", "b", "c"])
    let root = try Self.list(items, "a.json", [])
    #expect(near.isPacked && root.isPacked && !deep.isPacked)
    let expected = Self.described(deep.0, from: deepHead.utf8.count)
    #expect(expected.count > 1000)
    #expect(Self.described(near.0, from: head.utf8.count) == expected)
    #expect(Self.described(root.0, from: 0) == expected)
    #expect(near.0.elements.map(\.kind) == [.mapping, .mapping, .mapping, .mapping, .integer])
  }

  /// Lines of a block mapping of about 2,000 bytes, indented.
  static func block(_ indent: Int, extra: String = "") -> String {
    let blanks = String(repeating: " ", count: indent)
    let lines =
      ["name: web", "script: |", "  #!/bin/sh", "", "  echo hi", "folded: >-", "  one", "  two", "images: [{a: b}]"]
      + (0..<60).map { "key-\($0): {flow: [1, 'it''s', \"\\t\"], empty: }" } + (extra.isEmpty ? [] : [extra])
    return blanks.dropLast(2) + "- " + lines.joined(separator: "\n" + blanks) + "\n"
  }

  @Test func `packed elements of a YAML list read as unpacked ones do`() throws {
    let near = try Self.list("items:\n" + Self.block(2) + Self.block(2), "a.yaml", ["items"])
    let deep = try Self.list("items:\n  b:\n    c:\n" + Self.block(6) + Self.block(6), "a.yaml", ["items", "b", "c"])
    #expect(near.isPacked && !deep.isPacked)
    #expect(SyntaxWriter.json(near.0) == SyntaxWriter.json(deep.0))
    let first = try #require(near.0.elements.first { _ in true })
    let name = try #require(first["name"])
    #expect(name.range == SourceRange(start: 15, end: 18))
    #expect(name.file.path == "a.yaml")
  }

  @Test func `elements that aliases lead into or out of stay as they are`() throws {
    let anchored = "x: &x {y: 1}\nitems:\n" + Self.block(2, extra: "<<: *x") + Self.block(2, extra: "z: *x")
    let inside = "items:\n" + Self.block(2, extra: "z: &z {w: 1}") + Self.block(2) + "again: *z\n"
    for text in [anchored, inside] { #expect(try !Self.list(text, "a.yaml", ["items"]).isPacked) }
    let merged = try #require(try Self.list(anchored, "a.yaml", ["items"]).0.elements.first { _ in true })
    #expect(merged["y"]?.integer == 1)
    let again = SyntaxSamples.read(inside).documents.first?.root["again"]
    #expect(again?["w"]?.integer == 1)
    let merge = "<<:\n" + Self.block(2) + "own: 1\n"
    #expect(SyntaxSamples.read(merge).documents.first?.root["name"]?.text == "web")
  }

  @Test func `a late anchor reaches past packed elements`() throws {
    let text = "items:\n" + Self.block(2) + "x: &x {y: 1}\nz: {<<: *x}\n<<: *x\n"
    let root = try #require(SyntaxSamples.read(text).documents.first?.root)
    #expect(root["z"]?["y"]?.integer == 1)
    #expect(root["y"]?.integer == 1)
    #expect(root["items"]?.elements.first { _ in true }?["name"]?.text == "web")
  }
}
