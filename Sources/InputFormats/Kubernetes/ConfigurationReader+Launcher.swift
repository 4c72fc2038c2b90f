import ClusterModel

/// What an installation says about the launcher pods of all machines; nil where it says nothing.
struct LauncherSettings: Sendable {
  var version: KubeVirtVersion?
  var overheadRatio: Double?
  var logsSerialConsole: Bool?
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
    }
    result.architecture =
      session.mapping(configuration, "architectureConfiguration")?["defaultArchitecture"]?.present
      ?? configuration["defaultArchitecture"]?.present
    result.cpuModel = configuration["cpuModel"]?.present.flatMap(GuestCPUModel.init)
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
