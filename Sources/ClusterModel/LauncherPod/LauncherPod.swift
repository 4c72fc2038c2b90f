/// The virt-launcher pod that KubeVirt renders for a machine: what it asks the scheduler for.
///
/// CPU request = (vCPUs + supplemental I/O threads) / allocation ratio unless the machine states one of its own; with
/// dedicated CPUs their number, plus one or two for an isolated emulator. Memory request = stated, else
/// guest × 100 / overcommit, plus `memoryOverheadBytes`; with huge pages the guest is in those. Plus the
/// support containers: the console's log, container disks, shared file systems (`SupportContainer`).
/// Source: kubevirt/kubevirt `renderresources.go`, `hypervisorbackend.go`, `template.go`.
package struct LauncherPod: Sendable, Equatable {
  package var cpuRequestMillicores: Int64
  package var memoryRequestBytes: Int64
  /// Besides cpu and memory: ephemeral-storage, huge pages, KubeVirt's devices, GPUs, host devices, networks.
  package var extraRequests: ResourceAmounts

  /// KubeVirt's default `cpuAllocationRatio`.
  package static let defaultCPUAllocationRatio = 10
  package static let consoleLogMillicores = SupportContainer.consoleLog.requestMillicores
  package static let consoleLogBytes = SupportContainer.consoleLog.requestBytes

  package init(_ shape: LauncherShape, on platform: LauncherPlatform = LauncherPlatform()) {
    let cpu = Self.cpuMillicores(shape, platform)
    let overhead = Self.memoryOverheadBytes(shape, platform)
    let request = Self.guestRequestBytes(shape, platform)
    var memory: Int64
    if shape.hugepageSize.isEmpty {
      memory = shape.traits.contains(.overcommittedOverhead) ? request : Self.sum(request, overhead)
    } else {
      memory = Self.sum(overhead, max(0, request - shape.guestMemoryBytes))
    }
    let support = Self.support(shape, platform)
    cpuRequestMillicores = Self.sum(Self.sum(cpu, support.millicores), shape.sidecarMillicores)
    memoryRequestBytes = Self.sum(Self.sum(memory, support.memoryBytes), shape.sidecarMemoryBytes)
    extraRequests = Self.extraRequests(shape, platform)
    if support.storageBytes > 0 {
      extraRequests.add(ResourceAmounts([("ephemeral-storage", Quantity(whole: support.storageBytes))]))
    }
  }

  /// A machine of which only the size is known.
  ///
  /// - Parameters:
  ///   - statedCPUMillicores: the machine's own `resources.requests.cpu`, which replaces the computed one.
  ///   - statedMemoryBytes: the machine's own `resources.requests.memory`.
  ///   - memoryOvercommitPercent: `memoryOvercommitPercentage`; 150 requests two thirds of the guest's memory.
  package init(
    vCPUs: Int, guestMemoryBytes: Int64, statedCPUMillicores: Int64? = nil, statedMemoryBytes: Int64? = nil,
    cpuAllocationRatio: Int = defaultCPUAllocationRatio, memoryOvercommitPercent: Int = 100,
    hasGraphicsDevice: Bool = true
  ) {
    var shape = LauncherShape(vCPUs: vCPUs, guestMemoryBytes: guestMemoryBytes)
    shape.statedCPUMillicores = statedCPUMillicores
    shape.statedMemoryBytes = statedMemoryBytes
    if !hasGraphicsDevice { shape.traits.insert(.noGraphics) }
    var platform = LauncherPlatform()
    platform.cpuAllocationRatio = cpuAllocationRatio
    platform.memoryOvercommitPercent = memoryOvercommitPercent
    self.init(shape, on: platform)
  }

  /// An isolated emulator takes one CPU more, or two where the annotation asks for an even number.
  private static func cpuMillicores(_ shape: LauncherShape, _ platform: LauncherPlatform) -> Int64 {
    let threads = Int64(min(shape.vCPUs, 1 << 40)) + Int64(min(shape.supplementalIOThreads, 1 << 40))
    guard shape.traits.contains(.dedicatedCPUs) else {
      return shape.statedCPUMillicores ?? threads * 1000 / Int64(max(1, platform.cpuAllocationRatio))
    }
    guard shape.traits.contains(.isolatedEmulator) else { return threads * 1000 }
    return (threads + (shape.traits.contains(.evenParity) && threads % 2 == 0 ? 2 : 1)) * 1000
  }

  /// The request before overhead; huge pages hold the whole guest whatever the overcommit.
  private static func guestRequestBytes(_ shape: LauncherShape, _ platform: LauncherPlatform) -> Int64 {
    shape.statedMemoryBytes
      ?? (shape.hugepageSize.isEmpty
        ? scaled(shape.guestMemoryBytes, 100, platform.memoryOvercommitPercent) : shape.guestMemoryBytes)
  }

  static func scaled(_ bytes: Int64, _ numerator: Int64, _ denominator: Int) -> Int64 {
    Int64(clamping: Int128(bytes) * Int128(numerator) / Int128(max(1, denominator)))
  }

  /// The sum, which stops at the largest number.
  static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }
}
