/// What the first bytes of a file say about the rest.
struct ContentGuess {
  /// Worth reading as JSON first.
  var isJSON = false
  /// Not to be read as YAML when JSON refuses it.
  var isJSONOnly = false
  /// Named as YAML and beginning with a bracket: when both refuse it, YAML's reasons are the ones to give.
  var isNamedYAML = false

  init(_ file: SourceFile, from start: Int) {
    let bytes = file.bytes
    let index = ContentGuess.skipBlanks(bytes, start)
    guard index < bytes.count else { return }
    let first = bytes[index]
    let nextIndex = ContentGuess.skipBlanks(bytes, index + 1)
    let next = nextIndex < bytes.count ? bytes[nextIndex] : 0
    var name = file.path.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    let isNamedJSON = name.hasSuffix(".json") || name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    switch first {
    case UInt8(ascii: "{"): isJSON = isNamedJSON || next == UInt8(ascii: "\"") || next == UInt8(ascii: "}")
    case UInt8(ascii: "["):
      isJSON = isNamedJSON || next == UInt8(ascii: "\"") || next == UInt8(ascii: "{") || next == UInt8(ascii: "[")
    case UInt8(ascii: "/"):
      isJSON = index + 1 < bytes.count && (bytes[index + 1] == first || bytes[index + 1] == UInt8(ascii: "*"))
    case UInt8(ascii: "\""), UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      isJSON = isNamedJSON
      return
    default: return
    }
    isJSONOnly = isJSON && isNamedJSON
    isNamedYAML = (name.hasSuffix(".yaml") || name.hasSuffix(".yml")) && first != UInt8(ascii: "/")
  }

  private static func skipBlanks(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 9
    {
      index += 1
    }
    return index
  }

  /// A page or a message where an export was meant to be.
  static func wrongContent(_ bytes: [UInt8], from start: Int) -> SyntaxFailure? {
    let index = skipBlanks(bytes, start)
    let head = String(decoding: bytes[index..<min(index + 64, bytes.count)], as: UTF8.self)
    let lower = head.lowercased()
    let pages = ["<html", "<!doctype", "<head", "<body"]
    if pages.contains(where: lower.hasPrefix) {
      return SyntaxFailure(
        "Y005", "this is HTML, not YAML", at: start, to: start + 1,
        help: "the download was probably a login page: export again while logged in")
    }
    if lower.hasPrefix("<?xml") {
      return SyntaxFailure("Y005", "this is XML, not YAML", at: start, help: "export as YAML or JSON")
    }
    let always = [
      "Error from server", "Unable to connect to the server", "The connection to the server",
      "error: You must be logged in", "error: the server doesn't have a resource", "error: the server does not",
    ]
    let isMessage = always.contains(where: head.hasPrefix)
    guard isMessage || (lower.hasPrefix("error: ") && isShort(bytes, from: index)) else { return nil }
    return SyntaxFailure(
      "Y006", "the export command failed: the file holds an error message", at: start, to: lineEnd(bytes, index),
      help: "run the export again with the rights it needs")
  }

  /// Whether there are at most three lines, none of them indented: a message rather than data.
  private static func isShort(_ bytes: [UInt8], from start: Int) -> Bool {
    guard bytes.count - start < 4096 else { return false }
    let lines = bytes[start...].split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
    return lines.count <= 3 && lines.dropFirst().allSatisfy { !$0.starts(with: [0x20]) }
  }

  private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
  }
}

/// Files that end in the middle of a line.
enum CutOff {
  static let help = "file looks cut off: re-export it"

  /// Adds the hint where a file without a last line break failed at its end or ends in half a key.
  static func noting(_ failures: [SyntaxFailure], in file: SourceFile, last: SyntaxNode?) -> [SyntaxFailure] {
    let bytes = file.bytes
    guard let final = bytes.last, final != 0x0A, final != 0x0D else { return failures }
    let lastLine = file.lineStart(before: bytes.count)
    var failures = failures
    if let index = failures.indices.last, failures[index].severity == .error {
      let failsAtEnd = failures[index].start >= lastLine || ["Y050", "Y061"].contains(failures[index].code)
      if failsAtEnd {
        failures[index].help = failures[index].help.map { "\($0); or the \(help)" } ?? help
      }
      return failures
    }
    guard let word = half(last, from: lastLine) else { return failures }
    var warning = SyntaxFailure("Y007", "the last line has no end", at: word.start, to: word.end, help: help)
    warning.label = "half a key?"
    warning.severity = .warning
    return failures + [warning]
  }

  /// The plain scalar that is alone on the last line and the value of a key on a line before.
  private static func half(_ root: SyntaxNode?, from lastLine: Int) -> SourceRange? {
    guard var node = root else { return nil }
    var isValue = false
    while !node.isScalar {
      guard node.range.start < lastLine else { return nil }
      if node.kind == .mapping {
        var last: (key: SyntaxNode, value: SyntaxNode)?
        for entry in node.entries { last = entry }
        guard let last else { return nil }
        isValue = last.key.range.end < lastLine
        node = last.value
      } else {
        var last: SyntaxNode?
        for element in node.elements { last = element }
        guard let last else { return nil }
        isValue = false
        node = last
      }
    }
    guard isValue, node.isPlain, node.range.start >= lastLine, !node.range.isEmpty else { return nil }
    return node.range
  }
}

extension SourceRange {
  package var isEmpty: Bool { end <= start }
}
