package import ClusterModel

/// What a balancer is allowed to see: the API server's objects, and metrics that are averaged and late.
///
/// Placement, requests and migrations in flight are exact, as a client of the API sees them. Usage is the mean over
/// `windowSeconds` that ended `delaySeconds` ago, as a metrics pipeline gives it; a machine that has just moved still
/// shows on its old node.
package struct Observation: Sendable {
  package var inventory: Inventory { cluster.inventory }
  /// Placement and requests now, with reservations of migrations in flight.
  package var cluster: ClusterState
  package var timeSeconds: Double
  package var windowSeconds: Double
  package var delaySeconds: Double
  /// Cores in use per node, by `NodeID`.
  package var nodeCPUCores: [Double]
  /// Memory in use per node, by `NodeID`.
  package var nodeMemoryBytes: [Double]
  /// Cores that other pods use per node.
  package var otherCPUCores: [Double]
  /// Memory that other pods use per node.
  package var otherMemoryBytes: [Double]
  /// Cores in use per machine, by `MachineID`.
  package var machineCPUCores: [Double]
  /// Memory in use per machine, by `MachineID`.
  package var machineMemoryBytes: [Double]
  /// Migrations that are queued or running.
  package var migrations: [InFlight]
  /// Machines that cannot be moved now, by `MachineID`: down, waiting for a migration, in one, or just out of one.
  package var isBusy: [Bool]
  package var limits: Limits

  /// A migration that has been asked for and has not ended.
  package struct InFlight: Sendable, Equatable {
    package var machine: MachineID
    package var source: NodeID
    /// Nil until the scheduler has chosen.
    package var target: NodeID?

    package init(machine: MachineID, source: NodeID, target: NodeID?) {
      self.machine = machine
      self.source = source
      self.target = target
    }
  }

  /// KubeVirt's limits in force.
  package struct Limits: Sendable, Equatable {
    package var parallelMigrationsPerCluster: Int
    package var parallelOutboundMigrationsPerNode: Int

    package init(parallelMigrationsPerCluster: Int = 5, parallelOutboundMigrationsPerNode: Int = 2) {
      self.parallelMigrationsPerCluster = parallelMigrationsPerCluster
      self.parallelOutboundMigrationsPerNode = parallelOutboundMigrationsPerNode
    }
  }

  package init(
    cluster: ClusterState, timeSeconds: Double = 0, windowSeconds: Double = 0, delaySeconds: Double = 0,
    nodeCPUCores: [Double], nodeMemoryBytes: [Double], otherCPUCores: [Double], otherMemoryBytes: [Double],
    machineCPUCores: [Double], machineMemoryBytes: [Double],
    migrations: [InFlight] = [], isBusy: [Bool]? = nil, limits: Limits = Limits()
  ) {
    self.cluster = cluster
    self.timeSeconds = timeSeconds
    self.windowSeconds = windowSeconds
    self.delaySeconds = delaySeconds
    self.nodeCPUCores = nodeCPUCores
    self.nodeMemoryBytes = nodeMemoryBytes
    self.otherCPUCores = otherCPUCores
    self.otherMemoryBytes = otherMemoryBytes
    self.machineCPUCores = machineCPUCores
    self.machineMemoryBytes = machineMemoryBytes
    self.migrations = migrations
    self.limits = limits
    self.isBusy = isBusy ?? [Bool](repeating: false, count: machineCPUCores.count)
    for migration in migrations { self.isBusy[migration.machine.index] = true }
  }
}
