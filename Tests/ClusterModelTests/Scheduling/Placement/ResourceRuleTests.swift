import Testing

@testable import ClusterModel

struct ResourceRuleTests {
  @Test func `a pod that asks for nothing fits on an overcommitted node, and one that asks for disk alone too`() {
    let full = SmallPlacement(
      [node("a", ["x": "y"], ["cpu": "1", "memory": "1Gi", "pods": "10", "ephemeral-storage": "1Gi"])],
      [pod("old", on: "a", ["cpu": "2", "memory": "2Gi"])])
    #expect(full.takers(pod()) == "a")
    #expect(full.takers(pod("d", ["ephemeral-storage": "1Gi"])) == "a")
    #expect(full.reasons(pod("c", ["cpu": "1m", "memory": "1"]), "a") == ["Insufficient cpu", "Insufficient memory"])
  }

  @Test func `no pods entry means that no pod is allowed`() {
    let cluster = SmallPlacement([node("a", [:], ["cpu": "8", "memory": "16Gi"])])
    #expect(cluster.reasons(pod(), "a") == ["Too many pods"])
  }

  @Test func `a resource that the node does not list refuses any positive request and no zero one`() {
    let cluster = SmallPlacement([node("a")])
    #expect(cluster.reasons(pod("g", ["nvidia.com/gpu": "1"]), "a") == ["Insufficient nvidia.com/gpu"])
    #expect(cluster.takers(pod("z", ["nvidia.com/gpu": "0"])) == "a")
  }

  @Test func `finished pods take no room and pods being deleted do`() {
    var finished = pod("f", on: "a", ["cpu": "8"])
    finished.isFinished = true
    #expect(SmallPlacement([node("a")], [finished]).takers(pod("n", ["cpu": "8"])) == "a")
    var leaving = pod("l", on: "a", ["cpu": "8"])
    leaving.isTerminating = true
    #expect(SmallPlacement([node("a")], [leaving]).takers(pod("n", ["cpu": "8"])) == "")
  }

  @Test func `init containers count with the sidecars started before them, and overhead on top`() {
    func container(_ cpu: String, sidecar: Bool = false) -> ContainerSpecification {
      ContainerSpecification(requests: SmallPlacement.amounts(["cpu": cpu]), isSidecar: sidecar)
    }
    var made = pod("p", ["cpu": "1"])
    made.initContainers = [container("3"), container("2", sidecar: true), container("4")]
    #expect(PodRequest.needed(by: made)["cpu"] == (try? Quantity("6")))
    made.initContainers = [container("5"), container("2", sidecar: true)]
    #expect(PodRequest.needed(by: made)["cpu"] == (try? Quantity("5")))
    made.overhead = SmallPlacement.amounts(["cpu": "500m"])
    #expect(PodRequest.needed(by: made)["cpu"] == (try? Quantity("5500m")))
  }

  @Test func `a pod resized in place counts with the largest of what it asked for, was given and has`() {
    var made = pod("p", on: "a", ["cpu": "3"])
    made.containers[0].actualRequests = SmallPlacement.amounts(["cpu": "2"])
    made.containers[0].allocatedRequests = SmallPlacement.amounts(["cpu": "1"])
    #expect(PodRequest.taken(by: made)["cpu"] == (try? Quantity("3")))
    made.isResizeInfeasible = true
    #expect(PodRequest.taken(by: made)["cpu"] == (try? Quantity("2")))
    #expect(PodRequest.needed(by: made)["cpu"] == (try? Quantity("3")), "as a waiting pod it counts with its spec")
  }

  @Test func `a container that omits a request is scored with 100m and 200 MiB, one that says 0 is not`() {
    let cluster = SmallPlacement([node("a", [:], ["cpu": "1", "memory": "1Gi", "pods": "9"])])
    #expect(cluster.scores(pod(), "a")?.leastAllocated == (90 + 80) / 2)
    #expect(cluster.scores(pod("z", ["cpu": "0", "memory": "0"]), "a")?.leastAllocated == 100)
    #expect(cluster.scores(pod(), "a")?.balancedAllocation == nil, "neither cpu nor memory is requested")
  }

  @Test func `requests of the pod as a whole count for fitting and balance, LeastAllocated looks at containers`() {
    let cluster = SmallPlacement([node("a", [:], ["cpu": "10", "memory": "10Gi", "pods": "9"])])
    var made = pod("p", ["cpu": "1", "memory": "1Gi"])
    made.podRequests = SmallPlacement.amounts(["cpu": "5", "memory": "11Gi"])
    #expect(cluster.reasons(made, "a") == ["Insufficient memory"])
    made.podRequests = SmallPlacement.amounts(["cpu": "5"])
    #expect(cluster.scores(made, "a")?.leastAllocated == 90)
    #expect(cluster.scores(made, "a")?.balancedAllocation == 80)
  }

  @Test func `per-resource points are cut to whole numbers before they are averaged`() {
    let cluster = SmallPlacement([node("a", [:], ["cpu": "3", "memory": "3", "pods": "9"])])
    let scores = cluster.scores(pod("p", ["cpu": "1", "memory": "2"]), "a")
    #expect(scores?.leastAllocated == (66 + 33) / 2 && scores?.mostAllocated == (33 + 66) / 2)
  }

  @Test func `MostAllocated prefers the fuller node where the profile says so`() {
    let cluster = SmallPlacement(
      [node("a"), node("b")], [pod("old", on: "b", ["cpu": "4", "memory": "8Gi"])])
    let wanted = pod("p", ["cpu": "1", "memory": "2Gi"])
    for (strategy, name) in [(PlacementProfile.Strategy.leastAllocated, "a"), (.mostAllocated, "b")] {
      var evaluator = PlacementEvaluator(cluster.cluster, profile: PlacementProfile(strategy: strategy))
      let best = evaluator.bestNode(for: evaluator.podClass(of: wanted))
      #expect(best.map { evaluator.nodeNames[$0] } == name)
    }
  }

  @Test func `host ports collide by number, transport and address, and the empty address is every address`() {
    func with(_ address: String, _ transport: String, on nodeName: String = "") -> PodSpecification {
      var made = pod("p\(address)\(transport)", on: nodeName)
      made.containers[0].ports = [HostPort(address: address, transport: transport, number: 80)]
      return made
    }
    let cluster = SmallPlacement([node("a")], [with("10.0.0.1", "TCP", on: "a")])
    #expect(cluster.takers(with("10.0.0.1", "")) == "" && cluster.takers(with("", "TCP")) == "")
    #expect(cluster.takers(with("10.0.0.2", "")) == "a" && cluster.takers(with("10.0.0.1", "UDP")) == "a")
  }

  @Test func `a bound volume ties the pod to the nodes and zones that reach it`() {
    var cluster = SmallPlacement([node("a", zone: "z0"), node("b", zone: "z1"), node("c")])
    cluster.cluster.objects.claims = [.init(namespace: "default", name: "disk", volumeName: "v")]
    cluster.cluster.objects.volumes = [
      VolumeSpecification(name: "v", labels: [zoneKey: "z1__z2"])
    ]
    var made = pod()
    made.claimNames = ["disk"]
    #expect(cluster.takers(made) == "b c")
    cluster.cluster.objects.volumes[0].requiredNodeTerms = [
      NodeSelectorTerm(expressions: [.init(key: hostname, operator: .isIn, values: ["a"])])
    ]
    #expect(cluster.reasons(made, "b") == ["node(s) had volume node affinity conflict"])
    #expect(cluster.reasons(made, "a") == ["node(s) had no available volume zone"])
  }

  @Test func `a large image that a node has already is worth points, less when few nodes have it`() {
    var holder = node("a")
    holder.images = [NodeImage(names: ["quay.io/big:latest"], sizeBytes: 1000 << 20)]
    let cluster = SmallPlacement([holder, node("b")])
    var made = pod()
    made.containers[0].image = "quay.io/big"
    #expect(cluster.scores(made, "a")?.imageLocality == 100 * (500 - 23) / (1000 - 23))
    #expect(cluster.scores(made, "b")?.imageLocality == 0)
  }
}
