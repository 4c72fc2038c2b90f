import Balancing
import ClusterModel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

struct ParallelRemarkTests {
  private func remarks(
    type: String = "database", gib: Int64 = 32, count: Int = 4, gigabits: Double = 1, outbound: Int = 2,
    balancer: String = "greedy-variance", change: (inout Scenario) -> Void = { _ in }
  ) -> [String] {
    let scenario = Build.scenario(
      nodes: [Build.nodes(4, gib: 256, gigabits: gigabits)],
      machines: [Build.machines("m", count, vCPUs: 8, gib: gib, type: type)], balancers: [Build.balancer(balancer)]
    ) {
      $0.migration.parallelOutboundMigrationsPerNode = outbound
      change(&$0)
    }
    let setup = SimulationSetup(scenario)
    return Remarks.parallelMigrations(setup, InitialPlacer.place(setup, replication: 0).state)
  }

  @Test func `machines that move one by one and stall together are named with the limit that helps`() throws {
    // 287 MiB/s at first: more than half of a line that carries the whole.
    let found = try #require([2.5, 3, 3.5, 4, 5].lazy.map { remarks(gigabits: $0) }.first { !$0.isEmpty })
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("2 migrations at a time share a node's "))
    #expect(found[0].contains(", and fewer get across than one at a time: database of 32 GiB ("))
    let odds = found[0].split(separator: "(")[1].split(separator: " ").compactMap { Int($0) }  // … and the limit of 1
    #expect(odds.count == 3 && odds[0] < odds[1])
    #expect(found[0].hasSuffix("try migration.parallelOutboundMigrationsPerNode: 1"))
  }

  @Test func `nothing is said of quiet machines, of fast lines, of single machines, or where nothing moves`() {
    #expect(remarks(type: "edge-iot", gib: 4).isEmpty)
    #expect(remarks(gigabits: 100).isEmpty)
    #expect(remarks(gigabits: 3.5, outbound: 1).isEmpty)
    #expect(remarks(count: 1, gigabits: 3.5).isEmpty)
    #expect(remarks(gigabits: 3.5, balancer: "none").isEmpty)
    #expect(remarks(gigabits: 3.5) { $0.migration.parallelMigrationsPerCluster = 1 }.isEmpty)
  }

  @Test func `the comparison is quick and says the same every time`() {
    let scenario = Build.scenario(
      nodes: [1.0, 2.5, 10, 25].enumerated().map { Build.nodes(6, "n\($0.offset)", gib: 512, gigabits: $0.element) },
      machines: WorkloadCatalog.all.map { type in
        Build.machines(type.name, 4, vCPUs: 4, gib: 16, type: type.name, on: ["n0-1", "n1-1", "n2-1", "n3-1"])
      }, balancers: [Build.balancer("greedy-variance")]
    ) {
      $0.migration.parallelOutboundMigrationsPerNode = 20
      $0.migration.parallelMigrationsPerCluster = 500
    }
    let setup = SimulationSetup(scenario)
    let state = InitialPlacer.place(setup, replication: 0).state
    var lines: [[String]] = []
    let elapsed = ContinuousClock().measure {
      for _ in 0..<2 { lines.append(Remarks.parallelMigrations(setup, state)) }
    }
    #expect(lines[0] == lines[1] && lines[0].count <= 3)
    // A debug build takes some twenty times as long as a release build.
    #expect(elapsed < .seconds(8), "\(elapsed)")
  }
}
