/// Samples of `kubevirt_vmi_*` as Prometheus has them: a scrape in text form or the answer to an instant query.
struct PrometheusReader {
  /// A scrape begins with a comment of its own kind or with one of our metrics.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    for line in TextLines(bytes, limit: TextLines.headBytes).prefix(20) where !line.range.isEmpty {
      let text = line.text(in: bytes, limit: 32)
      return text.hasPrefix("# TYPE ") || text.hasPrefix("# HELP ") || text.hasPrefix("kubevirt_vmi_")
    }
    return false
  }

  static func recognizes(_ root: SyntaxNode) -> Bool { root["data"]?["resultType"]?.text == "vector" }

  /// Text exposition format: `name{label="value"} 1.5 1600000000000`, the time in milliseconds and optional.
  static func readText(
    _ file: SourceFile, _ session: DecodingSession, into samples: inout MachineSamples, tally: inout SkipTally
  ) {
    PrometheusLine.each(in: file, session) { row in
      samples.add(row.name, row.labels, value: row.value, time: row.milliseconds.map { $0 / 1000 }, &tally)
    }
  }

  /// `{"status":"success","data":{"resultType":"vector","result":[{"metric":{…},"value":[time,"1.5"]}]}}`.
  static func readQuery(
    _ root: SyntaxNode, _ session: DecodingSession, into samples: inout MachineSamples, tally: inout SkipTally
  ) {
    let items = session.elements(session.mapping(root, "data"), "result")
    let isOfMachines = items.contains { MachineSamples.knows($0["metric"]?["__name__"]?.text ?? "") }
    if !isOfMachines, items.contains(where: { _ in true }) {
      let words = OpenedFile.refusalOfOneMoment(root.file.path)
      session.report(.warning, .unknownFormat, words.message, at: root, help: words.help)
    }
    for item in items {
      let labels = session.texts(item, "metric")
      let pair = session.elements(item, "value")
      guard pair.count == 2, let text = pair[1].text, let value = Double(text) else {
        session.report(.error, .wrongType, "'value' must be a time and a number in quotes", at: item["value"] ?? item)
        continue
      }
      guard let name = labels["__name__"] else {
        tally.add("query result", "no __name__ says what it measures: ask for the metric itself")
        continue
      }
      samples.add(name, labels, value: value, time: pair[0].double, &tally)
    }
  }
}

/// One line of the text format, taken apart.
struct PrometheusLine {
  var name: String
  var labels: [String: String] = [:]
  var value: Double
  var milliseconds: Double?

  /// Calls `body` for each sample of a file, up to the first line that is none, which is reported.
  static func each(in file: SourceFile, _ session: DecodingSession, _ body: (PrometheusLine) -> Void) {
    for line in TextLines(file.bytes) {
      guard let first = file.bytes[line.range].first, first != UInt8(ascii: "#") else { continue }
      if line.indent(in: file.bytes) == line.range.count { continue }
      guard let row = PrometheusLine(file.bytes[line.range]) else {
        session.report(
          .error, .notData, at: line, in: file, "this is not a sample of a metric",
          help: "a line is name{label=\"value\"} number")
        return
      }
      body(row)
    }
  }

  init?(_ line: ArraySlice<UInt8>) {
    var rest = line
    let word = rest.prefix { $0 != UInt8(ascii: "{") && $0 != 0x20 && $0 != 0x09 }
    guard !word.isEmpty else { return nil }
    name = String(decoding: word, as: UTF8.self)
    rest = rest[word.endIndex...]
    if rest.first == UInt8(ascii: "{") {
      guard let parsed = Self.labels(&rest) else { return nil }
      labels = parsed
    }
    let numbers = rest.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
    guard numbers.count == 1 || numbers.count == 2, let number = Self.number(numbers[0]) else { return nil }
    value = number
    if numbers.count == 2 {
      guard let time = Double(numbers[1]) else { return nil }
      milliseconds = time
    }
  }

  private static func number(_ text: String) -> Double? {
    switch text {
    case "+Inf": .infinity
    case "-Inf": -.infinity
    case "NaN": .nan
    default: Double(text)
    }
  }

  /// From the opening brace to behind the closing one.
  private static func labels(_ rest: inout ArraySlice<UInt8>) -> [String: String]? {
    var result: [String: String] = [:]
    rest = rest.dropFirst()
    while let first = rest.first {
      if first == UInt8(ascii: "}") {
        rest = rest.dropFirst()
        return result
      }
      if first == UInt8(ascii: ",") || first == 0x20 {
        rest = rest.dropFirst()
        continue
      }
      let key = rest.prefix { $0 != UInt8(ascii: "=") }
      rest = rest[key.endIndex...].dropFirst()
      guard rest.first == UInt8(ascii: "\"") else { return nil }
      rest = rest.dropFirst()
      var value: [UInt8] = []
      while let byte = rest.first, byte != UInt8(ascii: "\"") {
        rest = rest.dropFirst()
        if byte == UInt8(ascii: "\\"), let escaped = rest.first {
          value.append(escaped == UInt8(ascii: "n") ? 0x0A : escaped)
          rest = rest.dropFirst()
        } else {
          value.append(byte)
        }
      }
      guard rest.first == UInt8(ascii: "\"") else { return nil }
      rest = rest.dropFirst()
      result[String(decoding: key, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
    }
    return nil
  }
}
