import Balancing
import ClusterModel
import EventKernel

/// Why an experiment cannot run, in the user's words.
package struct ExperimentError: Error, Sendable, Equatable {
  package var message: String
  package var help: String

  package init(message: String, help: String) {
    self.message = message
    self.help = help
  }
}

/// Runs every balancer of a scenario in every replication on the same demand; the only concurrent code of the engine.
///
/// All balancers of a replication draw from the same keyed streams (common random numbers), so their differences are
/// paired. Results are stored by index and do not depend on the number of jobs.
package enum Experiment {
  /// - Parameter progress: runs done and runs in all, called after each run.
  package static func run(
    _ scenario: Scenario, jobs: Int, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async throws -> ExperimentResult {
    let setup = SimulationSetup(scenario)
    try check(setup)
    let shared = scenario.cluster.initialPlacement == .random ? nil : InitialPlacer.place(setup, replication: 0)
    let total = scenario.balancers.count * scenario.replications
    var results = [RunResult?](repeating: nil, count: total)
    await withTaskGroup(of: (Int, RunResult).self) { group in
      var next = 0
      var done = 0
      while done < total {
        while next < total, next - done < max(1, jobs) {
          let index = next
          group.addTask { (index, runOne(setup, shared, index)) }
          next += 1
        }
        guard let (index, result) = await group.next() else { break }
        results[index] = result
        done += 1
        progress?(done, total)
      }
    }
    let runs = results.compactMap { $0 }
    let contestants = scenario.balancers.enumerated().map { position, setting in
      ExperimentResult.Contestant(
        label: setting.label, balancer: setting.name,
        runs: (0..<scenario.replications).map { runs[$0 * scenario.balancers.count + position] })
    }
    let first = shared ?? InitialPlacer.place(setup, replication: 0)
    return ExperimentResult(
      scenarioName: scenario.name, scenarioHash: scenario.hash, seed: scenario.seed,
      replications: scenario.replications,
      nodeCount: setup.inventory.nodes.count, machineCount: setup.inventory.machines.count,
      horizonSeconds: scenario.horizon.seconds, warmUpSeconds: scenario.warmUp.seconds, contestants: contestants,
      evidence: Remarks.evidence(setup), remarks: Remarks.all(setup, first))
  }

  private static func check(_ setup: SimulationSetup) throws {
    if setup.inventory.nodes.isEmpty {
      throw ExperimentError(
        message: "the cluster has no nodes",
        help: "add 'oc get nodes -o yaml' to the snapshot, or nodePools to the scenario")
    }
    for pair in zip(setup.inventory.nodes, setup.inventory.nodes.dropFirst()) where pair.0.name == pair.1.name {
      throw ExperimentError(message: "two nodes are called '\(pair.0.name)'", help: "give one of them another name")
    }
    for pair in zip(setup.inventory.machines, setup.inventory.machines.dropFirst())
    where pair.0.qualifiedName == pair.1.qualifiedName {
      throw ExperimentError(
        message: "two machines are called '\(pair.0.qualifiedName)'", help: "give one group another name or namespace")
    }
  }

  private static func runOne(_ setup: SimulationSetup, _ shared: InitialPlacer.Outcome?, _ index: Int) -> RunResult {
    let replication = index / setup.scenario.balancers.count
    let placement = shared ?? InitialPlacer.place(setup, replication: replication)
    return replicate(
      setup, placement: placement, balancer: index % setup.scenario.balancers.count, replication: replication)
  }

  /// One replication under one of the scenario's balancers.
  package static func replicate(
    _ setup: SimulationSetup, placement: InitialPlacer.Outcome, balancer position: Int, replication: Int
  ) -> RunResult {
    let setting = setup.scenario.balancers[position]
    let balancer = BalancerCatalog.named(setting.name)?.make(setting.parameters) ?? NoBalancer()
    var simulation = Simulation(
      setup, placement: placement.state, balancer: balancer, setting: setting, replication: replication)
    return RunResult(simulation.run())
  }
}
