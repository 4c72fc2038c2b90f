/// Everything of a pod that kube-scheduler looks at, as read and not yet resolved.
package struct PodSpecification: Sendable, Hashable {
  package var namespace: String
  package var name: String
  package var labels: [String: String] = [:]
  package var containers: [ContainerSpecification] = []
  package var initContainers: [ContainerSpecification] = []
  package var overhead = ResourceAmounts()
  /// `spec.resources.requests`: what the pod as a whole requests, in place of the sum of its containers.
  package var podRequests = ResourceAmounts()
  /// The kubelet refused to resize the pod: its specification is not what it gets.
  package var isResizeInfeasible = false
  package var tolerations: [Toleration] = []
  package var nodeSelector: [String: String] = [:]
  /// Nil where the pod requires nothing; an empty list matches no node.
  package var requiredNodeTerms: [NodeSelectorTerm]?
  package var preferredNodeTerms: [WeightedTerm<NodeSelectorTerm>] = []
  package var requiredAffinity: [PodAffinityTerm] = []
  package var preferredAffinity: [WeightedTerm<PodAffinityTerm>] = []
  package var requiredAntiAffinity: [PodAffinityTerm] = []
  package var preferredAntiAffinity: [WeightedTerm<PodAffinityTerm>] = []
  package var spreadConstraints: [SpreadConstraint] = []
  /// Names of claims in the pod's namespace.
  package var claimNames: [String] = []
  /// Disks of a kind that the scheduler keeps from being used twice.
  package var disks: [InlineDisk] = []
  /// The controller among the owners.
  package var controller: ControllerReference?
  /// `spec.nodeName`, empty for a pod that waits.
  package var nodeName = ""
  package var priority = 0
  /// Has a deletion timestamp.
  package var isTerminating = false
  /// Succeeded or Failed: takes no room and matches nothing.
  package var isFinished = false
  package var circumstances = PodCircumstances()

  package init(namespace: String = "default", name: String) {
    self.namespace = namespace
    self.name = name
  }
}

/// What of a pod matters to queueing and preemption but not to which nodes may take it; no part of its class.
package struct PodCircumstances: Sendable, Hashable {
  /// Names of `spec.schedulingGates`; the scheduler does not look at a pod that has one.
  package var schedulingGates: [String] = []
  /// `spec.preemptionPolicy` is Never.
  package var neverPreempts = false
  /// `metadata.creationTimestamp` in seconds since 1970, the largest number where unknown; older pods are tried first.
  package var createdSeconds = Int64.max
  /// `status.startTime` in seconds since 1970; nil counts as now.
  package var startSeconds: Double?
  /// `spec.schedulerName` where it is not kube-scheduler's own; empty otherwise.
  package var schedulerName = ""
  /// Has `spec.resourceClaims`, which ask for devices that nothing here knows.
  package var hasResourceClaims = false
  /// Stands for a machine that is stopped: it waits for nothing, but its start can be asked about.
  package var isStopped = false
  /// Of a KubeVirt machine.
  package var cpuModel = GuestCPUModel.hostModel
  /// Why a KubeVirt machine cannot be live-migrated; nil where nothing is known against it.
  package var migrationObstacle: String?

  package init() {}
}

/// A container with what it requests and the host ports it takes.
package struct ContainerSpecification: Sendable, Hashable {
  package var name: String
  package var image = ""
  package var requests: ResourceAmounts
  package var ports: [HostPort] = []
  /// An init container with `restartPolicy: Always`.
  package var isSidecar = false
  /// `status.containerStatuses[].resources.requests`; nil where the kubelet does not say.
  package var actualRequests: ResourceAmounts?
  /// `status.containerStatuses[].allocatedResources`; counts only beside `actualRequests`.
  package var allocatedRequests = ResourceAmounts()

  package init(name: String = "compute", requests: ResourceAmounts = ResourceAmounts(), isSidecar: Bool = false) {
    self.name = name
    self.requests = requests
    self.isSidecar = isSidecar
  }
}

/// A port taken on the node itself; `0.0.0.0` stands for all addresses.
package struct HostPort: Sendable, Hashable {
  package var address: String
  package var transport: String
  package var number: Int32

  package init(address: String = "", transport: String = "", number: Int32) {
    self.address = address.isEmpty ? "0.0.0.0" : address
    self.transport = transport.isEmpty ? "TCP" : transport
    self.number = number
  }

  package func collides(with other: HostPort) -> Bool {
    number == other.number && transport == other.transport
      && (address == other.address || address == "0.0.0.0" || other.address == "0.0.0.0")
  }
}

/// A preference with its weight of 1 to 100.
package struct WeightedTerm<Term: Sendable & Hashable>: Sendable, Hashable {
  package var weight: Int32
  package var term: Term

  package init(weight: Int32, _ term: Term) {
    self.weight = weight
    self.term = term
  }
}

/// Which nodes: every expression on labels and every condition on the name must hold; one without any matches nothing.
package struct NodeSelectorTerm: Sendable, Hashable {
  package enum Operator: String, Sendable, CaseIterable {
    case isIn = "In", notIn = "NotIn", exists = "Exists", doesNotExist = "DoesNotExist"
    case greaterThan = "Gt", lessThan = "Lt"
  }

  package struct Expression: Sendable, Hashable {
    package var key: String
    package var `operator`: Operator
    package var values: [String]

    package init(key: String, operator: Operator, values: [String] = []) {
      self.key = key
      self.operator = `operator`
      self.values = values
    }
  }

  package var expressions: [Expression]
  /// `matchFields`; the only field there is, is `metadata.name`.
  package var fields: [Expression]
  /// Something in it is not understood: the term matches nothing.
  package var isBroken = false

  package init(expressions: [Expression] = [], fields: [Expression] = []) {
    self.expressions = expressions
    self.fields = fields
  }
}

/// Pods that another pod wants near or far, and what counts as near.
package struct PodAffinityTerm: Sendable, Hashable {
  /// Nil matches nothing, an empty one everything.
  package var selector: LabelSelector?
  package var topologyKey: String
  package var namespaces: [String] = []
  /// Nil adds no namespace, an empty one adds all.
  package var namespaceSelector: LabelSelector?

  package init(_ selector: LabelSelector?, topologyKey: String) {
    self.selector = selector
    self.topologyKey = topologyKey
  }
}

/// One of `topologySpreadConstraints`.
package struct SpreadConstraint: Sendable, Hashable {
  package var maxSkew: Int
  package var topologyKey: String
  /// `DoNotSchedule`; otherwise `ScheduleAnyway`.
  package var isHard: Bool
  package var selector: LabelSelector?
  package var minDomains = 1
  /// `nodeAffinityPolicy` Honor: nodes that the pod's selector or affinity excludes are no domains.
  package var honorsNodeAffinity = true
  /// `nodeTaintsPolicy` Honor: nodes whose taints the pod does not tolerate are no domains.
  package var honorsTaints = false
  package var matchLabelKeys: [String] = []

  package init(maxSkew: Int, topologyKey: String, isHard: Bool, selector: LabelSelector?) {
    self.maxSkew = maxSkew
    self.topologyKey = topologyKey
    self.isHard = isHard
    self.selector = selector
  }
}

/// Names a ReplicaSet, StatefulSet or ReplicationController.
package struct ControllerReference: Sendable, Hashable {
  package var kind: String
  package var name: String

  package init(kind: String, name: String) {
    self.kind = kind
    self.name = name
  }
}
