import ClusterModel
import SimulationEngine

/// Writes a cluster's dumped part as `cluster.inventory`, so that `InventorySection` reads back the same.
///
/// Keys come in the catalogue's order, objects in order of their names, fields equal to the default are left out.
struct InventoryWriter {
  let cluster: ClusterSpecification

  var document: DocumentValue {
    typealias Keys = InventoryKeys
    let nodes = cluster.snapshotNodes.sorted { $0.name < $1.name }
    let machines = cluster.snapshotMachines.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    let pods = cluster.snapshotPods.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    return .mapping([
      (Keys.nodes.name, .nonEmpty(nodes.map(node))), (Keys.machines.name, .nonEmpty(machines.map(machine))),
      (Keys.pods.name, .nonEmpty(pods.map(pod))),
      (Keys.objects.name, .nonEmpty(KubernetesForm.objects(cluster.snapshotObjects))),
      (Keys.traces.name, .nonEmpty(cluster.snapshotTraces.map(\.document))),
    ])
  }

  private func node(_ node: Node) -> DocumentValue {
    typealias Keys = DumpedNodeKeys
    let standard = Keys.node
    return .mapping([
      (Keys.name.name, .text(node.name)), (Keys.cpu.name, cores(node.cpuMillicores)),
      (Keys.memory.name, .quantity(ExactAmount.bytes(node.memoryBytes))),
      (Keys.pods.name, node.podLimit == standard.podLimit ? nil : .integer(node.podLimit)),
      (Keys.allocatable.name, KubernetesForm.amounts(node.extraAllocatable)),
      (Keys.labels.name, .labels(node.labels)), (Keys.taints.name, .nonEmpty(node.taints.map(taint))),
      (Keys.cordoned.name, node.isCordoned == standard.isCordoned ? nil : .boolean(node.isCordoned)),
      (Keys.ready.name, node.isReady == standard.isReady ? nil : .boolean(node.isReady)),
      (
        Keys.migrationNetwork.name,
        node.migrationNIC == cluster.migrationNetwork ?? NetworkInterface() ? nil : network(node.migrationNIC)
      ), (Keys.usage.name, usage(node.observedUsage)),
    ])
  }

  private func machine(_ machine: VirtualMachine) -> DocumentValue {
    typealias Keys = DumpedMachineKeys
    let rendered = LauncherPod(
      vCPUs: machine.vCPUs, guestMemoryBytes: machine.guestMemoryBytes,
      cpuAllocationRatio: cluster.cpuAllocationRatio, memoryOvercommitPercent: cluster.memoryOvercommitPercent)
    // Only a rendered request follows the settings of the cluster.
    let isRendered = machine.origin?.request == .rendered
    let isUsualCPU = isRendered && machine.cpuRequestMillicores == rendered.cpuRequestMillicores
    let isUsualMemory = isRendered && machine.memoryRequestBytes == rendered.memoryRequestBytes
    return .mapping(
      [
        (Keys.name.name, .text(machine.name)), (Keys.namespace.name, text(machine.namespace, Keys.machine.namespace)),
        (Keys.cpu.name, .integer(machine.vCPUs)),
        (Keys.memory.name, .quantity(ExactAmount.bytes(machine.guestMemoryBytes))),
        (Keys.cpuRequest.name, isUsualCPU ? nil : cores(machine.cpuRequestMillicores)),
        (
          Keys.memoryRequest.name, isUsualMemory ? nil : .quantity(ExactAmount.bytes(machine.memoryRequestBytes))
        ), (Keys.cpuLimit.name, boolean(machine.hasCPULimit, Keys.machine.hasCPULimit)),
        (Keys.dedicatedCPUs.name, boolean(machine.hasDedicatedCPUs, Keys.machine.hasDedicatedCPUs)),
        (
          Keys.copiedDisk.name,
          machine.copiedDiskBytes == 0 ? nil : .quantity(ExactAmount.bytes(machine.copiedDiskBytes))
        ), (Keys.sriov.name, boolean(machine.hasSRIOVInterfaces, Keys.machine.hasSRIOVInterfaces)),
        (Keys.node.name, machine.nodeName.map { .text($0) }),
        (Keys.running.name, boolean(machine.isRunning, Keys.machine.isRunning)),
        (Keys.type.name, text(machine.workloadType, "")), (Keys.application.name, text(machine.applicationGroup, "")),
        (Keys.tier.name, choice(machine.tier, Keys.machine.tier)),
        (Keys.priority.name, machine.priority == Keys.machine.priority ? nil : .integer(machine.priority)),
      ] + rules(machine))
  }

  /// What becomes of the machine, and where it may run.
  private func rules(_ machine: VirtualMachine) -> [(String, DocumentValue?)] {
    typealias Keys = DumpedMachineKeys
    let reason: String? =
      switch machine.migratability {
      case .live: nil
      case .cold(let reason), .immovable(let reason): reason
      }
    var isBound = false
    if case .immovable = machine.migratability { isBound = true }
    return [
      (Keys.runStrategy.name, choice(machine.runStrategy, Keys.machine.runStrategy)),
      (Keys.evictionStrategy.name, choice(machine.evictionStrategy, Keys.machine.evictionStrategy)),
      (Keys.storageClass.name, text(machine.storageClassName, "")),
      (Keys.notLiveMigratable.name, reason.map { .text($0) }), (Keys.boundToNode.name, boolean(isBound, false)),
      (Keys.labels.name, .labels(machine.labels)), (Keys.nodeSelector.name, .labels(machine.nodeSelector)),
      (Keys.tolerations.name, .nonEmpty(machine.tolerations.map(toleration))),
    ] + terms(machine.terms, Keys.antiAffinity.name) + [
      (Keys.cpuModel.name, text(machine.cpuModel.name, GuestCPUModel.hostModel.name)),
      (Keys.migrationSelector.name, .labels(machine.migrationSelector)),
      (Keys.usage.name, usage(machine.observedUsage)),
      (Keys.dirtyRate.name, machine.observedDirtyBytesPerSecond.map { .quantity(ExactAmount.number($0)) }),
      (Keys.dirty.name, machine.statedDirty.map(\.document)),
      (Keys.origin.name, machine.origin.map(origin)),
    ]
  }

  private func pod(_ pod: OtherPod) -> DocumentValue {
    typealias Keys = DumpedPodKeys
    return .mapping(
      [
        (Keys.name.name, .text(pod.name)),
        (Keys.namespace.name, text(pod.namespace, DumpedMachineKeys.machine.namespace)),
        (Keys.node.name, .text(pod.nodeName)),
        (Keys.cpuRequest.name, pod.cpuRequestMillicores == 0 ? nil : cores(pod.cpuRequestMillicores)),
        (
          Keys.memoryRequest.name,
          pod.memoryRequestBytes == 0 ? nil : .quantity(ExactAmount.bytes(pod.memoryRequestBytes))
        ), (Keys.priority.name, pod.priority == 0 ? nil : .integer(pod.priority)),
        (Keys.labels.name, .labels(pod.labels)), (Keys.nodeSelector.name, .labels(pod.nodeSelector)),
        (Keys.tolerations.name, .nonEmpty(pod.tolerations.map(toleration))),
      ] + terms(pod.terms, Keys.antiAffinity.name) + [(Keys.usage.name, usage(pod.observedUsage))])
  }

  /// The first simple terms of anti-affinity in their short form, the others in Kubernetes'.
  private func terms(_ terms: PlacementTerms, _ antiAffinity: String) -> [(String, DocumentValue?)] {
    typealias Keys = PlacementTermKeys
    let simple = Array(terms.requiredAntiAffinity.prefix { $0.hostSelector != nil }.compactMap(\.hostSelector))
    var rest = terms
    rest.requiredAntiAffinity.removeFirst(simple.count)
    return [
      (antiAffinity, .nonEmpty(simple.map(selector))), (Keys.affinity.name, KubernetesForm.affinity(rest)),
      (Keys.spread.name, .nonEmpty(terms.spreadConstraints.map(KubernetesForm.spread))),
      (Keys.requests.name, KubernetesForm.amounts(terms.extraRequests)),
      (Keys.hostPorts.name, .nonEmpty(terms.hostPorts.compactMap(KubernetesForm.hostPort))),
      (Keys.claims.name, .nonEmpty(terms.claimNames.map { .text($0) })),
      (
        Keys.controller.name,
        terms.controller.map { .mapping([("kind", .text($0.kind)), ("name", .text($0.name))]) }
      ),
    ]
  }

  // MARK: Parts

  private func cores(_ millicores: Int64) -> DocumentValue { .quantity(ExactAmount.cores(millicores: millicores)) }

  private func text(_ value: String, _ standard: String) -> DocumentValue? { value == standard ? nil : .text(value) }

  private func boolean(_ value: Bool, _ standard: Bool) -> DocumentValue? {
    value == standard ? nil : .boolean(value)
  }

  private func choice<Choice: RawRepresentable & Equatable>(_ value: Choice, _ standard: Choice) -> DocumentValue?
  where Choice.RawValue == String { value == standard ? nil : .text(value.rawValue) }

  private func usage(_ usage: ObservedUsage?) -> DocumentValue? {
    usage.map { usage in
      .mapping([
        (UsageKeys.cpu.name, usage.cpuCores.map { .quantity(ExactAmount.number($0)) }),
        (UsageKeys.memory.name, usage.memoryBytes.map { .quantity(ExactAmount.bytes($0)) }),
      ])
    }
  }

  private func network(_ nic: NetworkInterface) -> DocumentValue {
    let standard = NetworkInterface()
    return .mapping([
      (NetworkKeys.bandwidth.name, .quantity(ExactAmount.bandwidth(bytesPerSecond: nic.bytesPerSecond))),
      (NetworkKeys.mtu.name, nic.mtuBytes == standard.mtuBytes ? nil : .integer(nic.mtuBytes)),
      (NetworkKeys.dedicated.name, boolean(nic.isDedicated, standard.isDedicated)),
    ])
  }

  private func taint(_ taint: Taint) -> DocumentValue {
    .mapping([
      (TaintKeys.key.name, .text(taint.key)), (TaintKeys.value.name, text(taint.value, "")),
      (TaintKeys.effect.name, .text(taint.effect.rawValue)),
    ])
  }

  private func toleration(_ toleration: Toleration) -> DocumentValue {
    .mapping([
      (TolerationKeys.key.name, text(toleration.key, "")),
      (TolerationKeys.operator.name, choice(toleration.operator, .equal)),
      (TolerationKeys.value.name, text(toleration.value, "")),
      (TolerationKeys.effect.name, toleration.effect.map { .text($0.rawValue) }),
    ])
  }

  private func selector(_ selector: LabelSelector) -> DocumentValue {
    .mapping([
      (LabelSelectorKeys.matchLabels.name, .labels(selector.matchLabels)),
      (
        LabelSelectorKeys.conditions.name,
        .nonEmpty(
          selector.matchExpressions.map { expression in
            .mapping([
              (LabelExpressionKeys.key.name, .text(expression.key)),
              (LabelExpressionKeys.operator.name, .text(expression.operator.rawValue)),
              (LabelExpressionKeys.values.name, .nonEmpty(expression.values.map { .text($0) })),
            ])
          })
      ),
    ])
  }

  private func origin(_ origin: MachineOrigin) -> DocumentValue {
    .mapping([
      (OriginKeys.size.name, .text(origin.size.rawValue)), (OriginKeys.request.name, .text(origin.request.rawValue)),
      (OriginKeys.place.name, .text(origin.place.rawValue)),
      (OriginKeys.migratability.name, .text(origin.migratability.rawValue)),
    ])
  }
}
