import Testing

struct ForbiddenCallsTests {
  /// Calls that pull in ICU, break strictness or silence the compiler.
  static let everywhere = [
    "String(format:", "NSRegularExpression", "JSONSerialization", "DateFormatter", "trimmingCharacters",
    "replacingOccurrences", "FileHandle", "try!", "as!", "@unchecked", "nonisolated(unsafe)", "unsafeFlags",
    "-Ounchecked", "@preconcurrency", "unsafeBitCast",
  ]
  /// Anything that asks the machine instead of the seed.
  static let belowTheProgram = [
    "Date()", "ContinuousClock", "SuspendingClock", "DispatchTime", "clock_gettime", "gettimeofday",
    "SystemRandomNumberGenerator", ".random(in", ".randomElement()", ".shuffled()", ".shuffle()", "getenv",
  ]
  /// Hashes differ from process to process; readers may look keys up by them, results may not.
  static let belowTheReaders = [".hashValue", "Hasher()"]
  static let clocks = ["Sources/headroom/", "Benchmarks/"]

  static func violations(_ file: Repository.File) -> [String] {
    let mayAskClock = clocks.contains { file.path.hasPrefix($0) }
    let mayHash = mayAskClock || file.path.hasPrefix("Sources/InputFormats/")
    let words = everywhere + (mayAskClock ? [] : belowTheProgram) + (mayHash ? [] : belowTheReaders)
    let raw = file.lines
    return file.code.enumerated().flatMap { number, line -> [String] in
      var found = words.filter { line.contains($0) }
      if SourceText.contains(line, word: "fatalError") && !isJustified(raw, number) { found.append("fatalError") }
      return found.map { "\(file.path):\(number + 1): \($0)" }
    }
  }

  /// A comment on the line itself or right above says why it cannot happen.
  private static func isJustified(_ lines: [Substring], _ number: Int) -> Bool {
    lines[max(0, number - 1)...number].contains { $0.contains("//") }
  }

  @Test func `the check finds what it looks for, and only in code`() {
    let bad = Repository.File(
      path: "Sources/Reports/Bad.swift",
      text: """
        // try! in a comment
        let a = try! f("as!")
        let b = c as! D
        let now = Date()
        fatalError("unreachable")
        // Every case above returns.
        fatalError("unreachable")
        let e = [1].shuffled()
        """)
    #expect(
      Self.violations(bad).map { $0.split(separator: ":", maxSplits: 1)[1] } == [
        "2: try!", "3: as!", "4: Date()", "5: fatalError", "8: .shuffled()",
      ])
    let program = Repository.File(path: "Sources/headroom/Clock.swift", text: "let c = ContinuousClock()\nx as! Y")
    #expect(Self.violations(program) == ["Sources/headroom/Clock.swift:2: as!"])
  }

  @Test func `no source file makes a forbidden call`() {
    let files = Repository.files("Sources") + Repository.files("Benchmarks")
    #expect(files.count > 100)
    for file in files { #expect(Self.violations(file) == []) }
    let manifest = Repository.text("Package.swift") ?? ""
    #expect(!manifest.contains("unsafe" + "Flags") && !manifest.contains("-Ounchecked"))
  }
}
