import ClusterModel
import SimulationEngine

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
  var isBeingDeleted = false
  /// A start that KubeVirt has not acted on yet.
  var isStartRequested = false
  /// `updateVolumesStrategy: Migration`: its volumes may move to other claims while it runs.
  var migratesVolumes = false
  /// Seconds since 1970, for placement only; the largest number where unknown.
  var createdSeconds = Int64.max
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
  var isBeingDeleted = false
  /// The LiveMigratable condition, with its reason when it is false.
  var isLiveMigratable: Bool?
  var liveMigratableReason = ""
  /// Whether all volumes that it reports are ReadWriteMany.
  var hasSharedVolumes: Bool?
  /// The node's frequency was kept for it, so that it finds the same on others.
  var hasTSCFrequency: Bool { spec.shape.tscFrequency != nil }
  /// Size of the volumes that are moving to other claims; nil where none is.
  var movingBytes: Int64?
  /// Length of the last migration that it remembers.
  var lastMigrationSeconds: Double?
  /// Its own state tells of a migration that has begun and not ended.
  var isMigrating = false
  var createdSeconds = Int64.max
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
    var machine = ReadMachine(
      header: header,
      labels: session.texts(metadata, "labels")
        .merging(session.texts(object["metadata"], "labels").filter { $0.key == WorkloadInference.label }) { inner, _ in
          inner
        },
      marks: MachineMarks(metadata, session).filled(from: MachineMarks(object["metadata"], session)),
      spec: MachineSpecReader.read(
        session.mapping(template, "spec"), annotations: metadata?["annotations"], session),
      runStrategy: strategy, instanceType: TypeReference(spec?["instancetype"], namespace: header.namespace),
      preference: TypeReference(spec?["preference"], namespace: header.namespace), templates: templates,
      printableStatus: session.mapping(object, "status")?["printableStatus"]?.present,
      place: SourcePlace(object["metadata"]?["name"] ?? object))
    machine.migratesVolumes = spec?["updateVolumesStrategy"]?.text == "Migration"
    machine.isBeingDeleted = object["metadata"]?["deletionTimestamp"]?.present != nil
    machine.isStartRequested = session.elements(session.mapping(object, "status"), "stateChangeRequests").contains {
      $0["action"]?.text == "Start"
    }
    if session.isForPlacement { machine.createdSeconds = PodSpecification.creation(object["metadata"]) }
    return machine
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
    instance.movingBytes = CopiedDisks.movingBytes(status, session)
    let migration = session.mapping(status, "migrationState")
    instance.lastMigrationSeconds = MigrationReader.seconds(migration, session)
    instance.isMigrating = MigrationReader.isRunning(migration)
    instance.spec.shape.tscFrequency = status?["topologyHints"]?["tscFrequency"].map { $0.integer ?? 0 }
    instance.isBeingDeleted = object["metadata"]?["deletionTimestamp"]?.present != nil
    if session.isForPlacement { instance.createdSeconds = PodSpecification.creation(object["metadata"]) }
    return instance
  }
}
