/// Elementary functions in plain IEEE 754 double arithmetic, the same bits on every machine and in every build.
///
/// The C library picks fused variants by processor, so its results differ in the last bit from machine to machine, and a
/// long run amplifies one bit into another history. Here every function is a fixed sequence of correctly rounded
/// additions, multiplications, divisions and square roots; Swift never contracts them into fused operations.
///
/// Accuracy: exp, log, log1p and pow about 1 unit in the last place, expm1 4, sine and cosine 2e-16 absolute.
package enum DeterministicMath {
  /// ln 2 split so that k · high is exact for |k| < 2^20.
  static let log2High = 0x1.62e42fee00000p-1
  static let log2Low = 0x1.a39ef35793c76p-33
  /// Adding and subtracting it rounds a small number to the nearest integer, ties to even.
  static let rounder = 0x1.8p52

  /// 2^(j/32) for j = 0…31, rounded to nearest.
  private static let powers: InlineArray<32, Double> = [
    0x1.0000000000000p+0, 0x1.059b0d3158574p+0, 0x1.0b5586cf9890fp+0, 0x1.11301d0125b51p+0,
    0x1.172b83c7d517bp+0, 0x1.1d4873168b9aap+0, 0x1.2387a6e756238p+0, 0x1.29e9df51fdee1p+0,
    0x1.306fe0a31b715p+0, 0x1.371a7373aa9cbp+0, 0x1.3dea64c123422p+0, 0x1.44e086061892dp+0,
    0x1.4bfdad5362a27p+0, 0x1.5342b569d4f82p+0, 0x1.5ab07dd485429p+0, 0x1.6247eb03a5585p+0,
    0x1.6a09e667f3bcdp+0, 0x1.71f75e8ec5f74p+0, 0x1.7a11473eb0187p+0, 0x1.82589994cce13p+0,
    0x1.8ace5422aa0dbp+0, 0x1.93737b0cdc5e5p+0, 0x1.9c49182a3f090p+0, 0x1.a5503b23e255dp+0,
    0x1.ae89f995ad3adp+0, 0x1.b7f76f2fb5e47p+0, 0x1.c199bdd85529cp+0, 0x1.cb720dcef9069p+0,
    0x1.d5818dcfba487p+0, 0x1.dfc97337b9b5fp+0, 0x1.ea4afa2a490dap+0, 0x1.f50765b6e4540p+0,
  ]

  /// e^x: x = (32 n + j) ln 2 / 32 + r with |r| ≤ ln 2 / 64; 2^(j/32) from a table, e^r by its Taylor polynomial.
  package static func exp(_ x: Double) -> Double {
    let shifted = x * 46.16624130844683 + rounder
    let k = shifted - rounder
    let r = (x - k * 0x1.62e42fee00000p-6) - k * 0x1.a39ef35793c76p-38
    let r2 = r * r
    let tail = r + r2 * (0.5 + r * (1.0 / 6) + r2 * ((1.0 / 24) + r * (1.0 / 120) + r2 * (1.0 / 720)))
    let power = powers[Int(truncatingIfNeeded: shifted.bitPattern & 31)]
    let result = power + power * tail
    // One test for a result that is not a normal number; also true for not-a-number.
    guard x.magnitude < 708 else { return exp(x, low: 0) }
    return Double(bitPattern: result.bitPattern &+ (shifted.bitPattern >> 5) << 52)
  }

  /// e^(x + low) where `low` is a rounding remainder, far smaller than x.
  static func exp(_ x: Double, low: Double) -> Double {
    let shifted = x * 1.4426950408889634 + rounder
    let k = shifted - rounder
    let high = x - k * log2High
    let correction = k * log2Low - low
    let r = high - correction
    let remainder = (high - r) - correction
    return expAtEdge(x, 1 + (r + (remainder + r * r * expTail(r))), shifted)
  }

  @inline(never)
  private static func expAtEdge(_ x: Double, _ result: Double, _ shifted: Double) -> Double {
    guard x < 709.9 else { return x > 0 ? .infinity : x }
    guard x > -745.2 else { return x.isNaN ? x : 0 }
    return scaled(result, Int(truncatingIfNeeded: Int64(bitPattern: shifted.bitPattern &- rounder.bitPattern)))
  }

  /// e^x − 1, accurate near zero.
  package static func expm1(_ x: Double) -> Double {
    guard x.magnitude < 0.34 else { return exp(x) - 1 }
    return x + x * x * expTail(x)
  }

  /// (e^r − 1 − r) / r² for |r| ≤ 0.35.
  @inline(__always)
  private static func expTail(_ r: Double) -> Double {
    let r2 = r * r
    let r4 = r2 * r2
    let a = (1.0 / 2) + r * (1.0 / 6) + r2 * ((1.0 / 24) + r * (1.0 / 120))
    let b = (1.0 / 720) + r * (1.0 / 5040) + r2 * ((1.0 / 40320) + r * (1.0 / 362880))
    let c =
      (1.0 / 3_628_800) + r * (1.0 / 39_916_800) + r2 * ((1.0 / 479_001_600) + r * (1.0 / 6_227_020_800))
    return a + r4 * (b + r4 * c)
  }

  /// x · 2^exponent, with one correct rounding into the subnormal range.
  @inline(__always)
  private static func scaled(_ x: Double, _ exponent: Int) -> Double {
    if exponent > -1022 && exponent < 1023 {
      return x * Double(bitPattern: UInt64(truncatingIfNeeded: exponent &+ 1023) << 52)
    }
    return exponent > 0
      ? x * 0x1p1022 * Double(bitPattern: UInt64(exponent - 1022 + 1023) << 52)
      : x * 0x1p-1000 * Double(bitPattern: UInt64(exponent + 1000 + 1023) << 52)
  }

  /// Natural logarithm: x = 2^k (1 + f) with 1 + f in [√½, √2), series of the inverse hyperbolic tangent in f / (2 + f).
  package static func log(_ x: Double) -> Double {
    var bits = x.bitPattern
    var k = 0
    // One test for zero, subnormal, negative, infinite and not-a-number.
    if bits &- 0x0010_0000_0000_0000 >= 0x7FE0_0000_0000_0000 {
      if x == 0 { return -.infinity }
      guard x > 0, x < .infinity else { return x > 0 ? x : .nan }
      bits = (x * 0x1p54).bitPattern
      k = -54
    }
    let (exponent, f) = split(bits)
    let n = Double(exponent &+ k)
    let half = 0.5 * f * f
    let s = f / (2 + f)
    let correction = s * (half + atanhTail(s * s))
    return n * log2High - ((half - (correction + n * log2Low)) - f)
  }

  /// The binary exponent of a positive normal number, and f with number = 2^exponent (1 + f), 1 + f in [√½, √2).
  @inline(__always)
  private static func split(_ bits: UInt64) -> (exponent: Int, f: Double) {
    // Adding the distance from √½ to 1 carries into the exponent exactly for mantissas from √2 on.
    let moved = bits &+ (0x3FF0_0000_0000_0000 &- 0x3FE6_A09E_667F_3BCD)
    let exponent = Int(moved >> 52) &- 1023
    let mantissa = (moved & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD
    return (exponent, Double(bitPattern: mantissa) - 1)
  }

  /// 2 (atanh(s)/s − 1) as a polynomial in z = s², |s| ≤ 0.1716.
  @inline(__always)
  private static func atanhTail(_ z: Double) -> Double {
    let z2 = z * z
    let z4 = z2 * z2
    let a = (2.0 / 3) + z * (2.0 / 5) + z2 * ((2.0 / 7) + z * (2.0 / 9))
    let b = (2.0 / 11) + z * (2.0 / 13) + z2 * ((2.0 / 15) + z * (2.0 / 17))
    return z * (a + z4 * (b + z4 * ((2.0 / 19) + z * (2.0 / 21) + z2 * (2.0 / 23))))
  }

  /// ln(1 + x), accurate near zero.
  package static func log1p(_ x: Double) -> Double {
    guard x.magnitude > 0x1p-54 else { return x }
    let sum = 1 + x
    guard sum > 0, sum < .infinity else { return log(sum) }
    return log(sum) + (x.magnitude < 1 ? x - (sum - 1) : 1 - (sum - x)) / sum
  }

  package static func log2(_ x: Double) -> Double { log(x) * 1.4426950408889634 }
  package static func log10(_ x: Double) -> Double { log(x) * 0.43429448190325182 }

  /// base^exponent for base ≥ 0; a negative base needs an integer exponent and is NaN otherwise.
  ///
  /// The logarithm is kept in two doubles, so large powers stay accurate. pow(x, 0) = 1 and pow(1, y) = 1 as in C.
  package static func pow(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 || base == 1 { return 1 }
    if base.isNaN || exponent.isNaN { return .nan }
    if base < 0 {
      guard exponent == exponent.rounded(.towardZero) else { return .nan }
      let isOdd = exponent.truncatingRemainder(dividingBy: 2) != 0
      return isOdd ? -pow(-base, exponent) : pow(-base, exponent)
    }
    if base == 0 { return exponent > 0 ? 0 : .infinity }
    if base == .infinity { return exponent > 0 ? .infinity : 0 }
    if exponent.isInfinite { return (base > 1) == (exponent > 0) ? .infinity : 0 }
    let (high, low) = logPair(base)
    let product = exponent * high
    guard product.magnitude < 750 else { return product > 0 ? .infinity : 0 }
    return exp(product, low: productError(exponent, high, product) + exponent * low)
  }

  /// ln x as the unevaluated sum of two doubles, relative error about 2^-66.
  private static func logPair(_ x: Double) -> (high: Double, low: Double) {
    let isSubnormal = x < 0x1p-1022
    let (exponent, f) = split((isSubnormal ? x * 0x1p54 : x).bitPattern)
    let n = Double(exponent - (isSubnormal ? 54 : 0))
    // s = f / (2 + f) with its remainder.
    let divisor = 2 + f
    let divisorLow = f - (divisor - 2)
    let s = f / divisor
    let product = s * divisor
    let sLow = ((f - product) - productError(s, divisor, product) - s * divisorLow) / divisor
    // 2 atanh(s) = 2 s + 2 s³/3 + s · tail; the cubic term with its remainder too.
    let z = s * s
    let zLow = productError(s, s, z) + 2 * s * sLow
    let cube = z * s
    let cubeLow = productError(z, s, cube) + zLow * s + z * sLow
    let third = 0x1.5555555555555p-1
    let cubic = cube * third
    let cubicLow = productError(cube, third, cubic) + cubeLow * third + cube * 0x1.5555555555555p-55
    let rest = s * (atanhTail(z) - z * third)
    var (high, low) = twoSum(n * log2High, 2 * s)
    let (sum, error) = twoSum(high, cubic)
    low += error + (cubicLow + rest + 2 * sLow + n * log2Low)
    (high, low) = twoSum(sum, low)
    return (high, low)
  }

  /// Knuth's exact sum.
  @inline(__always)
  private static func twoSum(_ a: Double, _ b: Double) -> (Double, Double) {
    let sum = a + b
    let part = sum - a
    return (sum, (a - (sum - part)) + (b - part))
  }

  /// a · b − product exactly, by Veltkamp's splitting: no fused operation needed.
  @inline(__always)
  private static func productError(_ a: Double, _ b: Double, _ product: Double) -> Double {
    let aHigh = upperHalf(a)
    let bHigh = upperHalf(b)
    let aLow = a - aHigh
    let bLow = b - bHigh
    return ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow
  }

  @inline(__always)
  private static func upperHalf(_ a: Double) -> Double {
    Double(bitPattern: a.bitPattern & 0xFFFF_FFFF_F800_0000)
  }

  /// sin(2πx): the argument in turns, so the reduction is exact for every x.
  package static func sinTurns(_ turns: Double) -> Double {
    let (quadrant, f) = reduced(turns)
    let value = quadrant & 1 == 0 ? sinQuarter(f) : cosQuarter(f)
    return quadrant & 2 == 0 ? value : -value
  }

  /// cos(2πx).
  package static func cosTurns(_ turns: Double) -> Double {
    let (quadrant, f) = reduced(turns)
    let value = quadrant & 1 == 0 ? cosQuarter(f) : sinQuarter(f)
    return (quadrant &+ 1) & 2 == 0 ? value : -value
  }

  /// turns = (whole + (quadrant + f) / 4), |f| ≤ ½.
  @inline(__always)
  private static func reduced(_ turns: Double) -> (quadrant: UInt64, f: Double) {
    let x = turns.magnitude < 0x1p48 ? turns : turns.truncatingRemainder(dividingBy: 1)
    let shifted = x * 4 + rounder
    return (shifted.bitPattern & 3, x * 4 - (shifted - rounder))
  }

  /// sin(π f / 2), |f| ≤ ½: Taylor polynomial with the powers of π/2 in the coefficients.
  @inline(__always)
  private static func sinQuarter(_ f: Double) -> Double {
    let z = f * f
    let z2 = z * z
    let a = -0.6459640975062463 + z * 0.07969262624616705
    let b = -0.004681754135318688 + z * 0.00016044118478735983
    let c = -3.598843235212085e-06 + z * 5.692172921967927e-08
    let d = -6.688035109811468e-10 + z * 6.0669357311061955e-12
    return f * 1.5707963267948966 + f * z * (a + z2 * (b + z2 * (c + z2 * d)))
  }

  /// cos(π f / 2), |f| ≤ ½.
  @inline(__always)
  private static func cosQuarter(_ f: Double) -> Double {
    let z = f * f
    let z2 = z * z
    let a = -1.2337005501361697 + z * 0.25366950790104803
    let b = -0.02086348076335296 + z * 0.0009192602748394266
    let c = -2.5202042373060607e-05 + z * 4.710874778818172e-07
    let d = -6.386603083791852e-09 + z * 6.565963114979473e-11
    return 1 + z * (a + z2 * (b + z2 * (c + z2 * d)))
  }

  /// sin x, x in radians; accurate while |x| is below about 1e6.
  package static func sin(_ x: Double) -> Double { sinTurns(x * 0.15915494309189535) }
  /// cos x, x in radians.
  package static func cos(_ x: Double) -> Double { cosTurns(x * 0.15915494309189535) }
}
