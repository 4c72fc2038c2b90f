/// What a random stream is for; the raw values are part of every stream's key and never change.
package enum StreamPurpose: UInt64, CaseIterable, Sendable {
  case demand = 1
  case groupDemand = 2
  case profile = 3
  case burst = 4
  case migration = 5
  case balancer = 6
  case placement = 7
  case failure = 8
  case durations = 9
  case bootstrap = 10
}

/// A reproducible sequence of random numbers that belongs to one purpose and one entity.
///
/// The state is derived from the key (seed, replication, purpose, entity) alone, so a new consumer never shifts the
/// numbers of another, and two balancers that see the same keys see the same randomness (common random numbers).
/// Generator: xoshiro256** 1.0 (Blackman and Vigna, 2018; period 2^256 − 1), its state filled by SplitMix64.
/// The sequences are part of the results: they are pinned by a test and the same on every machine.
package struct RandomStream: Sendable, Hashable, BitwiseCopyable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  package init(seed: UInt64, replication: Int, purpose: StreamPurpose, entity: UInt64 = 0) {
    self.init(key: Self.key(seed: seed, replication: replication, purpose: purpose, entity: entity))
  }

  /// A stream whose state is derived from a ready-made key.
  package init(key: UInt64) {
    s0 = Self.hash(key, 0)
    s1 = Self.hash(key, 1)
    s2 = Self.hash(key, 2)
    s3 = Self.hash(key, 3) | 1  // never all zero
  }

  /// The key of a stream, for the stateless draws `hash(_:_:)`, `uniform(key:counter:)` and `normal(key:counter:)`.
  package static func key(seed: UInt64, replication: Int, purpose: StreamPurpose, entity: UInt64 = 0) -> UInt64 {
    var key = mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    key = mix(key ^ mix(UInt64(bitPattern: Int64(replication)) &+ 0xD1B5_4A32_D192_ED03))
    key = mix(key ^ mix(purpose.rawValue &+ 0x8CB9_2BA7_2F3D_8DD7))
    return mix(key ^ mix(entity &+ 0xABC9_8388_FB8F_AC03))
  }

  /// The next 64 random bits.
  @inlinable
  package mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = s3 << 45 | s3 >> 19
    return result
  }

  /// A multiple of 2^-53 in [0, 1).
  @inlinable
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An odd multiple of 2^-53 strictly between 0 and 1, for inverse distribution functions.
  @inlinable
  package mutating func openUniform() -> Double {
    Double(bitPattern: 0x3FF0_0000_0000_0000 | next() >> 12) - (1 - 0x1p-53)
  }

  /// An unbiased integer in 0..<bound; 0 when `bound` is below 2.
  ///
  /// Multiplies and keeps the high word, rejecting the few products that would favour small results (Lemire, 2019).
  @inlinable
  package mutating func uniform(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// True with the given probability.
  @inlinable
  package mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

  /// A standard normal number by inversion: one draw each, so paired streams stay in step.
  package mutating func normal() -> Double { NormalCurve.quantile(openUniform()) }

  /// An exponential number of mean 1 by inversion.
  package mutating func exponential() -> Double { -DeterministicMath.log(openUniform()) }

  /// Puts the elements in random order (Fisher–Yates).
  @inlinable
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    var last = elements.count - 1
    while last > 0 {
      elements.swapAt(last, uniform(below: last + 1))
      last -= 1
    }
  }

  /// The elements in random order.
  @inlinable
  package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    shuffle(&result)
    return result
  }

  /// Random bits that depend on nothing but key and counter: SplitMix64 read at any position.
  @inlinable
  package static func hash(_ key: UInt64, _ counter: UInt64) -> UInt64 {
    mix(key &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// A number in [0, 1) that depends on nothing but key and counter.
  @inlinable
  package static func uniform(key: UInt64, counter: UInt64) -> Double { Double(hash(key, counter) >> 11) * 0x1p-53 }

  /// A standard normal number that depends on nothing but key and counter; for sweeps over many machines.
  package static func normal(key: UInt64, counter: UInt64) -> Double { NormalTable.shared.normal(hash(key, counter)) }

  /// `normal(key:counter:)` for consecutive counters, one for each element.
  package static func fillNormals(_ values: inout MutableSpan<Double>, key: UInt64, firstCounter: UInt64) {
    let table = NormalTable.shared
    for i in values.indices { values[i] = table.normal(hash(key, firstCounter &+ UInt64(i))) }
  }

  /// The output function of SplitMix64 (Steele, Lea and Flood, 2014; constants of Stafford's variant 13).
  @inlinable
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
