import Testing

@testable import LiveMigration

/// Times of typical machines against an independent estimate: rounds in a closed loop, only used pages, 300 ms limit.
///
/// The estimate reads the bitmap only when everything is sent, so it stops at or below the limit, while QEMU, which
/// reads it early, stops close to the limit; totals agree within 20 % or half a second.
struct PlausibilityTests {
  struct Row: Sendable {
    var name: String
    var usedMiB: Double
    var hotMiB: Double
    var tauSeconds: Double
    var coldMiBPerSecond: Double
    var capShare: Double
    /// Seconds at 112, 1,100 and 2,600 MiB/s; nil where it stalls.
    var seconds: [Double?]
  }

  static let rows = [
    Row(
      name: "general purpose", usedMiB: 9011, hotMiB: 180, tauSeconds: 3, coldMiBPerSecond: 3, capShare: 0.15,
      seconds: [86, 8, 4]),
    Row(
      name: "database", usedMiB: 27853, hotMiB: 1114, tauSeconds: 4, coldMiBPerSecond: 8, capShare: 0.3,
      seconds: [nil, 27, 11]),
    Row(
      name: "AI/ML", usedMiB: 49152, hotMiB: 4915, tauSeconds: 3, coldMiBPerSecond: 20, capShare: 0.4,
      seconds: [nil, nil, 23]),
    Row(
      name: "batch", usedMiB: 22938, hotMiB: 2294, tauSeconds: 6, coldMiBPerSecond: 40, capShare: 0.5,
      seconds: [nil, 25, 10]),
    Row(
      name: "HPC", usedMiB: 49152, hotMiB: 12288, tauSeconds: 5, coldMiBPerSecond: 10, capShare: 0.7,
      seconds: [nil, nil, 39]),
    Row(
      name: "edge", usedMiB: 1843, hotMiB: 18, tauSeconds: 2, coldMiBPerSecond: 0.5, capShare: 0.1,
      seconds: [17, 2, 1]),
    Row(
      name: "building", usedMiB: 3686, hotMiB: 922, tauSeconds: 3, coldMiBPerSecond: 25, capShare: 0.35,
      seconds: [nil, 4, 2]),
  ]

  @Test(arguments: rows)
  func `typical machines take the estimated time, or stall where they should`(row: Row) {
    let used = row.usedMiB * mebibyte
    let dirty = DirtyPageProfile(
      hotSetBytes: row.hotMiB * mebibyte, tauSeconds: row.tauSeconds,
      coldBytesPerSecond: row.coldMiBPerSecond * mebibyte, capBytes: used * row.capShare)
    for (link, expected) in zip([112.0, 1100, 2600], row.seconds) {
      let result = predict(
        MigrationCase(
          memoryBytes: used, usedBytes: used, dirty: dirty, linkBytesPerSecond: link * mebibyte))
      guard let expected else {
        #expect(result.status == .cancelled, "\(row.name) at \(link)")
        continue
      }
      #expect(result.status == .completed, "\(row.name) at \(link)")
      let error = abs(result.totalSeconds - expected)
      #expect(error <= max(0.2 * expected, 0.5), "\(row.name) at \(link): \(result.totalSeconds)")
      #expect(result.downtimeSeconds <= 0.3 + MigrationModel().deviceStateSeconds, "\(row.name) at \(link)")
    }
  }

  /// A published fit of four traces stalls with `R* = H B / (B − c)`; forced, the pause is `R* / B`.
  @Test func `a stalled migration settles where it dirties as fast as it sends`() {
    let (hot, cold, link) = (1114 * mebibyte, 8 * mebibyte, 112 * mebibyte)
    var example = MigrationCase(
      memoryBytes: 32 * gibibyte, usedBytes: 27 * gibibyte,
      dirty: DirtyPageProfile(hotSetBytes: hot, tauSeconds: 0.5, coldBytesPerSecond: cold, capBytes: 8 * gibibyte),
      linkBytesPerSecond: link)
    example.configuration.allowWorkloadDisruption = true
    example.completionTimeoutSeconds = 1200
    let result = predict(example)
    let steady = hot / (link - cold)
    #expect(result.isSuspended)
    #expect(result.downtimeSeconds > steady * 0.9)
    #expect(result.downtimeSeconds < steady * 2)
  }
}
