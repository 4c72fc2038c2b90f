/// Who asked for a migration; decides on its priority, on its retries and on whether it is tried again after a failure.
package enum MigrationOrigin: Sendable, Equatable, CaseIterable {
  /// A drained node or an eviction by anybody but the descheduler.
  case drain
  /// A new version of the virtual machine's pod.
  case workloadUpdate
  /// CPU, memory or volumes that are plugged into a running machine.
  case hotplug
  /// An eviction that the descheduler asks for.
  case descheduler
  /// A VirtualMachineInstanceMigration without a priority of its own, as people and scripts make it.
  case byHand

  /// Whether a controller makes the next migration where one has failed; one made by hand runs once.
  package var isTriedAgain: Bool { self != .byHand }
  /// Whether a pause precedes the attempt after a failure: evacuations and workload updates.
  package var backsOff: Bool { self == .drain || self == .descheduler || self == .workloadUpdate }
}

/// How KubeVirt's migration controller lets migrations wait for a slot, by version.
///
/// A migration that the limits hold up looks again on a timer of its own. Source: `pkg/virt-controller/watch/migration/
/// migration.go` and `pkg/util/migrations/migrations.go` of each release branch.
package struct MigrationQueueRules: Sendable, Equatable {
  /// A figure for each origin.
  package struct ByOrigin: Sendable, Equatable {
    package var drain: Double
    package var workloadUpdate: Double
    package var hotplug: Double
    package var descheduler: Double
    package var byHand: Double

    package init(drain: Double, workloadUpdate: Double, hotplug: Double, descheduler: Double, byHand: Double) {
      self.drain = drain
      self.workloadUpdate = workloadUpdate
      self.hotplug = hotplug
      self.descheduler = descheduler
      self.byHand = byHand
    }

    package init(all value: Double) {
      self.init(drain: value, workloadUpdate: value, hotplug: value, descheduler: value, byHand: value)
    }

    package subscript(origin: MigrationOrigin) -> Double {
      switch origin {
      case .drain: drain
      case .workloadUpdate: workloadUpdate
      case .hotplug: hotplug
      case .descheduler: descheduler
      case .byHand: byHand
      }
    }
  }

  /// Higher goes first where several look at the same time.
  package var priorities = ByOrigin(all: 0)
  /// Seconds between two looks of a migration that the limits hold up.
  package var retrySeconds = ByOrigin(all: 5)
  /// Whether a migration that becomes final lets the waiting ones of highest priority look at once, as many as may run
  /// in the cluster, instead of leaving them to their timers.
  package var wakesWaitingOnCompletion = false
  /// Seconds between two looks while the machine still has the pod of an earlier migration beside its own.
  package var secondPodRetrySeconds = 1.0
  /// A timer runs late by 0 to this, which is what the controller's passes over other objects take (reasoned).
  package var jitterSeconds = 0.1

  package init() {}

  /// v1.3 to v1.8: one class of waiting migrations, first come first served, each looking every 5 s.
  ///
  /// v1.7 and v1.8 have the priorities of v1.9 behind the gate `MigrationPriorityQueue`: see `byPriority`.
  package static let oneClass = MigrationQueueRules()

  /// v1.9, and v1.7 and v1.8 with their gate: priorities by origin, and a wake-up at the end of a migration.
  ///
  /// 100 is system-critical, 50 user-triggered, 20 system-maintenance; a migration made by hand has none and comes last.
  package static let byPriority = {
    var rules = MigrationQueueRules()
    rules.priorities = ByOrigin(drain: 100, workloadUpdate: 100, hotplug: 50, descheduler: 20, byHand: 0)
    rules.retrySeconds = ByOrigin(drain: 1, workloadUpdate: 1, hotplug: 3, descheduler: 5, byHand: 5)
    rules.wakesWaitingOnCompletion = true
    return rules
  }()

  /// Seconds from a look in vain to the next, from one uniform number in 0 … 1.
  package func secondsUntilNextLook(origin: MigrationOrigin, hasSecondPod: Bool, _ uniform: Double) -> Double {
    let interval = hasSecondPod ? secondPodRetrySeconds : retrySeconds[origin]
    // A timer of nothing would look without end.
    return max(0.001, interval) + max(0, jitterSeconds) * (uniform > 0 ? min(uniform, 1) : 0)
  }
}
