/// What stands between documents: markers, directives, comments.
extension YAMLReader {
  /// Goes to the first content of the next document; false at the end of the stream.
  mutating func readDocumentStart() throws(SyntaxFailure) -> Bool {
    while true {
      _ = skipSeparation()
      if byte(p) == 0xEF, byte(p + 1) == 0xBB, byte(p + 2) == 0xBF, p == lineStart {
        p += 3
        lineStart = p
        continue
      }
      if p >= end {
        if hasDirectives {
          hasDirectives = false
          throw SyntaxFailure("Y020", "a directive must be followed by a document", at: max(end - 1, 0))
        }
        return false
      }
      if byte(p) == UInt8(ascii: "%"), p == lineStart {
        try readDirective()
        continue
      }
      if isMarker(p) {
        if byte(p) == UInt8(ascii: "-") {
          p += 3
          contentEnd = p
          place = .afterMarker
          return true
        }
        if hasDirectives {
          throw SyntaxFailure("Y020", "a directive must be followed by '---'", at: p, to: p + 3)
        }
        try readEndMarker()
        continue
      }
      if hasDirectives {
        throw SyntaxFailure(
          "Y020", "a directive must be followed by '---'", at: p, label: "a document begins here without '---'")
      }
      place = .documentLine
      return true
    }
  }

  /// After a document: the end, or a marker.
  mutating func readDocumentEnd() throws(SyntaxFailure) {
    endDirectives()
    if p < end, byte(p) == UInt8(ascii: ".") { try readEndMarker() }
  }

  private mutating func readEndMarker() throws(SyntaxFailure) {
    p += 3
    _ = skipSeparation()
    if p < end, p != lineStart, lineStart <= p, !isFirstOnLine(p) {
      throw SyntaxFailure("Y021", "nothing may follow '...' on its line", at: p)
    }
  }

  /// Whether only blanks stand before an offset on its line.
  func isFirstOnLine(_ index: Int) -> Bool {
    var index = index
    while index > lineStart {
      index -= 1
      if bytes[index] != 0x20, bytes[index] != 0x09 { return false }
    }
    return true
  }

  private mutating func readDirective() throws(SyntaxFailure) {
    let start = p
    var stop = p
    while stop < end, bytes[stop] != 0x0A, bytes[stop] != 0x0D { stop += 1 }
    var words: [String] = []
    var word: [UInt8] = []
    for index in start...stop {
      if index == stop || bytes[index] == 0x20 || bytes[index] == 0x09 {
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        word = []
      } else if bytes[index] == UInt8(ascii: "#"), word.isEmpty {
        break
      } else if word.count < 4096 {
        word.append(bytes[index])
      }
    }
    p = stop
    hasDirectives = true
    switch words[0] {
    case "%YAML": try readVersion(Array(words.dropFirst()), start: start, stop: stop)
    case "%TAG":
      guard words.count == 3, words[1].hasPrefix("!"), words[1].hasSuffix("!") else {
        throw SyntaxFailure("Y020", "a %TAG directive has a handle and a prefix", at: start, to: stop)
      }
      guard tagHandles.updateValue(words[2], forKey: words[1]) == nil else {
        throw SyntaxFailure("Y020", "a second %TAG directive for the same handle", at: start, to: stop)
      }
    default:
      var warning = SyntaxFailure("Y022", "unknown directive, ignored", at: start, to: stop)
      warning.severity = .warning
      report(warning)
    }
  }

  private mutating func readVersion(_ words: [String], start: Int, stop: Int) throws(SyntaxFailure) {
    if hasVersion { throw SyntaxFailure("Y020", "a second %YAML directive", at: start, to: stop) }
    let parts = words.count == 1 ? words[0].split(separator: ".", omittingEmptySubsequences: false) : []
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else {
      throw SyntaxFailure("Y020", "a %YAML directive has one version, as in '%YAML 1.2'", at: start, to: stop)
    }
    hasVersion = true
    if major != 1 {
      throw SyntaxFailure(
        "Y020", "YAML \(major).\(minor) is not supported", at: start, to: stop, help: "save as YAML 1.2")
    }
    if minor != 2 {
      var warning = SyntaxFailure(
        "Y023", "the file says YAML 1.\(minor); it is read as YAML 1.2", at: start, to: stop,
        label: "yes, no, on and off are text in YAML 1.2")
      warning.severity = .warning
      report(warning)
    }
  }
}
