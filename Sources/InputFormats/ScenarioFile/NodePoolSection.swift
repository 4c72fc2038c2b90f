import ClusterModel
import SimulationEngine

/// `cluster.nodePools`: identical nodes.
struct NodePoolSection {
  let session: DecodingSession

  func decode(_ field: Field) -> [NodePool] {
    var names: [String] = []
    return (field.items() ?? []).compactMap { item in
      guard let pool = pool(item) else { return nil }
      if names.contains(pool.name) {
        item.fail(.duplicateName, "two node pools are called '\(pool.name)'", help: "give each pool its own name")
      }
      names.append(pool.name)
      return pool
    }
  }

  private func pool(_ item: Field) -> NodePool? {
    let title = item.node?["name"]?.text.map { "node pool '\($0)'" } ?? item.name
    guard var mapping = item.mapping(title) else { return nil }
    let name = mapping.required("name")?.string()
    let shape = shape(mapping.required("node"), of: title)
    let names = mapping.field("names")?.strings() ?? []
    let countField = mapping.field("count")
    let count = countField?.integer(in: 0...100_000)
    if countField == nil, names.isEmpty {
      item.fail(.missingKey, "\(title) has neither 'count' nor 'names'", help: "add count: 3")
    }
    if let count, !names.isEmpty, count != names.count {
      countField?.fail(
        .contradiction, "'count' is \(count) but \(names.count) names are given", help: "remove 'count'")
    }
    if Set(names).count < names.count { item.fail(.duplicateName, "\(title) names a node twice") }
    let zones = mapping.field("zones")?.strings() ?? []
    let labels = mapping.field("labels")?.labels() ?? [:]
    let taints = mapping.field("taints")?.taints() ?? []
    mapping.finish(notYet: ["price", "power", "rack", "racks"])
    guard let name, var pool = shape else { return nil }
    pool.name = name
    pool.names = names
    pool.count = names.isEmpty ? count ?? 0 : names.count
    pool.zones = zones
    pool.labels = labels
    pool.taints = taints
    return pool
  }

  /// `node:` of a pool.
  private func shape(_ field: Field?, of title: String) -> NodePool? {
    guard let field, var mapping = field.mapping("'node' of \(title)") else { return nil }
    let cpu = mapping.required("cpu")?.positiveMillicores()
    let memory = mapping.required("memory")?.positiveMemoryBytes()
    var pool = NodePool(name: "", count: 0, cpuMillicores: cpu ?? 0, memoryBytes: memory ?? 0)
    if let pods = mapping.field("pods")?.integer(in: 1...100_000) { pool.podLimit = pods }
    if let nic = mapping.field("migrationNetwork")?.networkInterface() { pool.migrationNIC = nic }
    if let reservedField = mapping.field("reserved"), var reserved = reservedField.mapping("'reserved' of \(title)") {
      pool.reservedCPUMillicores = reserved.field("cpu")?.millicores() ?? 0
      pool.reservedMemoryBytes = reserved.field("memory")?.memoryBytes() ?? 0
      reserved.finish()
      if let cpu, pool.reservedCPUMillicores >= cpu {
        reservedField.fail(.contradiction, "all CPU of \(title) is reserved, none is left for machines")
      }
      if let memory, pool.reservedMemoryBytes >= memory {
        reservedField.fail(.contradiction, "all memory of \(title) is reserved, none is left for machines")
      }
    }
    mapping.finish(notYet: ["price", "power", "disks", "numa", "gpus"])
    return cpu != nil && memory != nil ? pool : nil
  }
}
