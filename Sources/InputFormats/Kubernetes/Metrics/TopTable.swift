import ClusterModel

/// The table that `oc adm top nodes` and `oc adm top pods` print, with what people copy around it.
///
/// Columns are found by their titles; `--containers` adds a column and its rows are summed by pod. `<unknown>` is a node
/// without metrics. Percentages are not read: they follow from the node's size.
struct TopTable {
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    TextLines(bytes, limit: TextLines.headBytes).prefix(50).contains { isHeader($0.words(in: bytes)) }
  }

  static func isHeader(_ words: [String]) -> Bool {
    guard let first = words.first, ["NAME", "NAMESPACE", "POD"].contains(first) else { return false }
    return words.contains("CPU(cores)") && words.contains("MEMORY(bytes)")
  }

  /// Reads every table of a text into metrics; lines that belong to none are told by number.
  static func read(
    _ file: SourceFile, _ session: DecodingSession, into metrics: inout CollectedMetrics, tally: inout SkipTally
  ) {
    var header: [String] = []
    var strangers: [Int] = []
    var pods: [(key: String, usage: ObservedUsage)] = []
    for line in TextLines(file.bytes) {
      let words = line.words(in: file.bytes)
      if words.isEmpty { continue }
      if isHeader(words) {
        header = words
        if header[0] != "NAMESPACE", !header.contains("CPU%"), !header.contains("CPU(%)") {
          session.report(
            .warning, .remark, at: line, in: file, "the table has no NAMESPACE: 'default' is taken",
            help: "print it with the namespaces: oc adm top pods -A")
        }
        continue
      }
      guard !header.isEmpty, words.count == header.count else {
        strangers.append(line.number)
        continue
      }
      row(words, header, line, file, session, &metrics, &pods, &tally)
    }
    for (key, usage) in sums(pods) { metrics.add(pod: key, usage) }
    if !strangers.isEmpty {
      session.report(
        .note, .skipped, "skipped in '\(file.path)': \(TextLines.ranges(strangers)), not part of the table")
    }
  }

  private static func row(
    _ words: [String], _ header: [String], _ line: TextLine, _ file: SourceFile, _ session: DecodingSession,
    _ metrics: inout CollectedMetrics, _ pods: inout [(key: String, usage: ObservedUsage)], _ tally: inout SkipTally
  ) {
    func cell(_ title: String) -> String? { header.firstIndex(of: title).map { words[$0] } }
    let isNode = header.contains("CPU%") || header.contains("CPU(%)")
    guard let cpuText = cell("CPU(cores)"), let memoryText = cell("MEMORY(bytes)") else { return }
    if cpuText.hasPrefix("<") || memoryText.hasPrefix("<") {
      tally.add(isNode ? "row of top nodes" : "row of top pods", "its usage is <unknown>")
      return
    }
    guard let cpu = try? CPUQuantity.millicores(cpuText), let memory = try? MemorySize.bytes(memoryText) else {
      session.report(
        .error, .badUnit, at: line, in: file, "'\(cpuText)' and '\(memoryText)' are not an amount of CPU and memory")
      return
    }
    let usage = ObservedUsage(cpuCores: Double(cpu) / 1000, memoryBytes: Double(memory))
    if isNode {
      metrics.add(node: words[header.firstIndex(of: "NAME") ?? 0], usage)
    } else {
      let name = cell("POD") ?? cell("NAME") ?? words[0]
      pods.append(("\(cell("NAMESPACE") ?? "default")/\(name)", usage))
    }
  }

  /// Rows of one pod added up, in order of first sight.
  private static func sums(_ rows: [(key: String, usage: ObservedUsage)]) -> [(key: String, usage: ObservedUsage)] {
    var positions: [String: Int] = [:]
    var result: [(key: String, usage: ObservedUsage)] = []
    for (key, usage) in rows {
      if let position = positions[key] {
        result[position].usage = result[position].usage.adding(usage)
      } else {
        positions[key] = result.count
        result.append((key, usage))
      }
    }
    return result
  }
}
