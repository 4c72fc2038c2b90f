import Balancing
import ClusterModel
import EventKernel
import TestSupport
import Testing

@testable import SimulationEngine

struct MetricCatalogTests {
  /// Metrics that do not exist where nothing has migrated.
  static let absentWithoutMigrations = [
    "downtime.pause.p50", "downtime.pause.p95", "downtime.pause.p99", "downtime.pause.max",
    "migrations.duration.p50", "migrations.duration.p95", "migrations.duration.max", "migrations.queueWait.mean",
  ]

  @Test func `names are unique, dotted and found, and every entry is defined`() {
    let names = MetricCatalog.all.map(\.name)
    #expect(Set(names).count == names.count)
    for (index, metric) in MetricCatalog.all.enumerated() {
      #expect(metric.name.contains(".") && !metric.name.contains(" "), "\(metric.name)")
      #expect(!metric.definition.isEmpty && metric.definition.count <= 200, "\(metric.name)")
      #expect(MetricCatalog.index(of: metric.name) == index)
    }
    #expect(MetricCatalog.index(of: "no.such.metric") == nil)
    #expect(names.contains(Scenario().rankBy))
  }

  @Test func `a definition says "the same" only right after the metric it means`() {
    func stem(_ name: String) -> String { name.split(separator: ".").dropLast().joined(separator: ".") }
    for (before, metric) in zip(MetricCatalog.all, MetricCatalog.all.dropFirst())
    where metric.definition.hasPrefix("the same") {
      #expect(stem(before.name) == stem(metric.name), "\(metric.name)")
    }
  }

  @Test func `every metric has a finite value in a busy run`() async throws {
    let scenario = Build.scenario(
      hours: 6, nodes: [Build.nodes(3, cores: 8)],
      machines: [Build.machines("m", 10, type: "media-processing", on: ["node-1"])],
      balancers: [Build.balancer("greedy-variance")])
    let run = try await Experiment.run(scenario, jobs: 1).contestants[0].runs[0]
    for (metric, value) in zip(MetricCatalog.all, run.values) { #expect(value?.isFinite == true, "\(metric.name)") }
    #expect(run.values.count == MetricCatalog.all.count)
  }

  @Test func `a quiet run lacks exactly the metrics of migrations that never were`() async throws {
    let scenario = Build.scenario(hours: 2, nodes: [Build.nodes(2)], machines: [Build.machines("m", 2)])
    let run = try await Experiment.run(scenario, jobs: 1).contestants[0].runs[0]
    let absent = zip(MetricCatalog.all, run.values).filter { $0.1 == nil }.map(\.0.name)
    #expect(absent.sorted() == Self.absentWithoutMigrations.sorted())
  }

  // MARK: Values by hand

  /// Node-1 of two with 16 cores and 64 GiB: one machine of 4 vCPUs and 8 GiB.
  private func single(
    _ row: [Float], hours: Double = 2, cores: Int64 = 16, change: (inout Scenario) -> Void = { _ in }
  ) async throws -> [String: Double] {
    let group = Build.replayed("m", [row], everyMinutes: 60, on: ["node-1"]) { $0.memoryUsedShare = 0.5 }
    return try await values(
      Build.scenario(hours: hours, nodes: [Build.nodes(2, cores: cores)], machines: [group], change: change))[0]
  }

  @Test func `means are weighted by time and extremes are kept`() async throws {
    // 2 cores in the first hour, 4 in the second, of 16 on one node and 32 in all.
    let metrics = try await single([0.5, 1])
    #expect(metrics["headroom.usage.cpu.mean"] == 1 - 3.0 / 32)
    #expect(metrics["headroom.usage.cpu.min"] == 1 - 4.0 / 32)
    #expect(metrics["skew.cpu.stddev.mean"] == 0.09375)
    #expect(metrics["skew.cpu.stddev.max"] == 0.125)
    #expect(metrics["skew.cpu.maxOverMean.mean"] == 2)
    #expect(metrics["headroom.usage.memory.mean"] == 1 - 4.0 / 128)
    #expect(metrics["headroom.allocation.cpu.mean"] == 1 - 4.0 / 32)
    #expect(metrics["headroom.allocation.memory.mean"] == 1 - 8.0 / 128)
    #expect(try #require(metrics["headroom.request.cpu.mean"]) == 1 - 0.405 / 32)
    #expect(metrics["headroom.n1.fits"] == 1 && metrics["headroom.n1.stranded.max"] == 0)
  }

  @Test func `the warm-up does not count`() async throws {
    let metrics = try await single([1, 0.25]) { $0.warmUp = .hours(1) }
    #expect(metrics["headroom.usage.cpu.mean"] == 1 - 1.0 / 32)
    #expect(metrics["skew.cpu.stddev.max"] == 0.03125)
  }

  @Test func `demand above allocatable is lost, contended and alerted on`() async throws {
    let metrics = try await single([1, 0.25], cores: 2)
    // 4 cores wanted of 2 for an hour, then 1.
    #expect(metrics["contention.cpu.lost"] == 7200)
    #expect(metrics["contention.cpu.worstMachine"] == 7200)
    #expect(metrics["contention.cpu.lostShare"] == 0.4)
    #expect(metrics["contention.node.time"] == 0.25)
    #expect(metrics["alert.cpu.critical"] == 0.25 && metrics["alert.cpu.warning"] == 0.25)
  }

  @Test func `the reference machines and the largest one that fit follow from free requests`() async throws {
    let metrics = try await values(Build.scenario(hours: 1, nodes: [Build.nodes(2, gib: 64)], machines: []))[0]
    // 16 GiB + 312 MiB + 35 MB three times in 64 GiB.
    #expect(metrics["headroom.fit.reference.mean"] == 6)
    #expect(metrics["headroom.fit.largest.min"] == 64 * 0x1p30)
  }

  @Test func `a lost node whose machines find no place is counted`() async throws {
    let metrics = try await values(
      Build.scenario(hours: 1, nodes: [Build.nodes(2, gib: 64)], machines: [Build.machines("m", 8, gib: 12)]))[0]
    #expect(metrics["headroom.n1.fits"] == 0)
    #expect(metrics["headroom.n1.stranded.max"] == 3)
  }

  @Test func `the check for a lost node follows the machines, 24 times in a short run`() {
    // 40 GiB on the first node find 30 GiB in their way on the second until those move to the third.
    let scenario = Build.scenario(
      hours: 2, nodes: [Build.nodes(2, "a", gib: 64), Build.nodes(1, "b", gib: 32)],
      machines: [Build.machines("m", 1, gib: 40, on: ["a-1"]), Build.machines("n", 1, gib: 30, on: ["a-2"])])
    var simulation = Simulation.started(scenario, Script([.init(.migration, 1, to: 2)]))
    _ = simulation.finished()
    // The move ends within the first 5 of 120 minutes.
    #expect(abs((simulation.value("headroom.n1.fits") ?? 0) - 23.0 / 24) < 1e-9)
    #expect(simulation.value("headroom.n1.stranded.max") == 1)
  }

  @Test func `machines that should run and do not are counted`() async throws {
    let metrics = try await values(
      Build.scenario(
        hours: 1, nodes: [Build.nodes(1)],
        machines: [Build.machines("huge", 2, gib: 500), Build.machines("off", 3) { $0.runStrategy = .halted }]))[0]
    #expect(metrics["machines.down"] == 2)
  }

  @Test func `downtime beyond the availability target is a violation, a short pause is not`() {
    // 99.9 % of an hour leaves 3.6 s.
    func violations(_ move: MigrationPlan.Move) -> Int {
      let scenario = Build.scenario(
        hours: 1, nodes: [Build.nodes(2)], machines: [Build.machines("m", 2, on: ["node-1"])])
      var simulation = Simulation.started(scenario, Script([move]))
      return simulation.finished().sloViolations
    }
    #expect(violations(.init(.migration, 0)) == 0)
    #expect(violations(.init(.restart, 0)) == 1)
  }
}
