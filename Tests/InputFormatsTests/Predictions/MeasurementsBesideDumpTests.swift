import ClusterModel
import InputFormats
import SimulationEngine
import Testing

/// Measurements of dirty pages beside a dump, and rates that a dump holds of machines that migrate.
@Suite struct MeasurementsBesideDumpTests {
  private static let dump = """
    apiVersion: v1
    kind: List
    items:
    - { apiVersion: v1, kind: Node, metadata: { name: n1 }, status: { allocatable: { cpu: 8, memory: 32Gi } } }
    """
    + ["shop/web", "shop/db"].map { name in
      let parts = name.split(separator: "/")
      return """

        - apiVersion: kubevirt.io/v1
          kind: VirtualMachineInstance
          metadata: { name: \(parts[1]), namespace: \(parts[0]) }
          spec: { domain: { memory: { guest: 4Gi } } }
          status: { phase: Running, nodeName: n1 }
        """
    }.joined()

  private static let measured = """
    machine,intervalSeconds,dirtyBytes
    shop/db,0.3,70000000
    shop/db,1,190000000
    shop/db,10,520000000
    shop/db,30,680000000
    web,10,5000000
    elsewhere/x,1,5

    """

  private func read(_ files: [String: String], _ paths: [String]) throws -> (ClusterSpecification, [Diagnostic]) {
    let reading = TestFiles(files: files.merging(["d.yaml": Self.dump]) { $1 }).read(paths)
    return (try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster, reading.diagnostics)
  }

  private func machine(_ name: String, _ cluster: ClusterSpecification) throws -> VirtualMachine {
    try #require(cluster.snapshotMachines.first { $0.name == name })
  }

  @Test func `a machine has what was fitted to its own measurements`() throws {
    let (cluster, diagnostics) = try read(["m.csv": Self.measured], ["d.yaml", "m.csv"])
    let stated = try #require(try machine("db", cluster).statedDirty)
    let hot = try #require(stated.hotSetBytes)
    #expect(hot.low < 5e8 && hot.high > 3e8 && stated.workingSetBytes == nil)
    #expect(try machine("web", cluster).statedDirty == nil)
    let note = try #require(diagnostics.first { $0.message.contains("dirty pages of 1 machine fitted") })
    #expect(note.notes.contains { $0.contains("too little to tell a curve") && $0.contains("shop/web") })
    #expect(note.notes.contains { $0.contains("elsewhere/x") })
  }

  @Test func `measurements in a dump's folder or named by a scenario count too`() throws {
    let files = ["f/d.yaml": Self.dump, "f/m.csv": Self.measured]
    #expect(try machine("db", try read(files, ["f"]).0).statedDirty != nil)
    let scenario = "apiVersion: headroom/v1\nkind: Scenario\ncluster: { snapshot: [d.yaml, m.csv] }\n"
    let named = try read(["s.yaml": scenario, "m.csv": Self.measured], ["s.yaml"]).0
    #expect(try machine("db", named).statedDirty != nil)
  }

  @Test func `what an annotation states counts before`() throws {
    let own = Self.dump.replacing(
      "name: db,", with: "name: db, annotations: { headroom/dirty: \"hotSet=5e8 tau=1/2/4\" },")
    let files = TestFiles(files: ["o.yaml": own, "m.csv": Self.measured])
    let reading = files.read(["o.yaml", "m.csv"])
    let cluster = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster
    let stated = DirtyStatement(hotSetBytes: .init(5e8), tauSeconds: .init(low: 1, typical: 2, high: 4))
    #expect(try machine("db", cluster).statedDirty == stated)
    #expect(reading.diagnostics.contains { $0.notes.contains { $0.contains("stated elsewhere") } })
    let broken = TestFiles(files: ["o.yaml": own.replacing("tau=1", with: "tau=9")]).read(["o.yaml"])
    #expect(broken.diagnostics.lines.contains { $0.contains("unreadable headroom/dirty") })
  }

  @Test func `a dirty rate read while its machine migrates is not taken`() throws {
    let scrape = """
      kubevirt_vmi_dirty_rate_bytes_per_second{name="db",namespace="shop"} 1.1e8
      kubevirt_vmi_dirty_rate_bytes_per_second{name="web",namespace="shop"} 2e6
      """
    func migration(_ phase: String) -> String {
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachineInstanceMigration
      metadata: { name: m, namespace: shop }
      spec: { vmiName: db }
      status: { phase: \(phase) }
      """
    }
    let running = try read(["p": scrape, "r.yaml": migration("Running")], ["d.yaml", "p", "r.yaml"])
    #expect(try machine("db", running.0).observedDirtyBytesPerSecond == nil)
    #expect(try machine("web", running.0).observedDirtyBytesPerSecond == 2e6)
    #expect(running.1.contains { $0.message.contains("1 dirty rate read while the machine migrated: left out") })
    // The machine itself says so too, where its migration is not in the dump.
    for (state, rate) in [
      ("{ startTimestamp: \"2026-01-01T10:00:00Z\" }", nil),
      ("{ startTimestamp: \"2026-01-01T10:00:00Z\", endTimestamp: \"2026-01-01T10:01:00Z\" }", 1.1e8),
      ("{ migrationUid: u }", 1.1e8),
    ] {
      let text = Self.dump + ", migrationState: \(state) }"
      let own = try read(
        ["p": scrape, "e.yaml": text.replacing(" }, migrationState", with: ", migrationState")], ["e.yaml", "p"])
      #expect(try machine("db", own.0).observedDirtyBytesPerSecond == rate, "\(state)")
    }
    let done = try read(["p": scrape, "r.yaml": migration("Succeeded")], ["d.yaml", "p", "r.yaml"])
    #expect(try machine("db", done.0).observedDirtyBytesPerSecond == 1.1e8)
  }

  @Test func `a machine group takes the rate that the fit hands on`() throws {
    let text = """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: w, count: 2, node: { cpu: 16, memory: 64Gi } }]
        machines: [{ name: db, cpu: 4, memory: 16Gi, dirtyRate: 30Mi }]
      """
    let reading = TestFiles(files: ["s.yaml": text]).read()
    let cluster = try #require(reading.scenario, "\(reading.diagnostics.lines)").cluster
    #expect(cluster.machineGroups[0].dirtyBytesPerSecond == 30 * 0x1p20)
    let wrong = TestFiles(files: ["s.yaml": text.replacing("30Mi", with: "fast")]).read()
    #expect(wrong.diagnostics.lines.contains { $0.hasPrefix("error") })
  }

  @Test func `a scenario states figures or intervals, and their order is checked`() throws {
    func group(_ dirty: String) -> String {
      """
      apiVersion: headroom/v1
      kind: Scenario
      cluster:
        nodePools: [{ name: w, count: 2, node: { cpu: 16, memory: 64Gi } }]
        machines: [{ name: db, cpu: 4, memory: 16Gi, dirty: \(dirty) }]
      """
    }
    let dirty = "{ hotSet: 1Gi, tau: { low: 50ms, typical: 4s, high: 10s }, coldRate: 8Mi, workingSet: 6Gi }"
    let read = TestFiles(files: ["s.yaml": group(dirty)]).read()
    let cluster = try #require(read.scenario, "\(read.diagnostics.lines)").cluster
    #expect(
      cluster.machineGroups[0].dirty
        == DirtyStatement(
          hotSetBytes: .init(0x1p30), tauSeconds: .init(low: 0.05, typical: 4, high: 10),
          coldBytesPerSecond: .init(8 * 0x1p20), workingSetBytes: .init(6 * 0x1p30)))
    for (wrong, words) in [
      ("{ tau: { low: 5s, typical: 4s, high: 10s } }", "out of order"), ("{ tau: 4 }", "no unit of time"),
      ("{ hotset: 1Gi }", "did you mean 'hotSet'?"), ("{ hotSet: { low: 1Gi, typical: 1Gi } }", "has no 'high'"),
    ] {
      let lines = TestFiles(files: ["s.yaml": group(wrong)]).read().diagnostics.lines
      #expect(lines.contains { $0.hasPrefix("error") && $0.contains(words) }, "\(wrong): \(lines)")
    }
  }
}
