import ClusterModel
package import EventKernel

/// The descheduler's LowNodeUtilization: evicts from nodes over a target until they are under it; the scheduler chooses where to.
///
/// A node is underutilized when every named resource is at or under its threshold and it is schedulable, overutilized
/// when any exceeds its target. With deviation thresholds both are spans around the mean of the nodes, clamped to
/// 0…100 %. Nothing happens without an under- or an overutilized node, when all nodes are under, or when no more than
/// `numberOfNodes` are. Sources go by falling raw sum (millicores + bytes + pods), machines by rising priority; a node
/// is left when it no longer exceeds a target, or when the room of all underutilized nodes together is used up in any
/// resource. Source: kubernetes-sigs/descheduler `plugins/nodeutilization`, of which this is a description in our code.
///
/// Differences: equal machines go in id order, where the descheduler's order is undefined; virtual machines are always
/// evictable (KubeVirt's launcher pods need `evictLocalStoragePods`, as the OpenShift profile sets it); migrations in
/// flight count against the limits, as with evictions in background.
/// - Complexity: O(nodes log nodes + machines log machines) a plan.
package struct LowNodeUtilization: Balancer {
  /// Where usage comes from.
  package enum Metric: Sendable { case requests, usage }

  package var metric: Metric
  package var usesDeviation: Bool
  /// In percent; nil for a resource that does not classify.
  package var thresholds: [Resource: Double]
  package var targetThresholds: [Resource: Double]
  package var numberOfNodes: Int
  package var totalEvictionLimit: Int
  package var nodeEvictionLimit: Int

  package static let definition = BalancerDefinition(
    name: "low-node-utilization",
    summary: "the descheduler's LowNodeUtilization: evicts from full nodes, the scheduler chooses the target",
    source: "kubernetes-sigs/descheduler, pkg/framework/plugins/nodeutilization",
    parameters: [
      .init(
        "metric", .choice(["requests", "usage"]), default: 0, "what counts as load: pod requests, or observed usage"),
      .init("useDeviationThresholds", .boolean, default: 0, "thresholds are distances from the mean of the nodes"),
      .init(
        "thresholds.cpu", .percent, default: nil, in: 0...100,
        "underutilized at or under this; with no threshold set at all 20, or 10 in deviation mode"),
      .init(
        "thresholds.memory", .percent, default: nil, in: 0...100,
        "underutilized at or under this; with no threshold set at all 20, or 10 in deviation mode"),
      .init(
        "thresholds.pods", .percent, default: nil, in: 0...100,
        "underutilized at or under this; not looked at unless set"),
      .init(
        "targetThresholds.cpu", .percent, default: nil, in: 0...100,
        "overutilized above this; with no threshold set at all 50, or 10 in deviation mode"),
      .init(
        "targetThresholds.memory", .percent, default: nil, in: 0...100,
        "overutilized above this; with no threshold set at all 50, or 10 in deviation mode"),
      .init(
        "targetThresholds.pods", .percent, default: nil, in: 0...100,
        "overutilized above this; not looked at unless set"),
      .init("numberOfNodes", .integer, default: 0, in: 0...1e6, "act only if more nodes than this are underutilized"),
      .init("evictionLimits.total", .integer, default: 5, in: 0...1e6, "evictions in flight, whole cluster"),
      .init("evictionLimits.node", .integer, default: 2, in: 0...1e6, "evictions in flight, one node"),
    ],
    make: { LowNodeUtilization($0) })

  package init(_ values: ParameterValues) {
    metric = values.integer("metric") == 1 ? .usage : .requests
    usesDeviation = values.flag("useDeviationThresholds")
    thresholds = [:]
    targetThresholds = [:]
    let isAnyNamed = Resource.allCases.contains {
      values["thresholds.\($0.rawValue)"] != nil || values["targetThresholds.\($0.rawValue)"] != nil
    }
    for resource in [Resource.cpu, .memory, .pods] {
      let isNamed = !isAnyNamed && resource != .pods
      let low = values["thresholds.\(resource.rawValue)"] ?? (isNamed ? (usesDeviation ? 10 : 20) : nil)
      let high = values["targetThresholds.\(resource.rawValue)"] ?? (isNamed ? (usesDeviation ? 10 : 50) : nil)
      // The descheduler demands both sides for a resource; the missing side never decides.
      thresholds[resource] = low ?? (high == nil ? nil : usesDeviation ? -100 : 100)
      targetThresholds[resource] = high ?? (low == nil ? nil : 100)
    }
    numberOfNodes = values.integer("numberOfNodes")
    totalEvictionLimit = values.integer("evictionLimits.total")
    nodeEvictionLimit = values.integer("evictionLimits.node")
  }

  package mutating func plan(_ seen: borrowing Observation, random: inout RandomStream) -> MigrationPlan {
    let load = NodeLoad(seen, metric: metric)
    let marks = NodeMarks(load, thresholds: thresholds, targets: targetThresholds, usesDeviation: usesDeviation)
    let under = load.nodes.filter { marks.isUnderutilized($0, load) && seen.cluster.isSchedulable[$0] }
    let over = load.nodes.filter { marks.isOverutilized($0, load) }
    guard !under.isEmpty, under.count > numberOfNodes, under.count < load.nodes.count, !over.isEmpty else {
      return MigrationPlan()
    }

    var inFlight = seen.migrations.count
    var inFlightByNode = [Int](repeating: 0, count: load.usage.count)
    for migration in seen.migrations where migration.source != .none { inFlightByNode[migration.source.index] += 1 }

    var room = marks.room(of: under, load)
    let machines = seen.cluster.machinesByNode()
    var plan = MigrationPlan()
    for node in load.fullestFirst(over) {
      var usage = load.usage[node]
      let candidates = machines[node].filter { machine in
        !seen.isBusy[machine.index] && toleratesSome(machine, of: under, seen.cluster)
      }.sorted { Self.leavesFirst($0, $1, seen.cluster.inventory) }
      for machine in candidates {
        guard let excess = marks.worstExcess(usage, node), marks.hasRoom(room) else { break }
        guard inFlight < totalEvictionLimit, inFlightByNode[node] < nodeEvictionLimit else { break }
        // A denied eviction is an error that the descheduler passes over: it uses up neither limits nor room.
        if !isDenied(seen.cluster.inventory.machines[machine.index]) {
          let share = load.demand(of: machine, seen, metric)
          usage -= share
          room -= share
          inFlight += 1
          inFlightByNode[node] += 1
        }
        plan.moves.append(
          .init(
            machine: machine, target: nil, kind: .eviction,
            reason: .nodeOverutilized(
              resource: excess.resource, percent: excess.percent, thresholdPercent: excess.targetPercent)))
      }
      if inFlight >= totalEvictionLimit { break }
    }
    return plan
  }

  private func isDenied(_ machine: VirtualMachine) -> Bool {
    if case .denied = machine.evictionOutcome { true } else { false }
  }

  /// Lower priority first, then id.
  private static func leavesFirst(_ a: MachineID, _ b: MachineID, _ inventory: Inventory) -> Bool {
    let (x, y) = (inventory.machines[a.index].priority, inventory.machines[b.index].priority)
    return x != y ? x < y : a < b
  }

  /// The pod must tolerate every taint, PreferNoSchedule included, of at least one underutilized node.
  ///
  /// As in the descheduler, a pod with fewer tolerations than the node has taints does not, even if one covers all.
  private func toleratesSome(_ machine: MachineID, of nodes: [Int], _ cluster: ClusterState) -> Bool {
    let tolerations = cluster.inventory.machines[machine.index].tolerations
    return nodes.contains { node in
      let taints = cluster.inventory.nodes[node].taints
      return tolerations.count >= taints.count
        && taints.allSatisfy { taint in tolerations.contains { TaintPlugin.tolerates($0, taint) } }
    }
  }
}
