import Testing

@testable import ClusterModel

struct PlacementSessionTests {
  private func cluster(_ nodes: [NodeSpecification], _ pods: [PodSpecification]) -> PlacementCluster {
    var cluster = PlacementCluster()
    cluster.nodes = nodes
    cluster.pods = pods
    return cluster
  }

  private func machine(_ name: String, on node: String = "", cpu: String) -> PodSpecification {
    var made = pod("virt-launcher-\(name)-x", on: node, ["cpu": cpu])
    made.labels = ["kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": name]
    return made
  }

  @Test func `a running pod that no node would take anew stays where it is and keeps its room`() {
    var running = pod("old", on: "a", ["cpu": "8"])
    running.nodeSelector = ["gone": "label"]
    var session = PlacementSession(cluster([node("a")], [running]))
    var options = PlacementSession.Options()
    options.isPlaced = true
    let outcome = session.judge(running, options)
    #expect(outcome.node == nil && outcome.notes == ["pod default/old stays on a: no node would take it anew"])
    #expect(session.judge(pod("next", ["cpu": "4"]), options).node == nil)
  }

  @Test func `what is scheduled keeps to the queue, what is asked about comes in the order named`() {
    func waiting(_ name: String, priority: Int, created: Int64) -> PodSpecification {
      var made = pod(name)
      (made.priority, made.circumstances.createdSeconds) = (priority, created)
      return made
    }
    let (low, old) = (waiting("low", priority: 0, created: 1), waiting("old", priority: 5, created: 2))
    let (young, high) = (waiting("young", priority: 5, created: 3), waiting("high", priority: 9, created: 4))
    var stopped = waiting("stopped", priority: 99, created: 0)
    stopped.circumstances.isStopped = true
    let cluster = cluster([], [low, young, stopped, high, old])
    func names(_ named: [PodSpecification], isScheduled: Bool) -> [String] {
      PlacementQueue.judged(cluster, named: named, isScheduled: isScheduled).map(\.name)
    }
    #expect(names([low, young], isScheduled: true) == ["high", "old", "young", "low"])
    #expect(names([low, young], isScheduled: false) == ["low", "young", "high", "old"])
    #expect(names([stopped], isScheduled: true).first == "stopped")
  }

  @Test func `a machine is told to move only where another node would take it`() throws {
    func refusal(_ nodes: [NodeSpecification]) throws -> NodeRefusal {
      var session = PlacementSession(cluster(nodes, [machine("db", on: "a", cpu: "6")]))
      let refusals = session.judge(pod("new", ["cpu": "7"]), PlacementSession.Options()).refusals
      return try #require(refusals.first { session.nodeNames[$0.node] == "a" })
    }
    let small = ["cpu": "6", "memory": "16Gi", "pods": "9"]
    let alone = try refusal([node("a")])
    #expect(alone.movable?.machineName == "db" && !alone.canMove)
    let full = try refusal([node("a"), node("b", ["x": "y"], ["cpu": "5", "memory": "16Gi", "pods": "9"])])
    #expect(full.movable?.machineName == "db" && !full.canMove)
    let free = try refusal([node("a"), node("b", [:], small)])
    #expect(free.movable?.machineName == "db" && free.canMove)
  }

  @Test func `the pod that a migrating machine waits for never names its own machine`() {
    var target = machine("db", cpu: "2")
    target.name = "virt-launcher-db-target"
    target.requiredAntiAffinity = [
      PodAffinityTerm(LabelSelector(matchLabels: ["vm.kubevirt.io/name": "db"]), topologyKey: hostname)
    ]
    var session = PlacementSession(cluster([node("a")], [machine("db", on: "a", cpu: "2")]))
    let refusal = session.judge(target, PlacementSession.Options()).refusals[0]
    #expect(refusal.filters == [.interPodAffinity] && refusal.movable == nil)
  }

  @Test func `a running machine migrates to nodes with a processor like its own, and restarts on any`() {
    let vendor = "cpu-vendor.node.kubevirt.io/"
    let intel = [vendor + "Intel": "true"]
    let cluster = cluster(
      [node("a", intel), node("b", intel), node("c", [vendor + "AMD": "true"])], [machine("db", on: "a", cpu: "2")])
    var session = PlacementSession(cluster)
    let outcome = session.judge(cluster.pods[0], PlacementSession.Options())
    #expect(outcome.report.feasible == [0, 1, 2] && outcome.liveTargets == [1])
    #expect(
      outcome.notes == [
        "machine default/db runs on a and is judged as if it started anew; it could be live-migrated to one node"
      ])
    var bound = cluster.pods[0]
    bound.circumstances.migrationObstacle = "HostDeviceNotLiveMigratable"
    #expect(session.judge(bound, PlacementSession.Options()).liveTargets == [])
    #expect(session.judge(pod("p"), PlacementSession.Options()).liveTargets == nil)
  }

  @Test func `fewer domains than minDomains are said to be the matter`() {
    var running = pod("p", on: "a", app: "web")
    running.labels = ["app": "web"]
    var made = pod("new", app: "web")
    var constraint = SpreadConstraint(maxSkew: 1, topologyKey: zoneKey, isHard: true, selector: appSelector("web"))
    constraint.minDomains = 3
    made.spreadConstraints = [constraint]
    var session = PlacementSession(cluster([node("a", zone: "z")], [running]))
    #expect(
      session.judge(made, PlacementSession.Options()).refusals[0].details == [
        "\(zoneKey)=z would hold 2 of its kind, at most 1 until there are 3 domains (minDomains; now 1)"
      ])
  }

  @Test func `what nothing here knows of a pod is noted`() {
    var made = pod("new", on: "gone")
    made.circumstances.schedulerName = "stork"
    made.circumstances.hasResourceClaims = true
    var session = PlacementSession(cluster([node("a")], []))
    #expect(
      session.judge(made, PlacementSession.Options()).notes == [
        "pods of scheduler stork are judged as kube-scheduler's default profile would",
        "a pod has resourceClaims: which nodes have such devices was not checked",
        "node gone is not in what was given: its pods are judged as if they waited",
      ])
  }
}
