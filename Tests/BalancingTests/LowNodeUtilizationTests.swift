import ClusterModel
import EventKernel
import TestSupport
import Testing

@testable import Balancing

/// Rules of the descheduler's LowNodeUtilization, one small cluster each: nodes have 10 cores, 100 GiB and 250 pods.
struct LowNodeUtilizationTests {
  private func machines(_ seen: Seen, _ overrides: [String: Double] = [:]) -> [Int] {
    LowNodeUtilization.definition.plan(seen.observation, overrides).moves.map(\.machine.index)
  }

  private let open: [String: Double] = ["evictionLimits.total": 100, "evictionLimits.node": 100]

  /// A full node of `count` machines with 10 % each, and `empty` nodes without any.
  private func skewed(_ count: Int = 8, empty: Int = 1, change: (inout Seen) -> Void = { _ in }) -> Seen {
    var seen = Seen()
    for _ in 0...empty { seen.node() }
    for _ in 0..<count { seen.machine(on: 0) }
    change(&seen)
    return seen
  }

  // MARK: Classes

  @Test func `a node at its threshold is underutilized and one above it is not`() {
    func evicts(underMillicores: Int64) -> Bool {
      var seen = skewed()
      seen.machine(on: 1, millicores: underMillicores, gib: 20)
      return !machines(seen, open).isEmpty
    }
    #expect(evicts(underMillicores: 2000))
    #expect(!evicts(underMillicores: 2001))
  }

  @Test func `a node at its target is not overutilized and one above it is`() {
    #expect(machines(skewed(5), open).isEmpty)
    #expect(machines(skewed(6), open) == [0])
  }

  @Test func `underutilized takes every named resource, overutilized any`() {
    var seen = skewed(0)
    for _ in 0..<6 { seen.machine(on: 0, millicores: 1000, gib: 1) }
    #expect(machines(seen, open) == [0])
    seen.machine(on: 1, millicores: 100, gib: 30)
    #expect(machines(seen, open).isEmpty)
  }

  @Test func `a cordoned node is not underutilized`() {
    var seen = skewed()
    seen.nodes[1].isCordoned = true
    #expect(machines(seen, open).isEmpty)
  }

  @Test func `pods classify once they have a threshold`() {
    var seen = Seen()
    seen.node(pods: 10)
    seen.node(pods: 10)
    for _ in 0..<8 { seen.machine(on: 0, millicores: 10, gib: 1) }
    #expect(machines(seen, open).isEmpty)
    let named = ["thresholds.pods": 20, "targetThresholds.pods": 50].merging(open) { a, _ in a }
    #expect(machines(seen, named).count == 3)
  }

  @Test(arguments: [0.0, 1.0])
  func `a resource named on one side only never decides on the other`(deviation: Double) {
    var seen = Seen()
    for _ in 0..<3 { seen.node(pods: 10) }
    for _ in 0..<8 { seen.machine(on: 0, millicores: 100, gib: 1) }
    seen.machine(on: 1, millicores: 100, gib: 1)
    seen.machine(on: 2, millicores: 100, gib: 1)
    // 8 % of cpu and memory and 80 % of pods against 1 % and 10 %.
    let low = deviation == 1 ? 1.0 : 5.0
    let named = [
      "useDeviationThresholds": deviation, "targetThresholds.pods": 20, "thresholds.cpu": low, "thresholds.memory": low,
      "targetThresholds.cpu": 100, "targetThresholds.memory": 100,
    ].merging(open) { a, _ in a }
    #expect(!machines(seen, named).isEmpty)
  }

  @Test func `usage instead of requests classifies when asked to`() {
    var seen = Seen()
    seen.node()
    seen.node()
    for _ in 0..<8 { seen.machine(on: 0, millicores: 100, gib: 1, usedCores: 1, usedGiB: 10) }
    #expect(machines(seen, open).isEmpty)
    let plan = LowNodeUtilization.definition.plan(seen.observation, open.merging(["metric": 1]) { a, _ in a })
    #expect(plan.moves.map(\.machine.index) == [0, 1, 2])
    #expect(plan.moves.allSatisfy { $0.kind == .eviction && $0.target == nil })
    #expect(plan.moves[0].reason == .nodeOverutilized(resource: .cpu, percent: 80, thresholdPercent: 50))
    #expect(plan.moves[2].reason == .nodeOverutilized(resource: .cpu, percent: 60, thresholdPercent: 50))
  }

  // MARK: Deviation

  @Test func `deviation thresholds are spans around the mean of the nodes`() {
    // 60, 40 and 20 %: mean 40, marks 30 and 50.
    var seen = Seen()
    for node in 0..<3 {
      seen.node()
      for _ in 0..<(6 - 2 * node) { seen.machine(on: node) }
    }
    let deviation = ["useDeviationThresholds": 1.0].merging(open) { a, _ in a }
    #expect(machines(seen, deviation) == [0])
    // 45, 40, 35 %: all inside the spans.
    #expect(machines(seen, ["thresholds.cpu": 21, "thresholds.memory": 21].merging(deviation) { a, _ in a }).isEmpty)
    #expect(
      machines(seen, ["targetThresholds.cpu": 20, "targetThresholds.memory": 20].merging(deviation) { a, _ in a })
        .isEmpty)
  }

  @Test func `deviation marks are clamped to 0 and 100 percent`() {
    // 90 and 0 %: mean 45; 45 − 60 is clamped to 0, which the empty node still meets.
    let spans = [
      "useDeviationThresholds": 1.0, "thresholds.cpu": 60, "thresholds.memory": 60, "targetThresholds.cpu": 10,
      "targetThresholds.memory": 10,
    ].merging(open) { a, _ in a }
    #expect(machines(skewed(9), spans) == [0, 1, 2, 3])
    let never = ["targetThresholds.cpu": 60.0, "targetThresholds.memory": 60].merging(spans) { a, _ in a }
    #expect(machines(skewed(9), never).isEmpty)
  }

  @Test func `nodes that take no machines neither count nor get in the way, wherever they stand`() {
    // A control-plane node before the workers: idle, but no place to go.
    var seen = Seen()
    seen.node { $0.taints = [Taint(key: "node-role.kubernetes.io/control-plane", effect: .noSchedule)] }
    seen.node()
    seen.node()
    for _ in 0..<8 { seen.machine(on: 2) }
    #expect(machines(seen, open) == [0, 1, 2])
    seen.nodes[1].isCordoned = true
    #expect(machines(seen, open).isEmpty)
  }

  // MARK: Guards

  @Test func `nothing happens without an underutilized node, with none over, or with all under`() {
    var busy = skewed()
    for _ in 0..<3 { busy.machine(on: 1) }
    #expect(machines(busy, open).isEmpty)
    #expect(machines(skewed(3), open).isEmpty)
    #expect(
      machines(skewed(2), ["targetThresholds.cpu": 10, "targetThresholds.memory": 10].merging(open) { a, _ in a })
        .isEmpty)
  }

  @Test func `no more than numberOfNodes underutilized nodes are ignored`() {
    let seen = skewed(8, empty: 2)
    #expect(!machines(seen, open.merging(["numberOfNodes": 1]) { a, _ in a }).isEmpty)
    #expect(machines(seen, open.merging(["numberOfNodes": 2]) { a, _ in a }).isEmpty)
  }

  // MARK: Order

  @Test func `sources go by falling raw sum, which is memory in effect`() {
    var seen = Seen()
    for _ in 0..<3 { seen.node() }
    for _ in 0..<9 { seen.machine(on: 0, millicores: 1000, gib: 1) }
    for _ in 0..<6 { seen.machine(on: 1, millicores: 100, gib: 10) }
    #expect(machines(seen, ["evictionLimits.total": 1, "evictionLimits.node": 1]) == [9])
  }

  @Test func `lower priority leaves first, then the lower id`() {
    var seen = skewed(0)
    for priority in [5, 0, 9, 0, 5, 5, 5, 5] { seen.machine(on: 0) { $0.priority = priority } }
    #expect(machines(seen, open) == [1, 3, 0])
  }

  @Test func `eviction stops when the node no longer exceeds a target, the last one may overshoot`() {
    var seen = skewed(0)
    seen.machine(on: 0, millicores: 4000, gib: 40)
    seen.machine(on: 0, millicores: 4000, gib: 40)
    #expect(machines(seen, open) == [0])
  }

  // MARK: Limits and room

  @Test func `limits count evictions of the plan and migrations in flight`() {
    #expect(machines(skewed(9)) == [0, 1])
    #expect(machines(skewed(9), ["evictionLimits.node": 3]) == [0, 1, 2])
    var seen = skewed(9, empty: 2)
    seen.migrations = [.init(machine: MachineID(4), source: NodeID(0), target: nil)]
    #expect(machines(seen) == [0])
    seen.migrations = (0..<5).map { .init(machine: MachineID($0), source: NodeID(2), target: nil) }
    #expect(machines(seen).isEmpty)
    #expect(machines(seen, ["evictionLimits.total": 6]) == [5])
  }

  @Test func `a machine that migrates is left alone`() {
    var seen = skewed(9)
    seen.migrations = [.init(machine: MachineID(0), source: NodeID(0), target: nil)]
    #expect(machines(seen, open) == [1, 2, 3, 4])
  }

  @Test func `the room of all underutilized nodes is one pool that all sources share`() {
    // Two nodes at 90 % and one empty node with room for five machines.
    var seen = Seen()
    for _ in 0..<3 { seen.node() }
    for node in 0..<2 { for _ in 0..<9 { seen.machine(on: node) } }
    #expect(machines(seen, open) == [0, 1, 2, 3, 9])
  }

  @Test func `room that is used up in one resource ends everything`() {
    // The empty node takes 100 pods' worth of cpu and memory but only two pods.
    var seen = Seen()
    seen.node()
    seen.node(pods: 2)
    for _ in 0..<9 { seen.machine(on: 0) }
    #expect(machines(seen, open) == [0, 1])
  }

  // MARK: Taints

  @Test func `a machine must tolerate every taint of one underutilized node, PreferNoSchedule included`() {
    var seen = skewed(0)
    seen.nodes[1].taints = [Taint(key: "old", effect: .preferNoSchedule)]
    for index in 0..<8 {
      seen.machine(on: 0) { machine in
        if index == 5 { machine.tolerations = [Toleration(key: "old", operator: .exists)] }
      }
    }
    #expect(machines(seen, open) == [5])
    seen.node()
    #expect(machines(seen, open) == [0, 1, 2])
  }

  @Test func `fewer tolerations than taints count as not tolerating, even when one covers all`() {
    var seen = skewed(8)
    seen.nodes[1].taints = [Taint(key: "a", effect: .noSchedule), Taint(key: "b", effect: .noSchedule)]
    for index in seen.machines.indices { seen.machines[index].tolerations = [Toleration(operator: .exists)] }
    #expect(machines(seen, open).isEmpty)
    for index in seen.machines.indices { seen.machines[index].tolerations.append(Toleration(key: "a")) }
    #expect(machines(seen, open) == [0, 1, 2])
  }

  @Test func `only the resources that are named classify`() {
    // Memory is half full on both nodes; only cpu tells them apart.
    var seen = Seen()
    seen.node()
    seen.node()
    for _ in 0..<8 { seen.machine(on: 0, millicores: 1000, gib: 6) }
    seen.machine(on: 1, millicores: 100, gib: 48)
    let parameters = ParameterValues(
      LowNodeUtilization.definition.parameters, overrides: ["thresholds.cpu": 20, "targetThresholds.cpu": 50])
    var random = RandomStream(key: 1)
    var balancer = LowNodeUtilization(parameters)
    #expect(!balancer.plan(seen.observation, random: &random).moves.isEmpty)
    // With nothing named, memory counts too and the second node is not underutilized.
    var byDefault = LowNodeUtilization(ParameterValues(LowNodeUtilization.definition.parameters))
    #expect(byDefault.plan(seen.observation, random: &random).moves.isEmpty)
  }

  @Test func `a machine whose eviction is denied uses up no limit, whatever its name`() {
    var seen = Seen()
    seen.node()
    seen.node()
    for index in 0..<9 {
      seen.machine(on: 0) { if index < 3 { $0.migratability = .cold(reason: "DisksNotLiveMigratable") } }
    }
    var random = RandomStream(key: 1)
    var balancer = LowNodeUtilization(ParameterValues(LowNodeUtilization.definition.parameters))
    let plan = balancer.plan(seen.observation, random: &random)
    let movable = plan.moves.filter { $0.machine.index >= 3 }
    #expect(movable.count == 2, "two evictions in flight on one node")
    #expect(plan.moves.count == 5, "the three denied ones were tried first")
  }
}
