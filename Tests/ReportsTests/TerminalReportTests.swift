import CapacityPlanning
import ClusterModel
import Reports
import SimulationEngine
import Testing

@Suite struct TerminalReportTests {
  private func text(_ subject: ReportSubject, width: Int = 100, color: Bool = false) throws -> String {
    try #require(ReportCatalog.named("terminal")).render(subject, ReportStyle(width: width, color: color))
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  @Test(arguments: [60, 80, 100])
  func `no line is wider than the terminal`(_ width: Int) throws {
    for line in lines(try text(FakeSubject.make(), width: width)) {
      #expect(TerminalText.width(String(line)) <= width, "\(line)")
      #expect(!line.hasSuffix(" "))
    }
  }

  @Test func `the verdict comes first and the table follows`() throws {
    let lines = lines(try text(FakeSubject.make()))
    #expect(lines[0] == "greedy-variance is best by CPU skew.")
    #expect(lines[1].hasPrefix("greedy-variance cut CPU skew by 40.7 % ±"))
    #expect(
      lines.contains { $0.contains("none") && $0.contains("low-node-utilization") && $0.contains("greedy-variance") })
  }

  @Test func `only a significantly best value is marked`() throws {
    let rows = lines(try text(FakeSubject.make()))
    let skew = try #require(rows.first { $0.hasPrefix("  CPU skew") })
    #expect(skew.filter { $0 == "*" }.count == 1 && skew.hasSuffix("*"))
    let one = try text(FakeSubject.make(FakeSubject.experiment(replications: 1)))
    #expect(!one.contains("*") && !one.contains(" ± "))
  }

  @Test func `gates say which failed for whom`() throws {
    let rows = lines(try text(FakeSubject.make()))
    #expect(rows.contains("Gates: 1 of 4 failed"))
    let failed = try #require(rows.first { $0.contains("FAIL") })
    #expect(failed.contains("skew.cpu.stddev.mean <= 10%") && failed.contains("low-node-utilization"))
  }

  @Test func `the footer holds what is needed to run it again`() throws {
    let text = try text(FakeSubject.make())
    #expect(text.contains("seed 42 · 10 replications · scenario 1f2e3d4c5b6a7988 · headroom 0.1.0"))
    #expect(text.contains("database A (8)"))
    #expect(text.contains("7 d simulated of which 6 h warm-up"))
  }

  @Test func `hostile names do nothing to a terminal`() throws {
    let text = try text(FakeSubject.hostile())
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(!VisibleText.isHidden(scalar), "U+\(String(scalar.value, radix: 16))")
    }
    for line in lines(text) { #expect(TerminalText.width(String(line)) <= 100, "\(line)") }
  }

  @Test func `colour changes no character of the text`() throws {
    let plain = try text(FakeSubject.make())
    var colored = try text(FakeSubject.make(), color: true)
    #expect(colored.contains("\u{1B}[1m"))
    while let start = colored.range(of: "\u{1B}["), let end = colored[start.upperBound...].firstIndex(of: "m") {
      colored.removeSubrange(start.lowerBound...end)
    }
    #expect(colored == plain)
  }

  @Test func `many balancers continue in further tables`() throws {
    let labels = ["none"] + (1...9).map { "candidate-number-\($0)" }
    let text = try text(FakeSubject.make(FakeSubject.experiment(labels: labels)), width: 80)
    for label in labels { #expect(text.contains(label)) }
    for line in lines(text) { #expect(TerminalText.width(String(line)) <= 80) }
  }

  @Test func `the report does not depend on when it is written`() throws {
    #expect(try text(FakeSubject.make()) == text(FakeSubject.make()))
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}

@Suite struct TerminalTextTests {
  @Test(arguments: [("abc", 3), ("数据", 4), ("e\u{301}", 1), ("", 0), ("±–…", 3)])
  func `width counts columns`(_ text: String, _ expected: Int) { #expect(TerminalText.width(text) == expected) }

  @Test func `what is cut ends in an ellipsis and keeps the width`() {
    #expect(TerminalText.truncated("abcdef", to: 4) == "abc…")
    #expect(TerminalText.truncated("abcd", to: 4) == "abcd")
    #expect(TerminalText.truncated("数据库", to: 4) == "数…")
    #expect(TerminalText.truncated("abc", to: 0) == "")
  }

  @Test func `lines break at spaces, inside endless words and never after plus-minus`() {
    #expect(TerminalText.wrapped("aa bb cc dd", width: 9, indent: "  ") == "aa bb cc\n  dd")
    #expect(TerminalText.wrapped("value of 12.3 ± 0.4 s", width: 16, indent: " ") == "value of 12.3\n ± 0.4 s")
    #expect(TerminalText.wrapped(String(repeating: "x", count: 20), width: 10) == "xxxxxxxxxx\nxxxxxxxxxx")
  }

  @Test func `control characters become visible`() {
    #expect(TerminalText.escaped("a\u{1B}[2Jb\n\u{202E}") == "a\\u{1B}[2Jb\\n\\u{202E}")
    #expect(TerminalText.escaped("plain ± text") == "plain ± text")
  }
}
