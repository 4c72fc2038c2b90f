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
    if next <= horizon { queue.schedule(.demandSample, at: next, phase: .change) }
  }

  /// After a change of demand or place.
  mutating func usageChanged() {
    usage.recompute(cluster)
    gaugesAreStale = true
  }

  /// On a node whose memory is used up, kills the machine that exceeds its request most, until the rest fits.
  ///
  /// Used up means above allocatable, which is capacity less the system's reserve and the kubelet's eviction threshold.
  /// Where no machine exceeds its request, the one that uses most goes.
  private mutating func killForMemory() {
    for index in usage.nodeMemoryBytes.indices {
      while usage.nodeMemoryBytes[index] > Double(cluster.rules.allocatableBytes[index]) {
        guard let victim = memoryVictim(on: NodeID(index)) else { break }
        crash(victim)
      }
    }
  }

  private func memoryVictim(on node: NodeID) -> MachineID? {
    var worst: MachineID?
    var worstExcess = -Double.infinity
    for (index, place) in cluster.nodeOfMachine.enumerated() where place == node && usage.isUp[index] {
      let excess = usage.memoryBytes[index] - Double(cluster.rules.memoryRequest[index])
      if excess > worstExcess {
        worstExcess = excess
        worst = MachineID(index)
      }
    }
    return worst
  }
}
