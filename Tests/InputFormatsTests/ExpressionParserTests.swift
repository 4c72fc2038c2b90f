import InputFormats
import SimulationEngine
import Testing

@Suite struct ExpressionParserTests {
  private let parser = ExpressionParser(metrics: TestFiles.vocabulary.metrics)

  @Test(arguments: [
    ("headroom.request.memory.min >= 20%", 0.2), ("headroom.request.memory.min>=0.2", 0.2),
    ("headroom.request.memory.min  >  20 %", 0.2), ("downtime.pause.p99 <= 400ms", 0.4), ("downtime.pause.p99 < 2", 2),
    ("migrations.bytes <= 5Gi", 5_368_709_120), ("skew.cpu.stddev.mean == 0.1", 0.1),
  ])
  func `a value is read in the metric's unit`(_ text: String, _ value: Double) throws {
    let expectation = try parser.parse(text)
    #expect(abs(expectation.value - value) < 1e-12 * max(1, value))
    #expect(expectation.text == text && expectation.balancer == nil)
  }

  @Test func `a prefix names the balancer`() throws {
    let expectation = try parser.parse("mine: skew.cpu.stddev.mean <= 0.1")
    #expect(expectation.balancer == "mine" && expectation.metric == "skew.cpu.stddev.mean")
    #expect(expectation.comparison == .atMost)
  }

  @Test(arguments: [
    ("", 0..<0), ("skew.cpu.stddev.mean", 0..<20), ("skew.cpu.stddev.mean = 1", 21..<22),
    ("skew.cpu.stddev.mean <=", 0..<23),
    ("skw.cpu.stddev.mean <= 1", 0..<19), ("x: skw.cpu.stddev.mean <= 1", 3..<22), ("<= 1", 0..<4),
    ("headroom.request.memory.min >= 20", 31..<33), ("skew.cpu.stddev.mean <= 1Gi", 24..<27),
    ("downtime.pause.p99 <= soon", 22..<26), ("skew.cpu.stddev.mean <= nan", 24..<27),
  ])
  func `what is wrong is pointed at`(_ text: String, _ bytes: Range<Int>) {
    let failure = #expect(throws: ExpressionParser.Failure.self) { try parser.parse(text) }
    #expect(failure?.bytes == bytes)
    #expect(failure?.help != nil)
  }
}
