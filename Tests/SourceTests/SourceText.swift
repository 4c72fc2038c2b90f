/// Swift text reduced to its code, so that words in comments and literals do not count.
enum SourceText {
  /// The lines of `text`, each without comments and with empty string literals.
  static func code(_ text: String) -> [String] {
    var result = ""
    var rest = Substring(text)
    func keepLines(_ skipped: Substring) { result += String(repeating: "\n", count: skipped.count { $0 == "\n" }) }
    while let character = rest.first {
      if rest.hasPrefix("//") {
        rest = rest.drop { $0 != "\n" }
      } else if rest.hasPrefix("/*") {
        let end = rest.firstRange(of: "*/")?.upperBound ?? rest.endIndex
        keepLines(rest[..<end])
        rest = rest[end...]
      } else if rest.hasPrefix("\"\"\"") {
        let body = rest.dropFirst(3)
        let end = body.firstRange(of: "\"\"\"")?.upperBound ?? body.endIndex
        result += "\"\""
        keepLines(rest[..<end])
        rest = rest[end...]
      } else if character == "\"" {
        result += "\"\""
        rest = literalEnd(rest.dropFirst())
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// What follows a one-line literal, interpolations with literals inside included.
  private static func literalEnd(_ text: Substring) -> Substring {
    var rest = text
    var depth = 0
    while let character = rest.first {
      if character == "\n" { return rest }
      if rest.hasPrefix("\\(") {
        depth += 1
        rest = rest.dropFirst(2)
      } else if character == "\\" {
        rest = rest.dropFirst(2)
      } else if depth > 0 && (character == "(" || character == ")") {
        depth += character == "(" ? 1 : -1
        rest = rest.dropFirst()
      } else if character == "\"" {
        rest = rest.dropFirst()
        if depth == 0 { return rest }
        rest = literalEnd(rest)
      } else {
        rest = rest.dropFirst()
      }
    }
    return rest
  }

  /// The module that an `import` line names.
  static func importedModule(_ line: String) -> String? {
    var words = line.split(separator: " ").map(String.init)
    while let first = words.first, ["package", "public", "internal", "private", "@testable"].contains(first) {
      words.removeFirst()
    }
    guard words.first == "import", words.count > 1 else { return nil }
    let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    let path = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
    return path.split(separator: ".").first.map(String.init)
  }

  /// Whether `word` stands in `line` with no letter, digit or underscore right before and after it.
  static func contains(_ line: String, word: String) -> Bool {
    line.ranges(of: word).contains { range in
      let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
      let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
      return !isPartOfName(before) && !isPartOfName(after)
    }
  }

  static func isPartOfName(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
