import ClusterModel

/// `v1 Node`: allocatable (capacity where a list is too old to have it), taints, labels, readiness.
struct NodeReader {
  /// Archives of the Insights operator hold nodes without their kind; nothing else has `status.nodeInfo`.
  static func recognizes(_ object: SyntaxNode) -> Bool { object["status"]?["nodeInfo"]?.kind == .mapping }

  /// Nil for a node that can carry nothing, which is reported.
  static func read(_ object: SyntaxNode, _ header: ObjectHeader, _ session: DecodingSession) -> Node? {
    let status = session.mapping(object, "status")
    let allocatable = session.mapping(status, "allocatable")
    let capacity = session.mapping(status, "capacity")
    session.warnOfNearMisses(in: status, wanted: ["allocatable", "capacity", "conditions"])
    if allocatable == nil, capacity == nil {
      unusable(header, "states neither allocatable nor capacity", status ?? object, session)
      return nil
    }
    func resource(_ name: String) -> SyntaxNode? {
      [allocatable?[name], capacity?[name]].compactMap { $0 }.first { $0.kind != .null }
    }
    let cpuNode = resource("cpu")
    let memoryNode = resource("memory")
    let cpu = cpuNode.map { session.millicores($0, "cpu") }
    let memory = memoryNode.map { session.memoryBytes($0, "memory") }
    guard let cpu, let memory else {
      unusable(header, "states no \(cpu == nil ? "cpu" : "memory")", allocatable ?? capacity ?? object, session)
      return nil
    }
    guard let cpu, let memory else { return nil }
    guard cpu > 0, memory > 0 else {
      unusable(header, "has no \(cpu == 0 ? "cpu" : "memory")", cpu == 0 ? cpuNode : memoryNode, session)
      return nil
    }
    for (name, value) in [("cpu", Double(cpu) / 1000), ("memory", Double(memory))] where allocatable != nil {
      guard let text = capacity?[name]?.present, let whole = try? Quantity(text), value > whole.double else { continue }
      session.report(
        .warning, .oddObject, "node '\(header.name)' has more \(name) allocatable than capacity: allocatable counts",
        at: name == "cpu" ? cpuNode : memoryNode)
    }
    let spec = session.mapping(object, "spec")
    var node = Node(
      name: header.name, labels: session.texts(object["metadata"], "labels"), cpuMillicores: cpu, memoryBytes: memory)
    if let pods = resource("pods"),
      let count = session.unit(pods, "pods", "a count", parse: { text throws(UnitError) in try Quantity(text) })
    {
      node.podLimit = Int(min(max(0, count.wholeUnits ?? 0), 1_000_000))
    }
    node.extraAllocatable = extra(allocatable ?? capacity, session)
    node.taints = session.elements(spec, "taints").compactMap { SchedulingReader.taint($0, session) }
    node.isCordoned = spec?["unschedulable"].flatMap { session.bool($0, "unschedulable") } ?? false
    let ready = session.elements(status, "conditions").first { $0["type"]?.text == "Ready" }
    node.isReady = ready?["status"]?.text.map { $0.lowercased() == "true" } ?? true
    return node
  }

  /// Ephemeral storage, huge pages, devices: all that is not zero.
  private static func extra(_ resources: SyntaxNode?, _ session: DecodingSession) -> ResourceAmounts {
    var result = ResourceAmounts()
    guard let resources else { return result }
    for (key, value) in resources.entries {
      guard let name = key.text, !["cpu", "memory", "pods"].contains(name), let text = value.present, text != "0",
        let amount = session.unit(
          value, name, "an amount", parse: { text throws(UnitError) in try Quantity(text) }), amount.nanoUnits > 0
      else { continue }
      result[name] = amount
    }
    return result
  }

  /// Annotations `headroom/migration-bandwidth`, `-links`, `-mtu` and `-dedicated`, which `headroom generate` writes.
  static func migrationNetwork(_ object: SyntaxNode, _ session: DecodingSession) -> NetworkInterface? {
    let annotations = object["metadata"]?["annotations"]
    guard let bandwidth = annotations?["headroom/migration-bandwidth"], bandwidth.kind != .null,
      let rate = session.unit(
        bandwidth, "headroom/migration-bandwidth", "a bandwidth",
        parse: { text throws(UnitError) in try Bandwidth.bytesPerSecond(text) }), rate > 0
    else { return nil }
    var network = NetworkInterface(bytesPerSecond: rate)
    if let mtu = annotations?["headroom/migration-mtu"]?.text.flatMap({ Int($0) }), (576...65_535).contains(mtu) {
      network.mtuBytes = mtu
    }
    if let links = annotations?["headroom/migration-links"]?.text.flatMap({ Int64($0) }),
      NetworkInterface.linkCounts.contains(links)
    {
      network.linkCount = Int(links)
    }
    network.isDedicated = annotations?["headroom/migration-dedicated"]?.text == "true"
    return network
  }

  private static func unusable(
    _ header: ObjectHeader, _ why: String, _ place: SyntaxNode?, _ session: DecodingSession
  ) {
    session.report(
      .warning, .unusableNode, "node '\(header.name)' \(why): it is left out", at: place,
      help: "export nodes with their status: oc get nodes -o yaml")
  }
}
