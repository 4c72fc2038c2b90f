/// What JSON readers are asked to take and must not, each with its fix.
extension JSONReader {
  private func byte(_ index: Int) -> UInt8 { index < end ? bytes[index] : 0 }

  /// A comment at an offset, in any of the three manners.
  func comment(at offset: Int) -> SyntaxFailure? {
    let first = byte(offset)
    let second = byte(offset + 1)
    let isSlash = first == UInt8(ascii: "/") && (second == first || second == UInt8(ascii: "*"))
    guard isSlash || first == UInt8(ascii: "#") else { return nil }
    return SyntaxFailure(
      "Y101", "comments are not JSON", at: offset, to: offset + (isSlash ? 2 : 1),
      help: "strip comments, or write them with '#' and save as YAML")
  }

  func trailingComma(_ offset: Int) -> SyntaxFailure {
    SyntaxFailure("Y102", "a comma before the closing bracket is not JSON", at: offset, help: "remove this comma")
  }

  /// The file ends inside a value.
  func cutOff(openedAt offset: Int? = nil) -> SyntaxFailure {
    let at = offset ?? max(end - 1, 0)
    return SyntaxFailure(
      "Y103", offset == nil ? "the file ends in the middle of a value" : "text is not closed", at: at,
      label: offset == nil ? "" : "opened here", help: "file looks cut off: re-export it")
  }

  func badKey() -> SyntaxFailure {
    if p >= end { return cutOff() }
    if let comment = comment(at: p) { return comment }
    switch byte(p) {
    case UInt8(ascii: "'"): return singleQuote()
    case UInt8(ascii: ","):
      return SyntaxFailure("Y104", "a member is missing before ','", at: p, help: "remove this comma")
    default:
      return SyntaxFailure(
        "Y104", "expected a key in double quotes", at: p, to: wordEnd(p), help: "put double quotes around keys")
    }
  }

  func badValue() -> SyntaxFailure {
    if p >= end { return cutOff() }
    if let comment = comment(at: p) { return comment }
    let stop = wordEnd(p)
    let word = String(decoding: bytes[p..<min(stop, p + 40)], as: UTF8.self)
    switch byte(p) {
    case UInt8(ascii: "'"): return singleQuote()
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"):
      return SyntaxFailure("Y104", "expected a value", at: p, label: "found '\(word.prefix(1))'")
    default: break
    }
    if word.count < 5, stop >= end { return cutOff() }
    switch word.lowercased() {
    case "nan", "infinity", "+infinity", "inf":
      return SyntaxFailure(
        "Y104", "'\(word)' is not JSON", at: p, to: stop, help: "use a number, null or text in quotes")
    case "true", "false", "null", "none", "undefined":
      let plain = ["none": "null", "undefined": "null"][word.lowercased()] ?? word.lowercased()
      return SyntaxFailure("Y104", "'\(word)' is not JSON", at: p, to: stop, help: "write \(plain)")
    default:
      return SyntaxFailure(
        "Y104", "expected a value", at: p, to: max(stop, p + 1), help: "put double quotes around text")
    }
  }

  private func singleQuote() -> SyntaxFailure {
    SyntaxFailure(
      "Y110", "single quotes are not JSON", at: p, help: "use double quotes, or save as YAML")
  }

  /// Two members or elements with no comma between, or a collection that is not closed.
  func missingComma(start opener: Int, isObject: Bool) -> SyntaxFailure {
    if let comment = comment(at: p) { return comment }
    if p >= end {
      var failure = SyntaxFailure(
        "Y103", "\(isObject ? "object" : "array") opened on line ", at: opener, label: "never closed",
        help: "file looks cut off: re-export it")
      failure.reference = opener
      failure.tail = " is not closed"
      return failure
    }
    return SyntaxFailure(
      "Y111", "expected ',' or '\(isObject ? "}" : "]")'", at: p, help: "a comma may be missing before this")
  }

  private func wordEnd(_ offset: Int) -> Int {
    var index = offset
    while index < end, index < offset + 200 {
      let byte = bytes[index]
      if byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "}")
        || byte == UInt8(ascii: "]")
      {
        break
      }
      index += 1
    }
    return index
  }
}
