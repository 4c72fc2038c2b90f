import ClusterModel
import EventKernel

/// What a reader should know about the inputs before trusting the numbers.
package enum Remarks {
  /// Types in use with their grade and machine count (the most of any variant), in catalogue order; then how many
  /// machines have stated dirty pages, where any has.
  static func evidence(_ setups: [SimulationSetup]) -> [Evidence] {
    var counts = [Int](repeating: 0, count: WorkloadCatalog.all.count)
    for (index, _) in counts.enumerated() {
      counts[index] = setups.map { setup in setup.workloadIndex.count { $0 == index } }.max() ?? 0
    }
    let types = zip(WorkloadCatalog.all, counts).filter { $0.1 > 0 }.map {
      Evidence(type: $0.0.name, grade: $0.0.grade, machineCount: $0.1)
    }
    let measured = setups.map { $0.inventory.machines.count { $0.statedDirty != nil } }.max() ?? 0
    return types + (measured > 0 ? [.measured(machineCount: measured)] : [])
  }

  package static func all(_ setup: SimulationSetup, _ placement: InitialPlacer.Outcome) -> [String] {
    var remarks: [String] = []
    let guessed = setup.inferenceBasis.indices.filter { setup.inferenceBasis[$0] == .none }
    let replayed = guessed.count { setup.settings[$0].trace != nil }
    if guessed.count > replayed {
      remarks.append(
        "\(guessed.count - replayed) of \(machines(setup.inferenceBasis.count)) without workload type and observed usage: "
          + "taken as \(WorkloadCatalog.defaultName)")
    }
    if replayed > 0 {
      remarks.append(
        "\(machines(replayed)) with replayed CPU use and no workload type: memory and dirty pages are those of "
          + WorkloadCatalog.defaultName)
    }
    let observed = setup.inferenceBasis.count { $0 == .usage }
    if observed > 0 { remarks.append("workload type of \(machines(observed)) taken from observed usage") }
    if !placement.unknownNodes.isEmpty {
      let first = placement.unknownNodes[0].index
      remarks.append(
        "\(machines(placement.unknownNodes.count)) on a node that is not in the cluster "
          + "(\(setup.inventory.machines[first].qualifiedName) on \(setup.settings[first].startNode ?? "?")) "
          + "placed by the scheduler")
    }
    if let first = placement.unplaced.first {
      let why = placement.state.refusalSummary(for: first)
      remarks.append(
        "no room at the start for \(machines(placement.unplaced.count)), first "
          + "\(setup.inventory.machines[first.index].qualifiedName): \(why)")
    }
    let overfull = placement.state.overfullNodes()
    if let first = overfull.first {
      remarks.append(
        "more requested than allocatable at the start on \(overfull.count) node\(overfull.count == 1 ? "" : "s"), first \(setup.inventory.nodes[first.index].name)"
      )
    }
    remarks += shutPools(setup, placement.state)
    remarks += parallelMigrations(setup, placement.state)
    if let first = setup.migrationSettings.idlePolicies.first {
      let count = setup.migrationSettings.idlePolicies.count
      remarks.append(
        "\(count) migration polic\(count == 1 ? "y" : "ies") (\(first)\(count > 1 ? ", …" : "")) without effect: no machine "
          + "has the labels, or one with more of them wins")
    }
    for uplink in setup.inventory.uplinks
    where !setup.inventory.nodes.contains(where: { uplink.applies(to: $0.labels) }) {
      remarks.append("the uplinks by \(uplink.label) reach no node: none has that label with such a value")
    }
    for trace in setup.traces {
      let covered = Double(trace.samplesPerMachine) * trace.step.seconds
      if covered < setup.scenario.horizon.seconds {
        remarks.append("trace \(trace.name) covers \(DurationText.formatted(seconds: covered)) and is repeated")
      }
    }
    return remarks
  }

  /// Pools that machines of the dump cannot migrate to, because their nodes do not say which processors they can play.
  private static func shutPools(_ setup: SimulationSetup, _ state: ClusterState) -> [String] {
    let nodes = setup.inventory.nodes
    return setup.scenario.cluster.nodePools.compactMap { pool in
      let own = nodes.indices.filter { nodes[$0].labels["headroom/pool"] == pool.name }
      let shut = state.nodeOfMachine.indices.filter { index in
        guard state.nodeOfMachine[index] != .none, case .live = setup.inventory.machines[index].migratability,
          let targets = state.rules.compatibility.targets(of: MachineID(index), bootedOn: state.bootNode[index])
        else { return false }
        return !own.contains { targets[$0] }
      }
      guard !own.isEmpty, let first = shut.first else { return nil }
      return "\(machines(shut.count)) cannot migrate live to pool \(pool.name), first "
        + "\(setup.inventory.machines[first].qualifiedName): its nodes lack CPU labels of the hosts they booted on; give "
        + "the pool's node labels such as cpu-model-migration.node.kubevirt.io/MODEL"
    }
  }

  private static func machines(_ count: Int) -> String { "\(count) machine\(count == 1 ? "" : "s")" }
}
