import ClusterModel
import Foundation
import InputFormats
import Reports
import TestSupport
import Testing

/// Placement against answers of the real kube-scheduler (Kubernetes 1.34.1, default profile): small clusters with a pod.
struct PlacementAgreementTests {
  private static let path = ReferenceData.path("scheduler/public.jsonl.gz")

  /// A debug build is slow: it takes every fifth case.
  #if DEBUG
    private static let step = 5
  #else
    private static let step = 1
  #endif

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `verdicts, reasons, scores and choice are those of the real scheduler`() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try #require(Self.path))))
    let every = UnpackedInput(path: "cases.jsonl", bytes: bytes).file.bytes.split(separator: UInt8(ascii: "\n"))
    #expect(every.count >= 600)
    let lines = stride(from: 0, to: every.count, by: Self.step).map { every[$0] }
    let file = SourceFile(path: "cases.jsonl", bytes: Array(lines.joined(separator: [UInt8(ascii: "\n")])))
    let session = DecodingSession()
    let cases = PlacementCase.read(file, session: session)
    #expect(!session.hasErrors)
    #expect(cases.count == lines.count)
    var misses: [String] = []
    for (item, line) in zip(cases, lines) {
      let root = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? NSDictionary)
      let expected = try #require(root["expected"] as? NSDictionary)
      let answer = try Self.answer(item)
      for key in ["feasible", "rejected", "firstRejecter", "scores", "best", "bestMostAllocated"]
      where answer[key] as? NSObject != expected[key] as? NSObject {
        misses.append("\(item.id): \(key)")
      }
      let reasons = (expected["reasons"] as? [String: [String: [String]]])?.mapValues { byPlugin in
        byPlugin.mapValues { $0.joined(separator: ", ") }
      }
      if answer["reasons"] as? [String: [String: String]] != reasons { misses.append("\(item.id): reasons") }
    }
    #expect(misses == [])
  }

  private static func answer(_ item: PlacementCase) throws -> NSDictionary {
    var evaluator = PlacementEvaluator(item.cluster)
    let report = evaluator.report(for: evaluator.podClass(of: item.pending))
    let members = PlacementDocument.members(report, nodeNames: evaluator.nodeNames)
    let text = JSONWriter.text(.object(members), layout: .line)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
  }
}
