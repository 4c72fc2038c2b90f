import ClusterModel
import EventKernel
import SimulationEngine

/// Samples of machines at any times, brought onto one grid.
///
/// The grid begins at the first sample of all and has the stated step, or the most usual distance between samples. A
/// slot holds the mean of its samples; an empty one the value before it, or the first value where there is none before.
struct TraceSamples {
  enum Resource { case cpu, memory }

  private struct Series {
    var times: [Double] = []
    var values: [Float] = []
  }

  static let largestSampleCount = 100_000_000
  private(set) var names: [String] = []
  private var index: [String: Int] = [:]
  private var cpu: [Series] = []
  private var memory: [Series] = []
  /// Whether machines that begin later or end earlier than others cut the trace to the time that all have in common.
  ///
  /// Not where that is less than half of the whole: then the values at their ends are repeated.
  var keepsCommonTime = false
  private var aboveOne = 0
  private var count = 0

  /// The position of a machine, new or known.
  mutating func machine(_ name: String) -> Int {
    if let known = index[name] { return known }
    index[name] = names.count
    names.append(name)
    cpu.append(Series())
    memory.append(Series())
    return names.count - 1
  }

  /// - Parameter share: of the machine's CPUs or memory; more than 1 counts as 1.
  mutating func add(_ machine: Int, _ resource: Resource, seconds: Double, share: Double) {
    count += 1
    if share > 1.001 { aboveOne += 1 }
    let value = Float(min(1, max(0, share)))
    switch resource {
    case .cpu:
      cpu[machine].times.append(seconds)
      cpu[machine].values.append(value)
    case .memory:
      memory[machine].times.append(seconds)
      memory[machine].values.append(value)
    }
  }

  /// The trace; nil after an error.
  /// - Parameter name: of the trace, and in messages.
  func trace(_ name: String, step stated: SimulationDuration?, _ session: DecodingSession) -> UsageTrace? {
    let withCPU = names.indices.filter { !cpu[$0].times.isEmpty }
    guard !withCPU.isEmpty else {
      session.report(.error, .badTraceShape, "'\(name)' has no CPU samples")
      return nil
    }
    if withCPU.count < names.count {
      session.report(.note, .skipped, "skipped \(names.count - withCPU.count) × machine: no CPU samples")
    }
    guard aboveOne * 20 <= count else {
      session.report(
        .error, .badTraceCell, "'\(name)': \(aboveOne) of \(count) samples are above 100 % of the machine",
        help: "state how use is counted: trace: {unit: percent}, share or cores")
      return nil
    }
    if aboveOne > 0 {
      session.report(.warning, .badTraceCell, "'\(name)': \(aboveOne) samples above 100 % count as 100 %")
    }
    let series = withCPU.map { sorted(cpu[$0]) }
    var start = series.map { $0.times[0] }.min() ?? 0
    var end = series.map { $0.times[$0.times.count - 1] }.max() ?? 0
    guard let step = stated?.seconds ?? usualDistance(series), step > 0 else {
      session.report(
        .error, .badTraceShape, "'\(name)' has one sample a machine: no step to read from it",
        help: "state it: trace: {step: 5m}")
      return nil
    }
    if keepsCommonTime { cutToCommonTime(series, step, &start, &end, name, session) }
    let slots = (end - start) / step + 1.5
    guard slots * Double(withCPU.count) <= Double(Self.largestSampleCount) else {
      session.report(
        .error, .badTraceShape,
        "'\(name)' spans \(Int(min(1e15, end - start))) s in steps of \(step) s: too many samples",
        help: "state a longer step: trace: {step: 5m}")
      return nil
    }
    let width = Int(slots)
    var missing = 0
    var result = UsageTrace(
      name: name, step: SimulationDuration(seconds: step), machineNames: withCPU.map { names[$0] }, cpuShares: [],
      samplesPerMachine: width)
    for row in series { result.cpuShares += onGrid(row, start, step, width, &missing) }
    if withCPU.allSatisfy({ !memory[$0].times.isEmpty }) {
      var ignored = 0
      for row in withCPU { result.memoryShares += onGrid(sorted(memory[row]), start, step, width, &ignored) }
    }
    if missing > 0 {
      let isMuch = missing * 10 > width * withCPU.count
      session.report(
        isMuch ? .warning : .note, isMuch ? .badTraceShape : .remark,
        "'\(name)': \(missing) of \(width * withCPU.count) samples are missing: the value before each is repeated",
        help: isMuch ? "leave out what covers little of the time, or state a longer step: trace: {step: 1h}" : nil)
    }
    return result
  }

  private func cutToCommonTime(
    _ series: [Series], _ step: Double, _ start: inout Double, _ end: inout Double, _ name: String,
    _ session: DecodingSession
  ) {
    let starts = series.map { $0.times[0] }
    let ends = series.map { $0.times[$0.times.count - 1] }
    let short = series.indices.count { starts[$0] - start >= step || end - ends[$0] >= step }
    guard short > 0, let from = starts.max(), let to = ends.min() else { return }
    let (cut, whole) = (max(0, to - from), end - start)
    let count = "\(short) of \(series.count) machines do not cover all of '\(name)'"
    guard cut * 2 >= whole else {
      session.report(
        .warning, .badTraceShape,
        "\(count), which lasts \(DurationText.formatted(seconds: whole)): their values are repeated to fill it",
        help: "leave short files out")
      return
    }
    session.report(
      .warning, .badTraceShape,
      "\(count): all are cut to the \(DurationText.formatted(seconds: cut)) of \(DurationText.formatted(seconds: whole)) that they have in common"
    )
    (start, end) = (from, to)
  }

  private func sorted(_ series: Series) -> Series {
    guard zip(series.times, series.times.dropFirst()).contains(where: { $0 > $1 }) else { return series }
    let order = series.times.indices.sorted { (series.times[$0], $0) < (series.times[$1], $1) }
    return Series(times: order.map { series.times[$0] }, values: order.map { series.values[$0] })
  }

  /// The most frequent of the first 100,000 distances above zero, in whole milliseconds; the shortest of several.
  private func usualDistance(_ series: [Series]) -> Double? {
    var distances: [Double] = []
    for row in series {
      for (time, next) in zip(row.times, row.times.dropFirst()) where next > time {
        distances.append(max(0.001, ((next - time) * 1000).rounded() / 1000))
      }
      if distances.count > 100_000 { break }
    }
    guard !distances.isEmpty else { return nil }
    distances.sort()
    var best = (start: 0, count: 0)
    var start = 0
    for index in distances.indices {
      if distances[index] != distances[start] { start = index }
      if index - start + 1 > best.count { best = (start, index - start + 1) }
    }
    return distances[best.start]
  }

  private func onGrid(
    _ series: Series, _ start: Double, _ step: Double, _ width: Int, _ missing: inout Int
  ) -> [Float] {
    var sums = [Float](repeating: 0, count: width)
    var counts = [Float](repeating: 0, count: width)
    var last = series.values[0]
    for (time, value) in zip(series.times, series.values) {
      let slot = ((time - start) / step).rounded()
      if slot < 0 { last = value }
      guard slot >= 0, slot < Double(width) else { continue }
      sums[Int(slot)] += value
      counts[Int(slot)] += 1
    }
    for slot in 0..<width {
      if counts[slot] > 0 {
        last = sums[slot] / counts[slot]
      } else {
        missing += 1
      }
      sums[slot] = last
    }
    return sums
  }
}

/// Times in tables: seconds, milli-, micro- or nanoseconds since any moment, or a date and time of day in UTC.
struct TimeColumn {
  private var scale: Double?
  private let isNamedMilliseconds: Bool
  /// The column's name promises milliseconds and the values are seconds.
  private(set) var isMislabelled = false

  init(name: String) { isNamedMilliseconds = name.hasSuffix("ms") || name.contains("millis") }

  /// Seconds; nil for what is no time.
  ///
  /// The unit is decided by the first value: 1.4e9 is a moment in seconds, 1.4e12 one
  /// in milliseconds, a small number seconds unless the column's name says milliseconds.
  mutating func seconds(_ reader: CSVReader, _ field: CSVReader.Field) -> Double? {
    guard let value = reader.number(field) else { return Self.date(reader.bytes[field.start..<field.end]) }
    guard abs(value) < 1e19 else { return nil }
    if scale == nil {
      switch abs(value) {
      case 1e17...: scale = 1e-9
      case 1e14...: scale = 1e-6
      case 1e11...: scale = 1e-3
      case 1e8...:
        scale = 1
        isMislabelled = isNamedMilliseconds
      default: scale = isNamedMilliseconds ? 1e-3 : 1
      }
    }
    return value * (scale ?? 1)
  }

  /// Seconds since 1970 of `2023-11-16T18:17:03.98Z`, or with a blank between; offsets from UTC are not known.
  static func date(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard bytes.count >= 16, bytes.count <= 40 else { return nil }
    var rest = bytes
    func number(_ digits: Int) -> Int? {
      guard rest.count >= digits else { return nil }
      var value = 0
      for _ in 0..<digits {
        guard let byte = rest.popFirst(), byte &- 0x30 <= 9 else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return value
    }
    func sign(_ signs: String) -> Bool { rest.popFirst().map { signs.utf8.contains($0) } ?? false }
    guard let year = number(4), sign("-/"), let month = number(2), sign("-/"), let day = number(2), sign("T "),
      let hour = number(2), sign(":"), let minute = number(2), (1...12).contains(month), (1...31).contains(day),
      hour < 24, minute < 60
    else { return nil }
    var seconds = 0.0
    if rest.first == 0x3A {
      rest.removeFirst()
      guard let whole = number(2), whole <= 60 else { return nil }
      seconds = Double(whole)
      if rest.first == 0x2E {
        rest.removeFirst()
        var unit = 0.1
        while let byte = rest.first, byte &- 0x30 <= 9 {
          seconds += Double(byte - 0x30) * unit
          unit /= 10
          rest.removeFirst()
        }
      }
    }
    guard rest.isEmpty || rest.elementsEqual("Z".utf8) || rest.elementsEqual("+00:00".utf8) else { return nil }
    // Days since 1970-03-01 by the civil calendar, years beginning in March.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    return Double(days * 86_400 + hour * 3600 + minute * 60) + seconds
  }
}
