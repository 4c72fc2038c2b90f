/// kube-scheduler's NodeResourcesFit and NodeResourcesBalancedAllocation over cpu, memory and the pod count.
package enum NodeResourcesFit {
  /// A resource that the pod does not ask for is not checked; the pod count always is.
  @inline(__always)
  package static func refusal(
    cpuRequest: Int64, memoryRequest: Int64, freeMillicores: Int64, freeBytes: Int64, freePods: Int
  ) -> Refusal? {
    if freePods < 1 { return .tooManyPods }
    if cpuRequest > 0 && cpuRequest > freeMillicores {
      return .insufficientCPU(missingMillicores: cpuRequest - freeMillicores)
    }
    if memoryRequest > 0 && memoryRequest > freeBytes {
      return .insufficientMemory(missingBytes: memoryRequest - freeBytes)
    }
    return nil
  }

  /// The LeastAllocated strategy: the mean free percentage of cpu and memory after placing, in whole points.
  @inline(__always)
  package static func leastAllocatedScore(
    requestedMillicores: Int64, allocatableMillicores: Int64, requestedBytes: Int64, allocatableBytes: Int64
  ) -> Int64 {
    let cpu = freePercent(requested: requestedMillicores, allocatable: allocatableMillicores)
    let memory = freePercent(requested: requestedBytes, allocatable: allocatableBytes)
    return (cpu + memory) / 2
  }

  /// 100 points less the standard deviation of the requested shares: for two resources, half their distance.
  @inline(__always)
  package static func balancedAllocationScore(
    requestedMillicores: Int64, allocatableMillicores: Int64, requestedBytes: Int64, allocatableBytes: Int64
  ) -> Int64 {
    guard allocatableMillicores > 0, allocatableBytes > 0 else { return 0 }
    let cpu = min(1, Double(requestedMillicores) / Double(allocatableMillicores))
    let memory = min(1, Double(requestedBytes) / Double(allocatableBytes))
    return Int64((1 - abs(cpu - memory) / 2) * 100)
  }

  @inline(__always)
  private static func freePercent(requested: Int64, allocatable: Int64) -> Int64 {
    guard allocatable > 0, requested <= allocatable else { return 0 }
    // Memory in bytes times 100 stays below 2^63 up to 80 PiB a node.
    return (allocatable - requested) &* 100 / allocatable
  }
}
