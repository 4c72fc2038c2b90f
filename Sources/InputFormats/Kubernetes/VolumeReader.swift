/// What a volume adds to its claim.
struct ReadVolume {
  var isShared: Bool?
  /// The only node it can be used on.
  var nodeName: String?
}

/// `v1 PersistentVolume`: access modes and the node a local disk is bound to.
struct VolumeReader {
  static func read(_ object: SyntaxNode, _ session: DecodingSession) -> ReadVolume {
    let spec = session.mapping(object, "spec")
    return ReadVolume(isShared: AccessModes.isShared(spec, session), nodeName: pinned(spec, session))
  }

  /// Keys that name a single node; providers of local disks each have their own.
  private static let nodeKeys = [
    "kubernetes.io/hostname", "topology.hostpath.csi/node", "topology.topolvm.io/node", "topology.lvm.csi/node",
    "openebs.io/nodename", "topology.kubevirt.io.hostpath-provisioner/node",
  ]

  /// The node of required node affinity, when all terms lead to the same one.
  private static func pinned(_ spec: SyntaxNode?, _ session: DecodingSession) -> String? {
    guard let affinity = session.mapping(spec, "nodeAffinity") else { return nil }
    let terms = session.elements(session.mapping(affinity, "required"), "nodeSelectorTerms")
    var node: String?
    for term in terms {
      let expressions = session.elements(term, "matchExpressions") + session.elements(term, "matchFields")
      let named = expressions.compactMap { expression -> String? in
        guard let key = expression["key"]?.text, nodeKeys.contains(key) || key == "metadata.name",
          expression["operator"]?.text == "In"
        else { return nil }
        let values = session.elements(expression, "values")
        return values.count == 1 ? values[0].text : nil
      }
      guard let name = named.first, node == nil || node == name else { return nil }
      node = name
    }
    return node
  }
}
