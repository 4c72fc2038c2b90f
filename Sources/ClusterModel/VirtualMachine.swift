/// A virtual machine as planned or as dumped: what the guest sees, what its pod requests, where it may run.
package struct VirtualMachine: Sendable, Equatable {
  package var namespace: String
  package var name: String
  /// Of its launcher pod, but for those that KubeVirt adds to every one.
  package var labels: [String: String] = [:]
  /// Guest CPUs: sockets × cores × threads.
  package var vCPUs: Int
  /// Guest memory (`spec.domain.memory.guest`).
  package var guestMemoryBytes: Int64
  /// What the virt-launcher pod requests; see `LauncherPod`.
  package var cpuRequestMillicores: Int64
  package var memoryRequestBytes: Int64
  package var nodeSelector: [String: String] = [:]
  package var tolerations: [Toleration] = []
  /// Affinity, spreading, devices, claims: what else its launcher pod asks of placement.
  package var terms = PlacementTerms()
  /// Which CPU the guest sees; decides which nodes a live migration may go to.
  package var cpuModel = GuestCPUModel.hostModel
  /// Labels that nodes must have to take it over while it runs: those of the processor it booted on.
  ///
  /// As its last migration asked for them; empty where it runs where it booted.
  package var migrationSelector: [String: String] = [:]
  package var runStrategy: RunStrategy = .always
  package var evictionStrategy: EvictionStrategy = .liveMigrate
  package var tier: Tier = .standard
  /// Pod priority; higher leaves last.
  package var priority: Int = 0
  package var storageClassName = ""
  package var migratability: Migratability = .live
  /// An explicit CPU limit; KubeVirt then migrates over one channel instead of eight.
  package var hasCPULimit = false
  /// CPUs of its own (`dedicatedCpuPlacement`).
  package var hasDedicatedCPUs = false
  /// Bytes of disks that a live migration copies: container disks, cloud-init, volumes that move to another claim.
  package var copiedDiskBytes: Int64 = 0
  /// SR-IOV interfaces, which are unplugged before a live migration and plugged again on the target.
  package var hasSRIOVInterfaces = false
  /// Name of the entry in the workload catalogue, empty when it must be inferred.
  package var workloadType = ""
  /// Machines of one application share a demand factor; empty for none.
  package var applicationGroup = ""
  /// The node that the dump or the scenario names; nil for "the scheduler decides".
  package var nodeName: String?
  package var isRunning = true
  package var observedUsage: ObservedUsage?
  /// Distinct bytes a second that the guest dirties, measured while it does not migrate
  /// (`kubevirt_vmi_dirty_rate_bytes_per_second`).
  package var observedDirtyBytesPerSecond: Double?
  /// How it dirties its memory, as measured and stated; overrides the observed rate and the workload type.
  package var statedDirty: DirtyStatement?
  /// Where size, request, place and migratability come from; nil for machines of a scenario.
  package var origin: MachineOrigin?

  package init(
    namespace: String = "default", name: String, vCPUs: Int, guestMemoryBytes: Int64,
    cpuRequestMillicores: Int64? = nil,
    memoryRequestBytes: Int64? = nil
  ) {
    self.namespace = namespace
    self.name = name
    self.vCPUs = vCPUs
    self.guestMemoryBytes = guestMemoryBytes
    let pod = LauncherPod(vCPUs: vCPUs, guestMemoryBytes: guestMemoryBytes)
    self.cpuRequestMillicores = cpuRequestMillicores ?? pod.cpuRequestMillicores
    self.memoryRequestBytes = memoryRequestBytes ?? pod.memoryRequestBytes
  }

  /// Required anti-affinity on `kubernetes.io/hostname`: this machine shares no node with another one whose labels match.
  package var hostAntiAffinity: [LabelSelector] {
    get { terms.hostAntiAffinity }
    set { terms.hostAntiAffinity = newValue }
  }

  /// `namespace/name`, as every report and protocol names it.
  package var qualifiedName: String { "\(namespace)/\(name)" }
}

/// `spec.domain.cpu.model`: the CPU that the guest sees.
package enum GuestCPUModel: Sendable, Hashable {
  /// That of the node where the machine boots; KubeVirt's choice where nothing is said.
  case hostModel
  case hostPassthrough
  /// A named model such as `Cascadelake-Server`.
  case named(String)

  /// From KubeVirt's spelling.
  package init(_ name: String) {
    switch name {
    case "host-model": self = .hostModel
    case "host-passthrough": self = .hostPassthrough
    default: self = .named(name)
    }
  }

  /// As KubeVirt spells it.
  package var name: String {
    switch self {
    case .hostModel: "host-model"
    case .hostPassthrough: "host-passthrough"
    case .named(let name): name
    }
  }
}

/// `spec.runStrategy`: what happens when the machine stops.
package enum RunStrategy: String, Sendable, CaseIterable {
  case always = "Always", rerunOnFailure = "RerunOnFailure", manual = "Manual", halted = "Halted", once = "Once"
  case waitAsReceiver = "WaitAsReceiver"
}

/// `spec.evictionStrategy`: what an eviction does to the machine.
package enum EvictionStrategy: String, Sendable, CaseIterable {
  case none = "None", liveMigrate = "LiveMigrate", liveMigrateIfPossible = "LiveMigrateIfPossible", external =
    "External"
}

/// How bad it is when the machine is down; sets its recovery targets.
package enum Tier: String, Sendable, CaseIterable { case critical, important, standard }

/// Whether a machine can move while it runs, and why not.
package enum Migratability: Sendable, Equatable {
  case live
  /// Stop, then start elsewhere; the text is the reason, such as `DisksNotLiveMigratable`.
  case cold(reason: String)
  /// Bound to its node, such as by a local disk.
  case immovable(reason: String)
}

/// A label selector: every pair must match and every expression must hold.
///
/// An empty selector matches everything.
package struct LabelSelector: Sendable, Hashable {
  package struct Expression: Sendable, Hashable {
    package enum Operator: String, Sendable, CaseIterable {
      case isIn = "In", notIn = "NotIn", exists = "Exists", doesNotExist = "DoesNotExist"
    }
    package var key: String
    package var `operator`: Operator
    package var values: [String]

    package init(key: String, operator: Operator, values: [String] = []) {
      self.key = key
      self.operator = `operator`
      self.values = values
    }
  }

  package var matchLabels: [String: String]
  package var matchExpressions: [Expression]

  package init(matchLabels: [String: String] = [:], matchExpressions: [Expression] = []) {
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
  }

  package func matches(_ labels: [String: String]) -> Bool {
    matchLabels.allSatisfy { labels[$0.key] == $0.value }
      && matchExpressions.allSatisfy { expression in
        switch expression.operator {
        case .isIn: labels[expression.key].map(expression.values.contains) ?? false
        case .notIn: !(labels[expression.key].map(expression.values.contains) ?? false)
        case .exists: labels[expression.key] != nil
        case .doesNotExist: labels[expression.key] == nil
        }
      }
  }
}

/// What KubeVirt's eviction webhook answers for a machine.
package enum EvictionOutcome: Sendable, Equatable {
  /// A migration is created; the pod stays until it ends.
  case migrates
  /// The pod is killed; the run strategy decides whether the machine starts again.
  case killed
  /// The request is refused, with the reason.
  case denied(String)
}

extension VirtualMachine {
  /// By eviction strategy and migratability, as in KubeVirt's `pod-eviction-admitter.go`.
  package var evictionOutcome: EvictionOutcome {
    switch (evictionStrategy, migratability) {
    case (.external, _): .denied("eviction left to an external controller")
    case (.liveMigrate, .live), (.liveMigrateIfPossible, .live): .migrates
    case (.liveMigrate, .cold(let reason)), (.liveMigrate, .immovable(let reason)):
      .denied("eviction denied: not live-migratable: \(reason)")
    case (.liveMigrateIfPossible, .immovable(let reason)), (.none, .immovable(let reason)):
      .denied("bound to its node: \(reason)")
    case (.liveMigrateIfPossible, .cold), (.none, .live), (.none, .cold): .killed
    }
  }
}
