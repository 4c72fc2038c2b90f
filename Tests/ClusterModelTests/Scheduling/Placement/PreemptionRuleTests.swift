import Testing

@testable import ClusterModel

struct PreemptionRuleTests {
  private func running(
    _ name: String, on node: String, cpu: String, priority: Int = 0, start: Double = 0, labels: [String: String] = [:]
  ) -> PodSpecification {
    var made = pod(name, on: node, ["cpu": cpu])
    made.priority = priority
    made.circumstances.startSeconds = start
    made.labels = labels
    return made
  }

  private func waiting(cpu: String, priority: Int = 100) -> PodSpecification {
    var made = pod("new", ["cpu": cpu])
    made.priority = priority
    return made
  }

  private func judged(
    _ pods: [PodSpecification], _ pod: PodSpecification, nodes: [String] = ["a", "b"],
    budgets: [PlacementObjects.DisruptionBudget] = []
  ) -> PlacementSession.Outcome {
    var cluster = PlacementCluster()
    cluster.nodes = nodes.map { node($0) }
    cluster.pods = pods
    cluster.objects.budgets = budgets
    var session = PlacementSession(cluster)
    return session.judge(pod, PlacementSession.Options())
  }

  private func choice(_ outcome: PlacementSession.Outcome) -> String {
    guard case .found(let found)? = outcome.preemption else { return "\(String(describing: outcome.preemption))" }
    return "\(["a", "b"][found.node]): \(found.victims.map(\.name).joined(separator: " "))"
  }

  @Test func `as many pods as possible stay, the more important ones first`() {
    let pods = [
      running("old", on: "a", cpu: "3", start: 1), running("young", on: "a", cpu: "3", start: 2),
      running("high", on: "a", cpu: "2", priority: 50),
    ]
    #expect(choice(judged(pods, waiting(cpu: "3"), nodes: ["a"])) == "a: young")
    #expect(choice(judged(pods, waiting(cpu: "7"), nodes: ["a"])) == "a: high old young")
  }

  @Test func `the node whose most important victim matters least is chosen, then the one with fewer victims`() {
    let pods = [running("p", on: "a", cpu: "6", priority: 9), running("q", on: "b", cpu: "6", priority: 8)]
    #expect(choice(judged(pods, waiting(cpu: "4"))) == "b: q")
    let halves = [
      running("p1", on: "a", cpu: "4"), running("p2", on: "a", cpu: "4"), running("q", on: "b", cpu: "8"),
    ]
    #expect(choice(judged(halves, waiting(cpu: "8"))) == "b: q")
    let ages = [running("p", on: "a", cpu: "8", start: 1), running("q", on: "b", cpu: "8", start: 2)]
    #expect(choice(judged(ages, waiting(cpu: "8"))) == "b: q")
  }

  @Test func `a budget that allows no disruption is broken last`() {
    let pods = [
      running("kept", on: "a", cpu: "8", labels: ["app": "db"]), running("gone", on: "b", cpu: "8", priority: 50),
    ]
    let budget = PlacementObjects.DisruptionBudget(
      namespace: "default", name: "db", selector: appSelector("db"), disruptionsAllowed: 0)
    #expect(choice(judged(pods, waiting(cpu: "8"), budgets: [budget])) == "b: gone")
    #expect(choice(judged(pods, waiting(cpu: "8"))) == "a: kept")
  }

  @Test func `nobody is evicted for a pod that may not preempt, has no lower pods, or is kept out otherwise`() {
    let pods = [running("p", on: "a", cpu: "8"), running("q", on: "b", cpu: "8")]
    var never = waiting(cpu: "4")
    never.circumstances.neverPreempts = true
    #expect(judged(pods, never).preemption == .forbidden)
    #expect(judged(pods, waiting(cpu: "4", priority: 0)).preemption == .noPodOfLowerPriority)
    #expect(judged(pods, waiting(cpu: "9")).preemption == .noNodeHelps)
    var picky = waiting(cpu: "4")
    picky.nodeSelector = ["disk": "ssd"]
    #expect(judged(pods, picky).preemption == .noNodeHelps)
  }

  @Test func `victims leave only when asked for, and make room for the pods that follow`() {
    var cluster = PlacementCluster()
    cluster.nodes = [node("a")]
    cluster.pods = [running("p", on: "a", cpu: "8")]
    var session = PlacementSession(cluster)
    var options = PlacementSession.Options()
    options.isPlaced = true
    #expect(session.judge(waiting(cpu: "4"), options).node == nil)
    options.preempts = true
    let outcome = session.judge(waiting(cpu: "4"), options)
    #expect(outcome.node == 0 && outcome.evicted.map(\.name) == ["p"])
    #expect(session.judge(pod("next", ["cpu": "4"]), options).node == 0)
  }

  @Test func `a pod behind a gate is judged but neither placed nor a reason to evict`() {
    var cluster = PlacementCluster()
    cluster.nodes = [node("a")]
    var gated = waiting(cpu: "4")
    gated.circumstances.schedulingGates = ["wait"]
    var session = PlacementSession(cluster)
    var options = PlacementSession.Options()
    options.isPlaced = true
    let outcome = session.judge(gated, options)
    #expect(outcome.node == nil && outcome.report.feasible == [0] && outcome.schedulingGates == ["wait"])
  }
}

struct NearestMissTests {
  @Test func `the smallest shortage comes first, then single filters, then several`() throws {
    let taint = Taint(key: "gpu", value: "yes", effect: .noSchedule)
    var cluster = PlacementCluster()
    cluster.nodes = [
      node("a", taints: [taint], ["cpu": "1", "memory": "1Gi", "pods": "9"]), node("b", taints: [taint]),
      node("c", [:], ["cpu": "2", "memory": "16Gi", "pods": "9"]),
      node("d", [:], ["cpu": "3", "memory": "16Gi", "pods": "9"]),
    ]
    var session = PlacementSession(cluster)
    let refusals = session.judge(pod("new", ["cpu": "4", "memory": "2Gi"]), PlacementSession.Options()).refusals
    try #require(refusals.count == 4)
    #expect(refusals.map { session.nodeNames[$0.node] } == ["d", "c", "b", "a"])
    #expect(refusals[0].shortages == [Shortage(resource: "cpu", missing: 1000, asked: 4000)])
    #expect(refusals[3].shortages.map(\.resource) == ["cpu", "memory"])
    #expect(refusals[2].details == ["has taint gpu=yes:NoSchedule, not tolerated"])
  }

  @Test func `the machine that would have to move is the least important and then the smallest that suffices`() {
    func machine(_ name: String, cpu: String, priority: Int = 0) -> PodSpecification {
      var made = pod("virt-launcher-\(name)", on: "a", ["cpu": cpu])
      made.labels = ["kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": name]
      made.priority = priority
      return made
    }
    var cluster = PlacementCluster()
    cluster.nodes = [node("a")]
    cluster.pods = [
      machine("small", cpu: "1"), machine("large", cpu: "3"), machine("fit", cpu: "2"),
      machine("vital", cpu: "2", priority: 9),
    ]
    var session = PlacementSession(cluster)
    #expect(
      session.judge(pod("new", ["cpu": "2"]), PlacementSession.Options()).refusals[0].movable?.machineName == "fit")
    #expect(session.judge(pod("new", ["cpu": "4"]), PlacementSession.Options()).refusals[0].movable == nil)
  }

  @Test func `what keeps a pod out is said in its own words`() {
    var cluster = PlacementCluster()
    cluster.nodes = [node("a", ["disk": "hdd"]), node("b", zone: "z1", ["disk": "ssd"])]
    var there = pod("there", on: "b", app: "db")
    there.containers[0].ports = [HostPort(number: 5432)]
    cluster.pods = [there]
    var made = there
    (made.name, made.nodeName, made.nodeSelector) = ("new", "", ["disk": "ssd"])
    made.requiredAntiAffinity = [PodAffinityTerm(appSelector("db"), topologyKey: hostname)]
    var session = PlacementSession(cluster)
    let refusals = session.judge(made, PlacementSession.Options()).refusals
    #expect(refusals[0].details == ["needs disk=ssd, has hdd"])
    #expect(
      refusals[1].details == [
        "port 5432/TCP is taken by default/there", "must not share kubernetes.io/hostname with default/there",
      ])
    #expect(refusals[1].movable?.name == "there")
  }
}
