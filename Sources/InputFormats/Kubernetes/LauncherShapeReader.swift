import ClusterModel

/// What a machine's spec says that changes its launcher pod; size, requests and graphics are read beside it.
struct LauncherShapeReader {
  let session: DecodingSession

  func read(_ parts: MachineSpecParts, annotations: SyntaxNode?, into result: inout ReadMachineSpec) {
    cpu(parts.cpu, into: &result.shape)
    memory(parts.memory, into: &result.shape)
    if let threads = mapping(parts.domain, "ioThreads")?["supplementalPoolThreadCount"]?.integer {
      result.shape.supplementalIOThreads = Int(min(max(0, threads), 100_000))
    }
    if annotations?["alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity"] != nil {
      result.shape.traits.insert(.evenParity)
    }
    resources(parts, into: &result.shape)
    attachments(parts, into: &result.shape)
    networks(parts, into: &result)
    supportContainers(parts, into: &result.shape)
    if let security = parts.launchSecurity { self.security(security, into: &result.shape) }
    enlightenments(mapping(parts.features, "hyperv"), into: &result.shape)
    result.shape.architecture = parts.spec["architecture"]?.present ?? ""
    result.shape.machineType = mapping(parts.domain, "machine")?["type"]?.present ?? ""
    if mapping(parts.spec, "readinessProbe")?["exec"] != nil { result.shape.execProbes += 1 }
    if mapping(parts.spec, "livenessProbe")?["exec"] != nil { result.shape.execProbes += 1 }
  }

  // What has another form than it should is reported by the readers beside this one.
  private func mapping(_ parent: SyntaxNode?, _ key: String) -> SyntaxNode? {
    parent?[key].flatMap { $0.kind == .mapping ? $0 : nil }
  }

  private func list(_ parent: SyntaxNode?, _ key: String) -> [SyntaxNode] {
    guard let list = parent?[key], list.kind == .sequence else { return [] }
    return Array(list.elements)
  }

  private func cpu(_ cpu: SyntaxNode?, into shape: inout LauncherShape) {
    guard let cpu else { return }
    if cpu["dedicatedCpuPlacement"]?.bool == true { shape.traits.insert(.dedicatedCPUs) }
    if cpu["isolateEmulatorThread"]?.bool == true { shape.traits.insert(.isolatedEmulator) }
    if let realtime = cpu["realtime"], realtime.kind == .mapping { shape.traits.insert(.realtime) }
    shape.cpuModel = cpu["model"]?.present.flatMap { $0.isEmpty ? nil : GuestCPUModel($0) }
    for feature in list(cpu, "features") {
      let policy = feature["policy"]?.present ?? ""
      if policy.isEmpty || policy == "require", let name = feature["name"]?.present {
        shape.requiredFeatures.append(name)
      }
    }
  }

  private func memory(_ memory: SyntaxNode?, into shape: inout LauncherShape) {
    guard let memory else { return }
    shape.hugepageSize = mapping(memory, "hugepages")?["pageSize"]?.present ?? ""
    if let added = mapping(memory, "reservedOverhead")?["addedOverhead"] {
      shape.reservedOverheadBytes = session.memoryBytes(added, "addedOverhead") ?? 0
    }
  }

  /// Guaranteed: cpu and memory are stated twice, the same.
  private func resources(_ parts: MachineSpecParts, into shape: inout LauncherShape) {
    guard let resources = parts.resources else { return }
    if resources["overcommitGuestOverhead"]?.bool == true { shape.traits.insert(.overcommittedOverhead) }
    let requests = parts.requests
    if let storage = requests?["ephemeral-storage"], storage.kind != .null {
      shape.statedStorageBytes = session.memoryBytes(storage, "ephemeral-storage") ?? 0
    }
    shape.statedResources = stated(requests, parts.limits)
    guard let limits = parts.limits else { return }
    func isSame(_ key: String) -> Bool {
      guard let limit = limits[key]?.present.flatMap({ try? Quantity($0) }) else { return false }
      return requests?[key]?.present.map { (try? Quantity($0)) == limit } ?? true
    }
    if limits["memory"]?.present != nil, requests?["memory"]?.present == nil { shape.traits.insert(.memoryLimitOnly) }
    if isSame("cpu"), isSame("memory") { shape.traits.insert(.guaranteed) }
  }

  /// Devices and the like that stand among requests, or among limits alone, go to the pod as they are.
  private func stated(_ requests: SyntaxNode?, _ limits: SyntaxNode?) -> ResourceAmounts {
    var result = ResourceAmounts()
    for resources in [requests, limits].compactMap(\.self) where resources.kind == .mapping {
      for (key, value) in resources.entries {
        guard let name = key.text, name.utf8.contains(UInt8(ascii: "/")), result[name] == nil,
          let amount = value.present.flatMap({ try? Quantity($0) }), amount.nanoUnits > 0
        else { continue }
        result[name] = amount
      }
    }
    return result
  }

  private func attachments(_ parts: MachineSpecParts, into shape: inout LauncherShape) {
    guard let devices = parts.devices else { return }
    if let tpm = devices["tpm"], tpm.kind == .mapping, tpm["enabled"]?.bool != false { shape.traits.insert(.tpm) }
    if devices["autoattachSerialConsole"]?.bool == false { shape.traits.insert(.noSerialConsole) }
    if devices["autoattachVSOCK"]?.bool == true { shape.traits.insert(.vsock) }
    shape.logsSerialConsole = devices["logSerialConsole"]?.bool
    for device in parts.hostDevices {
      shape.traits.insert(.vfio)
      if let name = device["deviceName"]?.present { shape.devices.append(name) }
    }
  }

  /// Volumes that come with a container of their own.
  private func supportContainers(_ parts: MachineSpecParts, into shape: inout LauncherShape) {
    let shared = list(parts.devices, "filesystems").compactMap { $0["name"]?.present }
    for volume in list(parts.spec, "volumes") {
      if mapping(volume, "containerDisk") != nil { shape.containerDisks += 1 }
      if !shared.isEmpty, let name = volume["name"]?.present, shared.contains(name) { shape.sharedFilesystems += 1 }
    }
    let kernel = mapping(mapping(mapping(parts.domain, "firmware"), "kernelBoot"), "container")
    if kernel?["image"]?.present?.isEmpty == false { shape.containerDisks += 1 }
  }

  /// A machine without interfaces gets one, virtio on the pod's network, unless it refuses.
  private func networks(_ parts: MachineSpecParts, into result: inout ReadMachineSpec) {
    if !parts.interfaces.isEmpty || parts.devices?["autoattachPodInterface"]?.bool == false {
      result.shape.traits.subtract(.usual)
    }
    for interface in parts.interfaces {
      if interface["sriov"] != nil {
        result.shape.traits.insert(.vfio)
        continue
      }
      result.shape.traits.insert(.interface)
      let model = interface["model"]?.present ?? "virtio"
      if model == "virtio" || model.isEmpty { result.shape.traits.insert(.virtioInterface) }
      if let binding = interface["binding"]?["name"]?.present { result.bindings.append(binding) }
    }
    for network in parts.networks {
      if let name = network["multus"]?["networkName"]?.present { result.attachedNetworks.append(name) }
    }
  }

  private func security(_ security: SyntaxNode, into shape: inout LauncherShape) {
    if let sev = security["sev"] {
      shape.security = sev["policy"]?["encryptedState"]?.bool == true ? .sevES : .sev
    } else if security["snp"] != nil {
      shape.security = .sevSNP
    } else {
      shape.security = security["tdx"] == nil ? .secureExecution : .tdx
    }
  }

  /// Those that KubeVirt looks for on the node; the others need nothing of it.
  private static let hostEnlightenments = [
    "vpindex", "runtime", "reset", "synic", "synictimer", "frequencies", "reenlightenment", "tlbflush", "ipi",
  ]

  private func enlightenments(_ hyperv: SyntaxNode?, into shape: inout LauncherShape) {
    guard let hyperv else { return }
    for (key, feature) in hyperv.entries {
      guard let name = key.text, feature.kind == .mapping, feature["enabled"]?.bool != false else { continue }
      if name == "evmcs" {
        shape.traits.insert(.evmcs)
      } else if Self.hostEnlightenments.contains(name) {
        shape.enlightenments.append(name)
      }
    }
    shape.enlightenments.sort()
  }
}
