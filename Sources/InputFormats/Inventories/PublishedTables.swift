import ClusterModel

extension InventoryFormat {
  /// The table of machines of the Azure traces of 2017 and 2019, which has no header.
  ///
  /// Cores and memory are exact in 2017 and buckets (`>24`) in 2019. All machines of the trace's month count, whenever
  /// they lived. Source: Azure/AzurePublicDataset.
  static let azureMachines = InventoryFormat(
    name: "azure-vmtable", summary: "VM table of the Azure public trace, CSV without a header",
    endings: ["vmtable.csv", "vmtable.csv.gz"],
    columns: [
      FormatColumn("1 VM, 2 subscription, 3 deployment", "3 is the application"),
      FormatColumn("4 created, 5 deleted", "not used: all machines count as if they lived at once"),
      FormatColumn("6 maximum, 7 mean, 8 p95 of CPU", "not used: there is no memory use beside them"),
      FormatColumn("9 category", "not used"), FormatColumn("10 cores, 11 memory in GiB", "size; '>24' counts as 24"),
    ],
    recognizes: { head in
      let row = head.first
      return row.count == 11 && ["Delay-insensitive", "Interactive", "Unknown"].contains(row[8])
        && row[3...7].allSatisfy { Double($0) != nil }
    },
    header: [
      "vm", "subscription", "deployment", "created", "deleted", "maxcpu", "avgcpu", "p95cpu", "category", "cores",
      "memory",
    ],
    read: { table, collection in AzureTable.read(table, into: &collection) })

  /// The node list of Alibaba's GPU cluster trace of 2023.
  ///
  /// Source: alibaba/clusterdata, cluster-trace-gpu-v2023.
  static let alibabaNodes = InventoryFormat(
    name: "openb-nodes", summary: "node list of Alibaba's openb trace, CSV: sn,cpu_milli,memory_mib,gpu,model",
    endings: ["node_list_all_node.csv", "node_list_gpu_node.csv"],
    columns: [
      FormatColumn("sn", "the node's name"), FormatColumn("cpu_milli, memory_mib", "its size"),
      FormatColumn("gpu, model", "kept as the labels nvidia.com/gpu.count and nvidia.com/gpu.product"),
    ],
    recognizes: { $0.has("sn", "cpumilli", "memorymib") },
    read: { table, collection in
      var withDevices = 0
      for row in 0..<table.rowCount {
        guard let name = table.text(row, table.column("sn")),
          let cpu = table.number(row, table.column("cpumilli")), (1...1e9).contains(cpu),
          let memory = table.number(row, table.column("memorymib")), (1...1e9).contains(memory)
        else {
          table.report(
            .error, .badCell, "the row states no node's cpu_milli and memory_mib", row: row, column: 0,
            to: collection.session)
          continue
        }
        var node = Node(
          name: name, labels: ["kubernetes.io/hostname": name], cpuMillicores: Int64(cpu),
          memoryBytes: Int64(memory * 0x1p20))
        if let devices = table.number(row, table.column("gpu")), devices >= 1, devices < 1e6 {
          node.labels["nvidia.com/gpu.count"] = String(Int(devices))
          node.labels["nvidia.com/gpu.product"] = table.text(row, table.column("model"))
          withDevices += 1
        }
        _ = collection.add(node)
      }
      if withDevices > 0 {
        collection.session.report(
          .note, .notModelled, "GPUs of \(withDevices) nodes are kept as labels; they are not simulated")
      }
    })
}

private enum AzureTable {
  private static let problemLimit = 20

  static func read(_ table: Table, into collection: inout InventoryCollection) {
    var problems = 0
    var buckets = 0
    var count = 0
    for row in 0..<table.rowCount where problems < problemLimit {
      let cores = size(table.text(row, table.column("cores")), in: 1...4096)
      let memory = size(table.text(row, table.column("memory")), in: 0.1...1e6)
      guard let name = table.text(row, table.column("vm")), let cores, let memory else {
        problems += 1
        table.report(
          .error, .badCell, "the row states no machine's cores and memory", row: row, column: 9,
          to: collection.session)
        continue
      }
      if cores.isBucket || memory.isBucket { buckets += 1 }
      var machine = VirtualMachine(
        name: name, vCPUs: Int(cores.value.rounded(.up)), guestMemoryBytes: Int64(memory.value * 0x1p30))
      machine.applicationGroup = table.text(row, table.column("deployment")) ?? ""
      collection.add(machine)
      count += 1
    }
    var notes = ["they count as if all lived at the same time", "their CPU figures are not used"]
    if buckets > 0 { notes.append("\(buckets) have sizes such as '>24', which count as their lower end") }
    collection.session.report(.note, .remark, "\(count) machines read from the Azure table", notes: notes)
  }

  /// A number, or a bucket's lower end.
  private static func size(_ text: String?, in range: ClosedRange<Double>) -> (value: Double, isBucket: Bool)? {
    guard let text else { return nil }
    let isBucket = text.hasPrefix(">")
    guard let value = Double(isBucket ? String(text.dropFirst()) : text), range.contains(value) else { return nil }
    return (value, isBucket)
  }
}
