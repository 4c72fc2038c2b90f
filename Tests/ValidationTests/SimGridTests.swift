import ClusterModel
import Foundation
import LiveMigration
import TestSupport
import Testing

/// Live migrations beside SimGrid's (3.32, network model CM02 without cross traffic), under its assumptions.
///
/// A star of hosts whose NICs alone limit; every value within 0.1 %, which is the rounding of the reference.
struct SimGridTests {
  private static let path = ReferenceData.path("simgrid/cases.jsonl")
  private static let mebibyte = 0x1p20

  private struct Row: Decodable {
    struct Parameters: Decodable {
      var memMiB, dirtyMiBps, nicMiBps, capMiBps, workingSetShare: Double
      var n: Int
      var pattern: String
    }
    struct Guest: Decodable {
      var vm: String
      var duration_s, downtime_s: Double
    }
    var `case`: Int
    var net: String
    var params: Parameters
    var mean_duration_s, makespan_s, mean_downtime_s, sentMiB: Double?
    var per_vm: [Guest]?
  }

  private static func rows() throws -> [Row] {
    let text = try String(contentsOfFile: try #require(path), encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
      .filter { $0.net == "CM02-nocross" }
  }

  /// Who goes where.
  private static func ends(_ pattern: String, _ index: Int) -> (Int, Int) {
    switch pattern {
    case "samesrc", "mixed": (0, 1 + index)
    case "samedst": (1 + index, 0)
    case "samepair": (0, 1)
    case "cross": (index % 2, 1 - index % 2)
    case "chain": (index, index + 1)
    case "unequal": index < 3 ? (0, 1 + index) : (4, 3)
    default: (2 * index, 2 * index + 1)
    }
  }

  private static func outcome(_ row: Row) -> ConcurrentOutcome {
    let parameters = row.params
    var configuration = MigrationConfiguration()
    configuration.model = .simGrid
    configuration.downtimeLimitMs = 30
    configuration.completionTimeoutPerGiB = 0
    configuration.progressTimeout = 0
    configuration.disableTLS = true
    let migrations = (0..<parameters.n).map { index in
      let memory = parameters.memMiB * mebibyte * (parameters.pattern == "mixed" ? Double(index + 1) : 1)
      let writes = DirtyClass(
        setBytes: parameters.workingSetShare * memory, writesBytesPerSecond: parameters.dirtyMiBps * mebibyte,
        access: .sequential)
      let guest = MigrationCase(
        memoryBytes: memory, usedBytes: memory, dirty: DirtyPageProfile([writes]),
        linkBytesPerSecond: parameters.nicMiBps * mebibyte, configuration: configuration)
      let (source, target) = ends(parameters.pattern, index)
      return PlannedMigration(
        guest, from: NodeID(source), to: NodeID(target), capBytesPerSecond: parameters.capMiBps * mebibyte)
    }
    let nic = NetworkInterface(
      bytesPerSecond: parameters.nicMiBps * mebibyte / MigrationModel.payloadShare(mtuBytes: 1500), isDedicated: true)
    let network = MigrationNetwork(
      interfaces: Array(repeating: nic, count: 2 * parameters.n + 2), configuration: configuration)
    return predict(migrations, over: network)
  }

  private static func isEqual(_ value: Double, _ reference: Double?) -> Bool {
    guard let reference else { return false }
    return abs(value - reference) <= 1e-3 * reference + 1e-6
  }

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `durations, pauses and bytes are SimGrid's, and what never ends there does not converge`() throws {
    let rows = try Self.rows()
    #expect(rows.count == 30)
    for row in rows {
      let outcome = Self.outcome(row)
      let answers = outcome.predictions
      if [13, 14].contains(row.case) {
        #expect(answers.allSatisfy { $0.reason == .doesNotConverge }, "case \(row.case)")
        continue
      }
      let count = Double(answers.count)
      let comment = Comment(rawValue: "case \(row.case)")
      #expect(answers.allSatisfy { $0.status == .completed }, comment)
      #expect(Self.isEqual(answers.reduce(0) { $0 + $1.totalSeconds } / count, row.mean_duration_s), comment)
      #expect(Self.isEqual(answers.reduce(0) { $0 + $1.downtimeSeconds } / count, row.mean_downtime_s), comment)
      #expect(Self.isEqual(outcome.makespanSeconds, row.makespan_s), comment)
      #expect(
        Self.isEqual(answers.reduce(0) { $0 + $1.transferredBytes } / Self.mebibyte, row.sentMiB), comment)
      for (index, answer) in answers.enumerated() {
        let guest = row.per_vm?.first { $0.vm == "vm\(index)" }
        #expect(Self.isEqual(answer.totalSeconds, guest?.duration_s), comment)
        #expect(Self.isEqual(answer.downtimeSeconds, guest?.downtime_s), comment)
      }
    }
  }

  /// Three leave one host and a fourth meets one of them: thirds, and what a third leaves.
  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `unequal shares are exact`() throws {
    let outcome = Self.outcome(try #require(try Self.rows().first { $0.case == 22 }))
    for (answer, seconds) in zip(outcome.predictions, [9.8304, 9.8304, 9.8304, 4.9152]) {
      #expect(abs(answer.totalSeconds - seconds) < 1e-9)
    }
  }
}
