/// What a claim says about its disk.
struct ReadClaim {
  /// ReadWriteMany; nil where neither status nor spec states access modes.
  var isShared: Bool?
  var storageClassName: String
  /// The volume it is bound to.
  var volumeName = ""
  /// What it got, else what it asks for; nil where neither is said.
  var bytes: Int64?
}

/// `v1 PersistentVolumeClaim`: the access modes it got, else those it asks for.
struct ClaimReader {
  /// `resources.requests.storage` of a claim's spec.
  static func requestedBytes(_ spec: SyntaxNode?, _ session: DecodingSession) -> Int64? {
    ClaimSize.bytes(session.mapping(session.mapping(spec, "resources"), "requests"), session)
  }

  static func read(_ object: SyntaxNode, _ session: DecodingSession) -> ReadClaim {
    let spec = session.mapping(object, "spec")
    let granted = session.mapping(object, "status")
    return ReadClaim(
      isShared: AccessModes.isShared(granted, session) ?? AccessModes.isShared(spec, session),
      storageClassName: spec?["storageClassName"]?.present ?? "", volumeName: spec?["volumeName"]?.present ?? "",
      bytes: ClaimSize.bytes(session.mapping(granted, "capacity"), session) ?? requestedBytes(spec, session))
  }
}

/// Lists of access modes, which stand in claims, volumes, profiles and machines alike.
enum AccessModes {
  /// Whether `accessModes` under a parent holds ReadWriteMany, the only one that live migration accepts.
  static func isShared(_ parent: SyntaxNode?, _ session: DecodingSession) -> Bool? {
    let modes = session.elements(parent, "accessModes")
    return modes.isEmpty ? nil : modes.contains { $0.text == "ReadWriteMany" }
  }
}
