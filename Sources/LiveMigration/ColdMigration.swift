/// Moving a machine by stopping it and starting it elsewhere: stop, detach, schedule, attach, start, guest boot.
///
/// Start and boot together are 15 / 35 / 90 s for Linux and 45 / 90 / 240 s for Windows (reasoned; no measurement on
/// KubeVirt is public). The stop ends with the guest's shutdown, at the latest after the grace period, 30 s by default
/// (`types.go` of KubeVirt). Detach and attach are for shared volumes; a volume that must be forced off a dead node
/// takes six minutes more. All other values are reasoned.
package struct ColdMigration: Sendable, Equatable {
  package enum Guest: String, Sendable, CaseIterable { case linux, windows }

  package var stop = DurationRange(3, 15, 30)
  package var detach = DurationRange(1, 3, 15)
  package var schedule = DurationRange(0.1, 1, 5)
  package var attach = DurationRange(2, 5, 30)
  /// Pod start: images, network, virt-launcher, QEMU.
  package var start = DurationRange(5, 10, 25)
  package var boot: DurationRange

  package init(guest: Guest = .linux) {
    switch guest {
    case .linux: boot = DurationRange(10, 25, 65)
    case .windows: boot = DurationRange(40, 80, 215)
    }
  }

  /// One drawn sequence of steps, in seconds.
  package struct Timeline: Sendable, Equatable {
    package var stopSeconds: Double
    package var detachSeconds: Double
    package var scheduleSeconds: Double
    package var attachSeconds: Double
    package var startSeconds: Double
    package var bootSeconds: Double

    /// The machine serves nobody from the stop request to the end of the boot.
    package var downtimeSeconds: Double { stopSeconds + detachSeconds + restartSeconds }
    /// From the decision to start until the guest serves: also what a restart after a failure costs.
    package var restartSeconds: Double { scheduleSeconds + attachSeconds + startSeconds + bootSeconds }
  }

  /// Draws the steps from three uniform numbers in 0 … 1: the guest's stop, the platform, the guest's boot.
  ///
  /// Steps of the platform share one number, since a slow API server or storage slows them together.
  package func sample(stop u: Double, platform v: Double, boot w: Double) -> Timeline {
    Timeline(
      stopSeconds: stop.sample(u), detachSeconds: detach.sample(v), scheduleSeconds: schedule.sample(v),
      attachSeconds: attach.sample(v), startSeconds: start.sample(v), bootSeconds: boot.sample(w))
  }

  /// The typical course.
  package var typical: Timeline { sample(stop: 0.5, platform: 0.5, boot: 0.5) }

  /// The same with another grace period, which bounds the stop.
  package func withGracePeriod(seconds: Double) -> ColdMigration {
    var changed = self
    changed.stop = DurationRange(
      min(stop.lowSeconds, seconds), min(stop.typicalSeconds, seconds), max(min(stop.lowSeconds, seconds), seconds))
    return changed
  }
}
