import ClusterModel

/// Machines of a dump by the names that traces have for them.
///
/// A row is a machine's by `namespace/name`, by a name that only one machine has, by the name of its virt-launcher pod,
/// or by any of these with a file's ending behind it.
package struct ReplayingMachines: Sendable {
  package struct Size: Sendable {
    var name: String
    var vCPUs: Int
    var memoryBytes: Int64
  }

  /// In the order of the dump.
  private(set) var sizes: [Size] = []
  private var byName: [String: Int] = [:]
  /// Names that several machines have.
  private var ambiguous: Set<String> = []

  init(_ machines: [VirtualMachine]) {
    for machine in machines {
      let position = sizes.count
      sizes.append(
        Size(name: machine.qualifiedName, vCPUs: machine.vCPUs, memoryBytes: machine.guestMemoryBytes))
      if byName[machine.qualifiedName] == nil { byName[machine.qualifiedName] = position }
      if byName.updateValue(position, forKey: machine.name) != nil { ambiguous.insert(machine.name) }
    }
  }

  /// The position of the machine whose row this is; nil for no machine and for a name of several.
  func position(of row: String) -> Int? {
    var name = Substring(row)
    while true {
      if let found = exact(String(name)) ?? Self.machine(ofPod: name).flatMap(exact) { return found }
      guard let ending = [".csv", ".txt", ".gz"].first(where: name.hasSuffix) else { return nil }
      name = name.dropLast(ending.count)
    }
  }

  private func exact(_ name: String) -> Int? { ambiguous.contains(name) ? nil : byName[name] }

  /// `ns/web` of `ns/virt-launcher-web-x2k9d`.
  private static func machine(ofPod name: Substring) -> String? {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    let pod = name[start...]
    guard pod.hasPrefix("virt-launcher-"), let dash = pod.lastIndex(of: "-") else { return nil }
    let machine = pod.dropFirst("virt-launcher-".count)
    return dash > machine.startIndex ? String(name[..<start] + machine[..<dash]) : nil
  }
}

extension TraceRequest {
  /// The request for one row: the size is that of the machine whose row it is.
  func of(row: String) -> TraceRequest {
    guard let machines else { return self }
    var request = self
    request.machines = nil
    let size = machines.position(of: row).map { machines.sizes[$0] }
    request.vCPUs = size?.vCPUs
    // A row of no machine is read, counted and left out.
    request.memoryBytes = size?.memoryBytes ?? .max
    return request
  }
}
