/// A container that KubeVirt puts beside the guest's: what it requests, and what it may take at most.
///
/// In a Guaranteed pod every container requests its limits. `supportContainerResources` of the installation replaces
/// single amounts. Source: kubevirt/kubevirt `serialconsolelog.go`, `container-disk.go`, `virtiofs`.
package struct SupportContainer: Sendable, Hashable {
  package var requestMillicores: Int64
  package var requestBytes: Int64
  package var limitMillicores: Int64
  package var limitBytes: Int64

  /// Follows the serial console: 5m and 35 MB, up to 15m and 60 MB.
  package static let consoleLog = SupportContainer(
    requestMillicores: 5, requestBytes: 35_000_000, limitMillicores: 15, limitBytes: 60_000_000)
  /// Serves a disk out of a container image: 1m and 1 MB, up to 10m and 40 MB.
  package static let containerDisk = SupportContainer(
    requestMillicores: 1, requestBytes: 1_000_000, limitMillicores: 10, limitBytes: 40_000_000)
  /// Shares a volume with the guest as a file system: 10m and 1 MB, up to 100m and 80 MB.
  package static let sharedFilesystem = SupportContainer(
    requestMillicores: 10, requestBytes: 1_000_000, limitMillicores: 100, limitBytes: 80_000_000)

  /// Ephemeral storage that each container of a container disk requests.
  package static let diskStorageBytes: Int64 = 50_000_000

  func millicores(isGuaranteed: Bool) -> Int64 { isGuaranteed ? limitMillicores : requestMillicores }
  func bytes(isGuaranteed: Bool) -> Int64 { isGuaranteed ? limitBytes : requestBytes }
}

/// What an installation gives to each kind of support container in launcher pods.
package struct SupportContainers: Sendable, Hashable {
  package var consoleLog = SupportContainer.consoleLog
  package var containerDisk = SupportContainer.containerDisk
  package var sharedFilesystem = SupportContainer.sharedFilesystem

  package init() {}
}

extension LauncherPod {
  /// Requests of the support containers of a machine, and the ephemeral storage among them.
  static func support(_ shape: LauncherShape, _ platform: LauncherPlatform)
    -> (millicores: Int64, memoryBytes: Int64, storageBytes: Int64)
  {
    let isGuaranteed = shape.isGuaranteed(platform.version)
    let logs = shape.logsSerialConsole ?? platform.logsSerialConsole
    let disks = platform.mountsImages ? 0 : Int64(clamping: min(shape.containerDisks, 1 << 20))
    let parts = [
      (platform.support.consoleLog, logs && !shape.traits.contains(.noSerialConsole) ? Int64(1) : 0),
      (platform.support.containerDisk, disks),
      (platform.support.sharedFilesystem, Int64(clamping: min(shape.sharedFilesystems, 1 << 20))),
    ]
    var (millicores, bytes) = (Int64(0), Int64(0))
    for (container, count) in parts where count > 0 {
      millicores = sum(millicores, scaled(container.millicores(isGuaranteed: isGuaranteed), count, 1))
      bytes = sum(bytes, scaled(container.bytes(isGuaranteed: isGuaranteed), count, 1))
    }
    return (millicores, bytes, disks * SupportContainer.diskStorageBytes)
  }
}
