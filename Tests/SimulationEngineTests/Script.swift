import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

/// A balancer that asks for given moves, one list each time it is asked, then for none.
struct Script: Balancer {
  var plans: [[MigrationPlan.Move]]

  init(_ plans: [MigrationPlan.Move]...) { self.plans = plans }

  mutating func plan(_ seen: borrowing Observation, random: inout RandomStream) -> MigrationPlan {
    plans.isEmpty ? MigrationPlan() : MigrationPlan(moves: plans.removeFirst())
  }
}

extension MigrationPlan.Move {
  init(_ kind: Kind, _ machine: Int, to target: Int? = nil) {
    self.init(
      machine: MachineID(machine), target: target.map { NodeID($0) }, kind: kind, reason: .other("test"))
  }
}

extension Simulation {
  /// A started run of the scenario's first balancer, or of `balancer`, asked every `everyMinutes`.
  static func started(
    _ scenario: Scenario, _ balancer: (any Balancer)? = nil, everyMinutes: Double = 1, replication: Int = 0
  ) -> Simulation {
    let setup = SimulationSetup(scenario)
    var setting = scenario.balancers[0]
    if balancer != nil { setting.every = .minutes(everyMinutes) }
    let made = BalancerCatalog.named(setting.name)?.make(setting.parameters) ?? NoBalancer()
    var simulation = Simulation(
      setup, placement: InitialPlacer.place(setup, replication: replication).state, balancer: balancer ?? made,
      setting: setting, replication: replication)
    simulation.start()
    return simulation
  }

  /// Handles every event up to and including `seconds`.
  mutating func run(untilSeconds seconds: Double) {
    while let next = queue.peekTime, next <= .seconds(seconds), step() {}
  }

  mutating func finished() -> Measurements {
    while step() {}
    finish()
    return measurements
  }

  func node(of machine: Int) -> Int? {
    cluster.nodeOfMachine[machine] == .none ? nil : cluster.nodeOfMachine[machine].index
  }

  func value(_ metric: String) -> Double? {
    MetricCatalog.index(of: metric).flatMap { MetricCatalog.all[$0].value(measurements) }
  }
}

/// Every run of an experiment by metric name.
func values(_ scenario: Scenario) async throws -> [[String: Double]] {
  let result = try await Experiment.run(scenario, jobs: 2)
  return result.contestants.flatMap(\.runs).map { run in
    var named: [String: Double] = [:]
    for (definition, value) in zip(MetricCatalog.all, run.values) { named[definition.name] = value }
    return named
  }
}
