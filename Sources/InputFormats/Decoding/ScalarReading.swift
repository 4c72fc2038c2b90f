import ClusterModel

extension SyntaxNode {
  /// The value in the user's words: `'abc'`, `12`, `a list`.
  var described: String {
    switch kind {
    case .null: return "nothing"
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .string: return isPlain ? "'\(shortText)'" : "the text '\(shortText)'"
    case .bool, .integer, .float: return shortText
    }
  }

  /// The text, cut at 60 characters.
  var shortText: String {
    let text = text ?? ""
    return text.count > 60 ? text.prefix(60) + "…" : text
  }

  /// A scalar's text unless it is null.
  var present: String? { kind == .null ? nil : text }
}

extension DecodingSession {
  func wrongType(_ node: SyntaxNode, _ what: String, _ expected: String, help: String? = nil) {
    report(
      .error, .wrongType, "'\(what)' must be \(expected), found \(node.described)", at: node,
      label: "expected \(expected)", help: help)
  }

  /// The text of any scalar.
  func string(_ node: SyntaxNode, _ what: String) -> String? {
    guard let text = node.present else {
      wrongType(node, what, "a text")
      return nil
    }
    warnOfLegacyText(node, text)
    return text
  }

  func bool(_ node: SyntaxNode, _ what: String) -> Bool? {
    if let value = node.bool { return value }
    let word = node.text?.lowercased() ?? ""
    let meant = ["yes", "on", "true"].contains(word) ? "true" : ["no", "off", "false"].contains(word) ? "false" : nil
    wrongType(node, what, "true or false", help: meant.map { "did you mean \($0)?" })
    return nil
  }

  /// - Parameter isLenient: takes a quoted number with a warning, for objects that other programs wrote.
  func integer(_ node: SyntaxNode, _ what: String, in range: ClosedRange<Int64>, isLenient: Bool = false) -> Int64? {
    var value = node.integer
    if value == nil, node.kind == .string, let text = node.text, let number = Int64(text) {
      guard isLenient else {
        wrongType(node, what, "a whole number", help: "remove the quotes")
        return nil
      }
      report(.warning, .looseScalar, "'\(what)' is the text '\(text)', taken as the number \(number)", at: node)
      value = number
    }
    guard let value else {
      if node.kind == .integer {
        outOfRange(node, what, range)
      } else {
        let meant = node.isPlain ? node.text.flatMap(Self.sexagesimal) : nil
        wrongType(
          node, what, "a whole number",
          help: meant.map { "YAML 1.2 has no numbers to the base 60: write \($0), or 12h30m for a time" })
      }
      return nil
    }
    guard range.contains(value) else {
      outOfRange(node, what, range)
      return nil
    }
    warnOfLegacyNumber(node, value)
    return value
  }

  private func outOfRange(_ node: SyntaxNode, _ what: String, _ range: ClosedRange<Int64>) {
    let bound =
      range.upperBound >= .max >> 8
      ? "at least \(range.lowerBound)" : "between \(range.lowerBound) and \(range.upperBound)"
    let tooLarge = node.integer.map { $0 > range.upperBound } ?? !node.shortText.hasPrefix("-")
    let expected = range.upperBound >= .max >> 8 && tooLarge ? "a smaller number" : bound
    report(
      .error, .outOfRange, "'\(what)' must be \(expected), found \(node.described)", at: node, label: "out of range")
  }

  func number(_ node: SyntaxNode, _ what: String, in range: ClosedRange<Double>) -> Double? {
    guard let value = node.double else {
      wrongType(node, what, "a number", help: node.text.flatMap(Double.init) == nil ? nil : "remove the quotes")
      return nil
    }
    return checked(value, node, what, in: range, shown: { Self.shown($0) })
  }

  func checked(
    _ value: Double, _ node: SyntaxNode, _ what: String, in range: ClosedRange<Double>, shown: (Double) -> String
  ) -> Double? {
    guard !range.contains(value) else { return value }
    let bound =
      range.upperBound >= 1e12
      ? "at least \(shown(range.lowerBound))" : "between \(shown(range.lowerBound)) and \(shown(range.upperBound))"
    report(.error, .outOfRange, "'\(what)' must be \(bound), found \(node.described)", at: node, label: "out of range")
    return nil
  }

  /// `3`, `0.25`: whole numbers without a fraction.
  static func shown(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? String(value)
  }

  /// A text or a number that `parse` understands; its complaint points at the value.
  func unit<Value>(
    _ node: SyntaxNode, _ what: String, _ expected: String, parse: (String) throws(UnitError) -> Value
  ) -> Value? {
    guard let text = node.present, node.kind != .bool else {
      wrongType(node, what, expected)
      return nil
    }
    do {
      return try parse(text)
    } catch {
      let code = error.reason == .outOfRange || error.reason == .negative ? DiagnosticCode.outOfRange : .badUnit
      report(
        .error, code, "\(error.message) for '\(what)'", at: node, label: "not \(expected)", help: error.suggestion)
      return nil
    }
  }

  func millicores(_ node: SyntaxNode, _ what: String) -> Int64? {
    unit(node, what, "an amount of CPU", parse: CPUQuantity.millicores)
  }

  func memoryBytes(_ node: SyntaxNode, _ what: String) -> Int64? {
    unit(node, what, "an amount of memory", parse: MemorySize.bytes)
  }

  /// Seconds of a text such as `90s`.
  func seconds(_ node: SyntaxNode, _ what: String, in range: ClosedRange<Double>) -> Double? {
    unit(node, what, "a duration", parse: DurationText.seconds).flatMap {
      checked($0, node, what, in: range, shown: DurationText.formatted)
    }
  }

  /// The number before the percent sign.
  func percent(_ node: SyntaxNode, _ what: String, in range: ClosedRange<Double>) -> Double? {
    unit(node, what, "a percentage", parse: Percentage.value).flatMap {
      checked($0, node, what, in: range, shown: { "\(Self.shown($0)) %" })
    }
  }

  /// One of the words; its position.
  /// - Parameter severity: a warning for objects of other programs, whose newer versions may know more words.
  func choice(
    _ node: SyntaxNode, _ what: String, of words: [String], severity: Diagnostic.Severity = .error
  ) -> Int? {
    guard let text = node.present else {
      wrongType(node, what, "one of \(words.joined(separator: ", "))")
      return nil
    }
    if let index = words.firstIndex(of: text) { return index }
    let near = Suggestion.closest(to: text, in: words)
    report(
      severity, .unknownChoice, "unknown \(what) '\(node.shortText)'", at: node,
      label: "expected \(words.joined(separator: ", "))",
      help: near.map { "did you mean '\($0)'?" } ?? "use one of: \(words.joined(separator: ", "))")
    return nil
  }
}
