/// Quantities that have a value at every moment; measured as time-weighted mean, minimum and maximum after warm-up.
package enum Gauge: Int, Sendable, CaseIterable {
  case freeUsageCPU, freeUsageMemory, freeRequestCPU, freeRequestMemory, freeAllocationCPU, freeAllocationMemory
  case cpuDeviation, cpuVariation, cpuMaximumOverMean, cpuRange, cpuGini
  case memoryDeviation, memoryVariation, memoryMaximumOverMean, memoryRange, memoryGini
  case requestCPUDeviation, requestMemoryDeviation
  case demandCores, lostCores, contendedNodes, degradedCores
  case cpuWarningNodes, cpuCriticalNodes, memoryWarningNodes, memoryCriticalNodes
  case activeMigrations, atClusterLimit, queuedMigrations, saturatedNICs
  case survivesNodeLoss, strandedInWorstLoss, referenceMachinesThatFit, largestFreeMemoryBytes, machinesDown
}

/// Time-weighted statistics of all gauges, in flat arrays.
package struct GaugeBoard: Sendable {
  private var current: [Double]
  private var integral: [Double]
  private var minimum: [Double]
  private var maximum: [Double]
  private var seconds = 0.0

  init() {
    current = [Double](repeating: 0, count: Gauge.allCases.count)
    integral = current
    minimum = [Double](repeating: .infinity, count: current.count)
    maximum = [Double](repeating: -.infinity, count: current.count)
  }

  subscript(_ gauge: Gauge) -> Double {
    get { current[gauge.rawValue] }
    set { current[gauge.rawValue] = newValue }
  }

  /// Counts the present values for a stretch of time.
  mutating func hold(seconds elapsed: Double) {
    guard elapsed > 0 else { return }
    seconds += elapsed
    for i in current.indices {
      integral[i] += current[i] * elapsed
      minimum[i] = min(minimum[i], current[i])
      maximum[i] = max(maximum[i], current[i])
    }
  }

  /// Forgets what was counted, keeps the present values.
  mutating func restart() {
    seconds = 0
    for i in current.indices {
      integral[i] = 0
      minimum[i] = .infinity
      maximum[i] = -.infinity
    }
  }

  package func mean(_ gauge: Gauge) -> Double? { seconds > 0 ? integral[gauge.rawValue] / seconds : nil }
  package func minimum(_ gauge: Gauge) -> Double? { seconds > 0 ? minimum[gauge.rawValue] : nil }
  package func maximum(_ gauge: Gauge) -> Double? { seconds > 0 ? maximum[gauge.rawValue] : nil }
  /// Value × seconds.
  package func total(_ gauge: Gauge) -> Double { integral[gauge.rawValue] }
  package var measuredSeconds: Double { seconds }
}
