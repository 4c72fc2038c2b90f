import ClusterModel
import Testing

/// Containers that KubeVirt puts beside the guest's, each with requests of its own.
struct SupportContainerTests {
  private func added(
    guaranteed: Bool = false, on platform: LauncherPlatform = LauncherPlatform(),
    _ change: (inout LauncherShape) -> Void
  ) -> [Int64] {
    var shape = LauncherShape(vCPUs: 4, guestMemoryBytes: 4 << 30)
    if guaranteed { shape.traits.insert(.dedicatedCPUs) }
    let before = LauncherPod(shape, on: platform)
    change(&shape)
    let after = LauncherPod(shape, on: platform)
    func storage(_ pod: LauncherPod) -> Int64 { pod.extraRequests["ephemeral-storage"]?.wholeUnits ?? 0 }
    return [
      after.cpuRequestMillicores - before.cpuRequestMillicores, after.memoryRequestBytes - before.memoryRequestBytes,
      storage(after) - storage(before),
    ]
  }

  @Test func `a container disk requests 1m, 1 MB and 50 MB of storage, its limits when Guaranteed`() {
    #expect(added { $0.containerDisks = 1 } == [1, 1_000_000, 50_000_000])
    #expect(added { $0.containerDisks = 3 } == [3, 3_000_000, 150_000_000])
    #expect(added(guaranteed: true) { $0.containerDisks = 2 } == [20, 80_000_000, 100_000_000])
  }

  @Test func `a shared file system requests 10m and 1 MB, its limits when Guaranteed`() {
    #expect(added { $0.sharedFilesystems = 2 } == [20, 2_000_000, 0])
    #expect(added(guaranteed: true) { $0.sharedFilesystems = 1 } == [100, 80_000_000, 0])
  }

  @Test func `images that are mounted need no container`() {
    var platform = LauncherPlatform()
    platform.mountsImages = true
    #expect(added(on: platform) { $0.containerDisks = 2 } == [0, 0, 0])
  }

  @Test func `the installation replaces single amounts, and Guaranteed pods take its limits`() {
    var platform = LauncherPlatform()
    platform.support.containerDisk.requestMillicores = 7
    platform.support.containerDisk.limitBytes = 99
    #expect(added(on: platform) { $0.containerDisks = 1 } == [7, 1_000_000, 50_000_000])
    #expect(added(guaranteed: true, on: platform) { $0.containerDisks = 1 } == [10, 99, 50_000_000])
    platform.support.consoleLog.requestBytes = 1
    #expect(added(on: platform) { $0.logsSerialConsole = false } == [-5, -1, 0])
  }

  @Test func `absurd counts add up to the largest number and no further`() {
    var platform = LauncherPlatform()
    platform.support.containerDisk.requestBytes = .max
    var shape = LauncherShape(vCPUs: 1, guestMemoryBytes: 1 << 30)
    shape.containerDisks = .max
    #expect(LauncherPod(shape, on: platform).memoryRequestBytes == .max)
    shape.containerDisks = -1
    #expect(LauncherPod(shape).extraRequests == LauncherPod.usualRequests)
  }
}
