import ClusterModel
import SimulationEngine

extension InventoryFormat {
  /// A table of machines in plain columns, for whoever keeps a list of his own.
  ///
  /// Column names are compared without case, blanks and signs (`Memory (GiB)` is `memoryGiB`); order is free. A row is
  /// one machine, or `count` machines `name-1`, `name-2` ….
  static let machineTable = InventoryFormat(
    name: "machines",
    summary: "table of machines with a header, CSV or .xlsx: at least name, vcpus and memory",
    endings: [".csv", ".xlsx"],
    columns: MachineTableReader.columns.map { FormatColumn($0.names.joined(separator: " | "), $0.summary) },
    recognizes: { head in
      let columns = MachineTableReader.columns
      func has(_ index: Int) -> Bool { columns[index].keys.contains(where: head.keys.contains) }
      return has(0) && has(MachineTableReader.cpuColumn) && MachineTableReader.memoryColumns.contains(where: has)
    },
    read: { table, collection in
      var reader = MachineTableReader(table, collection.workloadTypes, collection.session)
      reader.read(into: &collection)
    })
}

/// Reads rows of machines; every bad cell is reported at its place.
private struct MachineTableReader {
  struct Column {
    /// As documented, the first one preferred.
    var names: [String]
    var summary: String
    var keys: [String] { names.map(ColumnName.key) }
  }

  static let columns: [Column] = [
    Column(names: ["name", "machine", "vm"], summary: "the machine's name"),
    Column(names: ["namespace", "project"], summary: "default: default"),
    Column(names: ["count"], summary: "machines like this one, numbered; default: 1"),
    Column(names: ["vcpus", "vcpu", "cpus", "cpu", "cores"], summary: "virtual CPUs, a whole number"),
    Column(names: ["memory"], summary: "memory with a unit: 16Gi"),
    Column(names: ["memoryGiB", "memoryGB", "ramGiB", "ramGB"], summary: "memory in GiB, in place of memory"),
    Column(names: ["memoryMiB", "memoryMB", "ramMiB", "ramMB"], summary: "memory in MiB, in place of memory"),
    Column(names: ["type", "workload", "workloadType"], summary: "workload type, see: headroom list workloads"),
    Column(names: ["node", "host"], summary: "where it runs; empty: the scheduler decides"),
    Column(names: ["storageClass"], summary: "storage class of its disks"),
    Column(names: ["cpuUsage", "cpuUsed"], summary: "CPU in use, percent of the vCPUs; with memoryUsage"),
    Column(names: ["memoryUsage", "memoryUsed"], summary: "memory in use, percent of the memory; with cpuUsage"),
    Column(names: ["state", "powerState", "running"], summary: "on, off, poweredOn, stopped, true …; default: on"),
    Column(names: ["application", "app"], summary: "machines of one application share peaks"),
    Column(names: ["priority"], summary: "pod priority, a whole number"),
  ]
  static let cpuColumn = 3
  static let memoryColumns = [4, 5, 6]
  static let largestCount = 1_000_000
  private static let problemLimit = 20

  private let table: Table
  private let types: [String]
  private let session: DecodingSession
  /// The table's column for each documented one.
  private let position: [Int?]
  private var problems = 0
  private var total = 0

  init(_ table: Table, _ types: [String], _ session: DecodingSession) {
    self.table = table
    self.types = types
    self.session = session
    position = Self.columns.map { table.column($0.keys) }
  }

  mutating func read(into collection: inout InventoryCollection) {
    reportUnknownColumns()
    guard table.rowCount > 0 else {
      session.report(.warning, .nothingInside, "'\(table.file.path)' has a header and no machines")
      return
    }
    for row in 0..<table.rowCount {
      if let machine = machine(row), let count = count(row) {
        total += count
        guard total <= Self.largestCount else {
          fail(row, 2, "more than \(Self.largestCount) machines", help: "split the table")
          return
        }
        let names = count == 1 ? [machine.name] : ClusterBuilder.numbered(machine.name, count: count)
        for name in names {
          var machine = machine
          machine.name = name
          collection.add(machine)
        }
      }
      guard problems < Self.problemLimit else {
        session.report(.warning, .badCell, "'\(table.file.path)': reading stops after \(problems) problems")
        return
      }
    }
  }

  private func reportUnknownColumns() {
    let known = Set(position.compactMap { $0 })
    let names = Self.columns.flatMap(\.names)
    let unknown = table.header.indices.filter { !known.contains($0) }.map { table.header[$0] }
    guard !unknown.isEmpty else { return }
    let near = unknown.lazy.compactMap { name in Suggestion.closest(to: name, in: names).map { (name, $0) } }.first
    session.report(
      .note, .skipped,
      "skipped \(unknown.count) × column: not one of a table of machines: \(InventoryCollection.list(unknown))",
      help: near.map { "did you mean '\($0.1)' by '\($0.0)'?" } ?? "see: headroom list formats")
  }

  private mutating func machine(_ row: Int) -> VirtualMachine? {
    let before = problems
    guard let name = table.text(row, position[0]) else {
      fail(row, 0, "the row has no name")
      return nil
    }
    let cpus = vCPUs(row)
    let memory = memoryBytes(row)
    guard let cpus, let memory else { return nil }
    var machine = VirtualMachine(
      namespace: table.text(row, position[1]) ?? "default", name: name, vCPUs: cpus, guestMemoryBytes: memory)
    if let type = table.text(row, position[7]) { machine.workloadType = workloadType(type, row) }
    machine.storageClassName = table.text(row, position[9]) ?? ""
    machine.applicationGroup = table.text(row, position[13]) ?? ""
    if let priority = whole(row, 14, in: -2_147_483_648...2_147_483_647) { machine.priority = priority }
    if table.text(row, position[12]) != nil {
      if let isOn = table.flag(row, position[12]) {
        machine.isRunning = isOn
        if !isOn { machine.runStrategy = .halted }
      } else {
        fail(row, 12, "not a state", help: "write on or off")
      }
    }
    if machine.isRunning { machine.nodeName = table.text(row, position[8]) }
    let cpuUse = percent(row, 10)
    let memoryUse = percent(row, 11)
    if let cpuUse, let memoryUse, machine.isRunning {
      machine.observedUsage = ObservedUsage(
        cpuCores: cpuUse / 100 * Double(cpus), memoryBytes: memoryUse / 100 * Double(memory))
    }
    return problems == before ? machine : nil
  }

  private mutating func vCPUs(_ row: Int) -> Int? {
    guard !table.isEmpty(row, position[Self.cpuColumn]) else {
      fail(row, Self.cpuColumn, "the machine has no vcpus")
      return nil
    }
    return whole(row, Self.cpuColumn, in: 1...4096)
  }

  private mutating func memoryBytes(_ row: Int) -> Int64? {
    for (column, shift) in [(5, 30), (6, 20)] where !table.isEmpty(row, position[column]) {
      guard let value = table.number(row, position[column]) else {
        fail(row, column, "not a number")
        return nil
      }
      return checked(value * Double(1 << shift), row, column)
    }
    guard let text = table.text(row, position[4]) else {
      fail(row, 4, "the machine has no memory")
      return nil
    }
    do throws(UnitError) {
      return checked(Double(try MemorySize.bytes(text)), row, 4)
    } catch {
      fail(row, 4, error.message, help: error.suggestion)
      return nil
    }
  }

  /// From 1 MiB to what any machine has: less is most likely a forgotten unit.
  private mutating func checked(_ bytes: Double, _ row: Int, _ column: Int) -> Int64? {
    guard bytes >= 0x1p20 else {
      fail(
        row, column, "\(MemorySize.formatted(bytes: bytes)) is too little memory",
        help: "write 16Gi, or call the column memoryGiB or memoryMiB")
      return nil
    }
    guard bytes <= Double(MemorySize.largestBytes) else {
      fail(row, column, "too much memory", help: "write 16Gi, or call the column memoryMiB")
      return nil
    }
    return Int64(bytes)
  }

  private mutating func count(_ row: Int) -> Int? {
    table.isEmpty(row, position[2]) ? 1 : whole(row, 2, in: 0...Self.largestCount)
  }

  private mutating func whole(_ row: Int, _ column: Int, in range: ClosedRange<Int>) -> Int? {
    guard !table.isEmpty(row, position[column]) else { return nil }
    guard let value = table.number(row, position[column]), value == value.rounded(), abs(value) < 1e15 else {
      fail(row, column, "not a whole number")
      return nil
    }
    guard range.contains(Int(value)) else {
      fail(row, column, "not between \(range.lowerBound) and \(range.upperBound)")
      return nil
    }
    return Int(value)
  }

  private mutating func percent(_ row: Int, _ column: Int) -> Double? {
    guard let text = table.text(row, position[column]) else { return nil }
    guard let value = table.number(row, position[column]) ?? (try? Percentage.value(text)), (0...100).contains(value)
    else {
      fail(row, column, "not a percentage from 0 to 100", help: "write 35 or 35%")
      return nil
    }
    return value
  }

  private mutating func workloadType(_ type: String, _ row: Int) -> String {
    if !types.isEmpty, !types.contains(type) {
      fail(
        row, 7, "unknown workload type",
        help: Suggestion.closest(to: type, in: types).map { "did you mean '\($0)'?" } ?? "see: headroom list workloads")
    }
    return type
  }

  /// Names the column and shows the cell, cut to a bearable length.
  private mutating func fail(_ row: Int, _ column: Int, _ message: String, help: String? = nil) {
    problems += 1
    let text = table.text(row, position[column]).map { ", found '\($0.prefix(40))'" } ?? ""
    table.report(
      .error, .badCell, "\(Self.columns[column].names[0]): \(message)\(text)", row: row, column: position[column],
      help: help, to: session)
  }
}
