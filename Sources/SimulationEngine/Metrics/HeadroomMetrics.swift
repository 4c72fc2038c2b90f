import EventKernel

/// Free room: by use, by request, by what guests were promised, and after the loss of a node.
enum HeadroomMetrics {
  static let all: [MetricDefinition] = [
    MetricDefinition(
      "headroom.usage.cpu.mean", .share, .higherIsBetter, headline: true,
      "share of the cluster's allocatable cpu that demand leaves free; unmet demand counts as used; mean over time",
      value: { $0.gauges.mean(.freeUsageCPU) }),
    MetricDefinition(
      "headroom.usage.cpu.min", .share, .higherIsBetter, "free share of allocatable cpu by use, at the worst moment",
      value: { $0.gauges.minimum(.freeUsageCPU) }),
    MetricDefinition(
      "headroom.usage.memory.mean", .share, .higherIsBetter, headline: true,
      "share of the cluster's allocatable memory not in use, mean over time",
      value: { $0.gauges.mean(.freeUsageMemory) }),
    MetricDefinition(
      "headroom.usage.memory.min", .share, .higherIsBetter,
      "free share of allocatable memory by use, at the worst moment",
      value: { $0.gauges.minimum(.freeUsageMemory) }),
    MetricDefinition(
      "headroom.request.cpu.mean", .share, .higherIsBetter, headline: true,
      "share of the cluster's allocatable cpu not requested by any pod, mean over time",
      value: { $0.gauges.mean(.freeRequestCPU) }),
    MetricDefinition(
      "headroom.request.cpu.min", .share, .higherIsBetter,
      "free share of allocatable cpu by requests, at the worst moment",
      value: { $0.gauges.minimum(.freeRequestCPU) }),
    MetricDefinition(
      "headroom.request.memory.mean", .share, .higherIsBetter, headline: true,
      "share of the cluster's allocatable memory not requested by any pod, mean over time",
      value: { $0.gauges.mean(.freeRequestMemory) }),
    MetricDefinition(
      "headroom.request.memory.min", .share, .higherIsBetter,
      "free share of allocatable memory by requests, at the worst moment",
      value: { $0.gauges.minimum(.freeRequestMemory) }),
    MetricDefinition(
      "headroom.allocation.cpu.mean", .share, .higherIsBetter,
      "share of the cluster's allocatable cpu not promised to guests (vCPUs, guest memory); negative when overcommitted, mean over time",
      value: { $0.gauges.mean(.freeAllocationCPU) }),
    MetricDefinition(
      "headroom.allocation.cpu.min", .share, .higherIsBetter,
      "share of allocatable cpu not promised to guests, at the worst moment",
      value: { $0.gauges.minimum(.freeAllocationCPU) }),
    MetricDefinition(
      "headroom.allocation.memory.mean", .share, .higherIsBetter,
      "share of the cluster's allocatable memory not promised to guests (vCPUs, guest memory); negative when overcommitted, mean over time",
      value: { $0.gauges.mean(.freeAllocationMemory) }),
    MetricDefinition(
      "headroom.allocation.memory.min", .share, .higherIsBetter,
      "share of allocatable memory not promised to guests, at the worst moment",
      value: { $0.gauges.minimum(.freeAllocationMemory) }),
    MetricDefinition(
      "headroom.n1.fits", .share, .higherIsBetter, headline: true,
      "share of the time in which every machine of any one lost node finds another node, under all placement rules; looked at 24 times a run, at least hourly",
      value: { $0.gauges.mean(.survivesNodeLoss) }),
    MetricDefinition(
      "headroom.n1.stranded.max", .count, .lowerIsBetter,
      "machines that find no node when the worst node is lost, at the worst moment",
      value: { $0.gauges.maximum(.strandedInWorstLoss) }),
    MetricDefinition(
      "headroom.fit.reference.mean", .count, .higherIsBetter,
      "further machines of 4 vCPU and 16 GiB that fit by requests, mean over time",
      value: { $0.gauges.mean(.referenceMachinesThatFit) }),
    MetricDefinition(
      "headroom.fit.largest.min", .bytes, .higherIsBetter,
      "largest memory request that one node still takes, at the worst moment",
      value: { $0.gauges.minimum(.largestFreeMemoryBytes) }),
  ]
}
