import Testing

@testable import InputFormats

struct JSONReaderTests {
  @Test(arguments: [
    (
      #"{"a":[1,-2.5e3,true,false,null,"x\"\u00e9\ud83d\ude00\/"],"b":{}}"#,
      #"{"a":[1,-2.5e3,true,false,null,"x\"é😀/"],"b":{}}"#
    ),
    ("[]", "[]"), (" 12 ", "12"), ("\"x\"", "\"x\""),
  ])
  func `values are read`(text: String, expected: String) {
    #expect(SyntaxSamples.json(text, path: "a.json") == [expected])
  }

  @Test func `values one after the other are documents`() {
    #expect(SyntaxSamples.json("{\"a\":1}{\"b\":2}\n[3]\n", path: "-") == [#"{"a":1}"#, #"{"b":2}"#, "[3]"])
  }

  @Test(arguments: [
    ("// by hand\n{}", "1:1 comments are not JSON"),
    ("{\"a\":1} /* end */", "1:9 comments are not JSON"),
    ("{\"a\": # x\n1}", "1:7 comments are not JSON"),
    ("{\"a\":1,}", "1:7 a comma before the closing bracket is not JSON"),
    ("[1,\n]", "1:3 a comma before the closing bracket is not JSON"),
    ("{'a':1}", "1:2 single quotes are not JSON"),
    ("{\"a\":'b'}", "1:6 single quotes are not JSON"),
    ("{a:1}", "1:2 expected a key in double quotes"),
    ("{\"a\" 1}", "1:6 expected ':' after a key"),
    ("{\"a\":1 \"b\":2}", "1:8 expected ',' or '}'"),
    ("{\"a\":01}", "1:6 a number has no leading zeros"),
    ("{\"a\":1.}", "1:8 a digit must follow the decimal point"),
    ("{\"a\":NaN}", "1:6 'NaN' is not JSON"),
    ("{\"a\":True}", "1:6 'True' is not JSON"),
    ("{\"a\":\"\\q\"}", "1:7 unknown escape in text"),
    ("{\"a\":\"\\ud800\"}", "1:7 lone UTF-16 surrogate escape"),
    ("{\"a\":\"x\n\"}", "1:6 text is not closed on its line"),
    ("{\"a\":1,\"b\":{\"c\":2,\"c\":3}}", "1:19 duplicate key \"c\" (first at line 1)"),
    ("{\"a\":[1,2", "1:6 array opened on line 1 is not closed"),
    ("{\"a\":1}]", "1:8 this bracket closes nothing"),
  ])
  func `what is not JSON is refused at its place`(text: String, expected: String) {
    #expect(SyntaxSamples.error(text, path: "a.json") == expected)
  }

  @Test func `refusals say what to do`() {
    for text in ["// x\n{}", "{\"a\":1,}", "{'a':1}", "{\"a\":[1,2"] {
      #expect(SyntaxSamples.read(text, path: "a.json").diagnostics.first?.help?.isEmpty == false)
    }
  }

  @Test func `text in brackets that JSON refuses may be YAML`() {
    #expect(SyntaxSamples.json("{\"a\": b, # c\n}\n") == [#"{"a":"b"}"#])
    #expect(SyntaxSamples.json("[\"a\", b]: c\n") == [#"{"[\"a\",\"b\"]":"c"}"#])
  }

  @Test func `depth is limited at a position`() {
    let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
    #expect(SyntaxSamples.error(deep, path: "a.json") == "1:501 nesting deeper than the limit of 500")
    let allowed = String(repeating: "[", count: 499) + String(repeating: "]", count: 499)
    #expect(SyntaxSamples.json(allowed, path: "a.json") == [allowed])
  }

  @Test func `the tree of JSON equals the tree of the same text read as YAML`() {
    let json = SyntaxSamples.node.split(separator: "\n{").map(String.init)[0]
    #expect(SyntaxSamples.json(json, path: "a.json") == SyntaxSamples.json("---\n" + json))
  }
}
