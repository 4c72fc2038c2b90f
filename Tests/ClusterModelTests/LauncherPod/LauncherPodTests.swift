import ClusterModel
import Testing

/// Reference values: KubeVirt's `GetMemoryOverhead` worked by hand for x86-64.
struct LauncherPodTests {
  static let mebibyte: Int64 = 1 << 20

  @Test(arguments: [
    (vCPUs: 4, stated: Int64(16) << 30 as Int64?, overhead: Int64(344)),
    (16, 64 << 30, 536),
    (2, nil, 296),
    (2, 4 << 30, 304),
    // No CPU counts as one: 240 + 8 + 8 + 32.
    (0, nil, 288),
  ])
  func `memory overhead is KubeVirt's`(vCPUs: Int, stated: Int64?, overhead: Int64) {
    #expect(LauncherPod.memoryOverheadBytes(vCPUs: vCPUs, statedMemoryBytes: stated) == overhead * Self.mebibyte)
  }

  @Test func `without a graphics device the overhead is 32 Mi less`() {
    let with = LauncherPod(vCPUs: 2, guestMemoryBytes: 4 << 30)
    let without = LauncherPod(vCPUs: 2, guestMemoryBytes: 4 << 30, hasGraphicsDevice: false)
    #expect(with.memoryRequestBytes - without.memoryRequestBytes == 32 * Self.mebibyte)
  }

  @Test func `a pod requests guest memory, overhead and 35 MB for the console log`() {
    let pod = LauncherPod(vCPUs: 2, guestMemoryBytes: 4 << 30)
    #expect(pod.memoryRequestBytes == 4096 * Self.mebibyte + 296 * Self.mebibyte + 35_000_000)
  }

  @Test(arguments: [(1, 100), (4, 400), (3, 300), (10, 1000)])
  func `at the default ratio of 10 a vCPU requests a tenth of a core, and the console log 5m`(vCPUs: Int, cpu: Int64) {
    #expect(LauncherPod(vCPUs: vCPUs, guestMemoryBytes: 1 << 30).cpuRequestMillicores == cpu + 5)
  }

  @Test func `a ratio of 1 requests whole cores and a stated request replaces the computed one`() {
    #expect(LauncherPod(vCPUs: 4, guestMemoryBytes: 1, cpuAllocationRatio: 1).cpuRequestMillicores == 4005)
    #expect(LauncherPod(vCPUs: 4, guestMemoryBytes: 1, statedCPUMillicores: 250).cpuRequestMillicores == 255)
    #expect(LauncherPod(vCPUs: 4, guestMemoryBytes: 1, cpuAllocationRatio: 0).cpuRequestMillicores == 4005)
  }

  @Test func `an overcommit of 150 percent requests two thirds of the guest's memory`() {
    let plain = LauncherPod(vCPUs: 1, guestMemoryBytes: 3 << 30)
    let over = LauncherPod(vCPUs: 1, guestMemoryBytes: 3 << 30, memoryOvercommitPercent: 150)
    #expect(plain.memoryRequestBytes - over.memoryRequestBytes == 1 << 30)
  }

  @Test func `a stated memory request ignores overcommit and adds page tables`() {
    let pod = LauncherPod(
      vCPUs: 4, guestMemoryBytes: 99 << 30, statedMemoryBytes: 16 << 30, memoryOvercommitPercent: 300)
    #expect(pod.memoryRequestBytes == (16 << 30) + 344 * Self.mebibyte + 35_000_000)
  }
}
