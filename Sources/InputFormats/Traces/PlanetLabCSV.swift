package import EventKernel
package import SimulationEngine

/// Usage traces as CSV with a header `vm,t00000,t00300,…` and one row a machine, or one number a line for one machine.
///
/// Values are percent of the machine's CPUs. One pass over the bytes; the only texts made are the machines' names.
/// - Complexity: O(bytes).
package struct PlanetLabCSV {
  /// Whether the bytes look like one of the two forms.
  package static func recognizes(_ bytes: [UInt8]) -> Bool {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let head = bytes[start..<min(bytes.count, start + 256)]
    if head.starts(with: "vm,".utf8) { return true }
    let first = head.prefix { $0 != 0x0A }
    let isNumeric = head.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x0A || $0 == 0x0D }
    return isNumeric && !first.isEmpty && first.count < head.count
  }

  /// - Parameter step: time between samples; nil takes it from the header, or 5 minutes.
  /// - Returns: nil after an error.
  package static func read(_ file: SourceFile, step: SimulationDuration?, session: DecodingSession) -> UsageTrace? {
    var reader = PlanetLabCSV(file: file, session: session)
    return reader.read(step: step)
  }

  private let file: SourceFile
  private let session: DecodingSession
  private var index = 0
  private var problems = 0
  private var names: [String] = []
  private var shares: [Float] = []
  private var columns = 0
  private static let problemLimit = 20

  private init(file: SourceFile, session: DecodingSession) {
    self.file = file
    self.session = session
    if file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  private mutating func read(step: SimulationDuration?) -> UsageTrace? {
    var step = step
    if file.bytes[index...].starts(with: "vm,".utf8) {
      readHeader(step: &step)
      while index < file.bytes.count, problems < Self.problemLimit { readRow() }
    } else {
      readLines()
    }
    if names.isEmpty, problems == 0 {
      problem("the trace has no rows", .badTraceShape, index..<index)
    }
    guard problems == 0 else { return nil }
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    return UsageTrace(
      name: name, step: step ?? .minutes(5), machineNames: names, cpuShares: shares, samplesPerMachine: columns)
  }

  /// Column names `t` and seconds; their distance is the step.
  private mutating func readHeader(step: inout SimulationDuration?) {
    let bytes = file.bytes
    let line = lineEnd()
    var times: [Int] = []
    index += 3
    while index < line {
      let end = bytes[index..<line].firstIndex(of: 0x2C) ?? line
      let digits = bytes[index..<end].dropFirst(bytes[index] == UInt8(ascii: "t") ? 1 : 0)
      if let time = Int(String(decoding: digits, as: UTF8.self)), (0...1_000_000_000).contains(time) {
        times.append(time)
      } else {
        problem(
          "column \(times.count + 2) of the header is not a time", .badTraceShape, index..<end,
          help: "the header is vm,t00000,t00300,… with seconds after the t")
        times.append(0)
      }
      index = end + 1
    }
    columns = times.count
    skipLineBreak(from: line)
    guard problems == 0, times.count > 1 else { return }
    let distance = times[1] - times[0]
    if let bad = times.indices.dropFirst().first(where: { times[$0] - times[$0 - 1] != distance }) {
      problem("the step changes at column \(bad + 2) of the header", .badTraceShape, 0..<line)
    } else if distance <= 0 || distance > 86_400 {
      problem("the step of \(distance) s in the header is not between 1 s and 1 day", .badTraceShape, 0..<line)
    } else if let stated = step, stated != .seconds(Double(distance)) {
      session.report(
        .warning, .contradiction,
        "the step is stated as \(stated.seconds) s, which wins over the \(distance) s in the header of '\(file.path)'"
      )
    } else {
      step = .seconds(Double(distance))
    }
  }

  private mutating func readRow() {
    let line = lineEnd()
    defer { skipLineBreak(from: line) }
    guard index < line else { return }
    let start = index
    let comma = file.bytes[index..<line].firstIndex(of: 0x2C) ?? line
    names.append(String(decoding: file.bytes[index..<comma], as: UTF8.self))
    index = comma + 1
    var count = 0
    while index <= line, comma < line {
      let end = file.bytes[index..<line].firstIndex(of: 0x2C) ?? line
      count += 1
      readCell(index..<end, "row \(names.count), column \(count + 1)")
      index = end + 1
    }
    if count != columns {
      problem(
        "row \(names.count) has \(count) values, the header \(columns)", .badTraceShape, start..<min(comma, line),
        help: "the file may be cut off: fetch it again")
    }
  }

  private mutating func readLines() {
    while index < file.bytes.count, problems < Self.problemLimit {
      let line = lineEnd()
      if index < line { readCell(index..<line, "line \(shares.count + 1)") }
      skipLineBreak(from: line)
    }
    columns = shares.count
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    if columns > 0 { names = [name] }
  }

  /// A decimal number from 0 to 100.
  private mutating func readCell(_ range: Range<Int>, _ place: String) {
    var value: Float = 0
    var scale: Float = 0
    var digits = 0
    for byte in file.bytes[range] {
      if byte >= 0x30, byte <= 0x39 {
        digits += 1
        if scale == 0 {
          value = value * 10 + Float(byte - 0x30)
        } else {
          value += Float(byte - 0x30) * scale
          scale /= 10
        }
      } else if byte == 0x2E, scale == 0 {
        scale = 0.1
      } else {
        digits = -1
        break
      }
    }
    if digits <= 0 {
      let text = String(
        decoding: file.bytes[range.lowerBound..<min(range.upperBound, range.lowerBound + 40)], as: UTF8.self)
      problem("\(place): '\(text)' is not a percentage", .badTraceCell, range)
    } else if value > 100 {
      problem("\(place): \(value) is more than 100 percent", .badTraceCell, range)
    }
    shares.append(value / 100)
  }

  private func lineEnd() -> Int {
    file.bytes[index...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? file.bytes.count
  }

  private mutating func skipLineBreak(from line: Int) {
    index = line
    if index < file.bytes.count, file.bytes[index] == 0x0D { index += 1 }
    if index < file.bytes.count, file.bytes[index] == 0x0A { index += 1 }
  }

  private mutating func problem(
    _ message: String, _ code: DiagnosticCode, _ range: Range<Int>, help: String? = nil
  ) {
    problems += 1
    session.report(
      Diagnostic(
        severity: .error, code: code.rawValue, message: message, file: file,
        range: SourceRange(start: range.lowerBound, end: range.upperBound), label: "here", help: help))
    if problems == Self.problemLimit {
      session.report(.note, code, "reading of '\(file.path)' stopped after \(problems) problems")
    }
  }
}

extension UsageTrace {
  /// Some of the machines, in order.
  func rows(_ range: Range<Int>) -> UsageTrace {
    let range = range.clamped(to: 0..<machineNames.count)
    let samples = range.lowerBound * samplesPerMachine..<range.upperBound * samplesPerMachine
    var result = UsageTrace(
      name: name, step: step, machineNames: Array(machineNames[range]), cpuShares: Array(cpuShares[samples]),
      samplesPerMachine: samplesPerMachine)
    if samples.upperBound <= memoryShares.count { result.memoryShares = Array(memoryShares[samples]) }
    return result
  }

  func keepingFirst(_ count: Int) -> UsageTrace { count < machineNames.count ? rows(0..<max(0, count)) : self }
}
