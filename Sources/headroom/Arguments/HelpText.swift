import Reports

/// Help, written from the command and flag tables.
enum HelpText {
  static func overview(_ commands: [CommandDefinition]) -> String {
    var text =
      "Headroom answers capacity and rebalancing questions about a virtual-machine cluster, offline.\n\nheadroom …\n"
    let rows = commands.map { (left: "\($0.name) \($0.operands)", right: $0.summary) }
    text += listed(rows + [("--version", "the version")])
    text += "\n'headroom help <command>' explains one. "
    text += "Exit status: 0 done, 1 a gate does not hold, 2 invalid input, 64 wrong usage,\n"
    text += "70 a bug in Headroom, 74 cannot read or write, 130 interrupted.\n"
    return text
  }

  static func command(_ command: CommandDefinition) -> String {
    var text = "headroom \(command.name) \(command.operands)\n\n"
    text += TerminalText.wrapped(
      command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".", width: width)
    text += "\n"
    for sentence in command.details { text += TerminalText.wrapped(sentence, width: width) + "\n" }
    text += "\nFlags\n"
    text += listed(
      command.flags.map { flag in
        var right = flag.summary
        if !flag.choices.isEmpty { right += ": " + flag.choices.joined(separator: ", ") }
        if flag.isRepeatable { right += "; may be repeated" }
        if let text = flag.defaultText { right += " [default: \(text)]" }
        return (flag.spelling, right)
      })
    if !command.examples.isEmpty {
      text += "\nExamples\n" + command.examples.map { "  \($0)\n" }.joined()
    }
    return text
  }

  private static let width = 100

  private static func listed(_ rows: [(left: String, right: String)]) -> String {
    let left = rows.map { $0.left.count }.max() ?? 0
    let indent = String(repeating: " ", count: left + 4)
    return rows.map { row in
      let head = "  " + row.left + String(repeating: " ", count: left - row.left.count) + "  "
      let lines = TerminalText.wrapped(row.right, width: width - head.count).split(separator: "\n")
      return head + lines.joined(separator: "\n" + indent) + "\n"
    }.joined()
  }
}
