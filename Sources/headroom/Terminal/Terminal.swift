#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the other end of a stream can show.
enum Terminal {
  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// `--color` wins; else colour on a terminal that is not dumb, unless NO_COLOR is set to anything.
  static func usesColor(_ choice: String?, descriptor: Int32) -> Bool {
    switch choice {
    case "always": true
    case "never": false
    default:
      isTerminal(descriptor) && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }
  }

  /// Columns of standard output, 60 to 160; COLUMNS wins, and 100 where there is no terminal.
  static func width() -> Int {
    var columns = environment("COLUMNS").flatMap { Int($0) } ?? 0
    if columns <= 0, isTerminal(standardOutput) {
      var size = winsize()
      if ioctl(standardOutput, UInt(TIOCGWINSZ), &size) == 0 { columns = Int(size.ws_col) }
    }
    return columns > 0 ? min(max(columns, 60), 160) : 100
  }

  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Interrupted is 130; a reader that leaves early is not an error.
  static func installSignalHandlers() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGINT) { _ in _exit(130) }
  }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
