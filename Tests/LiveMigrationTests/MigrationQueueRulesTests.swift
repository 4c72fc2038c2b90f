import Testing

@testable import LiveMigration

struct MigrationQueueRulesTests {
  @Test func `each release has its queue`() throws {
    for preset in MigrationPreset.all {
      #expect(preset.configuration.queue == (preset.name == "next" ? .byPriority : .oneClass))
    }
  }

  @Test func `by priority, drains come first and migrations made by hand last`() {
    let rules = MigrationQueueRules.byPriority
    let origins: [MigrationOrigin] = [.drain, .workloadUpdate, .hotplug, .descheduler, .byHand]
    #expect(origins == MigrationOrigin.allCases)
    #expect(origins.map { rules.priorities[$0] } == [100, 100, 50, 20, 0])
    #expect(origins.map { rules.retrySeconds[$0] } == [1, 1, 3, 5, 5])
    #expect(rules.wakesWaitingOnCompletion)
    #expect(origins.allSatisfy { MigrationQueueRules.oneClass.priorities[$0] == 0 })
    #expect(origins.allSatisfy { MigrationQueueRules.oneClass.retrySeconds[$0] == 5 })
  }

  @Test func `what a controller wants is tried again, after a pause where pods leave a node`() {
    #expect(MigrationOrigin.allCases.filter(\.isTriedAgain) == [.drain, .workloadUpdate, .hotplug, .descheduler])
    #expect(MigrationOrigin.allCases.filter(\.backsOff) == [.drain, .workloadUpdate, .descheduler])
  }

  @Test func `a timer is late by at most the jitter and never stands still`() {
    var rules = MigrationQueueRules.oneClass
    #expect(rules.secondsUntilNextLook(origin: .byHand, hasSecondPod: false, 0) == 5)
    #expect(rules.secondsUntilNextLook(origin: .drain, hasSecondPod: false, 1) == 5.1)
    #expect(rules.secondsUntilNextLook(origin: .drain, hasSecondPod: true, 0) == 1)
    rules.retrySeconds = .init(all: 0)
    #expect(rules.secondsUntilNextLook(origin: .drain, hasSecondPod: false, .nan) > 0)
  }
}
