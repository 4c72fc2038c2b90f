package import ClusterModel

/// Reads a cluster from dumps, files or folders, as placement needs it; machines without a pod count with the one they get.
package enum PlacementInput {
  /// Everything in the files at these paths; what is wrong with them goes to the session.
  package static func read(_ paths: [String], source: FileSource, session: DecodingSession) -> PlacementCluster {
    let files = InputFiles(source: source)
    session.isForPlacement = true
    var reader = KubernetesReader(session: session)
    reader.placement = PlacementReader(session: session)
    for path in paths {
      for opened in files.open(path, session: session) where opened.kind != .scenario { reader.add(opened) }
    }
    let cluster = reader.placementCluster()
    if cluster.nodes.isEmpty, !session.hasErrors {
      session.report(
        .error, .nothingInside, "no node in what was given, so there is nowhere to place anything",
        help: "export nodes and pods: oc get nodes,pods,namespaces,services -A -o json")
    }
    return cluster
  }
}
