import ClusterModel

/// The names that a cluster's objects are written with, by id: the model's own where Kubernetes takes them.
///
/// Two objects of a kind never get the same name, whatever the model calls them. Namespaces and storage classes, which
/// many objects mention, are escaped by their text alone.
struct ManifestNames {
  private(set) var nodes: [String] = []
  private(set) var machines: [String] = []
  private(set) var claims: [String] = []
  private(set) var launchers: [String] = []
  private(set) var pods: [String] = []
  /// Names that Kubernetes does not take, and how many there are.
  private(set) var escapedCount = 0
  private(set) var escapedExample: (original: String, written: String)?

  init(_ inventory: Inventory) {
    var usedNodes: Set<String> = []
    var usedMachines: Set<String> = []
    var usedClaims: Set<String> = []
    for claim in inventory.objects.claims {
      usedClaims.insert("\(Self.namespace(claim.namespace))/\(Self.subdomain(claim.name))")
    }
    for machine in inventory.machines {
      for name in machine.terms.claimNames {
        usedClaims.insert("\(Self.namespace(machine.namespace))/\(Self.subdomain(name))")
      }
    }
    var usedPods: Set<String> = []
    nodes = inventory.nodes.map { own($0.name, in: "", &usedNodes) }
    machines = inventory.machines.map { own($0.name, in: Self.namespace($0.namespace), &usedMachines) }
    pods = inventory.pods.map { own($0.name, in: Self.namespace($0.namespace), &usedPods) }
    for (machine, name) in zip(inventory.machines, machines) {
      let namespace = Self.namespace(machine.namespace)
      let claim = name + "-root"
      claims.append(
        Self.unused(claim.utf8.count <= 253 ? claim : KubernetesName.escaped(claim, limit: 253), namespace, &usedClaims)
      )
      launchers.append(Self.launcher(of: name, namespace, &usedPods))
    }
  }

  static func namespace(_ name: String) -> String {
    if name.isEmpty { return "default" }
    return KubernetesName.isLabel(name) ? name : KubernetesName.escaped(name, limit: 63)
  }

  /// Cluster-wide names that are known by their text: storage classes.
  static func subdomain(_ name: String) -> String {
    KubernetesName.isSubdomain(name) ? name : KubernetesName.escaped(name, limit: 253)
  }

  private mutating func own(_ name: String, in namespace: String, _ used: inout Set<String>) -> String {
    let written = Self.unused(Self.subdomain(name), namespace, &used)
    if written != name {
      escapedCount += 1
      if escapedExample == nil { escapedExample = (name, written) }
    }
    return written
  }

  private static func unused(_ name: String, _ namespace: String, _ used: inout Set<String>) -> String {
    if used.insert("\(namespace)/\(name)").inserted { return name }
    for number in 2... {
      let other = KubernetesName.escaped("\(name)-\(number)", limit: 253)
      if used.insert("\(namespace)/\(other)").inserted { return other }
    }
    return name
  }

  /// `virt-launcher-web-1-x7k2p`, cut as the API server cuts generated names: 58 characters and five of its own.
  private static func launcher(of machine: String, _ namespace: String, _ used: inout Set<String>) -> String {
    let base = "virt-launcher-\(machine)-".prefix(58)
    for attempt in 0... {
      let suffix = KubernetesName.suffix("\(namespace)/\(machine)#\(attempt)", length: 5)
      let name = base + String(decoding: suffix, as: UTF8.self)
      if used.insert("\(namespace)/\(name)").inserted { return String(name) }
    }
    return String(base)
  }
}
