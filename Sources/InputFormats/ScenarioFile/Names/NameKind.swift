/// What kind of thing a name in a scenario belongs to; each kind is numbered on its own.
enum NameKind: String, CaseIterable, Sendable {
  /// Nodes and node pools together, because a pool's nodes are named after it.
  case node
  case namespace
  /// Machines and machine groups together, by namespace and name.
  case machine
  /// By namespace and name.
  case pod
  /// By namespace and name, as are controllers and claims.
  case service
  case controller, claim, volume
  case zone, region
  case storageClass = "storage-class"
  case labelKey = "label"
  case labelValue = "value"
  case application
  case network
  case policy
  /// Resources besides those that everybody knows.
  case resource
  /// Of a node, where a port is taken on it.
  case address
  case reason
  case trace, row
  case variant

  /// As the summary counts one of them.
  var singular: String {
    switch self {
    case .storageClass: "storage class"
    case .labelKey: "label key"
    case .labelValue: "label value"
    case .row: "row of a trace"
    default: rawValue
    }
  }

  /// As the summary counts several.
  var plural: String {
    switch self {
    case .storageClass: "storage classes"
    case .address: "addresses"
    case .policy: "policies"
    case .row: "rows of traces"
    default: singular + "s"
    }
  }

  var hasNamespace: Bool { [.machine, .pod, .service, .controller, .claim].contains(self) }
}

/// A name of one kind, in its namespace where the kind has one.
struct Name: Hashable, Comparable {
  var kind: NameKind
  var namespace = ""
  var text: String

  /// As machines and nodes are sorted; kinds apart.
  static func < (a: Name, b: Name) -> Bool {
    (a.kind.rawValue, a.namespace, a.text) < (b.kind.rawValue, b.namespace, b.text)
  }
}
