import Balancing
import ClusterModel
import EventKernel
import TestSupport

/// Observations made for a test: nodes, machines on them, and what each uses.
struct Seen {
  var nodes: [Node] = []
  var machines: [VirtualMachine] = []
  var places: [Int] = []
  var cores: [Double] = []
  var bytes: [Double] = []
  var migrations: [Observation.InFlight] = []
  var timeSeconds = 0.0

  static let gib = Double(1 << 30)

  mutating func node(
    cores: Int64 = 10, gib: Int64 = 100, pods: Int = 250, change: (inout Node) -> Void = { _ in }
  ) {
    var node = Node(
      name: "node-\(nodes.count)", cpuMillicores: cores * 1000, memoryBytes: gib << 30, podLimit: pods)
    change(&node)
    nodes.append(node)
  }

  /// A machine that requests exactly this, and uses the same unless said otherwise.
  mutating func machine(
    on node: Int, millicores: Int64 = 1000, gib: Int64 = 10, usedCores: Double? = nil, usedGiB: Double? = nil,
    change: (inout VirtualMachine) -> Void = { _ in }
  ) {
    let name = "vm-" + (machines.count < 10 ? "0" : "") + "\(machines.count)"
    var machine = VirtualMachine(
      name: name, vCPUs: 4, guestMemoryBytes: gib << 30, cpuRequestMillicores: millicores,
      memoryRequestBytes: gib << 30)
    change(&machine)
    machines.append(machine)
    places.append(node)
    cores.append(usedCores ?? Double(millicores) / 1000)
    bytes.append((usedGiB ?? Double(gib)) * Self.gib)
  }

  var observation: Observation {
    var state = ClusterState(Inventory(nodes: nodes, machines: machines))
    var nodeCores = [Double](repeating: 0, count: nodes.count)
    var nodeBytes = nodeCores
    for (index, node) in places.enumerated() {
      state.place(MachineID(index), on: NodeID(node))
      nodeCores[node] += cores[index]
      nodeBytes[node] += bytes[index]
    }
    for migration in migrations {
      if let target = migration.target { state.reserve(migration.machine, on: target) }
    }
    let none = [Double](repeating: 0, count: nodes.count)
    return Observation(
      cluster: state, timeSeconds: timeSeconds, nodeCPUCores: nodeCores, nodeMemoryBytes: nodeBytes,
      otherCPUCores: none, otherMemoryBytes: none, machineCPUCores: cores, machineMemoryBytes: bytes,
      migrations: migrations)
  }

  /// A random cluster by the rules with random use.
  static func random(seed: UInt64, nodes: ClosedRange<Int> = 2...5, machines: ClosedRange<Int> = 1...12) -> Observation
  {
    var cluster = RandomCluster(seed: seed, nodes: nodes, machines: machines)
    let state = cluster.placed()
    var nodeCores = [Double](repeating: 0, count: cluster.inventory.nodes.count)
    var nodeBytes = nodeCores
    let otherCores = nodeCores.map { _ in cluster.random.uniform() }
    let otherBytes = nodeCores.map { _ in cluster.random.uniform() * 4 * gib }
    var cores: [Double] = []
    var bytes: [Double] = []
    for (index, machine) in cluster.inventory.machines.enumerated() {
      let place = state.nodeOfMachine[index]
      cores.append(place == .none ? 0 : Double(machine.vCPUs) * cluster.random.uniform())
      bytes.append(place == .none ? 0 : Double(machine.guestMemoryBytes) * cluster.random.uniform())
      if place == .none { continue }
      nodeCores[place.index] += cores[index]
      nodeBytes[place.index] += bytes[index]
    }
    var seen = Observation(
      cluster: state, nodeCPUCores: zip(nodeCores, otherCores).map(+),
      nodeMemoryBytes: zip(nodeBytes, otherBytes).map(+),
      otherCPUCores: otherCores, otherMemoryBytes: otherBytes, machineCPUCores: cores, machineMemoryBytes: bytes)
    for machine in cluster.machineIDs where cluster.random.bernoulli(0.1) {
      let source = state.nodeOfMachine[machine.index]
      guard source != .none else { continue }
      let target = cluster.nodeIDs.first { $0 != source && seen.cluster.mayRun(machine, on: $0) }
      if let target { seen.cluster.reserve(machine, on: target) }
      seen.migrations.append(.init(machine: machine, source: source, target: target))
      seen.isBusy[machine.index] = true
    }
    return seen
  }
}

extension BalancerDefinition {
  func plan(_ seen: Observation, _ overrides: [String: Double] = [:]) -> MigrationPlan {
    var balancer = make(ParameterValues(parameters, overrides: overrides))
    var random = RandomStream(seed: 1, replication: 0, purpose: .balancer)
    return balancer.plan(seen, random: &random)
  }
}
