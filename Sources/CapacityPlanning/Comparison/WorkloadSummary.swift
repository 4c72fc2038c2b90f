package import EventKernel
package import SimulationEngine

/// How the live migrations of one workload type went under one balancer, over all replications.
package struct WorkloadSummary: Sendable, Equatable {
  package let type: String
  package let machineCount: Int
  /// Per replication.
  package let succeeded: ConfidenceInterval
  package let failed: ConfidenceInterval
  /// Median of all transfers that succeeded, all replications together; nil without any.
  package let medianSeconds: Double?
  /// The longest pause seen in any replication.
  package let longestPauseSeconds: Double

  /// One summary a type, in the order of the catalogue; runs list the same types.
  package static func all(_ runs: [RunResult]) -> [WorkloadSummary] {
    guard let first = runs.first else { return [] }
    return first.workloads.indices.map { index in
      let outcomes = runs.map { $0.workloads[index] }
      return WorkloadSummary(
        type: outcomes[0].type, machineCount: outcomes[0].machineCount,
        succeeded: ConfidenceInterval(of: outcomes.map { Double($0.succeeded) }),
        failed: ConfidenceInterval(of: outcomes.map { Double($0.failed) }),
        medianSeconds: Quantiles(outcomes.flatMap(\.durationsSeconds)).median,
        longestPauseSeconds: outcomes.map(\.longestPauseSeconds).max() ?? 0)
    }
  }
}
