import EventKernel
import TestSupport

@testable import ClusterModel

/// A small random cluster and pods to place, over few names and values, so that rules collide often.
struct RandomPlacement {
  private static let keys = ["kubernetes.io/hostname", "topology.kubernetes.io/zone", "rack"]
  var cluster = PlacementCluster()
  var pending: [PodSpecification] = []
  var random: RandomStream

  init(seed: UInt64) {
    random = RandomStream(seed: seed, replication: 0, purpose: .placement)
    let count = random.pick(1...6)
    for index in 0..<count { cluster.nodes.append(node(index)) }
    cluster.objects.namespaces = [
      .init(name: "a", labels: ["env": "prod"]), .init(name: "b", labels: ["env": "dev", "team": "x"]),
    ]
    if random.bernoulli(0.3) { cluster.objects.services = [.init(namespace: "a", selector: ["app": "web"])] }
    if random.bernoulli(0.2) {
      cluster.objects.controllers = [
        .init(
          namespace: random.pick(["a", "b"]), reference: ControllerReference(kind: "ReplicaSet", name: "r"),
          selector: selector())
      ]
    }
    addStorage()
    addBudgets()
    for index in 0..<random.uniform(below: 10) {
      var pod = pod("running-\(index)")
      pod.nodeName = random.bernoulli(0.05) ? "gone" : "n\(random.uniform(below: count))"
      pod.isFinished = random.bernoulli(0.1)
      if random.bernoulli(0.1) { pod.isResizeInfeasible = true }
      if random.bernoulli(0.2), !pod.containers.isEmpty {
        pod.containers[0].actualRequests = amounts()
        if random.bernoulli(0.5) { pod.containers[0].allocatedRequests = amounts() }
      }
      cluster.pods.append(pod)
    }
    for index in 0..<3 {
      var pod = pod("pending-\(index)")
      pod.isTerminating = false
      if random.bernoulli(0.05) { pod.nodeName = "n0" }
      pending.append(pod)
    }
  }

  private mutating func quantity(_ choices: [Int128]) -> Quantity { Quantity(nanoUnits: random.pick(choices)) }

  private mutating func amounts() -> ResourceAmounts {
    var result = ResourceAmounts()
    let unit: Int128 = 1_000_000_000
    if random.bernoulli(0.7) { result["cpu"] = quantity([0, 100_000_000, 333_000_001, unit, 2 * unit]) }
    if random.bernoulli(0.7) {
      result["memory"] = quantity([0, unit / 3, unit << 28, unit << 30, unit * 1_500_000_001])
    }
    if random.bernoulli(0.1) { result["ephemeral-storage"] = quantity([0, unit << 30]) }
    if random.bernoulli(0.1) { result["example.com/gpu"] = quantity([0, unit]) }
    if random.bernoulli(0.05) { result["hugepages-2Mi"] = quantity([unit << 21]) }
    return result
  }

  private mutating func node(_ index: Int) -> NodeSpecification {
    let unit: Int128 = 1_000_000_000
    var node = NodeSpecification(name: "n\(index)")
    if random.bernoulli(0.9) { node.labels["kubernetes.io/hostname"] = random.bernoulli(0.1) ? "same" : "n\(index)" }
    if random.bernoulli(0.85) { node.labels["topology.kubernetes.io/zone"] = random.pick(["z0", "z1", "", "z2"]) }
    if random.bernoulli(0.6) { node.labels["rack"] = random.pick(["r0", "r1"]) }
    if random.bernoulli(0.6) { node.labels["gen"] = random.pick(["1", "007", "2.5", "12", ""]) }
    for _ in 0..<random.pick([0, 0, 1, 2]) {
      node.taints.append(
        Taint(
          key: random.pick(["k", "node.kubernetes.io/unschedulable"]), value: random.pick(["", "v"]),
          effect: random.pick(Taint.Effect.allCases)))
    }
    node.isCordoned = random.bernoulli(0.1)
    node.allocatable["cpu"] = quantity([0, 2 * unit, 8 * unit, 3_999_000_000])
    node.allocatable["memory"] = quantity([4 * unit << 30, 15 * unit << 30, 8_000_000_000 * unit])
    if random.bernoulli(0.9) { node.allocatable["pods"] = quantity([2 * unit, 10 * unit, 110 * unit]) }
    if random.bernoulli(0.5) { node.allocatable["ephemeral-storage"] = quantity([unit << 31]) }
    if random.bernoulli(0.5) { node.allocatable["example.com/gpu"] = quantity([0, unit, 4 * unit]) }
    return node
  }

  private mutating func pod(_ name: String) -> PodSpecification {
    var pod = PodSpecification(namespace: random.pick(["a", "a", "b", "undescribed"]), name: name)
    for (key, values) in [("app", ["web", "db"]), ("ver", ["v1", "v2"]), ("flag", [""])] where random.bernoulli(0.6) {
      pod.labels[key] = random.pick(values)
    }
    for index in 0..<random.pick([0, 1, 1, 2]) { pod.containers.append(container("c\(index)")) }
    for index in 0..<random.pick([0, 0, 0, 1, 2]) {
      var container = container("i\(index)")
      container.isSidecar = random.bernoulli(0.5)
      pod.initContainers.append(container)
    }
    if random.bernoulli(0.15) { pod.overhead = amounts() }
    if random.bernoulli(0.15) { pod.podRequests = amounts() }
    pod.isTerminating = random.bernoulli(0.15)
    for _ in 0..<random.pick([0, 0, 1, 2]) {
      let key = random.pick(["", "k", "node.kubernetes.io/unschedulable"])
      pod.tolerations.append(
        Toleration(
          key: key, operator: key.isEmpty ? .exists : random.pick([.equal, .exists]), value: random.pick(["", "v"]),
          effect: random.pick([nil] + Taint.Effect.allCases)))
    }
    if random.bernoulli(0.1) { pod.nodeSelector = ["rack": "r0"] }
    if random.bernoulli(0.2) { pod.requiredNodeTerms = (0..<random.uniform(below: 3)).map { _ in nodeTerm() } }
    for _ in 0..<random.pick([0, 0, 1, 2]) {
      pod.preferredNodeTerms.append(WeightedTerm(weight: random.pick([1, 7, 100]), nodeTerm()))
    }
    for _ in 0..<random.pick([0, 0, 0, 1, 2]) { pod.requiredAffinity.append(podTerm()) }
    for _ in 0..<random.pick([0, 0, 0, 1, 2]) { pod.requiredAntiAffinity.append(podTerm()) }
    for _ in 0..<random.pick([0, 0, 1, 2]) {
      pod.preferredAffinity.append(WeightedTerm(weight: random.pick([1, 50, 100]), podTerm()))
    }
    for _ in 0..<random.pick([0, 0, 1, 2]) {
      pod.preferredAntiAffinity.append(WeightedTerm(weight: random.pick([1, 50, 100]), podTerm()))
    }
    for _ in 0..<random.pick([0, 0, 1, 2, 3]) { pod.spreadConstraints.append(spread()) }
    if random.bernoulli(0.25) {
      pod.claimNames = (0..<random.pick([1, 1, 2])).map { _ in random.pick(Self.claimNames) }
    }
    if random.bernoulli(0.1) { pod.disks = [disk()] }
    pod.priority = random.pick([0, 0, 5, 100, -3])
    pod.circumstances.startSeconds = random.pick([nil, 1, 2, 3])
    pod.circumstances.neverPreempts = random.bernoulli(0.05)
    if random.bernoulli(0.1) { pod.controller = ControllerReference(kind: "ReplicaSet", name: "r") }
    return pod
  }

  private mutating func container(_ name: String) -> ContainerSpecification {
    var container = ContainerSpecification(name: name, requests: amounts())
    if random.bernoulli(0.1) {
      container.ports = [
        HostPort(
          address: random.pick(["", "10.0.0.1", "10.0.0.2"]), transport: random.pick(["", "UDP"]),
          number: random.pick([80, 81]))
      ]
    }
    return container
  }

  private mutating func selector() -> LabelSelector? {
    if random.bernoulli(0.1) { return nil }
    if random.bernoulli(0.1) { return LabelSelector() }
    if random.bernoulli(0.6) { return LabelSelector(matchLabels: ["app": random.pick(["web", "db"])]) }
    return LabelSelector(matchExpressions: [
      .init(
        key: random.pick(["app", "ver", "flag"]), operator: random.pick(LabelSelector.Expression.Operator.allCases),
        values: random.pick([["web"], ["v1", "db"], [""]]))
    ])
  }

  private mutating func podTerm() -> PodAffinityTerm {
    var term = PodAffinityTerm(selector(), topologyKey: random.pick(Self.keys))
    if random.bernoulli(0.3) { term.namespaces = random.pick([["a"], ["b", "undescribed"]]) }
    if random.bernoulli(0.3) {
      term.namespaceSelector = random.pick([
        LabelSelector(), LabelSelector(matchLabels: ["env": "prod"]),
        LabelSelector(matchExpressions: [.init(key: "team", operator: .doesNotExist)]),
        LabelSelector(matchExpressions: [.init(key: "env", operator: .notIn, values: ["prod"])]),
      ])
    }
    return term
  }

  private mutating func nodeTerm() -> NodeSelectorTerm {
    var term = NodeSelectorTerm()
    if random.bernoulli(0.7) {
      term.expressions.append(
        random.pick([
          .init(key: "rack", operator: .isIn, values: ["r0", "r1"]),
          .init(key: "rack", operator: .notIn, values: ["r0"]),
          .init(key: "rack", operator: .exists), .init(key: "gen", operator: .doesNotExist),
          .init(key: "gen", operator: .greaterThan, values: ["5"]),
          .init(key: "gen", operator: .lessThan, values: ["9"]),
        ]))
    }
    if random.bernoulli(0.3) {
      term.fields.append(
        .init(key: "metadata.name", operator: random.pick([.isIn, .notIn]), values: [random.pick(["n0", "n1"])]))
    }
    return term
  }

  private mutating func spread() -> SpreadConstraint {
    var constraint = SpreadConstraint(
      maxSkew: random.pick([1, 1, 2, 5]), topologyKey: random.pick(Self.keys), isHard: random.bernoulli(0.5),
      selector: selector())
    constraint.minDomains = random.pick([1, 1, 2, 4])
    constraint.honorsNodeAffinity = random.bernoulli(0.7)
    constraint.honorsTaints = random.bernoulli(0.3)
    if random.bernoulli(0.3), constraint.selector != nil {
      constraint.matchLabelKeys = random.pick([["ver"], ["none", "flag"]])
    }
    return constraint
  }
}
