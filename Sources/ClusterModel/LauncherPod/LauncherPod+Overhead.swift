/// KubeVirt's `GetMemoryOverhead`: what a machine takes of its node's memory besides the guest's.
extension LauncherPod {
  private static let mebibyte: Int64 = 1 << 20
  /// Launcher monitor 25, virt-launcher 100, virtlogd 25, virtqemud 40, QEMU 50.
  private static let processes = 240 * mebibyte

  /// Overhead before the sidecars, in bytes.
  ///
  /// Page tables (the stated request / 512; up to 1.4 the webhook states one for every machine) + processes + 8 MiB for
  /// each vCPU and one I/O thread + 32 MiB of graphics memory; then what the machine has of its own; all times the
  /// installation's ratio. Source: kubevirt/kubevirt `pkg/hypervisor/kvm/hypervisorbackend.go`.
  package static func memoryOverheadBytes(_ shape: LauncherShape, _ platform: LauncherPlatform) -> Int64 {
    let traits = shape.traits
    var mebibytes: Int64 = 8 * Int64(min(max(1, shape.vCPUs), 1 << 30)) + 8
    if !traits.contains(.noGraphics) { mebibytes += 32 }
    if isARM(shape, platform) { mebibytes += 128 }
    if traits.contains(.vfio) { mebibytes += 1024 }
    if traits.contains(.downwardMetrics) { mebibytes += 1 }
    if shape.execProbes > 0 { mebibytes += 10 * Int64(min(shape.execProbes, 1000)) + 100 }
    switch shape.security {
    case .sev, .sevES, .sevSNP: mebibytes += 256
    case .tdx, .secureExecution, nil: break
    }
    if traits.contains(.tpm) { mebibytes += 53 }
    if shape.isGuaranteed(platform.version) { mebibytes += 100 }
    var bytes = sum(processes + mebibytes * mebibyte, pageTableBasis(shape, platform) / 512)
    if platform.version.knowsReservedOverhead { bytes = sum(bytes, max(0, shape.reservedOverheadBytes)) }
    return multiplied(bytes, by: platform.overheadRatio)
  }

  /// The overhead of an x86-64 machine without devices of its host.
  package static func memoryOverheadBytes(vCPUs: Int, statedMemoryBytes: Int64?, hasGraphicsDevice: Bool = true)
    -> Int64
  {
    var shape = LauncherShape(vCPUs: vCPUs, guestMemoryBytes: 0)
    shape.statedMemoryBytes = statedMemoryBytes
    if !hasGraphicsDevice { shape.traits.insert(.noGraphics) }
    return memoryOverheadBytes(shape, LauncherPlatform())
  }

  private static func pageTableBasis(_ shape: LauncherShape, _ platform: LauncherPlatform) -> Int64 {
    let isStatedByWebhook = platform.version.statesMemoryRequests
    if let stated = shape.statedMemoryBytes, isStatedByWebhook || !shape.traits.contains(.memoryLimitOnly) {
      return stated
    }
    guard isStatedByWebhook else { return 0 }
    return scaled(shape.guestMemoryBytes, 100, platform.memoryOvercommitPercent)
  }

  static func isARM(_ shape: LauncherShape, _ platform: LauncherPlatform) -> Bool {
    (shape.architecture.isEmpty ? platform.architecture : shape.architecture).lowercased() == "arm64"
  }

  /// The addition is in whole kilobytes, as KubeVirt multiplies.
  private static func multiplied(_ bytes: Int64, by ratio: Double) -> Int64 {
    guard ratio != 1, ratio.isFinite, ratio >= 0, ratio <= 1e6 else { return bytes }
    let kilobytes = (bytes / 1000) + (bytes % 1000 == 0 ? 0 : 1)
    let addition = (Double(kilobytes) * (ratio - 1)).rounded(.towardZero)
    guard addition < 9e15 else { return .max }
    return sum(bytes, Int64(addition) * 1000)
  }
}
