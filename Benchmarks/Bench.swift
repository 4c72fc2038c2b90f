/// A measured piece of work, run once per set of parameters.
struct Bench: Sendable {
  typealias Parameters = [String: BenchValue]

  let name: String
  /// What `perSecond` counts.
  let unit: String
  /// The sizes to run.
  let parameterSets: [Parameters]
  /// Tiny sizes that only show that the bench still works.
  let quickParameterSets: [Parameters]
  /// Does the work; calls the meter around the part that counts.
  let run: @Sendable (Parameters, inout BenchMeter) throws -> BenchOutcome
}

/// What a run did: how much of the unit, what else is worth counting, and a hash of its result.
struct BenchOutcome: Sendable {
  /// Units of work in the measured part.
  var work: Double
  /// Exact counts that must not change from machine to machine.
  var counters: [String: Int] = [:]
  var resultHash: UInt64
}

/// Adds up processor time of the process (user and system), so that other programs on the machine hardly matter.
struct BenchMeter {
  private(set) var seconds = 0.0
  /// What the last attempt took; nil where a bench makes none.
  private(set) var memory: BenchMemory?

  /// Runs `body` on the clock; set-up stays outside.
  mutating func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = processorSeconds()
    defer { seconds += processorSeconds() - start }
    return try body()
  }

  /// Runs `body` on the clock and keeps the fastest of several attempts, and the memory of the last one.
  mutating func attempt<Result>(_ body: () throws -> Result) rethrows -> Result {
    let best = seconds
    seconds = 0
    returnFreeMemory()
    let (resident, held) = (residentBytes(), heapBytes())
    resetPeakMemory()
    let result = try measure(body)
    memory = BenchMemory(
      residentBefore: resident, peakGrowth: max(0, peakMemoryBytes() - resident), held: max(0, heapBytes() - held))
    if best > 0 { seconds = min(seconds, best) }
    return result
  }
}

/// Memory of a measured part in bytes; zeros where the platform does not say.
struct BenchMemory: Sendable {
  /// The resident set before it, with its input.
  var residentBefore: Int
  /// How far the resident set grew beyond that.
  var peakGrowth: Int
  /// What the result takes of the heap when everything else is gone.
  var held: Int
}

/// A parameter of a bench: a size or the name of a variant.
enum BenchValue: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  case integer(Int)
  case text(String)

  init(integerLiteral value: Int) { self = .integer(value) }
  init(stringLiteral value: String) { self = .text(value) }

  var integer: Int {
    if case .integer(let value) = self { return value }
    return 0
  }

  var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .text(let value): value
    }
  }

  var json: String {
    switch self {
    case .integer(let value): "\(value)"
    case .text(let value): quoted(value)
    }
  }
}

extension Bench.Parameters {
  /// The integer called `name`, or 0.
  subscript(size name: String) -> Int { self[name]?.integer ?? 0 }
}

/// Keeps the optimizer from dropping a value whose computation is measured.
@inline(never)
@_optimize(none)
func blackHole<Value>(_ value: Value) {}

/// Mixes a number into a result hash (FNV-1a over 64-bit words).
func hashed(_ hash: UInt64, _ value: UInt64) -> UInt64 { (hash ^ value) &* 0x100_0000_01B3 }

/// Where a result hash starts.
let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325
