import Balancing
import ClusterModel
import EventKernel
package import SimulationEngine

/// Short ways to write the scenarios that tests need.
package enum Build {
  package static func scenario(
    hours: Double = 6, seed: UInt64 = 7, replications: Int = 1, nodes: [NodePool], machines: [MachineGroup],
    balancers: [BalancerSetting] = [balancer("none")], placement: InitialPlacement = .scheduler,
    change: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    var scenario = Scenario()
    scenario.name = "test"
    scenario.horizon = .hours(hours)
    scenario.seed = seed
    scenario.replications = replications
    scenario.cluster.nodePools = nodes
    scenario.cluster.machineGroups = machines
    scenario.cluster.initialPlacement = placement
    scenario.balancers = balancers
    change(&scenario)
    return scenario
  }

  package static func nodes(
    _ count: Int, _ name: String = "node", cores: Int64 = 16, gib: Int64 = 64, gigabits: Double = 10,
    change: (inout NodePool) -> Void = { _ in }
  ) -> NodePool {
    var pool = NodePool(name: name, count: count, cpuMillicores: cores * 1000, memoryBytes: gib << 30)
    pool.migrationNIC = NetworkInterface(bytesPerSecond: gigabits * 1e9 / 8, isDedicated: true)
    change(&pool)
    return pool
  }

  package static func machines(
    _ name: String, _ count: Int, vCPUs: Int = 4, gib: Int64 = 8, type: String = "general-purpose",
    on startNodes: [String] = [], change: (inout MachineGroup) -> Void = { _ in }
  ) -> MachineGroup {
    var group = MachineGroup(name: name, count: count, vCPUs: vCPUs, guestMemoryBytes: gib << 30)
    group.workloadType = type
    group.startNodes = startNodes
    change(&group)
    return group
  }

  /// One machine for each row, with exactly these shares of its vCPUs, repeated from the start after the last.
  package static func replayed(
    _ name: String, _ rows: [[Float]], everyMinutes: Double = 5, vCPUs: Int = 4, gib: Int64 = 8,
    on startNodes: [String] = [], change: (inout MachineGroup) -> Void = { _ in }
  ) -> MachineGroup {
    machines(name, rows.count, vCPUs: vCPUs, gib: gib, on: startNodes) { group in
      group.trace = UsageTrace(
        name: name, step: .minutes(everyMinutes), machineNames: rows.indices.map { "\(name)-\($0)" },
        cpuShares: rows.flatMap { $0 }, samplesPerMachine: rows.first?.count ?? 0)
      change(&group)
    }
  }

  package static func balancer(
    _ name: String, _ overrides: [String: Double] = [:], everyMinutes: Double = 5, label: String? = nil
  ) -> BalancerSetting {
    BalancerSetting(
      label: label ?? name, name: name, every: .minutes(everyMinutes),
      parameters: ParameterValues(BalancerCatalog.named(name)?.parameters ?? [], overrides: overrides))
  }

  /// A random cluster under load with every kind of machine, for runs that only have to stay sound.
  package static func random(seed: UInt64, hours: Double = 24, balancers: [BalancerSetting]) -> Scenario {
    var cluster = RandomCluster(seed: seed, nodes: 2...5, machines: 4...14)
    let types = ["general-purpose", "database", "batch", "edge-iot", "dev-test-building", "media-processing"]
    var scenario = scenario(hours: hours, seed: seed, nodes: [], machines: [], balancers: balancers)
    scenario.cluster.snapshotNodes = cluster.inventory.nodes.map { node in
      var node = node
      node.migrationNIC = NetworkInterface(
        bytesPerSecond: cluster.random.pick([1e9, 10e9]) / 8, isDedicated: cluster.random.bernoulli(0.5))
      return node
    }
    scenario.cluster.snapshotPods = cluster.inventory.pods
    scenario.cluster.snapshotMachines = cluster.inventory.machines.map { machine in
      var machine = machine
      machine.workloadType = cluster.random.pick(types)
      machine.runStrategy = cluster.random.pick(RunStrategy.allCases)
      machine.applicationGroup = cluster.random.pick(["", "one", "two"])
      if cluster.random.bernoulli(0.5) {
        machine.nodeName = "node-\(cluster.random.uniform(below: cluster.inventory.nodes.count))"
      }
      return machine
    }
    return scenario
  }
}
