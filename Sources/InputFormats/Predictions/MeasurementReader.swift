import ClusterModel
package import LiveMigration

/// What was measured of one machine's dirty pages.
package struct MachineMeasurements: Sendable, Equatable {
  /// As the file names it; empty where it names none.
  package var name: String
  package var observations: [DirtyObservation] = []
  /// The largest memory that the file states of it.
  package var memoryBytes: Double?
}

/// Reads measurements of dirty pages: a table of values, JSON Lines with the same names, or Prometheus' text format.
///
/// Each row is of the kind whose columns it fills: an interval, a round of a migration, the totals of one, or a rate.
/// Rows may mix. Other columns are passed over and named.
package struct MeasurementReader {
  private let file: SourceFile
  private let session: DecodingSession
  private var machines: [MachineMeasurements] = []
  private var positions: [String: Int] = [:]
  /// The last round of each machine: its number and what it left.
  private var lastRounds: [String: (number: Double, remaining: Double)] = [:]
  private var tally = SkipTally()
  private var problems = 0
  private static let problemLimit = 20

  /// The machines of a file in order of first sight; what is wrong is reported.
  package static func read(_ file: SourceFile, session: DecodingSession) -> [MachineMeasurements] {
    var reader = MeasurementReader(file: file, session: session)
    reader.read()
    reader.tally.report(to: session)
    if reader.machines.isEmpty, !session.hasErrors {
      session.report(
        Diagnostic(
          severity: .error, code: DiagnosticCode.nothingInside.rawValue,
          message: "'\(file.path)' holds no measurements",
          file: file, range: SourceRange(start: 0, end: 0), help: help))
    }
    return reader.machines
  }

  /// Whether a table among other files holds measurements.
  static func recognizes(_ head: TableHead) -> Bool { MeasurementColumn.isUnmistakable(head.keys) }

  private init(file: SourceFile, session: DecodingSession) {
    self.file = file
    self.session = session
  }

  private static let help =
    "columns: machine, intervalSeconds, dirtyBytes; or machine, iteration, seconds, remainingBytes, "
    + "bandwidthBytesPerSecond; or machine, rateBytesPerSecond, when"

  private mutating func read() {
    let first = file.bytes.first { $0 > 0x20 && $0 < 0x80 }
    if PrometheusReader.recognizes(file.bytes) {
      readScrape()
    } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      readDocuments()
    } else if let head = TableHead(file.bytes), let table = Table(file, session: session) {
      guard MeasurementColumn.describesMeasurements(head.keys) else {
        session.report(
          Diagnostic(
            severity: .error, code: DiagnosticCode.unknownFormat.rawValue,
            message: "the columns are not those of measurements of dirty pages: found "
              + InventoryCollection.list(table.header), file: file, range: SourceRange(start: 0, end: 1),
            help: Self.help))
        return
      }
      readTable(table)
    } else if !session.hasErrors {
      session.report(
        Diagnostic(
          severity: .error, code: DiagnosticCode.unknownFormat.rawValue,
          message: "'\(file.path)' is no table, no JSON Lines and no Prometheus text", file: file,
          range: SourceRange(start: 0, end: min(1, file.bytes.count)), help: Self.help))
    }
  }

  // MARK: Forms

  private mutating func readTable(_ table: Table) {
    let known = table.header.map { MeasurementColumn.of(ColumnName.key($0)) }
    let others = table.header.indices.filter { known[$0] == nil }.map { table.header[$0] }
    if !others.isEmpty {
      session.report(
        .note, .skipped, "skipped \(others.count) × column: not needed: \(InventoryCollection.list(others))")
    }
    let session = session
    for row in 0..<table.rowCount where problems < Self.problemLimit {
      var values = MeasurementRow()
      for (index, entry) in known.enumerated() {
        guard let entry, let text = table.text(row, index) else { continue }
        values.add(entry, text: text, number: table.number(row, index))
      }
      take(values) { column, message, help in
        let index = column.flatMap { column in known.firstIndex { $0?.column == column } }
        table.report(.error, .badCell, message, row: row, column: index, help: help, to: session)
      }
    }
  }

  private mutating func readDocuments() {
    let read = SyntaxReader.read(file)
    session.report(read.diagnostics)
    for document in read.documents where document.root.kind != .null && problems < Self.problemLimit {
      let root = document.root
      if root.kind == .sequence {
        for element in root.elements { readObject(element) }
      } else {
        readObject(root)
      }
    }
  }

  /// An object with the names of columns; the answer of a QEMU command has them under `return`.
  private mutating func readObject(_ node: SyntaxNode) {
    guard node.kind == .mapping else {
      problems += 1
      session.report(.error, .notData, "\(node.described) is not a measurement", at: node, help: Self.help)
      return
    }
    var values = MeasurementRow()
    var places: [MeasurementColumn: SyntaxNode] = [:]
    var unknown: [String] = []
    for level in [node, node["return"]].compactMap({ $0?.kind == .mapping ? $0 : nil }) {
      for entry in level.entries {
        guard let name = entry.key.text, entry.value.isScalar, let text = entry.value.present else { continue }
        guard let column = MeasurementColumn.of(ColumnName.key(name)) else {
          unknown.append(name)
          continue
        }
        places[column.column] = entry.value
        values.add(column, text: text, number: entry.value.double)
      }
    }
    guard !values.isEmpty else {
      tally.add("object", "it has no measurement")
      return
    }
    let session = session
    for name in unknown { tally.add("key '\(name.prefix(40))'", "not needed") }
    take(values) { column, message, help in
      session.report(.error, .wrongType, message, at: column.flatMap { places[$0] } ?? node, help: help)
    }
  }

  private mutating func readScrape() {
    let name = "kubevirt_vmi_dirty_rate_bytes_per_second"
    PrometheusLine.each(in: file, session) { row in
      guard row.name == name else {
        tally.add("sample", "not \(name)")
        return
      }
      let machine = row.labels["name"] ?? row.labels["vmi"] ?? row.labels["vm"] ?? ""
      guard row.value.isFinite, row.value >= 0 else {
        tally.add("sample", "its value is not an amount")
        return
      }
      let namespace = row.labels["exported_namespace"] ?? row.labels["namespace"] ?? "default"
      let isMigrating = row.labels["when"] == "migration"
      add(
        row.value == 0
          ? .nothingSampled
          : isMigrating
            ? .rateWhileMigrating(bytesPerSecond: row.value, bandwidthBytesPerSecond: nil)
            : .idleRate(bytesPerSecond: row.value), to: machine.isEmpty ? "" : "\(namespace)/\(machine)")
    }
  }

  // MARK: Rows

  private mutating func take(
    _ row: MeasurementRow, fail: (_ column: MeasurementColumn?, _ message: String, _ help: String?) -> Void
  ) {
    var isRight = true
    for column in MeasurementColumn.allCases where !column.isText && row.texts[column] != nil {
      let text = row.texts[column] ?? ""
      let number = row.numbers[column]
      if let number, number >= 0, number.isFinite { continue }
      problems += 1
      isRight = false
      fail(
        column, number == nil ? "'\(text.prefix(40))' is not a number" : "'\(text.prefix(40))' is not an amount",
        "write \(column.names[0].name) as a number of at least 0")
    }
    guard isRight else { return }
    if let status = row.texts[.status], status != "measured" {
      tally.add("measurement", "its status is '\(status.prefix(40))'")
      return
    }
    var name = row.texts[.machine] ?? ""
    if let namespace = row.texts[.namespace], !name.isEmpty { name = "\(namespace)/\(name)" }
    if let memory = row.numbers[.memory], memory > 0 {
      let position = position(of: name)
      machines[position].memoryBytes = max(machines[position].memoryBytes ?? 0, memory)
    }
    guard let evidence = evidence(row, name, fail) else { return }
    let isOffFigure = row.isOffFigure
    add(
      evidence, to: name, relativeError: row.numbers[.relativeError],
      absoluteErrorBytes: row.numbers[.errorBytes] ?? (isOffFigure ? 10 * 0x1p20 : nil))
  }

  /// What the row is, by the columns it fills; nil after it was reported or counted.
  private mutating func evidence(
    _ row: MeasurementRow, _ name: String,
    _ fail: (_ column: MeasurementColumn?, _ message: String, _ help: String?) -> Void
  ) -> DirtyObservation.Evidence? {
    let bandwidth = row.numbers[.bandwidth]
    if let seconds = row.numbers[.seconds], let remaining = row.numbers[.remaining] {
      return round(row, name, seconds, remaining, bandwidth)
    }
    if let interval = row.numbers[.interval], let dirty = row.numbers[.dirty] {
      return .interval(seconds: interval, dirtyBytes: dirty)
    }
    if let rate = row.numbers[.rate] {
      let isSampled = row.texts[.mode]?.lowercased().hasPrefix("page-sampling") == true
      if rate == 0, isSampled || row.texts[.mode] == nil { return .nothingSampled }
      switch row.texts[.when]?.lowercased() {
      case "migration", "migrating", "during":
        return .rateWhileMigrating(bytesPerSecond: rate, bandwidthBytesPerSecond: bandwidth)
      case nil, "idle", "outside", "before":
        // QEMU's command tells distinct bytes of its interval; one second of KubeVirt's metric is idle time.
        if let interval = row.numbers[.interval] { return .interval(seconds: interval, dirtyBytes: rate * interval) }
        return .idleRate(bytesPerSecond: rate)
      case .some(let word):
        problems += 1
        fail(.when, "unknown 'when' '\(word.prefix(40))'", "write idle or migration")
        return nil
      }
    }
    if let total = row.numbers[.total] {
      guard let memory = row.numbers[.memory], let bandwidth else {
        tally.add("migration", "its totals say nothing without memoryBytes and bandwidthBytesPerSecond")
        return nil
      }
      return .migration(
        PastMigration(
          totalSeconds: total, downtimeSeconds: row.numbers[.downtime], transferredBytes: row.numbers[.transferred],
          memoryBytes: memory, usedBytes: row.numbers[.used], bandwidthBytesPerSecond: bandwidth,
          downtimeLimitSeconds: row.numbers[.downtimeLimit] ?? 0.3))
    }
    tally.add("row", "it is no interval, round, migration or rate")
    return nil
  }

  /// Where no bandwidth is stated, it is what the round before left, over the time it took to send.
  private mutating func round(
    _ row: MeasurementRow, _ name: String, _ seconds: Double, _ remaining: Double, _ stated: Double?
  ) -> DirtyObservation.Evidence {
    var bandwidth = stated
    let number = row.numbers[.iteration]
    if bandwidth == nil, let number, let last = lastRounds[name], last.number + 1 == number, seconds > 0 {
      bandwidth = last.remaining / seconds
    }
    if let number { lastRounds[name] = (number, remaining) }
    return .round(seconds: seconds, remainingBytes: remaining, bandwidthBytesPerSecond: bandwidth)
  }

  private mutating func position(of name: String) -> Int {
    if let known = positions[name] { return known }
    positions[name] = machines.count
    machines.append(MachineMeasurements(name: name))
    return machines.count - 1
  }

  private mutating func add(
    _ evidence: DirtyObservation.Evidence, to name: String, relativeError: Double? = nil,
    absoluteErrorBytes: Double? = nil
  ) {
    machines[position(of: name)].observations.append(
      DirtyObservation(evidence, relativeError: relativeError, absoluteErrorBytes: absoluteErrorBytes))
  }
}

/// The values of one row in seconds, bytes and bytes a second.
struct MeasurementRow {
  private(set) var texts: [MeasurementColumn: String] = [:]
  private(set) var numbers: [MeasurementColumn: Double] = [:]
  /// The row was read off a figure, to 10 MiB.
  private(set) var isOffFigure = false

  var isEmpty: Bool { texts.isEmpty }

  mutating func add(
    _ entry: (column: MeasurementColumn, spelling: Int), text: String, number: Double?
  ) {
    guard texts[entry.column] == nil else { return }
    texts[entry.column] = text
    let name = entry.column.names[entry.spelling]
    numbers[entry.column] = number.map { $0 * name.factor }
    if name.name == "remaining_MiB_at_end" { isOffFigure = true }
  }
}
