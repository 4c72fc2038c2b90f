/// `headroom completions bash|zsh|fish`.
enum CompletionsCommand {
  static let definition = CommandDefinition(
    name: "completions", operands: CompletionScript.shells.joined(separator: "|"),
    operandKind: .words(CompletionScript.shells), operandCount: 1...1,
    summary: "print completions for a shell",
    examples: ["source <(headroom completions bash)", "headroom completions fish | source"], flags: [FlagTable.help]
  ) { invocation in
    try FileAccess.write(
      CompletionScript.text(for: invocation.operands[0], commands: CommandCatalog.all), to: nil)
    return .success
  }
}
