/// The transcendental functions of this module, the same on every machine.
///
/// They use only IEEE additions and multiplications in a fixed order, so results do not depend on the C library.
enum Mathematics {
  /// `1 − e^(−x)` for `x ≥ 0`, also exact for tiny `x`; relative error about 2e-16.
  ///
  /// Range reduction `−x = k·ln 2 + r` with |r| ≤ ln 2 / 2, Taylor series of `e^r − 1` to degree 13, then
  /// `e^(−x) − 1 = 2^k (e^r − 1) + (2^k − 1)`.
  static func oneMinusExp(negative x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 40 else { return 1 }
    let k = (-x * 1.442_695_040_888_963_4).rounded()
    let r = (-x - k * 6.931_471_803_691_238_2e-1) - k * 1.908_214_929_270_587_7e-10
    var sum = 1.0 / 6_227_020_800
    sum = sum * r + 1.0 / 479_001_600
    sum = sum * r + 1.0 / 39_916_800
    sum = sum * r + 1.0 / 3_628_800
    sum = sum * r + 1.0 / 362_880
    sum = sum * r + 1.0 / 40_320
    sum = sum * r + 1.0 / 5_040
    sum = sum * r + 1.0 / 720
    sum = sum * r + 1.0 / 120
    sum = sum * r + 1.0 / 24
    sum = sum * r + 1.0 / 6
    sum = sum * r + 0.5
    sum = (sum * r + 1) * r
    let scale = Double(sign: .plus, exponent: Int(k), significand: 1)
    return (1 - scale) - scale * sum
  }
}
