/// VolumeBinding and VolumeZone for claims that are bound: the node must be one from which the volume can be reached.
///
/// Claims that are not bound yet, or that nothing describes, refuse no node.
struct VolumePlugin {
  private static let zoneKeys = [
    ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"),
    ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"),
  ]

  private struct Name: Hashable {
    var namespace: String
    var name: String
  }

  private var volumeOfClaim: [Name: String] = [:]
  private var volumes: [String: VolumeSpecification] = [:]

  init(_ cluster: PlacementCluster) {
    for claim in cluster.objects.claims where !claim.volumeName.isEmpty {
      volumeOfClaim[Name(namespace: claim.namespace, name: claim.name)] = claim.volumeName
    }
    for volume in cluster.objects.volumes { volumes[volume.name] = volume }
  }

  func volumes(of pod: PodSpecification) -> [VolumeSpecification] {
    guard !volumes.isEmpty else { return [] }
    return pod.claimNames.compactMap { name in
      volumeOfClaim[Name(namespace: pod.namespace, name: name)].flatMap { volumes[$0] }
    }
  }

  static func rejections(
    _ volumes: [VolumeSpecification], _ node: NodeSpecification, _ resolved: ResolvedNode, _ table: inout TextTable
  ) -> Rejections {
    var result: Rejections = []
    for volume in volumes {
      if let terms = volume.requiredNodeTerms, !NodeAffinityPlugin.matchesLabels(terms, resolved, &table) {
        result.insert(Rejections(.volumeBinding))
      }
      if !isInZone(volume, node) { result.insert(Rejections(.volumeZone)) }
    }
    return result
  }

  /// A volume's zone label may name several zones, joined by two underscores; a node without any zone takes all.
  private static func isInZone(_ volume: VolumeSpecification, _ node: NodeSpecification) -> Bool {
    let isZoned = zoneKeys.contains { node.labels[$0.0] != nil || node.labels[$0.1] != nil }
    guard isZoned else { return true }
    for (key, oldKey) in zoneKeys {
      for (own, other) in [(key, oldKey), (oldKey, key)] {
        guard let wanted = volume.labels[own] else { continue }
        guard let value = node.labels[own] ?? node.labels[other], zones(wanted).contains(value) else { return false }
      }
    }
    return true
  }

  private static func zones(_ text: String) -> [String] { text.split(separator: "__").map(String.init) }
}
