import EventKernel

/// Points that fill the unit cube of eight dimensions evenly, whatever their number: Sobol's sequence, shifted by a key.
///
/// Any first 2^k points have one in each of 2^k equal parts of each dimension; other numbers are sums of such blocks. The
/// shift flips the same random bits of each coordinate for all points, which keeps this and takes the points off the
/// corners. Source: primitive polynomials and direction numbers of Joe and Kuo, 2008.
struct SpreadSequence: Sendable {
  static let dimensions = 8
  private static let bits = 32

  /// Degree, inner coefficients and first direction numbers of the dimensions from the second on.
  private static let rows: [(degree: Int, coefficients: UInt32, first: [UInt32])] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]), (4, 4, [1, 3, 5, 13]),
    (5, 2, [1, 1, 5, 5, 17]),
  ]

  private let directions: [[UInt32]]
  private let shifts: [UInt32]

  init(key: UInt64) {
    directions = [(0..<Self.bits).map { UInt32(1) << UInt32(31 - $0) }] + Self.rows.map(Self.directions)
    shifts = (0..<Self.dimensions).map { UInt32(truncatingIfNeeded: RandomStream.hash(key, UInt64($0)) >> 32) }
  }

  private static func directions(degree: Int, coefficients: UInt32, first: [UInt32]) -> [UInt32] {
    var numbers = first.indices.map { first[$0] << UInt32(31 - $0) }
    for i in degree..<bits {
      var number = numbers[i - degree] ^ (numbers[i - degree] >> UInt32(degree))
      for k in 1..<max(1, degree) where (coefficients >> UInt32(degree - 1 - k)) & 1 == 1 { number ^= numbers[i - k] }
      numbers.append(number)
    }
    return numbers
  }

  /// Coordinates above 0 and below 1.
  /// - Complexity: O(bits of `index`).
  func point(_ index: Int) -> [Double] {
    zip(directions, shifts).map { directions, shift in
      var value = shift
      for bit in 0..<Self.bits where (index >> bit) & 1 == 1 { value ^= directions[bit] }
      return (Double(value) + 0.5) * 0x1p-32
    }
  }
}
