package import ClusterModel

/// A format of machines or hosts in tables; all become the same parts of a cluster that dumps become.
struct InventoryFormat: Sendable {
  var name: String
  var summary: String
  /// How such files are usually called; never what decides.
  var endings: [String]
  var columns: [FormatColumn] = []
  /// Whether a table with this head is of the format.
  var recognizes: @Sendable (TableHead) -> Bool
  /// Column names of a format whose files have none.
  var header: [String]?
  var read: @Sendable (Table, inout InventoryCollection) -> Void

  /// In the order in which they are tried.
  static let all: [InventoryFormat] = [rvTools, alibabaNodes, azureMachines, machineTable]

  static func named(_ name: String) -> InventoryFormat? { all.first { $0.name == name } }
}

/// What inventories of one command hold, and what was left out of it.
struct InventoryCollection {
  let session: DecodingSession
  /// Workload types that a machine may name; empty accepts any.
  var workloadTypes: [String] = []
  var objects = ClusterObjects()
  var tally = SkipTally()
  var rvTools = RVToolsTabs()
  /// Machines by `namespace/name`, so that two of one name are noticed.
  private var names: Set<String> = []
  private var lastNumber: [String: Int] = [:]
  private var renamed: [String] = []
  private var hostNames: Set<String> = []

  init(session: DecodingSession) { self.session = session }

  /// Adds a machine; one whose name is taken gets `-2`, `-3` … after it, which is reported.
  mutating func add(_ machine: VirtualMachine) {
    var machine = machine
    let original = machine.qualifiedName
    let name = machine.name
    while !names.insert(machine.qualifiedName).inserted {
      let number = (lastNumber[original] ?? 1) + 1
      lastNumber[original] = number
      machine.name = "\(name)-\(number)"
    }
    if machine.name != name { renamed.append(machine.qualifiedName) }
    objects.machines.append(machine)
  }

  /// Adds a node; false when its name is taken.
  mutating func add(_ node: Node) -> Bool {
    guard hostNames.insert(node.name).inserted else {
      tally.add("host", "given twice, the first counts")
      return false
    }
    objects.nodes.append(node)
    return true
  }

  /// Joins what belongs together and reports what was skipped.
  mutating func finish() -> ClusterObjects {
    let tabs = rvTools
    rvTools = RVToolsTabs()
    tabs.join(into: &self)
    if !renamed.isEmpty {
      session.report(
        .warning, .duplicateObject,
        "\(renamed.count) machines have the name of another one and got a number: "
          + Self.list(renamed))
    }
    tally.report(to: session)
    return objects
  }

  /// The first five of many names.
  static func list(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}

/// Reads inventories of any format from opened files.
package struct InventoryReader {
  private var collection: InventoryCollection

  /// - Parameter workloadTypes: those that a machine may name; empty accepts any.
  package init(session: DecodingSession, workloadTypes: [String] = []) {
    collection = InventoryCollection(session: session)
    collection.workloadTypes = workloadTypes
  }

  package mutating func add(_ opened: OpenedFile) {
    guard let format = InventoryFormat.named(opened.format) else { return }
    var tables = opened.sheets
    if tables.isEmpty, let table = Table(opened.file, header: format.header, session: collection.session) {
      tables = [table]
    }
    for table in tables { format.read(table, &collection) }
  }

  package mutating func finish() -> ClusterObjects { collection.finish() }

  /// Frees machines from hosts that nobody described; the scheduler places them.
  package static func checkPlaces(
    _ machines: inout [VirtualMachine], knownNodes: [String], session: DecodingSession
  ) {
    let known = Set(knownNodes)
    var absent: [String] = []
    var seen: Set<String> = []
    var count = 0
    for index in machines.indices {
      guard let node = machines[index].nodeName, !known.contains(node) else { continue }
      machines[index].nodeName = nil
      count += 1
      if seen.insert(node).inserted { absent.append(node) }
    }
    guard count > 0 else { return }
    session.report(
      .warning, .absentNode,
      "\(count) \(count == 1 ? "machine runs" : "machines run") on hosts that the inventory does not describe: "
        + InventoryCollection.list(absent.sorted()), notes: ["the scheduler places them instead"],
      help: "add the table of hosts (vHost), or name the nodes in nodePools")
  }
}
