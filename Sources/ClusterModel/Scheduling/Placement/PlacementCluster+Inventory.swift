/// An inventory as placement sees it: machines by the launcher pods that KubeVirt makes for them.
extension PodSpecification {
  /// The launcher pod of a machine, without a node.
  package init(_ machine: VirtualMachine) {
    self.init(namespace: machine.namespace, name: machine.name)
    labels = machine.labels.merging(LauncherPod.labels(ofMachine: machine.name)) { _, added in added }
    nodeSelector = machine.nodeSelector
    tolerations = machine.tolerations
    priority = machine.priority
    apply(machine.terms, machine.cpuRequestMillicores, machine.memoryRequestBytes)
  }

  /// A pod that is not a machine, without its node.
  package init(_ pod: OtherPod) {
    self.init(namespace: pod.namespace, name: pod.name)
    labels = pod.labels
    nodeSelector = pod.nodeSelector
    tolerations = pod.tolerations
    priority = pod.priority
    apply(pod.terms, pod.cpuRequestMillicores, pod.memoryRequestBytes)
  }

  private mutating func apply(_ terms: PlacementTerms, _ millicores: Int64, _ bytes: Int64) {
    var requests = terms.extraRequests
    requests["cpu"] = Quantity(nanoUnits: Int128(millicores) * 1_000_000)
    requests["memory"] = Quantity(nanoUnits: Int128(bytes) * 1_000_000_000)
    containers = [ContainerSpecification(requests: requests)]
    takeAffinity(of: terms)
    containers[0].ports = terms.hostPorts
    claimNames = terms.claimNames
    controller = terms.controller
  }
}

extension PlacementTerms {
  /// What a pod's specification holds besides cpu, memory, selector and tolerations; requests as they are counted.
  package init(_ pod: PodSpecification) {
    takeAffinity(of: pod)
    for entry in PodRequest.taken(by: pod).entries where entry.name != "cpu" && entry.name != "memory" {
      extraRequests[entry.name] = entry.amount
    }
    hostPorts = (pod.containers + pod.initContainers.filter(\.isSidecar)).flatMap(\.ports)
    claimNames = pod.claimNames
    controller = pod.controller
  }
}

extension NodeSpecification {
  package init(_ node: Node) {
    var allocatable = node.extraAllocatable
    allocatable["cpu"] = Quantity(nanoUnits: Int128(node.cpuMillicores) * 1_000_000)
    allocatable["memory"] = Quantity(nanoUnits: Int128(node.memoryBytes) * 1_000_000_000)
    allocatable["pods"] = Quantity(nanoUnits: Int128(node.podLimit) * 1_000_000_000)
    self.init(name: node.name, labels: node.labels, allocatable: allocatable)
    taints = node.taints
    isCordoned = node.isCordoned
    // Every kubelet sets it; inventories of other platforms leave it out.
    labels[PlacementEvaluator.hostnameKey] = node.labels[PlacementEvaluator.hostnameKey] ?? node.name
  }
}

extension PlacementObjects {
  /// What a run keeps: of storage only from where bound volumes can be reached, and no disruption budgets.
  package var ofRuns: PlacementObjects {
    var result = PlacementObjects()
    result.namespaces = namespaces
    result.services = services
    result.controllers = controllers
    result.claims = claims.map { Claim(namespace: $0.namespace, name: $0.name, volumeName: $0.volumeName) }
    result.volumes = volumes.map {
      VolumeSpecification(name: $0.name, labels: $0.labels, requiredNodeTerms: $0.requiredNodeTerms)
    }
    return result
  }
}

extension PlacementCluster {
  /// Nodes and other pods of an inventory; its machines are nowhere yet.
  package init(_ inventory: Inventory) {
    nodes = inventory.nodes.map { NodeSpecification($0) }
    pods = inventory.pods.map { pod in
      var specification = PodSpecification(pod)
      specification.nodeName = pod.nodeName
      return specification
    }
    objects = inventory.objects
  }
}
