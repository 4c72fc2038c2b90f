/// Gamma and beta functions for distribution functions and intervals.
package enum SpecialFunctions {
  /// ln Γ(x) for x > 0: Stirling's series after shifting x above 12, absolute error about 1e-15 (1 + |ln Γ|).
  package static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? .infinity : .nan }
    guard x < .infinity else { return .infinity }
    var shifted = x
    var product = 1.0
    while shifted < 12 {
      product *= shifted
      shifted += 1
    }
    let inverse = 1 / shifted
    let z = inverse * inverse
    let series =
      1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 - z * (691.0 / 360_360)))))
    let stirling = (shifted - 0.5) * DeterministicMath.log(shifted) - shifted + 0.9189385332046727 + series * inverse
    return product == 1 ? stirling : stirling - DeterministicMath.log(product)
  }

  /// The regularized incomplete beta function I_x(a, b), a, b > 0; NaN for other parameters.
  ///
  /// Continued fraction (DLMF 8.17.22) evaluated by Lentz's method, on the side where it converges fast.
  package static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, !x.isNaN else { return .nan }
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBetaFraction(1 - x, b, a) }
    return incompleteBetaFraction(x, a, b)
  }

  private static func incompleteBetaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let logFront =
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * DeterministicMath.log(x) + b * DeterministicMath.log1p(-x)
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var fraction = d
    for m in stride(from: 1.0, through: 5000, by: 1) {
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonzero(1 + even * d)
      c = nonzero(1 + even / c)
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonzero(1 + odd * d)
      c = nonzero(1 + odd / c)
      fraction *= d * c
      if (d * c - 1).magnitude < 1e-16 { break }
    }
    return min(1, DeterministicMath.exp(logFront) * fraction / a)
  }

  /// The regularized lower incomplete gamma function P(a, x): series below a + 1, Lentz's continued fraction above.
  package static func incompleteGamma(_ a: Double, _ x: Double) -> Double {
    guard a > 0, !x.isNaN else { return .nan }
    if x <= 0 { return 0 }
    if x == .infinity { return 1 }
    let front = DeterministicMath.exp(a * DeterministicMath.log(x) - x - logGamma(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var n = a
      for _ in 0..<10_000 {
        n += 1
        term *= x / n
        sum += term
        if term < sum * 1e-17 { break }
      }
      return min(1, sum * front)
    }
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / nonzero(b)
    var fraction = d
    for i in stride(from: 1.0, through: 10_000, by: 1) {
      let step = -i * (i - a)
      b += 2
      d = 1 / nonzero(step * d + b)
      c = nonzero(b + step / c)
      fraction *= d * c
      if (d * c - 1).magnitude < 1e-16 { break }
    }
    return max(0, 1 - front * fraction)
  }

  @inline(__always)
  private static func nonzero(_ x: Double) -> Double { x.magnitude < 1e-300 ? 1e-300 : x }
}
