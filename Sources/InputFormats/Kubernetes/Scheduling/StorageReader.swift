import ClusterModel

/// Claims, volumes, storage classes and CSINodes as placement needs them.
struct StorageReader {
  let session: DecodingSession

  func read(
    _ object: SyntaxNode, _ kind: ObjectKind, _ header: ObjectHeader, into objects: inout PlacementObjects
  ) {
    switch kind {
    case .claim: objects.claims.append(claim(object, header))
    case .volume: objects.volumes.append(volume(object, header))
    case .storageClass: objects.storageClasses.append(storageClass(object, header))
    default: objects.volumeLimits += limits(object, header)
    }
  }

  private func claim(_ object: SyntaxNode, _ header: ObjectHeader) -> PlacementObjects.Claim {
    let spec = session.mapping(object, "spec")
    let annotations = object["metadata"]?["annotations"]
    var claim = PlacementObjects.Claim(
      namespace: header.namespace, name: header.name, volumeName: spec?["volumeName"]?.present ?? "")
    claim.storageClassName =
      annotations?["volume.beta.kubernetes.io/storage-class"]?.present ?? spec?["storageClassName"]?.present ?? ""
    claim.accessModes = session.elements(spec, "accessModes").compactMap(\.present)
    claim.request = amount(session.mapping(spec, "resources"), "requests")
    claim.selectedNode = annotations?["volume.kubernetes.io/selected-node"]?.present ?? ""
    if object["metadata"]?["deletionTimestamp"]?.present != nil {
      claim.ending = .isTerminating
    } else if object["status"]?["phase"]?.text == "Lost" {
      claim.ending = .isLost
    }
    return claim
  }

  private func volume(_ object: SyntaxNode, _ header: ObjectHeader) -> VolumeSpecification {
    let spec = session.mapping(object, "spec")
    let affinity = session.mapping(session.mapping(spec, "nodeAffinity"), "required")
    var volume = VolumeSpecification(
      name: header.name, labels: session.texts(object["metadata"], "labels"),
      requiredNodeTerms: AffinityReader(session: session).nodeTerms(affinity))
    let source = session.mapping(spec, "csi")
    volume.driver = source?["driver"]?.present ?? ""
    volume.handle = source?["volumeHandle"]?.present ?? ""
    volume.storageClassName = spec?["storageClassName"]?.present ?? ""
    volume.accessModes = session.elements(spec, "accessModes").compactMap(\.present)
    volume.capacity = amount(spec, "capacity")
    let phase = object["status"]?["phase"]?.text ?? "Available"
    volume.isFree = session.mapping(spec, "claimRef") == nil && phase == "Available"
    return volume
  }

  private func amount(_ parent: SyntaxNode?, _ key: String) -> Quantity? {
    PodSpecificationReader(session: session).amounts(parent, key)["storage"]
  }

  /// `allowedTopologies` as terms on labels: each lists values of some keys; nil where every node will do.
  private func storageClass(_ object: SyntaxNode, _ header: ObjectHeader) -> PlacementObjects.StorageClass {
    let terms = session.elements(object, "allowedTopologies").map { term in
      NodeSelectorTerm(
        expressions: session.elements(term, "matchLabelExpressions").map { item in
          NodeSelectorTerm.Expression(
            key: item["key"]?.present ?? "", operator: .isIn,
            values: session.elements(item, "values").compactMap(\.present))
        })
    }
    return PlacementObjects.StorageClass(
      name: header.name, provisioner: object["provisioner"]?.present ?? "",
      waitsForConsumer: object["volumeBindingMode"]?.text == "WaitForFirstConsumer",
      allowedTerms: terms.isEmpty ? nil : terms)
  }

  private func limits(_ object: SyntaxNode, _ header: ObjectHeader) -> [PlacementObjects.VolumeLimit] {
    session.elements(session.mapping(object, "spec"), "drivers").compactMap { driver in
      guard let name = driver["name"]?.present,
        let count = session.mapping(driver, "allocatable")?["count"]?.integer, count >= 0
      else { return nil }
      return PlacementObjects.VolumeLimit(nodeName: header.name, driver: name, count: Int(clamping: count))
    }
  }
}
