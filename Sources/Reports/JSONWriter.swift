import ClusterModel

/// A JSON document to be written; objects keep the order in which they are built.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  /// Written with the fewest digits that read back as the same number; not finite becomes null.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case members([Member])

  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// An object with its keys sorted by Unicode scalar; members without a value are left out (absent means unknown).
  package static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
    .members(sorted(members))
  }

  /// A document: schema version, tool and run first, the rest sorted.
  package static func document(
    schemaVersion: Int = 1, tool: ToolVersion, run: JSONValue? = nil, _ members: [(String, JSONValue?)]
  ) -> JSONValue {
    let head: [Member?] = [
      Member("schemaVersion", .integer(Int64(schemaVersion))),
      Member("tool", .object([("name", .string(tool.name)), ("version", .string(tool.version))])),
      run.map { Member("run", $0) },
    ]
    return .members(head.compactMap { $0 } + sorted(members))
  }

  package static func optional(_ value: Double?) -> JSONValue? { value.map { .number($0) } }

  private static func sorted(_ members: [(String, JSONValue?)]) -> [Member] {
    members.compactMap { member in member.1.map { Member(member.0, $0) } }
      .sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
  }
}

/// Name and version as `--version` prints them.
package struct ToolVersion: Sendable {
  package var name: String
  package var version: String

  package init(name: String = "headroom", version: String) {
    self.name = name
    self.version = version
  }
}

/// Writes JSON text that is the same on every machine.
package struct JSONWriter {
  package enum Layout: Sendable {
    /// All on one line, for JSON Lines.
    case line
    /// Indented by two; an array or object without nested members stays on one line.
    case indented
  }

  private let layout: Layout
  private var output = ""

  private init(_ layout: Layout) { self.layout = layout }

  /// One document, ended by a newline.
  package static func text(_ value: JSONValue, layout: Layout = .indented) -> String {
    var writer = JSONWriter(layout)
    writer.write(value, depth: 0)
    return writer.output + "\n"
  }

  private mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .integer(let value): output += String(value)
    case .unsigned(let value): output += String(value)
    case .number(let value): output += Self.number(value)
    case .string(let value): writeString(value)
    case .array(let values):
      write(values.map { (nil, $0) }, open: "[", close: "]", depth: depth)
    case .members(let members):
      write(members.map { ($0.key, $0.value) }, open: "{", close: "}", depth: depth)
    }
  }

  private mutating func write(_ items: [(key: String?, value: JSONValue)], open: String, close: String, depth: Int) {
    let isFlat = layout == .line || items.allSatisfy { $0.value.isScalar }
    output += open
    for (index, item) in items.enumerated() {
      if index > 0 { output += "," }
      if !isFlat {
        output += "\n" + String(repeating: "  ", count: depth + 1)
      } else if index > 0, layout == .indented {
        output += " "
      }
      if let key = item.key {
        writeString(key)
        output += layout == .indented ? ": " : ":"
      }
      write(item.value, depth: depth + 1)
    }
    if !isFlat { output += "\n" + String(repeating: "  ", count: depth) }
    output += close
  }

  /// Whole numbers below 2^53 without a fraction, others as the shortest text that reads back the same.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 0x1p53 { return String(Int64(value)) }
    return "\(value)"
  }

  private mutating func writeString(_ text: String) {
    let bytes = Array(text.utf8)
    var quoted: [UInt8] = []
    QuotedText.append(bytes.span, to: &quoted)
    output += String(decoding: quoted, as: UTF8.self)
  }
}

extension JSONValue {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .members: false
    default: true
    }
  }
}
