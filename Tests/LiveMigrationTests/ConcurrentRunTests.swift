import ClusterModel
import Testing

@testable import LiveMigration

/// Many migrations over one network.
struct ConcurrentRunTests {
  /// Random guests over random nodes, in whole rounds unless asked otherwise.
  private static func migrations(_ seed: UInt64, isWhole: Bool = true, deadline: Double? = nil) -> [PlannedMigration] {
    var random = Seeded(seed)
    return (0..<random.integer(1, 24)).map { _ in
      let memory = random.uniform(1e8, 4e9)
      var configuration = MigrationConfiguration()
      if isWhole { configuration.model = .simGrid }
      configuration.downtimeLimitMs = 30
      configuration.completionTimeoutPerGiB = isWhole ? 0 : 60
      configuration.progressTimeout = 0
      let dirty = DirtyPageProfile([
        DirtyClass(
          setBytes: 0.8 * memory, writesBytesPerSecond: random.chance(0.3) ? 0 : random.uniform(1e6, 8e7),
          access: .sequential)
      ])
      var example = MigrationCase(
        memoryBytes: memory, usedBytes: memory, dirty: dirty, linkBytesPerSecond: 1e9, configuration: configuration)
      if isWhole { example.completionTimeoutSeconds = deadline }
      let source = random.integer(0, 5)
      return PlannedMigration(
        example, from: NodeID(source), to: NodeID((source + random.integer(1, 5)) % 6),
        startSeconds: random.chance(0.5) ? 0 : random.uniform(0, 20),
        capBytesPerSecond: random.chance(0.6) ? .infinity : random.uniform(1e8, 1e9))
    }
  }

  private static let network = MigrationNetworkTests.network(nodes: 6)

  @Test func `rounds followed by bytes carried end when those advanced at every change of rate do`() {
    for seed in 0..<150 as Range<UInt64> {
      let lazy = predict(Self.migrations(seed), over: Self.network)
      let stepped = predict(Self.migrations(seed, deadline: 1e9), over: Self.network)
      for (one, other) in zip(lazy.predictions, stepped.predictions) {
        #expect(one.status == .completed && one.iterations == other.iterations, "seed \(seed)")
        #expect(abs(one.totalSeconds - other.totalSeconds) < 1e-6 * other.totalSeconds + 1e-6, "seed \(seed)")
        #expect(abs(one.transferredBytes - other.transferredBytes) < 1e-6 * other.transferredBytes, "seed \(seed)")
        #expect(abs(one.downtimeSeconds - other.downtimeSeconds) < 1e-6, "seed \(seed)")
      }
    }
  }

  @Test func `no limit is exceeded, nobody waits while there is room, and all of it is done`() {
    for seed in 0..<60 as Range<UInt64> {
      let migrations = Self.migrations(seed, isWhole: seed % 2 == 0)
      let outcome = predict(migrations, over: Self.network, limits: MigrationLimits(perSource: 2, perCluster: 5))
      let ends = zip(outcome.startSeconds, outcome.predictions).map { $0 + $1.totalSeconds }
      #expect(abs((ends.max() ?? 0) - outcome.makespanSeconds) < 1e-3, "seed \(seed)")
      for (index, start) in outcome.startSeconds.enumerated() {
        #expect(start >= migrations[index].startSeconds)
        func running(_ time: Double) -> [Int] {
          migrations.indices.filter { outcome.startSeconds[$0] <= time && time < ends[$0] - 1e-5 }
        }
        let together = running(start)
        #expect(together.count <= 5, "seed \(seed)")
        #expect(together.count { migrations[$0].source == migrations[index].source } <= 2, "seed \(seed)")
        guard start > migrations[index].startSeconds + 1e-4 else { continue }
        let before = running(start - 1e-4)
        let isFull = before.count == 5 || before.count { migrations[$0].source == migrations[index].source } == 2
        #expect(isFull, "seed \(seed): \(index) waited")
      }
    }
  }

  @Test func `one that never converges is told, and the others do not wait for it`() {
    for isWhole in [true, false] {
      var migrations = Self.migrations(3, isWhole: isWhole)
      migrations[0].migration.dirty = DirtyPageProfile([
        DirtyClass(setBytes: 1e8, writesBytesPerSecond: 9e9, access: .sequential)
      ])
      migrations[0].migration.completionTimeoutSeconds = isWhole ? nil : 0
      let outcome = predict(migrations, over: Self.network)
      #expect(outcome.predictions[0].reason == .doesNotConverge)
      #expect(outcome.predictions.dropFirst().allSatisfy { $0.reason != .doesNotConverge })
    }
  }

  @Test func `a migration by itself is what it is without a network`() {
    for seed in 0..<50 as Range<UInt64> {
      var planned = Self.migrations(seed, isWhole: false)[0]
      planned.migration.configuration.bandwidthPerMigration = seed % 2 == 0 ? 0 : 2e8
      planned.capBytesPerSecond = seed % 2 == 0 ? .infinity : 2e8
      planned.startSeconds = 0
      planned.migration.linkBytesPerSecond = Self.network.egressBytesPerSecond(of: NodeID(0))
      #expect(predict([planned], over: Self.network).predictions == [predict(planned.migration)], "seed \(seed)")
    }
  }

  @Test func `nothing to do and nowhere to go end at once`() {
    #expect(predict([], over: Self.network).makespanSeconds == 0)
    var lost = Self.migrations(1)
    for index in lost.indices { lost[index].target = NodeID(99) }
    #expect(predict(lost, over: Self.network).predictions.allSatisfy { $0.reason == .doesNotConverge })
  }
}
