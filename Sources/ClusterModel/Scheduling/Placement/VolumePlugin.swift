/// What a pod's claims ask of nodes whatever else runs, without names, so that pods share what is found out.
struct VolumeNeeds: Hashable {
  struct Bound: Hashable {
    var requiredNodeTerms: [NodeSelectorTerm]?
    var zoneLabels: [String: String]
  }

  /// A claim that is bound once its pod has a node.
  struct Delayed: Hashable {
    var wish: FreeVolumes.Wish
    var canBeMade: Bool
    var allowedTerms: [NodeSelectorTerm]?
    var selectedNode: String
  }

  /// Refuses every node.
  struct Refusal: Hashable {
    var filter: PlacementFilter
    var reason: String
  }

  var bound: [Bound] = []
  var delayed: [Delayed] = []
  var everywhere: [Refusal] = []

  var isEmpty: Bool { bound.isEmpty && delayed.isEmpty && everywhere.isEmpty }
}

/// The same with labels resolved and free volumes compared, once for all nodes.
struct VolumeCheck {
  struct Bound {
    /// Nil where every node reaches the volume.
    var terms: [ResolvedSelector]?
    var zoneLabels: [String: String]
  }

  struct Delayed {
    /// By free volume.
    var isFitting: [Bool]
    var canBeMade: Bool
    /// Nil allows every node.
    var allowed: [ResolvedSelector]?
    var selectedNode: String
  }

  var bound: [Bound]
  var delayed: [Delayed]
  var everywhere: [VolumeNeeds.Refusal]
}

/// VolumeBinding and VolumeZone: the node must reach the volumes that are bound and be able to get those that are not.
///
/// A dump without any claim, volume or storage class says nothing about them, so they refuse no node then.
struct VolumePlugin {
  static let nodeConflict = "node(s) had volume node affinity conflict"
  static let bindConflict = "node(s) didn't find available persistent volumes to bind"
  static let zoneConflict = "node(s) had no available volume zone"
  static let zoneKeys = [
    ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"),
    ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"),
  ]

  private struct Name: Hashable {
    var namespace: String
    var name: String
  }

  private var claims: [Name: PlacementObjects.Claim] = [:]
  private var volumes: [String: VolumeSpecification] = [:]
  private var classes: [String: PlacementObjects.StorageClass] = [:]
  private let free: FreeVolumes

  init(_ cluster: PlacementCluster, _ table: inout TextTable) {
    let objects = cluster.objects
    for claim in objects.claims { claims[Name(namespace: claim.namespace, name: claim.name)] = claim }
    for volume in objects.volumes { volumes[volume.name] = volume }
    for storageClass in objects.storageClasses { classes[storageClass.name] = storageClass }
    free = FreeVolumes(objects.volumes, &table)
  }

  func claim(_ namespace: String, _ name: String) -> PlacementObjects.Claim? {
    claims[Name(namespace: namespace, name: name)]
  }

  var hasClaims: Bool { !claims.isEmpty }
  func volume(_ name: String) -> VolumeSpecification? { volumes[name] }
  func hasClass(_ name: String) -> Bool { classes[name] != nil }

  /// The driver that attaches a claim's volume and a name for the volume; nil where either is unknown.
  func attachment(_ claim: PlacementObjects.Claim) -> (driver: String, volume: String)? {
    if claim.volumeName.isEmpty {
      guard let driver = classes[claim.storageClassName]?.provisioner, !driver.isEmpty else { return nil }
      return (driver, "\(driver)/claim \(claim.namespace)/\(claim.name)")
    }
    guard let volume = volumes[claim.volumeName], !volume.driver.isEmpty, !volume.handle.isEmpty else { return nil }
    return (volume.driver, "\(volume.driver)/\(volume.handle)")
  }

  func needs(of pod: PodSpecification) -> VolumeNeeds {
    var needs = VolumeNeeds()
    guard !claims.isEmpty, !pod.claimNames.isEmpty else { return needs }
    let found = pod.claimNames.map { claim(pod.namespace, $0) }
    if let missing = zip(pod.claimNames, found).first(where: { $0.1 == nil })?.0 {
      let reason = Self.notFound(missing)
      needs.everywhere.append(.init(filter: .volumeRestrictions, reason: reason))
      let looking = "looking up PVC \(pod.namespace)/\(missing): \(reason)"
      needs.everywhere.append(.init(filter: .nodeVolumeLimits, reason: looking))
    }
    if let reason = bindingRefusal(pod.claimNames, found) {
      needs.everywhere.append(.init(filter: .volumeBinding, reason: reason))
    }
    if let reason = zoneRefusal(pod.claimNames, found) {
      needs.everywhere.append(.init(filter: .volumeZone, reason: reason))
    }
    for claim in found.compactMap(\.self) { addBound(claim, to: &needs) }
    let waiting = found.compactMap(\.self).filter { $0.volumeName.isEmpty && binding($0) == .delayed }
    needs.delayed = waiting.enumerated().sorted { a, b in
      let (x, y) = (a.element.request?.nanoUnits ?? 0, b.element.request?.nanoUnits ?? 0)
      return x != y ? x < y : a.offset < b.offset
    }.map { delayed($0.element) }
    return needs
  }

  private enum Binding { case immediate, delayed, unknown }

  /// When a claim without a volume gets one.
  private func binding(_ claim: PlacementObjects.Claim) -> Binding {
    if let known = classes[claim.storageClassName] { return known.waitsForConsumer ? .delayed : .immediate }
    return !claim.storageClassName.isEmpty && classes.isEmpty ? .unknown : .immediate
  }

  private static func notFound(_ claim: String) -> String { "persistentvolumeclaim \"\(claim)\" not found" }

  /// Claims that are not there or on their way out come before those that wait for a volume.
  private func bindingRefusal(_ names: [String], _ found: [PlacementObjects.Claim?]) -> String? {
    for (name, claim) in zip(names, found) {
      guard let claim else { return Self.notFound(name) }
      switch claim.ending {
      case .isTerminating: return "persistentvolumeclaim \"\(name)\" is being deleted"
      case .isLost:
        return "persistentvolumeclaim \"\(name)\" bound to non-existent persistentvolume \"\(claim.volumeName)\""
      case .none: break
      }
    }
    let known = found.compactMap(\.self)
    if known.contains(where: { $0.volumeName.isEmpty && binding($0) == .immediate }) {
      return "pod has unbound immediate PersistentVolumeClaims"
    }
    let isVolumeMissing = known.contains { !$0.volumeName.isEmpty && volumes[$0.volumeName] == nil }
    return isVolumeMissing && !volumes.isEmpty
      ? "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)" : nil
  }

  private func zoneRefusal(_ names: [String], _ found: [PlacementObjects.Claim?]) -> String? {
    for (name, claim) in zip(names, found) {
      guard let claim else { return Self.notFound(name) }
      if !claim.volumeName.isEmpty {
        if volumes[claim.volumeName] != nil || volumes.isEmpty { continue }
        return "persistentvolume \"\(claim.volumeName)\" not found"
      }
      guard binding(claim) == .immediate else { continue }
      let className = claim.storageClassName
      if className.isEmpty { return "PersistentVolumeClaim had no pv name and storageClass name" }
      return classes[className] == nil
        ? "storageclass.storage.k8s.io \"\(className)\" not found" : "PersistentVolume had no name"
    }
    return nil
  }

  private func addBound(_ claim: PlacementObjects.Claim, to needs: inout VolumeNeeds) {
    guard !claim.volumeName.isEmpty, let volume = volumes[claim.volumeName] else { return }
    var labels: [String: String] = [:]
    for (key, oldKey) in Self.zoneKeys {
      labels[key] = volume.labels[key]
      labels[oldKey] = volume.labels[oldKey]
    }
    let bound = VolumeNeeds.Bound(requiredNodeTerms: volume.requiredNodeTerms, zoneLabels: labels)
    if bound.requiredNodeTerms != nil || !labels.isEmpty, !needs.bound.contains(bound) { needs.bound.append(bound) }
  }

  private func delayed(_ claim: PlacementObjects.Claim) -> VolumeNeeds.Delayed {
    let storageClass = classes[claim.storageClassName]
    return VolumeNeeds.Delayed(
      wish: .init(
        storageClassName: claim.storageClassName, request: claim.request?.nanoUnits ?? 0,
        accessModes: claim.accessModes),
      canBeMade: storageClass.map { !$0.provisioner.isEmpty && $0.provisioner != "kubernetes.io/no-provisioner" }
        ?? false,
      allowedTerms: storageClass?.allowedTerms, selectedNode: claim.selectedNode)
  }

  func check(_ needs: VolumeNeeds, _ table: inout TextTable) -> VolumeCheck {
    VolumeCheck(
      bound: needs.bound.map { bound in
        .init(
          terms: bound.requiredNodeTerms.map { NodeAffinityPlugin.resolvedLabels($0, &table) },
          zoneLabels: bound.zoneLabels)
      },
      delayed: needs.delayed.map { claim in
        .init(
          isFitting: free.fitting(claim.wish), canBeMade: claim.canBeMade,
          allowed: claim.allowedTerms.map { NodeAffinityPlugin.resolvedLabels($0, &table) },
          selectedNode: claim.selectedNode)
      }, everywhere: needs.everywhere)
  }

  func rejections(
    _ check: VolumeCheck, _ node: NodeSpecification, _ resolved: ResolvedNode, _ table: TextTable
  ) -> Rejections {
    var result: Rejections = []
    for refusal in check.everywhere { result.insert(Rejections(refusal.filter)) }
    if !bindingReasons(check, resolved, table).isEmpty { result.insert(Rejections(.volumeBinding)) }
    if check.bound.contains(where: { !Self.isInZone($0.zoneLabels, node) }) { result.insert(Rejections(.volumeZone)) }
    return result
  }

  /// Why claims cannot be had on this node.
  func bindingReasons(_ check: VolumeCheck, _ node: ResolvedNode, _ table: TextTable) -> [String] {
    var reasons: [String] = []
    let isOutOfReach = check.bound.contains { volume in
      guard let terms = volume.terms else { return false }
      return !terms.contains { $0.matches(node.labels, table) }
    }
    if isOutOfReach { reasons.append(Self.nodeConflict) }
    if !canBind(check.delayed, node, table) { reasons.append(Self.bindConflict) }
    return reasons
  }

  /// Each claim takes the smallest free volume that the node reaches, else one must be made for it there.
  private func canBind(_ claims: [VolumeCheck.Delayed], _ node: ResolvedNode, _ table: TextTable) -> Bool {
    var chosen: [Int32] = []
    for claim in claims {
      if claim.selectedNode.isEmpty {
        if let found = free.smallest(claim.isFitting, node, besides: chosen, table) {
          chosen.append(found)
          continue
        }
      } else if claim.selectedNode != node.name {
        return false
      }
      guard claim.canBeMade else { return false }
      if let allowed = claim.allowed, !allowed.contains(where: { $0.matches(node.labels, table) }) { return false }
    }
    return true
  }

  /// A volume's zone label may name several zones, joined by two underscores; a node without any zone takes all.
  static func isInZone(_ labels: [String: String], _ node: NodeSpecification) -> Bool {
    let isZoned = zoneKeys.contains { node.labels[$0.0] != nil || node.labels[$0.1] != nil }
    guard isZoned else { return true }
    for (key, oldKey) in zoneKeys {
      for (own, other) in [(key, oldKey), (oldKey, key)] {
        guard let wanted = labels[own] else { continue }
        guard let value = node.labels[own] ?? node.labels[other], zones(wanted).contains(value) else { return false }
      }
    }
    return true
  }

  private static func zones(_ text: String) -> [String] { text.split(separator: "__").map(String.init) }
}
