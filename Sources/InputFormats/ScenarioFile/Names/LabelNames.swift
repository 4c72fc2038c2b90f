/// Which labels are Kubernetes' own, and which of their values are names of the cluster.
enum LabelNames {
  /// What the value of a label is.
  enum Value: Equatable {
    /// Technical: it stays.
    case kept
    /// A name of this kind.
    case name(NameKind)
    /// The name of a thing of this kind if there is one of that name, else a value like any other.
    case reference(NameKind)
    /// Anything.
    case value
  }

  private static let domains = ["kubernetes.io", "k8s.io", "kubevirt.io", "openshift.io"]

  /// Whether a key is of Kubernetes, KubeVirt, OpenShift or Headroom and says nothing about the cluster.
  static func isWellKnown(_ key: String) -> Bool {
    let domain = domain(of: key)
    return domain == "headroom" || domains.contains { domain == $0 || domain.hasSuffix("." + $0) }
  }

  private static func domain(of key: String) -> Substring { key.prefix { $0 != "/" } }

  private static let names: [String: Value] = [
    "topology.kubernetes.io/zone": .name(.zone), "failure-domain.beta.kubernetes.io/zone": .name(.zone),
    "topology.kubernetes.io/region": .name(.region), "failure-domain.beta.kubernetes.io/region": .name(.region),
    "kubernetes.io/hostname": .reference(.node), "kubevirt.io/nodeName": .reference(.node),
    "kubevirt.io/migrationTargetNodeName": .reference(.node), "headroom/pool": .reference(.node),
    "vm.kubevirt.io/name": .reference(.machine), "kubevirt.io/domain": .reference(.machine),
    "kubevirt.io/vm": .reference(.machine), "headroom/group": .reference(.machine),
    "kubernetes.io/metadata.name": .reference(.namespace), "statefulset.kubernetes.io/pod-name": .reference(.pod),
  ]

  /// Keys whose values are kinds of hardware, systems and roles.
  private static let technicalKeys: Set<String> = [
    "kubernetes.io/arch", "kubernetes.io/os", "node.kubernetes.io/instance-type", "node.openshift.io/os_id",
    "kubevirt.io",
    "kubevirt.io/schedulable", "kubevirt.io/size", "vm.kubevirt.io/os", "vm.kubevirt.io/flavor",
    "vm.kubevirt.io/workload", "headroom/workload-type",
  ]
  private static let technicalDomains = [
    "beta.kubernetes.io", "node-role.kubernetes.io", "node.kubevirt.io", "feature.node.kubernetes.io",
    "instancetype.kubevirt.io", "template.kubevirt.io",
  ]

  /// What the value under a key is.
  ///
  /// A value under a well-known key that is neither technical nor plainly a number or a yes or no counts as a name of the
  /// cluster: `app.kubernetes.io/name` and its like.
  static func value(_ value: String, under key: String) -> Value {
    if value.isEmpty { return .kept }
    if let known = names[key] { return known }
    guard isWellKnown(key) else { return .value }
    let domain = domain(of: key)
    if technicalKeys.contains(key) || technicalDomains.contains(where: { domain == $0 || domain.hasSuffix("." + $0) }) {
      return .kept
    }
    let isNumber = value.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") }
    return isNumber || value == "true" || value == "false" ? .kept : .value
  }

  /// `DisksNotLiveMigratable`: a reason that programs write, not people.
  static func isIdentifier(_ reason: String) -> Bool {
    guard reason.utf8.count <= 64, let first = reason.utf8.first, first &- 0x41 < 26 else { return false }
    return reason.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }
  }
}
