import ClusterModel

/// A taint of a node, as a mapping.
enum TaintKeys {
  static let key = Key.text("key", example: "dedicated", "name of the taint").required()
  static let value = Key.text("value", default: "", "value of the taint")
  static let effect = Key<Taint.Effect>.choice("effect", "what it does to pods that do not tolerate it").required()

  static let section = KeySection(key, value, effect).known(as: "taint", "one of a node's spec.taints in Kubernetes")

  /// A list of taints, each a mapping or a text.
  static let list = KeyKind.list(of: .anyOf([.form(form), .section(section)]))

  private static let form = TextForm(
    "a taint such as key=value:NoSchedule",
    pattern: "^[^:=]+(=[^:]*)?:(" + Taint.Effect.allCases.map(\.rawValue).joined(separator: "|") + ")$",
    example: "dedicated=db:NoSchedule")
}

/// A toleration of a machine.
enum TolerationKeys {
  static let key = Key.text("key", default: "", "name of the taint; empty with operator Exists is every taint")
  static let `operator` = Key<Toleration.Operator>.choice("operator", default: .equal, "how key and value are compared")
  static let value = Key.text("value", default: "", "value of the taint")
  static let effect = Key<Taint.Effect>.choice("effect", "effect that is tolerated; every effect where it is absent")
  static let tolerationSeconds = Key.free(
    "tolerationSeconds", "how long NoExecute is tolerated, in seconds; not modelled")

  static let section = KeySection(key, `operator`, value, effect, tolerationSeconds).known(
    as: "toleration", "one of a pod's spec.tolerations in Kubernetes")
}

/// The interface of a node that migrations use.
enum NetworkKeys {
  static let bandwidth = Key.bandwidth("bandwidth", default: nic.bytesPerSecond, "line rate of a link, one direction")
  static let mtu = Key.integer("mtu", in: 576...65_535, default: nic.mtuBytes, "largest packet, in bytes")
  static let dedicated = Key.boolean(
    "dedicated", default: nic.isDedicated, "whether applications use another network; if not, they go first on this one"
  )

  static let links = Key.integer(
    "links", in: NetworkInterface.linkCounts, default: nic.linkCount,
    "links of that bandwidth that are used together; a migration uses at most as many as it has streams")

  static let section = KeySection(bandwidth, links, mtu, dedicated).known(
    as: "migrationNetwork", "the interface of a node that migrations use")

  /// Has the defaults.
  private static let nic = NetworkInterface()
}

extension Key<NetworkInterface> {
  static func network(_ summary: String) -> Key {
    Key("migrationNetwork", .section(NetworkKeys.section), summary) { $0.networkInterface() }
  }
}
