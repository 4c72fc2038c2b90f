import Testing

@testable import ClusterModel

struct NodeRuleTests {
  private func tolerating(_ toleration: Toleration) -> PodSpecification {
    var made = pod()
    made.tolerations = [toleration]
    return made
  }

  private func requiring(_ terms: [NodeSelectorTerm]) -> PodSpecification {
    var made = pod()
    made.requiredNodeTerms = terms
    return made
  }

  private func expression(
    _ key: String, _ sign: NodeSelectorTerm.Operator, _ values: String...
  ) -> NodeSelectorTerm { NodeSelectorTerm(expressions: [.init(key: key, operator: sign, values: values)]) }

  private func names(_ sign: NodeSelectorTerm.Operator, _ value: String) -> NodeSelectorTerm {
    NodeSelectorTerm(fields: [.init(key: "metadata.name", operator: sign, values: [value])])
  }

  @Test func `an empty effect covers all effects, an empty key with Exists all keys, and Equal compares values`() {
    let taints = [Taint(key: "k", value: "v", effect: .noExecute)]
    let cluster = SmallPlacement([node("a", taints: taints)])
    #expect(cluster.takers(tolerating(Toleration(key: "k", value: "v"))) == "a")
    #expect(cluster.takers(tolerating(Toleration(operator: .exists))) == "a")
    #expect(cluster.takers(tolerating(Toleration(key: "k"))) == "")
    #expect(cluster.takers(tolerating(Toleration(key: "k", operator: .exists, effect: .noSchedule))) == "")
    #expect(cluster.reasons(pod(), "a") == ["node(s) had untolerated taint {k: v}"])
  }

  @Test func `Equal without a value matches a taint without a value`() {
    let cluster = SmallPlacement([node("a", taints: [Taint(key: "k", effect: .noSchedule)])])
    #expect(cluster.takers(tolerating(Toleration(key: "k"))) == "a")
  }

  @Test func `a cordon is judged as its taint with an empty value`() {
    var cordoned = node("a")
    cordoned.isCordoned = true
    let cluster = SmallPlacement([cordoned])
    let key = "node.kubernetes.io/unschedulable"
    #expect(cluster.reasons(pod(), "a") == ["node(s) were unschedulable"])
    #expect(cluster.takers(tolerating(Toleration(key: key))) == "a")
    #expect(cluster.takers(tolerating(Toleration(key: key, value: "true"))) == "")
    #expect(cluster.takers(tolerating(Toleration(key: key, operator: .exists, effect: .noExecute))) == "")
  }

  @Test func `PreferNoSchedule never refuses and is weighed against the most of any feasible node`() {
    let soft = Taint(key: "s", effect: .preferNoSchedule)
    let cluster = SmallPlacement([
      node("a", taints: [soft]), node("b", taints: [soft, Taint(key: "t", effect: .preferNoSchedule)]), node("c"),
      node("d", taints: [soft, soft, soft, Taint(key: "x", effect: .noSchedule)]),
    ])
    #expect(["a", "b", "c"].map { cluster.scores(pod(), $0)?.taintToleration } == [50, 0, 100])
  }

  @Test func `terms are alternatives, expressions of a term hold together, and an empty term matches nothing`() {
    let cluster = SmallPlacement([node("a", ["x": "1", "y": "1"]), node("b", ["x": "1"])])
    var both = expression("x", .exists)
    both.expressions += expression("y", .exists).expressions
    #expect(cluster.takers(requiring([both])) == "a")
    #expect(cluster.takers(requiring([both, expression("y", .doesNotExist)])) == "a b")
    #expect(cluster.takers(requiring([NodeSelectorTerm()])) == "" && cluster.takers(requiring([])) == "")
    var selecting = requiring([expression("x", .exists)])
    selecting.nodeSelector = ["y": "1"]
    #expect(cluster.takers(selecting) == "a")
  }

  @Test func `NotIn matches a node without the label, Gt and Lt compare whole numbers only`() {
    let cluster = SmallPlacement([
      node("a", ["gen": "007"]), node("b", ["gen": "2.5"]), node("c"), node("d", ["gen": "12"]),
    ])
    #expect(cluster.takers(requiring([expression("gen", .notIn, "007")])) == "b c d")
    #expect(cluster.takers(requiring([expression("gen", .greaterThan, "6")])) == "a d")
    #expect(cluster.takers(requiring([expression("gen", .lessThan, "8")])) == "a")
  }

  @Test func `matchFields looks at the node's name and not at its hostname label`() {
    var other = node("a")
    other.labels[hostname] = "b"
    let cluster = SmallPlacement([other, node("b"), node("c")])
    #expect(cluster.takers(requiring([names(.isIn, "a")])) == "a")
    #expect(cluster.takers(requiring([names(.notIn, "b")])) == "a c")
  }

  @Test func `a name in every term narrows the candidates before any filter, which shows in the first refusal`() {
    var cordoned = node("b")
    cordoned.isCordoned = true
    let cluster = SmallPlacement([node("a"), cordoned])
    let verdict = cluster.report(requiring([names(.isIn, "a")]))["b"]
    #expect(verdict?.rejections.filters == [.nodeUnschedulable, .nodeAffinity])
    #expect(verdict?.firstRejecter == .nodeAffinity)
    var conflict = names(.isIn, "a")
    conflict.fields += names(.isIn, "b").fields
    #expect(cluster.reasons(requiring([conflict]), "a") == ["pod affinity terms conflict"])
  }

  @Test func `preferred terms add their weights and an empty one adds nothing`() {
    let cluster = SmallPlacement([node("a", ["x": "1", "y": "1"]), node("b", ["x": "1"])])
    var made = pod()
    made.preferredNodeTerms = [
      WeightedTerm(weight: 10, expression("x", .exists)), WeightedTerm(weight: 20, expression("y", .exists)),
      WeightedTerm(weight: 100, NodeSelectorTerm()),
    ]
    #expect(cluster.scores(made, "a")?.nodeAffinity == 100 && cluster.scores(made, "b")?.nodeAffinity == 33)
    #expect(cluster.scores(pod(), "a")?.nodeAffinity == nil)
  }

  @Test func `affinity that the profile adds binds every pod`() {
    let cluster = SmallPlacement([node("a", ["x": "1"]), node("b")])
    let profile = PlacementProfile(addedNodeTerms: [expression("x", .exists)])
    let verdict = cluster.report(pod(), profile)["b"]
    #expect(verdict?.reasons == [["node(s) didn't match scheduler-enforced node affinity"]])
    #expect(cluster.report(pod(), profile)["a"]?.scores != nil)
  }

  @Test func `a pod that names its node is refused by all others`() {
    var made = pod()
    made.nodeName = "b"
    #expect(SmallPlacement([node("a"), node("b")]).takers(made) == "b")
  }
}
