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
    typealias Keys = NodePoolKeys
    let title = item.node?[Keys.name.name]?.text.map { "node pool '\($0)'" } ?? item.name
    guard var mapping = item.mapping(Keys.section, title) else { return nil }
    let name = mapping.value(Keys.name)
    let shape = shape(mapping.field(Keys.node), of: title)
    let names = mapping.value(Keys.names) ?? []
    let countField = mapping.field(Keys.count)
    let count = countField?.value(Keys.count)
    if countField == nil, names.isEmpty {
      item.fail(.missingKey, "\(title) has neither 'count' nor 'names'", help: "add count: 3")
    }
    if let count, !names.isEmpty, count != names.count {
      countField?.fail(
        .contradiction, "'count' is \(count) but \(names.count) names are given", help: "remove 'count'")
    }
    if Set(names).count < names.count { item.fail(.duplicateName, "\(title) names a node twice") }
    let zones = mapping.value(Keys.zones) ?? []
    let labels = mapping.value(Keys.labels) ?? [:]
    let taints = mapping.value(Keys.taints) ?? []
    mapping.finish()
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
    typealias Keys = NodeShapeKeys
    guard let field, var mapping = field.mapping(Keys.section, "'node' of \(title)") else { return nil }
    let cpu = mapping.value(Keys.cpu)
    let memory = mapping.value(Keys.memory)
    var pool = NodePool(name: "", count: 0, cpuMillicores: cpu ?? 0, memoryBytes: memory ?? 0)
    if let pods = mapping.value(Keys.pods) { pool.podLimit = pods }
    if let amounts = mapping.value(Keys.allocatable) { pool.extraAllocatable = amounts }
    if let nic = mapping.value(Keys.migrationNetwork) { pool.migrationNIC = nic }
    if let reserved = mapping.field(Keys.reserved) { self.reserved(reserved, of: title, into: &pool, cpu, memory) }
    mapping.finish()
    return cpu != nil && memory != nil ? pool : nil
  }

  private func reserved(_ field: Field, of title: String, into pool: inout NodePool, _ cpu: Int64?, _ memory: Int64?) {
    typealias Keys = ReservedKeys
    guard var mapping = field.mapping(Keys.section, "'reserved' of \(title)") else { return }
    pool.reservedCPUMillicores = mapping.value(Keys.cpu) ?? 0
    pool.reservedMemoryBytes = mapping.value(Keys.memory) ?? 0
    mapping.finish()
    if let cpu, pool.reservedCPUMillicores >= cpu {
      field.fail(.contradiction, "all CPU of \(title) is reserved, none is left for machines")
    }
    if let memory, pool.reservedMemoryBytes >= memory {
      field.fail(.contradiction, "all memory of \(title) is reserved, none is left for machines")
    }
  }
}
