import Foundation
import InputFormats
import LiveMigration
import TestSupport
import Testing

/// Fits of the rounds of four published KubeVirt migrations (KubeVirt enhancement 248, read off its figures).
struct MeasuredDirtyCurveTests {
  private static let path = ReferenceData.path("kubevirt_vep248_digitised.csv")
  private static let mebibyte = 0x1p20

  private struct Round {
    var seconds: Double
    var bytes: Double
  }

  private static func rounds(_ machine: String) throws -> [DirtyObservation] {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: try #require(path))))
    let session = DecodingSession()
    let machines = MeasurementReader.read(SourceFile(path: "digitised.csv", bytes: bytes), session: session)
    #expect(!session.hasErrors && machines.count == 4)
    return try #require(machines.first { $0.name.hasPrefix(machine) }).observations
  }

  private static func seen(_ observation: DirtyObservation) -> Round {
    guard case .round(let seconds, let bytes, _) = observation.evidence else { return Round(seconds: 0, bytes: 0) }
    return Round(seconds: seconds, bytes: bytes)
  }

  /// Rows: the rounds a published fit used, its `H` (MiB), `c` (MiB/s), `τ` at most (s), and its mean error.
  private static let references:
    [(name: String, rounds: [Int], hot: Double, cold: Double, tau: Double, error: Double)] =
      [
        ("redis B", Array(0..<7), 266, 34, 2, 0.045), ("kernel build", Array(0..<10), 1024, 22, 10, 0.021),
        ("redis A", [0, 1, 2, 3, 8, 9, 10, 11], 654, 17, 5, 0.096), ("mariadb", Array(0..<7), 664, 5, 15, 0.18),
      ]

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `published fits lie in the intervals, with no larger error`() throws {
    for row in Self.references {
      let all = try Self.rounds(row.name)
      let fit = try #require(DirtyFit(row.rounds.map { all[$0] }))
      let (hot, cold) = (row.hot * Self.mebibyte, row.cold * Self.mebibyte)
      #expect(fit.hotSetBytes.low <= hot && hot <= fit.hotSetBytes.high, "\(row.name): \(fit.hotSetBytes)")
      let isMinimumOfAnother = row.name == "redis A"
      // The other fit minimises another norm there, with 9.6 % in place of 8 %.
      let slack = isMinimumOfAnother ? 4 * Self.mebibyte : 0
      #expect(
        fit.coldBytesPerSecond.low - slack <= cold && cold <= fit.coldBytesPerSecond.high,
        "\(row.name): \(fit.coldBytesPerSecond)")
      #expect(fit.meanRelativeError <= row.error * 1.25, "\(row.name): \(fit.meanRelativeError)")
      #expect(!fit.tauSeconds.isIdentified && fit.tauSeconds.high <= 1.15 * row.tau, "\(row.name): \(fit.tauSeconds)")
    }
  }

  /// Rounds one after the other from the size at the start, at the bandwidth that the rounds had.
  private static func forward(
    start: Double, bandwidth: [Double], _ dirty: (Double) -> Double
  ) -> (left: Double, seconds: Double) {
    var (left, total) = (start, 0.0)
    for rate in bandwidth {
      let seconds = left / rate
      total += seconds
      left = dirty(seconds)
    }
    return (left, total)
  }

  /// A fit of the first rounds against what came after them.
  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `the first rounds foretell the plateau, where a constant rate foretells that it converges`() throws {
    let cases: [(name: String, fitted: Int, through: Int, isStall: Bool)] = [
      ("redis B", 5, 7, true), ("kernel build", 4, 10, true), ("mariadb", 4, 7, false),
    ]
    for item in cases {
      let all = try Self.rounds(item.name)
      let rounds = all.map(Self.seen)
      let fit = try #require(DirtyFit(Array(all.prefix(item.fitted))))
      // The start is the first round's bandwidth: that of the second.
      let later = (1..<item.through).map { rounds[$0 - 1].bytes / rounds[$0].seconds }
      let bandwidth = [later[0]] + later
      let start = rounds[0].seconds * later[0]
      let curve = Self.forward(start: start, bandwidth: bandwidth) { fit.typical.dirtyBytes(after: $0) }
      let constant = rounds[0].bytes / rounds[0].seconds
      let naive = Self.forward(start: start, bandwidth: bandwidth) { constant * $0 }
      let observed = (
        left: rounds[item.through - 1].bytes, seconds: rounds.prefix(item.through).reduce(0) { $0 + $1.seconds }
      )
      let words =
        "\(item.name): left \(Int(observed.left / Self.mebibyte)) MiB, curve \(Int(curve.left / Self.mebibyte)), constant "
        + "\(Int(naive.left / Self.mebibyte)); seconds \(observed.seconds), \(curve.seconds), \(naive.seconds)"
      print(words)
      #expect(abs(curve.seconds / observed.seconds - 1) < 0.15, "\(words)")
      #expect(abs(curve.seconds - observed.seconds) < abs(naive.seconds - observed.seconds), "\(words)")
      if item.isStall { #expect(abs(curve.left / observed.left - 1) < 0.2, "\(words)") }
      #expect(abs(curve.left - observed.left) < abs(naive.left - observed.left), "\(words)")
    }
  }

  /// Its bursts begin after the fourth round; behind them the plateau is back.
  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `four rounds before its bursts foretell the plateau of Redis A behind them`() throws {
    let all = try Self.rounds("redis A")
    let fit = try #require(DirtyFit(Array(all.prefix(4))))
    let rounds = all.map(Self.seen)
    let rates = (8..<12).map { rounds[$0 - 1].bytes / rounds[$0].seconds }
    let observed = rounds[8..<12].reduce(0) { $0 + $1.bytes } / 4
    let plateau = DirtyPlateau(fit.typical, linkBytesPerSecond: rates.reduce(0, +) / 4)
    guard case .stalls(let seconds, let left) = plateau else {
      Issue.record("it converges")
      return
    }
    #expect(
      abs(left / observed - 1) < 0.2 && abs(seconds / 7.05 - 1) < 0.2, "\(left / Self.mebibyte) MiB, \(seconds) s")
  }

  @Test(.enabled(if: path != nil, ReferenceData.absent))
  func `rounds of the stall alone tell neither tau nor the hot set`() throws {
    let all = try Self.rounds("kernel build")
    let fit = try #require(DirtyFit(Array(all[2..<10])))
    #expect(!fit.tellsCurve && !fit.tauSeconds.isIdentified && fit.hotSetBytes.high > 20 * fit.hotSetBytes.low)
    #expect(fit.stalledCount >= 7)
  }
}
