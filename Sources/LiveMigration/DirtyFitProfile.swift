import EventKernel

/// For each `τ` of a grid the best `H` and `c`, with how badly they miss the observations.
struct DirtyFitProfile {
  /// The weighted normal equations of one `τ`: a quadratic form in `H` and `c`.
  struct Normal {
    var hotHot = 0.0
    var hotCold = 0.0
    var coldCold = 0.0
    var hot = 0.0
    var cold = 0.0

    func value(_ h: Double, _ c: Double) -> Double {
      hotHot * h * h + 2 * hotCold * h * c + coldCold * c * c - 2 * hot * h - 2 * cold * c
    }

    /// The least of the form where neither is negative.
    func solve() -> (hot: Double, cold: Double) {
      let determinant = hotHot * coldCold - hotCold * hotCold
      if determinant > 1e-9 * hotHot * coldCold {
        let h = (hot * coldCold - cold * hotCold) / determinant
        let c = (hotHot * cold - hotCold * hot) / determinant
        if h >= 0, c >= 0 { return (h, c) }
      }
      let onlyHot = hotHot > 0 ? max(0, hot / hotHot) : 0
      let onlyCold = coldCold > 0 ? max(0, cold / coldCold) : 0
      return value(onlyHot, 0) <= value(0, onlyCold) ? (onlyHot, 0) : (0, onlyCold)
    }

    /// The least of the form over `c ≥ 0` for a given `H`, and the other way round.
    func least(hot h: Double) -> Double { value(h, coldCold > 0 ? max(0, (cold - hotCold * h) / coldCold) : 0) }
    func least(cold c: Double) -> Double { value(hotHot > 0 ? max(0, (hot - hotCold * c) / hotHot) : 0, c) }
  }

  struct Slice {
    var tau: Double
    var hot: Double
    var cold: Double
    var loss: Double
    var normal: Normal
  }

  static let gridCount = 48
  /// Beyond this many errors a miss counts linearly (Huber).
  private static let bend = 1.5
  /// The stated errors count as this many observations when the scale is judged.
  static let priorCount = 4.0

  let points: [DirtyEvidence.Point]
  let capBytes: Double?
  /// What the data's errors are, in stated ones.
  private(set) var scale = 1.0
  /// At rising `τ`.
  private(set) var slices: [Slice] = []
  private(set) var best: Slice

  init(_ points: [DirtyEvidence.Point], capBytes: Double?) {
    self.points = points
    self.capBytes = capBytes
    best = Slice(tau: 1, hot: 0, cold: 0, loss: 0, normal: Normal())
    sweep(Self.grid)
    for _ in 0..<3 {
      scale = judgedScale()
      // The scale moves the best by a step or two at most.
      sweep(Self.grid.filter { abs(DeterministicMath.log($0 / best.tau)) < 0.5 })
    }
    sweep(Self.grid)
    refine()
  }

  var bestLoss: Double { best.loss * scale * scale }
  var degrees: Double { Self.priorCount + Double(max(0, points.count - 3)) }

  /// By how much the loss may exceed the least inside the 90 % interval of one figure.
  var allowance: Double {
    // The stated errors are a good guess of the true ones, so the quantile has more degrees than the scale.
    let quantile = StudentT.quantile(0.95, degrees: degrees + Self.priorCount)
    return quantile * quantile
  }

  static let grid: [Double] = {
    let (low, high) = (
      DeterministicMath.log(DirtyFit.tauRange.lowerBound), DeterministicMath.log(DirtyFit.tauRange.upperBound)
    )
    return (0..<gridCount).map { DeterministicMath.exp(low + (high - low) * Double($0) / Double(gridCount - 1)) }
  }()

  private mutating func sweep(_ taus: [Double]) {
    slices = taus.map { slice(at: $0) }
    best = slices[0]
    for slice in slices where slice.loss < best.loss { best = slice }
  }

  /// The best `H` and `c` at one `τ`, by reweighting until they stay.
  func slice(at tau: Double) -> Slice {
    let shares = points.map { -DeterministicMath.expm1(-$0.seconds / tau) }
    var weights = [Double](repeating: 1, count: points.count)
    var (hot, cold) = (0.0, 0.0)
    var normal = Normal()
    for _ in 0..<25 {
      normal = Normal()
      for (index, point) in points.enumerated() where weights[index] > 0 {
        let error = point.error * scale
        let weight = weights[index] / (error * error)
        let (share, seconds, bytes) = (shares[index], point.seconds, point.dirtyBytes)
        normal.hotHot += weight * share * share
        normal.hotCold += weight * share * seconds
        normal.coldCold += weight * seconds * seconds
        normal.hot += weight * share * bytes
        normal.cold += weight * seconds * bytes
      }
      let before = (hot, cold)
      (hot, cold) = normal.solve()
      var changed = abs(hot - before.0) + abs(cold - before.1) > 1e-10 * (hot + cold)
      for (index, point) in points.enumerated() {
        let open = hot * shares[index] + cold * point.seconds
        let isCapped = capBytes.map { open >= $0 && point.dirtyBytes >= 0.9 * $0 } ?? false
        let miss = abs(point.dirtyBytes - open) / (point.error * scale)
        let weight = isCapped ? 0 : miss > Self.bend ? Self.bend / miss : 1
        if abs(weight - weights[index]) > 1e-6 { changed = true }
        weights[index] = weight
      }
      if !changed { break }
    }
    var loss = 0.0
    for (index, point) in points.enumerated() {
      let curve = min(capBytes ?? .infinity, hot * shares[index] + cold * point.seconds)
      loss += Self.loss((point.dirtyBytes - curve) / (point.error * scale))
    }
    return Slice(tau: tau, hot: hot, cold: cold, loss: loss, normal: normal)
  }

  /// Huber's: the square near zero, linear beyond `bend`.
  static func loss(_ miss: Double) -> Double {
    let size = abs(miss)
    return size <= bend ? size * size : 2 * bend * size - bend * bend
  }

  /// Root mean square of the misses in stated errors, far ones drawn in; stated errors count as `priorCount` more.
  private func judgedScale() -> Double {
    guard !points.isEmpty else { return 1 }
    let misses = points.map { abs($0.dirtyBytes - curve(best, $0.seconds)) / $0.error }
    let sorted = misses.sorted()
    let count = Double(points.count)
    let spread = sorted[sorted.count / 2] * 1.4826 * (count / max(1, count - 3)).squareRoot()
    let limit = 2.5 * max(1, spread)
    let sum = misses.reduce(0) { $0 + min($1, limit) * min($1, limit) }
    return ((Self.priorCount + sum) / degrees).squareRoot()
  }

  private func curve(_ slice: Slice, _ seconds: Double) -> Double {
    min(capBytes ?? .infinity, -slice.hot * DeterministicMath.expm1(-seconds / slice.tau) + slice.cold * seconds)
  }

  /// Golden section on ln `τ` between the neighbours of the best slice.
  private mutating func refine() {
    guard let index = slices.firstIndex(where: { $0.tau == best.tau }), !points.isEmpty else { return }
    var low = DeterministicMath.log(slices[max(0, index - 1)].tau)
    var high = DeterministicMath.log(slices[min(slices.count - 1, index + 1)].tau)
    let golden = 0.6180339887498949
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (first, second) = (slice(at: DeterministicMath.exp(left)), slice(at: DeterministicMath.exp(right)))
    for _ in 0..<28 {
      if first.loss <= second.loss {
        (high, right, second) = (right, left, first)
        left = high - golden * (high - low)
        first = slice(at: DeterministicMath.exp(left))
      } else {
        (low, left, first) = (left, right, second)
        right = low + golden * (high - low)
        second = slice(at: DeterministicMath.exp(right))
      }
    }
    let found = first.loss <= second.loss ? first : second
    if found.loss < best.loss { best = found }
  }
}
