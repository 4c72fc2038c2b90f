import ClusterModel
import EventKernel

extension Simulation {
  /// A new demand sample for all machines, and what follows from it at once.
  mutating func takeDemandSample() {
    demand.next(into: &usage.demandShare)
    usageChanged()
    killForMemory()
    history?.record(usage, at: now)
    refreshTransfers()
    let next = now + setup.scenario.demand.sampleEvery
    if next < horizon { queue.schedule(.demandSample, at: next, phase: .change) }
  }

  /// After a change of demand or place.
  mutating func usageChanged() {
    if history != nil { usage.countMachines(until: now.seconds) }
    usage.recompute(cluster)
    usageVersion += 1
    gaugesAreStale = true
  }

  /// On a node whose memory is used up, kills the machine that exceeds its request most, until the rest fits.
  ///
  /// Used up means above allocatable, which is capacity less the system's reserve and the kubelet's eviction threshold.
  /// Where no machine exceeds its request, the one that exceeds it least below goes.
  private mutating func killForMemory() {
    let full = usage.nodeMemoryBytes.indices.filter {
      usage.nodeMemoryBytes[$0] > Double(cluster.rules.allocatableBytes[$0])
    }
    guard !full.isEmpty else { return }
    let machines = cluster.machinesByNode()
    for node in full {
      var left = usage.nodeMemoryBytes[node] - Double(cluster.rules.allocatableBytes[node])
      let order = machines[node].filter { usage.isUp[$0.index] }.sorted { a, b in
        let (x, y) = (memoryExcess(a), memoryExcess(b))
        return x != y ? x > y : a < b
      }
      for machine in order where left > 0 {
        left -= usage.memoryBytes[machine.index]
        kill(machine)
      }
    }
    afterKills()
  }

  private func memoryExcess(_ machine: MachineID) -> Double {
    usage.memoryBytes[machine.index] - Double(cluster.rules.memoryRequest[machine.index])
  }
}
