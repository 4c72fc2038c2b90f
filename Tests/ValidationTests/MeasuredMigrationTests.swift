import Foundation
import InputFormats
import LiveMigration
import TestSupport
import Testing

/// Predictions against migrations measured with QEMU 7.2 on a busy host.
///
/// Bounds are what the repeats of a case differ by, plus what is left open: a busy host ends rate windows late, and a
/// guest bound by its processor gets what the host leaves it.
struct MeasuredMigrationTests {
  private static let path = ReferenceData.path("qemu/cases.jsonl")

  private struct Row {
    var group: String
    var isOnLink: Bool
    var observed: [String: Any]
    var answer: RangedPrediction

    var wasCancelled: Bool { observed["status"] as? String == "cancelled" }
    var isCancelled: Bool { answer.median.status == .cancelled }
    func number(_ key: String) -> Double? { (observed[key] as? NSNumber)?.doubleValue }
  }

  private static func rows() throws -> [Row] {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: try #require(path))), as: UTF8.self)
    let lines = try text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    let inputs = try lines.map { try JSONSerialization.data(withJSONObject: try #require($0["case"])) }
    let session = DecodingSession()
    let file = SourceFile(path: "cases.jsonl", bytes: Array(inputs.joined(separator: [UInt8(ascii: "\n")])))
    let cases = PredictionCase.read(file, session: session)
    #expect(!session.hasErrors && cases.count == lines.count)
    return try zip(lines, zip(cases, PredictionCase.predict(cases, with: PredictionEnsemble()))).compactMap {
      line, pair in
      let observed = try #require(line["observed"] as? [String: Any])
      guard observed["hostLimited"] as? Bool != true else { return nil }
      let configuration = pair.0.migration.configuration
      let group =
        pair.0.link != nil
        ? "shared" : configuration.allowPostCopy ? "post-copy" : configuration.allowAutoConverge ? "throttled" : "plain"
      return Row(
        group: group, isOnLink: pair.0.migration.linkBytesPerSecond < 3e9, observed: observed, answer: pair.1)
    }
  }

  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `measured migrations come out as predicted`() throws {
    // Median and 90th percentile of the error of total time and of bytes.
    let bounds: [(group: String, total: (Double, Double), bytes: (Double, Double))] = [
      ("plain", (0.02, 0.10), (0.003, 0.10)), ("shared", (0.03, 0.10), (0.01, 0.10)),
      ("post-copy", (0.02, 0.10), (0.02, 0.10)), ("throttled", (0.12, 0.40), (0.12, 0.40)),
    ]
    let rows = try Self.rows()
    for bound in bounds {
      let group = rows.filter { $0.group == bound.group }
      #expect(group.count { $0.wasCancelled == $0.isCancelled } * 100 >= group.count * 96, "\(bound.group)")
      #expect(group.filter { $0.wasCancelled && !$0.isCancelled }.isEmpty, "\(bound.group)")
      let both = group.filter { !$0.wasCancelled && !$0.isCancelled }
      let totals = both.map { abs($0.answer.median.totalSeconds / ($0.number("totalSeconds") ?? 0) - 1) }
      let bytes = both.map { abs($0.answer.median.transferredBytes / ($0.number("transferredBytes") ?? 0) - 1) }
      #expect(Self.quantile(totals, 0.5) <= bound.total.0, "\(bound.group)")
      #expect(Self.quantile(totals, 0.9) <= bound.total.1, "\(bound.group)")
      #expect(Self.quantile(bytes, 0.5) <= bound.bytes.0, "\(bound.group)")
      #expect(Self.quantile(bytes, 0.9) <= bound.bytes.1, "\(bound.group)")
    }
    let plain = rows.filter { $0.group == "plain" && !$0.wasCancelled && !$0.isCancelled }
    let rounds = plain.map { abs(Double($0.answer.median.iterations) - ($0.number("iterations") ?? 0)) }
    #expect(Self.quantile(rounds, 0.5) == 0 && Self.quantile(rounds, 0.9) <= 1)
    let pauses = plain.filter(\.isOnLink).compactMap { row in
      row.number("downtimeSeconds").map { abs(row.answer.median.downtimeSeconds - $0) }
    }
    #expect(Self.quantile(pauses, 0.9) <= 0.06)
    let inside = plain.count { row in
      let total = row.number("totalSeconds") ?? 0
      let range = row.answer.totalSecondsRange
      return total >= range.lowerBound - 0.1 && total <= range.upperBound + 0.1
    }
    #expect(inside * 100 >= plain.count * 85)
  }
}
