import Foundation
import Testing

/// `headroom predict` as other programs call it.
struct PredictTests {
  private static func line(_ id: String, _ more: String = "", cap: String = "20971520") -> String {
    """
    {"id":"\(id)","memoryBytes":268435456,"usedBytes":67108864,"dirty":[],"bandwidthBytesPerSecond":\(cap),\
    "downtimeLimitSeconds":0.3,"completionTimeoutSeconds":20,"progressTimeoutSeconds":5\(more)}

    """
  }

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func number(_ object: [String: Any], _ key: String) throws -> Double {
    try #require(object[key] as? NSNumber).doubleValue
  }

  @Test func `each case is answered by one line, in order, with a range around its time`() throws {
    let dirty = Self.line("b").replacingOccurrences(
      of: "\"dirty\":[]",
      with: "\"dirty\":[{\"setBytes\":16777216,\"writesPerSecond\":5000,\"access\":\"random\"}],"
        + "\"burst\":{\"onSeconds\":0.3,\"offSeconds\":1}")
    let answer = try Program.run(["predict", "--cases", "-", "--format", "json"], input: Self.line("a") + dirty)
    #expect(answer.status == 0 && answer.errors.isEmpty)
    let lines = try objects(answer.output)
    #expect(lines.map { $0["id"] as? String } == ["a", "b"])
    let total = try number(lines[0], "totalSeconds")
    // 64 MiB and firmware at 20 MiB a second; the rest is zeroes.
    #expect(total > 3.2 && total < 3.4)
    #expect(lines[0]["status"] as? String == "completed" && lines[0]["reason"] == nil)
    #expect(try number(lines[0], "iterations") == 3)
    for line in lines {
      let range = try #require(line["totalSecondsRange"] as? [Double])
      let value = try number(line, "totalSeconds")
      #expect(range[0] <= value && value <= range[1])
      for key in ["downtimeSeconds", "transferredBytes", "throttlePercentMax"] { #expect(line[key] is NSNumber) }
      #expect((line["downtimeSecondsRange"] as? [Double])?.count == 2)
    }
  }

  @Test func `cases that name one link share it`() throws {
    let alone = Self.line("a", ",\"linkBytesPerSecond\":30e6", cap: "1e9")
    let shared = ["a", "b"].map {
      Self.line($0, ",\"linkBytesPerSecond\":30e6,\"link\":\"l\",\"startSeconds\":0", cap: "1e9")
    }
    let single = try objects(try Program.run(["predict", "--cases", "-", "--format", "json"], input: alone).output)
    let both = try objects(
      try Program.run(["predict", "--cases", "-", "--format", "json"], input: shared.joined()).output)
    #expect(both.count == 2)
    for line in both {
      let ratio = try number(line, "totalSeconds") / number(single[0], "totalSeconds")
      #expect(ratio > 1.9 && ratio < 2.1)
    }
  }

  @Test func `people get a line for each case`() throws {
    let answer = try Program.run(["predict", "--cases", "-"], input: Self.line("a"))
    #expect(answer.output.hasPrefix("a: completed after 3."))
  }

  @Test func `what is unknown or missing is an error with its line and a fix`() throws {
    let text = Self.line("a") + Self.line("b", ",\"bursts\":{}") + "{\"id\":\"c\"}\n"
    let answer = try Program.run(["predict", "--cases", "-"], input: text)
    #expect(answer.status == 2 && answer.output.isEmpty)
    #expect(answer.errors.contains("-:2:") && answer.errors.contains("did you mean 'burst'?"))
    #expect(answer.errors.contains("-:3:1") && answer.errors.contains("case 'c' has no 'memoryBytes'"))
    #expect(answer.errors.contains("add \"dirty\":[]"))
    #expect(try Program.run(["predict"]).status == 64)
  }

  @Test(arguments: [
    (",\"link\":\"l\"", "'linkBytesPerSecond' is missing"),
    (",\"cpuBound\":\"yes\"", "true or false"),
    (",\"throttle\":{\"initialPercent\":120}", "between 1 and 99"),
    (",\"linkBytesPerSecond\":0", "at least 1"),
    (",\"burst\":{\"onSeconds\":1}", "'offSeconds' is missing"),
    (",\"burst\":{\"onSeconds\":0,\"offSeconds\":0}", "'burst' has no length"),
  ])
  func `a wrong value is named`(more: String, message: String) throws {
    let answer = try Program.run(["predict", "--cases", "-"], input: Self.line("a", more))
    #expect(answer.status == 2 && answer.errors.contains(message), "\(answer.errors)")
  }

  @Test func `a link has one rate`() throws {
    let lines = [30, 40].map { Self.line("a\($0)", ",\"link\":\"l\",\"linkBytesPerSecond\":\($0)000000") }
    let answer = try Program.run(["predict", "--cases", "-"], input: lines.joined())
    #expect(answer.status == 2 && answer.errors.contains("-:2:") && answer.errors.contains("link 'l'"))
  }

  /// 16 MiB rewritten 15 times a second, under 20 MiB/s without any time-out.
  private static func endless(_ id: String, _ more: String = "") -> String {
    line(id, more).replacingOccurrences(
      of: "\"dirty\":[]",
      with: "\"dirty\":[{\"setBytes\":16777216,\"writesPerSecond\":60000,\"access\":\"sequential\"}]"
    ).replacingOccurrences(of: "TimeoutSeconds\":20", with: "TimeoutSeconds\":0")
      .replacingOccurrences(of: "TimeoutSeconds\":5", with: "TimeoutSeconds\":0")
      .replacingOccurrences(of: "LimitSeconds\":0.3", with: "LimitSeconds\":0.03")
  }

  @Test(arguments: ["", ",\"link\":\"l\",\"linkBytesPerSecond\":30e6"])
  func `what nothing ends has no time, rounds or bytes`(more: String) throws {
    let text = Self.endless("a", more) + Self.endless("b", more)
    let lines = try objects(try Program.run(["predict", "--cases", "-", "--format", "json"], input: text).output)
    #expect(lines.count == 2)
    for line in lines {
      #expect(line["status"] as? String == "cancelled" && line["reason"] as? String == "doesNotConverge")
      for key in ["totalSeconds", "totalSecondsRange", "iterations", "transferredBytes"] {
        #expect(line[key] == nil, "\(key)")
      }
      #expect(line["agreement"] is NSNumber && line["downtimeSeconds"] is NSNumber)
    }
    let said = try Program.run(["predict", "--cases", "-"], input: text).output
    #expect(said.contains("a: cancelled (doesNotConverge), never ends"), "\(said)")
  }

  @Test func `a set larger than the memory in use is warned of and answered`() throws {
    let text = Self.line("a").replacingOccurrences(
      of: "\"dirty\":[]", with: "\"dirty\":[{\"setBytes\":67108865,\"writesPerSecond\":1,\"access\":\"random\"}]")
    let answer = try Program.run(["predict", "--cases", "-", "--format", "json"], input: text)
    #expect(answer.status == 0 && answer.errors.contains("is more than 'usedBytes'"), "\(answer.errors)")
    #expect(try objects(answer.output).count == 1)
  }
}
