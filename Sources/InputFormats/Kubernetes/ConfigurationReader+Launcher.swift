import ClusterModel

/// What an installation says about the launcher pods of all machines; nil where it says nothing.
struct LauncherSettings: Sendable {
  var version: KubeVirtVersion?
  var overheadRatio: Double?
  var logsSerialConsole: Bool?
  var support: SupportContainers?
  var mountsImages: Bool?
  var usesEmulation: Bool?
  var checksEnlightenments: Bool?
  var architecture: String?
  var cpuModel: GuestCPUModel?
  var nodeSelector: [String: String] = [:]
  /// Memory that a network binding plugin's sidecar requests, by name of the plugin.
  var bindingMemoryBytes: [String: Int64] = [:]

  func filled(from other: LauncherSettings) -> LauncherSettings {
    var result = self
    result.version = version ?? other.version
    result.overheadRatio = overheadRatio ?? other.overheadRatio
    result.logsSerialConsole = logsSerialConsole ?? other.logsSerialConsole
    result.support = support ?? other.support
    result.mountsImages = mountsImages ?? other.mountsImages
    result.usesEmulation = usesEmulation ?? other.usesEmulation
    result.checksEnlightenments = checksEnlightenments ?? other.checksEnlightenments
    result.architecture = architecture ?? other.architecture
    result.cpuModel = cpuModel ?? other.cpuModel
    if nodeSelector.isEmpty { result.nodeSelector = other.nodeSelector }
    if bindingMemoryBytes.isEmpty { result.bindingMemoryBytes = other.bindingMemoryBytes }
    return result
  }
}

extension ClusterConfiguration {
  /// - Parameter settings: of the scenario, which count before those of the dump.
  func platform(_ settings: KubernetesReader.Settings) -> LauncherPlatform {
    var platform = LauncherPlatform()
    platform.cpuAllocationRatio =
      settings.cpuAllocationRatio ?? cpuAllocationRatio ?? LauncherPod.defaultCPUAllocationRatio
    platform.memoryOvercommitPercent = settings.memoryOvercommitPercent ?? memoryOvercommitPercent ?? 100
    platform.version = launcher.version ?? platform.version
    platform.overheadRatio = launcher.overheadRatio ?? platform.overheadRatio
    platform.logsSerialConsole = launcher.logsSerialConsole ?? platform.logsSerialConsole
    platform.support = launcher.support ?? platform.support
    platform.mountsImages = launcher.mountsImages ?? platform.mountsImages
    platform.usesEmulation = launcher.usesEmulation ?? platform.usesEmulation
    platform.checksEnlightenments = launcher.checksEnlightenments ?? platform.checksEnlightenments
    platform.architecture = launcher.architecture ?? platform.architecture
    platform.cpuModel = launcher.cpuModel ?? platform.cpuModel
    platform.nodeSelector = launcher.nodeSelector
    return platform
  }
}

extension ConfigurationReader {
  /// `spec.configuration` and `status` of KubeVirt's own object.
  static func launcherOfKubeVirt(
    _ object: SyntaxNode, _ configuration: SyntaxNode?, _ session: DecodingSession
  ) -> LauncherSettings {
    var result = LauncherSettings()
    let status = session.mapping(object, "status")
    result.version = (status?["observedKubeVirtVersion"] ?? status?["operatorVersion"])?.present
      .flatMap { KubeVirtVersion($0) }
    guard let configuration else { return result }
    if let ratio = configuration["additionalGuestMemoryOverheadRatio"]?.present.flatMap({ Double($0) }),
      (0...1000).contains(ratio)
    {
      result.overheadRatio = ratio
    }
    let options = session.mapping(configuration, "virtualMachineOptions")
    result.logsSerialConsole = options?["disableSerialConsoleLog"]?.kind != .mapping
    let developer = configuration["developerConfiguration"]
    result.usesEmulation = developer?["useEmulation"]?.bool
    result.nodeSelector = session.texts(developer?.kind == .mapping ? developer : nil, "nodeSelectors")
    if let gates = developer?["featureGates"], gates.kind == .sequence {
      result.checksEnlightenments = gates.elements.contains { $0.text == "HypervStrictCheck" }
      result.mountsImages = gates.elements.contains { $0.text == "ImageVolume" }
    }
    result.architecture =
      session.mapping(configuration, "architectureConfiguration")?["defaultArchitecture"]?.present
      ?? configuration["defaultArchitecture"]?.present
    result.cpuModel = configuration["cpuModel"]?.present.flatMap(GuestCPUModel.init)
    result.support = support(session.elements(configuration, "supportContainerResources"), session)
    let bindings = session.mapping(session.mapping(configuration, "network"), "binding")
    guard let bindings else { return result }
    for plugin in bindings.entries {
      if let name = plugin.key.text, let overhead = plugin.value["computeResourceOverhead"]?["requests"]?["memory"],
        overhead.kind != .null
      {
        result.bindingMemoryBytes[name] = session.memoryBytes(overhead, "memory")
      }
    }
    return result
  }

  /// Of several entries of one type the first that states an amount counts; zero states none.
  private static func support(_ entries: [SyntaxNode], _ session: DecodingSession) -> SupportContainers? {
    guard !entries.isEmpty else { return nil }
    var result = SupportContainers()
    // The last entry is applied first; exports and hot-plugged disks have pods of their own.
    for entry in entries.reversed() {
      let resources = session.mapping(entry, "resources")
      func replace(_ container: inout SupportContainer) {
        for (list, cpu, memory) in [
          ("requests", \SupportContainer.requestMillicores, \SupportContainer.requestBytes),
          ("limits", \SupportContainer.limitMillicores, \SupportContainer.limitBytes),
        ] {
          let amounts = session.mapping(resources, list)
          if let node = amounts?["cpu"], node.kind != .null, let value = session.millicores(node, "cpu"), value > 0 {
            container[keyPath: cpu] = value
          }
          if let node = amounts?["memory"], node.kind != .null, let value = session.memoryBytes(node, "memory"),
            value > 0
          {
            container[keyPath: memory] = value
          }
        }
      }
      switch entry["type"]?.present {
      case "guest-console-log": replace(&result.consoleLog)
      case "container-disk": replace(&result.containerDisk)
      case "virtiofs": replace(&result.sharedFilesystem)
      default: continue
      }
    }
    return result
  }

  /// HyperConverged's own words for the same; its version leads to KubeVirt's.
  static func launcherOfHyperConverged(
    _ object: SyntaxNode, section: (String) -> SyntaxNode?, model: SyntaxNode?, _ session: DecodingSession
  ) -> LauncherSettings {
    var result = LauncherSettings()
    let versions = session.elements(session.mapping(object, "status"), "versions")
    result.version = versions.first { $0["name"]?.text == "operator" }?["version"]?.present
      .flatMap { KubeVirtVersion(hyperConverged: $0) }
    if let isDisabled = section("virtualMachineOptions")?["disableSerialConsoleLog"]?.bool {
      result.logsSerialConsole = !isDisabled
    }
    result.cpuModel = model?.present.flatMap(GuestCPUModel.init)
    return result
  }
}
