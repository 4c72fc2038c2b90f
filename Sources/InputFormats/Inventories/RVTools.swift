import ClusterModel

extension InventoryFormat {
  /// RVTools exports of a vSphere platform: a workbook, or one CSV file a tab.
  static let rvTools = InventoryFormat(
    name: "rvtools",
    summary: "RVTools export (.xlsx, or CSV files of the tabs vInfo, vCPU, vMemory, vDisk, vHost; templates left out)",
    endings: [".xlsx", ".csv"],
    columns: [
      FormatColumn("vInfo", "VM, Powerstate, Template, CPUs, Memory (MiB), Host, Cluster"),
      FormatColumn("vHost", "Host, # CPU, Cores per CPU, # Cores, # Memory (MiB), in Maintenance Mode"),
      FormatColumn("vCPU", "Overall and Max (MHz): CPU use; CPUs where vInfo has none"),
      FormatColumn("vMemory", "Consumed (MiB): memory use; Size MiB where vInfo has none"),
      FormatColumn("vDisk", "Capacity MiB"),
    ],
    recognizes: { RVToolsTab($0) != nil },
    read: { table, collection in
      guard let tab = RVToolsTab(TableHead(keys: table.header.map(ColumnName.key))) else { return }
      if tab == .other {
        collection.tally.add("RVTools tab", "not needed")
      } else {
        collection.rvTools.add(table, tab)
      }
    })
}

/// A tab of RVTools, told by its columns, because exports rename files and sheets.
enum RVToolsTab: CaseIterable {
  case machines, processors, memory, disks, hosts, other

  init?(_ head: TableHead) {
    if head.has("host", "numcpu", "nummemory") || head.has("host", "numcores", "nummemory") {
      self = .hosts
      return
    }
    guard head.has("vm"), head.hasAny("powerstate", "vmuuid") else { return nil }
    if head.has("cpus", "memory") {
      self = .machines
    } else if head.hasAny("sizemib", "sizemb"), head.hasAny("consumed", "overhead") {
      self = .memory
    } else if head.has("cpus", "sockets") {
      self = .processors
    } else if head.hasAny("capacitymib", "capacitymb"), head.hasAny("diskmode", "raw") {
      self = .disks
    } else if head.has("template") {
      self = .other
    } else {
      return nil
    }
  }

  /// Sheets of a workbook that are worth opening.
  static let sheets = ["vInfo", "vCPU", "vMemory", "vDisk", "vHost"]
}

/// The tabs of one or more exports, joined by VM ID where both sides have it, else by name.
struct RVToolsTabs {
  private var tables: [(table: Table, tab: RVToolsTab)] = []

  mutating func add(_ table: Table, _ tab: RVToolsTab) { tables.append((table, tab)) }

  func join(into collection: inout InventoryCollection) {
    guard !tables.isEmpty else { return }
    let machines = RVToolsMachines(
      base: of(.machines), processors: TabIndex(of(.processors)), memory: TabIndex(of(.memory)),
      disks: of(.disks))
    if of(.machines).isEmpty, of(.hosts).isEmpty {
      collection.session.report(
        .error, .missingKey, "of RVTools' tabs neither vInfo nor vHost is given: there are no machines and no hosts",
        help: "add the file of the tab vInfo")
      return
    }
    machines.read(into: &collection)
    for table in of(.hosts) { RVToolsHosts.read(table, into: &collection) }
  }

  private func of(_ tab: RVToolsTab) -> [Table] { tables.filter { $0.tab == tab }.map(\.table) }
}

/// Rows of a tab by machine.
struct TabIndex {
  let tables: [Table]
  private var byID: [String: (table: Int, row: Int)] = [:]
  private var byName: [String: (table: Int, row: Int)] = [:]

  init(_ tables: [Table]) {
    self.tables = tables
    for (index, table) in tables.enumerated() {
      let name = table.column("vm")
      let id = table.column("vmuuid", "vmid")
      for row in 0..<table.rowCount {
        if let text = table.text(row, id), byID[text] == nil { byID[text] = (index, row) }
        if let text = table.text(row, name), byName[text] == nil { byName[text] = (index, row) }
      }
    }
  }

  /// The number in a column of a machine's row.
  func number(id: String?, name: String, _ columns: String...) -> Double? {
    guard let place = id.flatMap({ byID[$0] }) ?? byName[name] else { return nil }
    return tables[place.table].number(place.row, tables[place.table].column(columns))
  }
}

/// Machines of vInfo, completed by the other tabs.
private struct RVToolsMachines {
  let base: [Table]
  let processors: TabIndex
  let memory: TabIndex
  let disks: [Table]

  func read(into collection: inout InventoryCollection) {
    var unsized: [String] = []
    var count = 0
    var withUse = 0
    for table in base {
      let columns = (
        name: table.column("vm"), id: table.column("vmuuid", "vmid"), power: table.column("powerstate"),
        template: table.column("template"), placeholder: table.column("srmplaceholder")
      )
      for row in 0..<table.rowCount {
        guard let name = table.text(row, columns.name) else {
          collection.tally.add("row of vInfo", "it has no name")
          continue
        }
        if table.flag(row, columns.template) == true {
          collection.tally.add("VM", "a template")
          continue
        }
        if table.flag(row, columns.placeholder) == true {
          collection.tally.add("VM", "a placeholder of Site Recovery Manager")
          continue
        }
        let isOn = table.text(row, columns.power).map { ColumnName.key($0) == "poweredon" } ?? true
        guard let machine = machine(table, row, name, id: table.text(row, columns.id), isOn, collection.session) else {
          unsized.append(name)
          continue
        }
        count += 1
        if machine.observedUsage != nil { withUse += 1 }
        collection.add(machine)
      }
    }
    if !unsized.isEmpty {
      let verb = unsized.count == 1 ? "machine states" : "machines state"
      collection.session.report(
        .warning, .unsizedMachine,
        "\(unsized.count) \(verb) no CPUs or no memory: left out: \(InventoryCollection.list(unsized))",
        help: "add the tabs vCPU and vMemory")
    }
    if count > 0 { remark(count, withUse, collection.session) }
  }

  private func remark(_ count: Int, _ withUse: Int, _ session: DecodingSession) {
    var notes = ["an inventory does not say which disks are shared: all machines are taken as live-migratable"]
    if withUse > 0 { notes.append("CPU and memory use of \(withUse) machines are single readings, not averages") }
    let capacity = diskBytes()
    if capacity > 0 {
      notes.append("their disks hold \(MemorySize.formatted(bytes: capacity)); disk capacity is not simulated")
    }
    session.report(
      .note, .remark, "\(count) \(count == 1 ? "machine" : "machines") read from RVTools", notes: notes)
  }

  private func diskBytes() -> Int64 {
    var total = 0.0
    for table in disks {
      let capacity = table.column("capacitymib", "capacitymb")
      let template = table.column("template")
      for row in 0..<table.rowCount where table.flag(row, template) != true {
        total += max(0, table.number(row, capacity) ?? 0)
      }
    }
    return Int64(min(total, 1e12)) << 20
  }

  private func machine(
    _ table: Table, _ row: Int, _ name: String, id: String?, _ isOn: Bool, _ session: DecodingSession
  ) -> VirtualMachine? {
    let cpus = table.number(row, table.column("cpus")) ?? processors.number(id: id, name: name, "cpus")
    let size = table.number(row, table.column("memory")) ?? memory.number(id: id, name: name, "sizemib", "sizemb")
    guard let cpus, let size, (1...4096).contains(cpus), (1...1e9).contains(size) else { return nil }
    let bytes = Int64(size * 0x1p20)
    var machine = VirtualMachine(name: name, vCPUs: Int(cpus.rounded(.up)), guestMemoryBytes: bytes)
    for (key, column) in [("headroom/cluster", "cluster"), ("headroom/datacenter", "datacenter")] {
      if let text = table.text(row, table.column(column)) { machine.labels[key] = text }
    }
    machine.isRunning = isOn
    guard isOn else {
      machine.runStrategy = .halted
      return machine
    }
    machine.nodeName = table.text(row, table.column("host"))
    // RVTools: Overall is the CPU use and Max the vCPUs times the host's clock, both in MHz.
    if let used = processors.number(id: id, name: name, "overall"),
      let most = processors.number(id: id, name: name, "max"), most > 0, used >= 0,
      let consumed = memory.number(id: id, name: name, "consumed"), consumed >= 0
    {
      machine.observedUsage = ObservedUsage(
        cpuCores: min(1, used / most) * cpus, memoryBytes: min(consumed * 0x1p20, Double(bytes)))
    }
    return machine
  }
}

/// Hosts of vHost as nodes: cores as CPUs, memory as it is.
private enum RVToolsHosts {
  static func read(_ table: Table, into collection: inout InventoryCollection) {
    var count = 0
    var hasThreads = false
    for row in 0..<table.rowCount {
      guard let name = table.text(row, table.column("host")) else {
        collection.tally.add("row of vHost", "it has no name")
        continue
      }
      let sockets = table.number(row, table.column("numcpu"))
      let perSocket = table.number(row, table.column("corespercpu"))
      let product = sockets.flatMap { sockets in perSocket.map { sockets * $0 } }
      guard let cores = table.number(row, table.column("numcores")) ?? product, (1...100_000).contains(cores),
        let memory = table.number(row, table.column("nummemory")), (1...1e9).contains(memory)
      else {
        table.report(
          .warning, .unusableNode, "host '\(name)' states no cores or no memory: it is left out", row: row,
          column: table.column("host"), to: collection.session)
        continue
      }
      var node = Node(
        name: name, labels: ["kubernetes.io/hostname": name], cpuMillicores: Int64(cores * 1000),
        memoryBytes: Int64(memory * 0x1p20))
      for (key, column) in [("headroom/cluster", "cluster"), ("headroom/datacenter", "datacenter")] {
        if let text = table.text(row, table.column(column)) { node.labels[key] = text }
      }
      node.isCordoned = table.flag(row, table.column("inmaintenancemode")) ?? false
      if let cpu = table.number(row, table.column("cpuusage")),
        let used = table.number(row, table.column("memoryusage"))
      {
        node.observedUsage = ObservedUsage(
          cpuCores: max(0, cpu) / 100 * cores, memoryBytes: max(0, used) / 100 * memory * 0x1p20)
      }
      guard collection.add(node) else { continue }
      hasThreads = hasThreads || table.flag(row, table.column("htactive")) == true
      count += 1
    }
    guard count > 0 else { return }
    collection.session.report(
      .note, .remark, "\(count) hosts of the old platform are taken as nodes",
      notes: ["a CPU is a core" + (hasThreads ? "; Kubernetes would count two threads a core" : "")]
        + ["nothing is reserved for Kubernetes on them"],
      help: "to ask about new nodes leave vHost out and add nodePools")
  }
}
