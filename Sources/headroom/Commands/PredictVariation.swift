import InputFormats

/// What `--vary` asks for: every combination of the values given.
struct PredictVariation {
  private static let mostRows = 200
  let rows: [[(key: String, value: String)]]

  init(_ texts: [String]) throws {
    var rows: [[(key: String, value: String)]] = [[]]
    var keys: [String] = []
    for text in texts {
      let (key, values) = try Self.parse(text)
      guard !keys.contains(key) else {
        throw ProgramError.usage("--vary \(key) is given twice", help: "write all values in one: --vary \(key)=A,B")
      }
      keys.append(key)
      rows = rows.flatMap { row in values.map { row + [(key, $0)] } }
      guard rows.count <= Self.mostRows else {
        throw ProgramError.usage("--vary asks for \(rows.count) answers", help: "ask for \(Self.mostRows) at most")
      }
    }
    self.rows = rows
  }

  private static func parse(_ text: String) throws -> (key: String, values: [String]) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw ProgramError.usage("--vary '\(text)' is not FLAG=A,B", help: "write --vary bandwidth=1Gbps,10Gbps,25Gbps")
    }
    var key = String(text[..<equals])
    if key.hasPrefix("--") { key = String(key.dropFirst(2)) }
    if key.hasPrefix("migration.") { key = String(key.dropFirst(10)) }
    let flags = FlagTable.predicted.map(\.name).filter { $0 != "set" }
    let known = flags + MigrationOverrides.keys
    guard known.contains(key) else {
      throw ProgramError.usage(
        "--vary knows no '\(key)'",
        help: Suggestion.closest(to: key, in: known).map { "did you mean '\($0)'?" }
          ?? "one of \(flags.joined(separator: ", ")), or a key of 'migration:'")
    }
    let values = text[text.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false)
      .map(String.init)
    guard !values.contains("") else {
      throw ProgramError.usage("--vary '\(text)' has an empty value", help: "write --vary \(key)=A,B")
    }
    return (key, values)
  }
}
