/// One flag: from it come parsing, help, suggestions and completions.
struct FlagDefinition: Sendable {
  enum Value: Sendable {
    /// Present or not.
    case none
    /// Anything; the word stands for it in help.
    case text(String)
    case file(String)
    /// A whole number of at least this.
    case number(String, least: UInt64)
    case choice(String, [String])
  }

  var name: String
  var short: Character?
  var value: Value
  /// May be given several times.
  var isRepeatable = false
  var summary: String
  /// As help shows it; nil only for flags without a value.
  var defaultText: String?

  /// `-o, --output FILE` with the value's word.
  var spelling: String {
    let head = short.map { "-\($0), " } ?? "    "
    return head + "--" + name + (valueWord.map { " " + $0 } ?? "")
  }

  var valueWord: String? {
    switch value {
    case .none: nil
    case .text(let word), .file(let word), .number(let word, _), .choice(let word, _): word
    }
  }

  var choices: [String] {
    if case .choice(_, let words) = value { words } else { [] }
  }
}

/// One verb of the program.
struct CommandDefinition: Sendable {
  enum OperandKind: Sendable {
    case none
    case files
    /// One of these words.
    case words([String])
  }

  var name: String
  /// What follows the name and the flags: `<scenario>`.
  var operands: String
  var operandKind: OperandKind
  /// How many operands are sensible.
  var operandCount: ClosedRange<Int>
  var summary: String
  /// More sentences for the command's own help.
  var details: [String] = []
  var examples: [String] = []
  var flags: [FlagDefinition]
  var run: @Sendable (Invocation) async throws -> ExitStatus
}

/// A command line understood.
struct Invocation: Sendable {
  var command: CommandDefinition
  var operands: [String]
  private var values: [String: [String]]

  init(command: CommandDefinition, operands: [String], values: [String: [String]]) {
    self.command = command
    self.operands = operands
    self.values = values
  }

  func has(_ flag: String) -> Bool { values[flag] != nil }
  /// The last value given.
  func value(_ flag: String) -> String? { values[flag]?.last }
  func all(_ flag: String) -> [String] { values[flag] ?? [] }
  func number(_ flag: String) -> UInt64? { value(flag).flatMap { UInt64($0) } }

  /// Whether data goes out as JSON and not as YAML: by `--format`, else by the ending of `--output`.
  var wantsJSON: Bool {
    if let format = value("format") { return format == "json" }
    return value("output")?.lowercased().hasSuffix(".json") ?? false
  }
}
