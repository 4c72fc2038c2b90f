import ClusterModel

/// `v1 Pod` with everything that kube-scheduler looks at.
///
/// What the API server would have filled in is filled in: requests from limits, host ports of pods on the host network.
struct PodSpecificationReader {
  let session: DecodingSession
  /// Refuses amounts of cpu and memory that no pod can mean, such as negative ones.
  var refusesAbsurdAmounts = false

  func read(_ object: SyntaxNode, _ header: ObjectHeader) -> PodSpecification {
    let metadata = object["metadata"]
    let spec = session.mapping(object, "spec")
    let status = session.mapping(object, "status")
    var pod = PodSpecification(namespace: header.namespace, name: header.name)
    pod.labels = session.texts(metadata, "labels")
    pod.nodeName = spec?["nodeName"]?.present ?? ""
    pod.circumstances.createdSeconds = PodSpecification.creation(metadata)
    pod.isTerminating = metadata?["deletionTimestamp"]?.present != nil
    let phase = status?["phase"]?.text
    pod.isFinished = phase == "Succeeded" || phase == "Failed"
    readContainers(spec, status, into: &pod)
    pod.nodeSelector = session.texts(spec, "nodeSelector")
    pod.tolerations = SchedulingReader.tolerations(spec, session)
    AffinityReader(session: session).read(spec, into: &pod)
    for volume in session.elements(spec, "volumes") {
      if let name = session.mapping(volume, "persistentVolumeClaim")?["claimName"]?.present {
        pod.claimNames.append(name)
      } else if session.mapping(volume, "ephemeral") != nil, let name = volume["name"]?.present {
        pod.claimNames.append("\(header.name)-\(name)")
      } else if let disk = disk(volume) {
        pod.disks.append(disk)
      }
    }
    pod.circumstances.schedulingGates = session.elements(spec, "schedulingGates").compactMap { $0["name"]?.present }
    if let name = spec?["schedulerName"]?.present, name != "default-scheduler" {
      pod.circumstances.schedulerName = name
    }
    pod.circumstances.hasResourceClaims = !session.elements(spec, "resourceClaims").isEmpty
    pod.circumstances.startSeconds = status?["startTime"]?.text.flatMap(Timestamp.seconds)
    let owner = session.elements(metadata, "ownerReferences").first { $0["controller"]?.bool == true }
    if let kind = owner?["kind"]?.present, let name = owner?["name"]?.present,
      ["ReplicaSet", "StatefulSet", "ReplicationController"].contains(kind)
    {
      pod.controller = ControllerReference(kind: kind, name: name)
    }
    return pod
  }

  /// Disks of which only kinds of the in-tree drivers are kept from being used twice.
  private func disk(_ volume: SyntaxNode) -> InlineDisk? {
    func disk(_ source: SyntaxNode, _ kind: InlineDisk.Kind) -> InlineDisk {
      InlineDisk(kind, isReadOnly: source["readOnly"]?.bool ?? false)
    }
    if let source = session.mapping(volume, "gcePersistentDisk") {
      return source["pdName"]?.present.map { disk(source, .googleDisk(name: $0)) }
    }
    if let source = session.mapping(volume, "awsElasticBlockStore") {
      return source["volumeID"]?.present.map { disk(source, .amazonDisk(id: $0)) }
    }
    if let source = session.mapping(volume, "iscsi") {
      return source["iqn"]?.present.map { disk(source, .iscsi(target: $0)) }
    }
    guard let source = session.mapping(volume, "rbd"), let image = source["image"]?.present else { return nil }
    let monitors = session.elements(source, "monitors").compactMap(\.present)
    return disk(source, .rados(monitors: monitors, pool: source["pool"]?.present ?? "rbd", image: image))
  }

  private func readContainers(_ spec: SyntaxNode?, _ status: SyntaxNode?, into pod: inout PodSpecification) {
    let isOnHostNetwork = spec?["hostNetwork"]?.bool == true
    let states =
      session.elements(status, "containerStatuses") + session.elements(status, "initContainerStatuses")
    func containers(_ key: String) -> [ContainerSpecification] {
      session.elements(spec, key).map { object in
        let name = object["name"]?.present ?? ""
        var container = container(object, name, isOnHostNetwork: isOnHostNetwork)
        if let state = states.first(where: { $0["name"]?.text == name }),
          let resources = session.mapping(state, "resources")
        {
          container.actualRequests = amounts(resources, "requests")
          container.allocatedRequests = amounts(state, "allocatedResources")
        }
        return container
      }
    }
    pod.containers = containers("containers")
    pod.initContainers = containers("initContainers")
    pod.overhead = amounts(spec, "overhead")
    pod.podRequests = podRequests(session.mapping(spec, "resources"), pod)
    let resize = session.elements(status, "conditions").first { $0["type"]?.text == "PodResizePending" }
    pod.isResizeInfeasible = resize?["reason"]?.text == "Infeasible"
  }

  private func container(_ object: SyntaxNode, _ name: String, isOnHostNetwork: Bool) -> ContainerSpecification {
    let resources = session.mapping(object, "resources")
    var container = ContainerSpecification(
      name: name, requests: amounts(resources, "requests").filled(from: amounts(resources, "limits")),
      isSidecar: object["restartPolicy"]?.text == "Always")
    container.image = object["image"]?.present ?? ""
    container.ports = hostPorts(session.elements(object, "ports"), isOnHostNetwork: isOnHostNetwork)
    return container
  }

  /// Of the ports of a container those that are taken on the node.
  func hostPorts(_ ports: [SyntaxNode], isOnHostNetwork: Bool) -> [HostPort] {
    ports.compactMap { port in
      guard let number = (port["hostPort"] ?? (isOnHostNetwork ? port["containerPort"] : nil))?.integer,
        (1...65_535).contains(number)
      else { return nil }
      return HostPort(
        address: port["hostIP"]?.present ?? "", transport: port["protocol"]?.present ?? "", number: Int32(number))
    }
  }

  /// A limit of the pod alone is its request too, unless a container requests the resource.
  private func podRequests(_ resources: SyntaxNode?, _ pod: PodSpecification) -> ResourceAmounts {
    var requests = amounts(resources, "requests")
    for limit in amounts(resources, "limits").entries where requests[limit.name] == nil {
      let isRequested = (pod.containers + pod.initContainers).contains { $0.requests[limit.name] != nil }
      if !isRequested { requests[limit.name] = limit.amount }
    }
    return requests
  }

  func amounts(_ parent: SyntaxNode?, _ key: String) -> ResourceAmounts {
    guard let mapping = session.mapping(parent, key) else { return ResourceAmounts() }
    return ResourceAmounts(
      mapping.entries.compactMap { entry in
        guard let name = entry.key.text, entry.value.kind != .null,
          let amount = session.unit(
            entry.value, name, "an amount", parse: { text throws(UnitError) in try quantity(text, of: name) })
        else { return nil }
        return (name, amount)
      })
  }

  private func quantity(_ text: String, of resource: String) throws(UnitError) -> Quantity {
    if refusesAbsurdAmounts {
      if resource == "cpu" { return Quantity(nanoUnits: Int128(try CPUQuantity.millicores(text)) * 1_000_000) }
      if resource == "memory" { return Quantity(nanoUnits: Int128(try MemorySize.bytes(text)) * 1_000_000_000) }
    }
    return try Quantity(text)
  }
}

extension PodSpecification {
  /// When an object was created, in seconds since 1970; the largest number where that is not said.
  static func creation(_ metadata: SyntaxNode?) -> Int64 {
    (metadata?["creationTimestamp"]?.present).flatMap(Timestamp.seconds).map { Int64($0) } ?? .max
  }
}
