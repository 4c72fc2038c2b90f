/// What one replication under one balancer gave: one value for each entry of the metric catalogue, and what was refused.
package struct RunResult: Sendable, Equatable {
  /// In the order of `MetricCatalog.all`; nil where the metric has no value.
  package var values: [Double?]
  /// Refused moves by reason, sorted by reason.
  package var refusals: [(reason: String, count: Int)]
  /// Failed migrations by reason, sorted by reason.
  package var failures: [(reason: String, count: Int)]
  /// Types in use, in the order of the workload catalogue.
  package var workloads: [WorkloadOutcome]
  package var eventCount: Int

  package init(
    values: [Double?], refusals: [(reason: String, count: Int)] = [], failures: [(reason: String, count: Int)] = [],
    workloads: [WorkloadOutcome] = [], eventCount: Int = 0
  ) {
    self.values = values
    self.refusals = refusals
    self.failures = failures
    self.workloads = workloads
    self.eventCount = eventCount
  }

  package static func == (a: RunResult, b: RunResult) -> Bool {
    a.values == b.values && a.workloads == b.workloads && a.eventCount == b.eventCount
      && a.refusals.elementsEqual(b.refusals, by: ==)
      && a.failures.elementsEqual(b.failures, by: ==)
  }
}

/// How well the behaviour of one workload type in use is known, or how many machines are measured themselves.
package struct Evidence: Sendable, Equatable {
  package var type: String
  /// Nil where it is no type's: what was measured of the machines themselves.
  package var grade: EvidenceGrade?
  package var machineCount: Int

  package init(type: String, grade: EvidenceGrade?, machineCount: Int) {
    self.type = type
    self.grade = grade
    self.machineCount = machineCount
  }

  /// Machines whose own dirty pages stand in place of their type's; the types count them too, for their CPU use.
  package static func measured(machineCount: Int) -> Evidence {
    Evidence(type: "measured dirty pages", grade: nil, machineCount: machineCount)
  }

  /// `database A (12)`, `measured dirty pages (3)`.
  package var text: String { "\(type)\(grade.map { " \($0.rawValue)" } ?? "") (\(machineCount))" }
}

/// All replications of all balancers of one scenario.
package struct ExperimentResult: Sendable {
  package struct Contestant: Sendable {
    package var label: String
    package var balancer: String
    /// Name of the scenario's variant, empty where it has none.
    package var variant: String
    /// By replication.
    package var runs: [RunResult]

    package init(label: String, balancer: String, variant: String = "", runs: [RunResult]) {
      self.label = label
      self.balancer = balancer
      self.variant = variant
      self.runs = runs
    }
  }

  package var scenarioName: String
  package var scenarioHash: String
  package var seed: UInt64
  package var replications: Int
  package var nodeCount: Int
  package var machineCount: Int
  package var horizonSeconds: Double
  package var warmUpSeconds: Double
  package var contestants: [Contestant]
  /// Of the workload types in use, in the order of the catalogue; last of machines with dirty pages of their own.
  package var evidence: [Evidence]
  /// Questions to the experiment, such as machines whose type was guessed.
  package var remarks: [String]

  package init(
    scenarioName: String, scenarioHash: String, seed: UInt64, replications: Int, nodeCount: Int, machineCount: Int,
    horizonSeconds: Double, warmUpSeconds: Double, contestants: [Contestant], evidence: [Evidence] = [],
    remarks: [String] = []
  ) {
    self.scenarioName = scenarioName
    self.scenarioHash = scenarioHash
    self.seed = seed
    self.replications = replications
    self.nodeCount = nodeCount
    self.machineCount = machineCount
    self.horizonSeconds = horizonSeconds
    self.warmUpSeconds = warmUpSeconds
    self.contestants = contestants
    self.evidence = evidence
    self.remarks = remarks
  }
}

extension RunResult {
  /// Every catalogued metric of a finished run.
  package init(_ measurements: Measurements) {
    self.init(
      values: MetricCatalog.all.map { metric in metric.value(measurements).flatMap { $0.isFinite ? $0 : nil } },
      refusals: measurements.refusals.rows, failures: measurements.failures.rows,
      workloads: measurements.workloads.filter { $0.machineCount > 0 }, eventCount: measurements.eventCount)
  }
}
