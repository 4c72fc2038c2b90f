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
  /// One scenario without variants.
  package static func run(
    _ scenario: Scenario, jobs: Int, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async throws -> ExperimentResult {
    try await run([ScenarioVariant(scenario: scenario)], jobs: jobs, progress: progress)
  }

  /// All variants under all their balancers; they share seed and replications.
  /// - Parameter progress: runs done and runs in all, called after each run.
  package static func run(
    _ variants: [ScenarioVariant], jobs: Int, progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async throws -> ExperimentResult {
    let benches = try variants.map { try TestBench($0) }
    let contestants = benches.flatMap { bench in bench.setup.scenario.balancers.indices.map { (bench, $0) } }
    guard let first = benches.first, !contestants.isEmpty else {
      throw ExperimentError(message: "there is nothing to run", help: "name at least one balancer")
    }
    let replications = first.setup.scenario.replications
    let total = contestants.count * replications
    var results = [RunResult?](repeating: nil, count: total)
    await withTaskGroup(of: (Int, RunResult).self) { group in
      var next = 0
      var done = 0
      while done < total {
        while next < total, next - done < max(1, jobs) {
          let index = next
          let (bench, balancer) = contestants[index % contestants.count]
          group.addTask { (index, bench.run(balancer: balancer, replication: index / contestants.count)) }
          next += 1
        }
        guard let (index, result) = await group.next() else { break }
        results[index] = result
        done += 1
        progress?(done, total)
      }
    }
    let runs = results.compactMap { $0 }
    let scenario = first.setup.scenario
    return ExperimentResult(
      scenarioName: scenario.name, scenarioHash: scenario.hash, seed: scenario.seed, replications: replications,
      nodeCount: first.setup.inventory.nodes.count, machineCount: first.setup.inventory.machines.count,
      horizonSeconds: scenario.horizon.seconds, warmUpSeconds: scenario.warmUp.seconds,
      contestants: contestants.enumerated().map { position, contestant in
        let (bench, balancer) = contestant
        return .init(
          label: bench.label(of: balancer), balancer: bench.setup.scenario.balancers[balancer].name,
          variant: bench.name,
          runs: (0..<replications).map { runs[$0 * contestants.count + position] })
      },
      evidence: Remarks.evidence(benches.map(\.setup)), remarks: benches.flatMap(\.remarks))
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

  /// One variant, set up once for all its runs.
  private struct TestBench: Sendable {
    let name: String
    let setup: SimulationSetup
    /// Nil where every replication starts from a placement of its own.
    private let sharedPlacement: InitialPlacer.Outcome?

    init(_ variant: ScenarioVariant) throws {
      name = variant.name
      if let error = variant.scenario.cluster.uncountable { throw error }
      setup = SimulationSetup(variant.scenario)
      try check(setup)
      let isRandom = variant.scenario.cluster.initialPlacement == .random
      sharedPlacement = isRandom ? nil : InitialPlacer.place(setup, replication: 0)
    }

    func placement(replication: Int) -> InitialPlacer.Outcome {
      sharedPlacement ?? InitialPlacer.place(setup, replication: replication)
    }

    /// What to know about the inputs, under the variant's name.
    var remarks: [String] {
      Remarks.all(setup, placement(replication: 0)).map { name.isEmpty ? $0 : "\(name): \($0)" }
    }

    func run(balancer: Int, replication: Int) -> RunResult {
      Experiment.replicate(
        setup, placement: placement(replication: replication), balancer: balancer, replication: replication)
    }

    /// The variant's name where there is one balancer, else `balancer @ variant`.
    func label(of balancer: Int) -> String {
      let label = setup.scenario.balancers[balancer].label
      if name.isEmpty { return label }
      return setup.scenario.balancers.count == 1 ? name : "\(label) @ \(name)"
    }
  }
}
