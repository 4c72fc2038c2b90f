import InputFormats

/// Why a command stops; `main` turns it into text on standard error and an exit status.
enum ProgramError: Error {
  /// The command line makes no sense; `help` says what would.
  case usage(String, help: String? = nil)
  /// Inputs have errors: all of them.
  case input([Diagnostic])
  /// A file cannot be read or written.
  case file(String)
  /// The simulation cannot be carried out as asked, in words for the user.
  case simulation(String, help: String)
  /// Whoever read our output has seen enough.
  case brokenPipe
}
