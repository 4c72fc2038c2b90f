import Testing

@testable import InputFormats

struct YAMLReaderTests {
  @Test(arguments: [
    ("a: 1\nb:\n- x\n- y: z\n", #"{"a":1,"b":["x",{"y":"z"}]}"#),
    ("- - a\n  - b\n- c\n", #"[["a","b"],"c"]"#),
    ("a: [1, {b: c}, d: e]\n", #"{"a":[1,{"b":"c"},{"d":"e"}]}"#),
    ("? a\n: b\n? c\n", #"{"a":"b","c":null}"#),
    ("a:\n  b\n  c\n\n  d\n", #"{"a":"b c\nd"}"#),
    ("a: |\n  x\n   y\n\nb: >\n  x\n  y\n\n  z\nc: |-\n  x\n", #"{"a":"x\n y\n","b":"x y\nz\n","c":"x"}"#),
    ("a: \"x\\n\\x41\\u00e9\\U0001F600 \\\n   y\"\n", "{\"a\":\"x\\nAé😀 y\"}"),
    ("a: 'it''s\n  here'\n", #"{"a":"it's here"}"#),
    ("a: {\n  b: c\n}\n", #"{"a":{"b":"c"}}"#),
    ("a:\r\n- b\r\n- c\r\n", #"{"a":["b","c"]}"#),
    ("a: b\rc: d\r", #"{"a":"b","c":"d"}"#),
    ("{1: a, null: b, [c]: d}\n", #"{"1":"a","null":"b","[\"c\"]":"d"}"#),
    ("&x a: *x\n", #"{"a":"a"}"#),
    ("key: &k\n- 1\nother: *k\n", #"{"key":[1],"other":[1]}"#),
  ])
  func `structure is read as the specification says`(yaml: String, json: String) {
    #expect(SyntaxSamples.json(yaml) == [json])
  }

  @Test(arguments: [
    ("on", "string"), ("yes", "string"), ("No", "string"), ("12:30:45", "string"), ("2025-01-01", "string"),
    ("true", "bool"), ("True", "bool"), ("TRUE", "bool"), ("tRUE", "string"), ("~", "null"), ("Null", "null"),
    ("0777", "integer 777"), ("0o777", "integer 511"), ("0x1F", "integer 31"), ("-17", "integer -17"),
    ("+3", "integer 3"), ("1_000", "string"), ("1e3", "float 1000.0"), (".5", "float 0.5"), ("1.", "float 1.0"),
    ("-.inf", "float -inf"), (".NaN", "float nan"), ("-.nan", "string"), ("0b11", "string"), ("1e", "string"),
    ("9223372036854775807", "integer 9223372036854775807"), ("9223372036854775808", "integer nil"),
    ("-9223372036854775808", "integer -9223372036854775808"), ("1e400", "float nil"), ("\"1\"", "string"),
    ("!!str 1", "string"), ("!!int \"1\"", "integer 1"), ("", "null"),
  ])
  func `plain scalars follow the core schema of YAML 1.2`(text: String, expected: String) throws {
    let root = try #require(SyntaxSamples.read("a: \(text)\n").documents.first?.root["a"])
    switch root.kind {
    case .integer: #expect("integer \(root.integer.map { String($0) } ?? "nil")" == expected)
    case .float: #expect("float \(root.double.map { String($0) } ?? "nil")" == expected)
    default: #expect("\(root.kind)" == expected)
    }
  }

  @Test(arguments: [
    ("a: b: c\n", "1:5 a second ': ' inside a plain value"),
    ("a:\n\tb: c\n", "2:1 tab used as indentation"),
    ("x: {a: b\ny: c\n", "1:4 flow mapping opened on line 1 is not closed"),
    ("x: [\n  a: b\n  c: d\ny: z\n", "1:4 flow sequence opened on line 1 is not closed"),
    ("x: [\n  a\n  b: c\n]\n", "3:4 expected ',' or ']'"),
    ("a: 1\n b: 2\n", "2:3 ': ' in the second line of a plain value"),
    ("a:\n    b: 1\n  c: 2\n", "3:3 wrong indentation: 2 columns where 0 were expected"),
    ("a: 1\nb\n", "2:1 expected ':' after a key"),
    ("a: \"x\nb: y\n", "1:4 quoted text is not closed"),
    ("a: *x\n", "1:4 no anchor '&x' stands before this alias"),
    ("a: &x [*x]\n", "1:8 alias refers to a collection that holds it"),
    ("x: &x\n  <<: *x\n  k: 1\n", "2:7 merge key refers to itself"),
    ("a: @b\n", "1:4 plain text cannot begin with '@'"),
    ("a: \"\\q\"\n", "1:5 unknown escape in double quotes"),
    ("é: \"é\\ud800\"\n", "1:6 lone UTF-16 surrogate escape"),
    ("a: 1\nb: 2\na: 3\n", "3:1 duplicate key \"a\" (first at line 1)"),
    ("{a: 1, \"a\": 2}\n", "1:8 duplicate key \"a\" (first at line 1)"),
    ("a: b\n- c\n", "2:1 expected a key, found an element of a sequence"),
  ])
  func `mistakes are named at their place`(yaml: String, expected: String) {
    #expect(SyntaxSamples.error(yaml) == expected)
  }

  @Test func `positions are those of the value in the source`() throws {
    let root = try #require(SyntaxSamples.read("\u{FEFF}é: x\nb: [1, \"two\"]\nc: {d: e}\n").documents.first?.root)
    #expect(root.file.position(of: root["é"]?.range.start ?? -1) == (1, 4))
    let list = Array(root["b"]?.elements ?? root.elements)
    let two = try #require(list.last)
    #expect(two.file.position(of: two.range.start) == (2, 8))
    #expect(two.range.end - two.range.start == 5)
    #expect(root["b"].map { $0.range.end - $0.range.start } == 10)
  }

  @Test func `a broken document names its number and the others load`() throws {
    let result = SyntaxSamples.read("a: 1\n---\nb: [\n  c\n---\nd: 2\n")
    #expect(result.documents.map { SyntaxWriter.json($0.root) } == [#"{"a":1}"#, #"{"d":2}"#])
    #expect(result.documents.map(\.number) == [1, 3])
    #expect(result.diagnostics.map(\.notes) == [["in document 2 of 3"]])
  }

  @Test func `merges bring what the mapping does not have itself`() {
    let yaml = "a: &a {x: 1, y: 2}\nb: &b\n  y: 3\n  z: 4\nc:\n  <<: [*a, *b]\n  x: 0\nd:\n  <<: *b\n"
    #expect(
      SyntaxSamples.json(yaml) == [#"{"a":{"x":1,"y":2},"b":{"y":3,"z":4},"c":{"x":0,"y":2,"z":4},"d":{"y":3,"z":4}}"#])
    let merged = SyntaxSamples.read(yaml).documents.first?.root["c"]
    #expect(merged?.count == 3)
    #expect(merged?["z"]?.integer == 4)
    #expect(merged?["<<"] == nil)
  }

  @Test func `aliases share their node and a budget stops their growth`() {
    var laughs = "a0: &a0 [x, x]\n"
    for level in 1..<12 {
      laughs += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ","))]\n"
    }
    #expect(SyntaxSamples.error(laughs).contains("the aliases up to here stand for more than"))
    var chain = "a0: &a0 [x]\n"
    for level in 1..<600 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(SyntaxSamples.error(chain).contains("nesting deeper than the limit"))
    var keys = "- &a0 [x]\n"
    for level in 1..<30 { keys += "- &a\(level)\n  [*a\(level - 1) , *a\(level - 1) , *a\(level - 1) ] : y\n" }
    #expect(SyntaxSamples.error(keys).contains("the aliases up to here stand for more than"))
  }

  @Test func `anchors inside a key move with it`() {
    #expect(
      SyntaxSamples.json("[&a x, [*a , &b y]]: [*a , *b ]\n---\n[&c z: *c , q: *c ]\n")
        == [#"{"[\"x\",[\"x\",\"y\"]]":["x","y"]}"#, #"[{"z":"z"},{"q":"z"}]"#])
  }

  @Test func `a key that stands a hundred thousand times costs linear time`() {
    var text = ""
    for index in 0..<100_000 { text += "k\(index): 1\n" }
    let clock = ContinuousClock()
    let took = clock.measure { #expect(SyntaxSamples.read(text).documents.first?.root.count == 100_000) }
    #expect(took < .seconds(20))
    #expect(
      SyntaxSamples.read(text + "k77: 2\n").diagnostics.map(\.message) == ["duplicate key \"k77\" (first at line 78)"])
  }

  @Test func `an old version is a warning and a cut-off file has the hint`() {
    let old = SyntaxSamples.read("%YAML 1.1\n---\na: yes\n")
    #expect(old.diagnostics.map(\.severity) == [.warning])
    #expect(old.documents.first?.root["a"]?.text == "yes")
    let cut = SyntaxSamples.read("a:\n  b:\n    gue")
    #expect(cut.diagnostics.first?.help == "file looks cut off: re-export it")
    #expect(cut.diagnostics.first?.position.map { "\($0.line):\($0.column)" } == "3:5")
    #expect(SyntaxSamples.read("a: 1\nb").diagnostics.first?.help?.contains("file looks cut off") == true)
    #expect(SyntaxSamples.read("a: 1\nb: 2").diagnostics.isEmpty)
  }
}
