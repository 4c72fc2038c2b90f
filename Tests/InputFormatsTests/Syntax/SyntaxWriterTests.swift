import ClusterModel
import Testing

@testable import InputFormats

struct SyntaxWriterTests {
  static func roundTrip(_ text: String) throws -> (before: [String], after: [String], yaml: String) {
    let documents = SyntaxSamples.read(text).documents.map(\.root)
    let yaml = SyntaxWriter.yaml(documents)
    return (documents.map { SyntaxWriter.json($0) }, SyntaxSamples.json(yaml), yaml)
  }

  @Test(arguments: [
    "on", "no", "y", "1e3", "64Gi", "500m", "1E", "0b1", "0o7", "1e", "25Gbps", "null", "~", "true", "0777", "12:30:45",
    "", " lead", "trail ", "a: b", "a #b", "- x",
    "? x", "-",
    "---", "...", "&a", "*a", "!t", "|", ">", "%x", "@x", "`x", "'", "\"", "\\", "#x", "[a]", "{a}", "a,b", "x:",
    "\u{7}", "\u{1B}[31m",
    "\t", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}x", "\u{202E}x", "é", "😀", "a\nb", "a\nb\n", "a\n\n", "\na",
    "a\n b\n", " a\nb",
    "a\r\nb", "a \nb", "a\n---\nb\n", "x\n\n\ny", "<<", "=", "2025-01-01", "0x", "1_000", ".inf", "Yes", "a\tb",
    "a\n\tb", "error", "Error from server", "<html", "<?xml",
  ])
  func `text reads back equal whatever it looks like`(value: String) throws {
    var quoted: [UInt8] = []
    let bytes = Array(value.utf8)
    QuotedText.append(bytes.span, to: &quoted)
    let source = String(decoding: quoted, as: UTF8.self).replacing("\u{85}", with: "\\N").replacing(
      "\u{FEFF}", with: "\\uFEFF")
    for text in ["k: \(source)\n", "- - \(source)\n- x\n", "\(source): 1\n", "\(source)\n"] {
      let result = try Self.roundTrip(text)
      #expect(result.before == result.after, "\(text) became \(result.yaml)")
      let first = SyntaxSamples.read(text).documents.first?.root
      if text.hasPrefix("k") { #expect(first?["k"]?.text == value) }
      let again = SyntaxSamples.read(result.yaml).documents.first?.root
      #expect(first?.kind == again?.kind)
    }
  }

  @Test func `collections of every shape read back equal`() throws {
    for text in [SyntaxSamples.machine, SyntaxSamples.node] {
      let result = try Self.roundTrip(text)
      #expect(result.before == result.after, "\(result.yaml)")
      #expect(result.before == SyntaxSamples.json(result.before.joined(separator: "\n"), path: "a.json").map { $0 })
    }
  }

  @Test func `block style is what people write`() {
    let root = SyntaxSamples.read(#"{"a":{"b":["x",{"c":1,"d":[]}],"e":"1"},"s":"l1\nl2\n","z":null}"#).documents.map(
      \.root)
    #expect(
      SyntaxWriter.yaml(root) == """
        a:
          b:
          - x
          - c: 1
            d: []
          e: "1"
        s: |
          l1
          l2
        z: null

        """)
  }

  @Test func `JSON has the numbers that JSON allows`() {
    #expect(
      SyntaxSamples.json(
        "[0x1F, 0o17, +5, 007, .5, 1., 1e3, .inf, -.INF, .nan, 123456789012345678901234567890, 0xFFFFFFFFFFFFFFFFFF]\n")
        == [#"[31,15,5,7,0.5,1.0,1e3,".inf","-.INF",".nan",123456789012345678901234567890,"0xFFFFFFFFFFFFFFFFFF"]"#])
  }

  @Test func `keys that are not strings are their JSON text`() {
    #expect(
      SyntaxSamples.json("1: a\ntrue: b\n~: c\n? {x: [y]}\n: d\n0x10: e\n.nan: f\n")
        == [#"{"1":"a","true":"b","null":"c","{\"x\":[\"y\"]}":"d","16":"e",".nan":"f"}"#])
  }

  @Test func `keys within keys do not grow without bound`() {
    let text = String(repeating: "? ", count: 100) + "x\n"
    #expect(SyntaxSamples.json(text)[0].utf8.count < 10_000)
  }
}
