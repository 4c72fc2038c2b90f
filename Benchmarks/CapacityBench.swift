import ClusterModel

/// The loss of each node in turn: every machine of it is placed again on the others under all placement rules.
///
/// `plain` machines ask for cpu and memory on nodes three quarters full; `mixed` ones are spread over zones (skew 5), and
/// the three of an application shun each other's hosts. The unit is a machine placed again; each looks at all nodes.
let capacityBench = Bench(
  name: "capacity", unit: "machines",
  parameterSets: ["plain", "mixed"].flatMap { workload in
    [100, 1000].map { ["workload": .text(workload), "nodes": .integer($0), "machines": .integer(10 * $0)] }
  },
  quickParameterSets: [["workload": "mixed", "nodes": 6, "machines": 60]],
  run: { parameters, meter in
    let nodeCount = parameters[size: "nodes"]
    let isMixed = parameters["workload"]?.text == "mixed"
    let nodes = (0..<nodeCount).map { index in
      Node(
        name: "node-\(index)", labels: ["topology.kubernetes.io/zone": "zone-\(index % 3)"], cpuMillicores: 64_000,
        memoryBytes: 256 << 30)
    }
    let machines = (0..<parameters[size: "machines"]).map { index -> VirtualMachine in
      var machine = VirtualMachine(
        namespace: "apps", name: "vm-\(index)", vCPUs: 4, guestMemoryBytes: Int64([8, 16, 24, 32][index % 4]) << 30)
      guard isMixed else { return machine }
      let selector = LabelSelector(matchLabels: ["app": "app-\(index / 3)"])
      machine.labels = selector.matchLabels
      machine.hostAntiAffinity = [selector]
      machine.terms.spreadConstraints = [
        SpreadConstraint(maxSkew: 5, topologyKey: "topology.kubernetes.io/zone", isHard: true, selector: selector)
      ]
      return machine
    }
    var state = ClusterState(Inventory(nodes: nodes, machines: machines))
    for index in machines.indices {
      if let node = state.bestNode(for: MachineID(index)) { state.place(MachineID(index), on: node) }
    }
    let placed = state.nodeOfMachine.count { $0 != .none }
    var stranded = 0
    meter.measure { stranded = Evacuation.eachNode(state).reduce(0) { $0 + $1.stranded.count } }
    return BenchOutcome(
      work: Double(placed), counters: ["placed": placed, "stranded": stranded],
      resultHash: hashed(emptyHash, UInt64(stranded)))
  })
