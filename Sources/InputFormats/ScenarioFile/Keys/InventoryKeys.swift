import ClusterModel

/// `cluster.inventory`: nodes, machines and pods of a dump, as Headroom holds them.
enum InventoryKeys {
  static let nodes = Key.list("nodes", of: .section(DumpedNodeKeys.section), "nodes of the dump")
  static let machines = Key.list("machines", of: .section(DumpedMachineKeys.section), "virtual machines of the dump")
  static let pods = Key.list(
    "pods", of: .section(DumpedPodKeys.section), "pods that are no machines and take room on a node")
  static let traces = Key.list(
    "traces", of: .section(InlineTraceKeys.section),
    "observed use of machines of the dump; a row belongs to the machine namespace/name")

  static let objects = Key.list(
    "objects", of: PlacementObjectKeys.kind, "what selectors and claims of pods refer to, as Kubernetes has it")

  static let section = KeySection(nodes, machines, pods, objects, traces)
}

/// An element of `cluster.inventory.nodes`.
enum DumpedNodeKeys {
  static let name = Key.text("name", example: "node-7", "name of the node").required()
  static let cpu = Key<Int64>("cpu", .amount, "allocatable cores") { $0.exactMillicores() }.required()
  static let memory = Key<Int64>("memory", .amount, "allocatable memory, in bytes") {
    $0.exactBytes()
  }.required()
  static let pods = Key.integer("pods", in: 0...1_000_000, default: node.podLimit, "most pods that the node takes")
  static let allocatable = Key.amounts(
    "allocatable", besides: ["cpu", "memory", "pods"], example: "{ nvidia.com/gpu: 4 }",
    "allocatable amounts of further resources")
  static let labels = Key.labels("labels", "labels of the node")
  static let taints = Key<[Taint]>("taints", TaintKeys.list, "taints of the node") { $0.taints() }
  static let cordoned = Key.boolean("cordoned", default: node.isCordoned, "whether the scheduler passes the node over")
  static let ready = Key.boolean("ready", default: node.isReady, "whether the node is ready")
  static let migrationNetwork = Key.network(
    "the interface that migrations use, in place of cluster.migrationNetwork")
  static let usage = Key<ObservedUsage>("usage", .section(UsageKeys.section), "observed use") { $0.observedUsage() }

  static let section = KeySection(
    name, cpu, memory, pods, allocatable, labels, taints, cordoned, ready, migrationNetwork, usage)

  /// Has the defaults.
  static let node = Node(name: "", cpuMillicores: 0, memoryBytes: 0)
}

/// An element of `cluster.inventory.machines`.
enum DumpedMachineKeys {
  static let name = Key.text("name", example: "billing-db", "name of the machine").required()
  static let namespace = Key.text("namespace", default: machine.namespace, "namespace of the machine")
  /// Of a guest, whether a dump or an inventory states it.
  static let mostVCPUs: Int64 = 1_000_000_000
  static let cpu = Key.integer("cpu", in: 0...mostVCPUs, "vCPUs of the guest").required()
  static let memory = Key.memoryBytes("memory", isPositive: true, "memory of the guest, in bytes").required()
  static let cpuRequest = Key<Int64>(
    "cpuRequest", .amount,
    "cores that the machine's pod requests; else as KubeVirt renders it"
  ) { $0.exactMillicores() }
  static let memoryRequest = Key<Int64>(
    "memoryRequest", .amount,
    "memory that the machine's pod requests, in bytes; else as KubeVirt renders it"
  ) { $0.exactBytes() }
  static let cpuLimit = Key.boolean(
    "cpuLimit", default: machine.hasCPULimit, "whether the machine has a CPU limit; it then migrates over one channel")
  static let dedicatedCPUs = Key.boolean(
    MachineGroupKeys.dedicatedCPUs.name, default: machine.hasDedicatedCPUs, "whether it has CPUs of its own")
  static let copiedDisk = Key<Int64>(
    MachineGroupKeys.copiedDisk.name, .amount, default: "0", "disks that a live migration copies, in bytes"
  ) { $0.exactBytes() }
  static let sriov = Key.boolean(
    MachineGroupKeys.sriov.name, default: machine.hasSRIOVInterfaces,
    "whether SR-IOV interfaces are unplugged before a migration")
  static let node = Key.text("node", example: "worker-1", "node it runs on; the scheduler decides where it is absent")
  static let running = Key.boolean("running", default: machine.isRunning, "whether the machine runs")
  static let type = Key.word("type", of: .workloadTypes, "workload type; inferred where it is absent")
  static let application = Key.text("application", "machines of one application share a part of their demand")
  static let tier = Key<Tier>.choice("tier", default: machine.tier, "how bad it is when the machine is down")
  static let priority = Key.integer(
    "priority", in: Int64.min...Int64.max, default: machine.priority, "priority of the pod; higher leaves last")
  static let runStrategy = Key<RunStrategy>.choice(
    "runStrategy", default: machine.runStrategy, "what happens when the machine stops")
  static let evictionStrategy = Key<EvictionStrategy>.choice(
    "evictionStrategy", default: machine.evictionStrategy, "what an eviction does to the machine")
  static let storageClass = Key.text("storageClass", "storage class of its disks")
  static let notLiveMigratable = Key.text(
    "notLiveMigratable", example: "DisksNotLiveMigratable", "why the machine cannot move while it runs")
  static let boundToNode = Key.boolean(
    "boundToNode", default: false, "whether it cannot move at all; with notLiveMigratable")
  static let labels = Key.labels("labels", "labels of the machine")
  static let nodeSelector = Key.labels("nodeSelector", "labels that its node must have")
  static let tolerations = Key<[Toleration]>(
    "tolerations", .list(of: .section(TolerationKeys.section)), "taints that the machine bears"
  ) { $0.tolerations() }
  static let antiAffinity = Key<[LabelSelector]>(
    "antiAffinity", .list(of: .section(LabelSelectorKeys.section)),
    "it shares no node with machines and pods of its namespace that match one of these"
  ) { $0.labelSelectors() }
  static let cpuModel = PlacementTermKeys.cpuModel
  static let migrationSelector = Key.labels(
    "migrationSelector",
    "labels that nodes must have to take it over while it runs, where it booted on another node than it is on")
  static let usage = Key<ObservedUsage>("usage", .section(UsageKeys.section), "observed use") { $0.observedUsage() }
  static let dirtyRate = Key<Double>(
    "dirtyRate", .amount, "distinct bytes a second that the guest writes while it does not migrate"
  ) { $0.exactAmount() }
  static let dirty = DirtyKeys.key("how the guest dirties its memory, as measured; counts before dirtyRate and type")
  static let origin = Key<MachineOrigin>(
    "origin", .section(OriginKeys.section), "where the facts about the machine come from"
  ) { $0.machineOrigin() }

  static let section = KeySection(
    name, namespace, cpu, memory, cpuRequest, memoryRequest, cpuLimit, dedicatedCPUs, copiedDisk, sriov, node, running, type, application, tier, priority,
    runStrategy, evictionStrategy, storageClass, notLiveMigratable, boundToNode, labels, nodeSelector, tolerations,
    antiAffinity, Terms.affinity, Terms.spread, Terms.requests, Terms.hostPorts, Terms.claims, Terms.controller,
    cpuModel, migrationSelector, usage, dirtyRate, dirty, origin)

  typealias Terms = PlacementTermKeys

  /// Has the defaults.
  static let machine = VirtualMachine(name: "", vCPUs: 1, guestMemoryBytes: 1)
}

/// An element of `cluster.inventory.pods`.
enum DumpedPodKeys {
  static let name = Key.text("name", "name of the pod").required()
  static let namespace = Key.text("namespace", default: DumpedMachineKeys.machine.namespace, "namespace of the pod")
  static let node = Key.text("node", example: "worker-1", "node it runs on").required()
  static let cpuRequest = Key<Int64>("cpuRequest", .amount, default: "0", "cores it requests") {
    $0.exactMillicores()
  }
  static let memoryRequest = Key<Int64>(
    "memoryRequest", .amount, default: "0", "memory it requests, in bytes"
  ) { $0.exactBytes() }
  static let priority = Key.integer(
    "priority", in: Int64.min...Int64.max, default: 0, "priority of the pod; higher leaves last")
  static let labels = Key.labels("labels", "labels of the pod")
  static let nodeSelector = Key.labels("nodeSelector", "labels that its node must have")
  static let tolerations = Key<[Toleration]>(
    "tolerations", .list(of: .section(TolerationKeys.section)), "taints that the pod bears"
  ) { $0.tolerations() }
  static let antiAffinity = Key<[LabelSelector]>(
    "antiAffinity", .list(of: .section(LabelSelectorKeys.section)),
    "it shares no node with machines and pods of its namespace that match one of these"
  ) { $0.labelSelectors() }
  static let usage = Key<ObservedUsage>("usage", .section(UsageKeys.section), "observed use") { $0.observedUsage() }

  static let section = KeySection(
    name, namespace, node, cpuRequest, memoryRequest, priority, labels, nodeSelector, tolerations, antiAffinity,
    Terms.affinity, Terms.spread, Terms.requests, Terms.hostPorts, Terms.claims, Terms.controller, usage)

  typealias Terms = PlacementTermKeys
}

/// `usage` of a node, machine or pod.
enum UsageKeys {
  static let cpu = Key<Double>("cpu", .amount, "cores in use") { $0.exactAmount() }
  static let memory = Key<Double>("memory", .amount, "bytes in use") { $0.exactAmount() }

  static let section = KeySection(cpu, memory)
}

/// A selector of machines and pods by their labels.
enum LabelSelectorKeys {
  static let matchLabels = Key.labels("matchLabels", "labels that must be there")
  static let conditions = Key.list(
    "where", of: .section(LabelExpressionKeys.section), "conditions that must hold")

  static let section = KeySection(matchLabels, conditions).known(
    as: "antiAffinity", "machines and pods, by their labels")
}

/// One condition of a selector.
enum LabelExpressionKeys {
  static let key = Key.text("key", "name of the label").required()
  static let `operator` = Key<LabelSelector.Expression.Operator>.choice("operator", "what must hold of its value")
    .required()
  static let values = Key.texts("values", "values that In and NotIn compare with")

  static let section = KeySection(key, `operator`, values)
}

/// `origin` of a machine.
enum OriginKeys {
  static let size = Key<MachineOrigin.Size>.choice("size", "where its size comes from").required()
  static let request = Key<MachineOrigin.Request>.choice("request", "where its request comes from").required()
  static let place = Key<MachineOrigin.Place>.choice("place", "where its node comes from").required()
  static let migratability = Key<MachineOrigin.Migratability>.choice(
    "migratability", "how it was decided whether it can move while it runs"
  ).required()

  static let section = KeySection(size, request, place, migratability)
}
