import EventKernel

/// Demand that could not be met, and nodes above the planning guide's thresholds.
enum ContentionMetrics {
  static let all: [MetricDefinition] = [
    MetricDefinition(
      "contention.cpu.lost", .coreSeconds, .lowerIsBetter,
      "CPU time that machines and other pods asked for and full nodes did not have",
      value: { $0.gauges.total(.lostCores) }),
    MetricDefinition(
      "contention.cpu.lostShare", .share, .lowerIsBetter, headline: true,
      "share of CPU demand that full nodes did not have",
      value: { $0.gauges.total(.demandCores) > 0 ? $0.gauges.total(.lostCores) / $0.gauges.total(.demandCores) : nil }),
    MetricDefinition(
      "contention.cpu.worstMachine", .coreSeconds, .lowerIsBetter, "CPU time that the worst-hit machine lost",
      value: { $0.lostByMachine.max() }),
    MetricDefinition(
      "contention.node.time", .share, .lowerIsBetter, headline: true,
      "share of node time with CPU demand above allocatable (SLATAH)",
      value: { $0.gauges.mean(.contendedNodes) }),
    MetricDefinition(
      "contention.migration.degradation", .share, .lowerIsBetter,
      "CPU time lost to migrations as a share of demand (PDM)",
      value: {
        $0.gauges.total(.demandCores) > 0 ? $0.gauges.total(.degradedCores) / $0.gauges.total(.demandCores) : nil
      }),
    MetricDefinition(
      "alert.cpu.warning", .share, .lowerIsBetter, "share of node time with cpu use above 80 %",
      value: { $0.gauges.mean(.cpuWarningNodes) }),
    MetricDefinition(
      "alert.cpu.critical", .share, .lowerIsBetter, "share of node time with cpu use above 90 %",
      value: { $0.gauges.mean(.cpuCriticalNodes) }),
    MetricDefinition(
      "alert.memory.warning", .share, .lowerIsBetter, "share of node time with memory use above 85 %",
      value: { $0.gauges.mean(.memoryWarningNodes) }),
    MetricDefinition(
      "alert.memory.critical", .share, .lowerIsBetter, "share of node time with memory use above 95 %",
      value: { $0.gauges.mean(.memoryCriticalNodes) }),
    MetricDefinition(
      "memory.kills", .count, .lowerIsBetter, "machines killed because their node's memory was used up",
      value: { Double($0.crashes) }),
    MetricDefinition(
      "machines.down", .count, .lowerIsBetter, "machines that should run and do not, mean over time",
      value: { $0.gauges.mean(.machinesDown) }),
  ]
}
