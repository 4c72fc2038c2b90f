import Testing

@testable import InputFormats

@Suite struct ImportLimitTests {
  private static func files(_ count: Int) -> TestFiles {
    TestFiles(
      files: Dictionary(
        uniqueKeysWithValues: (1...count).map { number in
          (
            "a folder with a long name/node-\(number).yaml",
            """
            apiVersion: v1
            kind: Node
            metadata: { name: w\(number) }
            status: { allocatable: { cpu: 8, memory: 32Gi } }
            """
          )
        }))
  }

  @Test(arguments: [1, 5, 6, 200]) func `many files have a short head that stays as it is`(count: Int) throws {
    let files = Self.files(count)
    let imported = try files.importing(files.files.keys.sorted())
    let head = imported.yaml.prefix { $0 != "\n" }
    let rest = count > 5 ? ", … and \(count - 5) more file\(count == 6 ? "" : "s")" : ".yaml"
    #expect(head.hasSuffix(rest) && head.utf8.count < 400, "\(head)")
    let again = TestFiles(files: ["i.yaml": imported.yaml, "bom.yaml": "\u{FEFF}" + imported.yaml])
    #expect(try again.importing(["i.yaml"]).yaml == imported.yaml)
    #expect(try again.importing(["bom.yaml"]).yaml == imported.yaml)
  }

  @Test func `a head of any length is kept`() throws {
    let path = "a" + String(repeating: "b", count: 9000) + ".yaml"
    let files = TestFiles(files: [path: ScenarioImportTests.dump])
    let imported = try files.importing([path])
    #expect(try TestFiles(files: ["i.yaml": imported.yaml]).importing(["i.yaml"]).yaml == imported.yaml)
  }

  @Test func `aliases of aliases are told and not written out`() {
    var text = "apiVersion: headroom/v1\nkind: Scenario\nmetadata:\n  description:\n    a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    for level in 1...6 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
      text += "    a\(level): &a\(level) [\(aliases)]\n"
    }
    text += "cluster:\n  nodePools: [{ name: p, count: 3, node: { cpu: 16, memory: 64Gi } }]\n"
    let (output, diagnostics) = ScenarioImport(
      vocabulary: TestFiles.vocabulary, source: TestFiles(files: ["bomb.yaml": text]).source
    ).read(paths: ["bomb.yaml"])
    #expect(output == nil)
    #expect(diagnostics.contains { $0.severity == .error && $0.message.contains("aliases") && $0.range != nil })
  }

  @Test(arguments: ["", "---\n", "{}", "[]", "null", "kind: Scenario\n", "---\n---\n"])
  func `no output comes with an error`(text: String) {
    let files = TestFiles(files: ["s.yaml": text])
    for paths in [["s.yaml"], []] {
      let (output, diagnostics) = ScenarioImport(vocabulary: TestFiles.vocabulary, source: files.source).read(
        paths: paths)
      #expect(output != nil || diagnostics.contains { $0.severity == .error }, "\(paths) \(diagnostics.lines)")
    }
  }

  @Test func `shares are the floats nearest to their text`() throws {
    var texts = ["0", "1", "1.0", "0.1", "1e-3", "0.30000001192092896", "5e-324", "0.50000002980232239", ".5", "1E0"]
    var state: UInt64 = 7
    for _ in 0..<3000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 33) % 0x3F80_0000)
      texts.append("\(value)")
      // Halfway to the next float, cut to 14 decimals.
      texts.append("\((Double(value) + Double(value.nextUp)) / 2)".prefix { $0 != "e" }.prefix(15) + "")
    }
    let list = texts.filter { (0...1).contains(Float($0) ?? 2) }
    let file = SourceFile(path: "t.yaml", bytes: Array("[\(list.joined(separator: ", "))]".utf8))
    let node = try #require(SyntaxReader.read(file).documents.first?.root)
    let field = Field(session: DecodingSession(), name: "cpu", node: node, anchor: node, overrides: [])
    #expect(field?.shares() == list.compactMap { Float($0) })
    #expect(list.count > 3000)
  }
}
