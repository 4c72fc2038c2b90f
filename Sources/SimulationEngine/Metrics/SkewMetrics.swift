import EventKernel

/// How unevenly nodes are used.
enum SkewMetrics {
  static let all: [MetricDefinition] = [
    MetricDefinition(
      "skew.cpu.stddev.mean", .share, .lowerIsBetter, headline: true,
      "standard deviation of the nodes' cpu use (share of allocatable), mean over time",
      value: { $0.gauges.mean(.cpuDeviation) }),
    MetricDefinition(
      "skew.cpu.cv.mean", .ratio, .lowerIsBetter, "standard deviation over mean, mean over time",
      value: { $0.gauges.mean(.cpuVariation) }),
    MetricDefinition(
      "skew.cpu.maxOverMean.mean", .ratio, .lowerIsBetter, "fullest node over the mean, mean over time",
      value: { $0.gauges.mean(.cpuMaximumOverMean) }),
    MetricDefinition(
      "skew.cpu.range.mean", .share, .lowerIsBetter, "fullest less emptiest node, mean over time",
      value: { $0.gauges.mean(.cpuRange) }),
    MetricDefinition(
      "skew.cpu.gini.mean", .ratio, .lowerIsBetter, "Gini coefficient, mean over time",
      value: { $0.gauges.mean(.cpuGini) }),
    MetricDefinition(
      "skew.cpu.stddev.max", .share, .lowerIsBetter,
      "standard deviation of the nodes' cpu use (share of allocatable), at the worst moment",
      value: { $0.gauges.maximum(.cpuDeviation) }),
    MetricDefinition(
      "skew.memory.stddev.mean", .share, .lowerIsBetter, headline: true,
      "standard deviation of the nodes' memory use (share of allocatable), mean over time",
      value: { $0.gauges.mean(.memoryDeviation) }),
    MetricDefinition(
      "skew.memory.cv.mean", .ratio, .lowerIsBetter, "standard deviation over mean, mean over time",
      value: { $0.gauges.mean(.memoryVariation) }),
    MetricDefinition(
      "skew.memory.maxOverMean.mean", .ratio, .lowerIsBetter, "fullest node over the mean, mean over time",
      value: { $0.gauges.mean(.memoryMaximumOverMean) }),
    MetricDefinition(
      "skew.memory.range.mean", .share, .lowerIsBetter, "fullest less emptiest node, mean over time",
      value: { $0.gauges.mean(.memoryRange) }),
    MetricDefinition(
      "skew.memory.gini.mean", .ratio, .lowerIsBetter, "Gini coefficient, mean over time",
      value: { $0.gauges.mean(.memoryGini) }),
    MetricDefinition(
      "skew.memory.stddev.max", .share, .lowerIsBetter,
      "standard deviation of the nodes' memory use (share of allocatable), at the worst moment",
      value: { $0.gauges.maximum(.memoryDeviation) }),
    MetricDefinition(
      "skew.request.cpu.stddev.mean", .share, .lowerIsBetter,
      "standard deviation of the nodes' cpu requests (share of allocatable), mean over time",
      value: { $0.gauges.mean(.requestCPUDeviation) }),
    MetricDefinition(
      "skew.request.memory.stddev.mean", .share, .lowerIsBetter,
      "standard deviation of the nodes' memory requests (share of allocatable), mean over time",
      value: { $0.gauges.mean(.requestMemoryDeviation) }),
  ]
}
