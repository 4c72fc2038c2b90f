import ClusterModel

/// Pods placed one after another, each seeing the ones before it, over all nodes of the cluster.
///
/// Two workloads, as in the reference figures of the real scheduler: `plain` asks for cpu, memory, one device and a node
/// label; `mixed` adds a zone constraint (skew 5) and a soft hostname constraint to every pod, and a preferred hostname
/// anti-affinity to every fourth, in 50 applications. Looking a pod's class up is part of the time, building it is not.
/// `explain` is another question: one machine that fits nowhere among machines that fill the cluster, with all refusals,
/// the machines that would have to move, and preemption; its work is one answer.
let placementBench = Bench(
  name: "placement", unit: "pods",
  parameterSets: ["plain", "mixed"].flatMap { workload in
    [100, 1000, 5000].map { ["workload": .text(workload), "nodes": .integer($0), "pods": 10_000] }
  } + [["workload": .text("explain"), "nodes": 1000, "pods": 10_000]],
  quickParameterSets: [
    ["workload": "mixed", "nodes": 12, "pods": 200], ["workload": "explain", "nodes": 12, "pods": 60],
  ],
  run: { parameters, meter in
    if parameters["workload"]?.text == "explain" { return try explain(parameters, &meter) }
    let nodeCount = parameters[size: "nodes"]
    let isMixed = parameters["workload"]?.text == "mixed"
    var cluster = PlacementCluster()
    cluster.nodes = try (0..<nodeCount).map(placementNode)
    cluster.objects.namespaces = [.init(name: "apps", labels: [:])]
    let pods = try (0..<parameters[size: "pods"]).map { try placementPod($0, isMixed: isMixed) }
    var evaluator = PlacementEvaluator(cluster)
    var hash = emptyHash
    var placed = 0
    meter.measure {
      for pod in pods {
        let podClass = evaluator.podClass(of: pod)
        guard let node = evaluator.bestNode(for: podClass) else { continue }
        evaluator.add(podClass, to: node)
        placed += 1
        hash = hashed(hash, UInt64(node))
      }
    }
    return BenchOutcome(work: Double(pods.count), counters: ["placed": placed], resultHash: hash)
  })

/// Machines of lower priority fill every node but for one core.
private func explain(_ parameters: Bench.Parameters, _ meter: inout BenchMeter) throws -> BenchOutcome {
  let nodeCount = parameters[size: "nodes"]
  var cluster = PlacementCluster()
  cluster.nodes = try (0..<nodeCount).map(placementNode)
  let perNode = max(1, parameters[size: "pods"] / nodeCount)
  for index in 0..<(perNode * nodeCount) {
    let node = cluster.nodes[index % nodeCount]
    var pod = PodSpecification(namespace: "apps", name: "virt-launcher-vm-\(index)")
    pod.labels = ["kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": "vm-\(index)", "app": "app-\(index % 50)"]
    pod.nodeName = node.name
    let cores = node.allocatable["cpu"]?.wholeUnits ?? 0
    let share = (cores - 1) * 1000 / Int64(perNode)
    pod.containers = [
      ContainerSpecification(
        requests: ResourceAmounts([("cpu", try Quantity("\(share)m")), ("memory", try Quantity("16Gi"))]))
    ]
    cluster.pods.append(pod)
  }
  var machine = PodSpecification(namespace: "apps", name: "virt-launcher-new")
  machine.priority = 100
  machine.labels = ["app": "app-1"]
  machine.containers = [
    ContainerSpecification(requests: ResourceAmounts([("cpu", try Quantity("8")), ("memory", try Quantity("16Gi"))]))
  ]
  machine.requiredAntiAffinity = [
    PodAffinityTerm(LabelSelector(matchLabels: ["app": "app-1"]), topologyKey: "kubernetes.io/hostname")
  ]
  var session = PlacementSession(cluster)
  var outcome: PlacementSession.Outcome?
  meter.measure { outcome = session.judge(machine, PlacementSession.Options()) }
  let movable = outcome?.refusals.count { $0.movable != nil } ?? 0
  return BenchOutcome(
    work: 1, counters: ["refused": outcome?.refusals.count ?? 0, "movable": movable],
    resultHash: hashed(emptyHash, UInt64(movable)))
}

private func placementNode(_ index: Int) throws -> NodeSpecification {
  let name = "node-\(index)"
  var node = NodeSpecification(
    name: name,
    labels: [
      "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": "zone-\(index % 3)", "pool": "workers",
      "kubevirt.io/schedulable": "true",
    ])
  node.allocatable = ResourceAmounts([
    ("cpu", try Quantity(index % 4 == 0 ? "96" : "64")), ("memory", try Quantity(index % 3 == 0 ? "512Gi" : "384Gi")),
    ("pods", try Quantity("250")), ("devices.kubevirt.io/kvm", try Quantity("1k")),
  ])
  return node
}

private func placementPod(_ index: Int, isMixed: Bool) throws -> PodSpecification {
  let application = "app-\(index % 50)"
  var pod = PodSpecification(namespace: "apps", name: "pod-\(index)")
  pod.labels = ["app": application, "tier": index % 2 == 0 ? "front" : "back"]
  pod.nodeSelector = ["pool": "workers"]
  pod.containers = [
    ContainerSpecification(
      requests: ResourceAmounts([
        ("cpu", try Quantity(["100m", "250m", "500m", "200m"][index % 4])),
        ("memory", try Quantity(["512Mi", "1Gi", "2Gi"][index % 3])), ("devices.kubevirt.io/kvm", try Quantity("1")),
      ]))
  ]
  guard isMixed else { return pod }
  let selector = LabelSelector(matchLabels: ["app": application])
  pod.spreadConstraints = [
    SpreadConstraint(maxSkew: 5, topologyKey: "topology.kubernetes.io/zone", isHard: true, selector: selector),
    SpreadConstraint(maxSkew: 1, topologyKey: "kubernetes.io/hostname", isHard: false, selector: selector),
  ]
  if index % 4 == 0 {
    pod.preferredAntiAffinity = [
      WeightedTerm(weight: 50, PodAffinityTerm(selector, topologyKey: "kubernetes.io/hostname"))
    ]
  }
  return pod
}
