import CapacityPlanning
import ClusterModel
import Foundation
import Reports
import SimulationEngine
import Testing

@Suite struct JSONReportTests {
  private func text(_ subject: ReportSubject) throws -> String {
    try #require(ReportCatalog.named("json")).render(subject, ReportStyle())
  }

  private func parsed(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `the document has the agreed keys`() throws {
    let text = try text(FakeSubject.make())
    #expect(
      text.hasPrefix(
        "{\n  \"schemaVersion\": 1,\n  \"tool\": {\"name\": \"headroom\", \"version\": \"0.1.0\"},\n  \"run\": "))
    #expect(text.hasSuffix("}\n"))
    let document = try parsed(text)
    let run = try #require(document["run"] as? [String: Any])
    #expect(run["seed"] as? Int == 42 && run["replications"] as? Int == 10)
    #expect(run["scenario"] as? String == "october-what-if" && run["scenarioHash"] as? String == "1f2e3d4c5b6a7988")
    let results = try #require(document["results"] as? [[String: Any]])
    #expect(results.map { $0["balancer"] as? String } == ["none", "low-node-utilization", "greedy-variance"])
    #expect(results[0]["scenario"] as? String == "october-what-if" && results[0]["replications"] as? Int == 10)
    let metrics = try #require(results[1]["metrics"] as? [String: [String: Any]])
    let skew = try #require(metrics["skew.cpu.stddev.mean"])
    #expect(Set(skew.keys) == ["mean", "low", "high", "unit", "direction", "samples"])
    #expect(skew["unit"] as? String == "share" && skew["direction"] as? String == "lower")
    #expect((skew["samples"] as? [Double])?.count == 10)
    let comparisons = try #require(document["comparisons"] as? [[String: Any]])
    for key in ["metric", "a", "b", "difference", "low", "high", "significant"] { #expect(comparisons[0][key] != nil) }
    let gates = try #require(document["gates"] as? [[String: Any]])
    #expect(gates.count == 4)
    for key in ["expression", "balancer", "value", "passed"] { #expect(gates[0][key] != nil) }
    let ranking = try #require(document["ranking"] as? [[String: Any]])
    #expect(ranking.first?["balancer"] as? String == "greedy-variance" && ranking.first?["rank"] as? Int == 1)
  }

  @Test func `a difference is b minus a`() throws {
    let document = try parsed(try text(FakeSubject.make()))
    let comparisons = try #require(document["comparisons"] as? [[String: Any]])
    let skew = try #require(
      comparisons.first {
        $0["metric"] as? String == "skew.cpu.stddev.mean" && $0["a"] as? String == "none"
          && $0["b"] as? String == "greedy-variance"
      })
    #expect((skew["difference"] as? Double ?? 0) < 0)
  }

  @Test func `what is unknown is absent`() throws {
    let document = try parsed(try text(FakeSubject.make(FakeSubject.experiment(replications: 1), isComparison: false)))
    #expect(document["comparisons"] == nil && document["ranking"] == nil)
    let results = try #require(document["results"] as? [[String: Any]])
    let metrics = try #require(results[0]["metrics"] as? [String: [String: Any]])
    #expect(metrics["downtime.pause.p99"] == nil, "none has no pauses")
    #expect(metrics["skew.cpu.stddev.mean"]?["low"] == nil)
  }

  @Test func `samples come back bit for bit`() throws {
    let subject = FakeSubject.make()
    struct Document: Decodable {
      struct Result: Decodable { var metrics: [String: Metric] }
      struct Metric: Decodable { var samples: [Double?] }
      var results: [Result]
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(try text(subject).utf8))
    let samples = document.results[2].metrics["migrations.bytes"]?.samples
    #expect(samples == subject.comparison.experiment.contestants[2].runs.map { $0.values[8] })
  }

  @Test func `hostile names survive as data`() throws {
    let text = try text(FakeSubject.hostile())
    #expect(!text.unicodeScalars.contains { $0 != "\n" && VisibleText.isHidden($0) })
    let results = try #require(try parsed(text)["results"] as? [[String: Any]])
    #expect(results.dropFirst().map { $0["balancer"] as? String } == FakeSubject.hostileNames.map { $0 })
  }

  @Test(arguments: [
    0, 1, -1, 0.1, 1e21, 1e-300, 123_456_789_012_345_680, 2.2250738585072014e-308, 0.30000000000000004, -0.0,
  ])
  func `numbers read back as written`(_ value: Double) throws {
    let text = JSONWriter.text(.array([.number(value)]), layout: .line)
    // JSONSerialization loses the last bit on Linux; JSONDecoder keeps it.
    let back = try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    #expect(back == [value], "\(text)")
  }

  @Test func `keys are sorted at every level`() {
    #expect(
      JSONWriter.text(.object([("b", .null), ("a", .bool(true)), ("c", nil)]), layout: .line)
        == "{\"a\":true,\"b\":null}\n")
  }

  @Test func `numbers that are not finite become null`() {
    #expect(JSONWriter.text(.array([.number(.nan), .number(.infinity)]), layout: .line) == "[null,null]\n")
  }
}
