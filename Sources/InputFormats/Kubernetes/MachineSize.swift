import ClusterModel

/// A machine's size and what else its launcher pod depends on: from the running instance, else the machine, else its
/// instance type.
struct MachineSize {
  var shape: LauncherShape
  var hasCPULimit: Bool
  var hasHostDevices = false
  /// What the instance type selects nodes by.
  var nodeSelector: [String: String] = [:]
  var origin: MachineOrigin.Size

  /// Nil where none of the three states memory.
  init?(_ machine: ReadMachine?, _ instance: ReadInstance?, _ read: CollectedObjects) {
    guard let spec = instance?.spec ?? machine?.spec else { return nil }
    shape = spec.shape
    let type = machine?.instanceType.flatMap { read.instanceTypes[$0.key] }
    if let memory = instance?.spec.guestMemoryBytes {
      origin = .instance
      shape.guestMemoryBytes = memory
    } else if let memory = machine?.spec.guestMemoryBytes {
      origin = .machine
      shape.guestMemoryBytes = memory
    } else if let type, !spec.hasUnreadableSize {
      origin = .instanceType
      shape.guestMemoryBytes = type.guestMemoryBytes
    } else {
      return nil
    }
    guard shape.guestMemoryBytes > 0 else { return nil }
    shape.vCPUs = spec.vCPUs ?? machine?.spec.vCPUs ?? type?.vCPUs ?? 1
    hasCPULimit = spec.hasCPULimit
    let preferred = machine?.preference.flatMap { read.graphicsPreferences[$0.key] }
    if spec.hasGraphicsDevice ?? preferred ?? true {
      shape.traits.remove(.noGraphics)
    } else {
      shape.traits.insert(.noGraphics)
    }
    guard origin == .instanceType, let type else { return }
    shape.statedMemoryBytes = shape.statedMemoryBytes ?? type.statedMemoryBytes
    shape.traits.formUnion(type.traits)
    if shape.hugepageSize.isEmpty { shape.hugepageSize = type.hugepageSize }
    if shape.cpuModel == nil { shape.cpuModel = type.cpuModel }
    shape.devices += type.devices
    nodeSelector = type.nodeSelector
    hasHostDevices = type.traits.contains(.vfio)
  }
}
