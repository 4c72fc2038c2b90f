import InputFormats
import Reports

/// From the words of the command line to an exit status.
enum Program {
  static let tool = ToolVersion(version: "0.1.0")

  static func run(_ words: [String]) async -> ExitStatus {
    let parser = ArgumentParser(commands: CommandCatalog.all)
    do {
      guard let first = words.first else {
        throw ProgramError.usage("no command given", help: "'headroom help' lists the commands")
      }
      switch first {
      case "--version":
        try FileAccess.write("\(tool.name) \(tool.version)\n", to: nil)
        return .success
      case "--help", "-h":
        try FileAccess.write(HelpText.overview(CommandCatalog.all, width: Terminal.width()), to: nil)
        return .success
      default: break
      }
      let command = try parser.command(named: first)
      let invocation = try parser.parse(words.dropFirst(), for: command)
      if invocation.has(FlagTable.help.name) {
        try FileAccess.write(HelpText.command(command, width: Terminal.width()), to: nil)
        return .success
      }
      return try await command.run(invocation)
    } catch let error as ProgramError {
      return report(error, color: Terminal.usesColor(colorChoice(words), descriptor: Terminal.standardError))
    } catch {
      say("error: something went wrong inside Headroom: \(TerminalText.escaped("\(error)"))\n")
      return .defect
    }
  }

  /// Talk on standard error.
  static func say(_ text: String) { FileAccess.writeToStandardError(text) }

  private static func report(_ error: ProgramError, color: Bool) -> ExitStatus {
    func message(_ text: String, _ help: String? = nil) {
      say(TerminalStyle.bad.wrap("error", color) + ": \(TerminalText.shown(text))\n")
      if let help { say("  = help: \(TerminalText.shown(help))\n") }
    }
    switch error {
    case .usage(let text, let help):
      message(text, help)
      return .wrongUsage
    case .input(let diagnostics):
      say(DiagnosticRenderer.render(diagnostics, width: Terminal.width(), color: color))
      let isUnreadable = diagnostics.contains { $0.code == DiagnosticCode.unreadableFile.rawValue && $0.range == nil }
      return isUnreadable ? .cannotReadOrWrite : .invalidInput
    case .file(let text):
      say(TerminalStyle.bad.wrap("error", color) + ": \(text)\n")
      return .cannotReadOrWrite
    case .simulation(let text, let help):
      message(text, help.isEmpty ? nil : help)
      return .invalidInput
    case .brokenPipe: return .success
    }
  }

  /// `--color` as written, also on a line that does not parse.
  private static func colorChoice(_ words: [String]) -> String? {
    for (index, word) in words.enumerated() {
      if word.hasPrefix("--color=") { return String(word.dropFirst(8)) }
      if word == "--color", index + 1 < words.count { return words[index + 1] }
    }
    return nil
  }
}
