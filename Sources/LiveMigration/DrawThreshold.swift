/// The least value with which a share of draws holds, by halving in logarithms to 0.3 %.
///
/// A draw that held is taken to hold at every greater value and one that failed to fail at every lesser one, so each step
/// asks only those in between; the caller asks all of them at the end (`holds(_:above:)`).
/// - Complexity: about 3 questions a draw.
struct DrawThreshold {
  let count: Int
  /// Whether a draw holds at a value.
  let test: (Double, Int) -> Bool

  /// Half has to be exceeded, more than that reached.
  private func isEnough(_ number: Int, _ target: Double) -> Bool {
    AdviceSearch.holds(Double(number) / Double(count), target)
  }

  /// - Complexity: stops as soon as too many fail.
  func holds(_ value: Double, above target: Double) -> Bool {
    var failed = 0
    for draw in 0..<count where !test(value, draw) {
      failed += 1
      guard isEnough(count - failed, target) else { return false }
    }
    return true
  }

  /// Nil where even the greatest value is not enough.
  func least(in range: ClosedRange<Double>, above target: Double) -> Double? {
    var top: [Int] = []
    for draw in 0..<count {
      if test(range.upperBound, draw) { top.append(draw) }
      guard isEnough(top.count + count - 1 - draw, target) else { return nil }
    }
    var open: [Int] = []
    var held = 0
    for draw in top {
      if test(range.lowerBound, draw) { held += 1 } else { open.append(draw) }
    }
    guard range.lowerBound < range.upperBound, !isEnough(held, target) else { return range.lowerBound }
    var (low, high) = (range.lowerBound, range.upperBound)
    while high > low * 1.003 {
      let middle = (low * high).squareRoot()
      let good = open.filter { test(middle, $0) }
      if isEnough(held + good.count, target) {
        high = middle
        open = good
      } else {
        low = middle
        held += good.count
        open = open.filter { !good.contains($0) }
      }
    }
    return high
  }
}
