/// A peer's figure: one line of JSON with at least name, parameters and perSecond, and perhaps the tool's name.
struct BenchReference: Sendable {
  let name: String
  let parameters: Bench.Parameters
  let perSecond: Double
  let tool: String

  /// Nil when the line is not such an object.
  init?(line: String) {
    var reader = FlatJSONReader(line)
    guard let fields = reader.object(), case .text(let name)? = fields["name"],
      case .number(let perSecond)? = fields["perSecond"], perSecond > 0
    else { return nil }
    self.name = name
    self.perSecond = perSecond
    if case .text(let tool)? = fields["tool"] { self.tool = tool } else { tool = "the reference" }
    var parameters: Bench.Parameters = [:]
    if case .object(let values)? = fields["parameters"] {
      for (key, value) in values {
        switch value {
        case .text(let text): parameters[key] = .text(text)
        case .number(let number): parameters[key] = Int(exactly: number).map { .integer($0) }
        case .object: break
        }
      }
    }
    self.parameters = parameters
  }
}

/// Reads objects of strings, numbers and objects: all that a line of figures holds.
private struct FlatJSONReader {
  indirect enum Value {
    case text(String)
    case number(Double)
    case object([String: Value])
  }

  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  mutating func object() -> [String: Value]? {
    guard take("{") else { return nil }
    var fields: [String: Value] = [:]
    if take("}") { return fields }
    repeat {
      guard let key = string(), take(":"), let value = value() else { return nil }
      fields[key] = value
    } while take(",")
    return take("}") ? fields : nil
  }

  private mutating func value() -> Value? {
    if let text = string() { return .text(text) }
    if rest.first == "{" { return object().map { .object($0) } }
    let digits = rest.prefix { !",}".contains($0) && !$0.isWhitespace }
    rest = rest[digits.endIndex...]
    // Words such as null, true and false carry no figure.
    return .number(Double(digits) ?? .nan)
  }

  private mutating func string() -> String? {
    guard take("\"") else { return nil }
    var text = ""
    while let character = rest.popFirst() {
      if character == "\"" { return text }
      text.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
    }
    return nil
  }

  private mutating func take(_ character: Character) -> Bool {
    rest = rest.drop { $0.isWhitespace }
    guard rest.first == character else { return false }
    rest.removeFirst()
    rest = rest.drop { $0.isWhitespace }
    return true
  }
}

/// An object with sorted keys.
func json(_ fields: Bench.Parameters) -> String {
  "{" + fields.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
}

func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{0}"..<" ": result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// Sixteen hexadecimal digits.
func hexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
