import EventKernel
import SimulationEngine

extension TraceFormat {
  private static let timeKeys = [
    "time", "timestamp", "timestampms", "timems", "date", "datetime", "timeseconds", "times",
  ]
  private static let machineKeys = ["machine", "vm", "name", "instance", "vmi", "host"]

  /// One sample a row.
  ///
  /// `metric` names CPU or memory and, by its ending, the unit: percent unless the name says share, ratio or cores.
  static let longTable = TraceFormat(
    name: "long-csv", summary: "one sample a row: time,machine,metric,value (or time,machine,cpu,memory)",
    endings: [".csv"],
    columns: [
      FormatColumn("time", "seconds, milliseconds since 1970, or 2026-03-01T08:00:00Z"),
      FormatColumn("machine", "the machine's name"),
      FormatColumn(
        "metric", "cpu, cpu_percent, cpu_share, cpu_cores, memory, memory_share, memory_bytes; default: cpu"),
      FormatColumn("value", "the sample"),
    ],
    recognizes: { head in
      timeKeys.contains { head.keys.contains($0) } && machineKeys.contains { head.keys.contains($0) }
        && head.hasAny("value", "cpu", "cpuusage", "cpupercent", "cpushare", "cpucores")
    },
    read: { files, request, session in
      var samples = TraceSamples()
      for opened in files {
        guard var table = TraceTable(opened.file, session) else { return nil }
        guard readLong(&table, request, &samples) else { return nil }
      }
      return samples.trace(request.name ?? files[0].file.path, step: request.step, session)
    })

  /// One column a machine.
  static let wideTable = TraceFormat(
    name: "wide-csv", summary: "one column a machine: time,machineA,machineB,… with CPU percent in the cells",
    endings: [".csv"],
    columns: [
      FormatColumn("time", "seconds, milliseconds since 1970, or 2026-03-01T08:00:00Z; the first column"),
      FormatColumn("any other", "a machine's CPU percent; trace: {unit: share} for 0 to 1"),
    ],
    recognizes: { head in
      guard let first = head.keys.first, timeKeys.contains(first), head.second.count == head.first.count,
        !head.has("contexttokens")
      else {
        return false
      }
      let numbers = head.second.dropFirst().count { Double($0) != nil || $0.isEmpty }
      return numbers == head.second.count - 1
    },
    read: { files, request, session in
      var samples = TraceSamples()
      for opened in files {
        guard var table = TraceTable(opened.file, session) else { return nil }
        guard readWide(&table, request, &samples) else { return nil }
      }
      return samples.trace(request.name ?? files[0].file.path, step: request.step, session)
    })

  private static func readWide(
    _ table: inout TraceTable, _ request: TraceRequest, _ samples: inout TraceSamples
  ) -> Bool {
    guard table.header.count > 1 else {
      table.session.report(.error, .badTraceShape, "'\(table.file.path)' has no column of a machine")
      return false
    }
    let machines = table.header.dropFirst().map { samples.machine($0) }
    let requests = table.header.dropFirst().map { request.of(row: $0) }
    var time = TimeColumn(name: table.keys[0])
    var largest = 0.0
    let unit = request.unit ?? .percent
    while table.next() {
      guard let seconds = table.seconds(0, &time) else { continue }
      for (column, machine) in machines.enumerated() {
        guard let value = table.number(column + 1) else { continue }
        largest = max(largest, value)
        samples.add(machine, .cpu, seconds: seconds, share: requests[column].share(value, unit))
      }
    }
    warnOfShares(largest, request, table)
    return table.problems == 0
  }

  /// Percentages that never exceed 1 are most likely shares.
  private static func warnOfShares(_ largest: Double, _ request: TraceRequest, _ table: TraceTable) {
    guard request.unit == nil, largest > 0, largest <= 1, table.problems == 0 else { return }
    table.session.report(
      .warning, .badTraceCell, "'\(table.file.path)': no value is above 1, all are read as percent",
      help: "if they are shares of 0 to 1: trace: {unit: share}")
  }

  private static func readLong(
    _ table: inout TraceTable, _ request: TraceRequest, _ samples: inout TraceSamples
  ) -> Bool {
    guard let timeColumn = table.keys.firstIndex(where: timeKeys.contains),
      let machineColumn = table.keys.firstIndex(where: machineKeys.contains)
    else {
      table.session.report(.error, .badTraceShape, "'\(table.file.path)' has no columns time and machine")
      return false
    }
    var time = TimeColumn(name: table.keys[timeColumn])
    let metricColumn = table.column("metric")
    var values: [(column: Int, metric: TraceMetric)] = []
    if let value = table.column("value") {
      values = [(value, TraceMetric(resource: .cpu, scale: .unit(request.unit ?? .percent)))]
    } else {
      for column in table.keys.indices where column != timeColumn && column != machineColumn {
        if let metric = TraceMetric(table.header[column], request) { values.append((column, metric)) }
      }
    }
    var skipped = SkipTally()
    var largest = 0.0
    var last = (name: "", machine: -1, request: request)
    var known: [String: TraceMetric?] = [:]
    var lastMetric: (name: String, metric: TraceMetric?) = ("", nil)
    while table.next() {
      guard let seconds = table.seconds(timeColumn, &time) else { continue }
      if last.machine < 0 || !table.holds(last.name, in: machineColumn) {
        let name = table.text(machineColumn)
        last = (name, samples.machine(name), request.of(row: name))
      }
      for (column, usual) in values {
        var metric: TraceMetric? = usual
        if let metricColumn {
          if !table.holds(lastMetric.name, in: metricColumn) || lastMetric.metric == nil {
            let name = table.text(metricColumn)
            if known[name] == nil { known[name] = .some(TraceMetric(name, request)) }
            lastMetric = (name, known[name] ?? nil)
          }
          metric = lastMetric.metric
          let name = lastMetric.name
          if metric == nil { skipped.add("sample", "metric '\(name.prefix(40))' is neither CPU nor memory") }
        }
        guard let metric, let value = table.number(column) else { continue }
        guard let share = metric.share(value, last.request) else {
          skipped.add("sample", "memory in bytes needs the machine's memory")
          continue
        }
        if metric.resource == .cpu { largest = max(largest, share * 100) }
        samples.add(last.machine, metric.resource, seconds: seconds, share: share)
      }
    }
    skipped.report(to: table.session)
    warnOfShares(largest, request, table)
    return table.problems == 0
  }
}

extension TraceTable {
  /// Whether a cell is exactly this text.
  func holds(_ text: String, in column: Int) -> Bool {
    let field = reader.fields[column]
    return !field.hasEscapes && reader.bytes[field.start..<field.end].elementsEqual(text.utf8)
  }
}

/// What a series measures, by its name.
struct TraceMetric {
  enum Scale { case unit(TraceRequest.Unit), bytes }

  var resource: TraceSamples.Resource
  var scale: Scale

  init(resource: TraceSamples.Resource, scale: Scale) {
    self.resource = resource
    self.scale = scale
  }

  /// Nil for a name that says neither CPU nor memory.
  init?(_ name: String, _ request: TraceRequest) {
    let lower = name.lowercased()
    let isMemory = lower.contains("mem")
    guard isMemory || lower.contains("cpu") else { return nil }
    resource = isMemory ? .memory : .cpu
    if lower.contains("bytes"), isMemory {
      scale = .bytes
    } else if lower.contains("share") || lower.contains("ratio") {
      scale = .unit(.share)
    } else if lower.contains("cores"), !isMemory {
      scale = .unit(.cores)
    } else if lower.contains("percent") || lower.contains("pct") || lower.contains("%") {
      scale = .unit(.percent)
    } else {
      scale = .unit(isMemory ? .percent : request.unit ?? .percent)
    }
  }

  /// Nil for bytes of a machine whose memory is not known.
  func share(_ value: Double, _ request: TraceRequest) -> Double? {
    switch scale {
    case .unit(let unit): request.share(value, unit)
    case .bytes: request.memoryBytes.flatMap { $0 > 0 ? value / Double($0) : nil }
    }
  }
}
