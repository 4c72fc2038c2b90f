import ClusterModel
import LiveMigration

/// Measurements of dirty pages beside a dump: a machine of the dump has what was fitted to its own.
///
/// Machines are found as rows of traces are: by `namespace/name`, or by a name that only one has. What a scenario or an
/// annotation states of a machine counts before.
struct MeasurementSection {
  let session: DecodingSession

  func apply(_ files: [OpenedFile], to machines: inout [VirtualMachine]) {
    for file in files { apply(file.file, to: &machines) }
  }

  private func apply(_ file: SourceFile, to machines: inout [VirtualMachine]) {
    let names = ReplayingMachines(machines)
    var (fitted, bounded, foreign, stated) = ([String](), [String](), [String](), [String]())
    var positions: [String: Int] = [:]
    for (index, machine) in machines.enumerated() where positions[machine.qualifiedName] == nil {
      positions[machine.qualifiedName] = index
    }
    for measured in MeasurementReader.read(file, session: session) {
      guard let place = names.position(of: measured.name), let index = positions[names.sizes[place].name] else {
        foreign.append(measured.name.isEmpty ? "(no name)" : measured.name)
        continue
      }
      guard machines[index].statedDirty == nil else {
        stated.append(machines[index].qualifiedName)
        continue
      }
      let memory = Double(machines[index].guestMemoryBytes)
      guard let fit = DirtyFit(measured.observations, memoryBytes: memory) else {
        bounded.append(machines[index].qualifiedName)
        continue
      }
      if let statement = fit.statement {
        machines[index].statedDirty = statement
        fitted.append(machines[index].qualifiedName)
      } else {
        bounded.append(machines[index].qualifiedName)
        if let rate = fit.idleBytesPerSecond { machines[index].observedDirtyBytesPerSecond = rate }
      }
    }
    report(file, fitted, bounded, foreign, stated)
  }

  private func report(
    _ file: SourceFile, _ fitted: [String], _ bounded: [String], _ foreign: [String], _ stated: [String]
  ) {
    var notes: [String] = []
    if !bounded.isEmpty {
      notes.append("too little to tell a curve, their type's is taken: \(InventoryCollection.list(bounded))")
    }
    if !stated.isEmpty { notes.append("stated elsewhere, that counts: \(InventoryCollection.list(stated))") }
    if !foreign.isEmpty { notes.append("no machine of the cluster: \(InventoryCollection.list(foreign))") }
    guard !fitted.isEmpty || !notes.isEmpty else { return }
    let isUseless = fitted.isEmpty && bounded.isEmpty && stated.isEmpty
    session.report(
      isUseless ? .warning : .note, isUseless ? .unknownReference : .remark,
      "'\(file.path)': dirty pages of \(fitted.count) \(fitted.count == 1 ? "machine" : "machines") fitted to measurements",
      notes: notes, help: isUseless ? "name the machines namespace/name" : "see: headroom predict --fit \(file.path)")
  }
}
