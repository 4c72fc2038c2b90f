import ClusterModel
import Testing

@testable import InputFormats

struct SourceFileTests {
  @Test func `lines end at LF, CR LF and CR, and columns are characters`() {
    let file = SourceFile(path: "f", bytes: Array("\u{FEFF}aé\r\nb\rc\n😀d".utf8))
    #expect(file.position(of: 3) == (1, 1))
    #expect(file.position(of: 6) == (1, 3))
    #expect(file.position(of: 8) == (2, 1))
    #expect(file.position(of: 10) == (3, 1))
    #expect(file.position(of: 16) == (4, 2))
    #expect(file.position(of: 999) == (4, 3))
    #expect(file.position(of: -5) == (1, 1))
  }

  @Test func `many positions equal the single ones`() {
    let file = SourceFile(path: "f", bytes: Array("ab\ncd\r\n\r\ré\nf".utf8))
    let offsets = Array((0...file.bytes.count).reversed())
    let many = file.positions(of: offsets)
    for (offset, position) in zip(offsets, many) { #expect(file.position(of: offset) == position) }
  }
}

struct DiagnosticRendererTests {
  static func diagnostic(_ text: String, _ range: Range<Int>, path: String = "f.yaml", message: String = "wrong")
    -> Diagnostic
  {
    Diagnostic(
      severity: .error, code: "S014", message: message, file: SourceFile(path: path, bytes: Array(text.utf8)),
      range: SourceRange(start: range.lowerBound, end: range.upperBound), label: "not a balancer",
      help: "did you mean 'b'?")
  }

  @Test func `the place is quoted with carets under it`() {
    let text = String(repeating: "\n", count: 11) + "  name: low-node\n"
    #expect(
      DiagnosticRenderer.render([Self.diagnostic(text, 19..<27)], color: false) == """
        error[S014]: wrong
          --> f.yaml:12:9
           |
        12 |   name: low-node
           |         ^^^^^^^^ not a balancer
           = help: did you mean 'b'?

        """)
  }

  @Test func `diagnostics come sorted and the rest is counted`() {
    let text = (0..<30).map { "line\($0)\n" }.joined()
    let all = (0..<30).reversed().map { Self.diagnostic(text, ($0 * 3)..<($0 * 3 + 1), message: "m\($0)") }
    let rendered = DiagnosticRenderer.render(
      all + [Self.diagnostic("a", 0..<1, path: "a.yaml", message: "first")], color: false)
    #expect(rendered.hasPrefix("error[S014]: first\n"))
    #expect(rendered.contains("error[S014]: m18\n"))
    #expect(!rendered.contains("error[S014]: m19\n"))
    #expect(rendered.hasSuffix("… and 11 more\n"))
  }

  @Test func `no error hides behind notes`() {
    let notes = (0..<30).map { Diagnostic(severity: .note, code: "K013", message: "n\($0)") }
    let warning = Diagnostic(severity: .warning, code: "K001", message: "odd")
    let rendered = DiagnosticRenderer.render(notes + [warning, Self.diagnostic("abc", 1..<2)], color: false)
    #expect(rendered.contains("error[S014]: wrong") && rendered.contains("warning[K001]: odd"))
    #expect(
      rendered.contains("note[K013]: n17\n") && !rendered.contains("n18") && rendered.hasSuffix("… and 12 more\n"))
  }

  @Test func `an endless name does not fill the screen`() {
    let name = String(repeating: "x", count: 10_000)
    let diagnostic = Diagnostic(severity: .error, code: "S012", message: "no node '\(name)'", notes: [name], help: name)
    #expect(DiagnosticRenderer.render([diagnostic], color: false).count < 2000)
  }

  @Test func `nothing raw reaches the terminal`() {
    let text = "a: \u{1B}[31mred\u{202E}\u{7}\u{9B}\t\u{200B}x"
    let rendered = DiagnosticRenderer.render(
      [Self.diagnostic(text, 3..<4, path: "\u{1B}]0;x\u{7}", message: "bad \u{1B}[2J\u{2066}")], color: false)
    let allowed: Set<Unicode.Scalar> = ["\n", "…"]
    for scalar in rendered.unicodeScalars {
      #expect((scalar.value >= 0x20 && scalar.value < 0x7F) || allowed.contains(scalar), "\(scalar.value)")
    }
    #expect(rendered.contains("\\u{1B}[2J\\u{2066}"))
  }

  @Test func `a long line is shown only around the place`() {
    let text = String(repeating: "é", count: 100_000) + "!" + String(repeating: "x", count: 10_000_000)
    let rendered = DiagnosticRenderer.render([Self.diagnostic(text, 200_000..<10_000_000)], color: false)
    #expect(rendered.utf8.count < 1200)
    #expect(rendered.contains("1:100001"))
    let lines = rendered.split(separator: "\n")
    let bang = lines[3].firstIndex(of: "!").map { lines[3].distance(from: lines[3].startIndex, to: $0) }
    let caret = lines[4].firstIndex(of: "^").map { lines[4].distance(from: lines[4].startIndex, to: $0) }
    #expect(bang == caret)
  }

  @Test(arguments: [60, 80, 100])
  func `an excerpt fits the width`(_ width: Int) {
    let text = (0..<40).map { "key\($0)数: value\u{202E} " }.joined()
    for start in stride(from: 0, to: text.utf8.count, by: 7) {
      let rendered = DiagnosticRenderer.render([Self.diagnostic(text, start..<start + 5)], width: width, color: false)
      let line = rendered.split(separator: "\n")[3]
      #expect(VisibleText.width(String(line)) <= width, "\(line)")
    }
    let short = DiagnosticRenderer.render([Self.diagnostic("a: b # rest", 0..<1)], width: width, color: false)
    #expect(short.contains("a: b # rest"))
  }

  @Test func `colour is only there when asked for`() {
    #expect(DiagnosticRenderer.render([Self.diagnostic("a", 0..<1)], color: true).contains("\u{1B}[1;31m"))
    #expect(!DiagnosticRenderer.render([Self.diagnostic("a", 0..<1)], color: false).contains("\u{1B}"))
  }

  @Test func `a diagnostic without a place is shown without one`() {
    let plain = Diagnostic(severity: .warning, code: "S001", message: "odd", notes: ["n"])
    #expect(DiagnosticRenderer.render([plain], color: false) == "warning[S001]: odd\n  = note: n\n")
    #expect(DiagnosticRenderer.render([], color: false).isEmpty)
  }
}

struct SuggestionTests {
  @Test(arguments: [
    ("low-node-utilisation", "low-node-utilization"), ("nodename", "nodeName"), ("naem", "name"), ("Memory", "memory"),
    ("xyzzy", nil), ("", nil), ("name", nil),
  ])
  func `the nearest name is found, or none`(typed: String, expected: String?) {
    #expect(Suggestion.closest(to: typed, in: ["low-node-utilization", "nodeName", "name", "memory"]) == expected)
  }
}
