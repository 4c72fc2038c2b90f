import EventKernel
import Foundation
import Testing

@Suite struct DeterministicMathTests {
  /// Distance in units in the last place of `expected`.
  func ulps(_ value: Double, _ expected: Double) -> Double {
    value == expected ? 0 : (value - expected).magnitude / expected.ulp
  }

  func largest(_ count: Int = 30_000, _ measure: (inout RandomStream) -> Double) -> Double {
    var random = RandomStream(seed: 77, replication: 0, purpose: .bootstrap)
    return (0..<count).reduce(0.0) { worst, _ in max(worst, measure(&random)) }
  }

  @Test func `exp is within two units in the last place`() {
    for range in [(-700.0, 709.0), (-1, 1), (-1e-5, 1e-5), (-745, -705)] {
      let worst = largest {
        let x = range.0 + (range.1 - range.0) * $0.uniform()
        return ulps(DeterministicMath.exp(x), Foundation.exp(x))
      }
      #expect(worst <= 2, "\(range)")
    }
  }

  @Test func `log is within two units in the last place`() {
    let wide = largest {
      let x = Double(bitPattern: $0.next() >> 1)
      return x.isFinite ? ulps(DeterministicMath.log(x), Foundation.log(x)) : 0
    }
    let nearOne = largest {
      let x = 0.5 + 1.5 * $0.uniform()
      return ulps(DeterministicMath.log(x), Foundation.log(x))
    }
    #expect(wide <= 2)
    #expect(nearOne <= 2)
  }

  @Test func `exp and log at the edges of the range`() {
    #expect(DeterministicMath.exp(0) == 1)
    #expect(DeterministicMath.exp(710) == .infinity)
    #expect(DeterministicMath.exp(-746) == 0)
    #expect(DeterministicMath.exp(.infinity) == .infinity)
    #expect(DeterministicMath.exp(-.infinity) == 0)
    #expect(DeterministicMath.exp(.nan).isNaN)
    #expect(DeterministicMath.exp(709.78).isFinite)
    #expect(DeterministicMath.log(1) == 0)
    #expect(DeterministicMath.log(0) == -.infinity)
    #expect(DeterministicMath.log(-1).isNaN)
    #expect(DeterministicMath.log(.nan).isNaN)
    #expect(DeterministicMath.log(.infinity) == .infinity)
    #expect(ulps(DeterministicMath.log(.leastNonzeroMagnitude), Foundation.log(.leastNonzeroMagnitude)) <= 1)
  }

  @Test func `pow is within two units in the last place`() {
    let worst = largest {
      let x = Foundation.exp(-20 + 40 * $0.uniform())
      let y = -30 + 60 * $0.uniform()
      return ulps(DeterministicMath.pow(x, y), Foundation.pow(x, y))
    }
    #expect(worst <= 2)
    #expect(DeterministicMath.pow(2, 10) == 1024)
    #expect(DeterministicMath.pow(0, 2) == 0)
    #expect(DeterministicMath.pow(0, 0) == 1)
    #expect(DeterministicMath.pow(0, -1) == .infinity)
    #expect(DeterministicMath.pow(-2, 3) == -8)
    #expect(DeterministicMath.pow(-2, 0.5).isNaN)
    #expect(DeterministicMath.pow(2, 5000) == .infinity)
    #expect(DeterministicMath.pow(2, -5000) == 0)
    #expect(DeterministicMath.pow(.infinity, -1) == 0)
    #expect(DeterministicMath.pow(0.5, .infinity) == 0)
  }

  @Test func `expm1 and log1p keep the digits near zero`() {
    for scale in [1.0, 1e-3, 1e-8, 1e-15, 1e-200] {
      let worst = largest(20_000) {
        let x = scale * (2 * $0.uniform() - 0.9999)
        return max(
          ulps(DeterministicMath.expm1(x), Foundation.expm1(x)), ulps(DeterministicMath.log1p(x), Foundation.log1p(x)))
      }
      #expect(worst <= 4, "\(scale)")
    }
  }

  @Test func `sine and cosine of turns are within 3e-16`() {
    let worst = largest {
      let x = -0.5 + $0.uniform()
      return max(
        (DeterministicMath.sinTurns(x) - Foundation.sin(2 * .pi * x)).magnitude,
        (DeterministicMath.cosTurns(x) - Foundation.cos(2 * .pi * x)).magnitude)
    }
    // The reference's own argument is off by up to half a unit in the last place of π.
    #expect(worst <= 5e-16)
  }

  @Test func `whole turns do not matter, however many`() {
    for whole in [1.0, -3, 1e6, 1e12] {
      for eighth in 0..<8 {
        let part = Double(eighth) / 8
        #expect(DeterministicMath.sinTurns(whole + part) == DeterministicMath.sinTurns(part))
        #expect(DeterministicMath.cosTurns(whole + part) == DeterministicMath.cosTurns(part))
      }
    }
    #expect(DeterministicMath.sinTurns(0.25) == 1)
    #expect(DeterministicMath.sinTurns(0.5) == 0)
    #expect(DeterministicMath.cosTurns(0.5) == -1)
    #expect(DeterministicMath.cosTurns(1e300) == 1)
    #expect(DeterministicMath.sinTurns(.infinity).isNaN)
  }

  @Test func `the normal quantile inverts the distribution function`() {
    let worst = largest(20_000) {
      let p = $0.openUniform()
      return (NormalCurve.cumulative(NormalCurve.quantile(p)) - p).magnitude
    }
    #expect(worst < 1e-15)
    #expect((NormalCurve.quantile(0.975) - 1.959963984540054).magnitude < 1e-14)
    #expect((NormalCurve.quantile(1e-10) + 6.361340902404056).magnitude < 1e-13)
    #expect(NormalCurve.quantile(0) == -.infinity)
    #expect(NormalCurve.quantile(1) == .infinity)
    #expect(NormalCurve.quantile(-1).isNaN)
  }

  @Test func `the normal distribution function matches erfc`() {
    let worst = largest(50_000) {
      let x = -8 + 16 * $0.uniform()
      return (NormalCurve.cumulative(x) - 0.5 * Foundation.erfc(-x / 2.0.squareRoot())).magnitude
    }
    #expect(worst < 1e-15)
    // The far tail keeps its relative accuracy.
    #expect((NormalCurve.cumulative(-20) / (0.5 * Foundation.erfc(20 / 2.0.squareRoot())) - 1).magnitude < 1e-12)
  }

  @Test func `log gamma matches the C library`() {
    for x in [1e-10, 0.1, 0.5, 1, 1.5, 2, 3.7, 11.9, 12, 50, 1e3, 1e8] {
      let expected: Double = Foundation.lgamma(x)
      #expect((SpecialFunctions.logGamma(x) - expected).magnitude <= 4e-15 * (1 + expected.magnitude), "\(x)")
    }
  }
}
