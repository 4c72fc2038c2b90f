/// Where names stand in a scenario's document.
indirect enum NameRule: Sendable {
  /// No name is here or below.
  case kept
  case name(NameKind)
  /// The name of a thing that is called so elsewhere.
  case reference(NameKind)
  /// `namespace/name` of a machine.
  case qualifiedMachine
  /// A reason: kept where a program wrote it.
  case reason
  /// A label's key that stands as a value.
  case labelKey
  /// A mapping of label keys to values.
  case labels
  /// A label's value, or a list of them; the key stands under this name in the same mapping.
  case labelValue(keyUnder: String)
  /// The value of the label with this key.
  case valueOfLabel(String)
  /// A list of these, or one without brackets.
  case list(NameRule)
  case mapping([String: NameRule])
  /// A mapping whose `namespace`, `default` where it is absent, is that of the names in it; with the order of its keys.
  case namespaced([String: NameRule], order: [String])
  /// A mapping of resources to amounts.
  case resources
  /// Labels of a volume, which may name several zones at once.
  case volumeLabels
  /// An object of Kubernetes: its kind decides.
  case object
  /// An address of a node, but for the one that stands for all.
  case address
  /// A taint: a mapping, or a text such as `key=value:NoSchedule`.
  case taint
  /// A mapping of paths to values.
  case paths

  /// What `metadata` holds is replaced as a whole.
  static let scenario = NameRule.mapping([
    "cluster": cluster, "migration": .mapping([
      "network": .name(.network), "nodeDrainTaintKey": .labelKey,
      "policies": .list(
        .mapping([
          "name": .name(.policy),
          "selectors": .mapping(["virtualMachineInstanceSelector": .labels, "namespaceSelector": .labels]),
        ])),
    ]),
    "variants": .list(.mapping(["name": .name(.variant), "set": .paths])),
  ])

  private static let cluster = NameRule.mapping([
    "nodePools": .list(
      .mapping([
        "name": .name(.node), "names": .list(.name(.node)), "zones": .list(.name(.zone)), "labels": .labels,
        "taints": .list(.taint), "node": .mapping(["allocatable": .resources]),
      ])),
    "storageClasses": .list(.mapping(["name": .name(.storageClass)])),
    "machines": .list(group),
    "inventory": .mapping([
      "nodes": .list(
        .mapping([
          "name": .name(.node), "labels": .labels, "taints": .list(.taint), "allocatable": .resources,
        ])), "machines": .list(machine), "pods": .list(pod), "objects": .list(.object),
      "traces": .list(trace(.qualifiedMachine)),
    ]),
  ])

  private static let group = NameRule.namespaced(
    [
      "name": .name(.machine), "storageClass": .name(.storageClass), "application": .name(.application),
      "labels": .labels, "nodeSelector": .labels, "tolerations": .list(toleration),
      "startOn": .list(.reference(.node)), "recording": trace(.name(.row)), "affinity": affinity,
      "topologySpreadConstraints": spread, "requests": .resources,
    ], order: MachineGroupKeys.section.names)

  private static let machine = NameRule.namespaced(
    [
      "name": .name(.machine), "node": .reference(.node), "storageClass": .name(.storageClass),
      "application": .name(.application), "notLiveMigratable": .reason, "labels": .labels, "nodeSelector": .labels,
      "migrationSelector": .labels,
    ].merging(terms) { first, _ in first }, order: DumpedMachineKeys.section.names)

  private static let pod = NameRule.namespaced(
    ["name": .name(.pod), "node": .reference(.node), "labels": .labels, "nodeSelector": .labels]
      .merging(terms) { first, _ in first }, order: DumpedPodKeys.section.names)

  // MARK: Placement

  /// Of machines and pods alike.
  private static let terms: [String: NameRule] = [
    "tolerations": .list(toleration),
    "antiAffinity": .list(.mapping(["matchLabels": .labels, "where": expressions])),
    "affinity": affinity, "topologySpreadConstraints": spread, "requests": .resources,
    "hostPorts": .list(.mapping(["hostIP": .address])), "claims": .list(.reference(.claim)),
    "controller": .mapping(["name": .reference(.controller)]),
  ]

  private static let expressions = NameRule.list(
    .mapping(["key": .labelKey, "values": .list(.labelValue(keyUnder: "key"))]))

  private static let selector = NameRule.mapping(["matchLabels": .labels, "matchExpressions": expressions])

  private static let nodeSelector = NameRule.mapping(["nodeSelectorTerms": .list(nodeTerm)])

  private static let nodeTerm = NameRule.mapping([
    "matchExpressions": expressions, "matchFields": .list(.mapping(["values": .list(.reference(.node))])),
  ])

  private static let podTerm = NameRule.mapping([
    "labelSelector": selector, "topologyKey": .labelKey, "namespaces": .list(.reference(.namespace)),
    "namespaceSelector": selector,
  ])

  private static let podTerms = NameRule.mapping([
    AffinityKeys.required: .list(podTerm), AffinityKeys.preferred: .list(.mapping(["podAffinityTerm": podTerm])),
  ])

  private static let affinity = NameRule.mapping([
    "nodeAffinity": .mapping([
      AffinityKeys.required: nodeSelector, AffinityKeys.preferred: .list(.mapping(["preference": nodeTerm])),
    ]), "podAffinity": podTerms, "podAntiAffinity": podTerms,
  ])

  private static let spread = NameRule.list(
    .mapping(["topologyKey": .labelKey, "labelSelector": selector, "matchLabelKeys": .list(.labelKey)]))

  /// The rule for an object of this kind.
  static func object(kind: String) -> NameRule { objects[kind] ?? .kept }

  private static let objects: [String: NameRule] = [
    "Namespace": .mapping(["metadata": .mapping(["name": .name(.namespace), "labels": .labels])]),
    "Service": .mapping(["metadata": metadata(.service), "spec": .mapping(["selector": .labels])]),
    "ReplicaSet": .mapping(["metadata": metadata(.controller), "spec": .mapping(["selector": selector])]),
    "StatefulSet": .mapping(["metadata": metadata(.controller), "spec": .mapping(["selector": selector])]),
    "ReplicationController": .mapping(["metadata": metadata(.controller), "spec": .mapping(["selector": .labels])]),
    "PersistentVolumeClaim": .mapping([
      "metadata": metadata(.claim), "spec": .mapping(["volumeName": .reference(.volume)]),
    ]),
    "PersistentVolume": .mapping([
      "metadata": .mapping(["name": .name(.volume), "labels": .volumeLabels]),
      "spec": .mapping(["nodeAffinity": .mapping(["required": nodeSelector])]),
    ]),
  ]

  private static func metadata(_ kind: NameKind) -> NameRule {
    .namespaced(["name": .name(kind)], order: ["name", "namespace"])
  }

  private static let toleration = NameRule.mapping(["key": .labelKey, "value": .labelValue(keyUnder: "key")])

  private static func trace(_ machine: NameRule) -> NameRule {
    .mapping(["name": .name(.trace), "rows": .list(.mapping(["machine": machine]))])
  }

  /// The rule for what a word of a path leads to.
  func step(_ word: String) -> NameRule {
    switch self {
    case .mapping(let rules): rules[word] ?? .kept
    case .namespaced(let rules, _): word == "namespace" ? .name(.namespace) : rules[word] ?? .kept
    case .list(let rule): rule
    case .labels, .volumeLabels: .valueOfLabel(word)
    case .taint: word == "key" ? .labelKey : word == "value" ? .labelValue(keyUnder: "key") : .kept
    default: .kept
    }
  }
}
