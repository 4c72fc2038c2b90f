/// `storage.k8s.io StorageClass`: its name and whether claims without a class get it.
struct StorageClassReader {
  /// The annotation for machines counts before the general one.
  static func isDefault(_ object: SyntaxNode) -> (forMachines: Bool, general: Bool) {
    let annotations = object["metadata"]?["annotations"]
    func isTrue(_ key: String) -> Bool { annotations?[key]?.text == "true" }
    return (
      isTrue("storageclass.kubevirt.io/is-default-virt-class"), isTrue("storageclass.kubernetes.io/is-default-class")
    )
  }
}

/// `cdi.kubevirt.io StorageProfile`: the access modes that disks of a class get when they state none.
struct StorageProfileReader {
  /// The first of the claim property sets, as the importer of disks takes it; nil where the profile is empty.
  static func isShared(_ object: SyntaxNode, _ session: DecodingSession) -> Bool? {
    let stated = session.elements(session.mapping(object, "spec"), "claimPropertySets")
    let found = session.elements(session.mapping(object, "status"), "claimPropertySets")
    return (stated.isEmpty ? found : stated).first.flatMap { AccessModes.isShared($0, session) }
  }

  /// The class it describes.
  static func className(_ object: SyntaxNode, _ header: ObjectHeader) -> String {
    object["status"]?["storageClass"]?.present ?? header.name
  }
}

/// `cdi.kubevirt.io DataVolume` and a machine's `dataVolumeTemplates`: the claim that they ask for.
struct DataVolumeReader {
  static func read(_ object: SyntaxNode, _ session: DecodingSession) -> ReadClaim {
    let spec = session.mapping(object, "spec")
    let claim = session.mapping(spec, "storage") ?? session.mapping(spec, "pvc")
    return ReadClaim(
      isShared: AccessModes.isShared(claim, session), storageClassName: claim?["storageClassName"]?.present ?? "",
      bytes: ClaimReader.requestedBytes(claim, session))
  }
}
