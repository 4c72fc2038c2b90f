/// The normal quantile as a table of polynomials: faster than `NormalCurve.quantile`, without a branch, error below 1e-10.
///
/// The tail probability p < ½ is cut into 16 cells an octave down to 2^-65, where the quantile is smooth relative to the cell;
/// each holds the polynomial of degree 5 through the exact quantile at six Chebyshev points. The first octaves, where nearly
/// all draws fall, stay in the first-level cache.
struct NormalTable: Sendable {
  static let shared = NormalTable()

  /// Six coefficients a cell, lowest power first; 16 cells an octave, 64 octaves.
  private let coefficients: ContiguousArray<Double>

  private init() {
    // Chebyshev points cos((2j + 1) π / 12) / 2 of a cell of length 1 around 0.
    let nodes = (0..<6).map { 0.5 * DeterministicMath.cosTurns(Double(2 * $0 + 1) / 24) }
    var coefficients = ContiguousArray<Double>()
    coefficients.reserveCapacity(64 * 16 * 6)
    var octave = 0.25
    for _ in 0..<64 {
      for cell in 0..<16 {
        let values = nodes.map { NormalCurve.quantile(octave * (1 + (Double(cell) + 0.5 + $0) / 16)) }
        coefficients += Self.polynomial(through: nodes, values)
      }
      octave /= 2
    }
    self.coefficients = coefficients
  }

  /// A standard normal number from 64 random bits: one for the sign, 63 for the tail probability.
  @inline(__always)
  func normal(_ bits: UInt64) -> Double {
    let tail = bits << 1 | 1
    let octave = tail.leadingZeroBitCount
    let normalized = tail << UInt64(octave)
    let cell = Int(truncatingIfNeeded: normalized >> 59 & 15)
    let t = Double(bitPattern: 0x3FF0_0000_0000_0000 | (normalized << 5) >> 12) - 1.5
    let first = (octave &* 16 &+ cell) &* 6
    let t2 = t * t
    let value = coefficients.withUnsafeBufferPointer { c in
      (c[first] + t * c[first &+ 1]) + t2
        * ((c[first &+ 2] + t * c[first &+ 3]) + t2 * (c[first &+ 4] + t * c[first &+ 5]))
    }
    // The table holds the lower tail, which is negative.
    return Double(bitPattern: value.bitPattern ^ (bits & 0x8000_0000_0000_0000))
  }

  /// Coefficients of the polynomial through the points, by Newton's divided differences.
  private static func polynomial(through nodes: [Double], _ values: [Double]) -> [Double] {
    var differences = values
    for order in 1..<nodes.count {
      for i in stride(from: nodes.count - 1, through: order, by: -1) {
        differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - order])
      }
    }
    var result = [Double](repeating: 0, count: nodes.count)
    for i in nodes.indices.reversed() {
      // result = result · (t − node) + difference
      for power in stride(from: nodes.count - 1, through: 1, by: -1) {
        result[power] = result[power - 1] - nodes[i] * result[power]
      }
      result[0] = differences[i] - nodes[i] * result[0]
    }
    return result
  }
}
