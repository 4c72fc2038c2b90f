package import EventKernel
package import SimulationEngine

/// What the scenario says of a trace beyond its files, and of the machines that replay it.
package struct TraceRequest: Sendable {
  /// How CPU use is counted in a file that does not say.
  package enum Unit: String, Sendable, CaseIterable { case percent, share, cores }

  package var step: SimulationDuration?
  package var unit: Unit?
  /// What messages call the trace; nil for the path of its first file.
  var name: String?
  /// Size of the machines; nil where nobody has said yet, as in `validate`.
  package var vCPUs: Int?
  package var memoryBytes: Int64?
  /// Where rows belong to machines of different sizes, which then count in place of the size above.
  package var machines: ReplayingMachines?

  package init(
    step: SimulationDuration? = nil, unit: Unit? = nil, vCPUs: Int? = nil, memoryBytes: Int64? = nil
  ) {
    self.step = step
    self.unit = unit
    self.vCPUs = vCPUs
    self.memoryBytes = memoryBytes
  }
}

/// A format of usage over time.
package struct TraceFormat: Sendable {
  package var name: String
  var summary: String
  var endings: [String] = []
  var columns: [FormatColumn] = []
  /// Whether a table with this head is of the format; always false for formats that are no tables.
  var recognizes: @Sendable (TableHead) -> Bool
  /// Reads one or several files into one trace; nil after an error.
  var read: @Sendable ([OpenedFile], TraceRequest, DecodingSession) -> UsageTrace?

  /// In the order in which they are tried.
  package static let all: [TraceFormat] = [bitbrains, openDC, longTable, wideTable, prometheus, planetLab]

  static func named(_ name: String) -> TraceFormat? { all.first { $0.name == name } }

  /// Reads files in the format that is stated, or in the one that the first file is in.
  package static func read(
    _ files: [OpenedFile], format: String?, _ request: TraceRequest, _ session: DecodingSession
  ) -> UsageTrace? {
    guard let first = files.first, let format = named(format ?? first.format) else { return nil }
    return format.read(files, request, session)
  }

  /// CPU use as CloudSim's PlanetLab traces have it: rows by machine, or one file a machine.
  static let planetLab = TraceFormat(
    name: "planetlab",
    summary: "CPU percent as CSV, one row a machine (vm,t00000,t00300,…), or one number a line for one machine",
    endings: [".csv"],
    columns: [FormatColumn("vm", "the machine"), FormatColumn("t00300", "CPU percent at that second")],
    recognizes: { _ in false },
    read: { files, request, session in
      let traces = files.compactMap { PlanetLabCSV.read($0.file, step: request.step, session: session) }
      return traces.count == files.count ? UsageTrace.joined(traces, session: session) : nil
    })
}

extension UsageTrace {
  /// Traces of one step one after the other; all are cut to the shortest, which is named.
  static func joined(_ traces: [UsageTrace], session: DecodingSession) -> UsageTrace? {
    guard var result = traces.first else { return nil }
    guard traces.count > 1 else { return result }
    guard traces.allSatisfy({ $0.step == result.step }) else {
      session.report(
        .error, .badTraceShape, "the files of the trace have different steps", help: "state one: trace: {step: 5m}")
      return nil
    }
    let count = traces.map(\.samplesPerMachine).min() ?? 0
    let longer = traces.count { $0.samplesPerMachine > count }
    if longer > 0 {
      let shortest = traces.filter { $0.samplesPerMachine == count }
      session.report(
        .warning, .badTraceShape,
        "the files of the trace differ in length: all are cut to \(count) samples; \(longer) of \(traces.count) have more",
        notes: shortest.count * 20 < traces.count
          ? ["as short are only: " + InventoryCollection.list(shortest.map(\.name))] : [])
    }
    result.machineNames = traces.flatMap(\.machineNames)
    result.cpuShares = traces.flatMap { trace in
      trace.machineNames.indices.flatMap { row in
        trace.cpuShares[row * trace.samplesPerMachine..<row * trace.samplesPerMachine + count]
      }
    }
    result.samplesPerMachine = count
    return result
  }
}
