/// The virt-launcher pod that KubeVirt renders for a machine: what it asks the scheduler for.
///
/// CPU request = vCPUs / allocation ratio. Memory request = guest × 100 / overcommit + overhead, where
/// overhead = 240 MiB of launcher processes + 8 MiB × vCPUs + 8 MiB I/O thread + 32 MiB graphics device
/// + requests.memory / 512 for page tables, the last only if the machine states a memory request of its own.
/// Plus the guest-console-log container, 5m and 35 MB. Source: kubevirt/kubevirt `renderresources.go`,
/// `hypervisorbackend.go`, `serialconsolelog.go` (v1.5 and later).
package struct LauncherPod: Sendable, Equatable {
  package var cpuRequestMillicores: Int64
  package var memoryRequestBytes: Int64

  /// KubeVirt's default `cpuAllocationRatio`.
  package static let defaultCPUAllocationRatio = 10
  package static let consoleLogMillicores: Int64 = 5
  package static let consoleLogBytes: Int64 = 35_000_000

  /// - Parameters:
  ///   - statedCPUMillicores: the machine's own `resources.requests.cpu`, which replaces the computed one.
  ///   - statedMemoryBytes: the machine's own `resources.requests.memory`.
  ///   - memoryOvercommitPercent: `memoryOvercommitPercentage`; 150 requests two thirds of the guest's memory.
  package init(
    vCPUs: Int, guestMemoryBytes: Int64, statedCPUMillicores: Int64? = nil, statedMemoryBytes: Int64? = nil,
    cpuAllocationRatio: Int = defaultCPUAllocationRatio, memoryOvercommitPercent: Int = 100,
    hasGraphicsDevice: Bool = true
  ) {
    let cpu = statedCPUMillicores ?? Int64(vCPUs) * 1000 / Int64(max(1, cpuAllocationRatio))
    cpuRequestMillicores = cpu + Self.consoleLogMillicores
    let memory = statedMemoryBytes ?? Self.scaled(guestMemoryBytes, 100, memoryOvercommitPercent)
    memoryRequestBytes =
      memory + Self.consoleLogBytes
      + Self.memoryOverheadBytes(
        vCPUs: vCPUs, statedMemoryBytes: statedMemoryBytes, hasGraphicsDevice: hasGraphicsDevice)
  }

  /// KubeVirt's `GetMemoryOverhead` for an x86-64 machine without host devices.
  package static func memoryOverheadBytes(vCPUs: Int, statedMemoryBytes: Int64?, hasGraphicsDevice: Bool = true)
    -> Int64
  {
    let mebibyte: Int64 = 1 << 20
    let processes = 240 * mebibyte
    let perCPU = 8 * mebibyte * Int64(max(1, vCPUs)) + 8 * mebibyte
    return processes + perCPU + (hasGraphicsDevice ? 32 * mebibyte : 0) + (statedMemoryBytes ?? 0) / 512
  }

  private static func scaled(_ bytes: Int64, _ numerator: Int64, _ denominator: Int) -> Int64 {
    let (high, low) = bytes.multipliedFullWidth(by: numerator)
    return Int64(max(1, denominator)).dividingFullWidth((high, low)).quotient
  }
}
