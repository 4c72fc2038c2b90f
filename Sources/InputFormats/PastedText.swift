/// Text in which people copied outputs together: prompts, tables, cuts, notes, error messages among the data.
///
/// What is not data is blanked out, never removed, so that every position in a diagnostic is that of the file as it is.
/// Each output between two strangers is a part of its own. Everything that was left out is told with its lines.
struct PastedText {
  struct Part {
    /// The file up to the end of the part, all before its start and all strangers in it blank.
    var file: SourceFile
    var isTable: Bool
  }

  private(set) var parts: [Part] = []
  private var prompts: [Int] = []
  private var tables: [Int] = []
  private var messages: [Int] = []
  private var cuts: [Int] = []
  private var notes: [Int] = []
  private var beyond: [Int] = []

  private static let maximumParts = 50
  /// Each part costs a copy of what is before it; all copies together stay below this.
  private static func copyBudget(_ file: SourceFile) -> Int { max(64 << 20, 4 * file.bytes.count) }
  /// Larger files are looked at only where reading them fails.
  static let scannedBytes = 4 << 20

  /// Nil where the text holds nothing but data.
  init?(_ file: SourceFile) {
    let bytes = file.bytes
    var scan = PastedScan(bytes)
    let lines = scan.run()
    guard lines.contains(where: { $0.role != .data }) else { return nil }
    var blanks: [Range<Int>] = []
    var start: Int?
    var end = 0
    var isTable = false
    var copied = 0
    func close(_ parts: inout [Part], _ beyond: inout [Int], _ number: Int) {
      guard let first = start else { return }
      start = nil
      copied += end
      guard parts.count < Self.maximumParts, copied <= Self.copyBudget(file) else { return beyond.append(number) }
      parts.append(Part(file: Self.masked(file, first..<end, blanks), isTable: isTable))
    }
    for line in lines {
      let range = line.line.range
      switch line.role {
      case .data, .metrics:
        if isTable != (line.role == .metrics) { close(&parts, &beyond, line.line.number) }
        isTable = line.role == .metrics
        if start == nil, line.line.indent(in: bytes) < range.count { start = range.lowerBound }
        end = range.upperBound
        if let note = line.note {
          blanks.append(note..<range.upperBound)
          notes.append(line.line.number)
        }
      case .cut:
        cuts.append(line.line.number)
        blanks.append(range)
      case .prompt, .table, .message:
        close(&parts, &beyond, line.line.number)
        if line.role == .prompt { prompts.append(line.line.number) }
        if line.role == .table { tables.append(line.line.number) }
        if line.role == .message { messages.append(line.line.number) }
      }
    }
    close(&parts, &beyond, lines.count)
    if parts.isEmpty, prompts.isEmpty, tables.isEmpty { return nil }
  }

  /// Two outputs one after the other without a `---`: the second begins where the first one's top keys come again.
  ///
  /// Only for text that cannot be read as it is. Nil where that is not the reason.
  static func repeated(_ file: SourceFile) -> (files: [SourceFile], lines: [Int])? {
    let bytes = file.bytes
    var starts: [(offset: Int, line: Int)] = []
    var keys: Set<String> = []
    var isJSON = false
    for line in TextLines(bytes) {
      let text = line.text(in: bytes, limit: 16)
      if text.hasPrefix("---") { keys = [] }
      let isObject = text.hasPrefix("{")
      let key = ["apiVersion:", "kind:"].first { text.hasPrefix($0) }
      guard isObject || key != nil else { continue }
      if isObject || isJSON || (keys.count == 2 && key.map(keys.contains) == true) || starts.isEmpty {
        starts.append((line.range.lowerBound, line.number))
        keys = []
      }
      isJSON = isObject
      if let key { keys.insert(key) }
    }
    let copied = starts.reduce(0) { $0 + $1.offset }
    guard starts.count > 1, starts.count <= maximumParts, copied <= copyBudget(file) else { return nil }
    var files: [SourceFile] = []
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1].offset : bytes.count
      files.append(masked(file, (index == 0 ? 0 : start.offset)..<end, []))
    }
    return (files, starts.dropFirst().map(\.line))
  }

  private static func masked(_ file: SourceFile, _ range: Range<Int>, _ blanks: [Range<Int>]) -> SourceFile {
    var bytes = Array(file.bytes[..<range.upperBound])
    func blank(_ range: Range<Int>) {
      for index in range where bytes[index] != 0x0A && bytes[index] != 0x0D { bytes[index] = 0x20 }
    }
    blank(0..<range.lowerBound)
    for part in blanks where part.lowerBound >= range.lowerBound && part.upperBound <= range.upperBound { blank(part) }
    return SourceFile(path: file.path, bytes: bytes)
  }

  /// What was left out, a warning for each reason.
  func report(_ file: SourceFile, to session: DecodingSession) {
    func warn(_ numbers: [Int], _ what: String, _ help: String? = nil) {
      guard !numbers.isEmpty else { return }
      session.report(
        .warning, .skipped, "'\(file.path)': \(what): \(TextLines.ranges(numbers))", help: help)
    }
    warn(prompts, "shell prompts are skipped")
    warn(tables, "a table printed for people is skipped", "export objects: add -o yaml to the command")
    warn(messages, "a command failed here", "run it again with the rights it needs")
    warn(cuts, "'...' stands for lines that are missing; what follows is read as if they never were")
    warn(notes, "notes after '//' are left out")
    warn(beyond, "only \(parts.count) outputs of one file are read; those that end here are skipped", "split the file")
  }
}

/// Looks at a text line by line and says what each line is.
struct PastedScan {
  enum Role { case data, metrics, prompt, table, message, cut }

  struct Line {
    var line: TextLine
    var role: Role
    /// Where a note begins in a line of data.
    var note: Int?
  }

  private let bytes: [UInt8]
  private var table: Role?
  /// Indent of the key whose block scalar the lines belong to.
  private var blockIndent: Int?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() -> [Line] {
    var result = TextLines(bytes).map { Line(line: $0, role: .data) }
    for index in result.indices {
      let (role, note) = role(of: result[index].line)
      result[index].role = role
      result[index].note = note
      if role == .cut, isDocumentEnd(index, result) { result[index].role = .data }
    }
    return result
  }

  private mutating func role(of line: TextLine) -> (Role, note: Int?) {
    let indent = line.indent(in: bytes)
    let isBlank = indent == line.range.count
    if let block = blockIndent {
      if isBlank || indent > block { return (.data, nil) }
      blockIndent = nil
    }
    if isBlank { return (table == .metrics ? .metrics : .data, nil) }
    if indent == 0 {
      let head = line.text(in: bytes, limit: 160)
      if Self.isPrompt(head) {
        table = nil
        return (.prompt, nil)
      }
      if let kind = tableKind(line, head) { table = kind }
      if ["apiVersion:", "kind:", "---", "{", "[", "- "].contains(where: head.hasPrefix) { table = nil }
      if table == nil, ["Error from server", "error: ", "No resources found"].contains(where: head.hasPrefix) {
        return (.message, nil)
      }
    }
    if let table { return (table, nil) }
    let body = line.range.dropFirst(indent)
    if body.count <= 4, bytes[body].allSatisfy({ $0 == 0x2E }), body.count >= 2 { return (.cut, nil) }
    blockIndent = opensBlock(body) ? indent : nil
    return (.data, note(in: line))
  }

  /// `$ oc get nodes`, `$kubectl get vm`, `[root@bastion ~]# oc get vm`, `user@host:~$ kubectl top nodes`.
  static func isPrompt(_ head: String) -> Bool {
    let commands = ["oc ", "kubectl ", "virtctl ", "omc "]
    if head.hasPrefix("$") || head.hasPrefix("> ") {
      let rest = head.dropFirst().drop { $0 == " " }
      return head.hasPrefix("$ ") || commands.contains(where: rest.hasPrefix)
    }
    guard let at = head.firstIndex(of: "@") else { return false }
    let tail = head[at...]
    return commands.contains { command in
      ["$ ", "# ", "$", "#"].contains { tail.contains("\($0)\(command)") }
    }
  }

  private func tableKind(_ line: TextLine, _ head: String) -> Role? {
    guard head.hasPrefix("NAME"), !head.contains(":") else { return nil }
    let words = line.words(in: bytes)
    if TopTable.isHeader(words) { return .metrics }
    let isHeader = words.count >= 2 && words.allSatisfy { word in word.utf8.allSatisfy { $0 &- 0x61 >= 26 } }
    return isHeader ? .table : nil
  }

  /// Whether a line ends in `|` or `>` with its marks, so that deeper lines are text.
  private func opensBlock(_ body: Range<Int>) -> Bool {
    var end = body.upperBound
    while end > body.lowerBound, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    var index = end
    while index > body.lowerBound, [0x2B, 0x2D].contains(bytes[index - 1]) || bytes[index - 1] &- 0x31 < 9 {
      index -= 1
    }
    guard index > body.lowerBound, bytes[index - 1] == 0x7C || bytes[index - 1] == 0x3E, end - index <= 2 else {
      return false
    }
    return index - 2 < body.lowerBound || bytes[index - 2] == 0x20
  }

  /// Where ` // note` begins, outside quotes and comments.
  private func note(in line: TextLine) -> Int? {
    var quotes = (single: 0, double: 0)
    var index = line.range.lowerBound
    while index < line.range.upperBound {
      let byte = bytes[index]
      if byte == 0x27 { quotes.single += 1 }
      if byte == 0x22 { quotes.double += 1 }
      let isOpen = quotes.single % 2 == 0 && quotes.double % 2 == 0
      let followsBlank = index == line.range.lowerBound || bytes[index - 1] == 0x20 || bytes[index - 1] == 0x09
      if isOpen, followsBlank, byte == UInt8(ascii: "#") { return nil }
      if isOpen, followsBlank, byte == UInt8(ascii: "/"), index + 1 < line.range.upperBound,
        bytes[index + 1] == UInt8(ascii: "/")
      {
        return index
      }
      index += 1
    }
    return nil
  }

  /// `...` in front of a new document, or at the end, is what YAML means by it.
  private func isDocumentEnd(_ index: Int, _ lines: [Line]) -> Bool {
    let range = lines[index].line.range
    guard range.count == 3, bytes[range.lowerBound] == 0x2E else { return false }
    for next in lines[(index + 1)...] {
      let indent = next.line.indent(in: bytes)
      if indent == next.line.range.count { continue }
      let head = next.line.text(in: bytes, limit: 16)
      if head.hasPrefix("#") { continue }
      return ["---", "%", "apiVersion:", "kind:", "{", "["].contains(where: head.hasPrefix)
    }
    return true
  }
}
