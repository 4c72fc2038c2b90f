import Balancing
import ClusterModel
import TestSupport
import Testing

@testable import SimulationEngine

/// What KubeVirt's webhook does with an eviction, by strategy and migratability.
struct EvictionTests {
  enum Outcome: Equatable { case migrates, restarts, refused(String) }

  private func evict(_ strategy: EvictionStrategy, _ migratability: Migratability) -> Outcome {
    var scenario = Build.scenario(hours: 1, nodes: [Build.nodes(2)], machines: [])
    var machine = VirtualMachine(name: "vm", vCPUs: 2, guestMemoryBytes: 4 << 30)
    machine.evictionStrategy = strategy
    machine.migratability = migratability
    scenario.cluster.snapshotMachines = [machine]
    var simulation = Simulation.started(scenario, Script([.init(.eviction, 0)]))
    simulation.run(untilSeconds: 60)
    if let refusal = simulation.measurements.refusals.rows.first { return .refused(refusal.reason) }
    return simulation.transfers.slotsInUse == 1 ? .migrates : .restarts
  }

  private static let rwo = Migratability.cold(reason: "DisksNotLiveMigratable")
  private static let local = Migratability.immovable(reason: "local disk")

  @Test func `LiveMigrate migrates what can and blocks what cannot`() {
    #expect(evict(.liveMigrate, .live) == .migrates)
    #expect(
      evict(.liveMigrate, Self.rwo) == .refused("eviction denied: not live-migratable: DisksNotLiveMigratable"))
  }

  @Test func `LiveMigrateIfPossible migrates what can and restarts what cannot`() {
    #expect(evict(.liveMigrateIfPossible, .live) == .migrates)
    #expect(evict(.liveMigrateIfPossible, Self.rwo) == .restarts)
  }

  @Test func `None kills the machine, migratable or not`() {
    #expect(evict(.none, .live) == .restarts)
    #expect(evict(.none, Self.rwo) == .restarts)
  }

  @Test(arguments: RunStrategy.allCases.filter { $0 != .halted })
  func `a machine whose pod is killed comes back as its run strategy says`(runStrategy: RunStrategy) {
    let scenario = Build.scenario(
      hours: 1, nodes: [Build.nodes(2)],
      machines: [
        Build.machines("m", 1, on: ["node-1"]) {
          $0.evictionStrategy = .none
          $0.runStrategy = runStrategy
        }
      ])
    var simulation = Simulation.started(scenario, Script([.init(.eviction, 0)]))
    let measured = simulation.finished()
    let comesBack = runStrategy == .always || runStrategy == .rerunOnFailure
    #expect(simulation.usage.isUp[0] == comesBack)
    #expect(measured.coldMoves == (comesBack ? 1 : 0))
    if !comesBack { #expect(abs(measured.coldByMachine[0] - 3540) < 1e-6 && simulation.node(of: 0) == nil) }
  }

  @Test func `External leaves it to somebody else`() {
    #expect(evict(.external, .live) == .refused("eviction left to an external controller"))
    #expect(evict(.external, Self.rwo) == .refused("eviction left to an external controller"))
  }

  @Test func `a machine bound to its node goes nowhere`() {
    for strategy in EvictionStrategy.allCases {
      guard case .refused = evict(strategy, Self.local) else {
        Issue.record("\(strategy.rawValue) moves a machine that is bound to its node")
        continue
      }
    }
  }

  @Test func `only live-migratable machines migrate on request`() {
    var scenario = Build.scenario(hours: 1, nodes: [Build.nodes(2)], machines: [])
    scenario.cluster.snapshotMachines = [Migratability.live, Self.rwo, Self.local].enumerated().map {
      var machine = VirtualMachine(name: "vm-\($0)", vCPUs: 2, guestMemoryBytes: 4 << 30)
      machine.migratability = $1
      return machine
    }
    var simulation = Simulation.started(
      scenario, Script((0..<3).map { .init(.migration, $0) }, (1..<3).map { .init(.restart, $0) }))
    simulation.run(untilSeconds: 120)
    #expect(
      simulation.measurements.refusals.rows.map(\.reason) == [
        "bound to its node: local disk", "not live-migratable: DisksNotLiveMigratable",
        "not live-migratable: local disk",
      ])
  }
}
