import Testing

@testable import ClusterModel

struct PodAffinityRuleTests {
  private let zones = [node("a", zone: "z0"), node("b", zone: "z1"), node("c")]

  private func near(_ terms: PodAffinityTerm...) -> PodSpecification {
    var made = pod()
    made.requiredAffinity = terms
    return made
  }

  private func far(_ terms: PodAffinityTerm...) -> PodSpecification {
    var made = pod()
    made.requiredAntiAffinity = terms
    return made
  }

  private func term(_ selector: LabelSelector?, _ key: String = zoneKey) -> PodAffinityTerm {
    PodAffinityTerm(selector, topologyKey: key)
  }

  @Test func `company is wanted in the same domain, and a node without the key never has it`() {
    let cluster = SmallPlacement(zones, [pod("p", on: "a", app: "web")])
    #expect(cluster.takers(near(term(appSelector("web")))) == "a")
    #expect(cluster.reasons(near(term(appSelector("web"))), "c") == ["node(s) didn't match pod affinity rules"])
  }

  @Test func `a nil selector matches nobody, an empty one everybody`() {
    let cluster = SmallPlacement(zones, [pod("p", on: "a")])
    #expect(cluster.takers(near(term(nil))) == "")
    #expect(cluster.takers(near(term(LabelSelector()))) == "a")
    #expect(cluster.takers(far(term(nil))) == "a b c")
  }

  @Test func `only pods that match every term count, but each topology may come from another of them`() {
    var both = pod("p", on: "a", app: "web")
    both.labels["tier"] = "x"
    let tier = LabelSelector(matchLabels: ["tier": "x"])
    let wanted = near(term(appSelector("web")), term(tier, "rack"))
    let nodes = [
      node("a", zone: "z0"), node("b", zone: "z1", ["rack": "r0"]), node("c", zone: "z0", ["rack": "r0"]),
    ]
    #expect(SmallPlacement(nodes, [both]).takers(wanted) == "", "nobody in the rack")
    var other = both
    other.nodeName = "b"
    other.name = "q"
    #expect(SmallPlacement(nodes, [both, other]).takers(wanted) == "b c")
    var half = pod("h", on: "b")
    half.labels["tier"] = "x"
    #expect(SmallPlacement(nodes, [both, half]).takers(wanted) == "", "the pod in the rack is no web pod")
  }

  @Test func `the first of its kind may go where the keys are, even while a match sits on a node without any`() {
    var first = near(term(appSelector("web")))
    first.labels["app"] = "web"
    #expect(SmallPlacement(zones).takers(first) == "a b")
    #expect(SmallPlacement(zones, [pod("p", on: "c", app: "web")]).takers(first) == "a b")
    #expect(SmallPlacement(zones, [pod("p", on: "b", app: "web")]).takers(first) == "b")
    #expect(SmallPlacement(zones).takers(near(term(appSelector("web")))) == "")
  }

  @Test func `anti-affinity lets a node without the key pass and holds in both directions`() {
    let cluster = SmallPlacement(zones, [pod("p", on: "a", app: "web")])
    #expect(cluster.takers(far(term(appSelector("web")))) == "b c")
    var guarding = far(term(appSelector("web")))
    guarding.nodeName = "a"
    guarding.name = "guard"
    guarding.isTerminating = true
    let guarded = SmallPlacement(zones, [guarding])
    #expect(guarded.takers(pod("new", app: "web")) == "b c")
    #expect(guarded.takers(pod("new", app: "db")) == "a b c")
    #expect(
      guarded.reasons(pod("new", app: "web"), "a") == ["node(s) didn't satisfy existing pods anti-affinity rules"])
  }

  @Test func `a list of namespaces replaces the pod's own, a selector adds to the list, an empty one takes all`() {
    func inside(_ namespace: String) -> PodSpecification {
      var made = pod("p\(namespace)", on: "a", app: "web")
      made.namespace = namespace
      return made
    }
    func takers(_ namespace: String, _ change: (inout PodAffinityTerm) -> Void) -> Bool {
      var cluster = SmallPlacement(zones, [inside(namespace)])
      cluster.cluster.objects.namespaces = [
        .init(name: "prod", labels: ["env": "prod"]), .init(name: "dev", labels: [:]),
      ]
      var wanted = term(appSelector("web"))
      change(&wanted)
      return cluster.takers(near(wanted)) == "a"
    }
    #expect(takers("default") { _ in } && !takers("prod") { _ in })
    #expect(takers("dev") { $0.namespaces = ["dev"] } && !takers("default") { $0.namespaces = ["dev"] })
    let production = LabelSelector(matchLabels: ["env": "prod"])
    #expect(takers("prod") { $0.namespaceSelector = production })
    #expect(!takers("default") { $0.namespaceSelector = production })
    #expect(takers("unknown") { $0.namespaceSelector = LabelSelector() })
  }

  @Test func `a selector that asks only for absent namespace labels admits every namespace, as in release 1.34`() {
    var cluster = SmallPlacement(zones, [pod("p", on: "a", app: "web")])
    cluster.cluster.objects.namespaces = [.init(name: "default", labels: ["env": "prod"])]
    var wanted = term(appSelector("web"))
    wanted.namespaceSelector = LabelSelector(matchExpressions: [.init(key: "env", operator: .doesNotExist)])
    #expect(cluster.takers(near(wanted)) == "a")
    var guarding = far(wanted)
    guarding.nodeName = "b"
    #expect(SmallPlacement(zones, [guarding]).takers(pod("n", app: "web")) == "a c")
    cluster.cluster.pods = [guarding]
    #expect(cluster.takers(pod("n", app: "web")) == "a b c", "a running pod's selector sees the label")
  }

  @Test func `preferences count both ways, required affinity of running pods counts 1, and all equal gives 0`() {
    var friend = near(term(appSelector("web")))
    (friend.name, friend.nodeName) = ("friend", "a")
    var fan = pod("fan", on: "b")
    fan.preferredAffinity = [WeightedTerm(weight: 4, term(appSelector("web")))]
    var cluster = SmallPlacement(zones, [friend, fan])
    let web = pod("n", app: "web")
    #expect(["a", "b", "c"].map { cluster.scores(web, $0)?.podAffinity } == [25, 100, 0])
    var shy = web
    shy.preferredAntiAffinity = [WeightedTerm(weight: 8, term(LabelSelector(), hostname))]
    #expect(["a", "b", "c"].map { cluster.scores(shy, $0)?.podAffinity } == [0, 42, 100])
    #expect(cluster.scores(pod(), "a")?.podAffinity == nil)
    cluster.cluster.nodes = [zones[0]]
    #expect(cluster.scores(web, "a")?.podAffinity == 0)
  }
}
