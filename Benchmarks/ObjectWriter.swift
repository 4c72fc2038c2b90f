/// Writes mappings, lists and scalars in one of the forms in which `oc get` prints objects.
struct ObjectWriter {
  enum Form: String {
    case compact, indented, yaml
  }

  private enum Level {
    case mapping, list
  }

  let form: Form
  private(set) var bytes: [UInt8] = []
  private var open: [(level: Level, isEmpty: Bool, indent: Int)] = []
  /// A dash was written and its element begins on the same line.
  private var followsDash = false

  init(_ form: Form, capacity: Int = 0) {
    self.form = form
    bytes.reserveCapacity(capacity)
  }

  mutating func mapping(_ key: String? = nil, _ body: (inout Self) -> Void) { collection(key, .mapping, body) }
  mutating func list(_ key: String? = nil, _ body: (inout Self) -> Void) { collection(key, .list, body) }

  mutating func empty(_ key: String) {
    begin(key)
    append("{}")
  }

  mutating func list(_ key: String, of texts: [String]) {
    list(key) { writer in
      for text in texts { writer.text(nil, text) }
    }
  }

  mutating func text(_ key: String?, _ value: String) {
    begin(key)
    followsDash = false
    guard form == .yaml else { return appendQuoted(value) }
    if value.utf8.contains(0x0A) {
      append("|-")
      for line in value.split(separator: "\n", omittingEmptySubsequences: false) {
        newLine((open.last?.indent ?? 0) + 2)
        append(line)
      }
    } else if Self.needsQuotes(value) {
      append("\"\(value)\"")
    } else {
      append(value)
    }
  }

  mutating func number(_ key: String, _ value: Int) { plain(key, String(value)) }
  mutating func flag(_ key: String, _ value: Bool) { plain(key, value ? "true" : "false") }
  mutating func null(_ key: String) { plain(key, "null") }

  private mutating func plain(_ key: String, _ value: String) {
    begin(key)
    append(value)
  }

  private mutating func collection(_ key: String?, _ level: Level, _ body: (inout Self) -> Void) {
    let parent = open.last
    begin(key)
    // In YAML a collection begins on the line after its key.
    if form == .yaml, key != nil { bytes.removeLast() }
    var indent = parent.map { $0.indent + (form == .yaml ? 2 : 4) } ?? (form == .yaml ? 0 : 4)
    if form == .yaml {
      // A list stands at its key's own indent.
      if level == .list, parent?.level == .mapping { indent -= 2 }
    } else {
      append(level == .mapping ? "{" : "[")
    }
    open.append((level, true, indent))
    body(&self)
    let isEmpty = open.removeLast().isEmpty
    followsDash = false
    if form == .yaml { return }
    if form == .indented, !isEmpty { newLine(indent - 4) }
    append(level == .mapping ? "}" : "]")
    if parent == nil, form == .indented { append("\n") }
  }

  /// Everything in front of a value: comma, line break, indent, dash, key.
  private mutating func begin(_ key: String?) {
    guard let top = open.last else { return }
    open[open.count - 1].isEmpty = false
    if form == .yaml {
      if !followsDash, !bytes.isEmpty { newLine(top.indent) }
      followsDash = false
    } else {
      if !top.isEmpty { append(",") }
      if form == .indented { newLine(top.indent) }
    }
    guard let key else {
      if form == .yaml {
        append("- ")
        followsDash = true
      }
      return
    }
    if form != .yaml {
      appendQuoted(key)
    } else {
      append(Self.needsQuotes(key) ? "\"\(key)\"" : key)
    }
    append(form == .compact ? ":" : ": ")
  }

  private mutating func newLine(_ indent: Int) {
    bytes.append(0x0A)
    for _ in 0..<indent { bytes.append(0x20) }
  }

  private mutating func append(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendQuoted(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x0A: bytes += [0x5C, 0x6E]
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  /// Texts that YAML would take for something else.
  private static func needsQuotes(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return true }
    if ["true", "false", "True", "False", "null", ".", "yes", "no"].contains(text) { return true }
    if "[{}]*&!%@`#-?|>'\",".utf8.contains(first) || text.hasSuffix(":") { return true }
    if text.contains(": ") || text.contains(" #") { return true }
    return (0x30...0x39).contains(first)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || "-:.TZ".utf8.contains($0) }
  }
}
