/// Student's t distribution, for intervals around means of few replications.
package enum StudentT {
  /// P(T ≤ t) with `degrees` degrees of freedom: I_(ν/(ν+t²))(ν/2, ½) / 2 in the lower tail.
  package static func cumulative(_ t: Double, degrees: Double) -> Double {
    guard degrees > 0, !t.isNaN else { return .nan }
    if degrees > 1e8 { return NormalCurve.cumulative(t) }
    let tail = upperTail(t.magnitude, degrees)
    return t > 0 ? 1 - tail : tail
  }

  /// The t with P(T ≤ t) = p; −∞ and ∞ at the ends, NaN outside.
  ///
  /// Bisection of the tail on a logarithmic scale, finished by Newton steps; relative error below 1e-10.
  package static func quantile(_ p: Double, degrees: Double) -> Double {
    guard degrees > 0, p >= 0, p <= 1 else { return .nan }
    if p == 0.5 { return 0 }
    if p == 0 || p == 1 { return p == 0 ? -.infinity : .infinity }
    if degrees > 1e8 { return NormalCurve.quantile(p) }
    let tail = min(p, 1 - p)
    var low = 0.0
    var high = 1.0
    while upperTail(high, degrees) > tail && high < 1e150 {
      low = high
      high *= 2
    }
    var t = (low + high) / 2
    for _ in 0..<200 {
      let excess = upperTail(t, degrees) - tail
      if excess > 0 { low = t } else { high = t }
      let newton = t + excess / density(t, degrees)
      let next = newton > low && newton < high ? newton : (low + high) / 2
      if (next - t).magnitude <= 1e-15 * t { break }
      t = next
    }
    return p < 0.5 ? -t : t
  }

  /// P(|T| > |t|), the p-value of a two-sided test.
  package static func twoSided(_ t: Double, degrees: Double) -> Double {
    guard degrees > 0, !t.isNaN else { return .nan }
    if degrees > 1e8 { return 2 * NormalCurve.cumulative(-t.magnitude) }
    return 2 * upperTail(t.magnitude, degrees)
  }

  private static func upperTail(_ t: Double, _ degrees: Double) -> Double {
    let square = t * t
    if square == .infinity { return 0 }
    // Near the centre the complement keeps the digits.
    if square < degrees {
      return 0.5 - 0.5 * SpecialFunctions.incompleteBeta(square / (degrees + square), 0.5, degrees / 2)
    }
    return 0.5 * SpecialFunctions.incompleteBeta(degrees / (degrees + square), degrees / 2, 0.5)
  }

  private static func density(_ t: Double, _ degrees: Double) -> Double {
    let logFront =
      SpecialFunctions.logGamma((degrees + 1) / 2) - SpecialFunctions.logGamma(degrees / 2)
      - 0.5 * DeterministicMath.log(degrees * 3.141592653589793)
    return DeterministicMath.exp(logFront - (degrees + 1) / 2 * DeterministicMath.log1p(t * t / degrees))
  }
}
