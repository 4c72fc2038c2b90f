import ClusterModel
import InputFormats
import LiveMigration
import SimulationEngine
import Testing

@Suite struct VariantTests {
  private func read(_ tail: String) -> ScenarioReader.Reading {
    ScenarioReader(vocabulary: .standard, source: FileSource { _ in Array((ScenarioReaderTests.pools + tail).utf8) })
      .read(paths: ["a.yaml"])
  }

  @Test func `a variant sets keys on top of the scenario and shares its hash`() {
    let reading = read(
      """
      variants:
        - { name: plain }
        - { name: fast, set: { cluster.nodePools.general.node.migrationNetwork.bandwidth: 25Gbps } }
      """)
    #expect(reading.diagnostics.isEmpty, "\(reading.diagnostics.map(\.message))")
    #expect(reading.variants.map(\.name) == ["plain", "fast"])
    let rates = reading.variants.map { $0.scenario.cluster.nodePools[0].migrationNIC.bytesPerSecond }
    #expect(rates == [10e9 / 8, 25e9 / 8])
    #expect(Set(reading.variants.map(\.scenario.hash)).count == 1)
  }

  @Test(arguments: [
    ("{ name: a, set: { horizon: 2d } }", "a variant cannot set 'horizon': all variants share it"),
    ("{ name: a, set: { seed: 2 } }", "a variant cannot set 'seed': all variants share it"),
    ("{ set: { platform: next } }", "variant has no 'name'"),
    ("{ name: a, sets: {} }", "unknown key 'sets' in variant"),
    ("{ name: a, set: { platfrom: next } }", "variant key platfrom: no 'platfrom' in the scenario"),
    ("{ name: a, set: { platform: nxt } }", "unknown platform 'nxt'"),
  ])
  func `a variant's mistakes are reported where they stand`(variant: String, message: String) throws {
    let reading = read("variants:\n  - \(variant)\n")
    #expect(reading.variants.isEmpty)
    let found = try #require(reading.diagnostics.first { $0.severity == .error })
    #expect(found.message.contains(message), "\(found.message)")
    #expect(found.position?.line == 11)
  }

  @Test func `an error that a variant causes names it, wherever it stands`() throws {
    let reading = read(
      """
          - { name: db, cpu: 1, memory: 1Gi, startOn: [general-1] }
      variants: [{ name: renamed, set: { cluster.nodePools.general.name: q } }]
      """)
    let error = try #require(reading.diagnostics.first { $0.severity == .error })
    #expect(error.message.contains("unknown node 'general-1'") && error.notes == ["in variant 'renamed'"], "\(error)")
  }

  @Test func `a path that leads nowhere lists each name once, and not all of many`() throws {
    let groups = (1...8).map { "    - { name: group-\($0), cpu: 1, memory: 1Gi }\n" }.joined()
    let reading = read(groups + "variants: [{ name: a, set: { cluster.machines.zzzzzz.count: 1 } }]\n")
    let error = try #require(reading.diagnostics.first { $0.severity == .error })
    #expect(error.help == "known: web, group-1, group-2, group-3, group-4 and 4 more", "\(error)")
  }

  @Test func `what the scenario warns of is not repeated for each variant`() {
    let reading = read(
      """
      migration: { network: migrations }
      variants: [{ name: a }, { name: b }]
      """)
    #expect(reading.diagnostics.map(\.message) == ["'network' is read but changes nothing in this version"])
    #expect(reading.variants.count == 2)
  }
}
