import Foundation
import LiveMigration
import TestSupport
import Testing

/// Predictions beside published measurements: each row with what was assumed, and the four digitised curves.
///
/// `VALIDATION.md` holds the tables as these tests print them.
struct PublishedMigrationTests {
  private static let rowsPath = ReferenceData.path("validation_rows.csv")
  private static let curvesPath = ReferenceData.path("kubevirt_vep248_digitised.csv")

  /// Lines of a table without quotes, by the names in its first line.
  private static func table(_ path: String?) throws -> [[String: String]] {
    let text = try String(contentsOfFile: try #require(path), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first }) }
  }

  private static func text(_ value: Double?, _ digits: Int = 0) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? "–"
  }

  /// Low to high of the alternatives; a stall has no end.
  private static func span(_ runs: [PublishedFigures]) -> ClosedRange<Double>? {
    let totals = runs.compactMap(\.totalSeconds)
    guard let low = totals.min(), let high = totals.max() else { return nil }
    return low...(totals.count < runs.count ? .infinity : high)
  }

  private static func show(_ row: PublishedRow, _ measured: PublishedFigures) {
    let typical = row.runs[0]
    var total = text(typical.totalSeconds, (typical.totalSeconds ?? 0) < 10 ? 2 : 1)
    if typical.converges == false { total = typical.totalSeconds == nil ? "stalls" : "stalls, forced: \(total)" }
    if row.runs.count > 1, let span = span(row.runs) {
      total += " (\(text(span.lowerBound, 1)) to \(span.upperBound < .infinity ? text(span.upperBound, 1) : "a stall"))"
    }
    let error = zip2(typical.totalSeconds, measured.totalSeconds).map {
      String(format: "%+.0f %%", ($0 / $1 - 1) * 100)
    }
    print(
      "| \(row.id) | \(row.title) | \(row.converged ? "ends" : "stalls") | \(text(measured.totalSeconds, 1)) | \(total) "
        + "| \(error ?? "–") | \(text(measured.pauseSeconds.map { $0 * 1000 })) / \(text(typical.pauseSeconds.map { $0 * 1000 })) "
        + "| \(text(measured.mebibytes)) / \(text(typical.mebibytes)) "
        + "| \(measured.passes.map(String.init) ?? "–") / \(typical.passes.map(String.init) ?? "–") "
        + "| \(row.role.rawValue) | \(row.assumed) |")
  }

  private static func zip2<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
    guard let a, let b else { return nil }
    return (a, b)
  }

  @Test(.enabled(if: rowsPath != nil, ReferenceData.absent))
  func `published migrations end or stall as measured, with totals within 15 percent where the row determines them`()
    throws
  {
    let published = try Self.table(Self.rowsPath)
    print(
      "| row | migration | measured | total s | predicted s | error | pause ms, measured / predicted "
        + "| MiB, measured / predicted | passes | role | assumed |\n|---|---|---|---|---|---|---|---|---|---|---|")
    for row in PublishedRow.all {
      let line = published.first { $0["id"] == row.id } ?? [:]
      let number = { (name: String) in line[name].flatMap { Double($0) } }
      let measured = PublishedFigures(
        converges: row.converged, totalSeconds: row.totalSeconds ?? number("total_s"),
        pauseSeconds: number("downtime_ms").map { $0 / 1000 }, mebibytes: number("data_mib"),
        passes: number("passes").map { Int($0) })
      Self.show(row, measured)
      #expect(row.runs[0].converges == row.converged, "row \(row.id)")
      guard let total = measured.totalSeconds else { continue }
      switch row.role {
      case .test, .calibrated:
        let predicted = try #require(row.runs[0].totalSeconds, "row \(row.id)")
        #expect(abs(predicted / total - 1) <= 0.15, "row \(row.id): \(predicted) for \(total)")
      case .open:
        let span = try #require(Self.span(row.runs), "row \(row.id)")
        #expect(span.lowerBound <= total && total <= span.upperBound, "row \(row.id): \(span) for \(total)")
      }
    }
  }

  /// A stalled migration settles where it dirties as fast as it sends; that pass is also the pause if it is forced.
  @Test(arguments: PublishedRow.all.filter { $0.settled != nil })
  func `stalled migrations repeat the passes that were published`(row: PublishedRow) throws {
    let (published, predicted) = try #require(row.settled)
    print(
      "| \(row.title) | \(Self.text(published.seconds, 1)) / \(Self.text(predicted.seconds, 1)) "
        + "| \(Self.text(published.leftMiB)) / \(Self.text(predicted.leftMiB)) |")
    #expect(abs(predicted.seconds / published.seconds - 1) <= 0.15, "\(predicted.seconds) s")
    #expect(abs(predicted.leftMiB / published.leftMiB - 1) <= 0.15, "\(predicted.leftMiB) MiB")
  }

  /// A digitised workload and its fit; the time constants are not fixed by the curves, so one inside the bounds is taken.
  private static let curves: [(name: String, usedMiB: Double, hot: Double, tau: Double, cold: Double, passes: Int)] = [
    ("mariadb (ex-2)", 6159, 664, 6, 5, 7), ("kernel build (ex-5)", 4117, 1024, 1, 22, 10),
    ("redis A (ex-1)", 10_246, 654, 1, 17, 4), ("redis B (ex-3)", 10_277, 266, 0.5, 34, 7),
  ]

  @Test(.enabled(if: curvesPath != nil, ReferenceData.absent))
  func `the digitised passes follow a hot set and a cold rate, where the rate of the first pass alone misleads`() throws
  {
    let points = try Self.table(Self.curvesPath)
    print(
      "| curve | to the end of pass | seconds, measured / predicted | left MiB, measured / predicted "
        + "| with the rate of the first pass alone |\n|---|---|---|---|---|")
    for curve in Self.curves {
      let passes = points.filter { $0["workload"] == curve.name }.compactMap { line in
        Self.zip2(line["t_end_s"].flatMap { Double($0) }, line["remaining_MiB_at_end"].flatMap { Double($0) })
      }
      let (ends, left) = (passes[curve.passes - 1].0, passes[curve.passes - 1].1)
      // Sent so far over time: the rate of the trace.
      let sent = curve.usedMiB + passes.prefix(curve.passes - 1).reduce(0) { $0 + $1.1 }
      var run = PublishedRun(
        usedMiB: curve.usedMiB,
        dirty: PublishedDirt.hot(curve.hot, tau: curve.tau, cold: curve.cold, cap: curve.usedMiB),
        mebibytesPerSecond: sent / ends, limitMs: 0)
      let answer = try #require(run.trace().readings.dropFirst(curve.passes - 1).first)
      run.dirty = PublishedDirt.rewritten(curve.usedMiB, perSecond: passes[0].1 / passes[0].0)
      run.limitMs = 300
      let constant = run.trace()
      print(
        "| \(curve.name) | \(curve.passes) | \(Self.text(ends)) / \(Self.text(answer.seconds)) "
          + "| \(Self.text(left)) / \(Self.text(answer.remainingMiB)) "
          + "| ends after \(Self.text(constant.figures.totalSeconds)) s |")
      #expect(abs(answer.seconds / ends - 1) <= 0.15, "\(curve.name): \(answer.seconds) s for \(ends)")
      #expect(abs(answer.remainingMiB - left) <= max(0.2 * left, 120), "\(curve.name): \(answer.remainingMiB)")
      // A constant rate of unique pages below the line's always ends.
      #expect(constant.figures.converges == true)
    }
  }
}
