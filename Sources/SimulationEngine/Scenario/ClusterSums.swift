import ClusterModel

extension ClusterSpecification {
  /// Why the cluster is too large to be added up; nil where every sum of requests and guest sizes can be counted.
  ///
  /// Sums stay below 2^62 wherever machines are placed, so nothing that simulates or writes the cluster overflows.
  /// A machine counts twice, because it stands on two nodes while it migrates.
  package var uncountable: ExperimentError? {
    var sums = Sums()
    func failure(_ name: String) -> ExperimentError {
      ExperimentError(
        message: "the machines together ask for more memory or CPU than can be counted (2^62), "
          + "at the latest with '\(name)'",
        help: "check the units of cpu and memory, and cpuAllocationRatio and memoryOvercommitPercentage")
    }
    for machine in snapshotMachines where !sums.add(machine, count: 1) { return failure(machine.qualifiedName) }
    for group in machineGroups where group.count > 0 {
      let machine = ClusterBuilder.machine(of: group, self, isShared: nil)
      if !sums.add(machine, count: group.count) { return failure("\(group.namespace)/\(group.name)") }
    }
    for pod in snapshotPods where !sums.add(pod) { return failure("\(pod.namespace)/\(pod.name)") }
    return nil
  }

  private struct Sums {
    private var cpu: Int64 = 0
    private var memory: Int64 = 0
    private var guestCPU: Int64 = 0
    private var guestMemory: Int64 = 0

    mutating func add(_ machine: VirtualMachine, count: Int) -> Bool {
      Self.add(machine.cpuRequestMillicores, count, 2, to: &cpu)
        && Self.add(machine.memoryRequestBytes, count, 2, to: &memory)
        && Self.add(Int64(machine.vCPUs), count, 1000, to: &guestCPU)
        && Self.add(machine.guestMemoryBytes, count, 1, to: &guestMemory)
    }

    mutating func add(_ pod: OtherPod) -> Bool {
      Self.add(pod.cpuRequestMillicores, 1, 1, to: &cpu) && Self.add(pod.memoryRequestBytes, 1, 1, to: &memory)
    }

    private static func add(_ value: Int64, _ count: Int, _ factor: Int64, to sum: inout Int64) -> Bool {
      let (scaled, isLarge) = value.multipliedReportingOverflow(by: factor)
      let (all, isLarger) = scaled.multipliedReportingOverflow(by: Int64(count))
      let (total, overflow) = sum.addingReportingOverflow(all)
      sum = total
      return value >= 0 && !isLarge && !isLarger && !overflow && total < 1 << 62
    }
  }
}
