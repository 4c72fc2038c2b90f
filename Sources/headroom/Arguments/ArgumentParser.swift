import InputFormats

/// Turns words of the command line into an invocation; says what is wrong and what was probably meant.
struct ArgumentParser {
  private let commands: [CommandDefinition]

  init(commands: [CommandDefinition]) { self.commands = commands }

  func command(named name: String) throws(ProgramError) -> CommandDefinition {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let isFlag = name.hasPrefix("-") && name != "-"
    if isFlag {
      throw .usage(
        "expected a command before '\(name)'", help: "headroom \(commands[0].name) \(commands[0].operands) \(name)")
    }
    let near = Suggestion.closest(to: name, in: commands.map(\.name))
    throw .usage(
      "unknown command '\(name)'",
      help: near.map { "did you mean '\($0)'?" } ?? "'headroom help' lists the commands")
  }

  /// The words after the command's name.
  func parse(_ words: ArraySlice<String>, for command: CommandDefinition) throws(ProgramError) -> Invocation {
    var operands: [String] = []
    var values: [String: [String]] = [:]
    var rest = words
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        operands.append(word)
        continue
      }
      let (flag, attached) = try flag(word, of: command)
      if let value = try value(of: flag, attached: attached, spelled: word, command: command, rest: &rest) {
        if !flag.isRepeatable, values[flag.name] != nil {
          throw .usage("--\(flag.name) is given twice", help: "keep one of them")
        }
        values[flag.name, default: []].append(value)
      } else {
        values[flag.name] = []
      }
    }
    if values[FlagTable.help.name] == nil { try check(operands, of: command) }
    return Invocation(command: command, operands: operands, values: values)
  }

  private func flag(
    _ word: String, of command: CommandDefinition
  ) throws(ProgramError) -> (FlagDefinition, attached: String?) {
    guard word.hasPrefix("--") else {
      if word.count == 2, let flag = command.flags.first(where: { $0.short == word.last }) { return (flag, nil) }
      // `-j4`: the value directly after the letter.
      if word.count > 2, let letter = word.dropFirst().first,
        let flag = command.flags.first(where: { $0.short == letter }), flag.valueWord != nil
      {
        return (flag, String(word.dropFirst(word.dropFirst(2).first == "=" ? 3 : 2)))
      }
      let long = command.flags.first { $0.name == word.dropFirst() }
      throw .usage(
        "unknown flag '\(word)' for '\(command.name)'",
        help: long.map { "did you mean '--\($0.name)'?" } ?? "'headroom help \(command.name)' lists its flags")
    }
    let body = word.dropFirst(2)
    let equals = body.firstIndex(of: "=")
    let name = String(body[..<(equals ?? body.endIndex)])
    if let flag = command.flags.first(where: { $0.name == name }) {
      return (flag, equals.map { String(body[body.index(after: $0)...]) })
    }
    let near = Suggestion.closest(to: name, in: command.flags.map(\.name))
    throw .usage(
      "unknown flag '--\(name)' for '\(command.name)'",
      help: near.map { "did you mean '--\($0)'?" } ?? "'headroom help \(command.name)' lists its flags")
  }

  private func value(
    of flag: FlagDefinition, attached: String?, spelled word: String, command: CommandDefinition,
    rest: inout ArraySlice<String>
  ) throws(ProgramError) -> String? {
    guard let placeholder = flag.valueWord else {
      if attached != nil { throw .usage("--\(flag.name) takes no value", help: "write --\(flag.name)") }
      return nil
    }
    guard let value = attached ?? rest.popFirst() else {
      throw .usage("\(word) needs a value", help: "write --\(flag.name) \(placeholder)")
    }
    if attached == nil, isFlag(value, of: command) {
      throw .usage(
        "\(word) needs a value, and '\(value)' is a flag",
        help: "write --\(flag.name) \(placeholder), or --\(flag.name)=\(value) if that is meant")
    }
    switch flag.value {
    case .choice(_, let words) where !words.contains(value):
      let near = Suggestion.closest(to: value, in: words)
      throw .usage(
        "unknown value '\(value)' for --\(flag.name)",
        help: near.map { "did you mean '\($0)'?" } ?? "one of \(words.joined(separator: ", "))")
    case .number(_, let least) where (UInt64(value) ?? 0) < least || UInt64(value) == nil:
      throw .usage("--\(flag.name) takes a whole number of at least \(least), not '\(value)'")
    default: return value
    }
  }

  /// Whether a word would be read as a flag where none is expected.
  private func isFlag(_ word: String, of command: CommandDefinition) -> Bool {
    word.hasPrefix("--")
      || (word.hasPrefix("-") && word != "-" && command.flags.contains { $0.short == word.dropFirst().first })
  }

  private func check(_ operands: [String], of command: CommandDefinition) throws(ProgramError) {
    let line = "headroom \(command.name) \(command.operands)"
    if operands.count < command.operandCount.lowerBound {
      throw .usage("'\(command.name)' needs \(command.operands)", help: line)
    }
    if operands.count > command.operandCount.upperBound {
      throw .usage("'\(command.name)' does not take '\(operands[command.operandCount.upperBound])'", help: line)
    }
    guard case .words(let words) = command.operandKind else { return }
    for operand in operands where !words.contains(operand) {
      let near = Suggestion.closest(to: operand, in: words)
      throw .usage(
        "'\(command.name)' knows no '\(operand)'",
        help: near.map { "did you mean '\($0)'?" } ?? "one of \(words.joined(separator: ", "))")
    }
  }
}
