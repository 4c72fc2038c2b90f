/// What the program says to the shell.
enum ExitStatus: Int32, Sendable {
  case success = 0
  /// The answer is "no": a gate does not hold, or a finding is grave enough.
  case answerIsNo = 1
  case invalidInput = 2
  case wrongUsage = 64
  /// A bug in Headroom.
  case defect = 70
  case cannotReadOrWrite = 74
  case interrupted = 130
}
