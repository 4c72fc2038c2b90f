/// How KubeVirt's migration controller lets migrations wait for a slot, by version.
package struct MigrationQueueRules: Sendable, Equatable {
  /// Seconds between two attempts of a migration that waits for a slot.
  package var retryIntervalSeconds = 5.0
  /// Whether a finished migration wakes the waiting ones at once (v1.9) instead of leaving them to their timers.
  package var wakesWaitingOnCompletion = false

  package init() {}
}
