import ClusterModel
package import LiveMigration

/// Fitted dirty pages of one machine as JSON, as text for people, and as the block that a scenario takes.
package struct DirtyFitDocument {
  private let name: String
  private let fit: DirtyFit
  /// A link to look at besides.
  private let ownLink: Double?
  /// Links that the plateau is worked out for.
  private static let links: [(name: String, bytesPerSecond: Double)] = [1.0, 10, 25].map { gigabits in
    ("\(Int(gigabits)) Gbit/s", gigabits * 125e6 * MigrationModel.payloadShare(mtuBytes: 1500))
  }

  /// - Parameter linkBytesPerSecond: the line rate of a link that is looked at besides 1, 10 and 25 Gbit/s.
  package init(name: String, _ fit: DirtyFit, linkBytesPerSecond: Double? = nil) {
    ownLink = linkBytesPerSecond
    self.name = name.isEmpty ? "machine" : name
    self.fit = fit
  }

  private var links: [(name: String, bytesPerSecond: Double)] {
    let own = ownLink.map {
      (name: Bandwidth.formatted(bytesPerSecond: $0), bytesPerSecond: $0 * MigrationModel.payloadShare(mtuBytes: 1500))
    }
    return ([own].compactMap { $0 } + Self.links).reduce(into: []) { result, link in
      if !result.contains(where: { $0.name == link.name }) { result.append(link) }
    }
  }

  // MARK: JSON

  private var json: JSONValue {
    .object([
      ("machine", .string(name)), ("hotSetBytes", Self.estimate(fit.hotSetBytes)),
      ("tauSeconds", Self.estimate(fit.tauSeconds)), ("coldBytesPerSecond", Self.estimate(fit.coldBytesPerSecond)),
      ("workingSetBytes", Self.estimate(fit.workingSetBytes)), ("tellsCurve", .bool(fit.tellsCurve)),
      (
        "correlation",
        .object([
          ("hotSetColdRate", .number(Self.rounded(fit.correlation.hotCold))),
          ("hotSetTau", .number(Self.rounded(fit.correlation.hotTau))),
          ("coldRateTau", .number(Self.rounded(fit.correlation.coldTau))),
        ])
      ),
      (
        "curves",
        .array(
          fit.curves.map { curve in
            .object([
              ("hotSetBytes", .number(curve.hotSetBytes.rounded())),
              ("tauSeconds", .number(Self.rounded(curve.tauSeconds))),
              ("coldBytesPerSecond", .number(curve.coldBytesPerSecond.rounded())),
              ("initialBytesPerSecond", .number(curve.initialBytesPerSecond.rounded())),
            ])
          })
      ),
      (
        "observations",
        .object([
          ("used", .integer(Int64(fit.usedCount))), ("stalled", .integer(Int64(fit.stalledCount))),
          ("skipped", .integer(Int64(fit.skippedCount))),
        ])
      ),
      ("meanRelativeError", .number(Self.rounded(fit.meanRelativeError))),
      ("errorScale", .number(Self.rounded(fit.errorScale))),
      ("findings", .array(fit.findings.map { .string(Self.words($0)) })),
      ("links", .array(links.map(link))), ("block", block.map { .string($0) }),
    ])
  }

  private func link(_ link: (name: String, bytesPerSecond: Double)) -> JSONValue {
    let pauses: [JSONValue?] = fit.curves.map { curve in
      switch DirtyPlateau(curve, linkBytesPerSecond: link.bytesPerSecond) {
      case .converges: nil
      case .stalls(let seconds, _): .number(Self.rounded(seconds))
      }
    }
    return .object([
      ("bytesPerSecond", .number(link.bytesPerSecond.rounded())),
      ("plateauSeconds", .object(zip(["tauLow", "tauTypical", "tauHigh"], pauses).map { ($0, $1) })),
    ])
  }

  private static func estimate(_ estimate: DirtyFit.Estimate) -> JSONValue {
    .object([
      ("low", .number(rounded(estimate.low))), ("typical", .number(rounded(estimate.typical))),
      ("high", .number(rounded(estimate.high))), ("isIdentified", .bool(estimate.isIdentified)),
    ])
  }

  private static func rounded(_ value: Double) -> Double {
    value.magnitude >= 1e6 ? value.rounded() : (value * 1e4).rounded() / 1e4
  }

  /// One document for all machines; `plateauSeconds` lacks the curves that converge within QEMU's limit of 300 ms.
  package static func document(_ fits: [DirtyFitDocument], tool: ToolVersion) -> JSONValue {
    .document(tool: tool, [("machines", .array(fits.map(\.json)))])
  }

  // MARK: Text

  package func text(width: Int, color: Bool) -> String {
    func paragraph(_ text: String) -> String { TerminalText.wrapped(text, width: width, indent: "    ") + "\n" }
    var output = TerminalStyle.bold.wrap(TerminalText.shown(name), color) + "\n"
    let stalled = fit.stalledCount > 0 ? ", \(fit.stalledCount) of them of a stall" : ""
    let skipped = fit.skippedCount > 0 ? ", \(fit.skippedCount) left out" : ""
    output += paragraph(
      "  \(Self.count(fit.usedCount, "observation")) used\(stalled)\(skipped); "
        + "mean error of the curve \(Self.percent(fit.meanRelativeError))")
    output += table.text(width: width, color: color)
    for finding in fit.findings { output += paragraph("  ! \(Self.words(finding))") }
    if fit.tellsCurve {
      output += "  what follows\n" + implications.text(width: width, color: color)
    }
    if let block {
      output += "  for the scenario\n    \(block)\n"
    }
    return output
  }

  private var table: TerminalTable {
    var table = TerminalTable([.init(""), .init("typical", .right), .init("90 % interval"), .init("")])
    func size(_ value: Double) -> String { value.isFinite ? MemorySize.formatted(bytes: value) : "unknown" }
    func row(_ title: String, _ estimate: DirtyFit.Estimate, _ end: String = "", _ show: (Double) -> String) {
      let isPoint = estimate.isIdentified && fit.tellsCurve
      table.add([
        "  " + title, isPoint ? show(estimate.typical) + end : "not a point",
        "\(show(estimate.low)) to \(show(estimate.high))\(end)", isPoint ? "" : "bounded only",
      ])
    }
    row("hot set H", fit.hotSetBytes, "", size)
    row("time constant tau", fit.tauSeconds, "", DurationText.formatted)
    row("cold rate c", fit.coldBytesPerSecond, "/s", size)
    row("working set W", fit.workingSetBytes, "", size)
    return table
  }

  private var implications: TerminalTable {
    var table = TerminalTable([.init(""), .init("")])
    let slopes = fit.curves.map(\.initialBytesPerSecond)
    table.add([
      "  dirtied at first",
      "\(MemorySize.formatted(bytes: slopes.min() ?? 0)) to \(MemorySize.formatted(bytes: slopes.max() ?? 0)) a second; "
        + "a faster link converges",
    ])
    for link in links { table.add(["  on \(link.name)", outcome(link.bytesPerSecond)]) }
    return table
  }

  private func outcome(_ rate: Double) -> String {
    var pauses: [(seconds: Double, left: Double)] = []
    for curve in fit.curves {
      if case .stalls(let seconds, let left) = DirtyPlateau(curve, linkBytesPerSecond: rate) {
        pauses.append((seconds, left))
      }
    }
    guard let least = pauses.map(\.seconds).min(), let most = pauses.map(\.seconds).max(),
      let left = pauses.map(\.left).max()
    else { return "converges (limit 300 ms)" }
    let length =
      most < least * 1.05
      ? DurationText.formatted(seconds: most)
      : "\(DurationText.formatted(seconds: least)) to \(DurationText.formatted(seconds: most))"
    if pauses.count == fit.curves.count {
      return "stalls with a pause of \(length), \(MemorySize.formatted(bytes: left)) left"
    }
    return "tau decides: converges, or stalls with a pause of \(length)"
  }

  /// One line to paste into a machine group, or a machine of an inventory; nil where nothing can be stated.
  package var block: String? {
    guard let statement = fit.statement else {
      return fit.idleBytesPerSecond.map { "dirtyRate: \(Self.mebibytes($0))" }
    }
    var parts: [String] = []
    func part(_ key: String, _ figure: DirtyStatement.Figure?, _ show: (Double) -> String) {
      guard let figure else { return }
      let (low, typical, high) = (show(figure.low), show(figure.typical), show(figure.high))
      parts.append(
        low == typical && high == typical
          ? "\(key): \(typical)" : "\(key): { low: \(low), typical: \(typical), high: \(high) }")
    }
    part("hotSet", statement.hotSetBytes, Self.mebibytes)
    part("tau", statement.tauSeconds) { "\(Self.decimals($0, 100))s" }
    part("coldRate", statement.coldBytesPerSecond, Self.mebibytes)
    part("workingSet", statement.workingSetBytes, Self.mebibytes)
    return "dirty: { \(parts.joined(separator: ", ")) }"
  }

  private static func mebibytes(_ bytes: Double) -> String {
    bytes == 0 ? "0" : "\(decimals(bytes / 0x1p20, bytes < 100 * 0x1p20 ? 100 : 1))Mi"
  }

  private static func decimals(_ value: Double, _ scale: Double) -> String {
    let text = "\(max(1 / scale, (value * scale).rounded() / scale))"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

  static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// What a finding means for the reader.
  static func words(_ finding: DirtyFinding) -> String {
    switch finding {
    case .stalledRounds(let count):
      "\(Self.count(count, "round")) of a stall: the rate there is the link's, not the guest's, for a round lasts as long "
        + "as it takes to send it; its length and bytes are used, its rate is not"
    case .oneLength(let seconds):
      "all intervals last about \(DurationText.formatted(seconds: seconds)): hot set, tau and cold rate cannot be told "
        + "apart; add the first rounds of a migration, or calc-dirty-rate in bitmap mode at 0.1, 1, 10 and 60 s"
    case .idleRates(let count):
      "\(Self.count(count, "rate")) read outside a migration: a migration meets 1 to 3 times as much, so taken times 2 "
        + "with that range"
    case .ratesWhileMigrating(let count):
      "\(Self.count(count, "rate")) read while migrating: left out, the time they are taken over is unknown; give "
        + "seconds and remainingBytes of the rounds"
    case .ratesOfTheLink(let count):
      "\(Self.count(count, "rate")) within 5 % of the link's: that is the link, the guest writes at least as much"
    case .nothingSampled(let count):
      "\(Self.count(count, "reading")) of 0 by page sampling: left out, sampling can miss all writes; use bitmap mode"
    case .unusable(let count): "\(Self.count(count, "observation")) without length or bytes: left out"
    case .timeConstantBounded:
      "tau is not identified, only bounded: intervals are too long or too short for it; on faster links vary it over "
        + "its range, with the hot set and cold rate that belong to it"
    case .outliers(let count):
      "\(Self.count(count, "observation")) far off the curve: bursts, or work that changes; they count less"
    case .poorFit(let scale):
      "the curve misses the data by \((scale * 10).rounded() / 10) times their stated error: one curve does not "
        + "describe this workload at all times; the intervals are widened by as much"
    case .totals(let count):
      "\(Self.count(count, "migration")) of which only totals are known: fitted by predicting them"
    case .unexplainedTotals(let count):
      "\(Self.count(count, "migration")) that no curve explains within a factor of 1.5: its bandwidth or memory may be "
        + "wrong"
    }
  }
}
