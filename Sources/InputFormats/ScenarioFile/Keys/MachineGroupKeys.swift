import ClusterModel
import SimulationEngine

/// An element of `cluster.machines`.
enum MachineGroupKeys {
  // MARK: Size and use
  static let name = Key.text("name", example: "web", "name of the group; its machines are called web-1, web-2 …")
    .required()
  static let cpu = Key.integer("cpu", in: 1...4096, example: "4", "vCPUs of a machine").required()
  static let memory = Key.memoryBytes("memory", isPositive: true, example: "8Gi", "guest memory of a machine, in bytes")
    .required()
  static let trace = Key<Field>(
    "trace", .section(TraceKeys.section), "observed CPU use to replay, one row a machine, in place of drawn demand"
  ) { $0 }
  static let recording = Key<UsageTrace>(
    "recording", .section(InlineTraceKeys.section), "a trace written into the scenario, in place of 'trace'"
  ) { $0.inlineTrace() }
  static let count = Key.integer("count", in: 0...1_000_000, "number of machines; 1, or the rows of the trace")
  static let namespace = Key.text("namespace", default: defaults.namespace, "namespace of the machines")
  static let type = Key.word("type", of: .workloadTypes, "workload type: how CPU and memory are used and pages dirtied")
  static let cpuRequest = Key.millicores(
    "cpuRequest", example: "500m", "requested cores, in place of vCPUs by the allocation ratio")
  static let memoryRequest = Key.memoryBytes("memoryRequest", example: "4Gi", "requested guest memory, in bytes")
  static let cpuLimit = Key<Bool>(
    "cpuLimit", .anyOf([.boolean, .cpu(isPositive: false)]), default: "\(defaults.hasCPULimit)",
    "whether the CPU is limited: migrations then use one stream"
  ) { $0.node?.bool ?? ($0.millicores() != nil) }
  static let dedicatedCPUs = Key.boolean(
    "dedicatedCPUs", default: defaults.hasDedicatedCPUs,
    "whether the machines have CPUs of their own; from KubeVirt 1.9 on their migrations use one stream")
  static let copiedDisk = Key.memoryBytes(
    "copiedDisk", default: "0", example: "2Gi",
    "disks of each machine that a live migration copies: what was written to container disks, moved volumes")
  static let sriov = Key.boolean(
    "sriov", default: defaults.hasSRIOVInterfaces, "whether SR-IOV interfaces are unplugged before a migration")
  static let application = Key.text("application", example: "shop", "groups of one application rise and fall together")
  static let cpuUsage = Key.percent(
    "cpuUsage", in: 0...100, example: "30%", "mean CPU use, % of the vCPUs; else the type's")
  static let memoryUsage = Key.percent(
    "memoryUsage", in: 0...100, example: "60%", "memory in use, % of the guest's; else the type's")

  static let dirtyRate = Key<Double>(
    "dirtyRate", .amount, "distinct bytes a second that a guest of the group writes while it does not migrate"
  ) { $0.exactAmount() }
  static let dirty = DirtyKeys.key(
    "how the machines dirty their memory, as measured; counts before dirtyRate and type")

  // MARK: Rank and storage
  static let tier = Key<Tier>.choice("tier", default: defaults.tier, "how bad it is when the machine is down")
  static let priority = Key.integer(
    "priority", in: Int64(Int32.min)...Int64(Int32.max), default: defaults.priority, "priority of the pods")
  static let storageClass = Key.text("storageClass", example: "ceph-rbd", "one of cluster.storageClasses")

  // MARK: Placement
  static let runStrategy = Key<RunStrategy>.choice(
    "runStrategy", default: defaults.runStrategy, "what happens when the machine stops")
  static let evictionStrategy = Key<EvictionStrategy>.choice(
    "evictionStrategy", default: defaults.evictionStrategy, "what an eviction does to the machine")
  static let antiAffinity = Key<AntiAffinity>.choice("antiAffinity", "host: no two machines of the group on one node")
  static let labels = Key.labels("labels", example: "{ app: web }", "labels of the machines")
  static let nodeSelector = Key.labels("nodeSelector", example: "{ disk: ssd }", "labels that a node must have")
  static let tolerations = Key<[Toleration]>(
    "tolerations", .list(of: .section(TolerationKeys.section)), "taints that do not keep the machines away"
  ) { $0.tolerations() }
  static let affinity = PlacementTermKeys.affinity
  static let spread = PlacementTermKeys.spread
  static let requests = PlacementTermKeys.requests
  static let cpuModel = PlacementTermKeys.cpuModel
  static let startOn = Key.texts("startOn", example: "[worker-1]", "nodes to start on, dealt in turn; not a constraint")

  static let section = KeySection(
    name, cpu, memory, trace, recording, count, namespace, type, cpuRequest, memoryRequest, cpuLimit, dedicatedCPUs,
    copiedDisk, sriov, application, cpuUsage, memoryUsage, dirtyRate, dirty, tier, priority, storageClass, runStrategy,
    evictionStrategy, antiAffinity, labels, nodeSelector, tolerations, affinity, spread, requests, cpuModel, startOn,
    notYet: [
      "spread", "growth", "disks", "network", "gpus", "instancetype", "schedule", "snapshots", "pauseTolerance", "slo",
    ])

  enum AntiAffinity: String, CaseIterable, Sendable { case host }

  private static let defaults = MachineGroup(name: "", count: 1, vCPUs: 1, guestMemoryBytes: 1)
}

/// `trace` of a machine group.
enum TraceKeys {
  static let file = Key.texts(
    "file", example: "usage.csv", "files of the trace, seen from the scenario's folder"
  ).required()
  static let format = Key.word(
    "format", of: .traceFormats, example: TraceFormat.planetLab.name, "format of the files; else found by their content"
  )
  static let step = Key.duration("step", in: 1...86_400, "time between two samples; else what the files say")
  static let unit = Key<TraceRequest.Unit>.choice("unit", "how CPU use is counted, where the files do not say")
  static let rows = Key.text(
    "rows", form, or: .integer(1...Int64.max), "rows to use, counted from 1, both ends included")

  static let section = KeySection(file, format, step, unit, rows)

  private static let form = TextForm(
    "a range such as 1-263", pattern: "^0*[1-9][0-9]*(-0*[1-9][0-9]*)?$", example: "1-263")
}
