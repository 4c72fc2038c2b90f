import ClusterModel

/// A machine's size: from the running instance, else the machine, else its instance type.
struct MachineSize {
  var vCPUs: Int
  var guestMemoryBytes: Int64
  var statedCPUMillicores: Int64?
  var statedMemoryBytes: Int64?
  var hasGraphicsDevice: Bool
  var hasCPULimit: Bool
  var hasHostDevices = false
  var origin: MachineOrigin.Size

  /// Nil where none of the three states memory.
  init?(_ machine: ReadMachine?, _ instance: ReadInstance?, _ read: CollectedObjects) {
    guard let spec = instance?.spec ?? machine?.spec else { return nil }
    let type = machine?.instanceType.flatMap { read.instanceTypes[$0.key] }
    if let memory = instance?.spec.guestMemoryBytes {
      origin = .instance
      guestMemoryBytes = memory
    } else if let memory = machine?.spec.guestMemoryBytes {
      origin = .machine
      guestMemoryBytes = memory
    } else if let type, !spec.hasUnreadableSize {
      origin = .instanceType
      guestMemoryBytes = type.guestMemoryBytes
    } else {
      return nil
    }
    guard guestMemoryBytes > 0 else { return nil }
    vCPUs = spec.vCPUs ?? machine?.spec.vCPUs ?? type?.vCPUs ?? 1
    statedCPUMillicores = spec.statedCPUMillicores
    statedMemoryBytes = spec.statedMemoryBytes
    hasCPULimit = spec.hasCPULimit
    let preferred = machine?.preference.flatMap { read.graphicsPreferences[$0.key] }
    hasGraphicsDevice = spec.hasGraphicsDevice ?? preferred ?? true
    guard origin == .instanceType, let type else { return }
    statedMemoryBytes = statedMemoryBytes ?? type.statedMemoryBytes
    hasHostDevices = type.hasHostDevices
    if type.hasDedicatedCPUs {
      statedCPUMillicores = statedCPUMillicores ?? Int64(vCPUs) * 1000
      hasCPULimit = true
    }
  }

  /// The pod KubeVirt would create.
  func renderedPod(cpuAllocationRatio: Int, memoryOvercommitPercent: Int) -> LauncherPod {
    LauncherPod(
      vCPUs: vCPUs, guestMemoryBytes: guestMemoryBytes, statedCPUMillicores: statedCPUMillicores,
      statedMemoryBytes: statedMemoryBytes, cpuAllocationRatio: cpuAllocationRatio,
      memoryOvercommitPercent: memoryOvercommitPercent, hasGraphicsDevice: hasGraphicsDevice)
  }
}
