import ClusterModel

/// A machine's template or instance spec, read the same way from both.
struct ReadMachineSpec {
  /// Nil where it is stated elsewhere.
  var vCPUs: Int?
  var guestMemoryBytes: Int64?
  /// The size is stated, and an error was reported about it.
  var hasUnreadableSize = false
  var statedCPUMillicores: Int64?
  var statedMemoryBytes: Int64?
  var hasCPULimit = false
  var hasGraphicsDevice: Bool?
  var usesHugepages = false
  var nodeSelector: [String: String] = [:]
  var tolerations: [Toleration] = []
  var hostAntiAffinity: [LabelSelector] = []
  var unmodelledTerms = 0
  var evictionStrategy: EvictionStrategy?
  var priorityClassName: String?
  /// Claims of its disks, by name.
  var claims: [String] = []
  var obstacles = LiveMigrationObstacles()
}

/// `kubevirt.io VirtualMachine`.
struct ReadMachine {
  var header: ObjectHeader
  var labels: [String: String]
  var marks: MachineMarks
  var spec: ReadMachineSpec
  var runStrategy: RunStrategy
  var instanceType: TypeReference?
  var preference: TypeReference?
  /// Disks that come with the machine, by name.
  var templates: [String: ReadClaim]
  var printableStatus: String?
  var place: SourcePlace
}

/// `kubevirt.io VirtualMachineInstance`.
struct ReadInstance {
  var header: ObjectHeader
  var labels: [String: String]
  var marks: MachineMarks
  var spec: ReadMachineSpec
  var nodeName: String?
  var phase: String?
  /// The LiveMigratable condition, with its reason when it is false.
  var isLiveMigratable: Bool?
  var liveMigratableReason = ""
  /// Whether all volumes that it reports are ReadWriteMany.
  var hasSharedVolumes: Bool?
  /// `status.topologyHints.tscFrequency` is there.
  var hasTSCFrequency = false
  /// Length of the last migration that it remembers.
  var lastMigrationSeconds: Double?
  var place: SourcePlace
}

/// Virtual machines and their running instances.
struct MachineReader {
  static func machine(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession) -> ReadMachine {
    let spec = session.mapping(object, "spec")
    session.warnOfNearMisses(in: spec, wanted: ["template", "runStrategy", "running"])
    let template = session.mapping(spec, "template")
    var strategy = RunStrategy.always
    if let running = spec?["running"], running.kind != .null {
      strategy = session.bool(running, "running") == false ? .halted : .always
    }
    if let node = spec?["runStrategy"], let text = node.present {
      if let known = RunStrategy.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) {
        strategy = known
      } else {
        _ = session.choice(node, "runStrategy", of: RunStrategy.allCases.map(\.rawValue), severity: .warning)
      }
    }
    let metadata = session.mapping(template, "metadata")
    var templates: [String: ReadClaim] = [:]
    for volume in session.elements(spec, "dataVolumeTemplates") {
      if let name = volume["metadata"]?["name"]?.present { templates[name] = DataVolumeReader.read(volume, session) }
    }
    return ReadMachine(
      header: header,
      labels: session.texts(metadata, "labels")
        .merging(session.texts(object["metadata"], "labels")) { inner, _ in inner },
      marks: MachineMarks(metadata, session).filled(from: MachineMarks(object["metadata"], session)),
      spec: MachineSpecReader.read(
        session.mapping(template, "spec"), annotations: metadata?["annotations"], session),
      runStrategy: strategy, instanceType: TypeReference(spec?["instancetype"], namespace: header.namespace),
      preference: TypeReference(spec?["preference"], namespace: header.namespace), templates: templates,
      printableStatus: session.mapping(object, "status")?["printableStatus"]?.present,
      place: SourcePlace(object["metadata"]?["name"] ?? object))
  }

  static func instance(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession) -> ReadInstance {
    let status = session.mapping(object, "status")
    session.warnOfNearMisses(in: status, wanted: ["nodeName", "phase", "conditions"])
    var instance = ReadInstance(
      header: header, labels: session.texts(object["metadata"], "labels"),
      marks: MachineMarks(object["metadata"], session),
      spec: MachineSpecReader.read(
        session.mapping(object, "spec"), annotations: object["metadata"]?["annotations"], session),
      nodeName: status?["nodeName"]?.present.flatMap { $0.isEmpty ? nil : $0 }, phase: status?["phase"]?.present,
      place: SourcePlace(object["metadata"]?["name"] ?? object))
    if let condition = session.elements(status, "conditions").first(where: { $0["type"]?.text == "LiveMigratable" }) {
      instance.isLiveMigratable = condition["status"]?.text?.lowercased() == "true"
      instance.liveMigratableReason = condition["reason"]?.present ?? ""
    }
    let modes = session.elements(status, "volumeStatus").compactMap { volume -> Bool? in
      session.mapping(volume, "persistentVolumeClaimInfo").flatMap { AccessModes.isShared($0, session) }
    }
    if !modes.isEmpty { instance.hasSharedVolumes = !modes.contains(false) }
    instance.lastMigrationSeconds = MigrationReader.seconds(session.mapping(status, "migrationState"), session)
    instance.hasTSCFrequency = status?["topologyHints"]?["tscFrequency"] != nil
    return instance
  }
}

/// `spec` of an instance and `spec.template.spec` of a machine.
struct MachineSpecReader {
  static func read(_ node: SyntaxNode?, annotations: SyntaxNode?, _ session: DecodingSession) -> ReadMachineSpec {
    var spec = ReadMachineSpec()
    guard let node else { return spec }
    let domain = session.mapping(node, "domain")
    session.warnOfNearMisses(in: domain, wanted: ["cpu", "memory", "resources", "devices"])
    size(domain, session, into: &spec)
    spec.obstacles = LiveMigrationObstacles(node, domain, annotations: annotations, session)
    disks(node, session.mapping(domain, "devices"), session, into: &spec)
    spec.nodeSelector = session.texts(node, "nodeSelector")
    spec.tolerations = SchedulingReader.tolerations(node, session)
    affinity(session.mapping(node, "affinity"), session, into: &spec)
    spec.unmodelledTerms += session.elements(node, "topologySpreadConstraints").count
    spec.priorityClassName = node["priorityClassName"]?.present
    if let strategy = node["evictionStrategy"], strategy.kind != .null {
      let cases = EvictionStrategy.allCases
      spec.evictionStrategy = session.choice(
        strategy, "evictionStrategy", of: cases.map(\.rawValue), severity: .warning
      ).map { cases[$0] }
    }
    return spec
  }

  /// vCPUs = sockets × cores × threads, else the CPU limit or request rounded up, else 1, as KubeVirt decides.
  private static func size(_ domain: SyntaxNode?, _ session: DecodingSession, into spec: inout ReadMachineSpec) {
    let cpu = session.mapping(domain, "cpu")
    let memory = session.mapping(domain, "memory")
    let resources = session.mapping(domain, "resources")
    let requests = session.mapping(resources, "requests")
    let limits = session.mapping(resources, "limits")
    session.warnOfNearMisses(in: memory, wanted: ["guest"])
    func quantity(_ parent: SyntaxNode?, _ key: String) -> SyntaxNode? {
      parent?[key].flatMap { $0.kind == .null ? nil : $0 }
    }
    spec.statedCPUMillicores = quantity(requests, "cpu").flatMap { session.millicores($0, "cpu") }
    let limitCPU = quantity(limits, "cpu").flatMap { session.millicores($0, "cpu") }
    spec.hasCPULimit = limitCPU != nil
    spec.statedMemoryBytes = (quantity(requests, "memory") ?? quantity(limits, "memory"))
      .flatMap { session.memoryBytes($0, "memory") }
    let topology = ["sockets", "cores", "threads"].compactMap { key in
      quantity(cpu, key).map { session.integer($0, key, in: 0...DumpedMachineKeys.mostVCPUs, isLenient: true) ?? 1 }
    }
    if topology.contains(where: { $0 > 0 }) {
      spec.vCPUs = vCPUs(topology, cpu, session)
    } else if let limit = limitCPU ?? spec.statedCPUMillicores {
      spec.vCPUs = Int(max(1, (limit + 999) / 1000))
    }
    if let guest = quantity(memory, "guest") {
      spec.guestMemoryBytes = session.memoryBytes(guest, "guest")
    } else {
      spec.guestMemoryBytes = spec.statedMemoryBytes
    }
    let isStated = [quantity(domain, "memory"), quantity(requests, "memory"), quantity(limits, "memory")]
      .contains { $0 != nil && $0?.count != 0 || $0?.isScalar == true }
    spec.hasUnreadableSize = spec.guestMemoryBytes == nil && isStated
    spec.usesHugepages = quantity(memory, "hugepages") != nil
    if cpu?["dedicatedCpuPlacement"]?.bool == true, let count = spec.vCPUs {
      spec.statedCPUMillicores = Int64(count) * 1000
      spec.hasCPULimit = true
    }
    spec.hasGraphicsDevice = domain?["devices"]?["autoattachGraphicsDevice"]?.bool
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
        if readOnly.isEmpty || !readOnly.contains(volume["name"]?.text ?? "") { spec.claims.append(claim) }
      } else if let disk = volume["hostDisk"], disk["shared"]?.bool != true {
        spec.obstacles.hasHostDisk = true
      }
    }
  }

  /// Required anti-affinity by host is modelled; every other term is counted.
  private static func affinity(_ affinity: SyntaxNode?, _ session: DecodingSession, into spec: inout ReadMachineSpec) {
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution"
    let anti = session.mapping(affinity, "podAntiAffinity")
    for term in session.elements(anti, required) {
      if term["topologyKey"]?.text == "kubernetes.io/hostname", term["namespaceSelector"] == nil,
        let selector = session.mapping(term, "labelSelector")
      {
        spec.hostAntiAffinity.append(SchedulingReader.selector(selector, session))
      } else {
        spec.unmodelledTerms += 1
      }
    }
    spec.unmodelledTerms += session.elements(anti, preferred).count
    let pods = session.mapping(affinity, "podAffinity")
    spec.unmodelledTerms += session.elements(pods, required).count + session.elements(pods, preferred).count
    let nodes = session.mapping(affinity, "nodeAffinity")
    spec.unmodelledTerms += session.mapping(nodes, required) == nil ? 0 : 1
    spec.unmodelledTerms += session.elements(nodes, preferred).count
  }
}
