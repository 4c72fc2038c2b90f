import Testing

/// No result may depend on the order of a Set or Dictionary.
///
/// A heuristic: names that a file declares with a hashed type must not be iterated in that file.
struct HashOrderTests {
  static let modules = ["Balancing", "LiveMigration", "SimulationEngine"]
  static let iterating = [
    ".values", ".keys", ".map", ".compactMap", ".flatMap", ".filter", ".reduce", ".forEach", ".enumerated", ".first",
    ".min", ".max", ".randomElement", ".joined", ".makeIterator",
  ]

  /// Names declared as `[K: V]`, `Dictionary` or `Set`.
  static func hashedNames(_ code: [String]) -> Set<String> {
    var names: Set<String> = []
    for line in code {
      for separator in [":", " ="] {
        for range in line.ranges(of: separator) {
          let rest = line[range.upperBound...].drop { $0 == " " }
          guard isHashed(rest) else { continue }
          let name = line[..<range.lowerBound].reversed().prefix { SourceText.isPartOfName($0) }.reversed()
          if !name.isEmpty { names.insert(String(name)) }
        }
      }
    }
    return names
  }

  private static func isHashed(_ type: Substring) -> Bool {
    if type.hasPrefix("Set<") || type.hasPrefix("Set(") || type.hasPrefix("Dictionary") || type.hasPrefix("[:]") {
      return true
    }
    guard type.first == "[" else { return false }
    // `[Key: Value]` of one level, but neither `[Element]` nor a literal with values.
    var depth = 0
    for character in type {
      switch character {
      case "[", "(", "<": depth += 1
      case "]", ")", ">":
        depth -= 1
        if depth == 0 { return false }
      case ":" where depth == 1: return true
      case "\"", "=", "{": return false
      default: break
      }
    }
    return false
  }

  static func violations(_ file: Repository.File) -> [String] {
    let code = file.code
    let names = hashedNames(code)
    return code.enumerated().compactMap { number, line in
      let isIterated = names.contains { name in
        if line.contains("for ") && SourceText.contains(line, word: "in \(name)") && isWhole(line, "in \(name)") {
          return true
        }
        return iterating.contains { isWhole(line, name + $0) }
      }
      return isIterated ? "\(file.path):\(number + 1)" : nil
    }
  }

  /// `text` stands in `line` and is not the end of a longer name or the start of a member access.
  private static func isWhole(_ line: String, _ text: String) -> Bool {
    line.ranges(of: text).contains { range in
      let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
      let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
      if SourceText.isPartOfName(before) || SourceText.isPartOfName(after) { return false }
      return !text.hasPrefix("in ") || (after != "." && after != "[")
    }
  }

  @Test func `the check finds iteration over hashed collections and leaves lookups alone`() {
    let text = """
      var known: [String: Int] = [:]
      let seen = Set(names)
      let list: [Int] = []
      var byNode = [Int: [Int]]()
      for (key, value) in known { }
      for item in list { }
      for name in seen.sorted() { }
      let a = known.values.reduce(0, +)
      let b = known["x"] ?? list.map { $0 }.count
      let c = seen.map { $0 }
      if seen.contains(3), let d = byNode[2] { }
      for e in byNode[2] { }
      for name in seen where name { }
      """
    let file = Repository.File(path: "Bad.swift", text: text)
    #expect(Self.hashedNames(file.code) == ["known", "seen", "byNode"])
    #expect(Self.violations(file) == ["Bad.swift:5", "Bad.swift:8", "Bad.swift:10", "Bad.swift:13"])
  }

  @Test func `decisions, transfers and runs never iterate a hashed collection`() {
    for module in Self.modules {
      for file in Repository.files("Sources/\(module)") { #expect(Self.violations(file) == []) }
    }
  }
}
