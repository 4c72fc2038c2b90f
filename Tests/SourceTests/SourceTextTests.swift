import Testing

struct SourceTextTests {
  @Test func `comments and literals are not code, lines stay where they are`() {
    let text = """
      let a = "try! // not" // try!
      /* fatalError
      */ let b = f("\\(g("x")) try!", 1)
      """
    #expect(SourceText.code(text) == ["let a = \"\" ", "", " let b = f(\"\", 1)"])
    #expect(SourceText.code("let t = \"\"\"\n  try!\n  \"\"\"\nnext()") == ["let t = \"\"", "", "", "next()"])
    #expect(SourceText.code("\"\\\"try!\" x") == ["\"\" x"])
  }

  @Test(
    arguments: [
      ("import Foundation", "Foundation"), ("  package import EventKernel", "EventKernel"),
      ("@testable import Balancing", "Balancing"), ("import struct Foundation.URL", "Foundation"),
      ("important()", nil), ("let x = 1", nil),
    ] as [(String, String?)])
  func `import lines name their module`(line: String, module: String?) {
    #expect(SourceText.importedModule(line) == module)
  }

  @Test func `words are found only whole`() {
    #expect(SourceText.contains("a Set b", word: "Set") && SourceText.contains("Set", word: "Set"))
    #expect(!SourceText.contains("hotSet Sets", word: "Set"))
  }
}
