import LiveMigration
import Testing

@testable import InputFormats

/// Measurements of dirty pages in the forms that people have them in.
struct MeasurementReaderTests {
  private func read(_ text: String) -> (machines: [MachineMeasurements], lines: [String]) {
    let session = DecodingSession()
    let machines = MeasurementReader.read(SourceFile(path: "m", bytes: Array(text.utf8)), session: session)
    let lines = session.diagnostics.map { diagnostic in
      let place = diagnostic.position.map { "\($0.line):\($0.column) " } ?? ""
      return "\(diagnostic.severity) \(place)\(diagnostic.message)"
    }
    return (machines, lines)
  }

  @Test func `a table may mix intervals, rounds, rates and totals of several machines`() throws {
    let found = read(
      """
      machine,intervalSeconds,dirtyMiB,iteration,seconds,remainingBytes,totalSeconds,memoryBytes,bandwidthBytesPerSecond,rateBytesPerSecond,when
      a/db,10,512,,,,,,,,
      a/db,,,1,60,1000000000,,,100000000,,
      a/db,,,2,10,900000000,,,,,
      a/db,,,,,,90,8e9,1e8,,
      web,,,,,,,,,5000000,idle
      web,,,,,,,,100000000,99000000,migration
      """)
    #expect(found.lines == [])
    #expect(found.machines.map(\.name) == ["a/db", "web"])
    let db = try #require(found.machines.first)
    #expect(db.memoryBytes == 8e9)
    #expect(
      db.observations.map(\.evidence) == [
        .interval(seconds: 10, dirtyBytes: 512 * 0x1p20),
        .round(seconds: 60, remainingBytes: 1e9, bandwidthBytesPerSecond: 1e8),
        // What the round before left went out in ten seconds.
        .round(seconds: 10, remainingBytes: 9e8, bandwidthBytesPerSecond: 1e8),
        .migration(PastMigration(totalSeconds: 90, memoryBytes: 8e9, bandwidthBytesPerSecond: 1e8)),
      ])
    #expect(
      found.machines[1].observations.map(\.evidence) == [
        .idleRate(bytesPerSecond: 5e6), .rateWhileMigrating(bytesPerSecond: 9.9e7, bandwidthBytesPerSecond: 1e8),
      ])
  }

  @Test func `columns of a digitised figure are known, others are named`() {
    let found = read("workload,iteration,t_end_s,iteration_s,remaining_MiB_at_end\nredis,1,93.7,93.7,3427\n")
    #expect(found.lines == ["note skipped 1 × column: not needed: t_end_s"])
    #expect(
      found.machines.map(\.observations) == [
        [
          DirtyObservation(
            .round(seconds: 93.7, remainingBytes: 3427 * 0x1p20, bandwidthBytesPerSecond: nil),
            absoluteErrorBytes: 10 * 0x1p20)
        ]
      ])
  }

  @Test func `JSON Lines have the same names, and QEMU's answers are understood`() {
    let found = read(
      """
      {"machine": "a/db", "intervalSeconds": 0.5, "dirtyBytes": 1e8}
      {"machine": "a/db", "return": {"status": "measured", "dirty-rate": 100, "calc-time": 10, "mode": "dirty-bitmap"}}
      {"machine": "a/db", "return": {"status": "measuring", "dirty-rate": 0, "calc-time": 10, "mode": "dirty-bitmap"}}
      {"machine": "a/db", "return": {"status": "measured", "dirty-rate": 0, "calc-time": 1, "mode": "page-sampling"}}
      """)
    #expect(
      found.machines.map { $0.observations.map(\.evidence) } == [
        [
          .interval(seconds: 0.5, dirtyBytes: 1e8), .interval(seconds: 10, dirtyBytes: 1000 * 0x1p20), .nothingSampled,
        ]
      ])
    #expect(found.lines == ["note skipped 1 × measurement: its status is 'measuring'"])
  }

  @Test func `a scrape gives rates by machine`() {
    let found = read(
      """
      # TYPE kubevirt_vmi_dirty_rate_bytes_per_second gauge
      kubevirt_vmi_dirty_rate_bytes_per_second{name="db",namespace="shop"} 31457280
      kubevirt_vmi_dirty_rate_bytes_per_second{name="web",namespace="shop"} 0
      kubevirt_vmi_memory_used_bytes{name="db",namespace="shop"} 1
      """)
    #expect(found.machines.map(\.name) == ["shop/db", "shop/web"])
    #expect(
      found.machines.flatMap { $0.observations.map(\.evidence) } == [
        .idleRate(bytesPerSecond: 31_457_280), .nothingSampled,
      ])
    #expect(found.lines == ["note skipped 1 × sample: not kubevirt_vmi_dirty_rate_bytes_per_second"])
  }

  @Test(arguments: [
    ("machine,seconds,remainingBytes\na,ten,5\n", "error 2:3 'ten' is not a number"),
    ("machine,seconds,remainingBytes\na,10,-5\n", "error 2:6 '-5' is not an amount"),
    ("rateBytesPerSecond,when\n5,later\n", "error 2:3 unknown 'when' 'later'"),
    ("name,size\na,5\n", "error 1:1 the columns are not those of measurements of dirty pages: found name, size"),
    ("{\"seconds\": \"x\", \"remainingBytes\": 5}\n", "error 1:13 'x' is not a number"),
    ("hello\n", "error 1:1 'm' is no table, no JSON Lines and no Prometheus text"),
    ("machine,seconds,remainingBytes\n", "error 1:1 'm' holds no measurements"),
  ])
  func `what is wrong is told with its place`(text: String, line: String) {
    #expect(read(text).lines.contains(line), "\(read(text).lines)")
  }

  @Test func `totals without memory and bandwidth are counted, not guessed`() {
    let found = read(
      "machine,totalSeconds,memoryBytes,bandwidthBytesPerSecond,seconds,remainingBytes\na,90,,,,\na,,,,5,6\n")
    #expect(found.machines.map(\.observations.count) == [1])
    #expect(found.lines.contains { $0.contains("its totals say nothing without memoryBytes") })
  }

  private static func changed(_ bytes: [UInt8], at index: Int) -> [[UInt8]] {
    ([0x22, 0x2C, 0x7B, 0x31] as [UInt8]).map { byte in
      var copy = bytes
      copy[index] = byte
      return copy
    }
  }

  @Test func `every cut and every changed byte of a file ends in measurements or a diagnostic`() {
    let text = "machine,iteration,seconds,remainingBytes\nb,1,93.7,3427\nb,2,31.3,\"1366\"\n"
    let bytes = Array(text.utf8)
    for index in bytes.indices {
      for changed in [Array(bytes.prefix(index))] + Self.changed(bytes, at: index) {
        let session = DecodingSession()
        let machines = MeasurementReader.read(SourceFile(path: "m", bytes: changed), session: session)
        #expect(!machines.isEmpty || !session.diagnostics.isEmpty)
        for machine in machines { _ = DirtyFit(machine.observations) }
      }
    }
  }
}
