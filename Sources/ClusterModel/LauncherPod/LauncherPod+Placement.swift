/// Devices, node labels and pod labels that KubeVirt adds to what a machine states.
extension LauncherPod {
  /// Ephemeral storage that every launcher requests.
  package static let storageBytes: Int64 = 50_000_000

  static func extraRequests(_ shape: LauncherShape, _ platform: LauncherPlatform) -> ResourceAmounts {
    let isUsual = shape.traits.isSuperset(of: .usual) && !shape.traits.contains(.vsock) && shape.devices.isEmpty
    if isUsual, !platform.usesEmulation, shape.statedStorageBytes == 0, shape.hugepageSize.isEmpty,
      shape.security == nil, shape.statedResources.isEmpty
    {
      return usualRequests
    }
    var result = shape.statedResources
    result["ephemeral-storage"] = Quantity(whole: sum(storageBytes, max(0, shape.statedStorageBytes)))
    func take(_ device: String, where isNeeded: Bool) {
      if isNeeded { result.add(ResourceAmounts([(device, Quantity(whole: 1))])) }
    }
    take("devices.kubevirt.io/kvm", where: !platform.usesEmulation)
    take("devices.kubevirt.io/tun", where: shape.traits.contains(.interface))
    take("devices.kubevirt.io/vhost-net", where: shape.traits.contains(.virtioInterface) && !platform.usesEmulation)
    take("devices.kubevirt.io/vhost-vsock", where: shape.traits.contains(.vsock))
    switch shape.security {
    case .sev, .sevES, .sevSNP: take("devices.kubevirt.io/sev", where: true)
    case .tdx: take("devices.kubevirt.io/tdx", where: true)
    case .secureExecution, nil: break
    }
    if !shape.hugepageSize.isEmpty {
      result["hugepages-\(shape.hugepageSize)"] = Quantity(whole: shape.guestMemoryBytes)
    }
    for device in shape.devices where !device.isEmpty { take(device, where: true) }
    return result
  }

  /// What nearly all machines ask for; one array in memory for all of them.
  package static let usualRequests = ResourceAmounts([
    ("devices.kubevirt.io/kvm", Quantity(whole: 1)), ("devices.kubevirt.io/tun", Quantity(whole: 1)),
    ("devices.kubevirt.io/vhost-net", Quantity(whole: 1)), ("ephemeral-storage", Quantity(whole: storageBytes)),
  ])

  /// Whether KubeVirt asks for this of its own accord, so that a list of nodes from elsewhere may lack it.
  package static func isPlatformResource(_ name: String) -> Bool {
    name == "ephemeral-storage" || name.hasPrefix("devices.kubevirt.io/")
  }

  /// Labels that KubeVirt gives to nodes; a machine's pod may ask for them where nodes carry any of the same family.
  package enum LabelFamily: String, CaseIterable, Sendable {
    case schedulable = "kubevirt.io/schedulable"
    case architecture = "kubernetes.io/arch"
    case machineType = "machine-type.node.kubevirt.io/"
    case cpuModel = "cpu-model.node.kubevirt.io/"
    case cpuModelMigration = "cpu-model-migration.node.kubevirt.io/"
    case cpuFeature = "cpu-feature.node.kubevirt.io/"
    case cpuVendor = "cpu-vendor.node.kubevirt.io/"
    case cpuManager = "cpumanager"
    case kubeVirtCPUManager = "kubevirt.io/cpumanager"
    case enlightenment = "hyperv.node.kubevirt.io/"
    case tscFrequency = "scheduling.node.kubevirt.io/tsc-frequency-"
    case realtime = "kubevirt.io/realtime"
    case sev = "kubevirt.io/sev"
    case tdx = "kubevirt.io/tdx"
    case secureExecution = "kubevirt.io/secure-execution"

    /// Families that any of these labels belong to, without those known already.
    package static func families(of labels: some Sequence<String>, besides known: Set<LabelFamily> = [])
      -> Set<LabelFamily>
    {
      var result: Set<LabelFamily> = []
      for label in labels {
        for family in allCases where !known.contains(family) && !result.contains(family) && family.holds(label) {
          result.insert(family)
        }
      }
      return result
    }

    /// Families with an open end hold all labels that begin so, the rest their own and its variants.
    private func holds(_ label: String) -> Bool {
      switch self {
      case .sev: label == rawValue || label.hasPrefix(rawValue + "-")
      case .machineType, .cpuModel, .cpuModelMigration, .cpuFeature, .cpuVendor, .enlightenment, .tscFrequency:
        label.hasPrefix(rawValue)
      default: label == rawValue
      }
    }
  }

  /// Labels a node must carry, besides those that the machine itself selects by and wins over these.
  ///
  /// - Parameter families: those that nodes carry at all; other platforms label their nodes otherwise or not.
  package static func nodeSelector(
    _ shape: LauncherShape, on platform: LauncherPlatform, families: Set<LabelFamily>
  ) -> [String: String] {
    if families.isEmpty { return platform.nodeSelector }
    var result: [String: String] = [:]
    func want(_ family: LabelFamily, _ rest: String = "", _ value: String = "true") {
      if families.contains(family) { result[family.rawValue + rest] = value }
    }
    want(.schedulable)
    want(
      .architecture, "", (shape.architecture.isEmpty ? platform.architecture : shape.architecture).lowercased())
    if !shape.machineType.isEmpty { want(.machineType, shape.machineType) }
    if case .named(let model) = shape.cpuModel ?? platform.cpuModel { want(.cpuModel, model) }
    for feature in shape.requiredFeatures { want(.cpuFeature, feature) }
    if shape.traits.contains(.dedicatedCPUs) {
      want(families.contains(.kubeVirtCPUManager) ? .kubeVirtCPUManager : .cpuManager)
    }
    if platform.checksEnlightenments {
      for enlightenment in shape.enlightenments { want(.enlightenment, enlightenment) }
      if shape.traits.contains(.evmcs) { want(.cpuVendor, "Intel") }
    }
    if let frequency = shape.tscFrequency { want(.tscFrequency, String(frequency)) }
    if shape.traits.contains(.realtime) { want(.realtime) }
    switch shape.security {
    case .sev: want(.sev)
    case .sevES: want(.sev, "-es")
    case .sevSNP: want(.sev, "-snp")
    case .tdx: want(.tdx)
    case .secureExecution: want(.secureExecution)
    case nil: break
    }
    return platform.nodeSelector.isEmpty ? result : result.merging(platform.nodeSelector) { _, stated in stated }
  }

  /// Labels of KubeVirt's own that a launcher or an instance carries and that no selector is written for.
  package static let volatileLabels: Set<String> = [
    "kubevirt.io", "vm.kubevirt.io/name", "kubevirt.io/created-by", "kubevirt.io/nodeName",
    "kubevirt.io/migrationJobUID",
    "kubevirt.io/migrationTargetNodeName", "kubevirt.io/outdatedLauncherImage",
  ]

  /// Labels that a launcher carries beside those of its machine.
  package static func labels(ofMachine name: String) -> [String: String] {
    ["kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": name]
  }
}

extension Quantity {
  init(whole units: Int64) { self.init(nanoUnits: Int128(units) * 1_000_000_000) }
}
