package import ClusterModel

/// Reads a cluster from dumps, files or folders, as placement needs it; machines without a pod count with the one they get.
package enum PlacementInput {
  /// Everything in the files at these paths; what is wrong with them goes to the session.
  package static func read(_ paths: [String], source: FileSource, session: DecodingSession) -> PlacementCluster {
    let files = InputFiles(source: source)
    session.isForPlacement = true
    var reader = KubernetesReader(session: session)
    reader.placement = PlacementReader(session: session)
    var scenario: String?
    for path in paths {
      for opened in files.open(path, session: session) {
        if opened.kind == .scenario {
          scenario = scenario ?? path
        } else {
          reader.add(opened)
        }
      }
    }
    var cluster = reader.placementCluster()
    reader.describeMachines(&cluster.pods)
    reportAbsentNodes(cluster, session)
    if cluster.nodes.isEmpty, !session.hasErrors {
      if let scenario {
        session.report(
          .error, .nothingInside, "'\(scenario)' is a scenario, and a pod is placed in a cluster's objects",
          help: "make them of it: headroom generate \(scenario) -o cluster.yaml")
        return cluster
      }
      session.report(
        .error, .nothingInside, "no node in what was given, so there is nowhere to place anything",
        help: "export nodes and pods: oc get nodes,pods,namespaces,services -A -o json")
    }
    return cluster
  }

  /// Pods on nodes that nobody described take room nowhere.
  private static func reportAbsentNodes(_ cluster: PlacementCluster, _ session: DecodingSession) {
    guard !cluster.nodes.isEmpty else { return }
    let known = Set(cluster.nodes.map(\.name))
    let names = cluster.pods.filter { !$0.nodeName.isEmpty && !$0.isFinished && !known.contains($0.nodeName) }
      .map(\.nodeName)
    guard !names.isEmpty else { return }
    let distinct = Set(names).sorted()
    let more = distinct.count > 3 ? " and \(distinct.count - 3) more" : ""
    session.report(
      .warning, .absentNode,
      "\(names.count) \(names.count == 1 ? "pod runs on a node" : "pods run on nodes") not in what was given: "
        + distinct.prefix(3).joined(separator: ", ") + more,
      notes: ["such pods count nowhere"], help: "add oc get nodes -o json")
  }
}

extension KubernetesReader {
  /// Tells the pods of machines what the running instance says of live migration.
  func describeMachines(_ pods: inout [PodSpecification]) {
    guard !collected.instances.isEmpty else { return }
    let instances = Dictionary(
      collected.instances.map { ($0.header.key, $0) }, uniquingKeysWith: { first, _ in first })
    for index in pods.indices {
      guard let name = pods[index].machineName, let instance = instances["\(pods[index].namespace)/\(name)"] else {
        continue
      }
      if let model = instance.spec.shape.cpuModel { pods[index].circumstances.cpuModel = model }
      if instance.isLiveMigratable == false {
        let reason = instance.liveMigratableReason
        pods[index].circumstances.migrationObstacle = reason.isEmpty ? "NotLiveMigratable" : reason
      }
    }
  }
}
