import ClusterModel

/// A machine's template or instance spec, read the same way from both.
struct ReadMachineSpec {
  /// Nil where it is stated elsewhere.
  var vCPUs: Int?
  var guestMemoryBytes: Int64?
  /// The size is stated, and an error was reported about it.
  var hasUnreadableSize = false
  var hasCPULimit = false
  var hasSRIOVInterfaces = false
  var copiedDisks = CopiedDisks()
  var hasGraphicsDevice: Bool?
  /// Everything else that decides the launcher pod; its size is not filled in yet.
  var shape = LauncherShape(vCPUs: 1, guestMemoryBytes: 0)
  /// Network attachment definitions, as the machine names them.
  var attachedNetworks: [String] = []
  /// Network binding plugins of its interfaces.
  var bindings: [String] = []
  var nodeSelector: [String: String] = [:]
  var tolerations: [Toleration] = []
  /// Affinity and spreading.
  var terms = PlacementTerms()
  var evictionStrategy: EvictionStrategy?
  var priority = PriorityClaim()
  /// Claims of its disks, by name.
  var claims: [String] = []
  /// Claims of drives that are only read: no obstacle to a migration, but the pod needs them too.
  var readOnlyClaims: [String] = []
  var obstacles = LiveMigrationObstacles()
}

/// The parts of a machine's spec that several readers look into, each looked up once.
struct MachineSpecParts {
  let spec: SyntaxNode
  let domain: SyntaxNode?
  let cpu: SyntaxNode?
  let memory: SyntaxNode?
  let resources: SyntaxNode?
  let requests: SyntaxNode?
  let limits: SyntaxNode?
  let features: SyntaxNode?
  let launchSecurity: SyntaxNode?
  let devices: SyntaxNode?
  let interfaces: [SyntaxNode]
  let networks: [SyntaxNode]
  /// GPUs and other devices of the host.
  let hostDevices: [SyntaxNode]

  init(_ spec: SyntaxNode, _ session: DecodingSession) {
    self.spec = spec
    domain = session.mapping(spec, "domain")
    cpu = session.mapping(domain, "cpu")
    memory = session.mapping(domain, "memory")
    resources = session.mapping(domain, "resources")
    requests = session.mapping(resources, "requests")
    limits = session.mapping(resources, "limits")
    features = session.mapping(domain, "features")
    launchSecurity = session.mapping(domain, "launchSecurity")
    devices = session.mapping(domain, "devices")
    interfaces = session.elements(devices, "interfaces")
    networks = session.elements(spec, "networks")
    hostDevices = session.elements(devices, "gpus") + session.elements(devices, "hostDevices")
  }
}

/// `spec` of an instance and `spec.template.spec` of a machine.
struct MachineSpecReader {
  static func read(_ node: SyntaxNode?, annotations: SyntaxNode?, _ session: DecodingSession) -> ReadMachineSpec {
    var spec = ReadMachineSpec()
    guard let node else { return spec }
    let parts = MachineSpecParts(node, session)
    session.warnOfNearMisses(in: parts.domain, wanted: ["cpu", "memory", "resources", "devices"])
    LauncherShapeReader(session: session).read(parts, annotations: annotations, into: &spec)
    size(parts, session, into: &spec)
    spec.obstacles = LiveMigrationObstacles(parts, annotations: annotations, session)
    disks(node, parts.devices, session, into: &spec)
    spec.copiedDisks = CopiedDisks(node, parts.devices, session)
    spec.hasSRIOVInterfaces = parts.interfaces.contains { $0["sriov"] != nil }
    spec.nodeSelector = session.texts(node, "nodeSelector")
    spec.tolerations = SchedulingReader.tolerations(node, session)
    AffinityReader(session: session).read(node, into: &spec.terms)
    spec.priority.className = PriorityClaim(node).className
    if let strategy = node["evictionStrategy"], strategy.kind != .null {
      let cases = EvictionStrategy.allCases
      spec.evictionStrategy = session.choice(
        strategy, "evictionStrategy", of: cases.map(\.rawValue), severity: .warning
      ).map { cases[$0] }
    }
    return spec
  }

  /// vCPUs = sockets × cores × threads, else the CPU limit or request rounded up, else 1, as KubeVirt decides.
  private static func size(
    _ parts: MachineSpecParts, _ session: DecodingSession, into spec: inout ReadMachineSpec
  ) {
    let (cpu, memory, requests, limits) = (parts.cpu, parts.memory, parts.requests, parts.limits)
    session.warnOfNearMisses(in: memory, wanted: ["guest"])
    func quantity(_ parent: SyntaxNode?, _ key: String) -> SyntaxNode? {
      parent?[key].flatMap { $0.kind == .null ? nil : $0 }
    }
    spec.shape.statedCPUMillicores = quantity(requests, "cpu").flatMap { session.millicores($0, "cpu") }
    let limitCPU = quantity(limits, "cpu").flatMap { session.millicores($0, "cpu") }
    spec.hasCPULimit = limitCPU != nil
    spec.shape.statedMemoryBytes = (quantity(requests, "memory") ?? quantity(limits, "memory"))
      .flatMap { session.memoryBytes($0, "memory") }
    let topology = ["sockets", "cores", "threads"].compactMap { key in
      quantity(cpu, key).map { session.integer($0, key, in: 0...DumpedMachineKeys.mostVCPUs, isLenient: true) ?? 1 }
    }
    if topology.contains(where: { $0 > 0 }) {
      spec.vCPUs = vCPUs(topology, cpu, session)
    } else if let limit = limitCPU ?? spec.shape.statedCPUMillicores {
      spec.vCPUs = Int(max(1, (limit + 999) / 1000))
    }
    if let guest = quantity(memory, "guest") {
      spec.guestMemoryBytes = session.memoryBytes(guest, "guest")
    } else {
      spec.guestMemoryBytes = spec.shape.statedMemoryBytes
    }
    let isStated = [quantity(parts.domain, "memory"), quantity(requests, "memory"), quantity(limits, "memory")]
      .contains { $0 != nil && $0?.count != 0 || $0?.isScalar == true }
    spec.hasUnreadableSize = spec.guestMemoryBytes == nil && isStated
    if spec.shape.statedCPUMillicores == nil { spec.shape.statedCPUMillicores = limitCPU }
    spec.hasGraphicsDevice = parts.devices?["autoattachGraphicsDevice"]?.bool
  }

  /// The product; 1 after one that is out of range was reported.
  private static func vCPUs(_ topology: [Int64], _ cpu: SyntaxNode?, _ session: DecodingSession) -> Int {
    var product: Int64 = 1
    for count in topology {
      // Each factor is at most 10^9, so the product of two is below 2^63.
      product *= max(1, count)
      if product > DumpedMachineKeys.mostVCPUs {
        session.report(
          .error, .outOfRange,
          "sockets × cores × threads must be at most \(DumpedMachineKeys.mostVCPUs), "
            + "found \(topology.map { String(max(1, $0)) }.joined(separator: " × "))", at: cpu, label: "out of range")
        return 1
      }
    }
    return Int(product)
  }

  /// Disks behind claims, but for CD-ROMs that are only read, and disks in files of the node.
  private static func disks(
    _ node: SyntaxNode, _ devices: SyntaxNode?, _ session: DecodingSession, into spec: inout ReadMachineSpec
  ) {
    var readOnly: [String] = []
    for disk in session.elements(devices, "disks") {
      if let drive = disk["cdrom"], drive["readonly"]?.bool != false, let name = disk["name"]?.text {
        readOnly.append(name)
      }
    }
    for volume in session.elements(node, "volumes") {
      if let claim = volume["persistentVolumeClaim"]?["claimName"]?.present ?? volume["dataVolume"]?["name"]?.present {
        if readOnly.isEmpty || !readOnly.contains(volume["name"]?.text ?? "") {
          spec.claims.append(claim)
        } else {
          spec.readOnlyClaims.append(claim)
        }
      } else if let disk = volume["hostDisk"], disk["shared"]?.bool != true {
        spec.obstacles.hasHostDisk = true
      } else if volume["downwardMetrics"] != nil {
        spec.shape.traits.insert(.downwardMetrics)
      }
    }
  }
}
