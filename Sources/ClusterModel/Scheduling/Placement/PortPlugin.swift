/// NodePorts: host ports in use on each node, each kept as often as it is taken.
struct NodePortUse {
  private(set) var ports: [[HostPort]]

  init(nodeCount: Int) { ports = Array(repeating: [], count: nodeCount) }

  mutating func add(_ new: [HostPort], _ node: Int) { ports[node] += new }

  mutating func remove(_ old: [HostPort], _ node: Int) {
    for port in old {
      if let position = ports[node].firstIndex(of: port) { ports[node].remove(at: position) }
    }
  }

  func collides(_ wanted: [HostPort], _ node: Int) -> Bool {
    ports[node].contains { taken in wanted.contains { $0.collides(with: taken) } }
  }

  /// Ports of containers that run as long as the pod does.
  static func ports(of pod: PodSpecification) -> [HostPort] {
    (pod.initContainers.filter(\.isSidecar) + pod.containers).flatMap(\.ports).filter { $0.number > 0 }
  }
}

/// For one set of wanted ports, the nodes where one is taken, brought up to date for the nodes that changed.
struct PortCollisions {
  let wanted: [HostPort]
  private(set) var collides: ContiguousArray<Bool> = []
  private var seen: Int?

  init(_ wanted: [HostPort]) { self.wanted = wanted }

  mutating func refresh(_ use: NodePortUse, _ log: ChangeLog) {
    if let seen, let fresh = log.changes(since: seen) {
      for node in fresh { collides[Int(node)] = use.collides(wanted, Int(node)) }
    } else {
      collides = ContiguousArray(use.ports.indices.map { use.collides(wanted, $0) })
    }
    seen = log.end
  }
}
