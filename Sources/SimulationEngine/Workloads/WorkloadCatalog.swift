/// The workload types of the planning guide with their default profiles; dev/test has a building and an idle phase.
///
/// CPU, dirty-page and pause figures are low / typical / high per type. Grade A rests on published KubeVirt migrations
/// of MariaDB, Redis and a kernel build (KubeVirt enhancement 248), B on related QEMU and Java measurements, C on
/// reasoning alone. Network figures are reasoned (C) for every type.
package enum WorkloadCatalog {
  package static let all: [WorkloadProfile] = [
    WorkloadProfile(
      name: "general-purpose", summary: "web and application servers", grade: .b, pattern: .business,
      referenceVCPUs: 4, referenceMemoryGiB: 16, meanCPUPercent: Spread(5, 15, 35),
      cpuCoefficientOfVariation: Spread(0.4, 0.9, 1.5), dayPeakToTrough: Spread(1.5, 2, 3),
      memoryUsedPercent: Spread(35, 55, 80), hotSetPercentOfUsed: Spread(0.2, 2, 6),
      hotSetTimeConstantSeconds: Spread(1, 3, 5), coldDirtyMiBPerSecond: Spread(0.5, 3, 15),
      workingSetPercentOfUsed: Spread(5, 15, 40), networkMBPerBusyCoreSecond: 2, comfortablePauseMilliseconds: 500,
      availabilityPercent: 99.9, migrationAdvice: "live at any time"),
    WorkloadProfile(
      name: "database", summary: "relational and NoSQL databases", grade: .a, pattern: .business,
      referenceVCPUs: 8, referenceMemoryGiB: 32, meanCPUPercent: Spread(15, 35, 65),
      cpuCoefficientOfVariation: Spread(0.3, 0.6, 1), dayPeakToTrough: Spread(2, 3, 5),
      memoryUsedPercent: Spread(70, 85, 95), hotSetPercentOfUsed: Spread(1, 4, 15),
      hotSetTimeConstantSeconds: Spread(1, 4, 10), coldDirtyMiBPerSecond: Spread(2, 8, 35),
      workingSetPercentOfUsed: Spread(10, 30, 60), networkMBPerBusyCoreSecond: 3, comfortablePauseMilliseconds: 300,
      availabilityPercent: 99.95, migrationAdvice: "live in quiet hours"),
    WorkloadProfile(
      name: "realtime-analytics", summary: "operational dashboards, in-memory stores", grade: .a, pattern: .business,
      referenceVCPUs: 8, referenceMemoryGiB: 32, meanCPUPercent: Spread(25, 45, 70),
      cpuCoefficientOfVariation: Spread(0.2, 0.5, 0.9), dayPeakToTrough: Spread(1.5, 2, 4),
      memoryUsedPercent: Spread(60, 80, 95), hotSetPercentOfUsed: Spread(1, 3, 8),
      hotSetTimeConstantSeconds: Spread(0.3, 1.5, 5), coldDirtyMiBPerSecond: Spread(10, 35, 120),
      workingSetPercentOfUsed: Spread(15, 40, 80), networkMBPerBusyCoreSecond: 5, comfortablePauseMilliseconds: 200,
      availabilityPercent: 99.95, migrationAdvice: "live over a dedicated network"),
    WorkloadProfile(
      name: "ai-ml", summary: "training and inference on CPUs", grade: .c, pattern: .steady,
      referenceVCPUs: 16, referenceMemoryGiB: 64, meanCPUPercent: Spread(40, 80, 98),
      cpuCoefficientOfVariation: Spread(0.1, 0.4, 1), dayPeakToTrough: Spread(1, 1.1, 2),
      memoryUsedPercent: Spread(50, 75, 95), hotSetPercentOfUsed: Spread(3, 10, 50),
      hotSetTimeConstantSeconds: Spread(1, 3, 10), coldDirtyMiBPerSecond: Spread(5, 20, 100),
      workingSetPercentOfUsed: Spread(15, 40, 90), networkMBPerBusyCoreSecond: 1, comfortablePauseMilliseconds: 2000,
      availabilityPercent: 99, migrationAdvice: "long migrations; between jobs"),
    WorkloadProfile(
      name: "data-streaming", summary: "brokers and event-driven pipelines", grade: .c, pattern: .business,
      referenceVCPUs: 8, referenceMemoryGiB: 32, meanCPUPercent: Spread(15, 35, 60),
      cpuCoefficientOfVariation: Spread(0.2, 0.5, 1), dayPeakToTrough: Spread(1.5, 2.5, 4),
      memoryUsedPercent: Spread(70, 90, 97), hotSetPercentOfUsed: Spread(0.5, 1, 5),
      hotSetTimeConstantSeconds: Spread(0.5, 2, 4), coldDirtyMiBPerSecond: Spread(10, 60, 250),
      workingSetPercentOfUsed: Spread(20, 60, 95), networkMBPerBusyCoreSecond: 20, comfortablePauseMilliseconds: 500,
      availabilityPercent: 99.95, migrationAdvice: "live, never two at once"),
    WorkloadProfile(
      name: "batch", summary: "periodic jobs, mostly at night", grade: .b, pattern: .nightly,
      referenceVCPUs: 8, referenceMemoryGiB: 32, meanCPUPercent: Spread(20, 60, 95),
      cpuCoefficientOfVariation: Spread(0.5, 1, 2), dayPeakToTrough: Spread(2, 4, 10),
      memoryUsedPercent: Spread(40, 70, 90), hotSetPercentOfUsed: Spread(3, 10, 30),
      hotSetTimeConstantSeconds: Spread(3, 6, 12), coldDirtyMiBPerSecond: Spread(10, 40, 150),
      workingSetPercentOfUsed: Spread(20, 50, 80), networkMBPerBusyCoreSecond: 3, comfortablePauseMilliseconds: 5000,
      availabilityPercent: 99, migrationAdvice: "live while idle"),
    WorkloadProfile(
      name: "hpc", summary: "scientific simulation", grade: .c, pattern: .steady,
      referenceVCPUs: 16, referenceMemoryGiB: 64, meanCPUPercent: Spread(70, 95, 100),
      cpuCoefficientOfVariation: Spread(0.02, 0.1, 0.3), dayPeakToTrough: Spread(1, 1, 1.1),
      memoryUsedPercent: Spread(40, 75, 95), hotSetPercentOfUsed: Spread(5, 25, 85),
      hotSetTimeConstantSeconds: Spread(2, 5, 10), coldDirtyMiBPerSecond: Spread(1, 10, 50),
      workingSetPercentOfUsed: Spread(40, 70, 95), networkMBPerBusyCoreSecond: 2, comfortablePauseMilliseconds: 5000,
      availabilityPercent: 99, migrationAdvice: "cold, between runs"),
    WorkloadProfile(
      name: "edge-iot", summary: "sensor aggregation", grade: .b, pattern: .steady,
      referenceVCPUs: 2, referenceMemoryGiB: 4, meanCPUPercent: Spread(2, 8, 25),
      cpuCoefficientOfVariation: Spread(0.3, 0.8, 1.5), dayPeakToTrough: Spread(1, 1.2, 2),
      memoryUsedPercent: Spread(25, 45, 70), hotSetPercentOfUsed: Spread(0.3, 1, 4),
      hotSetTimeConstantSeconds: Spread(1, 2, 4), coldDirtyMiBPerSecond: Spread(0.1, 0.5, 3),
      workingSetPercentOfUsed: Spread(3, 10, 25), networkMBPerBusyCoreSecond: 1, comfortablePauseMilliseconds: 200,
      availabilityPercent: 99.9, migrationAdvice: "live at any time"),
    WorkloadProfile(
      name: "media-processing", summary: "encoding and streaming", grade: .c, pattern: .business,
      referenceVCPUs: 8, referenceMemoryGiB: 16, meanCPUPercent: Spread(40, 75, 98),
      cpuCoefficientOfVariation: Spread(0.2, 0.5, 1.2), dayPeakToTrough: Spread(1.5, 3, 6),
      memoryUsedPercent: Spread(25, 45, 70), hotSetPercentOfUsed: Spread(5, 12, 25),
      hotSetTimeConstantSeconds: Spread(0.3, 1, 2), coldDirtyMiBPerSecond: Spread(5, 15, 60),
      workingSetPercentOfUsed: Spread(13, 20, 40), networkMBPerBusyCoreSecond: 15, comfortablePauseMilliseconds: 40,
      availabilityPercent: 99.9, migrationAdvice: "live between jobs"),
    WorkloadProfile(
      name: "dev-test-building", summary: "development machines that build during office hours", grade: .a,
      pattern: .officeHours, referenceVCPUs: 4, referenceMemoryGiB: 8, meanCPUPercent: Spread(40, 80, 100),
      cpuCoefficientOfVariation: Spread(0.5, 1, 2), dayPeakToTrough: Spread(3, 6, 12),
      memoryUsedPercent: Spread(25, 45, 75), hotSetPercentOfUsed: Spread(10, 25, 35),
      hotSetTimeConstantSeconds: Spread(1, 3, 8), coldDirtyMiBPerSecond: Spread(10, 25, 60),
      workingSetPercentOfUsed: Spread(26, 35, 50), networkMBPerBusyCoreSecond: 1, comfortablePauseMilliseconds: 2000,
      availabilityPercent: 99, migrationAdvice: "live outside builds"),
    WorkloadProfile(
      name: "dev-test-idle", summary: "development machines at rest", grade: .a, pattern: .steady,
      referenceVCPUs: 4, referenceMemoryGiB: 8, meanCPUPercent: Spread(1, 3, 8),
      cpuCoefficientOfVariation: Spread(1, 2.5, 5), dayPeakToTrough: Spread(3, 6, 12),
      memoryUsedPercent: Spread(25, 45, 75), hotSetPercentOfUsed: Spread(0.1, 0.2, 1),
      hotSetTimeConstantSeconds: Spread(2, 3, 3), coldDirtyMiBPerSecond: Spread(0.02, 0.2, 1),
      workingSetPercentOfUsed: Spread(2, 5, 15), networkMBPerBusyCoreSecond: 1, comfortablePauseMilliseconds: 2000,
      availabilityPercent: 99, migrationAdvice: "live at any time"),
  ]

  package static let defaultName = "general-purpose"

  package static func index(of name: String) -> Int? { all.firstIndex { $0.name == name } }
}
