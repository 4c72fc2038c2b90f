@testable import ClusterModel

/// VolumeRestrictions, NodeVolumeLimits, VolumeBinding and VolumeZone straight from their definitions.
extension NaivePlacement {
  private var objects: PlacementObjects { cluster.objects }
  private var saysNothing: Bool { objects.claims.isEmpty }

  private func claim(_ name: String, _ namespace: String) -> PlacementObjects.Claim? {
    objects.claims.first { $0.name == name && $0.namespace == namespace }
  }

  private func volume(_ name: String) -> VolumeSpecification? { objects.volumes.first { $0.name == name } }
  private func storageClass(_ name: String) -> PlacementObjects.StorageClass? {
    objects.storageClasses.first { $0.name == name }
  }

  private func waits(_ claim: PlacementObjects.Claim) -> Bool {
    claim.volumeName.isEmpty && storageClass(claim.storageClassName)?.waitsForConsumer == true
  }

  private func isImmediate(_ claim: PlacementObjects.Claim) -> Bool {
    guard claim.volumeName.isEmpty, !waits(claim) else { return false }
    return claim.storageClassName.isEmpty || !objects.storageClasses.isEmpty
  }

  func restrictionRefusal(_ node: NodeSpecification) -> String? {
    if !saysNothing, let name = pod.claimNames.first(where: { claim($0, pod.namespace) == nil }) {
      return "persistentvolumeclaim \"\(name)\" not found"
    }
    let here = running.filter { $0.node.name == node.name }.flatMap(\.pod.disks)
    if pod.disks.contains(where: { disk in here.contains { isConflict(disk, $0) } }) {
      return "node(s) had no available disk"
    }
    for name in pod.claimNames where claim(name, pod.namespace)?.accessModes.contains("ReadWriteOncePod") == true {
      if running.contains(where: { $0.pod.namespace == pod.namespace && $0.pod.claimNames.contains(name) }) {
        return "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by "
          + "another pod"
      }
    }
    return nil
  }

  private func isConflict(_ a: InlineDisk, _ b: InlineDisk) -> Bool {
    if case .amazonDisk(let id) = a.kind { return b.kind == .amazonDisk(id: id) }
    if a.isReadOnly && b.isReadOnly { return false }
    if case .rados(let monitors, let pool, let image) = a.kind, case .rados(let others, pool, image) = b.kind {
      return !Set(monitors).isDisjoint(with: others)
    }
    return a.kind == b.kind
  }

  /// Driver and volume of each of a pod's claims.
  private func attachments(_ pod: PodSpecification) -> Set<[String]> {
    var result: Set<[String]> = []
    for name in pod.claimNames {
      guard let claim = claim(name, pod.namespace) else { continue }
      if let volume = volume(claim.volumeName), !volume.driver.isEmpty, !volume.handle.isEmpty {
        result.insert([volume.driver, volume.handle])
      } else if claim.volumeName.isEmpty, let driver = storageClass(claim.storageClassName)?.provisioner {
        result.insert([driver, "new", pod.namespace, name])
      }
    }
    return result
  }

  func limitRefusal(_ node: NodeSpecification) -> String? {
    if !saysNothing, let name = pod.claimNames.first(where: { claim($0, pod.namespace) == nil }) {
      return "looking up PVC \(pod.namespace)/\(name): persistentvolumeclaim \"\(name)\" not found"
    }
    let attached = running.filter { $0.node.name == node.name }.reduce(into: Set()) {
      $0.formUnion(attachments($1.pod))
    }
    let fresh = attachments(pod).subtracting(attached)
    let isOver = objects.volumeLimits.contains { limit in
      let count = fresh.count { $0[0] == limit.driver }
      return limit.nodeName == node.name && count > 0
        && attached.count { $0[0] == limit.driver } + count > limit.count
    }
    return isOver ? "node(s) exceed max volume count" : nil
  }

  private func reaches(_ terms: [NodeSelectorTerm]?, _ node: NodeSpecification) -> Bool {
    terms?.contains { matches(NodeSelectorTerm(expressions: $0.expressions), node) } ?? true
  }

  func bindingRefusals(_ node: NodeSpecification) -> [String]? {
    if saysNothing { return nil }
    for name in pod.claimNames {
      guard let claim = claim(name, pod.namespace) else { return ["persistentvolumeclaim \"\(name)\" not found"] }
      if claim.ending == .isTerminating { return ["persistentvolumeclaim \"\(name)\" is being deleted"] }
      if claim.ending == .isLost {
        return ["persistentvolumeclaim \"\(name)\" bound to non-existent persistentvolume \"\(claim.volumeName)\""]
      }
    }
    let claims = pod.claimNames.compactMap { claim($0, pod.namespace) }
    if claims.contains(where: isImmediate) { return ["pod has unbound immediate PersistentVolumeClaims"] }
    let bound = claims.filter { !$0.volumeName.isEmpty }
    if !objects.volumes.isEmpty, bound.contains(where: { volume($0.volumeName) == nil }) {
      return ["node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"]
    }
    var reasons: [String] = []
    if !bound.allSatisfy({ reaches(volume($0.volumeName)?.requiredNodeTerms, node) }) {
      reasons.append("node(s) had volume node affinity conflict")
    }
    var left = objects.volumes.filter(\.isFree)
    let waiting = claims.filter(waits).sorted { ($0.request?.nanoUnits ?? 0) < ($1.request?.nanoUnits ?? 0) }
    let canBind = waiting.allSatisfy { claim in
      if !claim.selectedNode.isEmpty { return claim.selectedNode == node.name && canMake(claim, node) }
      let fitting = left.filter { volume in
        volume.storageClassName == claim.storageClassName && reaches(volume.requiredNodeTerms, node)
          && (volume.capacity?.nanoUnits ?? 0) >= (claim.request?.nanoUnits ?? 0)
          && Set(claim.accessModes).isSubset(of: volume.accessModes)
      }
      let smallest = fitting.min {
        ($0.capacity?.nanoUnits ?? 0, $0.name) < ($1.capacity?.nanoUnits ?? 0, $1.name)
      }
      guard let smallest else { return canMake(claim, node) }
      left.removeAll { $0.name == smallest.name }
      return true
    }
    if !canBind { reasons.append("node(s) didn't find available persistent volumes to bind") }
    return reasons.isEmpty ? nil : reasons
  }

  private func canMake(_ claim: PlacementObjects.Claim, _ node: NodeSpecification) -> Bool {
    guard let storageClass = storageClass(claim.storageClassName) else { return false }
    let makes = storageClass.provisioner != "kubernetes.io/no-provisioner" && !storageClass.provisioner.isEmpty
    return makes && reaches(storageClass.allowedTerms, node)
  }

  func zoneRefusal(_ node: NodeSpecification) -> String? {
    if saysNothing { return nil }
    for name in pod.claimNames {
      guard let claim = claim(name, pod.namespace) else { return "persistentvolumeclaim \"\(name)\" not found" }
      if !claim.volumeName.isEmpty {
        if volume(claim.volumeName) == nil, !objects.volumes.isEmpty {
          return "persistentvolume \"\(claim.volumeName)\" not found"
        }
      } else if isImmediate(claim) {
        if claim.storageClassName.isEmpty { return "PersistentVolumeClaim had no pv name and storageClass name" }
        return storageClass(claim.storageClassName) == nil
          ? "storageclass.storage.k8s.io \"\(claim.storageClassName)\" not found" : "PersistentVolume had no name"
      }
    }
    guard let zone = node.labels["topology.kubernetes.io/zone"] else { return nil }
    let isElsewhere = pod.claimNames.compactMap { claim($0, pod.namespace) }.contains { claim in
      guard let wanted = volume(claim.volumeName)?.labels["topology.kubernetes.io/zone"] else { return false }
      return !wanted.split(separator: "__").map(String.init).contains(zone)
    }
    return isElsewhere ? "node(s) had no available volume zone" : nil
  }
}
