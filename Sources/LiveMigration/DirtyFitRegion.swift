import EventKernel

/// What the data allow: for each figure its 90 % interval, and curves whose three values belong together.
struct DirtyFitRegion {
  private(set) var hot: DirtyFit.Estimate
  private(set) var tau: DirtyFit.Estimate
  private(set) var cold: DirtyFit.Estimate
  private(set) var curves: [DirtyFit.Curve] = []
  private(set) var correlation = (hotCold: 0.0, hotTau: 0.0, coldTau: 0.0)

  // MARK: From intervals and rounds

  /// Unions over `τ` of what each slice allows.
  init(_ profile: DirtyFitProfile, memoryBytes: Double?) {
    let limit = profile.best.loss + profile.allowance
    let grid = Self.ordered(profile)
    let low = Self.crossing(profile, grid, limit, isLow: true)
    let high = Self.crossing(profile, grid, limit, isLow: false)
    let isIdentified = low != nil && high != nil
    let ends = (low: low ?? DirtyFit.tauRange.lowerBound, high: high ?? DirtyFit.tauRange.upperBound)
    // The grid alone may hold no more than the best of them, which would leave out how H and c follow τ.
    let allowed = (grid + Self.between(ends.low, ends.high, profile)).filter { $0.loss <= limit }
      .sorted { $0.tau < $1.tau }
    let most = memoryBytes ?? .infinity
    var hotEnds = (low: Double.infinity, high: 0.0)
    var coldEnds = hotEnds
    for slice in allowed {
      let room = limit - slice.loss
      let base = slice.normal.value(slice.hot, slice.cold)
      let h = Self.ends(around: slice.hot, most: most) { slice.normal.least(hot: $0) - base <= room }
      let c = Self.ends(around: slice.cold, most: .infinity) { slice.normal.least(cold: $0) - base <= room }
      hotEnds = (min(hotEnds.low, h.low), max(hotEnds.high, h.high))
      coldEnds = (min(coldEnds.low, c.low), max(coldEnds.high, c.high))
    }
    let middle =
      isIdentified
      ? profile.best : profile.slice(at: min(max((ends.low * ends.high).squareRoot(), ends.low), ends.high))
    tau = DirtyFit.Estimate(low: ends.low, typical: middle.tau, high: ends.high, isIdentified: isIdentified)
    let typicalHot = min(middle.hot, most)
    hot = DirtyFit.Estimate(
      low: min(hotEnds.low, typicalHot), typical: typicalHot, high: max(min(hotEnds.high, most), typicalHot),
      isIdentified: hotEnds.low > 0)
    cold = DirtyFit.Estimate(
      low: min(coldEnds.low, middle.cold), typical: middle.cold, high: max(coldEnds.high, middle.cold),
      isIdentified: coldEnds.low > 0)
    curves = [profile.slice(at: ends.low), middle, profile.slice(at: ends.high)].map {
      DirtyFit.Curve(
        hotSetBytes: min($0.hot, most), tauSeconds: $0.tau, coldBytesPerSecond: $0.cold,
        workingSetBytes: profile.capBytes ?? memoryBytes)
    }
    correlate(
      allowed.map { slice in
        let form = slice.normal
        let determinant = form.hotHot * form.coldCold - form.hotCold * form.hotCold
        let isOpen = determinant > 1e-9 * form.hotHot * form.coldCold && slice.hot > 0 && slice.cold > 0
        return Sample(
          weight: DeterministicMath.exp(-(slice.loss - profile.best.loss) / 2), hot: slice.hot, cold: slice.cold,
          logTau: DeterministicMath.log(slice.tau),
          hotVariance: isOpen ? form.coldCold / determinant : 0, coldVariance: isOpen ? form.hotHot / determinant : 0,
          covariance: isOpen ? -form.hotCold / determinant : 0)
      })
  }

  /// The grid with the refined best in its place.
  private static func ordered(_ profile: DirtyFitProfile) -> [DirtyFitProfile.Slice] {
    (profile.slices + [profile.best]).sorted { $0.tau < $1.tau }
  }

  /// Slices of equal steps of ln `τ` inside of what is allowed; a step is a twelfth of it.
  private static func between(
    _ low: Double, _ high: Double, _ profile: DirtyFitProfile
  ) -> [DirtyFitProfile.Slice] {
    let (from, to) = (DeterministicMath.log(low), DeterministicMath.log(high))
    return (0...12).map { profile.slice(at: DeterministicMath.exp(from + (to - from) * Double($0) / 12)) }
  }

  /// Where the loss passes the limit below or above the best; nil where it stays under it to the end of the grid.
  private static func crossing(
    _ profile: DirtyFitProfile, _ slices: [DirtyFitProfile.Slice], _ limit: Double, isLow: Bool
  ) -> Double? {
    let inside = slices.indices.filter { slices[$0].loss <= limit }
    guard let edge = isLow ? inside.first : inside.last else { return nil }
    let next = isLow ? edge - 1 : edge + 1
    guard slices.indices.contains(next) else { return nil }
    var (good, bad) = (DeterministicMath.log(slices[edge].tau), DeterministicMath.log(slices[next].tau))
    for _ in 0..<10 {
      let middle = (good + bad) / 2
      if profile.slice(at: DeterministicMath.exp(middle)).loss <= limit { good = middle } else { bad = middle }
    }
    return DeterministicMath.exp(good)
  }

  /// The ends of an interval around a value that is allowed, between 0 and `most`.
  private static func ends(
    around value: Double, most: Double, isAllowed: (Double) -> Bool
  ) -> (low: Double, high: Double) {
    let inside = min(value, most)
    var (low, high) = (0.0, most)
    if !isAllowed(0) {
      low = bisect(inside, 0, isAllowed)
    }
    var far = max(2 * inside, 1)
    while far < most, far < 1e18, isAllowed(far) { far *= 2 }
    if far < most || !isAllowed(most) { high = bisect(inside, min(far, most), isAllowed) }
    return (low, high)
  }

  private static func bisect(_ inside: Double, _ outside: Double, _ isAllowed: (Double) -> Bool) -> Double {
    var (good, bad) = (inside, outside)
    for _ in 0..<40 {
      let middle = (good + bad) / 2
      if isAllowed(middle) { good = middle } else { bad = middle }
    }
    return good
  }

  /// One way the figures may lie, with what is still open around it.
  private struct Sample {
    var weight: Double
    var hot: Double
    var cold: Double
    var logTau: Double
    var hotVariance = 0.0
    var coldVariance = 0.0
    var covariance = 0.0
  }

  private mutating func correlate(_ samples: [Sample]) {
    let total = samples.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return }
    func mean(_ value: (Sample) -> Double) -> Double { samples.reduce(0) { $0 + $1.weight * value($1) } / total }
    let (h, c, t) = (mean(\.hot), mean(\.cold), mean(\.logTau))
    let hotVariance = mean { ($0.hot - h) * ($0.hot - h) + $0.hotVariance }
    let coldVariance = mean { ($0.cold - c) * ($0.cold - c) + $0.coldVariance }
    let tauVariance = mean { ($0.logTau - t) * ($0.logTau - t) }
    func ratio(_ product: Double, _ a: Double, _ b: Double) -> Double {
      a > 0 && b > 0 ? min(1, max(-1, product / (a * b).squareRoot())) : 0
    }
    correlation = (
      ratio(mean { ($0.hot - h) * ($0.cold - c) + $0.covariance }, hotVariance, coldVariance),
      ratio(mean { ($0.hot - h) * ($0.logTau - t) }, hotVariance, tauVariance),
      ratio(mean { ($0.cold - c) * ($0.logTau - t) }, coldVariance, tauVariance)
    )
  }

  // MARK: With totals of migrations

  /// Looks at a grid of curves and around the best of it, each judged by what it predicts.
  init(
    searching evidence: DirtyEvidence, scale: Double, capBytes: Double?, memoryBytes: Double?
  ) {
    let most = memoryBytes ?? evidence.totals.map(\.migration.memoryBytes).max() ?? 0x1p40
    let fastest = evidence.totals.map(\.migration.bandwidthBytesPerSecond).max() ?? 1e9
    let quantile = StudentT.quantile(
      0.95, degrees: 2 * DirtyFitProfile.priorCount + Double(max(0, evidence.usedCount - 3)))
    var search = TotalsSearch(
      evidence: evidence, scale: scale, capBytes: capBytes ?? most, mostHotBytes: most,
      mostColdBytesPerSecond: 2 * fastest)
    search.findBest()
    search.explore(allowance: quantile * quantile)
    let allowed = search.tried.filter { $0.loss <= search.bestLoss + quantile * quantile }
    let best = search.best
    func estimate(_ of: (DirtyFit.Curve) -> Double, in range: ClosedRange<Double>) -> DirtyFit.Estimate {
      let values = allowed.map { of($0.curve) }
      let (low, high) = (values.min() ?? of(best), values.max() ?? of(best))
      return DirtyFit.Estimate(
        low: low, typical: of(best), high: high,
        isIdentified: low > range.lowerBound * 1.001 && high < range.upperBound * 0.999)
    }
    hot = estimate(\.hotSetBytes, in: 0...most)
    tau = estimate(\.tauSeconds, in: DirtyFit.tauRange)
    cold = estimate(\.coldBytesPerSecond, in: 0...2 * fastest)
    let sorted = allowed.sorted { ($0.curve.tauSeconds, $0.loss) < ($1.curve.tauSeconds, $1.loss) }
    let slowest = sorted.last.flatMap { last in sorted.first { $0.curve.tauSeconds == last.curve.tauSeconds } }
    curves = [sorted.first?.curve ?? best, best, slowest?.curve ?? best]
    correlate(
      allowed.map {
        Sample(
          weight: DeterministicMath.exp(-($0.loss - search.bestLoss) / 2), hot: $0.curve.hotSetBytes,
          cold: $0.curve.coldBytesPerSecond, logTau: DeterministicMath.log($0.curve.tauSeconds))
      })
  }
}
