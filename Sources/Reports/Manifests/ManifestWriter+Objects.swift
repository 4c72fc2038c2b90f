import ClusterModel

/// What selectors and claims of pods refer to: services, controllers, claims and volumes.
extension ManifestWriter {
  /// What machines say of a claim that they use.
  struct ClaimUse {
    var isShared: Bool
    var storageClassName: String
  }

  static func apiVersion(ofController kind: String) -> String {
    kind == "ReplicationController" ? "v1" : "apps/v1"
  }

  /// In the order of the model, claims before their volumes.
  mutating func placementObjects() -> [JSONValue] {
    let objects = inventory.objects
    var result = objects.services.enumerated().map { service($0.offset, $0.element) }
    result += objects.controllers.compactMap { controller($0) }
    let uses = claimUses()
    var users: [String: PlacementObjects.Claim] = [:]
    for claim in objects.claims {
      result.append(self.claim(claim.namespace, claim.name, volume: claim.volumeName, uses))
      if !claim.volumeName.isEmpty, users[claim.volumeName] == nil { users[claim.volumeName] = claim }
    }
    for volume in objects.volumes {
      let use = users[volume.name].flatMap { uses[Self.key($0.namespace, $0.name)] }
      result.append(self.volume(volume, of: users[volume.name], use))
    }
    return result
  }

  /// Services have no names in the model.
  private mutating func service(_ index: Int, _ service: PlacementObjects.Service) -> JSONValue {
    let selector = service.selector.map { labels($0) }
    return .manifest(
      "v1", "Service",
      [
        ("metadata", metadata("service-\(index + 1)", namespace: ManifestNames.namespace(service.namespace))),
        ("spec", .object([("clusterIP", .string("None")), ("selector", selector.map { .texts($0) })])),
      ])
  }

  /// With a template whose pods the selector takes, as far as equality goes; one without a selector is left out.
  private mutating func controller(_ controller: PlacementObjects.Controller) -> JSONValue? {
    guard let wanted = controller.selector else {
      tally.absentControllers += 1
      return nil
    }
    let isPlain = controller.reference.kind == "ReplicationController"
    let before = tally
    var labels = labels(wanted.matchLabels)
    tally = before
    for expression in wanted.matchExpressions
    where KubernetesName.isKey(expression.key) && labels[expression.key] == nil {
      switch expression.operator {
      case .isIn: labels[expression.key] = expression.values.first.map { labelValue($0) }
      case .exists: labels[expression.key] = ""
      case .notIn, .doesNotExist: break
      }
    }
    tally = before
    let (kind, name) = (controller.reference.kind, ManifestNames.subdomain(controller.reference.name))
    let namespace = ManifestNames.namespace(controller.namespace)
    let pod = Self.container("main", image: Self.podImage, cpu: 0, memory: 0)
    let template = JSONValue.object([
      ("metadata", .object([("labels", .texts(labels))])), ("spec", .object([("containers", .array([pod]))])),
    ])
    return .manifest(
      Self.apiVersion(ofController: kind), kind,
      [
        ("metadata", metadata(name, namespace: namespace, uid: KubernetesName.uid(kind, namespace, name))),
        (
          "spec",
          .object([
            ("selector", isPlain ? .texts(self.labels(wanted.matchLabels)) : selector(wanted)),
            ("serviceName", kind == "StatefulSet" ? .string(name) : nil), ("template", template),
          ])
        ),
      ])
  }

  // MARK: Claims and volumes

  private static func key(_ namespace: String, _ name: String) -> String { "\(namespace)/\(name)" }

  /// Access modes and class follow from the machines that use a claim; the first says it.
  private func claimUses() -> [String: ClaimUse] {
    var uses: [String: ClaimUse] = [:]
    for machine in inventory.machines {
      var isShared = true
      let disk = MachineDisk(machine, isSharedClass: isSharedOfClass[machine.storageClassName])
      if case .claim(let shared) = disk { isShared = shared }
      for name in machine.terms.claimNames where uses[Self.key(machine.namespace, name)] == nil {
        uses[Self.key(machine.namespace, name)] = ClaimUse(
          isShared: isShared, storageClassName: machine.storageClassName)
      }
    }
    return uses
  }

  private mutating func claim(
    _ namespace: String, _ name: String, volume: String, _ uses: [String: ClaimUse]
  ) -> JSONValue {
    let use = uses[Self.key(namespace, name)]
    return .manifest(
      "v1", "PersistentVolumeClaim",
      [
        ("metadata", metadata(ManifestNames.subdomain(name), namespace: ManifestNames.namespace(namespace))),
        (
          "spec",
          Self.claimSpec(
            isShared: use?.isShared ?? false, storageClassName: use?.storageClassName ?? "", volumeName: volume)
        ),
      ])
  }

  static func claimSpec(isShared: Bool, storageClassName: String, volumeName: String = "") -> JSONValue {
    .object([
      ("accessModes", accessModes(isShared: isShared)),
      ("resources", .object([("requests", .object([("storage", .string(diskSize))]))])),
      ("storageClassName", .string(storageClassName.isEmpty ? "" : ManifestNames.subdomain(storageClassName))),
      ("volumeMode", .string("Block")),
      ("volumeName", volumeName.isEmpty ? nil : .string(ManifestNames.subdomain(volumeName))),
    ])
  }

  /// A stand-in, because the model has no sizes.
  private static let diskSize = "30Gi"

  private mutating func volume(
    _ volume: VolumeSpecification, of claim: PlacementObjects.Claim?, _ use: ClaimUse?
  ) -> JSONValue {
    let name = ManifestNames.subdomain(volume.name)
    let reference = claim.map { claim in
      JSONValue.object([
        ("apiVersion", .string("v1")), ("kind", .string("PersistentVolumeClaim")),
        ("name", .string(ManifestNames.subdomain(claim.name))),
        ("namespace", .string(ManifestNames.namespace(claim.namespace))),
      ])
    }
    let storageClass = use?.storageClassName ?? ""
    return .manifest(
      "v1", "PersistentVolume",
      [
        ("metadata", metadata(name, original: volume.name, labels: volume.labels)),
        (
          "spec",
          .object([
            ("accessModes", Self.accessModes(isShared: use?.isShared ?? false)),
            ("capacity", .object([("storage", .string(Self.diskSize))])), ("claimRef", reference),
            ("csi", .object([("driver", .string("headroom.simulated")), ("volumeHandle", .string(name))])),
            (
              "nodeAffinity", volume.requiredNodeTerms.map { .object([("required", nodeSelector($0))]) }
            ), ("persistentVolumeReclaimPolicy", .string("Retain")),
            ("storageClassName", storageClass.isEmpty ? nil : .string(ManifestNames.subdomain(storageClass))),
            ("volumeMode", .string("Block")),
          ])
        ),
      ])
  }

  // MARK: Parts of pods

  /// `spec.volumes` of a pod that uses claims; nil for none.
  static func volumes(_ claims: [String]) -> JSONValue? {
    if claims.isEmpty { return nil }
    return .array(
      claims.enumerated().map { position, claim in
        .object([
          ("name", .string("claim-\(position + 1)")),
          (
            "persistentVolumeClaim", .object([("claimName", .string(ManifestNames.subdomain(claim)))])
          ),
        ])
      })
  }

  static func ports(_ ports: [HostPort]) -> JSONValue? {
    if ports.isEmpty { return nil }
    return .array(
      ports.map { port in
        .object([
          ("containerPort", .integer(Int64(port.number))),
          ("hostIP", port.address == HostPort(number: 1).address ? nil : .string(port.address)),
          ("hostPort", .integer(Int64(port.number))), ("protocol", .string(port.transport)),
        ])
      })
  }

  /// Amounts under names that the API takes; none of a resource decides the same as no word of it.
  mutating func amounts(_ amounts: ResourceAmounts) -> [(String, JSONValue?)] {
    amounts.entries.compactMap { entry in
      if entry.amount.nanoUnits == 0 { return nil }
      guard KubernetesName.isKey(entry.name) else {
        tally.droppedResources += 1
        return nil
      }
      return (entry.name, ManifestQuantity.exact(entry.amount))
    }
  }

  /// Of these amounts those whose limit must be what is requested: huge pages and devices.
  static func limits(_ amounts: [(String, JSONValue?)]) -> [(String, JSONValue?)] {
    amounts.filter { PodRequest.isScalar($0.0) }
  }
}
