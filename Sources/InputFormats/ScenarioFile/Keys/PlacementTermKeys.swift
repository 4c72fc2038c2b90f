import ClusterModel

/// What machines, groups and pods ask of placement, spelt as in a Kubernetes pod.
enum PlacementTermKeys {
  static let affinity = Key.kubernetes(
    "affinity", .section(AffinityKeys.section),
    "nodes and pods that it wants near or far, as Kubernetes has it; adds to antiAffinity")
  static let spread = Key.kubernetes(
    "topologySpreadConstraints", .list(of: .section(SpreadKeys.section)),
    "how evenly pods are dealt to zones, nodes or other domains, as Kubernetes has it")
  static let requests = Key.amounts(
    "requests", besides: ["cpu", "memory", "pods"], example: "{ nvidia.com/gpu: 1 }",
    "requested amounts of further resources")
  static let hostPorts = Key.kubernetes(
    "hostPorts", .list(of: .section(HostPortKeys.section)), "ports of the node that it takes")
  static let claims = Key<[String]>(
    "claims", .list(of: .text), example: "[data]",
    "claims in its namespace that it uses: nodes must reach their volumes"
  ) { $0.items()?.compactMap { $0.string() } }
  static let controller = Key<ControllerReference>(
    "controller", .section(ControllerKeys.section), "the controller that it belongs to"
  ) { $0.controllerReference() }
  static let cpuModel = Key.text(
    "cpuModel", default: GuestCPUModel.hostModel.name, example: "Cascadelake-Server",
    "CPU that the guest sees: host-model, host-passthrough or a model's name")
}

/// `affinity`.
enum AffinityKeys {
  static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  static let section = KeySection(
    Key.kubernetes("nodeAffinity", .section(node), "nodes that it must or should run on"),
    Key.kubernetes("podAffinity", .section(pods), "pods that it wants near"),
    Key.kubernetes("podAntiAffinity", .section(pods), "pods that it wants far")
  ).known(as: "affinity", "a pod's spec.affinity in Kubernetes")

  private static let node = KeySection(
    Key.kubernetes(required, .section(nodeSelector), "one of the terms must match the node"),
    Key.kubernetes(preferred, .list(of: .section(preference)), "terms that make a node better"))

  /// Shared with volumes.
  static let nodeSelector = KeySection(
    Key.kubernetes("nodeSelectorTerms", .list(of: .section(nodeTerm)), "one of these must match").required())

  private static let preference = KeySection(
    weight, Key.kubernetes("preference", .section(nodeTerm), "nodes that are better").required())

  private static let nodeTerm = KeySection(
    Key.kubernetes("matchExpressions", .list(of: .section(nodeExpression)), "conditions on the node's labels"),
    Key.kubernetes("matchFields", .list(of: .section(nodeField)), "conditions on the node's name")
  ).known(as: "nodeSelectorTerm", "a NodeSelectorTerm of Kubernetes: all that it says must hold")

  private static let nodeExpression = SelectorKeys.expression(NodeSelectorTerm.Operator.allCases.map(\.rawValue))

  private static let nodeField = KeySection(
    Key.kubernetes("key", .choice(["metadata.name"]), "the field").required(),
    Key.kubernetes("operator", .choice(["In", "NotIn"]), "what must hold of it").required(),
    Key.kubernetes("values", .list(of: .text), "the name of a node").required()
  ).with(PlacementRules.nodeField)

  private static let weight = Key.integer("weight", in: 1...100, example: "50", "how much it counts").required()

  private static let pods = KeySection(
    Key.kubernetes(required, .list(of: .section(podTerm)), "all of these must hold"),
    Key.kubernetes(preferred, .list(of: .section(weightedPodTerm)), "terms that make a node better or worse")
  ).known(as: "podAffinity", "a PodAffinity or PodAntiAffinity of Kubernetes")

  private static let weightedPodTerm = KeySection(
    weight, Key.kubernetes("podAffinityTerm", .section(podTerm), "pods, and what counts as near").required())

  private static let podTerm = KeySection(
    SelectorKeys.labelSelector,
    Key.text(
      "topologyKey", example: "topology.kubernetes.io/zone", "label whose value is the same on nodes that are near"
    )
    .required(help: "add topologyKey: kubernetes.io/hostname"),
    Key.kubernetes("namespaces", .list(of: .text), "namespaces of the pods; else its own"),
    Key.kubernetes("namespaceSelector", .section(SelectorKeys.section), "namespaces of the pods, by labels"),
    notYet: ["matchLabelKeys", "mismatchLabelKeys"]
  ).known(as: "podAffinityTerm", "a PodAffinityTerm of Kubernetes").with(PlacementRules.podTerm)
}

/// A label selector as Kubernetes spells it.
enum SelectorKeys {
  static let section = KeySection(
    Key.labels("matchLabels", "labels that must be there"),
    Key.kubernetes(
      "matchExpressions", .list(of: .section(expression(LabelSelector.Expression.Operator.allCases.map(\.rawValue)))),
      "conditions that must hold")
  ).known(as: "labelSelector", "a LabelSelector of Kubernetes")

  static let labelSelector = Key.kubernetes(
    "labelSelector", .section(section), "pods, by labels; without it none, with an empty one all")

  /// One condition; all operators but two compare with values.
  static func expression(_ operators: [String]) -> KeySection {
    var section = KeySection(
      Key.text("key", example: "app", "name of the label").required(),
      Key.kubernetes("operator", .choice(operators), "what must hold of its value").required(),
      Key.kubernetes("values", .list(of: .text), "what the operator compares with"))
    section.rule = PlacementRules.expression
    return section
  }
}

/// An element of `topologySpreadConstraints`.
enum SpreadKeys {
  /// The largest number that Kubernetes' fields hold.
  static let most: Int64 = 1 << 30

  static let section: KeySection = {
    var section = KeySection(
      Key.integer("maxSkew", in: 1...most, example: "1", "by how many pods a domain may be ahead of the emptiest")
        .required(),
      Key.text("topologyKey", example: "topology.kubernetes.io/zone", "label whose values are the domains")
        .required(help: "add topologyKey: topology.kubernetes.io/zone"),
      Key.kubernetes(
        "whenUnsatisfiable", .choice(["DoNotSchedule", "ScheduleAnyway"]), "whether it must hold or should"
      ).required(),
      SelectorKeys.labelSelector,
      Key.kubernetes("matchLabelKeys", .list(of: .text), "labels whose values the counted pods share with it"),
      Key.integer("minDomains", in: 1...most, "domains that there must be; with DoNotSchedule"),
      Key.kubernetes(
        "nodeAffinityPolicy", .choice(["Honor", "Ignore"]), "whether only nodes count that it may select; else Honor"),
      Key.kubernetes(
        "nodeTaintsPolicy", .choice(["Honor", "Ignore"]), "whether only nodes count whose taints it bears; else Ignore")
    ).known(as: "topologySpreadConstraint", "one of a pod's spec.topologySpreadConstraints in Kubernetes")
    section.rule = PlacementRules.spread
    return section
  }()
}

/// An element of `hostPorts`.
enum HostPortKeys {
  static let transports = ["TCP", "UDP", "SCTP"]

  static let section = KeySection(
    Key.integer("hostPort", in: 1...65_535, example: "8443", "the port").required(),
    Key.text("hostIP", default: HostPort(number: 1).address, "address of the node that it is taken on"),
    Key.kubernetes("protocol", .choice(transports), "TCP, UDP or SCTP; else TCP")
  ).known(as: "hostPort", "one of a container's ports in Kubernetes that is also its node's")
}

/// `controller` of a machine or pod.
enum ControllerKeys {
  static let kind = Key.kubernetes(
    "kind", .choice(["ReplicaSet", "StatefulSet", "ReplicationController"]), "kind of the controller"
  ).required()
  static let name = Key.text("name", "name of the controller").required()

  static let section = KeySection(kind, name).known(
    as: "controller", "what a pod's metadata.ownerReferences say of it in Kubernetes")
}

/// `cluster.inventory.objects`: what selectors and claims look up, each with no more than they need.
enum PlacementObjectKeys {
  static let kind = KeyKind.object([
    object("Namespace", isNamespaced: false, hasLabels: true, spec: nil),
    object("Service", spec: KeySection(Key.labels("selector", "labels of its pods; without any it has none"))),
    object("ReplicaSet", version: "apps/v1", spec: selecting),
    object("StatefulSet", version: "apps/v1", spec: selecting),
    object("ReplicationController", spec: KeySection(Key.labels("selector", "labels of its pods"))),
    object("PersistentVolumeClaim", spec: KeySection(Key.text("volumeName", "the volume it is bound to"))),
    object("PersistentVolume", isNamespaced: false, hasLabels: true, spec: volume),
  ])

  private static let selecting = KeySection(
    Key.kubernetes("selector", .section(SelectorKeys.section), "its pods, by labels"))

  private static let volume = KeySection(
    Key.kubernetes(
      "nodeAffinity",
      .section(
        KeySection(
          Key.kubernetes("required", .section(AffinityKeys.nodeSelector), "one of the terms must match the node"))),
      "nodes that reach the volume"))

  private static func object(
    _ kind: String, version: String = "v1", isNamespaced: Bool = true, hasLabels: Bool = false, spec: KeySection?
  ) -> ObjectSection {
    var metadata = [Key.text("name", "name of the object").required().definition]
    if isNamespaced {
      metadata.append(
        Key.text("namespace", default: DumpedMachineKeys.machine.namespace, "namespace of the object").definition)
    }
    if hasLabels { metadata.append(Key.labels("labels", "labels of the object").definition) }
    var keys = [
      Key.kubernetes("kind", .choice([kind]), "kind of the object").required().definition,
      Key.kubernetes("apiVersion", .choice([version]), "version of Kubernetes' interface").definition,
      Key.kubernetes("metadata", .section(KeySection(metadata)), "what it is called").required().definition,
    ]
    if let spec { keys.append(Key.kubernetes("spec", .section(spec), "what it is").definition) }
    return ObjectSection(kind: kind, section: KeySection(keys))
  }
}
