import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

/// Laws between two runs: what must stay, and what must not get worse.
struct MetamorphicTests {
  private func groups(_ pool: String = "node", _ scale: Int = 1) -> [MachineGroup] {
    [
      Build.replayed(
        "a", (0..<6).map { [0.1 * Float($0), 0.5, 0.9, 0.2] }, vCPUs: 4 * scale, gib: Int64(8 * scale),
        on: ["\(pool)-1", "\(pool)-1", "\(pool)-2"]
      ) { $0.memoryUsedShare = 0.5 },
      Build.replayed(
        "b", [[1, 1, 0.3], [0.6, 0.7, 0.8]], vCPUs: 8 * scale, gib: Int64(16 * scale), on: ["\(pool)-3"]
      ) { $0.memoryUsedShare = 0.75 },
    ]
  }

  @Test func `twice the capacities and twice the demands give the same utilisation`() async throws {
    func metrics(_ scale: Int) async throws -> [String: Double] {
      try await values(
        Build.scenario(
          hours: 3, nodes: [Build.nodes(3, cores: Int64(8 * scale), gib: Int64(64 * scale))],
          machines: groups("node", scale)))[0]
    }
    let (one, two) = (try await metrics(1), try await metrics(2))
    for name in one.keys.sorted()
    where name.hasPrefix("skew.cpu") || name.hasPrefix("skew.memory") || name.hasPrefix("headroom.usage")
      || name.hasPrefix("alert") || name == "contention.node.time" || name == "contention.cpu.lostShare"
    {
      let (a, b) = (try #require(one[name]), try #require(two[name]))
      #expect(abs(a - b) <= 1e-12 * max(1, abs(a)), "\(name): \(a), scaled \(b)")
    }
    #expect(try #require(one["contention.cpu.lost"]) > 0)
  }

  @Test(arguments: ["none", "greedy-variance", "low-node-utilization"])
  func `other node names in the same order change nothing`(balancer: String) async throws {
    func metrics(_ pool: String) async throws -> [String: Double] {
      try await values(
        Build.scenario(
          hours: 6, nodes: [Build.nodes(3, pool, cores: 8)], machines: groups(pool),
          balancers: [Build.balancer(balancer, ["deadBand": 1, "metric": 1, "useDeviationThresholds": 1])]))[0]
    }
    #expect(try await metrics("node") == metrics("another-name"))
  }

  @Test func `a NIC twice as fast makes no migration slower`() {
    Seeds.each(30) { seed in
      func duration(_ gigabits: Double) -> Double {
        let types = WorkloadCatalog.all.map(\.name)
        let scenario = Build.scenario(
          hours: 12, seed: seed, nodes: [Build.nodes(2, gigabits: gigabits)],
          machines: [Build.machines("m", 1, gib: 16, type: types[Int(seed) % types.count], on: ["node-1"])])
        var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
        return simulation.finished().durationsSeconds.first ?? .infinity
      }
      let (slow, fast) = (duration(5), duration(10))
      return fast <= slow + 0.1 ? nil : "\(fast) s at 10 Gbit/s, \(slow) s at 5"
    }
  }

  @Test func `migrations that share a NIC end no later on a faster one`() {
    func end(_ gigabits: Double) -> Double {
      let scenario = Build.scenario(
        hours: 2, nodes: [Build.nodes(2, gib: 128, gigabits: gigabits)],
        machines: [Build.machines("m", 6, on: ["node-1"])])
      var simulation = Simulation.started(scenario, Script((0..<6).map { .init(.migration, $0, to: 1) }))
      while simulation.measurements.succeeded < 6, simulation.step() {}
      return simulation.now.seconds
    }
    let ends = [1.0, 2, 5, 10, 25].map(end)
    #expect(ends == ends.sorted(by: >), "\(ends)")
  }

  @Test func `an empty node more never makes the loss of a node worse`() {
    Seeds.each(150) { seed in
      let cluster = RandomCluster(seed: seed, nodes: 2...4, machines: 3...12)
      let state = cluster.placed()
      let spare = Node(name: "zzz", cpuMillicores: 64_000, memoryBytes: 512 << 30)
      var wider = ClusterState(
        Inventory(
          nodes: cluster.inventory.nodes + [spare], machines: cluster.inventory.machines, pods: cluster.inventory.pods))
      for (index, node) in state.nodeOfMachine.enumerated() where node != .none {
        wider.place(MachineID(index), on: node)
      }
      for (before, after) in zip(Evacuation.eachNode(state), Evacuation.eachNode(wider))
      where after.stranded.count > before.stranded.count {
        return "\(before.stranded.count) stranded before, \(after.stranded.count) with a node more"
      }
      return nil
    }
  }

  @Test func `a balancer never leaves more skew than none on a steady cluster`() async throws {
    for balancer in BalancerCatalog.all where balancer.name != "none" {
      let steady = Build.replayed(
        "a", (0..<10).map { _ in [0.8] }, vCPUs: 4, gib: 8, on: ["node-1", "node-1", "node-1", "node-2"])
      let scenario = Build.scenario(
        hours: 4, nodes: [Build.nodes(3)], machines: [steady],
        balancers: [Build.balancer("none"), Build.balancer(balancer.name, ["metric": 1])])
      let runs = try await values(scenario)
      let before = try #require(runs[0]["skew.cpu.stddev.mean"])
      let after = try #require(runs[1]["skew.cpu.stddev.mean"])
      #expect(after < before, "\(balancer.name)")
    }
  }
}
