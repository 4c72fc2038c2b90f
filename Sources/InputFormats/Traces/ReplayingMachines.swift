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
  /// Machines by a name that several have.
  private var ambiguous: [String: [Int]] = [:]

  init(_ machines: [VirtualMachine]) {
    for machine in machines {
      let position = sizes.count
      sizes.append(
        Size(name: machine.qualifiedName, vCPUs: machine.vCPUs, memoryBytes: machine.guestMemoryBytes))
      if byName[machine.qualifiedName] == nil { byName[machine.qualifiedName] = position }
      if let other = byName.updateValue(position, forKey: machine.name) {
        ambiguous[machine.name, default: [other]].append(position)
      }
    }
  }

  /// The machines that have the name of this row, where they are several; else empty.
  func candidates(for row: String) -> [String] {
    var name = Substring(row)
    while true {
      if let several = ambiguous[String(name)] ?? Self.machine(ofPod: name).flatMap({ ambiguous[$0] }) {
        return several.map { sizes[$0].name }
      }
      guard let ending = Self.endings.first(where: name.hasSuffix) else { return [] }
      name = name.dropLast(ending.count)
    }
  }

  private static let endings = [".csv", ".txt", ".gz"]

  /// The position of the machine whose row this is; nil for no machine and for a name of several.
  func position(of row: String) -> Int? {
    var name = Substring(row)
    while true {
      if let found = exact(String(name)) ?? Self.machine(ofPod: name).flatMap(exact) { return found }
      guard let ending = Self.endings.first(where: name.hasSuffix) else { return nil }
      name = name.dropLast(ending.count)
    }
  }

  private func exact(_ name: String) -> Int? { ambiguous[name] == nil ? byName[name] : nil }

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
