/// How the live migrations of one workload type went in one replication.
package struct WorkloadOutcome: Sendable, Equatable {
  /// Name in the workload catalogue.
  package var type: String
  package var machineCount: Int
  package var succeeded = 0
  package var failed = 0
  /// Transfers of migrations that succeeded.
  package var durationsSeconds: [Double] = []
  package var longestPauseSeconds = 0.0

  package init(type: String, machineCount: Int) {
    self.type = type
    self.machineCount = machineCount
  }
}
