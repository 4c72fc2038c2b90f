import Reports

/// Help, written from the command and flag tables.
enum HelpText {
  static func overview(_ commands: [CommandDefinition], width: Int) -> String {
    let rows = commands.map { (left: "\($0.name) \($0.operands)", right: $0.summary) }
    let start = "Headroom answers capacity and rebalancing questions about a virtual-machine cluster, offline."
    let end =
      "'headroom help <command>' explains one. Exit status: 0 done, 1 a gate does not hold, 2 invalid input, "
      + "64 wrong usage, 70 a bug in Headroom, 74 cannot read or write, 130 interrupted."
    return TerminalText.wrapped(start, width: width) + "\n\nheadroom …\n"
      + listed(rows + [("--version", "the version")], width: width) + "\n" + TerminalText.wrapped(end, width: width)
      + "\n"
  }

  static func command(_ command: CommandDefinition, width: Int) -> String {
    var text = "headroom \(command.name) \(command.operands)\n\n"
    text += TerminalText.wrapped(
      command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".", width: width)
    text += "\n"
    for sentence in command.details { text += TerminalText.wrapped(sentence, width: width) + "\n" }
    text += "\nFlags\n"
    let rows = command.flags.map { flag in
      var right = flag.summary
      if !flag.choices.isEmpty { right += ": " + flag.choices.joined(separator: ", ") }
      if flag.isRepeatable { right += "; may be repeated" }
      if let text = flag.defaultText { right += " [default: \(text)]" }
      return (left: flag.spelling, right: right)
    }
    text += listed(rows, width: width)
    if !command.examples.isEmpty {
      text += "\nExamples\n" + command.examples.map { "  \(continued($0, width: width - 2))\n" }.joined()
    }
    return text
  }

  private static func listed(_ rows: [(left: String, right: String)], width: Int) -> String {
    let left = rows.map { $0.left.count }.max() ?? 0
    let indent = String(repeating: " ", count: left + 4)
    return rows.map { row in
      let head = "  " + row.left + String(repeating: " ", count: left - row.left.count) + "  "
      let lines = TerminalText.wrapped(row.right, width: width - head.count).split(separator: "\n")
      return head + lines.joined(separator: "\n" + indent) + "\n"
    }.joined()
  }

  /// A shell command, broken with backslashes before its flags where it is too long for a line.
  private static func continued(_ example: String, width: Int) -> String {
    var parts: [String] = []
    for word in example.split(separator: " ") {
      if parts.isEmpty || word.hasPrefix("-") || word == "|" {
        parts.append(String(word))
      } else {
        parts[parts.count - 1] += " " + word
      }
    }
    var lines: [String] = []
    for part in parts {
      if let line = lines.last, line.count + part.count + 3 <= width {
        lines[lines.count - 1] += " " + part
      } else {
        if !lines.isEmpty { lines[lines.count - 1] += " \\" }
        lines.append(lines.isEmpty ? part : "    " + part)
      }
    }
    return lines.joined(separator: "\n  ")
  }
}
