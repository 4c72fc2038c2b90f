import ClusterModel
import EventKernel
import LiveMigration

extension Simulation {
  /// Thresholds of the planning guide for a node's cpu and memory use.
  private static let cpuThresholds = (warning: 0.80, critical: 0.90)
  private static let memoryThresholds = (warning: 0.85, critical: 0.95)
  /// Checks whether any node may be lost, in a run of a day or less; longer ones check every hour.
  private static let headroomChecksPerRun = 24

  /// Computes every gauge that follows from usage and placement.
  /// - Complexity: O(nodes log nodes + machines).
  mutating func refreshGauges() {
    gaugesAreStale = false
    refreshUsageGauges()
    refreshContentionGauges()
    refreshMigrationGauges()
    if requestSkewVersion != cluster.version {
      requestSkewVersion = cluster.version
      refreshRequestGauges()
    }
  }

  private mutating func refreshUsageGauges() {
    let nodes = usage.nodeUsedCores.indices
    var capacity = (cpu: 0.0, memory: 0.0)
    var used = (cpu: 0.0, memory: 0.0)
    var shares = (cpu: [Double](), memory: [Double]())
    shares.cpu.reserveCapacity(nodes.count)
    shares.memory.reserveCapacity(nodes.count)
    for n in nodes where cluster.isUsable(n) {
      let cores = Double(cluster.rules.allocatableMillicores[n]) / 1000
      let bytes = Double(cluster.rules.allocatableBytes[n])
      capacity.cpu += cores
      capacity.memory += bytes
      used.cpu += usage.nodeDemandCores[n]
      used.memory += usage.nodeMemoryBytes[n]
      if cores > 0 && bytes > 0 {
        shares.cpu.append(usage.nodeUsedCores[n] / cores)
        shares.memory.append(usage.nodeMemoryBytes[n] / bytes)
      }
    }
    let cpu = Skew(shares.cpu)
    let memory = Skew(shares.memory)
    measurements.gauges[.freeUsageCPU] = Self.free(used.cpu, of: capacity.cpu)
    measurements.gauges[.freeUsageMemory] = Self.free(used.memory, of: capacity.memory)
    measurements.gauges[.cpuDeviation] = cpu.standardDeviation
    measurements.gauges[.cpuVariation] = cpu.coefficientOfVariation
    measurements.gauges[.cpuMaximumOverMean] = cpu.maximumOverMean
    measurements.gauges[.cpuRange] = cpu.range
    measurements.gauges[.cpuGini] = cpu.gini
    measurements.gauges[.memoryDeviation] = memory.standardDeviation
    measurements.gauges[.memoryVariation] = memory.coefficientOfVariation
    measurements.gauges[.memoryMaximumOverMean] = memory.maximumOverMean
    measurements.gauges[.memoryRange] = memory.range
    measurements.gauges[.memoryGini] = memory.gini
    let count = Double(max(1, shares.cpu.count))
    measurements.gauges[.cpuWarningNodes] = Double(shares.cpu.count { $0 > Self.cpuThresholds.warning }) / count
    measurements.gauges[.cpuCriticalNodes] = Double(shares.cpu.count { $0 > Self.cpuThresholds.critical }) / count
    measurements.gauges[.memoryWarningNodes] =
      Double(shares.memory.count { $0 > Self.memoryThresholds.warning }) / count
    measurements.gauges[.memoryCriticalNodes] =
      Double(shares.memory.count { $0 > Self.memoryThresholds.critical }) / count
  }

  private mutating func refreshContentionGauges() {
    var demand = 0.0
    var lost = 0.0
    var contended = 0
    for n in usage.nodeDemandCores.indices {
      demand += usage.nodeDemandCores[n]
      lost += usage.nodeDemandCores[n] - usage.nodeUsedCores[n]
      if usage.nodeDemandCores[n] > usage.nodeUsedCores[n] { contended += 1 }
    }
    measurements.gauges[.demandCores] = demand
    measurements.gauges[.lostCores] = lost
    measurements.gauges[.contendedNodes] = Double(contended) / Double(max(1, usage.nodeDemandCores.count))
    measurements.gauges[.degradedCores] = transfers.degradedCores(usage)
    measurements.gauges[.machinesDown] = Double(restarts.downCount)
  }

  private mutating func refreshMigrationGauges() {
    let active = transfers.slotsInUse
    measurements.gauges[.activeMigrations] = Double(active)
    measurements.gauges[.atClusterLimit] = active >= setup.scenario.migration.parallelMigrationsPerCluster ? 1 : 0
    measurements.gauges[.queuedMigrations] = Double(transfers.waiting.count)
    measurements.gauges[.saturatedNICs] = transfers.saturatedShare(nodeCount: cluster.rules.nodeCount)
  }

  private mutating func refreshRequestGauges() {
    let rules = cluster.rules
    let reference = setup.referencePod
    var cpu: [Double] = []
    var memory: [Double] = []
    var capacity = (cpu: 0.0, memory: 0.0)
    var requested = (cpu: 0.0, memory: 0.0)
    var allocated = (cpu: 0.0, memory: 0.0)
    var fit = 0.0
    var largest = 0.0
    let (millicores, memoryBytes, pods) = (cluster.requestedMillicores, cluster.requestedBytes, cluster.podCount)
    for n in 0..<rules.nodeCount where cluster.isUsable(n) {
      let cores = Double(rules.allocatableMillicores[n])
      let bytes = Double(rules.allocatableBytes[n])
      capacity.cpu += cores
      capacity.memory += bytes
      requested.cpu += Double(millicores[n])
      requested.memory += Double(memoryBytes[n])
      allocated.cpu += Double(cluster.allocatedVCPUs[n]) * 1000
      allocated.memory += Double(cluster.allocatedGuestBytes[n])
      if cores > 0 { cpu.append(Double(millicores[n]) / cores) }
      if bytes > 0 { memory.append(Double(memoryBytes[n]) / bytes) }
      let free = (
        cpu: rules.allocatableMillicores[n] - millicores[n],
        memory: rules.allocatableBytes[n] - memoryBytes[n],
        pods: rules.podLimit[n] - pods[n]
      )
      let copies = min(
        free.cpu / reference.cpuRequestMillicores, free.memory / reference.memoryRequestBytes,
        free.pods)
      fit += Double(max(0, copies))
      if free.pods > 0 { largest = max(largest, Double(free.memory)) }
    }
    measurements.gauges[.freeRequestCPU] = Self.free(requested.cpu, of: capacity.cpu)
    measurements.gauges[.freeRequestMemory] = Self.free(requested.memory, of: capacity.memory)
    measurements.gauges[.freeAllocationCPU] = Self.free(allocated.cpu, of: capacity.cpu)
    measurements.gauges[.freeAllocationMemory] = Self.free(allocated.memory, of: capacity.memory)
    measurements.gauges[.requestCPUDeviation] = Skew(cpu, withGini: false).standardDeviation
    measurements.gauges[.requestMemoryDeviation] = Skew(memory, withGini: false).standardDeviation
    measurements.gauges[.referenceMachinesThatFit] = fit
    measurements.gauges[.largestFreeMemoryBytes] = largest
  }

  private static func free(_ used: Double, of capacity: Double) -> Double { capacity > 0 ? 1 - used / capacity : 0 }

  /// Loses each node in turn, on paper, whenever something has moved since the last check.
  ///
  /// Machines that have no node even now are stranded in any loss.
  mutating func checkHeadroom() {
    if headroomVersion != cluster.version {
      headroomVersion = cluster.version
      let worst = Evacuation.eachNode(cluster).map(\.stranded.count).max() ?? 0
      let stranded = worst + restarts.waitingForNode
      measurements.gauges[.strandedInWorstLoss] = Double(stranded)
      measurements.gauges[.survivesNodeLoss] = stranded == 0 ? 1 : 0
    }
    let share = SimulationDuration(microseconds: setup.scenario.horizon.microseconds / Int64(Self.headroomChecksPerRun))
    let next = now + max(SimulationDuration(microseconds: 1), min(.hours(1), share))
    if next < horizon { queue.schedule(.headroomCheck, at: next, phase: .observe) }
  }

  /// Machines whose downtime is more than their type's availability target leaves over the measured time.
  mutating func countSLOViolations() {
    let seconds = measurements.gauges.measuredSeconds
    for index in setup.inventory.machines.indices {
      let down = measurements.downSeconds(index)
      let target = WorkloadCatalog.all[setup.workloadIndex[index]].availabilityPercent
      if down > seconds * (1 - target / 100) { measurements.sloViolations += 1 }
    }
  }
}
