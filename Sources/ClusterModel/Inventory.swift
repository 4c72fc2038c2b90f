/// Everything about a cluster that a run does not change: nodes, virtual machines and other pods as loaded.
///
/// Immutable and shared by all replications. Ids are positions in these arrays: nodes sorted by name, machines by
/// namespace and name, so the order of the input never matters.
package struct Inventory: Sendable, Equatable {
  package var nodes: [Node]
  package var machines: [VirtualMachine]
  /// Pods other than virtual machines that take room on a node.
  package var pods: [OtherPod]
  /// Names of the zones that nodes carry, sorted; `Node.zone` points here.
  package private(set) var zones: [String]
  /// What selectors and claims of pods refer to.
  package var objects: PlacementObjects
  /// What the zones or racks of nodes share on the way to others; at most `Uplink.most` labels.
  package var uplinks: [Uplink] = []

  /// Sorts nodes and machines, resolves zones, and keeps a machine's node by name.
  package init(nodes: [Node], machines: [VirtualMachine], pods: [OtherPod] = [], objects: PlacementObjects = .init()) {
    var sorted = nodes.sorted { $0.name < $1.name }
    let names = Set(sorted.map(\.zoneName).filter { !$0.isEmpty }).sorted()
    for i in sorted.indices { sorted[i].zone = names.firstIndex(of: sorted[i].zoneName).map { ZoneID($0) } }
    self.nodes = sorted
    self.machines = machines.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    self.pods = pods.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    zones = names
    self.objects = objects
  }

  /// The id of the node called `name`, by binary search.
  /// - Complexity: O(log nodes) string comparisons.
  package func node(named name: String) -> NodeID? {
    var low = 0
    var high = nodes.count
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low < nodes.count && nodes[low].name == name ? NodeID(low) : nil
  }
}

/// A Kubernetes Node as far as capacity planning needs it.
package struct Node: Sendable, Equatable {
  package var name: String
  package var labels: [String: String]
  package var taints: [Taint]
  /// `spec.unschedulable`, set by `oc adm cordon`.
  package var isCordoned = false
  package var isReady = true
  /// `status.allocatable.cpu`.
  package var cpuMillicores: Int64
  /// `status.allocatable.memory`.
  package var memoryBytes: Int64
  /// `status.allocatable.pods`.
  package var podLimit: Int
  /// `status.allocatable` besides cpu, memory and pods: ephemeral-storage, huge pages, devices.
  package var extraAllocatable = ResourceAmounts()
  package var migrationNIC: NetworkInterface
  /// Position of the zone name in the inventory; set by `Inventory.init`.
  package internal(set) var zone: ZoneID?
  /// Usage that the dump reports (NodeMetrics); nil where unknown.
  package var observedUsage: ObservedUsage?

  package init(
    name: String, labels: [String: String] = [:], taints: [Taint] = [], cpuMillicores: Int64, memoryBytes: Int64,
    podLimit: Int = 250, migrationNIC: NetworkInterface = NetworkInterface()
  ) {
    self.name = name
    self.labels = labels
    self.taints = taints
    self.cpuMillicores = cpuMillicores
    self.memoryBytes = memoryBytes
    self.podLimit = podLimit
    self.migrationNIC = migrationNIC
  }

  /// The value of `topology.kubernetes.io/zone`, or empty.
  package var zoneName: String { labels["topology.kubernetes.io/zone"] ?? "" }

  /// KubeVirt runs machines only on nodes labelled `kubevirt.io/schedulable: "true"`; a node without the label is
  /// taken as able, because inventories of other platforms do not have it.
  package var isVirtualizationHost: Bool { labels["kubevirt.io/schedulable"] != "false" }
}

/// The network interface that carries a node's migrations.
package struct NetworkInterface: Sendable, Equatable {
  /// Line rate of one link, one direction.
  package var bytesPerSecond: Double
  package var mtuBytes: Int
  /// A network of its own; when false, application traffic takes its share of the line first.
  package var isDedicated: Bool
  /// Links that are used together; one TCP stream uses one of them.
  package var linkCount: Int

  package static let linkCounts: ClosedRange<Int64> = 1...64

  package init(
    bytesPerSecond: Double = 10e9 / 8, mtuBytes: Int = 1500, isDedicated: Bool = false, linkCount: Int = 1
  ) {
    self.bytesPerSecond = bytesPerSecond
    self.mtuBytes = mtuBytes
    self.isDedicated = isDedicated
    self.linkCount = linkCount
  }
}

/// What nodes with the same value of a label share on the way to nodes with another, such as the uplink of a rack.
package struct Uplink: Sendable, Equatable {
  /// Labels that a cluster's uplinks may go by.
  package static let most = 2

  /// The label whose values divide the nodes.
  package var label: String
  /// What migrations may use of it, in each direction; infinity where only some values have one.
  package var bytesPerSecond: Double
  /// In place of `bytesPerSecond`, by value of the label.
  package var bytesPerSecondByValue: [String: Double]

  package init(label: String, bytesPerSecond: Double = .infinity, bytesPerSecondByValue: [String: Double] = [:]) {
    self.label = label
    self.bytesPerSecond = bytesPerSecond
    self.bytesPerSecondByValue = bytesPerSecondByValue
  }

  package func bytesPerSecond(of value: String) -> Double { bytesPerSecondByValue[value] ?? bytesPerSecond }

  /// Whether a node with these labels is behind one of these links.
  package func applies(to labels: [String: String]) -> Bool {
    labels[label].map { bytesPerSecond(of: $0) < .infinity } ?? false
  }
}

/// A taint of a node.
package struct Taint: Sendable, Hashable {
  package enum Effect: String, Sendable, CaseIterable {
    case noSchedule = "NoSchedule", preferNoSchedule = "PreferNoSchedule", noExecute = "NoExecute"
  }
  package var key: String
  package var value: String
  package var effect: Effect

  package init(key: String, value: String = "", effect: Effect) {
    self.key = key
    self.value = value
    self.effect = effect
  }
}

/// A toleration of a pod; an empty key with `exists` tolerates everything, a nil effect every effect.
package struct Toleration: Sendable, Hashable {
  package enum Operator: String, Sendable, CaseIterable { case equal = "Equal", exists = "Exists" }
  package var key: String
  package var `operator`: Operator
  package var value: String
  package var effect: Taint.Effect?

  package init(key: String = "", operator: Operator = .equal, value: String = "", effect: Taint.Effect? = nil) {
    self.key = key
    self.operator = `operator`
    self.value = value
    self.effect = effect
  }
}

/// CPU and memory in use, as a metrics source reports them; nil where it reports only the other.
package struct ObservedUsage: Sendable, Equatable {
  package var cpuCores: Double?
  package var memoryBytes: Double?

  package init(cpuCores: Double?, memoryBytes: Double?) {
    self.cpuCores = cpuCores
    self.memoryBytes = memoryBytes
  }
}

/// A pod that is not a virtual machine but takes room on its node.
package struct OtherPod: Sendable, Equatable {
  package var namespace: String
  package var name: String
  package var nodeName: String
  package var labels: [String: String]
  package var cpuRequestMillicores: Int64
  package var memoryRequestBytes: Int64
  package var nodeSelector: [String: String] = [:]
  package var tolerations: [Toleration] = []
  package var priority = 0
  package var terms = PlacementTerms()
  package var observedUsage: ObservedUsage?

  package init(
    namespace: String, name: String, nodeName: String, labels: [String: String] = [:], cpuRequestMillicores: Int64 = 0,
    memoryRequestBytes: Int64 = 0, observedUsage: ObservedUsage? = nil
  ) {
    self.namespace = namespace
    self.name = name
    self.nodeName = nodeName
    self.labels = labels
    self.cpuRequestMillicores = cpuRequestMillicores
    self.memoryRequestBytes = memoryRequestBytes
    self.observedUsage = observedUsage
  }
}
