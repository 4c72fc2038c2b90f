import EventKernel

/// Curves tried against observations of every kind, each judged by what it predicts.
///
/// The logarithms of `H`, `τ` and `c` are searched: a coarse grid, a simplex (Nelder and Mead) from the best of it, then
/// for each figure steps away from the best with the other two fitted anew, until the data refuse it. Without those
/// steps an interval would be as wide as the grid happens to be fine.
/// - Complexity: some thousand predictions for each migration, below a second for two.
struct TotalsSearch {
  /// ln of `H`, `τ`, `c`.
  typealias Place = SIMD3<Double>

  let evidence: DirtyEvidence
  let scale: Double
  let capBytes: Double
  private let lowest: Place
  private let highest: Place
  private(set) var tried: [(curve: DirtyFit.Curve, loss: Double)] = []
  private(set) var best = DirtyFit.Curve(hotSetBytes: 0, tauSeconds: 1, coldBytesPerSecond: 0)
  private(set) var bestLoss = Double.infinity
  private var bestPlace = Place()

  /// Less than these is none.
  private static let (leastHot, leastCold) = (0x1p17, 1e4)

  init(
    evidence: DirtyEvidence, scale: Double, capBytes: Double, mostHotBytes: Double, mostColdBytesPerSecond: Double
  ) {
    self.evidence = evidence
    self.scale = scale
    self.capBytes = capBytes
    let taus = DirtyFit.tauRange
    lowest = Self.logarithms(Self.leastHot, taus.lowerBound, Self.leastCold)
    highest = Self.logarithms(
      max(2 * Self.leastHot, mostHotBytes), taus.upperBound, max(2 * Self.leastCold, mostColdBytesPerSecond))
  }

  private static func logarithms(_ hot: Double, _ tau: Double, _ cold: Double) -> Place {
    Place(DeterministicMath.log(hot), DeterministicMath.log(tau), DeterministicMath.log(cold))
  }

  /// At the lower end of their ranges hot set and cold rate are none; `τ` has its own.
  private func curve(at place: Place) -> DirtyFit.Curve {
    func value(_ axis: Int) -> Double { place[axis] <= lowest[axis] ? 0 : DeterministicMath.exp(place[axis]) }
    return DirtyFit.Curve(
      hotSetBytes: value(0),
      tauSeconds: min(
        max(DeterministicMath.exp(place[1]), DirtyFit.tauRange.lowerBound),
        DirtyFit.tauRange.upperBound),
      coldBytesPerSecond: value(2), workingSetBytes: capBytes)
  }

  // MARK: Search

  /// The curve that misses the data least.
  mutating func findBest() {
    var starts: [(place: Place, loss: Double)] = []
    for t in 0..<8 {
      for h in 0..<12 {
        for c in 0..<10 {
          let share = Place(Double(h) / 11, Double(t) / 7, Double(c) / 9)
          let place = lowest + (highest - lowest) * share
          starts.append((place, loss(at: place)))
        }
      }
    }
    let order = starts.indices.sorted { (starts[$0].loss, $0) < (starts[$1].loss, $1) }
    for index in order.prefix(4) {
      _ = minimum(from: starts[index].place, axes: [0, 1, 2], step: 0.6, trials: 60)
    }
    _ = minimum(from: bestPlace, axes: [0, 1, 2], step: 0.15, trials: 60)
  }

  /// Steps from the best along each figure to where the loss exceeds the least by more than the allowance.
  mutating func explore(allowance: Double) {
    for _ in 0..<3 {
      let before = bestLoss
      for axis in 0..<3 { for sign in [-1.0, 1.0] { step(along: axis, sign: sign, allowance: allowance) } }
      // A better one found on the way moves the limit.
      if bestLoss > before - 0.05 { break }
    }
  }

  private mutating func step(along axis: Int, sign: Double, allowance: Double) {
    let others = [0, 1, 2].filter { $0 != axis }
    var (good, slope, size) = (bestPlace, Place(), 0.1)
    var refused: Double?
    for _ in 0..<16 {
      let end = sign < 0 ? lowest[axis] : highest[axis]
      var target = refused.map { (good[axis] + $0) / 2 } ?? good[axis] + sign * size
      if sign * (target - end) > 0 { target = end }
      if abs(target - good[axis]) < 0.01 { break }
      let moved = target - good[axis]
      var start = good + slope * moved
      start[axis] = target
      let found = minimum(from: start, axes: others, step: 0.3 * abs(moved) + 0.02, trials: 24)
      if found.loss <= bestLoss + allowance {
        slope = (found.place - good) / moved
        good = found.place
        size *= 2
      } else {
        refused = target
      }
    }
  }

  /// Nelder and Mead's simplex over some axes, the others held.
  private mutating func minimum(
    from start: Place, axes: [Int], step: Double, trials: Int
  ) -> (place: Place, loss: Double) {
    var corners = [(place: start, loss: loss(at: start))]
    for axis in axes {
      var place = start
      place[axis] += place[axis] + step > highest[axis] ? -step : step
      corners.append((place, loss(at: place)))
    }
    for _ in 0..<trials {
      corners.sort { $0.loss < $1.loss }
      let worst = corners[axes.count]
      if worst.loss - corners[0].loss < 1e-3 { break }
      let centre = corners.dropLast().reduce(Place()) { $0 + $1.place } / Double(axes.count)
      func along(_ share: Double) -> Place { clamped(centre + (worst.place - centre) * share) }
      var next = (place: along(-1), loss: loss(at: along(-1)))
      if next.loss < corners[0].loss {
        let far = (place: along(-2), loss: loss(at: along(-2)))
        if far.loss < next.loss { next = far }
      } else if next.loss >= corners[axes.count - 1].loss {
        let near = along(next.loss < worst.loss ? -0.5 : 0.5)
        next = (near, loss(at: near))
        if next.loss >= worst.loss {
          for index in 1...axes.count {
            let place = (corners[index].place + corners[0].place) / 2
            corners[index] = (place, loss(at: place))
          }
          continue
        }
      }
      corners[axes.count] = next
    }
    return corners.min { $0.loss < $1.loss } ?? corners[0]
  }

  private func clamped(_ place: Place) -> Place { place.clamped(lowerBound: lowest, upperBound: highest) }

  private mutating func loss(at place: Place) -> Double {
    let place = clamped(place)
    let curve = curve(at: place)
    var loss = 0.0
    for point in evidence.points {
      loss += DirtyFitProfile.loss((curve.dirtyBytes(after: point.seconds) - point.dirtyBytes) / (point.error * scale))
    }
    if loss < bestLoss + 30 {
      for total in evidence.totals { loss += total.loss(of: curve) }
    }
    tried.append((curve, loss))
    if loss < bestLoss { (best, bestLoss, bestPlace) = (curve, loss, place) }
    return loss
  }
}

extension DirtyFit.Curve {
  /// As migrations are predicted with it.
  package func profile(memoryBytes: Double) -> DirtyPageProfile {
    DirtyPageProfile(
      hotSetBytes: hotSetBytes, tauSeconds: tauSeconds, coldBytesPerSecond: coldBytesPerSecond,
      capBytes: min(memoryBytes, workingSetBytes ?? memoryBytes))
  }
}

extension DirtyEvidence.Total {
  private func predicted(by curve: DirtyFit.Curve) -> MigrationPrediction {
    predict(migration.with(curve.profile(memoryBytes: migration.usedBytes ?? migration.memoryBytes)))
  }

  /// ln (predicted / observed) of the total time.
  func logMiss(of curve: DirtyFit.Curve) -> Double {
    DeterministicMath.log(max(1e-3, predicted(by: curve).totalSeconds) / migration.totalSeconds)
  }

  func loss(of curve: DirtyFit.Curve) -> Double {
    let answer = predicted(by: curve)
    var loss = DirtyFitProfile.loss(
      DeterministicMath.log(max(1e-3, answer.totalSeconds) / migration.totalSeconds) / timeError)
    if let pause = migration.downtimeSeconds, pause > 0 {
      loss += DirtyFitProfile.loss(DeterministicMath.log(max(1e-3, answer.downtimeSeconds) / pause) / pauseError)
    }
    if let bytes = migration.transferredBytes, bytes > 0 {
      loss += DirtyFitProfile.loss(DeterministicMath.log(max(1, answer.transferredBytes) / bytes) / timeError)
    }
    return loss
  }
}
