import ClusterModel
import SimulationEngine

/// `cluster.traces` and trace files beside a dump: each row is replayed by the dumped machine of its name.
struct ClusterTraceSection {
  let session: DecodingSession
  let vocabulary: ScenarioVocabulary
  let files: InputFiles
  let scenarioPath: String
  let machines: [VirtualMachine]

  /// Traces with the rows that are machines', named by `namespace/name`; a machine replays the first row that is its own.
  /// - Parameters:
  ///   - operands: files of the command line; those of one format are one trace.
  ///   - inline: traces of the inventory, which come last.
  func decode(_ field: Field?, operands: [OpenedFile], inline: [UsageTrace]) -> [UsageTrace] {
    var assignment = Assignment(names: ReplayingMachines(machines))
    var formats: [String] = []
    for file in operands where !formats.contains(file.format) { formats.append(file.format) }
    for format in formats {
      read(operands.filter { $0.format == format }, format: nil, TraceRequest(), at: nil, into: &assignment)
    }
    for item in items(field) {
      typealias Keys = TraceKeys
      guard var mapping = item.mapping(ClusterTraceKeys.section, "trace") else { continue }
      let fileField = mapping.field(Keys.file)
      let paths = fileField?.value(Keys.file)
      let format = mapping.field(Keys.format).flatMap { vocabulary.word($0, of: .traceFormats) }
      var request = TraceRequest(step: mapping.value(Keys.step), unit: mapping.value(Keys.unit))
      mapping.finish()
      guard let fileField, let paths, !paths.isEmpty else { continue }
      let sources = TraceSources(session: session, files: files, scenarioPath: scenarioPath)
      if let opened = sources.open(paths, format: format, at: fileField, &request) {
        read(opened, format: format, request, at: item.anchor, into: &assignment)
      }
    }
    for trace in inline where assignment.take(trace) == 0 {
      session.report(
        .warning, .unknownReference, "no row of the trace '\(trace.name)' has the name of a machine of the inventory",
        notes: ["rows are named \(InventoryCollection.list(trace.machineNames))"])
    }
    assignment.report(to: session)
    return assignment.traces
  }

  /// The elements that are mappings; a path alone, as `snapshot` takes it, is told how to be written.
  private func items(_ field: Field?) -> [Field] {
    func refuse(_ node: SyntaxNode, _ what: String, _ expected: String) {
      session.wrongType(node, what, expected, help: "write traces: [{file: \(node.shortText)}]")
    }
    if let node = field?.node, node.isScalar, node.kind == .string {
      refuse(node, field?.name ?? "", "a list")
      return []
    }
    return (field?.items() ?? []).filter { item in
      guard let node = item.node, node.kind == .string else { return true }
      refuse(node, item.name, "a mapping")
      return false
    }
  }

  private func read(
    _ opened: [OpenedFile], format: String?, _ request: TraceRequest, at place: SyntaxNode?,
    into assignment: inout Assignment
  ) {
    let path = request.name ?? opened[0].file.path
    guard !machines.isEmpty else {
      session.report(
        .error, .contradiction, "'\(path)' is a usage trace, and there is no machine of a dump to replay it", at: place,
        help: "add a dump of the machines, or name the trace in a machine group: trace: {file: \(path)}")
      return
    }
    var request = request
    request.machines = assignment.names
    guard let trace = TraceFormat.read(opened, format: format, request, session) else { return }
    let before = (assignment.unmatched.count, assignment.shared.count)
    guard assignment.take(trace) == 0 else { return }
    let unmatched = Array(assignment.unmatched[before.0...])
    let shared = Array(assignment.shared[before.1...])
    session.report(
      .error, .unknownReference,
      "no row of '\(path)' has the name of a machine of the dump",
      at: place,
      notes: [
        "rows are named \(InventoryCollection.list(unmatched))",
        "machines are named \(InventoryCollection.list(assignment.names.sizes.map(\.name)))",
      ],
      help: shared.isEmpty
        ? "name the rows namespace/name, or name where no other namespace has a machine of that name"
        : "name the rows namespace/name: several machines are called \(InventoryCollection.list(shared))")
  }

  /// Which machine replays which row, and what found no partner.
  private struct Assignment {
    let names: ReplayingMachines
    private(set) var traces: [UsageTrace] = []
    /// Rows of no machine, and those of several, in their order.
    private(set) var unmatched: [String] = []
    /// Rows of no machine.
    private(set) var foreign: [String] = []
    /// Rows whose name several machines have, with those: `web (hr/web, shop/web)`.
    private(set) var shared: [String] = []
    private var isTaken: [Bool]
    private var repeated = 0

    init(names: ReplayingMachines) {
      self.names = names
      isTaken = Array(repeating: false, count: names.sizes.count)
    }

    /// Keeps the rows that are machines'.
    /// - Returns: how many rows have the name of a machine.
    mutating func take(_ trace: UsageTrace) -> Int {
      var kept: [Int] = []
      var matched: [String] = []
      var count = 0
      for (row, name) in trace.machineNames.enumerated() {
        guard let position = names.position(of: name) else {
          unmatched.append(name)
          let candidates = names.candidates(for: name)
          if candidates.isEmpty {
            foreign.append(name)
          } else {
            shared.append("\(name) (\(InventoryCollection.list(candidates)))")
          }
          continue
        }
        count += 1
        if isTaken[position] {
          repeated += 1
          continue
        }
        isTaken[position] = true
        kept.append(row)
        matched.append(names.sizes[position].name)
      }
      if !kept.isEmpty { traces.append(trace.rows(kept, named: matched)) }
      return count
    }

    func report(to session: DecodingSession) {
      guard !traces.isEmpty, !session.hasErrors else { return }
      let idle = names.sizes.indices.filter { !isTaken[$0] }.map { names.sizes[$0].name }
      let replaying = names.sizes.count - idle.count
      var notes: [String] = []
      if !idle.isEmpty { notes.append("without a row: \(InventoryCollection.list(idle))") }
      if !shared.isEmpty { notes.append("rows of several machines: \(InventoryCollection.list(shared))") }
      if !foreign.isEmpty { notes.append("rows of no machine: \(InventoryCollection.list(foreign))") }
      if repeated > 0 {
        notes.append("\(repeated) further rows of the same machines: the first row of a machine counts")
      }
      guard !notes.isEmpty else { return }
      session.report(
        .note, .remark, "\(replaying) of \(names.sizes.count) machines of the dump replay a row of a trace",
        notes: notes)
    }
  }
}

extension UsageTrace {
  /// These rows under other names.
  fileprivate func rows(_ rows: [Int], named names: [String]) -> UsageTrace {
    var result = self
    result.machineNames = names
    func chosen(_ shares: [Float]) -> [Float] {
      rows.flatMap { shares[$0 * samplesPerMachine..<($0 + 1) * samplesPerMachine] }
    }
    result.cpuShares = chosen(cpuShares)
    if !memoryShares.isEmpty { result.memoryShares = chosen(memoryShares) }
    return result
  }
}
