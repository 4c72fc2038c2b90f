import ClusterModel
import EventKernel
import SimulationEngine

/// A day of demand samples every five minutes with nothing moving: the floor under every run.
///
/// Counts machine-samples: demand, contention, memory, skew, headroom and the loss of every node once. Grows with
/// machines × samples; the loss check with machines × nodes whenever placement has changed.
let demandSweepBench = Bench(
  name: "demand-sweep", unit: "machine-samples",
  parameterSets: [
    ["nodes": 100, "machines": 1000], ["nodes": 1000, "machines": 10_000], ["nodes": 5000, "machines": 50_000],
  ],
  quickParameterSets: [["nodes": 10, "machines": 100]],
  run: { parameters, meter in
    let scenario = syntheticScenario(
      nodes: parameters[size: "nodes"], machines: parameters[size: "machines"], horizon: .hours(24))
    let setup = SimulationSetup(scenario)
    let placement = InitialPlacer.place(setup, replication: 0)
    let result = meter.measure { Experiment.replicate(setup, placement: placement, balancer: 0, replication: 0) }
    var hash = emptyHash
    for value in result.values { hash = hashed(hash, (value ?? -1).bitPattern) }
    return BenchOutcome(
      work: Double(setup.inventory.machines.count * 288),
      counters: ["events": result.eventCount, "nodes": setup.inventory.nodes.count],
      resultHash: hash)
  })
