import InputFormats
import Reports

/// From the words of the command line to an exit status.
enum Program {
  static let tool = ToolVersion(version: "0.1.0")

  static func run(_ words: [String]) async -> ExitStatus {
    let parser = ArgumentParser(commands: CommandCatalog.all)
    var isQuiet = false
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
      isQuiet = invocation.has(FlagTable.quiet.name)
      if invocation.has(FlagTable.help.name) {
        try FileAccess.write(HelpText.command(command, width: Terminal.width()), to: nil)
        return .success
      }
      return try await command.run(invocation)
    } catch let error as ProgramError {
      let color = Terminal.usesColor(colorChoice(words), descriptor: Terminal.standardError)
      return report(error, color: color, isQuiet: isQuiet)
    } catch {
      say("error: something went wrong inside Headroom: \(TerminalText.escaped("\(error)"))\n")
      return .defect
    }
  }

  /// Talk on standard error.
  static func say(_ text: String) { FileAccess.writeToStandardError(text) }

  /// Diagnostics on standard error; of a quiet command only the errors.
  static func say(_ diagnostics: [Diagnostic], limit: Int = 20, color: Bool, isQuiet: Bool) {
    let told = isQuiet ? diagnostics.filter { $0.severity == .error } : diagnostics
    if !told.isEmpty { say(DiagnosticRenderer.render(told, limit: limit, width: Terminal.width(), color: color)) }
  }

  private static func report(_ error: ProgramError, color: Bool, isQuiet: Bool) -> ExitStatus {
    func message(_ text: String, _ help: String? = nil) {
      say(TerminalStyle.bad.wrap("error", color) + ": \(TerminalText.shown(text))\n")
      if let help { say("  = help: \(TerminalText.shown(help))\n") }
    }
    switch error {
    case .usage(let text, let help):
      message(text, help)
      return .wrongUsage
    case .input(let diagnostics):
      say(diagnostics, color: color, isQuiet: isQuiet)
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
