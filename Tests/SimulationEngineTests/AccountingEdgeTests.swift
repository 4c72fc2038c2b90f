import Balancing
import ClusterModel
import EventKernel
import LiveMigration
import TestSupport
import Testing

@testable import SimulationEngine

/// Accounting at the edges of a run and of a migration.
@Suite struct AccountingEdgeTests {
  /// A migration that never converges and never times out.
  private func endless(hours: Double, change: (inout Scenario) -> Void = { _ in }) -> Scenario {
    Build.scenario(
      hours: hours, nodes: [Build.nodes(2, gigabits: 0.2)],
      machines: [Build.machines("db", 1, vCPUs: 8, gib: 32, type: "database", on: ["node-1"])]
    ) {
      $0.migration.completionTimeoutPerGiB = 0
      change(&$0)
    }
  }

  @Test func `a migration under way at the horizon has cost bytes and slow-down`() {
    var simulation = Simulation.started(endless(hours: 4), Script([.init(.migration, 0, to: 1)]))
    let measured = simulation.finished()
    #expect(measured.succeeded == 0 && measured.failed == 0)
    // 25 MB/s less Ethernet overhead for four hours less the start.
    #expect(measured.transferredBytes > 0.8 * 25e6 * 14_000 && measured.transferredBytes < 25e6 * 14_400)
    #expect(measured.brownOutSeconds > 0.06 * 14_000)
  }

  @Test func `what a migration sent before the warm-up ended does not count`() {
    var whole = Simulation.started(endless(hours: 4), Script([.init(.migration, 0, to: 1)]))
    var half = Simulation.started(
      endless(hours: 4) { $0.warmUp = .hours(2) }, Script([.init(.migration, 0, to: 1)]))
    let bytes = (whole.finished().transferredBytes, half.finished().transferredBytes)
    #expect(abs(bytes.1 / bytes.0 - 0.5) < 0.01)
  }

  @Test
  func `a machine that fits nowhere at the start is down, strands every loss check, and starts when room appears`() {
    let scenario = Build.scenario(
      hours: 2, nodes: [Build.nodes(2, gib: 64)],
      machines: [Build.machines("a", 2, gib: 40, on: ["node-1", "node-2"]), Build.machines("b", 1, gib: 40)])
    var simulation = Simulation.started(scenario)
    _ = simulation.finished()
    #expect(simulation.value("downtime.unplaced.total") == 7200)
    #expect(simulation.value("machines.down") == 1)
    #expect(simulation.value("headroom.n1.fits") == 0)
    #expect(simulation.measurements.sloViolations == 1)

    var freed = Simulation.started(scenario)
    freed.run(untilSeconds: 600)
    freed.cluster.remove(MachineID(0))
    freed.usage.isUp[0] = false
    freed.run(untilSeconds: 1200)
    #expect(freed.usage.isUp[2])
    #expect((600...900).contains(freed.measurements.unplacedByMachine[2]))
  }

  @Test func `post-copy moves the guest at the switch, not at the end`() {
    var scenario = endless(hours: 2) {
      $0.migration.allowPostCopy = true
      $0.migration.completionTimeoutPerGiB = 1
    }
    scenario.cluster.nodePools = [Build.nodes(2, gigabits: 0.2)]
    var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
    var switchedAt: Double?
    while simulation.step(), simulation.measurements.succeeded == 0 {
      if switchedAt == nil, simulation.node(of: 0) == 1 { switchedAt = simulation.now.seconds }
    }
    let ended = simulation.now.seconds
    #expect(simulation.measurements.succeeded == 1)
    #expect(switchedAt.map { $0 < ended - 60 } == true)
  }

  @Test func `a pause that ends in an abort counts against the tolerance too`() {
    let scenario = endless(hours: 12) {
      $0.migration.allowWorkloadDisruption = true
      $0.migration.completionTimeoutPerGiB = 2
    }
    var simulation = Simulation.started(scenario, Script([.init(.migration, 0, to: 1)]))
    let measured = simulation.finished()
    #expect(measured.pausesSeconds.count == 1)
    #expect(measured.pausesAboveTolerance == 1)
  }

  @Test func `adding a machine to a group of nine leaves the demand of the nine as it was`() {
    func demand(_ count: Int) -> [Double] {
      let scenario = Build.scenario(hours: 1, nodes: [Build.nodes(2)], machines: [Build.machines("web", count)])
      var simulation = Simulation.started(scenario)
      simulation.run(untilSeconds: 1800)
      return simulation.usage.demandShare.prefix(9).map { $0 }
    }
    #expect(demand(9) == demand(10))
  }

  @Test func `nodes that take no machines are neither headroom nor skew`() {
    func values(_ change: (inout ClusterSpecification) -> Void) -> [Double?] {
      var scenario = Build.scenario(
        hours: 1, nodes: [Build.nodes(2)], machines: [Build.machines("a", 4, on: ["node-1"])])
      change(&scenario.cluster)
      var simulation = Simulation.started(scenario)
      _ = simulation.finished()
      return ["headroom.request.memory.mean", "skew.cpu.stddev.mean", "headroom.fit.reference.mean"].map {
        simulation.value($0)
      }
    }
    let plain = values { _ in }
    let withMaster = values {
      $0.nodePools.append(
        Build.nodes(1, "x-master") { $0.taints = [Taint(key: "node-role", effect: .noSchedule)] })
    }
    #expect(plain == withMaster)
  }

  @Test func `the machines that further fit are rendered with the scenario's own ratios`() {
    func fit(_ change: (inout ClusterSpecification) -> Void) -> Double? {
      var scenario = Build.scenario(hours: 1, nodes: [Build.nodes(3, cores: 8, gib: 256)], machines: [])
      change(&scenario.cluster)
      var simulation = Simulation.started(scenario)
      _ = simulation.finished()
      return simulation.value("headroom.fit.reference.mean")
    }
    #expect(fit { $0.cpuAllocationRatio = 1 } == 3)
    #expect(fit { $0.memoryOvercommitPercent = 100 } == 45)
  }

  @Test func `sums that would overflow are refused before the run`() async {
    let scenario = Build.scenario(
      hours: 1, nodes: [Build.nodes(1)],
      machines: [
        Build.machines("m", 70_000, gib: 1) {
          $0.guestMemoryBytes = 1 << 46
          $0.startNodes = ["node"]
        }
      ])
    await #expect(throws: ExperimentError.self) { try await Experiment.run(scenario, jobs: 1) }
  }
}
