import EventKernel

/// What moving cost: moves, bytes, waits, failures.
enum MigrationMetrics {
  static let all: [MetricDefinition] = [
    MetricDefinition(
      "migrations.requested", .count, .neutral, "moves that the balancer asked for",
      value: { Double($0.requested) }),
    MetricDefinition(
      "migrations.refused", .count, .lowerIsBetter,
      "moves refused by placement rules, limits or the machine's own settings",
      value: { Double($0.refusals.total) }),
    MetricDefinition(
      "migrations.succeeded", .count, .neutral, "live migrations that ended on the target",
      value: { Double($0.succeeded) }),
    MetricDefinition(
      "migrations.perMachineDay", .perMachineDay, .lowerIsBetter, headline: true,
      "live migrations and moves by stop and start, per machine and day",
      value: { $0.perMachineDay($0.succeeded + $0.coldMoves) }),
    MetricDefinition(
      "migrations.failed", .count, .lowerIsBetter, headline: true, "live migrations that ended without a move",
      value: { Double($0.failed) }),
    MetricDefinition(
      "migrations.retried", .count, .neutral, "attempts after a failure",
      value: { Double($0.retried) }),
    MetricDefinition(
      "migrations.unfinished", .count, .lowerIsBetter,
      "live migrations that wait, start or copy at the end of the run: they count neither as failed nor as succeeded",
      value: { Double($0.unfinished) }),
    MetricDefinition(
      "migrations.cold", .count, .lowerIsBetter, "moves by stop and start",
      value: { Double($0.coldMoves) }),
    MetricDefinition(
      "migrations.bytes", .bytes, .lowerIsBetter, headline: true, "bytes sent by all migrations",
      value: { $0.transferredBytes }),
    MetricDefinition(
      "migrations.duration.p50", .seconds, .lowerIsBetter, "p50 transfer of migrations that succeeded",
      value: { Quantiles($0.durationsSeconds)[0.5] }),
    MetricDefinition(
      "migrations.duration.p95", .seconds, .lowerIsBetter, headline: true, "p95 transfer of migrations that succeeded",
      value: { Quantiles($0.durationsSeconds)[0.95] }),
    MetricDefinition(
      "migrations.duration.max", .seconds, .lowerIsBetter, "longest transfer of migrations that succeeded",
      value: { Quantiles($0.durationsSeconds)[1] }),
    MetricDefinition(
      "migrations.queueWait.mean", .seconds, .lowerIsBetter, "mean wait for a migration slot",
      value: {
        $0.queueWaitsSeconds.isEmpty ? nil : $0.queueWaitsSeconds.reduce(0, +) / Double($0.queueWaitsSeconds.count)
      }),
    MetricDefinition(
      "migrations.concurrency.mean", .count, .neutral, "migrations that hold a slot, mean over time",
      value: { $0.gauges.mean(.activeMigrations) }),
    MetricDefinition(
      "migrations.atLimit", .share, .lowerIsBetter, "share of the time at parallelMigrationsPerCluster",
      value: { $0.gauges.mean(.atClusterLimit) }),
    MetricDefinition(
      "migrations.brownOut", .seconds, .lowerIsBetter, "guest seconds lost to slow-down while migrating",
      value: { $0.brownOutSeconds }),
    MetricDefinition(
      "migrations.networkSaturated", .share, .lowerIsBetter,
      "share of node time in which migrations fill the node's migration network",
      value: { $0.gauges.mean(.saturatedNICs) }),
  ]
}
