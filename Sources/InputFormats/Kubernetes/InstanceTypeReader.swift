import ClusterModel

/// The size that machines of a type have.
struct ReadInstanceType {
  var vCPUs: Int
  var guestMemoryBytes: Int64
  /// What the pod requests, where the type overcommits memory.
  var statedMemoryBytes: Int64?
  var traits: LauncherShape.Traits = []
  var hugepageSize = ""
  var cpuModel: GuestCPUModel?
  /// Resource names of GPUs and host devices.
  var devices: [String] = []
  var nodeSelector: [String: String] = [:]
}

/// `instancetype.kubevirt.io VirtualMachineInstancetype` and the cluster-wide kind.
///
/// With `overcommitPercent` p the memory request is `guest × (1 − p / 100)` (kubevirt `pkg/instancetype/apply/memory.go`).
struct InstanceTypeReader {
  static func read(_ object: SyntaxNode, _ session: DecodingSession) -> ReadInstanceType? {
    let spec = session.mapping(object, "spec")
    let cpu = session.mapping(spec, "cpu")
    let memory = session.mapping(spec, "memory")
    guard
      let count = cpu?["guest"].flatMap({ session.integer($0, "guest", in: 1...100_000, isLenient: true) }),
      let guest = memory?["guest"].flatMap({ session.memoryBytes($0, "guest") }), guest > 0
    else { return nil }
    var type = ReadInstanceType(vCPUs: Int(count), guestMemoryBytes: guest)
    if cpu?["dedicatedCPUPlacement"]?.bool == true { type.traits.insert(.dedicatedCPUs) }
    if cpu?["isolateEmulatorThread"]?.bool == true { type.traits.insert(.isolatedEmulator) }
    if let realtime = cpu?["realtime"], realtime.kind == .mapping { type.traits.insert(.realtime) }
    type.cpuModel = cpu?["model"]?.present.flatMap(GuestCPUModel.init)
    type.hugepageSize = session.mapping(memory, "hugepages")?["pageSize"]?.present ?? ""
    for device in session.elements(spec, "hostDevices") + session.elements(spec, "gpus") {
      type.traits.insert(.vfio)
      if let name = device["deviceName"]?.present { type.devices.append(name) }
    }
    type.nodeSelector = session.texts(spec, "nodeSelector")
    if let node = memory?["overcommitPercent"], node.kind != .null,
      let percent = session.integer(node, "overcommitPercent", in: 0...100, isLenient: true), percent > 0
    {
      type.statedMemoryBytes = Int64(Double(guest) * (1 - Double(percent) / 100))
    }
    return type
  }
}

/// A machine's `instancetype` or `preference`: which object it names.
struct TypeReference {
  /// `namespace/name`, with no namespace for a cluster-wide object.
  var key: String
  var name: String

  /// The kind is spelled in any case and stands for the cluster-wide one when absent.
  init?(_ node: SyntaxNode?, namespace: String) {
    guard let name = node?["name"]?.present else { return nil }
    self.name = name
    let kind = node?["kind"]?.present?.lowercased() ?? ""
    key = kind.isEmpty || kind.contains("cluster") ? "/\(name)" : "\(namespace)/\(name)"
  }
}

/// `instancetype.kubevirt.io VirtualMachinePreference` and the cluster-wide kind: only what changes a pod's size.
///
/// The preferred topology deals the same vCPUs to sockets, cores and threads and changes no request.
struct PreferenceReader {
  /// `devices.preferredAutoattachGraphicsDevice`.
  static func hasGraphicsDevice(_ object: SyntaxNode, _ session: DecodingSession) -> Bool? {
    session.mapping(session.mapping(object, "spec"), "devices")?["preferredAutoattachGraphicsDevice"]?.bool
  }
}
