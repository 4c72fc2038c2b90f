import EventKernel

/// Seconds that guests stood still, by cause: planned pauses, moves by stop and start, crashes.
enum DowntimeMetrics {
  static let all: [MetricDefinition] = [
    MetricDefinition(
      "downtime.pause.total", .seconds, .lowerIsBetter, headline: true,
      "guest seconds that live migrations paused machines, all machines together",
      value: { $0.pausesSeconds.reduce(0, +) }),
    MetricDefinition(
      "downtime.pause.p50", .seconds, .lowerIsBetter, "p50 of the pauses of live migrations",
      value: { Quantiles($0.pausesSeconds)[0.5] }),
    MetricDefinition(
      "downtime.pause.p95", .seconds, .lowerIsBetter, "p95 of the pauses of live migrations",
      value: { Quantiles($0.pausesSeconds)[0.95] }),
    MetricDefinition(
      "downtime.pause.p99", .seconds, .lowerIsBetter, headline: true, "p99 of the pauses of live migrations",
      value: { Quantiles($0.pausesSeconds)[0.99] }),
    MetricDefinition(
      "downtime.pause.max", .seconds, .lowerIsBetter, "longest pause of live migrations",
      value: { Quantiles($0.pausesSeconds)[1] }),
    MetricDefinition(
      "downtime.pause.aboveTolerance", .count, .lowerIsBetter, "pauses longer than the workload type bears",
      value: { Double($0.pausesAboveTolerance) }),
    MetricDefinition(
      "downtime.cold.total", .seconds, .lowerIsBetter, headline: true,
      "seconds that machines were down for moves by stop and start",
      value: { $0.coldByMachine.reduce(0, +) }),
    MetricDefinition(
      "downtime.crash.total", .seconds, .lowerIsBetter, headline: true,
      "seconds that machines were down after they were killed for memory",
      value: { $0.crashByMachine.reduce(0, +) }),
    MetricDefinition(
      "downtime.unplaced.total", .seconds, .lowerIsBetter,
      "seconds that machines were down because no node took them at the start",
      value: { $0.unplacedByMachine.reduce(0, +) }),
    MetricDefinition(
      "downtime.critical.total", .seconds, .lowerIsBetter, "downtime of machines of tier critical, all causes",
      value: { measured in measured.criticalMachines.reduce(0) { $0 + measured.downSeconds($1) } }),
    MetricDefinition(
      "downtime.machine.max", .seconds, .lowerIsBetter, "downtime of the machine that had most, all causes",
      value: { measured in (0..<measured.machineCount).map { measured.downSeconds($0) }.max() }),
    MetricDefinition(
      "downtime.slo.violations", .count, .lowerIsBetter,
      "machines whose downtime exceeds what the availability target of their type allows over the measured time",
      value: { Double($0.sloViolations) }),
  ]
}
