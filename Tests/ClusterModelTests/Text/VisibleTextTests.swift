import ClusterModel
import Testing

@Suite struct VisibleTextTests {
  static let hidden: [Unicode.Scalar] = [
    "\u{0}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{AD}", "\u{61C}", "\u{200B}", "\u{202E}", "\u{2028}",
    "\u{2066}",
    "\u{FEFF}", "\u{FE0F}", "\u{E0041}", "\u{E000}", "\u{FFFE}", "\u{34F}", "\u{115F}", "\u{3164}",
  ]

  @Test(arguments: hidden)
  func `what cannot be seen is spelled out`(_ scalar: Unicode.Scalar) {
    let code = String(scalar.value, radix: 16, uppercase: true)
    #expect(VisibleText.escaped("a\(scalar)b") == "a\\u{\(code)}b")
  }

  @Test func `what can be seen stays`() {
    let text = "plain ± é 数据 😀 e\u{301}"
    #expect(VisibleText.escaped(text) == text)
    #expect(VisibleText.escaped("a\n\r\t") == "a\\n\\r\\t")
  }

  @Test func `a sentence keeps every name that may exist and cuts endless ones`() {
    let name = String(repeating: "a", count: 512)
    #expect(VisibleText.shown("node '\(name.dropLast(2))' is \u{1B}") == "node '\(name.dropLast(2))' is \\u{1B}")
    let endless = "node " + String(repeating: "b", count: 5000) + String(repeating: "\u{202E}", count: 5000) + "z is"
    let shown = VisibleText.shown(endless)
    #expect(shown.hasPrefix("node bbbb") && shown.contains("b…\\u{202E}") && shown.hasSuffix("z is"))
    #expect(shown.count < 1600)
    let words = VisibleText.shown(String(repeating: "word ", count: 5000), longest: 1000)
    #expect(words.count == 1001 && words.hasSuffix("…"))
  }

  @Test func `quoted text hides nothing and reads back`() {
    func quoted(_ text: String, _ wide: QuotedText.WideEscape = .pair) -> String {
      let bytes = Array(text.utf8)
      var output: [UInt8] = []
      QuotedText.append(bytes.span, to: &output, wide: wide)
      return String(decoding: output, as: UTF8.self)
    }
    #expect(quoted("a\"\\\n\u{1}é😀") == "\"a\\\"\\\\\\n\\u0001é😀\"")
    #expect(quoted("\u{9B}\u{202E}\u{200B}") == "\"\\u009b\\u202e\\u200b\"")
    #expect(quoted("\u{E0041}") == "\"\\udb40\\udc41\"")
    #expect(quoted("\u{E0041}", .long) == "\"\\U000e0041\"")
  }
}
