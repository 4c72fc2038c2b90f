package import ClusterModel

/// Which workload type a machine is taken for, and how that was decided.
package enum WorkloadInference {
  package enum Basis: String, Sendable, CaseIterable {
    case stated = "stated"
    case label = "label headroom/workload-type"
    case usage = "observed usage"
    case none = "no evidence"
  }

  /// Label that names a type in the catalogue.
  package static let label = "headroom/workload-type"

  /// Stated type first, then the label, then the planning guide's thresholds on observed usage: memory over 80 % is a
  /// database, CPU over 70 % a batch job; anything else is general purpose.
  package static func infer(_ machine: VirtualMachine) -> (index: Int, basis: Basis) {
    let fallback = WorkloadCatalog.index(of: WorkloadCatalog.defaultName) ?? 0
    if let index = WorkloadCatalog.index(of: machine.workloadType) { return (index, .stated) }
    if let name = machine.labels[label], let index = WorkloadCatalog.index(of: name) { return (index, .label) }
    guard let usage = machine.observedUsage else { return (fallback, .none) }
    if usage.memoryBytes ?? 0 > 0.8 * Double(machine.guestMemoryBytes) {
      return (WorkloadCatalog.index(of: "database") ?? fallback, .usage)
    }
    if usage.cpuCores ?? 0 > 0.7 * Double(machine.vCPUs) {
      return (WorkloadCatalog.index(of: "batch") ?? fallback, .usage)
    }
    return (fallback, .usage)
  }
}
