/// What a live migration takes before and after its transfer.
///
/// A slot is held from the creation of the target pod to the end. The time limits are KubeVirt's
/// (`pkg/virt-controller/watch/migration/migration.go`); the durations are reasoned, since no measurement is public.
package struct MigrationPhases: Sendable, Equatable {
  /// Creation of the target pod until it is ready, where it fits: schedule, images, network, virt-launcher.
  package var targetPodStart = DurationRange(3, 8, 30)
  /// Ready until the transfer starts: several hand-overs between controllers, each re-queued after 1 s.
  package var prepare = DurationRange(2, 3, 6)
  /// End of the transfer until the source pod is gone and its reservation free.
  package var sourceTeardown = DurationRange(1, 5, 30)
  /// A target pod that cannot be scheduled fails the migration after this time.
  package var unschedulablePodTimeoutSeconds = 300.0
  /// First pause after a failed evacuation; doubles with each failure since the last success.
  package var firstBackoffSeconds = 20.0
  /// KubeVirt keeps five finished attempts, so the pause stops doubling after the fifth: 20, 40, 80, 160, 320 s.
  package var countedFailures = 5

  package init() {}

  /// Seconds from the creation of the target pod to the start of the transfer, from one uniform number in 0 … 1.
  package func secondsBeforeTransfer(_ uniform: Double) -> Double {
    targetPodStart.sample(uniform) + prepare.sample(uniform)
  }

  /// Pause before the next attempt of an evacuation or workload update; migrations a user made are not retried.
  package func backoffSeconds(failures: Int) -> Double {
    guard failures > 0 else { return 0 }
    return firstBackoffSeconds * Double(1 << min(min(failures, max(1, countedFailures)) - 1, 30))
  }
}
