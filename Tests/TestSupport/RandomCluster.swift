package import ClusterModel
package import EventKernel

/// A small random cluster with everything that placement looks at, made from one seed.
///
/// One to a few nodes with zones, labels and taints, other pods, and machines with selectors, tolerations and host
/// anti-affinity over few label values, so that rules collide often.
package struct RandomCluster {
  package let seed: UInt64
  package private(set) var inventory: Inventory
  /// For what the test draws afterwards.
  package var random: RandomStream

  package init(seed: UInt64, nodes: ClosedRange<Int> = 1...5, machines: ClosedRange<Int> = 0...12) {
    var random = RandomStream(seed: seed, replication: 0, purpose: .placement)
    let nodeCount = random.pick(nodes)
    let machineCount = random.pick(machines)
    let made = (
      nodes: (0..<nodeCount).map { Self.node($0, &random) },
      machines: (0..<machineCount).map { Self.machine($0, &random) },
      pods: (0..<random.uniform(below: 2 * nodeCount + 1)).map { Self.pod($0, nodeCount, &random) }
    )
    self.seed = seed
    inventory = Inventory(
      nodes: made.nodes, machines: made.machines, pods: made.pods, objects: Self.objects(&random))
    self.random = random
  }

  /// Puts every node into service, cordoned or not.
  package mutating func openAllNodes() {
    for index in inventory.nodes.indices {
      inventory.nodes[index].isReady = true
      inventory.nodes[index].labels["kubevirt.io/schedulable"] = "true"
    }
  }

  /// Takes the claims away, for tests that do not know volumes.
  package mutating func dropClaims() {
    for index in inventory.machines.indices { inventory.machines[index].terms.claimNames = [] }
    for index in inventory.pods.indices { inventory.pods[index].terms.claimNames = [] }
  }

  /// Every machine where the scheduler would put it, in id order; those that fit nowhere stay down.
  package func placed() -> ClusterState {
    var state = ClusterState(inventory)
    for machine in machineIDs {
      if let node = state.bestNode(for: machine) { state.place(machine, on: node) }
    }
    return state
  }

  /// Every machine on any node, whatever the rules say.
  package mutating func scattered() -> ClusterState {
    var state = ClusterState(inventory)
    for machine in machineIDs where random.bernoulli(0.9) {
      state.place(machine, on: NodeID(random.uniform(below: inventory.nodes.count)))
    }
    return state
  }

  package var machineIDs: [MachineID] { inventory.machines.indices.map { MachineID($0) } }
  package var nodeIDs: [NodeID] { inventory.nodes.indices.map { NodeID($0) } }

  private static let apps = ["shop", "bank", "mail"]

  private static func node(_ index: Int, _ random: inout RandomStream) -> Node {
    var labels = [
      "kubernetes.io/hostname": "node-\(index)", "disk": random.pick(["ssd", "hdd"]),
      "generation": random.pick(["3", "7"]),
    ]
    if random.bernoulli(0.8) { labels["topology.kubernetes.io/zone"] = random.pick(["zone-a", "zone-b"]) }
    // Where KubeVirt marks the capable it marks them all; here only the incapable are marked.
    if random.bernoulli(0.1), random.pick([true, false]) == false { labels["kubevirt.io/schedulable"] = "false" }
    var taints: [Taint] = []
    for _ in 0..<random.uniform(below: 3) where random.bernoulli(0.5) {
      taints.append(
        Taint(
          key: random.pick(["gpu", "dedicated"]), value: random.pick(["", "yes"]),
          effect: random.pick(Taint.Effect.allCases)))
    }
    var node = Node(
      name: "node-\(index)", labels: labels, taints: taints, cpuMillicores: Int64(random.pick([2000, 4000, 8000])),
      memoryBytes: Int64(random.pick([16, 32, 64])) << 30, podLimit: random.pick([3, 6, 250]))
    node.isCordoned = random.bernoulli(0.1)
    node.isReady = !random.bernoulli(0.05)
    node.extraAllocatable = extraAllocatable(&random)
    return node
  }

  private static func machine(_ index: Int, _ random: inout RandomStream) -> VirtualMachine {
    var machine = VirtualMachine(
      namespace: random.pick(["east", "west"]), name: "vm-\(index)", vCPUs: random.pick([1, 2, 4, 8]),
      guestMemoryBytes: Int64(random.pick([2, 4, 8, 16])) << 30)
    if random.bernoulli(0.3) { machine.cpuRequestMillicores = Int64(random.pick([0, 500, 2000])) }
    if random.bernoulli(0.1) { machine.memoryRequestBytes = 0 }
    machine.labels = ["app": random.pick(apps)]
    if random.bernoulli(0.3) { machine.labels["role"] = random.pick(["primary", "replica"]) }
    if random.bernoulli(0.2) { machine.nodeSelector = ["disk": random.pick(["ssd", "hdd", "tape"])] }
    for _ in 0..<random.uniform(below: 3) where random.bernoulli(0.5) {
      machine.tolerations.append(
        Toleration(
          key: random.pick(["", "gpu", "dedicated"]), operator: random.pick(Toleration.Operator.allCases),
          value: random.pick(["", "yes"]), effect: random.pick([nil, .noSchedule, .preferNoSchedule, .noExecute])))
    }
    machine.terms = terms(&random)
    for _ in 0..<random.uniform(below: 3) where random.bernoulli(0.4) {
      machine.hostAntiAffinity.append(selector(&random))
    }
    machine.priority = random.uniform(below: 3)
    machine.migratability = random.pick([.live, .live, .live, .cold(reason: "disk"), .immovable(reason: "local disk")])
    machine.evictionStrategy = random.pick(EvictionStrategy.allCases)
    return machine
  }

  private static func selector(_ random: inout RandomStream) -> LabelSelector {
    switch random.uniform(below: 6) {
    case 0: LabelSelector()
    case 1: LabelSelector(matchLabels: ["app": random.pick(apps), "role": "primary"])
    case 2: LabelSelector(matchExpressions: [.init(key: "app", operator: .isIn, values: ["shop", "mail"])])
    case 3: LabelSelector(matchExpressions: [.init(key: "role", operator: .notIn, values: ["replica"])])
    case 4:
      LabelSelector(matchExpressions: [.init(key: "role", operator: random.pick([.exists, .doesNotExist]))])
    default: LabelSelector(matchLabels: ["app": random.pick(apps)])
    }
  }

  private static func pod(_ index: Int, _ nodes: Int, _ random: inout RandomStream) -> OtherPod {
    var pod = OtherPod(
      namespace: random.pick(["east", "system"]), name: "pod-\(index)",
      nodeName: "node-\(random.uniform(below: nodes))",
      labels: ["app": random.pick(apps)], cpuRequestMillicores: Int64(random.pick([0, 100, 1000])),
      memoryRequestBytes: Int64(random.pick([0, 1, 8])) << 30)
    pod.terms = terms(&random)
    return pod
  }
}

extension RandomStream {
  package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[uniform(below: elements.count)] }

  package mutating func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + uniform(below: range.count) }
}
