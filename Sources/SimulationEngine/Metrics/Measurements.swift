/// Everything that one replication counts, from the end of the warm-up to the horizon; metrics are computed from it.
package struct Measurements: Sendable {
  package internal(set) var gauges = GaugeBoard()
  package let nodeCount: Int
  package let machineCount: Int
  /// Machines of tier critical.
  package let criticalMachines: [Int]

  // Migrations
  package internal(set) var requested = 0
  package internal(set) var refusals = Tally()
  package internal(set) var failures = Tally()
  package internal(set) var succeeded = 0
  package internal(set) var failed = 0
  package internal(set) var retried = 0
  /// Asked for and neither ended nor failed at the horizon.
  package internal(set) var unfinished = 0
  package internal(set) var transferredBytes = 0.0
  package internal(set) var durationsSeconds: [Double] = []
  package internal(set) var queueWaitsSeconds: [Double] = []
  package internal(set) var brownOutSeconds = 0.0

  // Downtime
  package internal(set) var pausesSeconds: [Double] = []
  package internal(set) var pausesAboveTolerance = 0
  package internal(set) var coldMoves = 0
  package internal(set) var crashes = 0
  /// Seconds down by cause, per machine.
  package internal(set) var pauseByMachine: [Double]
  package internal(set) var coldByMachine: [Double]
  package internal(set) var crashByMachine: [Double]
  package internal(set) var unplacedByMachine: [Double]
  /// Core-seconds that contention took, per machine.
  package internal(set) var lostByMachine: [Double]
  package internal(set) var sloViolations = 0

  package internal(set) var eventCount = 0

  /// By position in the workload catalogue.
  package internal(set) var workloads: [WorkloadOutcome]

  init(nodeCount: Int, machineCount: Int, criticalMachines: [Int], workloads: [WorkloadOutcome]) {
    self.criticalMachines = criticalMachines
    self.nodeCount = nodeCount
    self.machineCount = machineCount
    self.workloads = workloads
    pauseByMachine = [Double](repeating: 0, count: machineCount)
    coldByMachine = pauseByMachine
    crashByMachine = pauseByMachine
    unplacedByMachine = pauseByMachine
    lostByMachine = pauseByMachine
  }

  /// Starts over at the end of the warm-up.
  mutating func restart() {
    let empty = workloads.map { WorkloadOutcome(type: $0.type, machineCount: $0.machineCount) }
    var fresh = Measurements(
      nodeCount: nodeCount, machineCount: machineCount, criticalMachines: criticalMachines, workloads: empty)
    fresh.gauges = gauges
    fresh.gauges.restart()
    fresh.eventCount = eventCount
    self = fresh
  }

  /// Seconds a machine was down, all causes.
  package func downSeconds(_ machine: Int) -> Double {
    pauseByMachine[machine] + coldByMachine[machine] + crashByMachine[machine] + unplacedByMachine[machine]
  }

  package var measuredDays: Double { gauges.measuredSeconds / 86400 }

  /// A count per machine and day; nil for an empty cluster.
  package func perMachineDay(_ count: Int) -> Double? {
    machineCount > 0 && measuredDays > 0 ? Double(count) / Double(machineCount) / measuredDays : nil
  }
}
