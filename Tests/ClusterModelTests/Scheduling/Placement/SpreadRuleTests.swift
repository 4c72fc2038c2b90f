import Testing

@testable import ClusterModel

struct SpreadRuleTests {
  private func spread(
    _ key: String = zoneKey, hard: Bool = true, skew: Int = 1, selecting selector: LabelSelector? = appSelector("web"),
    _ change: (inout SpreadConstraint) -> Void = { _ in }
  ) -> PodSpecification {
    var made = pod("new", app: "web")
    var constraint = SpreadConstraint(maxSkew: skew, topologyKey: key, isHard: hard, selector: selector)
    change(&constraint)
    made.spreadConstraints = [constraint]
    return made
  }

  private let zones = [node("a", zone: "z0"), node("b", zone: "z1")]

  @Test func `a domain may lead the emptiest by no more than the skew`() {
    let cluster = SmallPlacement(zones, [pod("p", on: "a", app: "web")])
    #expect(cluster.takers(spread()) == "b")
    #expect(cluster.takers(spread(skew: 2)) == "a b")
    #expect(cluster.reasons(spread(), "a") == ["node(s) didn't match pod topology spread constraints"])
  }

  @Test func `a cordoned or tainted empty zone keeps the minimum at zero unless taints are honoured`() {
    var drained = node("b", zone: "z1", taints: [Taint(key: "node.kubernetes.io/unschedulable", effect: .noSchedule)])
    drained.isCordoned = true
    var cluster = SmallPlacement([zones[0], drained], [pod("p", on: "a", app: "web")])
    #expect(cluster.takers(spread()) == "")
    #expect(cluster.takers(spread { $0.honorsTaints = true }) == "a")
    drained.taints = []
    cluster.cluster.nodes[1] = drained
    #expect(cluster.takers(spread { $0.honorsTaints = true }) == "", "the flag alone leaves the zone a domain")
  }

  @Test func `nodes that the pod's selector excludes form no domain unless the policy says Ignore`() {
    let cluster = SmallPlacement(
      [node("a", zone: "z0", ["disk": "ssd"]), node("b", zone: "z1")], [pod("p", on: "a", app: "web")])
    var made = spread()
    made.nodeSelector = ["disk": "ssd"]
    #expect(cluster.takers(made) == "a")
    made.spreadConstraints[0].honorsNodeAffinity = false
    #expect(cluster.takers(made) == "")
  }

  @Test func `a node counts only with the keys of all hard constraints, and is refused without one`() {
    let bare = node("c", [:])
    var made = spread()
    made.spreadConstraints.append(
      SpreadConstraint(maxSkew: 1, topologyKey: "rack", isHard: true, selector: appSelector("web")))
    let cluster = SmallPlacement(
      [node("a", zone: "z0", ["rack": "r0"]), node("b", zone: "z1"), bare], [pod("p", on: "a", app: "web")])
    #expect(cluster.takers(made) == "a", "zone z1 is no domain: its only node has no rack")
    #expect(
      cluster.reasons(made, "c") == ["node(s) didn't match pod topology spread constraints (missing required label)"])
  }

  @Test func `fewer domains than minDomains bring the minimum to zero`() {
    let cluster = SmallPlacement(zones, [pod("p", on: "a", app: "web"), pod("q", on: "b", app: "web")])
    #expect(cluster.takers(spread()) == "a b")
    #expect(cluster.takers(spread { $0.minDomains = 3 }) == "")
  }

  @Test func `an empty selector counts nobody and a nil one matches nobody, but the label stays necessary`() {
    let cluster = SmallPlacement(zones + [node("c")], [pod("p", on: "a", app: "web"), pod("q", on: "a", app: "web")])
    #expect(cluster.takers(spread(selecting: LabelSelector())) == "a b")
    #expect(cluster.takers(spread(selecting: nil)) == "a b")
  }

  @Test func `pods of other namespaces and pods being deleted do not count`() {
    var leaving = pod("p", on: "a", app: "web")
    leaving.isTerminating = true
    var foreign = pod("q", on: "a", app: "web")
    foreign.namespace = "other"
    #expect(SmallPlacement(zones, [leaving, foreign]).takers(spread()) == "a b")
  }

  @Test func `matchLabelKeys adds the pod's own value and ignores keys that it lacks`() {
    var old = pod("p", on: "a", app: "web")
    old.labels["ver"] = "v1"
    var made = spread { $0.matchLabelKeys = ["ver"] }
    #expect(SmallPlacement(zones, [old]).takers(made) == "b")
    made.labels["ver"] = "v2"
    #expect(SmallPlacement(zones, [old]).takers(made) == "a b")
  }

  @Test func `soft points weigh counts by the logarithm of the number of domains`() {
    let cluster = SmallPlacement(
      zones + [node("c")],
      [pod("p", on: "a", app: "web"), pod("q", on: "a", app: "web"), pod("r", on: "b", app: "web")])
    let made = spread(hard: false)
    // ln 4 × 2 = 2.77 → 3, ln 4 × 1 = 1.39 → 1; 100 (3 + 1 − s) / 3.
    #expect(["a", "b", "c"].map { cluster.scores(made, $0)?.topologySpread } == [33, 100, 0])
  }

  @Test func `by hostname the pods of the node itself count, whatever the label says`() {
    var twin = node("b")
    twin.labels[hostname] = "a"
    let cluster = SmallPlacement([node("a"), twin], [pod("p", on: "a", app: "web")])
    let made = spread(hostname, hard: false)
    #expect(cluster.scores(made, "b")?.topologySpread == 100 && cluster.scores(made, "a")?.topologySpread == 0)
  }

  @Test func `a Service spreads its pods softly, nodes without a zone included`() {
    var cluster = SmallPlacement(zones + [node("c")], [pod("p", on: "a", app: "web")])
    let made = pod("new", app: "web")
    #expect(cluster.scores(made, "a")?.topologySpread == nil)
    cluster.cluster.objects.services = [.init(namespace: "default", selector: ["app": "web"])]
    let points = ["a", "b", "c"].compactMap { cluster.scores(made, $0)?.topologySpread }
    #expect(points.count == 3 && points[0] < points[1] && points[1] < points[2])
    cluster.cluster.objects.services = [.init(namespace: "other", selector: ["app": "web"])]
    #expect(cluster.scores(made, "a")?.topologySpread == nil)
    cluster.cluster.objects.services = []
    var owned = made
    owned.controller = ControllerReference(kind: "ReplicaSet", name: "r")
    cluster.cluster.objects.controllers = [
      .init(namespace: "default", reference: owned.controller!, selector: appSelector("web"))
    ]
    #expect(cluster.scores(owned, "c")?.topologySpread == points[2])
  }
}
