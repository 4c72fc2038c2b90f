import Foundation
import TestSupport
import Testing

/// The benches, run as a user runs them, in their tiny sizes.
struct BenchmarkTests {
  static func lines(_ arguments: [String]) throws -> [[String: Any]] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
      .appendingPathComponent("Benchmarks")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try String(decoding: output, as: UTF8.self).split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  @Test func `every bench prints lines of figures`() throws {
    let lines = try Self.lines(["--quick"])
    let names = Set(lines.compactMap { $0["name"] as? String })
    #expect(names.isSuperset(of: ["hold", "demand-sweep", "predict", "load-json", "load-yaml"]))
    for line in lines {
      let keys = ["parameters", "counters", "resultHash", "seconds", "unit", "perSecond", "peakMemoryBytes"]
      #expect(keys.filter { line[$0] == nil } == [], "\(line)")
      #expect(line["perSecond"] as? Double ?? 0 > 0)
    }
  }

  @Test func `one dump loads to the same machines in every form and by the reference`() throws {
    let lines = try Self.lines(["load-json", "load-yaml", "--quick"])
    var hashes: [String: Set<String>] = [:]
    for line in lines {
      let parameters = try #require(line["parameters"] as? [String: Any])
      let counters = try #require(line["counters"] as? [String: Int])
      #expect(counters["bytes"] ?? 0 >= 50_000)
      #expect(line["resultBytes"] as? Int ?? -1 >= 0)
      let key = "\(parameters["form"] ?? "") \(parameters["managedFields"] ?? "")"
      hashes[key, default: []].insert(line["resultHash"] as? String ?? "")
    }
    #expect(hashes.count >= 3)
    #expect(hashes["compact dropped"]?.count == 1)
    #expect(lines.count { ($0["parameters"] as? [String: Any])?["reader"] != nil } == 1)
  }

  /// SimGrid's figures for the same pattern: seconds to six digits.
  @Test(.enabled(if: ReferenceData.path("simgrid/scale.jsonl") != nil, ReferenceData.absent))
  func `many migrations take as long as SimGrid's`() throws {
    let path = try #require(ReferenceData.path("simgrid/scale.jsonl"))
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }
    func number(_ row: [String: Any], _ key: String) -> Double { (row[key] as? NSNumber)?.doubleValue ?? .nan }
    let lines = try Self.lines(["migrations", "--quick"])
    #expect(lines.count == 4)
    for line in lines {
      let parameters = try #require(line["parameters"] as? [String: Any])
      let counters = try #require(line["counters"] as? [String: Any])
      let row = try #require(
        rows.first { row in
          row["repeat"] == nil && number(row, "hosts") == number(parameters, "hosts")
            && number(row, "n") == number(parameters, "migrations")
            && number(row, "dirtyMiBps") == number(parameters, "dirtyMiBPerSecond")
            && number(row, "nicMiBps") == number(parameters, "lineMiBPerSecond")
        })
      #expect(number(counters, "completed") == number(row, "n"))
      for (ours, theirs) in [("makespanMicroseconds", "makespan_s"), ("meanMicroseconds", "mean_duration_s")] {
        #expect(abs(number(counters, ours) / 1e6 / number(row, theirs) - 1) < 1e-3, "\(parameters) \(ours)")
      }
    }
  }
}
