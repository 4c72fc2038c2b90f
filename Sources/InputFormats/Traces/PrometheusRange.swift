import EventKernel
import SimulationEngine

extension TraceFormat {
  /// The answer to a range query.
  static let prometheus = TraceFormat(
    name: "prometheus-range",
    summary: "Prometheus' answer to a range query (query_range), JSON; series with 'cpu' or 'memory' in their name",
    endings: [".json"],
    columns: [
      FormatColumn("…_total", "a counter of CPU seconds: its growth a second is cores in use"),
      FormatColumn("any other name, or none", "a gauge; cores unless the name says percent, ratio or share"),
      FormatColumn("labels namespace, name | vm | vmi | instance | pod", "the machine"),
    ],
    recognizes: { _ in false },
    read: { files, request, session in
      var range = PrometheusRange(request: request, session: session)
      for opened in files {
        for document in opened.documents { range.add(document.root) }
      }
      return range.trace(request.name ?? files[0].file.path)
    })
}

/// Reads matrices: `{"status":"success","data":{"resultType":"matrix","result":[…]}}`, its `data` alone, or the bare list
/// of series that `promtool query range -o json` prints.
struct PrometheusRange {
  static func recognizes(_ root: SyntaxNode) -> Bool { series(of: root, type: "matrix", values: "values") != nil }

  /// The answer to an instant query, in any of the three forms.
  static func isInstant(_ root: SyntaxNode) -> Bool { series(of: root, type: "vector", values: "value") != nil }

  /// Why a query failed, where this is the answer to one that did.
  static func failure(_ root: SyntaxNode) -> SyntaxNode? {
    guard root["status"]?.text == "error", root["kind"] == nil else { return nil }
    return (root["error"] ?? root["errorType"]).flatMap { $0.present == nil ? nil : $0 }
  }

  private static func series(of root: SyntaxNode, type: String, values: String) -> SyntaxNode? {
    if root.kind == .sequence {
      let first = root.elements.first { _ in true }
      return first?["metric"]?.kind == .mapping && first?[values]?.kind == .sequence ? root : nil
    }
    guard root.kind == .mapping else { return nil }
    let data = root["data"] ?? root
    return data["resultType"]?.text == type ? data["result"] : nil
  }

  let request: TraceRequest
  let session: DecodingSession
  private var samples = TraceSamples()
  private var tally = SkipTally()
  private var counters = 0
  private var gauges = 0
  private var problems = 0

  init(request: TraceRequest, session: DecodingSession) {
    self.request = request
    self.session = session
  }

  mutating func add(_ root: SyntaxNode) {
    guard let result = Self.series(of: root, type: "matrix", values: "values"), result.kind == .sequence else {
      session.report(.error, .badTraceShape, "a range query's answer has no 'data.result'", at: root)
      problems += 1
      return
    }
    for series in result.elements { add(series: series) }
  }

  mutating func trace(_ path: String) -> UsageTrace? {
    tally.report(to: session)
    guard problems == 0 else { return nil }
    if counters > 0 {
      session.report(.note, .remark, "\(counters) series end in _total: counters, read as their growth a second")
    }
    if gauges > 0 {
      session.report(
        .note, .remark, "\(gauges) series are gauges, read as they are",
        notes: ["CPU is counted in cores unless the name says percent, ratio or share"])
    }
    return samples.trace(path, step: request.step, session)
  }

  private mutating func add(series: SyntaxNode) {
    let labels = series["metric"]
    let name = labels?["__name__"]?.text ?? ""
    guard let values = series["values"], values.kind == .sequence else {
      tally.add("series", "it has no values")
      return
    }
    let isCounter = name.hasSuffix("_total")
    let metric: TraceMetric
    if name.isEmpty {
      metric = TraceMetric(resource: .cpu, scale: .unit(request.unit ?? .cores))
    } else if var known = TraceMetric(name, request) {
      let lower = name.lowercased()
      let saysUnit = ["percent", "pct", "share", "ratio", "bytes"].contains(where: lower.contains)
      if !saysUnit, known.resource == .cpu { known.scale = .unit(isCounter ? .cores : request.unit ?? .cores) }
      metric = known
    } else {
      tally.add("series", "'\(name.prefix(80))' is neither CPU nor memory")
      return
    }
    if isCounter { counters += 1 } else { gauges += 1 }
    let row = Self.machineName(labels)
    let machine = samples.machine(row)
    let size = request.of(row: row)
    var last: (seconds: Double, value: Double)?
    for pair in values.elements {
      guard let (seconds, value) = sample(pair) else { continue }
      var used = value
      if isCounter {
        defer { last = (seconds, value) }
        guard let before = last, seconds > before.seconds else { continue }
        // A counter that falls was reset: what it shows has grown since.
        used = (value >= before.value ? value - before.value : value) / (seconds - before.seconds)
      }
      guard let share = metric.share(used, size) else {
        tally.add("sample", "memory in bytes needs the machine's memory")
        continue
      }
      samples.add(machine, metric.resource, seconds: seconds, share: share)
    }
  }

  /// `[1700000000.1, "0.25"]`; nil for a missing value, and for what is none, which is reported.
  private mutating func sample(_ pair: SyntaxNode) -> (Double, Double)? {
    var elements = pair.elements
    guard let time = elements.next(), let value = elements.next(), let seconds = time.double, abs(seconds) < 1e12,
      let text = value.text
    else {
      fail("a sample is not [time, \"value\"]", pair)
      return nil
    }
    if ["NaN", "+Inf", "-Inf"].contains(text) {
      tally.add("sample", "not a finite number")
      return nil
    }
    guard let number = Double(text), number.isFinite, number >= 0 else {
      fail("'\(text.prefix(40))' is not an amount in use", value)
      return nil
    }
    return (seconds, number)
  }

  private mutating func fail(_ message: String, _ node: SyntaxNode) {
    problems += 1
    if problems <= 20 { session.report(.error, .badTraceCell, message, at: node) }
  }

  /// `namespace/name`, from the labels that KubeVirt's metrics carry.
  private static func machineName(_ labels: SyntaxNode?) -> String {
    let name = ["name", "vm", "vmi", "instance", "pod"].lazy.compactMap { labels?[$0]?.text }.first { !$0.isEmpty }
    guard let name else {
      let all = labels?.entries.compactMap { entry in entry.key.text.map { "\($0)=\(entry.value.text ?? "")" } } ?? []
      return all.isEmpty ? "machine" : all.joined(separator: ",")
    }
    return labels?["namespace"]?.text.map { "\($0)/\(name)" } ?? name
  }
}
