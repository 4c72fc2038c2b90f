/// What a live migration takes before and after its transfer.
///
/// A slot is held from the creation of the target pod to the end. The time limits are KubeVirt's
/// (`pkg/virt-controller/watch/migration/migration.go`); the durations are reasoned, since no measurement is public.
package struct MigrationPhases: Sendable, Equatable {
  /// Creation of the target pod until it is ready, where it fits: schedule, images, network, virt-launcher.
  package var targetPodStart = DurationRange(3, 8, 30)
  /// Ready until the transfer starts: several hand-overs between controllers, each re-queued after 1 s.
  package var prepare = DurationRange(2, 3, 6)
  /// SR-IOV interfaces are unplugged before the transfer, which KubeVirt awaits for at most 30 s.
  ///
  /// The limit is KubeVirt's (`live-migration-source.go`); low and typical are reasoned (grade C): a guest gives a
  /// device back in a second or a few. The guest is without these interfaces from here to the end of the migration,
  /// which no pause counts.
  package var deviceDetach = DurationRange(1, 5, 30)
  /// End of the transfer until the source pod is gone and its reservation free.
  package var sourceTeardown = DurationRange(1, 5, 30)
  /// A target pod that is unschedulable fails the migration so long after the pod's creation.
  package var unschedulablePodTimeoutSeconds = 300.0
  /// A target pod that is pending for any reason fails the migration so long after the pod's creation.
  package var pendingPodTimeoutSeconds = 900.0
  /// First pause after a failed evacuation; doubles with each failure since the last success.
  package var firstBackoffSeconds = 20.0

  package init() {}

  /// Seconds from the creation of the target pod to the start of the transfer, from uniform numbers in 0 … 1.
  package func secondsBeforeTransfer(_ uniform: Double, hasSRIOVInterfaces: Bool = false, detach: Double = 0.5)
    -> Double
  {
    targetPodStart.sample(uniform) + prepare.sample(uniform)
      + (hasSRIOVInterfaces ? deviceDetach.sample(detach) : 0)
  }

  /// Pause between a failure and the next attempt of an evacuation or workload update: 20, 40, 80, 160, 320 s.
  ///
  /// It stops doubling after the fifth failure, because KubeVirt keeps no more finished attempts.
  package func backoffSeconds(failures: Int) -> Double {
    guard failures > 0 else { return 0 }
    return firstBackoffSeconds * Double(1 << (min(failures, FinishedAttempts.kept) - 1))
  }
}
