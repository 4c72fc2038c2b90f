@testable import ClusterModel

/// A few nodes and pods written in one line each, and what placement says of one more pod.
struct SmallPlacement {
  var cluster = PlacementCluster()

  init(_ nodes: [NodeSpecification], _ pods: [PodSpecification] = []) {
    cluster.nodes = nodes
    cluster.pods = pods
  }

  func report(_ pod: PodSpecification, _ profile: PlacementProfile = PlacementProfile()) -> [String:
    PlacementReport.Verdict]
  {
    var evaluator = PlacementEvaluator(cluster, profile: profile)
    let report = evaluator.report(for: evaluator.podClass(of: pod))
    return Dictionary(uniqueKeysWithValues: zip(evaluator.nodeNames, report.verdicts))
  }

  /// Names of the nodes that take the pod, joined.
  func takers(_ pod: PodSpecification) -> String {
    report(pod).filter { $0.value.scores != nil }.map(\.key).sorted().joined(separator: " ")
  }

  func reasons(_ pod: PodSpecification, _ node: String) -> [String] {
    report(pod)[node]?.reasons.joined().map { $0 } ?? []
  }

  func scores(_ pod: PodSpecification, _ node: String) -> PlacementScores? { report(pod)[node]?.scores }

  static func amounts(_ list: [String: String]) -> ResourceAmounts {
    ResourceAmounts(list.map { ($0.key, (try? Quantity($0.value)) ?? Quantity(nanoUnits: 0)) })
  }
}

/// `node("a", zone: "z0")`: 8 cores, 16 GiB, 110 pods.
func node(
  _ name: String, zone: String? = nil, _ labels: [String: String] = [:], taints: [Taint] = [],
  _ allocatable: [String: String] = ["cpu": "8", "memory": "16Gi", "pods": "110"]
) -> NodeSpecification {
  var node = NodeSpecification(
    name: name, labels: labels.merging(["kubernetes.io/hostname": name]) { own, _ in own },
    allocatable: SmallPlacement.amounts(allocatable))
  node.labels["topology.kubernetes.io/zone"] = zone
  node.taints = taints
  return node
}

/// A pod of one container in namespace `default`.
func pod(
  _ name: String = "new", on nodeName: String = "", app: String? = nil, _ requests: [String: String] = [:]
) -> PodSpecification {
  var pod = PodSpecification(name: name)
  pod.nodeName = nodeName
  pod.labels["app"] = app
  pod.containers = [ContainerSpecification(requests: SmallPlacement.amounts(requests))]
  return pod
}

func appSelector(_ app: String) -> LabelSelector { LabelSelector(matchLabels: ["app": app]) }

let hostname = "kubernetes.io/hostname"
let zoneKey = "topology.kubernetes.io/zone"
