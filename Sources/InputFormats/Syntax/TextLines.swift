/// One line of a text: its bytes without the break, and its number from 1.
struct TextLine {
  var range: Range<Int>
  var number: Int

  /// The text, at most `limit` bytes of it.
  func text(in bytes: [UInt8], limit: Int = 4096) -> String {
    String(decoding: bytes[range.prefix(limit)], as: UTF8.self)
  }

  /// Words between blanks, of a line that is not too long to be a row of a table.
  func words(in bytes: [UInt8]) -> [String] {
    guard range.count <= 4096 else { return [] }
    return bytes[range].split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Blanks at the start; the length of the line where there is nothing else.
  func indent(in bytes: [UInt8]) -> Int {
    var index = range.lowerBound
    while index < range.upperBound, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    return index - range.lowerBound
  }
}

/// The lines of a text in order; breaks are LF, CR LF or CR.
struct TextLines: Sequence, IteratorProtocol {
  /// How far to look for what a file begins with: a dump may be one line of many megabytes.
  static let headBytes = 1 << 20

  private let bytes: [UInt8]
  private let end: Int
  private var index: Int
  private var number = 0

  /// - Parameter limit: bytes to look at; the last line is cut there.
  init(_ bytes: [UInt8], limit: Int = .max) {
    self.bytes = bytes
    end = Swift.min(bytes.count, limit)
    index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func next() -> TextLine? {
    guard index < end else { return nil }
    let start = index
    while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
    let stop = index
    if index < end {
      index += bytes[index] == 0x0D && index + 1 < end && bytes[index + 1] == 0x0A ? 2 : 1
    }
    number += 1
    return TextLine(range: start..<stop, number: number)
  }

  /// `line 3`, `lines 1–4, 9`: numbers in order, neighbours joined.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 >= number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    let shown = runs.prefix(8).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
    let more = runs.count > 8 ? " and \(runs.count - 8) more places" : ""
    return (numbers.count == 1 ? "line " : "lines ") + shown.joined(separator: ", ") + more
  }
}

extension DecodingSession {
  /// Reports at a line of a text that has no syntax tree.
  func report(
    _ severity: Diagnostic.Severity, _ code: DiagnosticCode, at line: TextLine, in file: SourceFile,
    _ message: String, help: String? = nil
  ) {
    report(
      Diagnostic(
        severity: severity, code: code.rawValue, message: message, file: file,
        range: SourceRange(start: line.range.lowerBound, end: line.range.upperBound), help: help))
  }
}
