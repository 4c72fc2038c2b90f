/// What claims, volumes, profiles and the machine itself say about access to a machine's disks, taken together.
struct DiskAccess {
  /// All disks ReadWriteMany; nil where none is known to be otherwise and one is unknown.
  var isShared: Bool?
  /// The node that a local disk is on.
  var nodeName: String?
  var storageClassName = ""
}

/// Everything in a dump about disks, looked up by name.
///
/// A claim that states no access modes, as a data volume may, gets those of its class's profile.
struct DiskIndex {
  var claims: [String: ReadClaim] = [:]
  var dataVolumes: [String: ReadClaim] = [:]
  var volumes: [String: ReadVolume] = [:]
  /// By class name.
  var profiles: [String: Bool] = [:]
  /// The class of claims that name none.
  var defaultClass = ""
  private var defaultRank = 0

  mutating func add(storageClass name: String, isDefault: (forMachines: Bool, general: Bool)) {
    let rank = isDefault.forMachines ? 2 : isDefault.general ? 1 : 0
    if rank > defaultRank {
      defaultRank = rank
      defaultClass = name
    }
  }

  /// The sizes of claims together; nil where one is unknown or there is none.
  func bytes(_ names: [String], namespace: String, templates: [String: ReadClaim]) -> Int64? {
    var sum: Int64 = 0
    for name in names {
      let key = "\(namespace)/\(name)"
      guard let bytes = claims[key]?.bytes ?? dataVolumes[key]?.bytes ?? templates[name]?.bytes else { return nil }
      let (total, isTooLarge) = sum.addingReportingOverflow(bytes)
      sum = isTooLarge ? .max : total
    }
    return names.isEmpty ? nil : sum
  }

  /// - Parameters:
  ///   - templates: the machine's own `dataVolumeTemplates`.
  ///   - reported: what the running machine says of all its volumes.
  func access(
    _ names: [String], namespace: String, templates: [String: ReadClaim], reported: Bool?
  ) -> DiskAccess {
    var access = DiskAccess(isShared: reported)
    var shared: Bool? = true
    for name in names {
      let key = "\(namespace)/\(name)"
      guard let claim = claims[key] ?? dataVolumes[key] ?? templates[name] else {
        if shared == true { shared = nil }
        continue
      }
      let volume = volumes[claim.volumeName]
      let className = claim.storageClassName.isEmpty ? defaultClass : claim.storageClassName
      if access.storageClassName.isEmpty { access.storageClassName = className }
      if access.nodeName == nil { access.nodeName = volume?.nodeName }
      switch claim.isShared ?? volume?.isShared ?? profiles[className] {
      case false: shared = false
      case nil: if shared == true { shared = nil }
      default: break
      }
    }
    if reported == nil { access.isShared = shared }
    return access
  }
}
