import ClusterModel
import EventKernel
import Foundation
import InputFormats
import SimulationEngine
import TestSupport
import Testing

/// A day of real usage: 1,052 machines, 288 samples each.
@Suite struct PlanetLabTests {
  private static let packed = ReferenceData.path("planetlab/20110303.csv.gz")

  /// Unpacks with the system's gzip, so that nothing of ours is trusted twice.
  private func text() throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", try #require(Self.packed)]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  @Test(.enabled(if: packed != nil, ReferenceData.absent))
  func `the demand that the engine meters is the trace's, to the last core-second`() async throws {
    let text = try text()
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").dropFirst().compactMap { Double($0) }
    }
    #expect(rows.count == 1052)
    let meanPercent = rows.map { $0.reduce(0, +) / Double($0.count) }.reduce(0, +) / Double(rows.count)

    let scenario = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: node, count: 60, node: { cpu: 128, memory: 512Gi } }]
        machines: [{ name: vm, type: general-purpose, cpu: 4, memory: 4Gi, trace: { file: day.csv } }]
      balancers: [none]
      horizon: 1d
      replications: 1
      """
    let source = FileSource { path in path == "day.csv" ? Array(text.utf8) : Array(scenario.utf8) }
    let reading = ScenarioReader(vocabulary: .standard, source: source).read(paths: ["planetlab.yaml"])
    let decoded = try #require(reading.scenario, "\(reading.diagnostics)")
    let result = try await Experiment.run(decoded, jobs: 1)
    let index = try #require(MetricCatalog.index(of: "headroom.usage.cpu.mean"))
    let free = try #require(result.contestants[0].runs[0].values[index])
    let expected = 1 - meanPercent / 100 * 4 * 1052 / (60 * 128)
    #expect(abs(free - expected) < 1e-9)
  }
}
