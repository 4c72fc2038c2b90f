import Foundation
import Testing

/// Every file in `scenarios/` is an example that must work as it is.
@Suite struct ShippedScenarioTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scenarios")

  private static let files: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test func `there is one for each question of the README`() throws {
    let readme = try String(
      contentsOf: Self.folder.deletingLastPathComponent().appendingPathComponent("README.md"), encoding: .utf8)
    #expect(Self.files.count >= 5)
    #expect(Self.files.filter { !readme.contains("`scenarios/\($0)`") } == [])
  }

  @Test(arguments: files)
  func `it validates without a word and answers`(file: String) throws {
    let path = Self.folder.appendingPathComponent(file).path
    let verdict = try Program.run(["validate", path, "--format", "json"])
    #expect(verdict.status == 0, "\(verdict.output)")
    let checked = try #require(try JSONSerialization.jsonObject(with: Data(verdict.output.utf8)) as? [String: Any])
    #expect(checked["warnings"] as? Int == 0, "\(verdict.output)")
    let answer = try Program.run(["compare", path, "--replications", "2", "--format", "json"])
    #expect(answer.status == 0, "\(answer.errors)")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    let results = try #require(document["results"] as? [[String: Any]])
    #expect(results.count >= 2)
    let succeeded = results.compactMap { result in
      ((result["metrics"] as? [String: Any])?["migrations.succeeded"] as? [String: Any])?["mean"] as? Double
    }
    #expect(succeeded.contains { $0 > 0 }, "some balancer moves something")
  }
}
