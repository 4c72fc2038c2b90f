/// `headroom help [command]`.
enum HelpCommand {
  static let definition = CommandDefinition(
    name: "help", operands: "[command]", operandKind: .none, operandCount: 0...1,
    summary: "explain Headroom or one command", flags: [FlagTable.help]
  ) { invocation in
    guard let name = invocation.operands.first else {
      try FileAccess.write(HelpText.overview(CommandCatalog.all, width: Terminal.width()), to: nil)
      return .success
    }
    let command = try ArgumentParser(commands: CommandCatalog.all).command(named: name)
    try FileAccess.write(HelpText.command(command, width: Terminal.width()), to: nil)
    return .success
  }
}
