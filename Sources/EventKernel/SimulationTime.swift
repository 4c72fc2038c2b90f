/// A point in simulated time: microseconds since the start of the run.
///
/// Integer, so that equal times are equal on every machine and sums do not drift. Arithmetic saturates at the ends of
/// the range (292,000 years) instead of trapping.
@frozen
public struct SimulationTime: Comparable, Hashable, BitwiseCopyable, Sendable {
  public var microseconds: Int64

  @inlinable
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Rounds to the nearest microsecond; out-of-range values are clamped and NaN becomes zero.
  @inlinable
  public init(seconds: Double) { microseconds = microsecondsClamping(seconds: seconds) }

  /// The start of the run.
  @inlinable
  public static var zero: SimulationTime { SimulationTime(microseconds: 0) }
  /// Later than everything that happens.
  @inlinable
  public static var distantFuture: SimulationTime { SimulationTime(microseconds: .max) }

  @inlinable
  public var seconds: Double { Double(microseconds) / 1e6 }

  /// The point `seconds` after the start.
  @inlinable
  public static func seconds(_ seconds: Double) -> SimulationTime { SimulationTime(seconds: seconds) }
  @inlinable
  public static func milliseconds(_ value: Double) -> SimulationTime { SimulationTime(seconds: value / 1000) }
  @inlinable
  public static func minutes(_ value: Double) -> SimulationTime { SimulationTime(seconds: value * 60) }
  @inlinable
  public static func hours(_ value: Double) -> SimulationTime { SimulationTime(seconds: value * 3600) }
  @inlinable
  public static func days(_ value: Double) -> SimulationTime { SimulationTime(seconds: value * 86400) }

  @inlinable
  public static func < (a: SimulationTime, b: SimulationTime) -> Bool { a.microseconds < b.microseconds }

  @inlinable
  public static func + (a: SimulationTime, b: SimulationDuration) -> SimulationTime {
    SimulationTime(microseconds: sumClamping(a.microseconds, b.microseconds))
  }
  @inlinable
  public static func - (a: SimulationTime, b: SimulationDuration) -> SimulationTime {
    SimulationTime(microseconds: differenceClamping(a.microseconds, b.microseconds))
  }
  /// The time between two points; `time - .seconds(3)` means a duration.
  @inlinable
  @_disfavoredOverload
  public static func - (a: SimulationTime, b: SimulationTime) -> SimulationDuration {
    SimulationDuration(microseconds: differenceClamping(a.microseconds, b.microseconds))
  }
  @inlinable
  public static func += (a: inout SimulationTime, b: SimulationDuration) { a = a + b }
  @inlinable
  public static func -= (a: inout SimulationTime, b: SimulationDuration) { a = a - b }
}

/// A length of simulated time in microseconds; may be negative.
@frozen
public struct SimulationDuration: Comparable, Hashable, BitwiseCopyable, Sendable {
  public var microseconds: Int64

  @inlinable
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Rounds to the nearest microsecond; out-of-range values are clamped and NaN becomes zero.
  @inlinable
  public init(seconds: Double) { microseconds = microsecondsClamping(seconds: seconds) }

  @inlinable
  public static var zero: SimulationDuration { SimulationDuration(microseconds: 0) }

  @inlinable
  public var seconds: Double { Double(microseconds) / 1e6 }

  @inlinable
  public static func seconds(_ seconds: Double) -> SimulationDuration { SimulationDuration(seconds: seconds) }
  @inlinable
  public static func milliseconds(_ value: Double) -> SimulationDuration { SimulationDuration(seconds: value / 1000) }
  @inlinable
  public static func minutes(_ value: Double) -> SimulationDuration { SimulationDuration(seconds: value * 60) }
  @inlinable
  public static func hours(_ value: Double) -> SimulationDuration { SimulationDuration(seconds: value * 3600) }
  @inlinable
  public static func days(_ value: Double) -> SimulationDuration { SimulationDuration(seconds: value * 86400) }

  @inlinable
  public static func < (a: SimulationDuration, b: SimulationDuration) -> Bool { a.microseconds < b.microseconds }

  @inlinable
  public static func + (a: SimulationDuration, b: SimulationDuration) -> SimulationDuration {
    SimulationDuration(microseconds: sumClamping(a.microseconds, b.microseconds))
  }
  @inlinable
  public static func - (a: SimulationDuration, b: SimulationDuration) -> SimulationDuration {
    SimulationDuration(microseconds: differenceClamping(a.microseconds, b.microseconds))
  }
  @inlinable
  public static func * (a: SimulationDuration, factor: Int) -> SimulationDuration {
    let (product, overflow) = a.microseconds.multipliedReportingOverflow(by: Int64(factor))
    return SimulationDuration(microseconds: overflow ? ((a.microseconds < 0) == (factor < 0) ? .max : .min) : product)
  }
  @inlinable
  public static func += (a: inout SimulationDuration, b: SimulationDuration) { a = a + b }
  @inlinable
  public static func -= (a: inout SimulationDuration, b: SimulationDuration) { a = a - b }
}

@usableFromInline
func microsecondsClamping(seconds: Double) -> Int64 {
  let value = seconds * 1e6
  if value.isNaN { return 0 }
  if value >= 0x1p63 { return .max }
  if value <= -0x1p63 { return .min }
  return Int64(value.rounded(.toNearestOrAwayFromZero))
}

@inlinable
func sumClamping(_ a: Int64, _ b: Int64) -> Int64 {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? (b < 0 ? .min : .max) : sum
}

@inlinable
func differenceClamping(_ a: Int64, _ b: Int64) -> Int64 {
  let (difference, overflow) = a.subtractingReportingOverflow(b)
  return overflow ? (b < 0 ? .max : .min) : difference
}
