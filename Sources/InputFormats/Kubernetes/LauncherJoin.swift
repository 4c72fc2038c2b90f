import ClusterModel

/// What placement looks at in the pods of a dump, and in those that its machines would get.
struct LauncherJoin {
  private let platform: LauncherPlatform
  private let offer: HostOffer
  private let networkResources: [String: String]
  private let bindingMemoryBytes: [String: Int64]
  /// Claims, by `namespace/name`, whose volume not every node reaches; the others tie nobody to anything.
  private var bindingClaims: Set<String> = []

  init(_ read: CollectedObjects, _ settings: KubernetesReader.Settings, offer: HostOffer, objects: PlacementObjects) {
    let configuration = read.configuration
    platform = configuration.platform(settings)
    self.offer = offer
    networkResources = read.networkResources
    bindingMemoryBytes = configuration.launcher.bindingMemoryBytes
    let volumes = Set(objects.volumes.filter(Self.isBinding).map(\.name))
    for claim in objects.claims where volumes.contains(claim.volumeName) {
      bindingClaims.insert("\(claim.namespace)/\(claim.name)")
    }
  }

  /// Those objects that a pod's placement can depend on: no claim or volume that every node reaches, no controller
  /// without a pod.
  func relevant(_ objects: PlacementObjects, pods: [OtherPod], machines: [VirtualMachine]) -> PlacementObjects {
    struct Reference: Hashable {
      var namespace: String
      var controller: ControllerReference
    }
    var owners: Set<Reference> = []
    for pod in pods {
      if let controller = pod.terms.controller {
        owners.insert(Reference(namespace: pod.namespace, controller: controller))
      }
    }
    for machine in machines {
      if let controller = machine.terms.controller {
        owners.insert(Reference(namespace: machine.namespace, controller: controller))
      }
    }
    var result = objects
    result.volumes.removeAll { !Self.isBinding($0) }
    result.claims.removeAll { !bindingClaims.contains("\($0.namespace)/\($0.name)") }
    result.services.removeAll { $0.selector == nil }
    result.controllers.removeAll { !owners.contains(Reference(namespace: $0.namespace, controller: $0.reference)) }
    return result.ofRuns
  }

  /// A pod that is no machine's, where it is.
  func other(_ pod: ReadPod, priority: Int, usage: ObservedUsage?) -> OtherPod {
    var result = OtherPod(
      namespace: pod.header.namespace, name: pod.header.name, nodeName: pod.nodeName, labels: pod.labels,
      cpuRequestMillicores: pod.cpuRequestMillicores, memoryRequestBytes: pod.memoryRequestBytes,
      observedUsage: usage)
    result.nodeSelector = pod.nodeSelector
    result.tolerations = pod.tolerations
    result.priority = priority
    result.terms = terms(of: pod)
    return result
  }

  /// The launcher pod says what it asks for, whatever its machine says by now.
  ///
  /// - Parameter machine: as it would be rendered, which tells what a migration has added to the pod.
  func adopt(_ pod: ReadPod, into machine: inout VirtualMachine) {
    let added = Self.migrationSelector(of: pod, rendered: machine.nodeSelector)
    machine.migrationSelector = offer.selector(added)
    machine.cpuRequestMillicores = pod.cpuRequestMillicores
    machine.memoryRequestBytes = pod.memoryRequestBytes
    machine.nodeSelector = offer.selector(pod.nodeSelector.filter { added[$0.key] == nil })
    machine.tolerations = pod.tolerations
    machine.terms = terms(of: pod)
    machine.terms.requiredNodeTerms = Self.withoutCapability(machine.terms.requiredNodeTerms)
    // The pod of a migration stayed away from the one before it, which is gone.
    machine.terms.requiredAntiAffinity.removeAll { term in
      term.topologyKey == "kubernetes.io/hostname" && term.selector.map(Self.isOwnInstance) == true
    }
  }

  /// Without a pod: as KubeVirt would render it from the machine and its installation.
  func render(_ size: MachineSize, _ spec: ReadMachineSpec, into machine: inout VirtualMachine) {
    var shape = size.shape
    for network in spec.attachedNetworks {
      let key = network.utf8.contains(UInt8(ascii: "/")) ? network : "\(machine.namespace)/\(network)"
      if let resource = networkResources[key] { shape.devices.append(resource) }
    }
    for binding in spec.bindings { shape.sidecarMemoryBytes += bindingMemoryBytes[binding] ?? 0 }
    let pod = LauncherPod(shape, on: platform)
    machine.cpuRequestMillicores = pod.cpuRequestMillicores
    machine.memoryRequestBytes = pod.memoryRequestBytes
    machine.tolerations = spec.tolerations
    machine.nodeSelector = LauncherPod.nodeSelector(shape, on: platform, families: offer.families)
    if !size.nodeSelector.isEmpty { machine.nodeSelector.merge(size.nodeSelector) { _, stated in stated } }
    if !spec.nodeSelector.isEmpty { machine.nodeSelector.merge(spec.nodeSelector) { _, stated in stated } }
    machine.terms = spec.terms
    machine.terms.extraRequests = offer.requests(pod.extraRequests)
    if !bindingClaims.isEmpty {
      machine.terms.claimNames = binding(spec.claims + spec.readOnlyClaims, machine.namespace)
    }
  }

  /// What the target pod of a migration asks for besides: the processor that the machine booted on.
  private static func migrationSelector(of pod: ReadPod, rendered: [String: String]) -> [String: String] {
    let added = pod.nodeSelector.filter { rendered[$0.key] == nil && LauncherPod.isOfMigration($0.key) }
    // A feature alone is the machine's own wish.
    let isTarget = added.keys.contains { !$0.hasPrefix(LauncherPod.LabelFamily.cpuFeature.rawValue) }
    return isTarget ? added : [:]
  }

  func cpuModel(_ size: MachineSize) -> GuestCPUModel { size.shape.cpuModel ?? platform.cpuModel }

  private func terms(of pod: ReadPod) -> PlacementTerms {
    var terms = pod.terms
    if !terms.extraRequests.isEmpty { terms.extraRequests = offer.requests(terms.extraRequests) }
    if !terms.claimNames.isEmpty { terms.claimNames = binding(terms.claimNames, pod.header.namespace) }
    return terms
  }

  private func binding(_ claims: [String], _ namespace: String) -> [String] {
    bindingClaims.isEmpty ? [] : claims.filter { bindingClaims.contains("\(namespace)/\($0)") }
  }

  /// Without the condition that nodes are not marked as incapable, which holds for every machine (`headroom generate`
  /// writes it where other nodes exist).
  private static func withoutCapability(_ terms: [NodeSelectorTerm]?) -> [NodeSelectorTerm]? {
    guard var terms, !terms.isEmpty else { return terms }
    var isUnrestricted = false
    for index in terms.indices {
      let before = terms[index].expressions.count
      terms[index].expressions.removeAll {
        $0.key == LauncherPod.LabelFamily.schedulable.rawValue && $0.operator == .notIn && $0.values == ["false"]
      }
      let isEmptied = terms[index].expressions.isEmpty && terms[index].fields.isEmpty && before > 0
      isUnrestricted = isUnrestricted || isEmptied && !terms[index].isBroken
    }
    return isUnrestricted ? nil : terms
  }

  private static func isOwnInstance(_ selector: LabelSelector) -> Bool {
    selector.matchExpressions.isEmpty && selector.matchLabels.count == 1
      && selector.matchLabels["kubevirt.io/created-by"] != nil
  }

  private static let zoneKeys = [
    "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
  ]

  private static func isBinding(_ volume: VolumeSpecification) -> Bool {
    volume.requiredNodeTerms != nil || zoneKeys.contains { volume.labels[$0] != nil }
  }
}
