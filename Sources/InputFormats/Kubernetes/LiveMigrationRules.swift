/// What in a machine's spec speaks against moving it live, gathered while the spec is read.
struct LiveMigrationObstacles {
  var hasUnsupportedPodInterface = false
  /// `host-model`, stated or by default.
  var usesHostModel = true
  var hasHostDevice = false
  /// KubeVirt's reason for confidential computing.
  var launchSecurity: String?
  var needsTSCFrequency = false
  var usesHypervPassthrough = false
  /// A disk in a file of its node.
  var hasHostDisk = false

  init() {}

  init(_ parts: MachineSpecParts, annotations: SyntaxNode?, _ session: DecodingSession) {
    let refused = parts.interfaces.contains { interface in
      (interface["bridge"] != nil || interface["slirp"] != nil)
        && parts.networks.contains { $0["pod"] != nil && $0["name"]?.text == interface["name"]?.text ?? "" }
    }
    if refused {
      hasUnsupportedPodInterface = annotations?["kubevirt.io/allow-pod-bridge-network-live-migration"] == nil
    }
    hasHostDevice = !parts.hostDevices.isEmpty
    if let model = parts.cpu?["model"]?.present { usesHostModel = model == "host-model" }
    let security = parts.launchSecurity
    if security?["sev"] != nil || security?["snp"] != nil {
      launchSecurity = "SEVNotLiveMigratable"
    } else if security?["tdx"] != nil {
      launchSecurity = "TDXNotLiveMigratable"
    } else if security != nil {
      launchSecurity = "SecureExecutionNotLiveMigratable"
    }
    let features = parts.features
    if let passthrough = features?["hypervPassthrough"], passthrough.kind == .mapping {
      usesHypervPassthrough = passthrough["enabled"]?.bool ?? true
    }
    needTSC(parts.cpu, session.mapping(features, "hyperv"), session)
  }

  private mutating func needTSC(_ cpu: SyntaxNode?, _ hyperv: SyntaxNode?, _ session: DecodingSession) {
    if let enlightenment = hyperv?["reenlightenment"], enlightenment.kind == .mapping {
      needsTSCFrequency = enlightenment["enabled"]?.bool ?? true
    }
    for feature in session.elements(cpu, "features") where feature["name"]?.text == "invtsc" {
      let policy = feature["policy"]?.present ?? "require"
      if policy == "require" || policy == "force" { needsTSCFrequency = true }
    }
  }
}

/// KubeVirt's refusals of live migration in its order, first match wins; the reasons carry its spelling.
///
/// Source: kubevirt/kubevirt `pkg/virt-handler/vm.go`, `api/core/v1/types.go`. Container disks and other ephemeral disks
/// are no obstacle: they are copied.
enum LiveMigrationRules {
  /// - Parameters:
  ///   - exposesHostModel: whether the machine's node does; nil where that is unknown.
  ///   - hasTSCFrequency: whether the running machine has topology hints.
  ///   - disks: access to the disks behind claims.
  static func refusal(
    _ obstacles: LiveMigrationObstacles, exposesHostModel: Bool?, hasTSCFrequency: Bool, disks: DiskAccess
  ) -> String? {
    if obstacles.hasUnsupportedPodInterface { return "InterfaceNotLiveMigratable" }
    if obstacles.usesHostModel, exposesHostModel == false { return "CPUModeLiveMigratable" }
    if obstacles.hasHostDevice { return "HostDeviceNotLiveMigratable" }
    if let reason = obstacles.launchSecurity { return reason }
    if obstacles.needsTSCFrequency, !hasTSCFrequency { return "NoTSCFrequencyNotLiveMigratable" }
    if obstacles.usesHypervPassthrough { return "HypervPassthroughNotLiveMigratable" }
    if obstacles.hasHostDisk || disks.isShared == false || disks.nodeName != nil { return "DisksNotLiveMigratable" }
    return nil
  }
}
