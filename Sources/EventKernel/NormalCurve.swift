/// The standard normal distribution function and its inverse.
package enum NormalCurve {
  /// Φ(x), absolute error below 1e-15.
  ///
  /// For |x| < 2.5 the power series Σ x^(2n+1) / (1·3·5…(2n+1)) times the density; beyond it Laplace's continued fraction.
  package static func cumulative(_ x: Double) -> Double {
    if x.isNaN { return .nan }
    let magnitude = x.magnitude
    if magnitude > 39 { return x > 0 ? 1 : 0 }
    let density = 0.3989422804014327 * DeterministicMath.exp(-0.5 * x * x)
    if magnitude < 2.5 {
      var term = x
      var sum = x
      var odd = 3.0
      while term.magnitude > sum.magnitude * 1e-17 {
        term *= x * x / odd
        sum += term
        odd += 2
      }
      return 0.5 + density * sum
    }
    var fraction = magnitude
    for n in stride(from: 120.0, to: 0, by: -1) { fraction = magnitude + n / fraction }
    let tail = density / fraction
    return x > 0 ? 1 - tail : tail
  }

  /// Φ⁻¹(p) for p in (0, 1); −∞ and ∞ at the ends, NaN outside.
  ///
  /// Rational approximations of algorithm AS 241, PPND16 (Wichura, 1988), relative error about 1e-16.
  package static func quantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * centralNumerator(r) / centralDenominator(r)
    }
    let tail = q < 0 ? p : 1 - p
    guard tail > 0 else { return tail == 0 ? (q < 0 ? -.infinity : .infinity) : .nan }
    let r = (-DeterministicMath.log(tail)).squareRoot()
    let value = r <= 5 ? middle(r - 1.6) : far(r - 5)
    return q < 0 ? -value : value
  }

  @inline(__always)
  private static func centralNumerator(_ r: Double) -> Double {
    let r2 = r * r
    let low =
      (3.3871328727963666080e0 + r * 1.3314166789178437745e2)
      + r2 * (1.9715909503065514427e3 + r * 1.3731693765509461125e4)
    let high =
      (4.5921953931549871457e4 + r * 6.7265770927008700853e4)
      + r2 * (3.3430575583588128105e4 + r * 2.5090809287301226727e3)
    return low + r2 * r2 * high
  }

  @inline(__always)
  private static func centralDenominator(_ r: Double) -> Double {
    let r2 = r * r
    let low =
      (1 + r * 4.2313330701600911252e1)
      + r2 * (6.8718700749205790830e2 + r * 5.3941960214247511077e3)
    let high =
      (2.1213794301586595867e4 + r * 3.9307895800092710610e4)
      + r2 * (2.8729085735721942674e4 + r * 5.2264952788528545610e3)
    return low + r2 * r2 * high
  }

  private static func middle(_ r: Double) -> Double {
    let r2 = r * r
    let r4 = r2 * r2
    let numerator =
      (1.42343711074968357734e0 + r * 4.63033784615654529590e0)
      + r2 * (5.76949722146069140550e0 + r * 3.64784832476320460504e0)
      + r4
      * ((1.27045825245236838258e0 + r * 2.41780725177450611770e-1)
        + r2 * (2.27238449892691845833e-2 + r * 7.74545014278341407640e-4))
    let denominator =
      (1 + r * 2.05319162663775882187e0) + r2 * (1.67638483018380384940e0 + r * 6.89767334985100004550e-1)
      + r4
      * ((1.48103976427480074590e-1 + r * 1.51986665636164571966e-2)
        + r2 * (5.47593808499534494600e-4 + r * 1.05075007164441684324e-9))
    return numerator / denominator
  }

  private static func far(_ r: Double) -> Double {
    let r2 = r * r
    let r4 = r2 * r2
    let numerator =
      (6.65790464350110377720e0 + r * 5.46378491116411436990e0)
      + r2 * (1.78482653991729133580e0 + r * 2.96560571828504891230e-1)
      + r4
      * ((2.65321895265761230930e-2 + r * 1.24266094738807843860e-3)
        + r2 * (2.71155556874348757815e-5 + r * 2.01033439929228813265e-7))
    let denominator =
      (1 + r * 5.99832206555887937690e-1) + r2 * (1.36929880922735805310e-1 + r * 1.48753612908506148525e-2)
      + r4
      * ((7.86869131145613259100e-4 + r * 1.84631831751005468180e-5)
        + r2 * (1.42151175831644588870e-7 + r * 2.04426310338993978564e-15))
    return numerator / denominator
  }
}
