/// How strongly a default is anchored in measurements; every report shows it.
package enum EvidenceGrade: String, Sendable, CaseIterable {
  /// A KubeVirt measurement of that kind of program.
  case a = "A"
  /// A related measurement.
  case b = "B"
  /// Reasoned only.
  case c = "C"
}

/// A default with its plausible range; sampled log-normally with this median and p5/p95 = low/high.
package struct Spread: Sendable, Equatable {
  package var low: Double
  package var typical: Double
  package var high: Double

  package init(_ low: Double, _ typical: Double, _ high: Double) {
    self.low = low
    self.typical = typical
    self.high = high
  }
}

/// How machines of one workload type use CPU and memory, dirty pages and bear a pause.
package struct WorkloadProfile: Sendable, Equatable {
  package enum Pattern: String, Sendable {
    /// A daily wave with its peak at 14:00, 30 % less at weekends.
    case business
    /// The same around the clock.
    case steady
    /// Busy from 20:00 to 06:00, by the peak-to-trough ratio less otherwise.
    case nightly
    /// Busy from 09:00 to 18:00 on working days, by the peak-to-trough ratio less otherwise.
    case officeHours
  }

  package var name: String
  package var summary: String
  package var grade: EvidenceGrade
  package var pattern: Pattern
  /// The machine that the sizes below were stated for.
  package var referenceVCPUs: Int
  package var referenceMemoryGiB: Double
  package var meanCPUPercent: Spread
  package var cpuCoefficientOfVariation: Spread
  package var dayPeakToTrough: Spread
  package var memoryUsedPercent: Spread
  /// Hot set as a share of used memory.
  package var hotSetPercentOfUsed: Spread
  package var hotSetTimeConstantSeconds: Spread
  package var coldDirtyMiBPerSecond: Spread
  /// Cap on unique dirty memory as a share of used memory.
  package var workingSetPercentOfUsed: Spread
  /// Application traffic in one direction, decimal megabytes per second of a busy core.
  package var networkMBPerBusyCoreSecond: Double
  package var comfortablePauseMilliseconds: Double
  package var availabilityPercent: Double
  package var migrationAdvice: String
}
