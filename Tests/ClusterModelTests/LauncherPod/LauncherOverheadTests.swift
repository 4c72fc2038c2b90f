import ClusterModel
import Testing

/// Each part of KubeVirt's `GetMemoryOverhead`, one at a time, against the figures of its source.
struct LauncherOverheadTests {
  private static let mebibyte: Int64 = 1 << 20
  private static let plain = LauncherShape(vCPUs: 2, guestMemoryBytes: 4 << 30)

  private func overhead(
    _ version: KubeVirtVersion = .newest, architecture: String = "amd64", _ change: (inout LauncherShape) -> Void
  ) -> Int64 {
    var shape = Self.plain
    change(&shape)
    var platform = LauncherPlatform()
    platform.version = version
    platform.architecture = architecture
    return LauncherPod.memoryOverheadBytes(shape, platform) / Self.mebibyte
  }

  @Test(arguments: [
    (4, Int64(16) << 30, Int64(344)), (16, 64 << 30, 536), (2, 4 << 30, 304), (1, 1 << 30, 290), (8, 32 << 30, 408),
  ])
  func `with a stated request page tables take a 512th of it`(vCPUs: Int, stated: Int64, mebibytes: Int64) {
    let found = overhead {
      $0.vCPUs = vCPUs
      $0.statedMemoryBytes = stated
    }
    #expect(found == mebibytes)
  }

  @Test func `a guest alone has page tables up to 1.4, where the webhook states its request, and none since`() {
    #expect(overhead(KubeVirtVersion(1, 4)) { _ in } == 304)
    #expect(overhead(KubeVirtVersion(1, 2)) { _ in } == 304)
    #expect(overhead(KubeVirtVersion(1, 5)) { _ in } == 296)
    #expect(overhead { _ in } == 296)
    var platform = LauncherPlatform()
    platform.version = KubeVirtVersion(1, 4)
    platform.memoryOvercommitPercent = 200
    #expect(LauncherPod.memoryOverheadBytes(Self.plain, platform) == 300 * Self.mebibyte, "the request is halved")
    #expect(
      LauncherPod(Self.plain, on: platform).memoryRequestBytes == (2048 + 300) * Self.mebibyte + 35_000_000)
  }

  @Test func `a memory limit alone is a request to the webhook of 1.4 and to the renderer since`() {
    func limited(_ version: KubeVirtVersion) -> Int64 {
      overhead(version) {
        $0.statedMemoryBytes = 4 << 30
        $0.traits.insert([.memoryLimitOnly, .guaranteed])
      }
    }
    #expect(limited(KubeVirtVersion(1, 4)) == 304 + 100 && limited(KubeVirtVersion(1, 5)) == 296)
  }

  @Test func `each addition is KubeVirt's`() {
    #expect(overhead { $0.traits.insert(.noGraphics) } == 296 - 32)
    #expect(overhead { $0.architecture = "arm64" } == 296 + 128)
    #expect(overhead(architecture: "arm64") { _ in } == 296 + 128)
    #expect(overhead(architecture: "arm64") { $0.architecture = "amd64" } == 296)
    #expect(overhead { $0.traits.insert(.vfio) } == 296 + 1024)
    #expect(overhead { $0.traits.insert(.downwardMetrics) } == 296 + 1)
    #expect(overhead { $0.execProbes = 1 } == 296 + 110)
    #expect(overhead { $0.execProbes = 2 } == 296 + 120)
    #expect(overhead { $0.security = .sev } == 296 + 256)
    #expect(overhead { $0.security = .sevSNP } == 296 + 256)
    #expect(overhead { $0.security = .tdx } == 296)
    #expect(overhead { $0.traits.insert(.tpm) } == 296 + 53)
    #expect(overhead { $0.traits.insert(.dedicatedCPUs) } == 296 + 100)
    #expect(overhead { $0.traits.insert(.guaranteed) } == 296 + 100)
    #expect(overhead { $0.traits.insert([.guaranteed, .dedicatedCPUs]) } == 296 + 100, "once for both")
    #expect(overhead { $0.vCPUs = 0 } == 296 - 8, "no CPU counts as one")
  }

  @Test func `a reserved overhead counts from 1.9`() {
    #expect(overhead { $0.reservedOverheadBytes = 64 << 20 } == 296 + 64)
    #expect(overhead(KubeVirtVersion(1, 8)) { $0.reservedOverheadBytes = 64 << 20 } == 296)
  }

  @Test func `the ratio multiplies all of it in whole kilobytes, and sidecars come after`() {
    var platform = LauncherPlatform()
    platform.overheadRatio = 1.5
    var shape = Self.plain
    let bytes = LauncherPod.memoryOverheadBytes(shape, platform)
    let plain = 296 * Self.mebibyte
    #expect(bytes == plain + (plain + 999) / 1000 / 2 * 1000)
    shape.sidecarMemoryBytes = 1000
    shape.sidecarMillicores = 7
    let pod = LauncherPod(shape, on: platform)
    #expect(pod.memoryRequestBytes == 4 << 30 + bytes + 1000 + 35_000_000)
    #expect(pod.cpuRequestMillicores == 200 + 5 + 7)
  }

  @Test func `no figure is too large to be counted`() {
    var shape = LauncherShape(vCPUs: 1 << 40, guestMemoryBytes: .max)
    shape.statedMemoryBytes = .max
    shape.reservedOverheadBytes = .max
    shape.sidecarMemoryBytes = .max
    shape.execProbes = .max
    var platform = LauncherPlatform()
    platform.overheadRatio = 1e6
    platform.memoryOvercommitPercent = 1
    #expect(LauncherPod(shape, on: platform).memoryRequestBytes == .max)
    shape.statedMemoryBytes = nil
    shape.hugepageSize = "1Gi"
    platform.version = KubeVirtVersion(1, 4)
    #expect(LauncherPod(shape, on: platform).memoryRequestBytes > 0)
  }

  @Test func `versions are read as they are written`() {
    #expect(KubeVirtVersion("v1.5.3") == KubeVirtVersion(1, 5))
    #expect(KubeVirtVersion("1.10.0-rc.1-14-gabcdef") == KubeVirtVersion(1, 10))
    #expect(KubeVirtVersion("1.4") == KubeVirtVersion(1, 4))
    for text in ["", "v", "latest", "1", "v1.", "1.99999999999999999999", "-1.2", "sha256:1.2"] {
      #expect(KubeVirtVersion(text) == nil, "\(text)")
    }
    #expect(KubeVirtVersion(1, 10) > KubeVirtVersion(1, 9) && KubeVirtVersion(1, 4).statesMemoryRequests)
    let pairs = [
      ("1.12.0", 2), ("1.13.1", 3), ("1.14.0", 4), ("1.18.2", 8), ("4.16.3", 2), ("4.18.0", 4), ("4.22.1", 8),
    ]
    for (operatorVersion, minor) in pairs {
      #expect(KubeVirtVersion(hyperConverged: operatorVersion) == KubeVirtVersion(1, minor), "\(operatorVersion)")
    }
    #expect(KubeVirtVersion(hyperConverged: "1.9.0") == nil && KubeVirtVersion(hyperConverged: "3.20") == nil)
  }
}
